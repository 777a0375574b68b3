"""Rank the same topics with osce-search and with four other engines, and write the tables of docs/relevance.md.

    python -m benchmarks.relevance            print the tables
    python -m benchmarks.relevance --write    also write them into the page

Collections that are missing beside the project are left out, and the page says so.
"""

from __future__ import annotations

import argparse
import functools
import gzip
import json
import random
import sys
import tempfile
import time
import warnings
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.rankers import FEEDS, PEERS, Document, Rank, build_osce, rank_osce
from osce_search.backends import open_index
from osce_search.builder import build
from osce_search.engine.scoring import PROFILES
from osce_search.evaluation.comparison_report import compare_runs
from osce_search.evaluation.measures import measure_run
from osce_search.evaluation.rankings import Run, ask_topics, plain_words
from osce_search.evaluation.run_report import print_p, print_table
from osce_search.evaluation.topics import Topic, read_topics
from osce_search.evaluation.trec import Judgement, read_judgements
from osce_search.query import Filter

ROOT = Path(__file__).resolve().parents[1]
DATA = ROOT.parent / "shared" / "data"
PAGE = ROOT / "docs" / "relevance.md"
BEGIN, END = "<!-- bench-relevance: begin -->", "<!-- bench-relevance: end -->"
MEASURES = ("nDCG@10", "AP", "R@100")
KNOWN, SEED = 500, 1


@dataclass(frozen=True, slots=True)
class Collection:
    """Documents, topics as bags of words, and judgements; `index` is the directory of the index of osce-search."""

    name: str
    documents: tuple[Document, ...]
    topics: tuple[Topic, ...]
    judgements: tuple[Judgement, ...]
    index: Path


@dataclass(frozen=True, slots=True)
class Row:
    """The runs of one engine over all collections, by collection."""

    name: str
    peer: bool
    runs: dict[str, Run]


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else "")
    arguments.add_argument("--write", action="store_true", help="write the tables into docs/relevance.md")
    arguments.add_argument("--no-known-items", action="store_true", help="leave out the titles of Reuters")
    options = arguments.parse_args()
    # Stock Whoosh causes these warnings with current versions of Python.
    warnings.filterwarnings("ignore", category=SyntaxWarning)
    warnings.filterwarnings("ignore", category=DeprecationWarning)
    with tempfile.TemporaryDirectory() as directory:
        text = report(Path(directory), known_items=not options.no_known_items)
    print(text)
    if options.write:
        page = PAGE.read_text(encoding="utf-8")
        head, _, rest = page.partition(BEGIN)
        _, found, tail = rest.partition(END)
        if not found:
            print(f"{PAGE}: the lines {BEGIN} and {END} are missing", file=sys.stderr)
            return 1
        PAGE.write_text(f"{head}{BEGIN}\n\n{text}\n{END}{tail}", encoding="utf-8")
    return 0


def report(directory: Path, *, known_items: bool) -> str:
    """Return all tables as Markdown."""
    collections = [*read_collections(directory), read_own(directory)]
    rows = [
        *(
            Row(f"osce-search, {profile}", False, {c.name: run_osce(c, profile) for c in collections})
            for profile in PROFILES
        ),
        *(Row(name, True, {c.name: run_peer(c, name) for c in collections}) for name in PEERS),
    ]
    parts = [print_means(collections, rows), print_tests(collections, rows)]
    reuters = DATA / "reuters.jsonl.gz"
    if known_items and reuters.is_file():
        parts.append(print_known_items(reuters, directory))
    versions = ", ".join(f"{name.partition(' (')[0]} {version()}" for name, (_, version) in PEERS.items())
    missing = [name for name in ("cran", "med") if not (DATA / "collections" / name).is_dir()]
    parts.append(
        f"Command: `make bench-relevance`. {versions}."
        + (f" Left out, because the data is missing: {', '.join(missing)}." if missing else "")
    )
    return "\n\n".join(parts) + "\n"


# ── collections ──────────────────────────────────────────────────────────────────────────────────────────────


def read_collections(directory: Path) -> Iterator[Collection]:
    """Yield Cranfield and Medline if they are beside the project."""
    for short, name in (("cran", "Cranfield"), ("med", "Medline")):
        path = DATA / "collections" / short
        if not path.is_dir():
            continue
        with (path / "docs.jsonl").open(encoding="utf-8") as lines:
            records = [json.loads(line) for line in lines]
        documents = tuple(Document(r["id"], r["title"], r["text"]) for r in records)
        refused = build_osce(documents, directory / short)
        print(f"{name}: {len(documents)} documents, {refused} of them empty", file=sys.stderr)
        yield Collection(
            name,
            documents,
            read_topics(path / "topics.tsv"),
            read_judgements(path / "qrels.txt"),
            directory / short,
        )


def read_own(directory: Path) -> Collection:
    """Return the sample pages with the topics of this project."""
    here = ROOT / "tests" / "relevance"
    build([ROOT / "corpus"], directory / "own")
    with open_index(directory / "own") as index:
        documents = tuple(Document(r.id, r.title, r.text) for r in index.releases())
    return Collection(
        "Sample pages", documents, read_topics(here / "topics.yaml"), read_judgements(here / "qrels.txt"),
        directory / "own",
    )  # fmt: skip


@functools.cache
def passing(path: Path, filters: tuple[Filter, ...], since: str | None, until: str | None) -> frozenset[str]:
    """Return the releases that pass the filters of a topic, for engines without filters."""
    with open_index(path) as index:
        return frozenset(
            hit.id for hit in index.search(filters=filters, since=since, until=until, limit=None).hits
        )


