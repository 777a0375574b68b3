"""Measures are those of ir-measures over the topics that ran; a topic that did not run is not zero."""

from __future__ import annotations

import math
import shutil
from collections.abc import Sequence

import ir_measures
import pytest
from hypothesis import given
from hypothesis import strategies as st

from osce_search.errors import EvaluationError
from osce_search.evaluation.measures import check_measures, measure_run
from osce_search.evaluation.rankings import Outcome, Ranked, Run
from osce_search.evaluation.topics import Topic
from osce_search.evaluation.trec import Judgement
from tests.evaluation.runs import run_of

JUDGED = [Judgement("p", "a", 3), Judgement("p", "b", 1), Judgement("p", "c", 0), Judgement("q", "a", 1)]


def test_values_are_those_computed_by_hand() -> None:
    scores = measure_run(run_of(p="bac", q="xa"), JUDGED, ("nDCG@10", "RR", "AP"))
    ideal = 3 + 1 / math.log2(3)
    assert scores.values["nDCG@10"]["p"] == pytest.approx((1 + 3 / math.log2(3)) / ideal)
    assert scores.values["RR"] == {"p": 1.0, "q": 0.5}
    assert scores.mean("RR").value == 0.75
    assert scores.values["Judged@10"] == {"p": 1.0, "q": 0.5}


def test_the_ideal_is_made_of_all_judgements_found_or_not() -> None:
    scores = measure_run(run_of(p="b"), JUDGED, ("nDCG@10",))
    assert scores.values["nDCG@10"]["p"] == pytest.approx(1 / (3 + 1 / math.log2(3)))


def test_equal_scores_are_measured_in_the_order_of_the_answer() -> None:
    for order, value in (("ab", 1.0), ("ba", 1 / 2)):
        assert measure_run(run_of(q=order), [Judgement("q", "a", 1)], ("RR",)).values["RR"]["q"] == value


def test_an_empty_answer_counts_as_zero_and_a_failure_does_not_count() -> None:
    run = Run(
        "x",
        (
            Outcome("p", "answered", (Ranked("a", 1.0),)),
            Outcome("q", "empty"),
            Outcome("r", "failed", reason="boom"),
        ),
    )
    scores = measure_run(run, [*JUDGED, Judgement("r", "a", 1), Judgement("s", "a", 1)], ("RR",))
    assert scores.values["RR"] == {"p": 1.0, "q": 0.0}
    assert scores.mean("RR").topics == 2
    assert scores.failed == ("r",)
    assert scores.unasked == ("s",)


def test_a_topic_without_judgements_is_named_and_in_no_mean() -> None:
    scores = measure_run(run_of(p="a", z="a"), JUDGED, ("RR",))
    assert scores.unjudged == ("z",)
    assert scores.mean("RR").topics == 1


def test_measuring_twice_gives_the_same() -> None:
    run = run_of(p="bac", q="xa")
    first, second = (measure_run(run, JUDGED, ("nDCG@10", "AP")).values for _ in range(2))
    assert first == second


def test_weights_make_a_second_mean() -> None:
    topics = [Topic("p", "x", weight=3.0), Topic("q", "y")]
    mean = measure_run(run_of(p="a", q="xa"), JUDGED, ("RR",), topics=topics).mean("RR")
    assert (mean.value, mean.weighted) == (0.75, 0.875)


def test_a_mean_without_topics_is_refused() -> None:
    scores = measure_run(run_of(z="a"), JUDGED, ("RR",))
    with pytest.raises(EvaluationError, match="nothing to take a mean of"):
        scores.mean("RR")


NAMES = ["nDCG@10", "AP", "RR@10", "R@100", "P(rel=2)@5", "Success@1", "Judged@10", "AP(rel=2)@100"]


