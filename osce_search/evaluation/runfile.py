"""Run files: a run ↔ the six columns of TREC, with a manifest beside it that tells empty from failed."""

from __future__ import annotations

import dataclasses
import json
import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any, get_args

import numpy as np

from osce_search.errors import EvaluationError
from osce_search.evaluation.lines import read_lines, read_text
from osce_search.evaluation.problems import Problems
from osce_search.evaluation.run import Conditions, Outcome, Ranked, Run, Status

__all__ = ["manifest_path", "read_run", "write_run"]

MANIFEST_VERSION = 1


def manifest_path(path: Path) -> Path:
    """Where the manifest of a run file is.

    >>> manifest_path(Path("runs/a.txt")).name
    'a.txt.manifest.json'
    """
    return path.with_name(f"{path.name}.manifest.json")


def write_run(run: Run, path: Path) -> None:
    """Write a run and its manifest, the manifest last.

    Scores are written as they are where they fall from place to place; where two are equal, or too near for
    the single precision that trec_eval reads, the lower is written a little lower, so that every tool sees
    the order that was answered. Raises EvaluationError where the disk refuses, and before anything is written
    for an id that such a file cannot hold.
    """
    lines = []
    for outcome in run.outcomes:
        for word in (outcome.topic, run.tag, *(item.doc for item in outcome.ranking)):
            if word.split() != [word]:
                raise EvaluationError(
                    f"{path}: {word!r} is empty or has a space in it, which a run file cannot hold"
                )
        written = falling_scores([item.score for item in outcome.ranking])
        for rank, (item, score) in enumerate(zip(outcome.ranking, written, strict=True), 1):
            lines.append(f"{outcome.topic} Q0 {item.doc} {rank} {score} {run.tag}\n")
    try:
        manifest_path(path).unlink(missing_ok=True)
    except OSError as error:
        raise EvaluationError(f"{path}: cannot be written ({error.strerror})") from error
    _replace(path, "".join(lines))
    _replace(manifest_path(path), json.dumps(_manifest(run), indent=1, ensure_ascii=False) + "\n")


def falling_scores(scores: Sequence[float]) -> list[str]:
    """The scores as text, each below the one before in single precision.

    >>> falling_scores([2.5, 1.25, 1.25])
    ['2.5', '1.25', '1.2499999']
    >>> falling_scores([0.0, 0.0])
    ['2', '1']
    """
    if len(set(scores)) <= 1 and len(scores) > 1:
        return [str(len(scores) - place) for place in range(len(scores))]
    written = []
    ceiling = np.float32(np.inf)
    for score in scores:
        single = np.float32(score)
        if not single < ceiling:
            single = np.nextafter(ceiling, np.float32(-np.inf))
        ceiling = single
        written.append(str(single))
    return written


def _manifest(run: Run) -> dict[str, Any]:
    return {
        "schema_version": MANIFEST_VERSION,
        "tag": run.tag,
        "conditions": dataclasses.asdict(run.conditions),
        "attempted": len(run.with_status("answered", "empty", "failed")),
        "topics": [
            {
                "id": outcome.topic,
                "status": outcome.status,
                "hits": outcome.total,
                "relaxed": outcome.relaxed,
                "milliseconds": outcome.milliseconds,
            }
            | ({"reason": outcome.reason} if outcome.reason else {})
            for outcome in run.outcomes
        ],
    }


def _replace(path: Path, text: str) -> None:
    part = path.with_name(f".{path.name}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        part.write_text(text, encoding="utf-8", newline="")
        part.replace(path)
    except OSError as error:
        raise EvaluationError(f"{path}: cannot be written ({error.strerror})") from error


# ── reading ──────────────────────────────────────────────────────────────────────────────────────────────────


def read_run(path: Path, problems: Problems | None = None) -> Run:
    """The run of a TREC file, with what its manifest says if there is one.

    Releases are in the order of their scores, ties in descending order of ids, as trec_eval has it; the
    column of ranks does not count. What is wrong is noted among `problems`; without them EvaluationError is
    raised with all of it. Where there is no manifest, a topic that is not in the file is not known to have
    been asked.
    """
    found = Problems() if problems is None else problems
    errors = len(found.errors)
    rankings: dict[str, dict[str, tuple[float, int]]] = {}
    tags: dict[str, None] = {}
    disordered = 0
    for line, text in read_lines(path, found):
        parts = text.split()
        if len(parts) != 6:
            found.error(
                path, line, f"{len(parts)} columns; a line is topic, Q0, release, rank, score and tag"
            )
            continue
        topic, _, doc, _, written, tag = parts
        try:
            score = float(written)
        except ValueError:
            score = math.nan
        if not math.isfinite(score):
            found.error(path, line, f"the score {written!r} is no number")
            continue
        ranking = rankings.setdefault(topic, {})
        if doc in ranking:
            found.error(path, line, f"{doc} is in the answer to {topic} already, in line {ranking[doc][1]}")
            continue
        before = next(reversed(ranking.values()), None)
        if before is not None and score > before[0] and not disordered:
            disordered = line
        ranking[doc] = (score, line)
        tags[tag] = None
    if disordered:
        found.warn(path, disordered, "the scores rise here; scores make the order, not the lines or ranks")
    run = Run(next(iter(tags), path.stem), tuple(_outcome(topic, docs) for topic, docs in rankings.items()))
    beside = manifest_path(path)
    if beside.exists():
        run = _with_manifest(run, beside, path, found)
    elif not rankings and len(found.errors) == errors:
        found.error(path, 0, "an empty run: no line, and no manifest beside it that says what was asked")
    if problems is None:
        found.check()
    return run


def _outcome(topic: str, docs: dict[str, tuple[float, int]]) -> Outcome:
    ordered = sorted(((score, doc) for doc, (score, _) in docs.items()), reverse=True)
    return Outcome(topic, "answered", tuple(Ranked(doc, score) for score, doc in ordered), len(ordered))


def _with_manifest(run: Run, path: Path, run_path: Path, problems: Problems) -> Run:
    try:
        read = json.loads(read_text(path))
        if read["schema_version"] != MANIFEST_VERSION:
            problems.error(
                path, 0, f"a manifest of version {read['schema_version']}, which this version does not read"
            )
            return run
        conditions = Conditions(**read["conditions"])
        stated = {
            entry["id"]: Outcome(
                entry["id"], entry["status"], (), entry["hits"], entry["relaxed"], entry.get("reason", ""),
                entry["milliseconds"],
            )
            for entry in read["topics"]
        }  # fmt: skip
        tag = str(read["tag"])
        if strange := {outcome.status for outcome in stated.values()} - set(get_args(Status)):
            raise ValueError(f"a topic cannot be {min(strange)!r}")
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        problems.error(path, 0, f"no manifest of a run ({type(error).__name__}: {error}); make the run again")
        return run
    ranked = {outcome.topic: outcome.ranking for outcome in run.outcomes}
    for topic in ranked.keys() - stated.keys():
        problems.error(
            run_path, 0, f"the answer to {topic} is not in the manifest; the two are of different runs"
        )
    for outcome in stated.values():
        if (outcome.status == "answered") != (outcome.topic in ranked):
            problems.error(
                run_path,
                0,
                f"{outcome.topic} is {outcome.status} by the manifest, which the lines contradict",
            )
    return Run(
        tag,
        tuple(
            dataclasses.replace(outcome, ranking=ranked.get(outcome.topic, ())) for outcome in stated.values()
        ),
        conditions,
    )
