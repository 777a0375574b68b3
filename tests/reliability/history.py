"""History: a seed → steps that build an index, and the answers of each of its states."""

from __future__ import annotations

import datetime as dt
import functools
import json
import random
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from osce_search.backends import Index, open_index
from osce_search.index.check.verification import verify
from osce_search.index.storage.generation import FILE, read_generation
from osce_search.index.writer import IndexWriter
from osce_search.release import Release
from tests.reliability.disk import Disk

__all__ = ["Answers", "Step", "answer", "answer_all", "check", "find_answers", "go_on", "make_history", "run"]

_WORDS = (
    "border",
    "police",
    "media",
    "freedom",
    "election",
    "observers",
    "training",
    "trafficking",
    "minorities",
    "water",
    "pensions",
    "museum",
    "school",
    "language",
    "courts",
    "judges",
    "customs",
    "mediation",
    "ceasefire",
    "monitors",
    "Vienna",
    "Skopje",
    "Bishkek",
    "guards",
    "women",
    "journalists",
)

_COUNTRIES = ("AL", "BA", "GE", "KG", "MD", "RS", "TJ", "UA")
_SOURCES = ("odihr", "fom", "secretariat", "hcnm")
QUESTIONS = (
    "",
    "border",
    "media freedom",
    '"election observers"',
    "police -training",
    "water OR museum",
    "jour*",
    "courts judges customs",
)

Answers = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Step:
    """The changes of one commit; `rebuild` starts with no releases, and `memory` is that of the writer."""

    added: tuple[Release, ...]
    deleted: tuple[str, ...]
    optimize: bool = False
    rebuild: bool = False
    memory: int = 1 << 28


@functools.cache
def make_history(seed: int, steps: int, size: int) -> tuple[Step, ...]:
    """Return a number of steps, each with about `size` releases that are new or replace others, and some deletions."""
    dice = random.Random(seed)
    history: list[Step] = []
    there: set[str] = set()
    for number in range(steps):
        rebuild = number % 7 == 5
        if rebuild:
            there.clear()
        ids = [str(dice.randrange(3 * size)) for _ in range(size)]
        added = tuple(make_release(id, dice) for id in dict.fromkeys(ids))
        gone = tuple(dice.sample(sorted(there), min(len(there), size // 4)))
        there = (there | {release.id for release in added}) - set(gone)
        # Little memory makes several segments in one commit, which are then merged.
        memory = 200_000 if number % 3 == 1 else 1 << 28
        history.append(Step(added, gone, number % 5 == 4, rebuild, memory))
    return tuple(history)


def make_release(id: str, dice: random.Random) -> Release:
    """Invent a release."""
    paragraphs = [
        " ".join(dice.choices(_WORDS, k=dice.randrange(20, 80))).capitalize() + "." for _ in range(3)
    ]
    return Release(
        id=id,
        title=" ".join(dice.choices(_WORDS, k=6)),
        text="\n\n".join(paragraphs),
        date=dt.date(2000, 1, 1) + dt.timedelta(dice.randrange(9000)),
        country=tuple(dice.sample(_COUNTRIES, dice.randrange(3))),
        source=(dice.choice(_SOURCES),),
    )


def run(path: Path, step: Step) -> str:
    """Commit a step, and return the fingerprint of the new state."""
    with IndexWriter(path, rebuild=step.rebuild, memory=step.memory, wait=10) as writer:
        for release in step.added:
            writer.add(release, digest="d", origin="o")
        for id in step.deleted:
            writer.delete(id)
        writer.commit(optimize=step.optimize)
    return read_generation(path).fingerprint


def answer(index: Index, question: str) -> Answers:
    """Return a complete answer of an index: hits with their texts and scores, and counts."""
    results = index.search(question, facets=["country", "source", "year"], limit=10)
    hits = tuple(
        (hit.id, round(hit.score, 6), hit.release.title, len(hit.release.text)) for hit in results.hits
    )
    counts = tuple(
        (name, tuple((bucket.value, bucket.count) for bucket in results.facets[name].buckets))
        for name in ("country", "source", "year")
    )
    assert results.receipt
    return results.receipt.fingerprint, results.total, hits, counts


def answer_all(path: Path) -> tuple[Answers, ...]:
    """Return the answers to all questions."""
    with open_index(path) as index:
        return tuple(answer(index, question) for question in QUESTIONS)


def find_answers(history: Sequence[Step]) -> dict[str, tuple[Answers, ...]]:
    """Map the fingerprint of each state to the answers of an index that was built in one step."""
    state: dict[str, Release] = {}
    answers: dict[str, tuple[Answers, ...]] = {}
    with tempfile.TemporaryDirectory() as directory:
        for number, step in enumerate(history):
            if step.rebuild:
                state.clear()
            state |= {release.id: release for release in step.added}
            for id in step.deleted:
                state.pop(id, None)
            path = Path(directory, str(number))
            fingerprint = run(path, Step(tuple(state.values()), ()))
            answers[fingerprint] = answer_all(path)
    return answers


def check(path: Path, answers: dict[str, tuple[Answers, ...]], allowed: Sequence[str]) -> str:
    """Check that an index is complete, at one of the allowed states, and gives its answers; return the state.

    Raise AssertionError otherwise.
    """
    found = verify(path, full=True)
    assert found.problems == (), found.problems
    assert found.fingerprint in allowed, f"{found.fingerprint} is none of {allowed}"
    assert answer_all(path) == answers[found.fingerprint], "the answers are not those of this state"
    return found.fingerprint


def go_on(path: Path, step: Step) -> None:
    """Check that the next writer works, and removes the leftovers of the one before.

    Raise AssertionError otherwise.
    """
    with Disk(path):
        run(path, step)
    assert verify(path).problems == ()
    generation = read_generation(path)
    named = {name for segment in generation.segments for name, _ in segment.files()}
    neighbours = json.loads((path / FILE).read_text())["index"].get("neighbours")
    named |= {
        FILE,
        "MAIN_WRITELOCK",
        f"_MAIN_{generation.number}.toc",
        *([neighbours["file"]] if neighbours else []),
    }
    assert {item.name for item in path.iterdir()} == named