# ── runs ─────────────────────────────────────────────────────────────────────────────────────────────────────


def run_rank(collection: Collection, rank: Rank, tag: str) -> Run:
    """Return the run of a ranker, asked every topic as a bag of words within the filters of the topic."""

    def search(topic: Topic) -> Sequence[str]:
        ids = rank(plain_words(topic.query))
        if not (topic.filters or topic.since or topic.until):
            return ids
        inside = passing(collection.index, topic.filters, topic.since, topic.until)
        return [id for id in ids if id in inside]

    run = ask_topics(collection.topics, search, tag=tag)
    for outcome in run.with_status("failed"):
        raise SystemExit(f"{tag}, {collection.name}, topic {outcome.topic}: {outcome.reason}")
    return run


def run_osce(collection: Collection, profile: str) -> Run:
    """Return the run of osce-search, asked the same bags of words as the other engines."""
    return run_rank(collection, rank_osce(collection.index, profile), f"osce-search, {profile}")


def run_peer(collection: Collection, name: str) -> Run:
    """Return the better run of another engine, given the text alone or title and text."""
    make, _ = PEERS[name]
    runs = [run_rank(collection, make(collection.documents, how), name) for how in FEEDS]
    return max(runs, key=lambda run: value(collection, run, MEASURES[0]))


def value(collection: Collection, run: Run, measure: str) -> float:
    """Return the mean of a measure."""
    return measure_run(run, collection.judgements, MEASURES).mean(measure).value


# ── tables ───────────────────────────────────────────────────────────────────────────────────────────────────


def print_means(collections: Sequence[Collection], rows: Sequence[Row]) -> str:
    """Return the means by engine and collection, and the mean of Cranfield and Medline, as Markdown."""
    pair = [c for c in collections if c.name != "Sample pages"]
    head = [
        MEASURES[0] + " / AP / R@100",
        *(f"{c.name} ({len({item.topic for item in c.judgements})} topics)" for c in collections),
    ]
    if len(pair) == 2:
        head.append("mean nDCG@10 of Cranfield and Medline")
    cells = []
    for row in rows:
        line = [
            " / ".join(f"{value(c, row.runs[c.name], measure):.4f}" for measure in MEASURES)
            for c in collections
        ]
        if len(pair) == 2:
            line.append(f"{sum(value(c, row.runs[c.name], MEASURES[0]) for c in pair) / 2:.4f}")
        cells.append([row.name, *line])
    return print_table(head, cells, markdown=True)


def print_tests(collections: Sequence[Collection], rows: Sequence[Row]) -> str:
    """Return the default profile beside the best other engine, by collection, as Markdown."""
    default = rows[0]
    cells = []
    for collection in collections:
        for measure in MEASURES:
            best = max(
                (row for row in rows if row.peer),
                key=lambda row: value(collection, row.runs[collection.name], measure),
            )
            compared = compare_runs(
                best.runs[collection.name], default.runs[collection.name], collection.judgements, (measure,)
            )
            item = compared.differences[0]
            low, high = item.interval
            cells.append(
                [
                    collection.name, measure, best.name, f"{item.before:.4f}", f"{item.after:.4f}",
                    f"{item.change / item.before:+.1%}", f"{low:+.3f} … {high:+.3f}", print_p(item.p, 4),
                    f"{item.better} / {item.worse}",
                ]
            )  # fmt: skip
    head = [
        "collection", "measure", "best of the others", "its mean", f"{default.name}", "change",
        "95 % of the difference", "p", "topics better / worse",
    ]  # fmt: skip
    return print_table(head, cells, markdown=True)


def print_known_items(path: Path, directory: Path) -> str:
    """Return how often the shuffled words of a title find an item of that title first, as Markdown."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        records = [json.loads(line) for line in lines]
    documents = tuple(Document(record["id"], record["title"], record["text"]) for record in records)
    titles = {document.id: title_key(document.title) for document in documents}
    chance = random.Random(SEED)
    asked = chance.sample([document for document in documents if len(title_key(document.title)) > 1], KNOWN)
    questions = []
    for document in asked:
        shuffled = plain_words(document.title).split()
        chance.shuffle(shuffled)
        questions.append((" ".join(shuffled), title_key(document.title)))
    build_osce(documents, directory / "reuters")
    rankers: list[tuple[str, Callable[[], Rank]]] = [
        (f"osce-search, {profile}", functools.partial(rank_osce, directory / "reuters", profile))
        for profile in PROFILES
    ]
    rankers += [(name, functools.partial(make, documents, FEEDS[1])) for name, (make, _) in PEERS.items()]
    cells = []
    for name, make_rank in rankers:
        rank = make_rank()
        begun = time.perf_counter()
        first = sum(titles.get(next(iter(rank(question)), "")) == key for question, key in questions)
        print(f"{name}: {time.perf_counter() - begun:.1f} s for {KNOWN} titles", file=sys.stderr)
        cells.append([name, f"{first / KNOWN:.1%}"])
    head = [f"{KNOWN} titles of Reuters, words shuffled", "an item of that title is first"]
    return print_table(head, cells, markdown=True)


def title_key(title: str) -> tuple[str, ...]:
    """Return the words of a title in lower case, by which titles are compared."""
    return tuple(plain_words(title).lower().split())


if __name__ == "__main__":
    sys.exit(main())
