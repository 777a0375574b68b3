"""Derived collections: test collections made from others, whose judgements follow from the data without a judge.

    python -m benchmarks.derived_collections DIRECTORY             write, rank, print the table of docs/ranking.md
    python -m benchmarks.derived_collections DIRECTORY --no-peers  without the other engines

Each becomes a directory with docs.jsonl, topics.tsv and qrels.txt, the input of `osce-search index` and `osce-search
eval run`. They represent kinds of queries: with one answer or many, of two words or a sentence, on short or long texts.
"""

from __future__ import annotations

import argparse
import datetime as dt
import gzip
import json
import random
import re
import sys
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.rankers import PEERS, Document, build_osce
from benchmarks.relevance import DATA, Collection, run_osce, run_peer, value
from osce_search.engine.scoring import PROFILES
from osce_search.evaluation.run_report import print_table
from osce_search.evaluation.topics import read_topics
from osce_search.evaluation.trec import read_judgements

SEED = 7
ITEMS, ASKED = 6000, 300
_SENTENCE = re.compile(r"(?<=[a-z)\d]{2})\.\s+(?=[A-Z])")

Record = dict[str, Any]
"""One item of Reuters."""


@dataclass(frozen=True, slots=True)
class DerivedCollection:
    """A derived collection: documents, queries by id, and the ids of the answers to each."""

    documents: Sequence[Document]
    questions: dict[str, str]
    answers: Mapping[str, Sequence[str]]


# ── news ─────────────────────────────────────────────────────────────────────────────────────────────────────


def read_news() -> list[Record]:
    """Return the items of Reuters with at least 60 words, without the name of the agency at their end."""
    with gzip.open(DATA / "reuters.jsonl.gz", "rt", encoding="utf-8") as lines:
        records = [json.loads(line) for line in lines]
    for record in records:
        record["text"] = re.sub(r"\s*Reuter\s*$", "", record["text"])
    return [record for record in records if len(record["text"].split()) >= 60]


def split_first_sentence(text: str) -> tuple[str, str]:
    """Split a text into its first sentence and the rest.

    >>> split_first_sentence("The harbour is shut. Ships wait.")
    ('The harbour is shut', 'Ships wait.')
    """
    first, *rest = _SENTENCE.split(text, maxsplit=1)
    return first, rest[0] if rest else ""


def titles_of_items(records: list[Record], chance: random.Random) -> DerivedCollection:
    """Use the title of an item as the query for the item without its title."""
    records = chance.sample(records, ITEMS)
    asked = chance.sample([r for r in records if len(r["title"].split()) > 3], ASKED)
    return DerivedCollection(
        [Document(r["id"], "", r["text"]) for r in records],
        {r["id"]: r["title"] for r in asked},
        {r["id"]: [r["id"]] for r in asked},
    )


def sentences_of_items(records: list[Record], chance: random.Random) -> DerivedCollection:
    """Use the first sentence of an item as the query for the item without title and first sentence."""
    records = chance.sample(records, ITEMS)
    parted = {r["id"]: split_first_sentence(r["text"]) for r in records}
    able = [id for id, (first, rest) in parted.items() if len(first.split()) > 11 and len(rest.split()) > 40]
    asked = chance.sample(able, ASKED)
    return DerivedCollection(
        [Document(id, "", rest or first) for id, (first, rest) in parted.items()],
        {id: parted[id][0] for id in asked},
        {id: [id] for id in asked},
    )


def labels_of_items(records: list[Record], chance: random.Random) -> DerivedCollection:
    """Use a field and a country as the query for the items to which people assigned both."""
    records = chance.sample(records, ITEMS)
    found: dict[str, list[str]] = defaultdict(list)
    for record in records:
        for field in set(record["field"]):
            for country in set(record["country"]):
                found[f"{field} {country}".replace("-", " ")].append(record["id"])
    able = sorted(label for label, ids in found.items() if 4 <= len(ids) <= 100)
    asked = chance.sample(able, min(ASKED, len(able)))
    return DerivedCollection(
        [Document(r["id"], r["title"], r["text"]) for r in records],
        {str(number): label for number, label in enumerate(asked)},
        {str(number): found[label] for number, label in enumerate(asked)},
    )


def stories(records: list[Record], chance: random.Random) -> DerivedCollection:
    """Use the title of a long item as the query for the other items of the same labels and week."""
    records = [r for r in records if len(r["text"].split()) > 150]
    week: dict[tuple[object, ...], list[Record]] = defaultdict(list)
    for record in records:
        # News on earnings and acquisitions are single items, not a continuing story.
        if record["field"] and record["country"] and not {"acq", "earn"} & set(record["field"]):
            when = dt.date.fromisoformat(record["date"]).isocalendar()[:2]
            week[(*sorted(record["field"]), *sorted(record["country"]), when)].append(record)
    told = [items for items in week.values() if 4 <= len(items) <= 10]
    asked = [chance.choice(items) for items in told]
    gone = {r["id"] for r in asked}
    return DerivedCollection(
        [Document(r["id"], r["title"], r["text"]) for r in records if r["id"] not in gone],
        {r["id"]: r["title"] for r in asked},
        {r["id"]: [i["id"] for i in items if i is not r] for r, items in zip(asked, told, strict=True)},
    )


# ── abstracts ────────────────────────────────────────────────────────────────────────────────────────────────


