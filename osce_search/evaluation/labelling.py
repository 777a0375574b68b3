"""Labelling: what two rankings put at the top and nobody has judged → judgements, given blind."""

from __future__ import annotations

import datetime as dt
import json
import os
import random
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from osce_search.errors import EvaluationError
from osce_search.evaluation.qrels import Judgement
from osce_search.evaluation.run import Run
from osce_search.evaluation.suite import meta_path

__all__ = ["Candidate", "append_judgement", "interleave", "pool_unjudged"]

POOL = 10
"""Places from the top of each ranking that are judged, unless told otherwise."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A release to be judged for a topic."""

    topic: str
    doc: str


def pool_unjudged(
    runs: Sequence[Run], judgements: Sequence[Judgement], *, depth: int = POOL, seed: int = 0
) -> tuple[Candidate, ...]:
    """The releases among the first `depth` of any run that nobody has judged, topic by topic.

    They come interleaved, so that their order does not tell which ranking found them, nor how high; the
    same `seed` gives the same order. Topics that did not run bring none.
    """
    judged = {(item.topic, item.doc) for item in judgements}
    rankings = [run.rankings for run in runs]
    topics = dict.fromkeys(outcome.topic for run in runs for outcome in run.outcomes)
    return tuple(
        Candidate(topic, doc)
        for topic in topics
        for doc in interleave(
            [[item.doc for item in ranked.get(topic, ())[:depth]] for ranked in rankings], f"{seed} {topic}"
        )
        if (topic, doc) not in judged
    )


def interleave(rankings: Sequence[Sequence[str]], seed: str = "") -> list[str]:
    """Rankings as one list without repetitions: in each round every ranking, by lot who first, gives its next.

    This is team-draft interleaving (Radlinski, Kurup and Joachims, CIKM 2008).

    >>> sorted(interleave([["a", "b"], ["b", "c"]]))
    ['a', 'b', 'c']
    """
    lot = random.Random(seed)
    rest = [list(reversed(ranking)) for ranking in rankings]
    taken: dict[str, None] = {}
    while any(rest):
        for ranking in lot.sample(rest, len(rest)):
            while ranking and ranking[-1] in taken:
                ranking.pop()
            if ranking:
                taken[ranking.pop()] = None
    return list(taken)


def append_judgement(
    path: Path,
    judgement: Judgement,
    *,
    author: str = "",
    fingerprint: str = "",
    content_sha256: str = "",
) -> None:
    """Add a judgement to a file of judgements, and to the one beside it who gave it, when and on what text.

    Both are on disk when this returns: whoever stops after an hour has lost nothing. Raises EvaluationError for
    what such a file cannot hold.
    """
    for word in (judgement.topic, judgement.doc):
        if word.split() != [word]:
            raise EvaluationError(
                f"{path}: {word!r} is empty or has a space in it, which judgements cannot hold"
            )
    if path.suffix == ".gz":
        raise EvaluationError(f"{path}: judgements cannot be added to a packed file; unpack it")
    note = {
        "topic": judgement.topic,
        "doc": judgement.doc,
        "grade": judgement.grade,
        "author": author,
        "date": dt.datetime.now(dt.UTC).date().isoformat(),
        "index": fingerprint,
        "content_sha256": content_sha256,
    }
    _append(path, f"{judgement.topic} 0 {judgement.doc} {judgement.grade}\n")
    _append(meta_path(path), json.dumps(note, ensure_ascii=False) + "\n")


def _append(path: Path, line: str) -> None:
    try:
        with path.open("ab+") as file:
            if file.tell():
                # A file without a line break at its end would swallow the line.
                file.seek(-1, os.SEEK_END)
                if file.read(1) != b"\n":
                    file.write(b"\n")
            file.write(line.encode())
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        raise EvaluationError(f"{path}: cannot be written ({error.strerror})") from error
