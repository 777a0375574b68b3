"""Baseline: pinned scores, tied to the releases and judgements they were measured on."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from osce_search.errors import EvaluationError
from osce_search.evaluation.lines import read_text
from osce_search.evaluation.measures import JUDGED, Scores
from osce_search.evaluation.qrels import Judgement, digest_judgements
from osce_search.evaluation.run import Run

__all__ = ["Baseline", "make_baseline", "pin_baseline", "read_baseline"]

BASELINE_VERSION = 1
_DIGITS = 4


@dataclass(frozen=True, slots=True)
class Baseline:
    """What a ranking reached once.

    `values` are those of `measure` by topic, `means` the means of all measures that were asked for. `tolerance`
    is how far the mean of `measure` may fall, `drop` how far a single topic may. `texts`, `topics` and
    `judgements` name what the scores rest on; `fingerprint` and `software` are for the reader.
    """

    measure: str
    values: Mapping[str, float]
    means: Mapping[str, float]
    judged: float
    fingerprint: str
    texts: str
    topics: str
    judgements: str
    profile: str
    software: str
    tolerance: float
    drop: float

    @property
    def mean(self) -> float:
        """The mean of the measure."""
        return self.means[self.measure]


def make_baseline(
    run: Run, scores: Scores, judgements: Sequence[Judgement], tolerance: float, drop: float
) -> Baseline:
    """The baseline that a run makes; its first measure is the one the gate goes by.

    Raises EvaluationError where a topic failed, since what did not run cannot be pinned, and for a tolerance or
    drop by which nothing would ever be too low.
    """
    if not (tolerance >= 0 and drop >= 0):
        raise EvaluationError(f"tolerance {tolerance:g}, drop {drop:g}: both are to be 0 or more")
    if scores.failed:
        raise EvaluationError(f"{', '.join(scores.failed)} did not run; a baseline needs all topics")
    measure = next(iter(scores.values))
    # How much is judged stands in every baseline by itself, and is a measure where it is the one that was asked for.
    names = [name for name in scores.values if name == measure or name != JUDGED]
    return Baseline(
        measure,
        MappingProxyType(
            {topic: round(value, _DIGITS) for topic, value in sorted(scores.values[measure].items())}
        ),
        MappingProxyType({name: round(scores.mean(name).value, _DIGITS) for name in names}),
        round(scores.mean(JUDGED).value, _DIGITS),
        run.conditions.fingerprint,
        run.conditions.texts,
        run.conditions.topics,
        digest_judgements(judgements),
        run.conditions.profile,
        run.conditions.software,
        tolerance,
        drop,
    )


def read_baseline(path: Path) -> Baseline:
    """The baseline of a file; raises EvaluationError for what is none."""
    try:
        read = json.loads(read_text(path), parse_constant=_refuse)
        if read["schema_version"] != BASELINE_VERSION:
            raise EvaluationError(
                f"{path}: a baseline of version {read['schema_version']}; pin it anew with --pin"
            )
        if read["measure"] not in read["means"]:
            raise ValueError(f"no mean of {read['measure']}")
        return Baseline(
            str(read["measure"]),
            MappingProxyType({str(topic): float(value) for topic, value in read["values"].items()}),
            MappingProxyType({str(name): float(value) for name, value in read["means"].items()}),
            float(read["judged@10"]),
            str(read["index"]),
            str(read["texts"]),
            str(read["topics"]),
            str(read["judgements"]),
            str(read["profile"]),
            str(read["software"]),
            float(read["tolerance"]),
            float(read["drop"]),
        )
    except json.JSONDecodeError as error:
        raise EvaluationError(f"{path}:{error.lineno}: no JSON ({error.msg})") from error
    except (KeyError, TypeError, ValueError, AttributeError, RecursionError) as error:
        raise EvaluationError(
            f"{path}: no baseline ({type(error).__name__}: {error}); pin one with: osce-search eval gate --pin"
        ) from error


def _refuse(constant: str) -> float:
    """NaN and infinity, which Python reads and JSON does not have: nothing is ever lower than they are."""
    raise ValueError(f"{constant} is no number")


def pin_baseline(
    path: Path, baseline: Baseline, *, accepted: Iterable[str] = (), lower: bool = False
) -> None:
    """Write a baseline; one that is lower than what the file holds is refused unless `lower`.

    Lower is a lower mean, a question that fell by more than its drop and is not `accepted` to, a question that is
    no longer pinned, a wider tolerance. Other texts, topics or judgements do not excuse it: whoever lowers says so.
    """
    if path.exists() and not lower:
        lowered = list(_list_lowered(read_baseline(path), baseline, set(accepted)))
        if lowered:
            raise EvaluationError(
                f"{path}: {'; '.join(lowered)}; look at each, and where it is meant, say --pin --lower"
            )
    content = {
        "schema_version": BASELINE_VERSION,
        "measure": baseline.measure,
        "tolerance": baseline.tolerance,
        "drop": baseline.drop,
        "means": dict(baseline.means),
        "judged@10": baseline.judged,
        "profile": baseline.profile,
        "software": baseline.software,
        "index": baseline.fingerprint,
        "texts": baseline.texts,
        "topics": baseline.topics,
        "judgements": baseline.judgements,
        "values": dict(baseline.values),
    }
    part = path.with_name(f".{path.name}.part")
    try:
        part.write_text(
            json.dumps(content, indent=1, ensure_ascii=False) + "\n", encoding="utf-8", newline=""
        )
        part.replace(path)
    except OSError as error:
        raise EvaluationError(f"{path}: cannot be written ({error.strerror})") from error


def _list_lowered(before: Baseline, now: Baseline, accepted: set[str]) -> Iterator[str]:
    """What of a baseline another one lowers."""
    mean = now.means.get(before.measure)
    if now.measure != before.measure or mean is None:
        yield f"pinned for {before.measure}, not for {now.measure}: name it first"
        return
    if mean < before.mean - 10**-_DIGITS / 2:
        yield f"{before.measure} would be lowered from {before.mean:.4f} to {mean:.4f}"
    for topic, value in before.values.items():
        if topic not in now.values:
            yield f"{topic} would no longer be pinned"
        elif now.values[topic] < value - before.drop - 10**-_DIGITS / 2 and topic not in accepted:
            yield f"{topic} would be lowered from {value:.4f} to {now.values[topic]:.4f}"
    if now.tolerance > before.tolerance:
        yield f"tolerance would be widened from {before.tolerance:g} to {now.tolerance:g}"
    if now.drop > before.drop:
        yield f"drop would be widened from {before.drop:g} to {now.drop:g}"
