"""Two runs side by side: means over the topics both ran, and the questions that moved."""

from __future__ import annotations

import pytest

from osce_search.errors import EvaluationError
from osce_search.evaluation.comparison_report import Move, compare_runs
from osce_search.evaluation.run import Outcome, Ranked, Run
from osce_search.evaluation.topics import Topic
from osce_search.evaluation.trec import Judgement

JUDGED = [Judgement(topic, "a", 1) for topic in "pqrs"]


def run_of(tag: str, **rankings: str | None) -> Run:
    return Run(
        tag,
        tuple(
            Outcome(topic, "failed", reason="boom")
            if docs is None
            else Outcome(topic, "answered", tuple(Ranked(doc, 1.0) for doc in docs))
            for topic, docs in rankings.items()
        ),
    )


def test_means_are_over_the_topics_that_both_ran() -> None:
    before = run_of("old", p="ab", q="ba", r="ab", s="ab")
    after = run_of("new", p="ba", q="ab", r=None, s="ab")
    compared = compare_runs(before, after, JUDGED, ("RR", "P@1"))
    first = compared.differences[0]
    assert (first.measure, first.topics, first.better, first.worse, first.equal) == ("RR", 3, 1, 1, 1)
    assert first.before == first.after == pytest.approx(2.5 / 3)
    assert first.p == first.p_holm == 1.0
    assert compared.left_out == ("r",)
    assert compared.after.failed == ("r",)


def test_the_movers_are_the_worst_first_with_releases_that_went_out_and_came_in() -> None:
    before = run_of("old", p="abcdefghijk", q="xyza")
    after = run_of("new", p="bcdefghijka", q="axyz")
    compared = compare_runs(before, after, JUDGED, ("RR",), topics=[Topic("p", "why")])
    assert [(m.topic, m.query) for m in compared.movers] == [("p", "why"), ("q", "")]
    assert [m.topic for m in compared.worst] == ["p"]
    assert [m.topic for m in compared.best] == ["q"]
    fallen = compared.worst[0]
    assert fallen.before == 1.0
    assert fallen.after == pytest.approx(1 / 11)
    assert fallen.left == (Move("a", 1, 1, 11),)
    assert fallen.entered == (Move("k", None, 11, 10),)


def test_topics_that_changed_only_in_what_is_not_judged_are_movers_without_a_fall() -> None:
    compared = compare_runs(run_of("old", p="ab", q="a"), run_of("new", p="ac", q="a"), JUDGED, ("RR",))
    assert [(m.topic, m.change) for m in compared.movers] == [("p", 0.0)]
    assert compared.worst == compared.best == ()


def test_runs_without_a_common_topic_cannot_be_compared() -> None:
    with pytest.raises(EvaluationError, match="share no topic"):
        compare_runs(run_of("old", p="a"), run_of("new", q="a"), JUDGED, ("RR",))
