"""Measures: rankings × judgements → numbers by topic, computed by ir_measures, and statistics of them by scipy."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import ir_measures
import numpy as np

from osce_search.errors import EvaluationError
from osce_search.evaluation.rankings import Run
from osce_search.evaluation.topics import Topic
from osce_search.evaluation.trec import Judgement, grades_by_topic

DEFAULT_MEASURES = ("nDCG@10", "AP", "R@100", "RR@10")
JUDGED = "Judged@10"
"""The share of the first ten that are judged: it says how far the other measures can be trusted."""

_MEASURE = re.compile(r"\s*([A-Za-zα][\w-]*)(?:\(([^()]*)\))?(?:@(\d+(?:\.\d+)?))?\s*")
_BATCH = 1000


@dataclass(frozen=True, slots=True)
class Mean:
    """The mean of a measure over `topics` topics, plain and with the topics' weights."""

    measure: str
    value: float
    weighted: float
    topics: int


@dataclass(frozen=True, slots=True)
class Scores:
    """The values of measures, by measure and topic.

    Only topics that ran and have judgements have values. `failed` are topics that did not run, `unjudged`
    topics without judgements, `unasked` judged topics that are not in the run. `stale` are judgements of
    releases that the index no longer holds, or None if that is not known.
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
        """Return the mean of a measure. Raise EvaluationError if no topic has a value."""
        values = self.values[measure]
        if not values:
            raise EvaluationError("no topic both ran and has judgements: there is nothing to take a mean of")
        total = sum(self.weights.get(topic, 1.0) for topic in values)
        weighted = sum(value * self.weights.get(topic, 1.0) for topic, value in values.items()) / total
        return Mean(measure, sum(values.values()) / len(values), weighted, len(values))


def check_measures(text: str | Sequence[str]) -> tuple[str, ...]:
    """Return the names of measures as ir_measures writes them. Raise EvaluationError for an unknown one.

    >>> check_measures("nDCG@10, AP,P(rel=2)@5")
    ('nDCG@10', 'AP', 'P(rel=2)@5')
    """
    names = re.split(r",(?![^()]*\))", text) if isinstance(text, str) else text
    return tuple(dict.fromkeys(str(_parse_measure(name)) for name in names if name.strip()))


def measure_run(
    run: Run,
    judgements: Iterable[Judgement],
    measures: Sequence[str] = DEFAULT_MEASURES,
    *,
    topics: Iterable[Topic] = (),
    stale: tuple[Judgement, ...] | None = None,
) -> Scores:
    """Return the value of each measure, and of Judged@10, for each topic that ran and has judgements.

    An empty answer counts as zero; a topic that failed or was skipped does not count. The ideal ranking is
    made of all judgements, found or not. Places count instead of scores, so that ties are measured in the
    order of the answer.
    """
    grades = grades_by_topic(judgements)
    rankings = run.rankings
    attempted = {outcome.topic for outcome in run.outcomes}
    counted = sorted(rankings.keys() & grades.keys())
    parsed = {str(measure): measure for measure in map(_parse_measure, (*measures, JUDGED))}
    values: dict[str, dict[str, float]] = {name: {} for name in parsed}
    if counted:
        # Some programs that ir_measures calls accept only numbers as topics.
        qrels = {str(number): grades[topic] for number, topic in enumerate(counted)}
        # ir_measures gives zero to a topic without an answer, but fails for Judged if the answer is empty.
        answers = {
            str(number): {item.doc: float(-place) for place, item in enumerate(rankings[topic])}
            for number, topic in enumerate(counted)
            if rankings[topic]
        }
        try:
            # An evaluator returns zeros when it is used a second time (ir_measures issue 49).
            for metric in ir_measures.evaluator(list(parsed.values()), qrels).iter_calc(answers):
                values[str(metric.measure)][counted[int(metric.query_id)]] = float(metric.value)
        except Exception as error:  # The programs behind ir_measures raise exceptions of any kind.
            raise EvaluationError(f"{', '.join(measures)}: {type(error).__name__}: {error}") from error
    return Scores(
        values,
        {topic.id: topic.weight for topic in topics},
        failed=tuple(outcome.topic for outcome in run.outcomes if not outcome.ran),
        unjudged=tuple(topic for topic in rankings if topic not in grades),
        unasked=tuple(topic for topic in grades if topic not in attempted),
        stale=stale,
    )


def _parse_measure(name: str) -> Any:
    """Return the measure of a name. The parser of ir_measures needs a part of `ast` that Python 3.14 lacks."""
    match = _MEASURE.fullmatch(name)
    made = ir_measures.measures.registry.get(match[1]) if match else None
    name = name.strip()
    if match is None or made is None:
        examples = "nDCG@10, AP, RR@10, R@100, P(rel=2)@5, Success@1"
        raise EvaluationError(f"there is no measure {name!r}; write them as {examples}")
    try:
        call = ast.parse(f"measure({match[2] or ''})", mode="eval").body
        parameters = {item.arg: ast.literal_eval(item.value) for item in getattr(call, "keywords", ())}
    except (ValueError, SyntaxError) as error:
        raise EvaluationError(f"{name}: {match[2]!r} cannot be read; write it as in P(rel=2)@5") from error
    measure = (made if isinstance(made, ir_measures.Measure) else made())(**parameters)
    if match[3]:
        cutoff = float(match[3])
        if not cutoff:
            raise EvaluationError(f"{name}: places count from 1, so there is none at 0")
        measure = measure @ (cutoff if "." in match[3] else int(match[3]))
    try:
        measure.validate_params()
    except AssertionError as error:
        reason = f"needs a place, as in {name}@10" if "cutoff=<" in str(error) else str(error)
        raise EvaluationError(f"{name}: {reason}") from error
    return measure


# ── statistics ───────────────────────────────────────────────────────────────────────────────────────────────
# scipy.stats takes a second to import, so only what prints a p-value or an interval imports it.


def permutation_test(differences: Sequence[float], rounds: int = 100_000, seed: int = 0) -> float:
    """Return the two-sided p-value of a mean difference between two runs, paired by topic.

    If the runs are alike, the difference of each topic could as well have the other sign (Smucker, Allan and
    Carterette, CIKM 2007). Up to 16 topics that differ, all sign patterns are tried and p is exact. Beyond
    that p is estimated from `rounds` random patterns, with a standard error of 0.0007 at p = 0.05, and is never
    0. The same `seed` gives the same p, with the same version of scipy.

    >>> permutation_test([1.0, 1.0, 1.0])
    0.25
    """
    from scipy import stats

    values = np.asarray(differences, np.float64)
    values = values[values != 0]
    if len(values) < 2:  # Both signs of a single difference are as far from 0.
        return 1.0

    def statistic(sample: Any, axis: int) -> Any:
        # Equal sums can differ in the last digits, depending on the order in which they were added.
        return np.abs(sample.sum(axis=axis)).round(12)

    test = stats.permutation_test(
        (values,), statistic, permutation_type="samples", vectorized=True, alternative="greater",
        n_resamples=rounds, batch=_BATCH, rng=np.random.default_rng(seed),
    )  # fmt: skip
    return float(test.pvalue)


def bootstrap_interval(
    values: Sequence[float], confidence: float = 0.95, rounds: int = 10_000, seed: int = 0
) -> tuple[float, float]:
    """Return the percentile interval of a mean over other topics of the same kind (Efron).

    The interval is somewhat too narrow for few topics, and has no width for a single one. The same `seed`
    gives the same interval.

    >>> bootstrap_interval([0.5, 0.5, 0.5])
    (0.5, 0.5)
    """
    from scipy import stats

    if len(values) < 2:
        return (values[0], values[0])
    low, high = stats.bootstrap(
        (values,), np.mean, method="percentile", vectorized=True, confidence_level=confidence,
        n_resamples=rounds, batch=_BATCH, rng=np.random.default_rng(seed),
    ).confidence_interval  # fmt: skip
    return (float(low), float(high))


def adjust_holm(p_values: Sequence[float]) -> tuple[float, ...]:
    """Return the p-values raised for the number of tests (Holm 1979), in the order given.

    >>> adjust_holm([0.01, 0.04, 0.03])
    (0.03, 0.06, 0.06)
    """
    order = sorted(range(len(p_values)), key=p_values.__getitem__)
    adjusted = [0.0] * len(p_values)
    highest = 0.0
    for rank, place in enumerate(order):
        highest = max(highest, min(1.0, (len(p_values) - rank) * p_values[place]))
        adjusted[place] = highest
    return tuple(adjusted)
