"""Judgements: which release answers which topic how well, as TREC files (qrels)."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from osce_search.evaluation.lines import read_lines
from osce_search.evaluation.problems import Problems

__all__ = ["Judgement", "digest_judgements", "grades_by_topic", "read_judgements"]

# trec_eval counts by grade: for one of nine digits it runs out of memory, and measures 0 without a word.
_GRADE = re.compile(r"-?[0-9]{1,4}")


@dataclass(frozen=True, slots=True)
class Judgement:
    """How well a release answers a topic: 0 not at all, higher is better, below 0 counts as not at all."""

    topic: str
    doc: str
    grade: int
    path: str = ""
    line: int = 0


def read_judgements(path: Path, problems: Problems | None = None) -> tuple[Judgement, ...]:
    """The judgements of a TREC file: topic, anything, release and grade, parted by spaces.

    What is wrong is noted among `problems`; without them EvaluationError is raised with all of it, with
    file and line.
    """
    found = Problems() if problems is None else problems
    errors = len(found.errors)
    read: dict[tuple[str, str], Judgement] = {}
    for line, text in read_lines(path, found):
        parts = text.split()
        if len(parts) != 4:
            found.error(path, line, f"{len(parts)} columns; a line is topic, 0, release and grade")
            continue
        topic, _, doc, grade = parts
        if not _GRADE.fullmatch(grade):
            found.error(path, line, f"the grade {grade!r} is no whole number of at most 4 digits")
            continue
        judgement = Judgement(topic, doc, int(grade), str(path), line)
        before = read.setdefault((topic, doc), judgement)
        if before is not judgement:
            other = "" if before.grade == judgement.grade else f", with the grade {before.grade}"
            found.error(path, line, f"{doc} is judged for {topic} already, in line {before.line}{other}")
    if not read and len(found.errors) == errors:
        found.error(path, 0, "no judgements in it")
    if problems is None:
        found.check()
    return tuple(read.values())


def digest_judgements(judgements: Iterable[Judgement]) -> str:
    """A name for a set of judgements: the same whatever their order.

    >>> digest_judgements([Judgement("q1", "7", 3)])[:14]
    'sha256:d52fb8e'
    """
    lines = sorted(f"{item.topic} {item.doc} {item.grade}" for item in judgements)
    return "sha256:" + hashlib.sha256("\n".join(lines).encode()).hexdigest()


def grades_by_topic(judgements: Iterable[Judgement]) -> dict[str, dict[str, int]]:
    """The grades of releases by topic.

    >>> grades_by_topic([Judgement("q1", "7", 3), Judgement("q1", "9", 0)])
    {'q1': {'7': 3, '9': 0}}
    """
    grades: dict[str, dict[str, int]] = {}
    for item in judgements:
        grades.setdefault(item.topic, {})[item.doc] = item.grade
    return grades
