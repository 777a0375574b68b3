"""Comparison report: two runs over the same topics → what got better or worse, and how sure that is."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from osce_search.errors import EvaluationError
from osce_search.evaluation.measures import (
    JUDGED,
    Scores,
    adjust_holm,
    bootstrap_interval,
    measure_run,
    permutation_test,
)
from osce_search.evaluation.rankings import Ranked, Run
from osce_search.evaluation.run_report import (
    REPORT_VERSION,
    describe_stale,
    list_names,
    print_p,
    print_table,
    warn_few,
)
from osce_search.evaluation.topics import Topic
from osce_search.evaluation.trec import Judgement, grades_by_topic

_PLACES = 10
"""Number of places from the top whose releases are reported when they change."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One measure of two runs: its means over the same `topics` topics, and how sure their difference is.

    `interval` holds the change with 95 % confidence. `p` is that of the permutation test, `p_holm` the same
    adjusted for the number of measures. `better`, `worse` and `equal` count topics.
    """

    measure: str
    before: float
    after: float
    change: float
    interval: tuple[float, float]
    p: float
    p_holm: float
    topics: int
    better: int
    worse: int
    equal: int


@dataclass(frozen=True, slots=True)
class Move:
    """A release that entered or left the first ten: its grade and its two places, None if it has none."""

    doc: str
    grade: int | None
    before: int | None
    after: int | None

    def __str__(self) -> str:
        grade = "not judged" if self.grade is None else f"grade {self.grade}"
        return f"{self.doc} ({grade}), from {self.before or 'nowhere'} to {self.after or 'nowhere'}"


@dataclass(frozen=True, slots=True)
class Mover:
    """A topic whose value or first ten changed, with the releases that entered and left the first ten."""

    topic: str
    query: str
    before: float
    after: float
    entered: tuple[Move, ...]
    left: tuple[Move, ...]

    @property
    def change(self) -> float:
        """The change of the value; above 0 the second run is better."""
        return self.after - self.before


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two runs side by side.

    `differences` has one item for each measure; `movers` has all topics whose first measure or first ten
    changed, the worst first. `before` and `after` are the scores of the two runs; `left_out` names judged
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
        """The topics that fell, the one that fell most first."""
        return tuple(mover for mover in self.movers if mover.change < 0)

    @property
    def best(self) -> tuple[Mover, ...]:
        """The topics that rose, the one that rose most first."""
        return tuple(mover for mover in reversed(self.movers) if mover.change > 0)

    @property
    def judged(self) -> list[float]:
        """Judged@10 of the two runs over the topics that both ran."""
        shared = set(self.before.topics) & set(self.after.topics)
        both = (self.before, self.after)
        return [sum(scores.values[JUDGED][topic] for topic in shared) / len(shared) for scores in both]


# ── comparing ────────────────────────────────────────────────────────────────────────────────────────────────


def compare_runs(
    before: Run,
    after: Run,
    judgements: Sequence[Judgement],
    measures: Sequence[str],
    *,
    topics: Iterable[Topic] = (),
    stale: tuple[Judgement, ...] | None = None,
) -> Comparison:
    """Compare two runs over the topics that both ran. Raise EvaluationError if there are none."""
    topics = tuple(topics)
    scores = [measure_run(run, judgements, measures, topics=topics, stale=stale) for run in (before, after)]
    shared = sorted(set(scores[0].topics) & set(scores[1].topics))
    if not shared:
        raise EvaluationError(
            f"the runs {before.tag} and {after.tag} share no topic that both answered and that has judgements"
        )
    differences = [_find_difference(measure, scores, shared) for measure in measures]
    adjusted = adjust_holm([item.p for item in differences])
    questions = {topic.id: topic.query for topic in topics}
    grades = grades_by_topic(judgements)
    rankings = [run.rankings for run in (before, after)]
    movers = []
    for topic in shared:
        entered, left = _find_moves([ranked[topic] for ranked in rankings], grades.get(topic, {}))
        old, new = (score.values[measures[0]][topic] for score in scores)
        if old != new or entered or left:
            movers.append(Mover(topic, questions.get(topic, ""), old, new, entered, left))
    return Comparison(
        (before.tag, after.tag),
        tuple(dataclasses.replace(item, p_holm=p) for item, p in zip(differences, adjusted, strict=True)),
        tuple(sorted(movers, key=lambda mover: (mover.change, mover.topic))),
        scores[0],
        scores[1],
        tuple(sorted(set(scores[0].topics) ^ set(scores[1].topics))),
    )


def _find_difference(measure: str, scores: Sequence[Scores], shared: Sequence[str]) -> Difference:
    old, new = ([score.values[measure][topic] for topic in shared] for score in scores)
    changes = [after - before for before, after in zip(old, new, strict=True)]
    count = len(shared)
    before, after = sum(old) / count, sum(new) / count
    p = permutation_test(changes)
    better, worse = sum(change > 0 for change in changes), sum(change < 0 for change in changes)
    return Difference(
        measure, before, after, after - before, bootstrap_interval(changes), p, p, count, better, worse,
        count - better - worse,
    )  # fmt: skip


def _find_moves(
    rankings: Sequence[Sequence[Ranked]], grades: dict[str, int]
) -> tuple[tuple[Move, ...], tuple[Move, ...]]:
    """Return the releases that entered the first ten and those that left them, in the order of places."""
    old, new = ({item.doc: place for place, item in enumerate(ranking, 1)} for ranking in rankings)
    entered = [doc for doc, place in new.items() if place <= _PLACES < old.get(doc, _PLACES + 1)]
    left = [doc for doc, place in old.items() if place <= _PLACES < new.get(doc, _PLACES + 1)]
    moves = [
        tuple(Move(doc, grades.get(doc), old.get(doc), new.get(doc)) for doc in docs)
        for docs in (entered, left)
    ]
    return moves[0], moves[1]


# ── printing ─────────────────────────────────────────────────────────────────────────────────────────────────


def print_comparison(comparison: Comparison, *, movers: int = 5, markdown: bool = False) -> str:
    """Return the means side by side with the test of their difference, and the topics that moved most, as text."""
    before, after = comparison.tags
    head = ["measure", before, after, "change", "95 %", "p", "p (Holm)", "better", "worse", "equal"]
    parts = [
        print_table(head, map(_list_cells, comparison.differences), markdown=markdown),
        "\n".join(_list_remarks(comparison)),
    ]
    for title, chosen in (("Fell most", comparison.worst), ("Rose most", comparison.best)):
        if chosen:
            lines = [f"### {title}", ""] if markdown else [title]
            for mover in chosen[:movers]:
                lines += _list_moves(mover, markdown=markdown)
            if len(chosen) > movers:
                lines.append(f"{'- ' if markdown else '  '}… and {len(chosen) - movers} more")
            parts.append("\n".join(lines))
    return "\n\n".join(parts) + "\n"


def _list_cells(item: Difference) -> list[str]:
    low, high = item.interval
    means = [f"{item.before:.4f}", f"{item.after:.4f}", f"{item.change:+.4f}", f"{low:+.3f}…{high:+.3f}"]
    counts = [str(item.better), str(item.worse), str(item.equal)]
    return [item.measure, *means, print_p(item.p), print_p(item.p_holm), *counts]


def _list_remarks(comparison: Comparison) -> list[str]:
    stale = comparison.after.stale
    counted = "unknown" if stale is None else str(len(stale))
    old, new = comparison.judged
    count = comparison.differences[0].topics
    topics = f"{count} topic{'s' if count > 1 else ''}"
    lines = [f"judged@10: {old:.0%} and {new:.0%}; stale judgements: {counted}; {topics}."]
    if comparison.left_out:
        lines.append(f"Left out, since only one of the two ran them: {list_names(comparison.left_out)}.")
    for scores, tag in zip((comparison.before, comparison.after), comparison.tags, strict=True):
        if scores.failed:
            lines.append(f"Did not run in {tag}: {list_names(scores.failed)}.")
    return [*lines, *(f"{warning}." for warning in warn_few(count))]


def _list_moves(mover: Mover, *, markdown: bool) -> list[str]:
    dash, indent = ("- ", "  - ") if markdown else ("  ", "      ")
    question = f"  {mover.query}" if mover.query else ""
    return [
        f"{dash}{mover.topic}{question}  {mover.before:.4f} → {mover.after:.4f} ({mover.change:+.4f})",
        *(f"{indent}in  {move}" for move in mover.entered),
        *(f"{indent}out {move}" for move in mover.left),
    ]


def describe_comparison(comparison: Comparison) -> dict[str, Any]:
    """Return what `print_comparison` prints, with all movers, as a JSON object."""
    return {
        "schema_version": REPORT_VERSION,
        "tags": list(comparison.tags),
        "measures": list(map(dataclasses.asdict, comparison.differences)),
        "judged@10": comparison.judged,
        "stale": describe_stale(comparison.after),
        "left_out": list(comparison.left_out),
        "failed": [list(comparison.before.failed), list(comparison.after.failed)],
        "movers": [
            {
                "topic": mover.topic,
                "query": mover.query,
                "before": mover.before,
                "after": mover.after,
                "in": list(map(dataclasses.asdict, mover.entered)),
                "out": list(map(dataclasses.asdict, mover.left)),
            }
            for mover in comparison.movers
        ],
        "warnings": warn_few(comparison.differences[0].topics),
    }
