"""TREC files: judgements (qrels) and runs ↔ disk, with notes beside them of what the columns cannot hold.

The readers of ir_measures are not used: they stop at the first bad line, do not name it, and accept a release twice.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
import math
import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args

import numpy as np

from osce_search.errors import EvaluationError
from osce_search.evaluation.files import (
    Place,
    Problems,
    collect_problems,
    digest_lines,
    read_columns,
    read_text,
    replace_text,
    report_writing,
)
from osce_search.evaluation.rankings import Conditions, Outcome, Ranked, Run, Status

MANIFEST_VERSION = 1

# trec_eval counts by grade: a grade of nine digits exhausts its memory, and the measure is 0 without an error.
_MAX_DIGITS = 4


# ── judgements ───────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Judgement:
    """How well a release answers a topic: 0 or less is not relevant, higher is better."""

    topic: str
    doc: str
    grade: int
    path: str = ""
    line: int = 0


def read_judgements(path: Path, problems: Problems | None = None) -> tuple[Judgement, ...]:
    """Return the judgements of a file of four columns: topic, anything, release and grade.

    Errors are added to `problems`; without it, raise EvaluationError with all of them.
    """
    read: dict[tuple[str, str], Judgement] = {}
    with collect_problems(problems) as found:
        errors = len(found.errors)
        for place, (topic, _, doc, grade) in read_columns(path, found, "topic, 0, release, grade"):
            digits = grade.removeprefix("-")
            if not (digits.isascii() and digits.isdigit() and len(digits) <= _MAX_DIGITS):
                message = f"the grade {grade!r} is not a whole number of at most {_MAX_DIGITS} digits"
                found.error(place, message)
                continue
            judgement = Judgement(topic, doc, int(grade), *place)
            before = read.setdefault((topic, doc), judgement)
            if before is not judgement:
                other = "" if before.grade == judgement.grade else f", with the grade {before.grade}"
                found.error(place, f"{doc} is already judged for {topic} in line {before.line}{other}")
        if not read and len(found.errors) == errors:
            found.error(Place(str(path)), "no judgements in it")
    return tuple(read.values())


def append_judgement(
    path: Path, judgement: Judgement, *, author: str = "", fingerprint: str = "", content_sha256: str = ""
) -> None:
    """Append a judgement to a file, and who gave it, when and on which text to the file of notes beside it.

    Both are on disk when this returns. Raise EvaluationError if the file cannot hold the judgement.
    """
    _check_words(path, judgement.topic, judgement.doc)
    if path.suffix == ".gz":
        raise EvaluationError(f"{path}: judgements cannot be appended to a packed file; unpack it")
    note = {
        "topic": judgement.topic,
        "doc": judgement.doc,
        "grade": judgement.grade,
        "author": author,
        "date": dt.datetime.now(dt.UTC).date().isoformat(),
        "index": fingerprint,
        "content_sha256": content_sha256,
    }
    _append_line(path, f"{judgement.topic} 0 {judgement.doc} {judgement.grade}")
    _append_line(notes_path(path), json.dumps(note, ensure_ascii=False))


def notes_path(qrels: Path) -> Path:
    """Return the path of the file that says who gave the judgements of a file, when, and on which text.

    >>> notes_path(Path("relevance/qrels.txt")).name
    'qrels.meta.jsonl'
    """
    return qrels.with_name(f"{qrels.stem}.meta.jsonl")


def digest_judgements(judgements: Iterable[Judgement]) -> str:
    """Return a digest of topics, releases and grades, independent of their order.

    >>> digest_judgements([Judgement("q1", "7", 3)])[:14]
    'sha256:d52fb8e'
    """
    return digest_lines(f"{item.topic} {item.doc} {item.grade}" for item in judgements)


def grades_by_topic(judgements: Iterable[Judgement]) -> dict[str, dict[str, int]]:
    """Return the grade of each judged release, by topic.

    >>> grades_by_topic([Judgement("q1", "7", 3), Judgement("q1", "9", 0)])
    {'q1': {'7': 3, '9': 0}}
    """
    grades: dict[str, dict[str, int]] = {}
    for item in judgements:
        grades.setdefault(item.topic, {})[item.doc] = item.grade
    return grades


def _append_line(path: Path, line: str) -> None:
    with report_writing(path), path.open("ab+") as file:
        if file.tell():
            file.seek(-1, os.SEEK_END)
            if file.read(1) != b"\n":
                file.write(b"\n")
        file.write(f"{line}\n".encode())
        file.flush()
        os.fsync(file.fileno())


def _check_words(path: Path, *words: str) -> None:
    """Raise EvaluationError for a word that a column cannot hold."""
    for word in words:
        if word.split() != [word]:
            raise EvaluationError(
                f"{path}: {word!r} is empty or has a space in it, which TREC files cannot hold"
            )


# ── runs ─────────────────────────────────────────────────────────────────────────────────────────────────────


def manifest_path(path: Path) -> Path:
    """Return the path of the manifest of a run file.

    >>> manifest_path(Path("runs/a.txt")).name
    'a.txt.manifest.json'
    """
    return path.with_name(f"{path.name}.manifest.json")


def write_run(run: Run, path: Path) -> None:
    """Write a run and then its manifest, which tells empty answers from failures.

    Raise EvaluationError if an id does not fit into a column, before anything is written, or if the disk refuses.
    """
    lines = []
    for outcome in run.outcomes:
        _check_words(path, outcome.topic, run.tag, *(item.doc for item in outcome.ranking))
        written = decreasing_scores([item.score for item in outcome.ranking])
        for rank, (item, score) in enumerate(zip(outcome.ranking, written, strict=True), 1):
            lines.append(f"{outcome.topic} Q0 {item.doc} {rank} {score} {run.tag}\n")
    manifest = {
        "schema_version": MANIFEST_VERSION,
        "tag": run.tag,
        "conditions": dataclasses.asdict(run.conditions),
        "attempted": len(run.with_status("answered", "empty", "failed")),
        "topics": list(map(_describe_outcome, run.outcomes)),
    }
    with report_writing(path):
        manifest_path(path).unlink(missing_ok=True)  # The old one would contradict the new run.
    replace_text(path, "".join(lines))
    replace_text(manifest_path(path), json.dumps(manifest, indent=1, ensure_ascii=False) + "\n")


def _describe_outcome(outcome: Outcome) -> dict[str, Any]:
    described = {
        "id": outcome.topic,
        "status": outcome.status,
        "hits": outcome.total,
        "relaxed": outcome.relaxed,
        "milliseconds": outcome.milliseconds,
    }
    return described | ({"reason": outcome.reason} if outcome.reason else {})


def decreasing_scores(scores: Sequence[float]) -> list[str]:
    """Return the scores as text, each lower than the one before in single precision.

    trec_eval reads single precision and orders by score, so an equal score is written a little lower.

    >>> decreasing_scores([2.5, 1.25, 1.25])
    ['2.5', '1.25', '1.2499999']
    >>> decreasing_scores([0.0, 0.0])
    ['2', '1']
    """
    if len(set(scores)) <= 1 and len(scores) > 1:
        return [str(len(scores) - place) for place in range(len(scores))]
    written = []
    last = np.float32(np.inf)
    for score in scores:
        single = np.float32(score)
        last = single if single < last else np.nextafter(last, np.float32(-np.inf))
        written.append(str(last))
    return written


def read_run(path: Path, problems: Problems | None = None) -> Run:
    """Return the run of a file of six columns, with what its manifest says if there is one.

    Releases are in the order of their scores, ties in descending order of ids, as in trec_eval; the ranks in
    the file do not count. Without a manifest, a topic that is not in the file is not in the run. Errors are
    added to `problems`; without it, raise EvaluationError with all of them.
    """
    with collect_problems(problems) as found:
        errors = len(found.errors)
        run = _read_rankings(path, found)
        if manifest_path(path).exists():
            return _read_manifest(run, path, found)
        if not run.outcomes and len(found.errors) == errors:
            message = "an empty run: no line, and no manifest beside it that says what was asked"
            found.error(Place(str(path)), message)
    return run


def _read_rankings(path: Path, problems: Problems) -> Run:
    rankings: dict[str, dict[str, tuple[float, int]]] = {}
    tag = ""
    disordered = None
    for place, columns in read_columns(path, problems, "topic, Q0, release, rank, score, tag"):
        topic, _, doc, _, written, own_tag = columns
        try:
            score = float(written)
        except ValueError:
            score = math.nan
        if not math.isfinite(score):
            problems.error(place, f"the score {written!r} is not a number")
            continue
        ranking = rankings.setdefault(topic, {})
        if doc in ranking:
            problems.error(place, f"{doc} is already in the answer to {topic} in line {ranking[doc][1]}")
            continue
        if not disordered and ranking and score > next(reversed(ranking.values()))[0]:
            disordered = place
        ranking[doc] = (score, place.line)
        tag = tag or own_tag
    if disordered:
        problems.warn(disordered, "the scores rise here; scores make the order, not the lines or ranks")
    outcomes = []
    for topic, docs in rankings.items():
        ordered = sorted(((score, doc) for doc, (score, _) in docs.items()), reverse=True)
        ranked = tuple(Ranked(doc, score) for score, doc in ordered)
        outcomes.append(Outcome(topic, "answered", ranked, len(ranked)))
    return Run(tag or path.stem, tuple(outcomes))


def _read_manifest(run: Run, run_path: Path, problems: Problems) -> Run:
    """Return the run with the outcomes of its manifest."""
    path = manifest_path(run_path)
    manifest, file = Place(str(path)), Place(str(run_path))
    try:
        read = json.loads(read_text(path))
        if read["schema_version"] != MANIFEST_VERSION:
            message = f"a manifest of version {read['schema_version']}, which this version does not read"
            problems.error(manifest, message)
            return run
        conditions = Conditions(**read["conditions"])
        outcomes = {
            item["id"]: Outcome(
                item["id"], item["status"], total=item["hits"], relaxed=item["relaxed"],
                reason=item.get("reason", ""), milliseconds=item["milliseconds"],
            )
            for item in read["topics"]
        }  # fmt: skip
        tag = str(read["tag"])
        if unknown := {outcome.status for outcome in outcomes.values()} - set(get_args(Status)):
            raise ValueError(f"a topic cannot be {min(unknown)!r}")
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        message = f"not the manifest of a run ({type(error).__name__}: {error}); make the run again"
        problems.error(manifest, message)
        return run
    ranked = {outcome.topic: outcome.ranking for outcome in run.outcomes}
    for topic in ranked.keys() - outcomes.keys():
        message = f"the answer to {topic} is not in the manifest; the two are of different runs"
        problems.error(file, message)
    for outcome in outcomes.values():
        if (outcome.status == "answered") != (outcome.topic in ranked):
            message = f"{outcome.topic} is {outcome.status} in the manifest, which the lines contradict"
            problems.error(file, message)
    joined = (dataclasses.replace(item, ranking=ranked.get(id, ())) for id, item in outcomes.items())
    return Run(tag, tuple(joined), conditions)
