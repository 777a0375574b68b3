"""A comparison has the means over the topics that both runs have, and the topics that moved."""

from __future__ import annotations

import pytest

from osce_search.errors import EvaluationError
from osce_search.evaluation.comparison_report import Move, compare_runs, describe_comparison, print_comparison
from osce_search.evaluation.rankings import Outcome, Ranked, Run
from osce_search.evaluation.topics import Topic
from osce_search.evaluation.trec import Judgement
from tests.evaluation import runs
from tests.evaluation.runs import run_of

JUDGED = [Judgement(topic, "a", 1) for topic in "pqrs"]


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


def test_movers_are_sorted_from_worst_to_best_with_releases_that_left_and_entered() -> None:
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


def test_a_topic_whose_unjudged_releases_changed_is_a_mover_that_did_not_fall() -> None:
    compared = compare_runs(run_of("old", p="ab", q="a"), run_of("new", p="ac", q="a"), JUDGED, ("RR",))
    assert [(m.topic, m.change) for m in compared.movers] == [("p", 0.0)]
    assert compared.worst == compared.best == ()


def test_runs_without_a_common_topic_cannot_be_compared() -> None:
    with pytest.raises(EvaluationError, match="share no topic"):
        compare_runs(run_of("old", p="a"), run_of("new", q="a"), JUDGED, ("RR",))


def test_a_printed_comparison_says_what_it_left_out() -> None:
    other = Run("new", (Outcome("p", "answered", (Ranked("b", 1.0), Ranked("a", 0.5)), 2),))
    compared = compare_runs(runs.RUN, other, runs.JUDGED, ("RR",), topics=runs.TOPICS)
    assert print_comparison(compared) == (
        "measure    mine     new   change           95 %      p  p (Holm)  better  worse  equal\n"
        "RR       1.0000  0.5000  -0.5000  -0.500…-0.500  1.000     1.000       0      1      0\n"
        "\n"
        "judged@10: 100% and 50%; stale judgements: unknown; 1 topic.\n"
        "Left out, since only one of the two ran them: q.\n"
        "Did not run in mine: r.\n"
        "1 topic: with fewer than 50, a difference of one point is noise.\n"
        "\n"
        "Fell most\n"
        "  p  x  1.0000 → 0.5000 (-0.5000)\n"
        "      in  b (not judged), from nowhere to 1\n"
    )
    record = describe_comparison(compared)
    assert record["movers"][0]["in"] == [{"doc": "b", "grade": None, "before": None, "after": 1}]
    assert record["left_out"] == ["q"]