def test_names_are_read_as_ir_measures_reads_them() -> None:
    assert check_measures(", ".join(NAMES)) == tuple(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_values_are_those_of_ir_measures_itself(name: str) -> None:
    run = run_of(p="bxac", q="xay")
    mine = measure_run(run, JUDGED, (name,)).mean(check_measures(name)[0]).value
    qrels = [ir_measures.Qrel(j.topic, j.doc, j.grade) for j in JUDGED]
    docs = [
        ir_measures.ScoredDoc(o.topic, item.doc, float(-n))
        for o in run.outcomes
        for n, item in enumerate(o.ranking)
    ]
    base, _, cut = name.partition("@")
    measure = eval(base, vars(ir_measures))
    assert mine == pytest.approx(
        ir_measures.calc_aggregate([measure @ int(cut) if cut else measure], qrels, docs).popitem()[1]
    )


@pytest.mark.parametrize(
    ("names", "message"),
    [
        ("ndcg_cut_10", "there is no measure 'ndcg_cut_10'"),
        ("nDCG@ten", "there is no measure 'nDCG@ten'"),
        ("P", "P: needs a place, as in P@10"),
        ("AP(foo=1)", "AP(foo=1): unsupported params"),
        ("P(rel=high)@5", "cannot be read"),
        ("nDCG@0", "nDCG@0: places count from 1"),
    ],
)
def test_an_unknown_measure_is_refused(names: str | Sequence[str], message: str) -> None:
    with pytest.raises(EvaluationError) as caught:
        check_measures(names)
    assert message in str(caught.value)


RANKINGS = st.dictionaries(
    st.sampled_from(["p", "q", "r"]), st.lists(st.sampled_from("abcdef"), unique=True), min_size=1
)
GRADES = st.dictionaries(
    st.tuples(st.sampled_from(["p", "q", "r"]), st.sampled_from("abcdefgh")), st.integers(-1, 3), min_size=1
)


@given(RANKINGS, GRADES)
def test_any_run_has_the_values_of_ir_measures_and_zero_for_empty_answers(
    rankings: dict[str, list[str]], grades: dict[tuple[str, str], int]
) -> None:
    names = ("nDCG@3", "AP", "R@2", "RR", "P(rel=2)@2", "Judged@10")
    run = run_of(**{topic: "".join(docs) for topic, docs in rankings.items()})
    mine = measure_run(run, [Judgement(*pair, grade) for pair, grade in grades.items()], names).values
    theirs = ir_measures.iter_calc(
        [ir_measures.parse_measure(name) for name in names],
        [ir_measures.Qrel(*pair, grade) for pair, grade in grades.items()],
        [
            ir_measures.ScoredDoc(topic, doc, -place)
            for topic, docs in rankings.items()
            for place, doc in enumerate(docs)
        ],
    )
    given_values = {(str(item.measure), item.query_id): item.value for item in theirs}
    judged = {topic for topic, _ in grades}
    for name in names:
        assert set(mine[name]) == judged & rankings.keys()
        for topic, value in mine[name].items():
            assert value == pytest.approx(given_values[name, topic] if rankings[topic] else 0.0)


@pytest.mark.skipif(shutil.which("perl") is None, reason="gdeval is a program in Perl")
def test_a_measure_whose_program_needs_numbers_as_topics_accepts_any_id() -> None:
    values = measure_run(run_of(p="ba", q="xa"), JUDGED, ("ERR@10",)).values["ERR@10"]
    assert values == {"p": pytest.approx(0.26758), "q": pytest.approx(0.03125)}


@pytest.mark.parametrize("name", ["RBP", "Accuracy"])
def test_a_measure_that_cannot_be_computed_is_named(name: str) -> None:
    with pytest.raises(EvaluationError, match=f"^{name}"):
        measure_run(run_of(p="a"), [Judgement("p", "a", 1)], (name,))


def test_the_cutoff_of_a_measure_of_recall_is_a_share() -> None:
    assert measure_run(run_of(p="xa"), JUDGED, ("IPrec@0.5",)).values["IPrec@0.5"] == {"p": 0.5}
