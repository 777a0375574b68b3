"""Measures: rankings × judgements → numbers, topic by topic, worked out by ir-measures."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from osce_search.errors import EvaluationError
from osce_search.evaluation.qrels import Judgement, grades_by_topic
from osce_search.evaluation.run import Run
from osce_search.evaluation.topics import Topic

__all__ = ["DEFAULT_MEASURES", "JUDGED", "Mean", "Scores", "check_measures", "measure_run"]

DEFAULT_MEASURES = ("nDCG@10", "AP", "R@100", "RR@10")
JUDGED = "Judged@10"
"""The share of the first ten that are judged: how far the other measures can be believed."""

_MEASURE = re.compile(r"\s*([A-Za-zα][\w-]*)(?:\(([^()]*)\))?(?:@(\d+(?:\.\d+)?))?\s*")


@dataclass(frozen=True, slots=True)
class Mean:
    """The mean of a measure over `topics` topics, and the one in which topics count by their weights."""

    measure: str
    value: float
    weighted: float
    topics: int


@dataclass(frozen=True, slots=True)
class Scores:
    """The values of measures, by measure and topic.

    Only topics that ran and have judgements have values. `failed`, `unjudged` and `unasked` name the
    others: topics that did not run, topics without judgements, judged topics that are not in the run.
    `stale` are judgements of releases that the index no longer holds, None where that is not known.
    """

    values: Mapping[str, Mapping[str, float]]
    weights: Mapping[str, float]
    failed: tuple[str, ...] = ()
    unjudged: tuple[str, ...] = ()
    unasked: tuple[str, ...] = ()
    stale: tuple[Judgement, ...] | None = None

    @property
    def topics(self) -> tuple[str, ...]:
        """The topics that have values, sorted."""
        return tuple(sorted(next(iter(self.values.values()), {})))

    def mean(self, measure: str) -> Mean:
        """The mean of a measure over the topics that have values; raises EvaluationError where none has."""
        values = self.values[measure]
        if not values:
            raise EvaluationError("no topic both ran and has judgements: there is nothing to take a mean of")
        total = sum(self.weights.get(topic, 1.0) for topic in values)
        weighted = sum(value * self.weights.get(topic, 1.0) for topic, value in values.items()) / total
        return Mean(measure, sum(values.values()) / len(values), weighted, len(values))


def check_measures(text: str | Sequence[str]) -> tuple[str, ...]:
    """The names of measures as ir-measures writes them; raises EvaluationError for what is none.

    >>> check_measures("nDCG@10, AP,P(rel=2)@5")
    ('nDCG@10', 'AP', 'P(rel=2)@5')
    """
    names = re.split(r",(?![^()]*\))", text) if isinstance(text, str) else text
    return tuple(dict.fromkeys(str(_parse(name)) for name in names if name.strip()))


def measure_run(
    run: Run,
    judgements: Iterable[Judgement],
    measures: Sequence[str] = DEFAULT_MEASURES,
    *,
    topics: Iterable[Topic] = (),
    stale: tuple[Judgement, ...] | None = None,
) -> Scores:
    """The value of each measure for each topic that ran and has judgements; Judged@10 is always among them.

    An empty answer counts as zero, a topic that failed or was skipped not at all. The ideal ranking is made
    of all judgements, found or not. Places count and not scores, so that ties are measured in the order in
    which they were answered.
    """
    import ir_measures

    grades = grades_by_topic(judgements)
    rankings = run.rankings
    attempted = {outcome.topic for outcome in run.outcomes}
    counted = sorted(rankings.keys() & grades.keys())
    # Some of the programs that ir_measures calls take no topic but a number.
    qrels = {str(number): grades[topic] for number, topic in enumerate(counted)}
    # ir_measures divides by the number of releases for Judged; for a topic that is not there it takes the default.
    answers = {
        str(number): {item.doc: float(-place) for place, item in enumerate(rankings[topic])}
        for number, topic in enumerate(counted)
        if rankings[topic]
    }
    parsed = {str(item): item for item in map(_parse, (*measures, JUDGED))}
    values: dict[str, dict[str, float]] = {name: {} for name in parsed}
    if counted:
        try:
            # An evaluator gives zeros when it is used again (ir_measures issue 49), so each run gets its own.
            evaluator = ir_measures.evaluator(list(parsed.values()), qrels)
            for metric in evaluator.iter_calc(answers):
                values[str(metric.measure)][counted[int(metric.query_id)]] = float(metric.value)
        except (
            Exception
        ) as error:  # Each measure is worked out by a program of its own, which raises what it likes.
            raise EvaluationError(f"{', '.join(measures)}: {type(error).__name__}: {error}") from error
    return Scores(
        values,
        {topic.id: topic.weight for topic in topics},
        failed=tuple(outcome.topic for outcome in run.outcomes if not outcome.ran),
        unjudged=tuple(topic for topic in rankings if topic not in grades),
        unasked=tuple(topic for topic in grades if topic not in attempted),
        stale=stale,
    )


def _parse(name: str) -> Any:
    """A measure as an object; ir_measures' own parser needs names of `ast` that Python 3.14 no longer has."""
    import ir_measures

    match = _MEASURE.fullmatch(name)
    made = ir_measures.measures.registry.get(match[1]) if match else None
    if match is None or made is None:
        raise EvaluationError(
            f"there is no measure {name.strip()!r}; write them as nDCG@10, AP, RR@10, R@100, P(rel=2)@5, Success@1"
        )
    try:
        call = ast.parse(f"measure({match[2] or ''})", mode="eval").body
        parameters = {item.arg: ast.literal_eval(item.value) for item in getattr(call, "keywords", ())}
    except (ValueError, SyntaxError) as error:
        raise EvaluationError(
            f"{name.strip()}: {match[2]!r} cannot be read; write it as in P(rel=2)@5"
        ) from error
    measure = made if isinstance(made, ir_measures.Measure) else made()
    measure = measure(**parameters)
    if match[3] and not float(match[3]):
        raise EvaluationError(f"{name.strip()}: places count from 1, so there is none at 0")
    if match[3]:
        measure = measure @ (float(match[3]) if "." in match[3] else int(match[3]))
    try:
        measure.validate_params()
    except AssertionError as error:
        reason = f"needs a place, as in {name.strip()}@10" if "cutoff=<" in str(error) else str(error)
        raise EvaluationError(f"{name.strip()}: {reason}") from error
    return measure
