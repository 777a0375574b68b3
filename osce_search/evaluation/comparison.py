"""Comparison: two runs over the same topics → what got better, what got worse, and whether it means anything."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from osce_search.errors import EvaluationError
from osce_search.evaluation.measures import Scores, measure_run
from osce_search.evaluation.qrels import Judgement, grades_by_topic
from osce_search.evaluation.run import Ranked, Run
from osce_search.evaluation.statistics import adjust_holm, bootstrap_interval, permutation_test
from osce_search.evaluation.topics import Topic

__all__ = ["Comparison", "Difference", "Moved", "Mover", "compare_runs"]

SHOWN = 10
"""Places from the top in which releases are said to come in or go out."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One measure of both runs: means over the same `topics` topics, and how sure their difference is.

    `p` is the permutation test's, `p_holm` the same adjusted for the number of measures, `low` and `high`
    bound the mean difference with 95 % confidence. `better`, `worse` and `equal` count topics.
    """

    measure: str
    before: float
    after: float
    topics: int
    low: float
    high: float
    p: float
    p_holm: float
    better: int
    worse: int
    equal: int

    @property
    def change(self) -> float:
        """The mean difference; above 0 the second run is better."""
        return self.after - self.before


@dataclass(frozen=True, slots=True)
class Moved:
    """A release that came into the first ten or went out: its grade and its two places, None where it has none."""

    doc: str
    grade: int | None
    before: int | None
    after: int | None


@dataclass(frozen=True, slots=True)
class Mover:
    """A topic whose value changed, with the releases that came into and went out of the first ten."""

    topic: str
    query: str
    before: float
    after: float
    came: tuple[Moved, ...]
    went: tuple[Moved, ...]

    @property
    def change(self) -> float:
        """How much; above 0 the second run is better."""
        return self.after - self.before


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two runs side by side.

    `differences` has one entry for each measure; `movers` all topics whose first measure or first ten
    changed, the worst first. `before` and `after` are the scores of both runs; `left_out` names judged
    topics that only one of the two ran.
    """

    tags: tuple[str, str]
    differences: tuple[Difference, ...]
    movers: tuple[Mover, ...]
    before: Scores
    after: Scores
    left_out: tuple[str, ...]

    @property
    def worst(self) -> tuple[Mover, ...]:
        """The topics that fell, the deepest first."""
        return tuple(mover for mover in self.movers if mover.change < 0)

    @property
    def best(self) -> tuple[Mover, ...]:
        """The topics that rose, the highest first."""
        return tuple(mover for mover in reversed(self.movers) if mover.change > 0)


def compare_runs(
    before: Run,
    after: Run,
    judgements: Sequence[Judgement],
    measures: Sequence[str],
    *,
    topics: Iterable[Topic] = (),
    stale: tuple[Judgement, ...] | None = None,
) -> Comparison:
    """The comparison of two runs over the topics that both ran; raises EvaluationError where there is none of them."""
    topics = tuple(topics)
    scores = [measure_run(run, judgements, measures, topics=topics, stale=stale) for run in (before, after)]
    shared = sorted(set(scores[0].topics) & set(scores[1].topics))
    if not shared:
        raise EvaluationError(
            f"the runs {before.tag} and {after.tag} share no topic that both answered and that has judgements"
        )
    drafts = [_differ(name, scores, shared) for name in measures]
    adjusted = adjust_holm([draft.p for draft in drafts])
    differences = tuple(
        Difference(
            draft.measure, draft.before, draft.after, draft.topics, draft.low, draft.high, draft.p, p_holm,
            draft.better, draft.worse, draft.equal,
        )
        for draft, p_holm in zip(drafts, adjusted, strict=True)
    )  # fmt: skip
    questions = {topic.id: topic.query for topic in topics}
    grades = grades_by_topic(judgements)
    rankings = [run.rankings for run in (before, after)]
    movers = []
    for topic in shared:
        places = [_places(ranked[topic]) for ranked in rankings]
        came, went = _moved(places, grades.get(topic, {}))
        values = [score.values[measures[0]][topic] for score in scores]
        if values[0] != values[1] or came or went:
            movers.append(Mover(topic, questions.get(topic, ""), values[0], values[1], came, went))
    movers.sort(key=lambda mover: (mover.change, mover.topic))
    left_out = tuple(sorted(set(scores[0].topics) ^ set(scores[1].topics)))
    return Comparison((before.tag, after.tag), differences, tuple(movers), scores[0], scores[1], left_out)


def _differ(measure: str, scores: Sequence[Scores], shared: Sequence[str]) -> Difference:
    before, after = ([score.values[measure][topic] for topic in shared] for score in scores)
    changes = [new - old for old, new in zip(before, after, strict=True)]
    p = permutation_test(changes)
    low, high = bootstrap_interval(changes)
    better, worse = sum(change > 0 for change in changes), sum(change < 0 for change in changes)
    n = len(shared)
    return Difference(
        measure, sum(before) / n, sum(after) / n, n, low, high, p, p, better, worse, n - better - worse
    )


def _places(ranking: Sequence[Ranked]) -> dict[str, int]:
    return {item.doc: place for place, item in enumerate(ranking, 1)}


def _moved(
    places: Sequence[dict[str, int]], grades: dict[str, int]
) -> tuple[tuple[Moved, ...], tuple[Moved, ...]]:
    """The releases that came into the first ten and those that went out, by place."""
    before, after = ({doc for doc, place in given.items() if place <= SHOWN} for given in places)
    came = sorted(after - before, key=lambda doc: places[1][doc])
    went = sorted(before - after, key=lambda doc: places[0][doc])

    def show(doc: str) -> Moved:
        return Moved(doc, grades.get(doc), places[0].get(doc), places[1].get(doc))

    return tuple(map(show, came)), tuple(map(show, went))
