"""Records: the news items that every engine indexes, as JSON records of releases."""

from __future__ import annotations

import datetime as dt
import gzip
import itertools
import json
import random
from collections.abc import Iterator
from pathlib import Path

from benchmarks.peers import Record
from osce_search.release import Release

__all__ = ["REUTERS", "count", "records", "source"]

REUTERS = Path(__file__).parents[2] / "shared/data/reuters.jsonl.gz"
"""Reuters-21578 as records: 19,043 items of 1987 with country, field and source assigned by people."""

SEED = 1987
SYNTHETIC = 19_043


def source() -> str:
    """Return the name of the records, for the report."""
    return "Reuters-21578" if REUTERS.is_file() else f"synthetic records of seed {SEED}"


def count(times: int) -> int:
    """Return the number of records that `records` yields."""
    return times * sum(1 for _ in _originals())


def records(times: int = 1) -> Iterator[Record]:
    """Yield all records `times` times. Each copy has its own ids and is dated a year after the previous copy.

    Facet values are already slugs and codes, so that all engines count the same values.
    """
    for copy in range(times):
        for number, line in enumerate(_originals(), 1):
            record = Release.from_record(json.loads(line), f"record {number}").to_record()
            record["id"] = str(int(record["id"]) + 1_000_000 * copy)
            if "date" in record:
                day = dt.date.fromisoformat(record["date"])
                record["date"] = day.replace(year=day.year + copy, day=min(day.day, 28)).isoformat()
            yield record


def _originals() -> Iterator[str]:
    if REUTERS.is_file():
        with gzip.open(REUTERS, "rt", encoding="utf-8") as lines:
            yield from lines
    else:
        yield from _synthetic()


def _synthetic() -> Iterator[str]:
    """Yield records as long as news items, with words drawn by Zipf's law, including the words of the queries."""
    from benchmarks.questions import asks

    chance = random.Random(SEED)
    asked = sorted({word for ask in asks("top 10, any word") for word in ask.words})
    letters = "abcdefghijklmnoprstuvwz"
    words = asked + ["".join(chance.choices(letters, k=chance.randint(3, 11))) for _ in range(40_000)]
    chance.shuffle(words)
    weights = list(itertools.accumulate(1 / rank for rank in range(1, len(words) + 1)))
    filters = [dict(ask.filters) for ask in asks("facets under two filters, any word")]
    for number in range(1, SYNTHETIC + 1):
        chosen = chance.choice(filters)
        length = int(chance.lognormvariate(4.6, 0.7)) + 20
        text = chance.choices(words, cum_weights=weights, k=length)
        text[length // 4] += ".\n\n" + chance.choice(asked).capitalize()
        yield json.dumps(
            {
                "id": str(number),
                "title": " ".join(chance.choices(words, cum_weights=weights, k=7)).upper(),
                "date": (dt.date(1987, 2, 26) + dt.timedelta(chance.randrange(240))).isoformat(),
                "type": "news",
                "country": chance.sample(chosen["country"], chance.randint(0, 2)),
                "field": chance.sample(chosen["field"], chance.randint(0, 2)),
                "source": ["ec"] if chance.random() < 0.05 else [],
                "language": "en",
                "text": " ".join(text),
            }
        )