def papers_like(short: str, chance: random.Random) -> DerivedCollection:
    """Use the title of one relevant paper of a topic as the query for its other relevant papers."""
    documents = {d.id: d for d in _documents(DATA / "collections" / short) if d.title or d.text}
    found: dict[str, list[str]] = defaultdict(list)
    for item in read_judgements(DATA / "collections" / short / "qrels.txt"):
        if item.grade > 0 and item.doc in documents:
            found[item.topic].append(item.doc)
    asked = {topic: chance.choice(ids) for topic, ids in found.items() if len(ids) > 3}
    gone = set(asked.values())
    answers = {topic: [id for id in found[topic] if id not in gone] for topic in asked}
    questions = {
        t: documents[id].title or split_first_sentence(documents[id].text)[0] for t, id in asked.items()
    }
    return DerivedCollection(
        [document for id, document in documents.items() if id not in gone],
        {topic: question for topic, question in questions.items() if answers[topic]},
        {topic: ids for topic, ids in answers.items() if ids},
    )


def _documents(path: Path) -> Iterator[Document]:
    with (path / "docs.jsonl").open(encoding="utf-8") as lines:
        for line in lines:
            record = json.loads(line)
            yield Document(record["id"], record["title"], record["text"])


def first_words(short: str) -> DerivedCollection:
    """Return a collection with its own topics, and papers reduced to the title or the first 25 words."""
    path = DATA / "collections" / short
    answers: dict[str, list[str]] = defaultdict(list)
    for item in read_judgements(path / "qrels.txt"):
        if item.grade > 0:
            answers[item.topic].append(item.doc)
    documents = (Document(d.id, d.title, "" if d.title else _shortened(d.text)) for d in _documents(path))
    return DerivedCollection(
        [document for document in documents if document.title or document.text],
        {topic.id: topic.query for topic in read_topics(path / "topics.tsv") if topic.id in answers},
        answers,
    )


def _shortened(text: str) -> str:
    return " ".join(text.split()[:25])


# ── all of them ──────────────────────────────────────────────────────────────────────────────────────────────


def makers() -> dict[str, Callable[[], DerivedCollection]]:
    """Return the makers of the collections by name. Each has its own random generator, so any can be left out."""
    news = read_news()
    return {
        "news by title": lambda: titles_of_items(news, random.Random(SEED)),
        "news by first sentence": lambda: sentences_of_items(news, random.Random(SEED)),
        "news by field and country": lambda: labels_of_items(news, random.Random(SEED)),
        "stories by one of their titles": lambda: stories(news, random.Random(SEED)),
        "papers like one of Cranfield": lambda: papers_like("cran", random.Random(SEED)),
        "papers like one of Medline": lambda: papers_like("med", random.Random(SEED)),
        "titles of Cranfield": lambda: first_words("cran"),
        "beginnings of Medline": lambda: first_words("med"),
    }


def write_collection(derived: DerivedCollection, directory: Path) -> None:
    """Write the three files of a collection."""
    directory.mkdir(parents=True, exist_ok=True)
    documents = [{"id": d.id, "title": d.title, "text": d.text} for d in derived.documents]
    topics = [f"{topic}\t{' '.join(question.split())}\n" for topic, question in derived.questions.items()]
    judgements = [f"{topic} 0 {id} 1\n" for topic, ids in derived.answers.items() for id in ids]
    (directory / "docs.jsonl").write_text("".join(json.dumps(d) + "\n" for d in documents), "utf-8")
    (directory / "topics.tsv").write_text("".join(topics), "utf-8")
    (directory / "qrels.txt").write_text("".join(judgements), "utf-8")


def measure_collection(name: str, derived: DerivedCollection, directory: Path, *, peers: bool) -> list[str]:
    """Return one line of the table: nDCG@10 and R@100 of the best other engine and of each profile."""
    build_osce(derived.documents, directory / "index")
    collection = Collection(
        name,
        tuple(derived.documents),
        read_topics(directory / "topics.tsv"),
        read_judgements(directory / "qrels.txt"),
        directory / "index",
    )
    runs = [run_osce(collection, profile) for profile in PROFILES if profile != "recent"]
    others = [run_peer(collection, peer) for peer in PEERS] if peers else []
    best = max(others, key=lambda run: value(collection, run, "nDCG@10"), default=None)
    cells = [
        f"{value(collection, run, 'nDCG@10'):.3f} / {value(collection, run, 'R@100'):.3f}"
        for run in (*([best] if best else []), *runs)
    ]
    return [
        name,
        f"{len(derived.documents):,}",
        f"{len(derived.questions)}",
        *([best.tag] if best else []),
        *cells,
    ]


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else "")
    arguments.add_argument("directory", type=Path)
    arguments.add_argument("--no-peers", action="store_true", help="leave the other engines out")
    options = arguments.parse_args()
    lines = []
    for name, make in makers().items():
        derived = make()
        directory = options.directory / name.replace(" ", "-")
        write_collection(derived, directory)
        lines.append(measure_collection(name, derived, directory, peers=not options.no_peers))
        print(*lines[-1], sep="  ", file=sys.stderr)
    head = [
        "nDCG@10 / R@100",
        "documents",
        "questions",
        *([] if options.no_peers else ["best of the others", "its"]),
    ]
    profiles = [profile for profile in PROFILES if profile != "recent"]
    print(print_table([*head, *profiles], lines, markdown=True))
    return 0


if __name__ == "__main__":
    sys.exit(main())
