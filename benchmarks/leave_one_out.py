"""Leave-one-out: the constants of ranking, chosen on all collections but one and measured on that one.

    python -m benchmarks.leave_one_out DIRECTORY…             print the tables of docs/ranking.md
    python -m benchmarks.leave_one_out DIRECTORY… --no-peers  compare with the profile `plain`, which is faster

Each directory holds docs.jsonl (id, title, text), topics.tsv and qrels.txt, and names its collection. The yardstick of
a collection is the nDCG@10 of the best other engine, so that easy and hard collections count the same.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import warnings
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from benchmarks.rankers import PEERS, Document, build_osce
from benchmarks.relevance import MEASURES, Collection, run_osce, run_peer, value
from osce_search.engine.scoring import PROFILES
from osce_search.evaluation.comparison_report import compare_runs
from osce_search.evaluation.rankings import Run
from osce_search.evaluation.run_report import print_table
from osce_search.evaluation.topics import read_topics
from osce_search.evaluation.trec import read_judgements

MEASURE = MEASURES[0]

SETTINGS: tuple[Mapping[str, float], ...] = (
    *({"k3": k3, "lam": lam} for k3 in (1.0, 4.0, 8.0, 16.0) for lam in (0.0, 0.4, 0.6, 0.8)),
    *({"b_text": b} for b in (0.5, 0.6, 0.8)),
    *({"k1": k1} for k1 in (1.2, 1.8)),
    *({"sparing": a} for a in (4.0, 16.0)),
    {"k1": 1.2, "b_text": 0.5},
    {"lam": 0.8, "sparing": 4.0, "b_text": 0.6},
    {"lam": 0.4, "sparing": 16.0, "b_text": 0.6},
)
"""The settings to choose from: what each changes in the profile `default`."""


@dataclass(frozen=True, slots=True)
class Measured:
    """A collection with the run that is its yardstick, that of `default`, and that of each setting.

    The last two are the relative changes against the yardstick.
    """

    collection: Collection
    yardstick: Run
    default: Run
    settings: tuple[Run, ...]
    change: float
    changes: tuple[float, ...]


def read_collection(directory: Path, index: Path) -> Collection:
    """Return the collection of a directory, and index it for osce-search."""
    with (directory / "docs.jsonl").open(encoding="utf-8") as lines:
        records: Iterator[dict[str, Any]] = map(json.loads, lines)
        documents = tuple(Document(r["id"], r["title"], r["text"]) for r in records)
    build_osce(documents, index)
    topics, judgements = read_topics(directory / "topics.tsv"), read_judgements(directory / "qrels.txt")
    return Collection(directory.name, documents, topics, judgements, index)


def run_setting(collection: Collection, changes: Mapping[str, float]) -> Run:
    """Return the run of the default profile with other constants."""
    name = name_setting(changes)
    PROFILES[name] = replace(PROFILES["default"], name=name, **changes)  # type: ignore[arg-type]
    try:
        return run_osce(collection, name)
    finally:
        del PROFILES[name]


def name_setting(changes: Mapping[str, float]) -> str:
    """Return the constants as text.

    >>> name_setting({"k3": 8.0, "lam": 0.4})
    'k3 8, lam 0.4'
    """
    return ", ".join(f"{name} {number:g}" for name, number in changes.items())


def measure_collection(collection: Collection, *, peers: bool) -> Measured:
    """Return all runs over a collection."""
    others = [run_peer(collection, name) for name in PEERS] if peers else [run_osce(collection, "plain")]
    yardstick = max(others, key=lambda run: value(collection, run, MEASURE))
    default = run_osce(collection, "default")
    settings = tuple(run_setting(collection, changes) for changes in SETTINGS)
    unit = value(collection, yardstick, MEASURE)
    change, *changes = (value(collection, run, MEASURE) / unit - 1.0 for run in (default, *settings))
    return Measured(collection, yardstick, default, settings, change, tuple(changes))


def choose_setting(changes: Sequence[Sequence[float]], left_out: int) -> int:
    """Return the setting with the best mean change over all collections but one.

    `changes` has a row for each collection and a column for each setting.

    >>> choose_setting([[0.0, 0.2], [0.1, 0.0], [0.1, 0.0]], left_out=0)
    0
    """
    kept = [row for number, row in enumerate(changes) if number != left_out]
    sums = [sum(column) for column in zip(*kept, strict=True)]
    return max(range(len(sums)), key=sums.__getitem__)


def print_default(measured: Sequence[Measured]) -> str:
    """Return the default profile beside the yardstick of each collection, as Markdown."""
    cells = [
        [
            item.collection.name, f"{len(item.collection.documents):,}", f"{len(item.default.outcomes)}",
            item.yardstick.tag, *(_figures(item, run) for run in (item.yardstick, item.default)),
            f"{item.change:+.1%}", _print_interval(item, item.default),
        ]
        for item in measured
    ]  # fmt: skip
    head = ["nDCG@10 / AP / R@100", "documents", "topics", "best of the others", "its", "`default`"]
    return print_table([*head, "change of nDCG@10", "95 % of the difference"], cells, markdown=True)


def print_left_out(measured: Sequence[Measured]) -> str:
    """Return what the setting that is chosen without a collection reaches on it, as Markdown."""
    cells, total = [], 0.0
    for number, item in enumerate(measured):
        chosen = choose_setting([other.changes for other in measured], number)
        total += item.changes[chosen]
        interval = _print_interval(item, item.settings[chosen])
        cells.append(
            [item.collection.name, name_setting(SETTINGS[chosen]), f"{item.changes[chosen]:+.1%}", interval]
        )
    cells.append(["mean", "", f"{total / len(measured):+.1%}", ""])
    head = ["collection left out", "chosen on the others", "change of nDCG@10", "95 % of the difference"]
    return print_table(head, cells, markdown=True)


def print_settings(measured: Sequence[Measured]) -> str:
    """Return the change of each setting on each collection and in the mean, as Markdown."""
    rows = [("`default`", [item.change for item in measured])]
    for number, changes in enumerate(SETTINGS):
        rows.append((name_setting(changes), [item.changes[number] for item in measured]))
    cells = [
        [name, f"{sum(row) / len(row):+.1%}", f"{min(row):+.1%}", *(f"{change:+.1%}" for change in row)]
        for name, row in rows
    ]
    head = ["change of nDCG@10", "mean", "least", *(item.collection.name for item in measured)]
    return print_table(head, cells, markdown=True)


def _figures(item: Measured, run: Run) -> str:
    return " / ".join(f"{value(item.collection, run, measure):.3f}" for measure in MEASURES)


def _print_interval(item: Measured, run: Run) -> str:
    compared = compare_runs(item.yardstick, run, item.collection.judgements, (MEASURE,))
    low, high = compared.differences[0].interval
    return f"{low:+.3f} … {high:+.3f}"


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else "")
    arguments.add_argument("directory", type=Path, nargs="+")
    arguments.add_argument("--no-peers", action="store_true", help="compare with the profile plain")
    options = arguments.parse_args()
    if len(options.directory) < 2:
        arguments.error("give at least two collections: one is left out, and the others choose")
    # Stock Whoosh causes these warnings with current versions of Python.
    warnings.filterwarnings("ignore", category=SyntaxWarning)
    warnings.filterwarnings("ignore", category=DeprecationWarning)
    measured = []
    with tempfile.TemporaryDirectory() as indexes:
        for directory in options.directory:
            collection = read_collection(directory, Path(indexes) / directory.name)
            measured.append(measure_collection(collection, peers=not options.no_peers))
            print(f"{directory.name}: {measured[-1].change:+.1%}", file=sys.stderr)
        for table in (print_default, print_left_out, print_settings):
            print(table(measured), end="\n\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
