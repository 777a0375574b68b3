"""The gate closes if a topic fell, and names it."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from pathlib import Path

import pytest

from osce_search.errors import EvaluationError, GateFailed
from osce_search.evaluation.gate import (
    Accepted,
    Baseline,
    GateReport,
    Measurement,
    make_baseline,
    read_accepted,
)
from osce_search.evaluation.measures import measure_run
from osce_search.evaluation.rankings import Conditions, Outcome, Run
from osce_search.evaluation.rules import MustTop, check_rules
from osce_search.evaluation.trec import Judgement
from tests.evaluation.runs import run_of

Write = Callable[[str, str], Path]

TOPICS = [f"t{number:02}" for number in range(20)]
JUDGED = [Judgement(topic, "a", 1) for topic in TOPICS]
CONDITIONS = Conditions("b2:7", "sha256:x", 3, "default", "any", 10, "sha256:t", "osce-search 1")


def changed_run(**changed: str | None) -> Run:
    """Return a run in which all topics but those named have the relevant release first."""
    return run_of("x", CONDITIONS, **{topic: changed.get(topic, "ab") for topic in TOPICS})


def pinned(tolerance: float = 0.05, drop: float = 0.1) -> Baseline:
    run = changed_run()
    return make_baseline(run, measure_run(run, JUDGED, ("RR",)), JUDGED, tolerance, drop)


def report(
    run: Run, baseline: Baseline | None, *accepted: Accepted, floors: dict[str, float] | None = None
) -> GateReport:
    scores = measure_run(run, JUDGED, ("RR",))
    verdicts = check_rules([MustTop("t01", "a", 2)], run)
    return Measurement(run, scores, JUDGED, verdicts, floors or {}, accepted, baseline).report()


def test_the_same_run_passes() -> None:
    assert report(changed_run(), pinned()) == GateReport((), ())


def test_one_topic_that_falls_closes_it_even_if_the_mean_has_not_fallen() -> None:
    assert report(changed_run(t03="ba"), pinned()).failures == (
        "t03 fell from 1.0000 to 0.5000, by more than 0.1",
    )


def test_many_small_falls_close_it_even_if_no_topic_fell_far() -> None:
    run = changed_run(**dict.fromkeys(TOPICS, "ba"))
    assert report(run, pinned(drop=0.6)).failures == ("RR fell from 1.0000 to 0.5000, by more than 0.05",)


def test_an_accepted_fall_passes_with_its_reason() -> None:
    excuse = Accepted("t03", "the page was withdrawn", 0.4)
    held = report(changed_run(t03="ba"), pinned(), excuse)
    assert held == GateReport((), ("t03 fell from 1.0000 to 0.5000, accepted: the page was withdrawn",))
    low = report(changed_run(t03="xyza"), pinned(), excuse)
    assert low.failures == ("t03 fell from 1.0000 to 0.2500, below its accepted floor 0.4",)


def test_an_accepted_fall_that_did_not_happen_is_noted() -> None:
    excuse = Accepted("t03", "once", path="accepted.yaml", line=4)
    assert report(changed_run(), pinned(), excuse).notes == (
        "t03 is accepted to fall and has not; remove it from the file (accepted.yaml:4)",
    )


def test_a_topic_that_did_not_run_closes_it_whatever_the_mean() -> None:
    assert report(changed_run(t05=None), pinned(tolerance=1, drop=1)).failures == (
        "t05 did not run (boom)",
        "t05 has a pinned RR of 1.0000 and was not measured",
    )


def test_a_broken_rule_closes_it() -> None:
    (failure,) = report(changed_run(t01="bca"), pinned(tolerance=1, drop=1)).failures
    assert failure == "t01: a must be in the first 2; it is at 3"


def test_a_floor_closes_it_without_any_baseline() -> None:
    run = changed_run(t03="ba", t04="ba")
    assert report(run, None, floors={"RR": 0.95}).failures == ()
    assert report(run, None, floors={"RR": 0.96}).failures == (
        "RR is 0.9500, below its floor of 0.96 (20 topics)",
    )


def test_no_floor_is_reached_if_no_topic_ran() -> None:
    run = Run("x", (Outcome("p", "failed", reason="boom"),))
    scores = measure_run(run, [Judgement("p", "a", 1)], ("RR",))
    assert Measurement(run, scores, floors={"RR": 0.5}).report().failures == (
        "p did not run (boom)",
        "no topic both ran and has judgements, so no floor is reached",
    )


@pytest.mark.parametrize(
    ("changed", "what"),
    [
        (
            {"texts": "sha256:y"},
            "the texts in the index changed since the baseline was pinned (then sha256:y, now sha256:x)",
        ),
        (
            {"topics": "sha256:u"},
            "the topics changed since the baseline was pinned (then sha256:u, now sha256:t)",
        ),
        (
            {"judgements": "sha256:u"},
            "the judgements changed since the baseline was pinned (then sha256:u, now sha256:",
        ),
        (
            {"profile": "fast"},
            "the ranking profile changed since the baseline was pinned (then fast, now default)",
        ),
    ],
)
def test_a_baseline_of_something_else_lets_nothing_pass(changed: dict[str, str], what: str) -> None:
    (failure,) = report(changed_run(), dataclasses.replace(pinned(), **changed)).failures  # type: ignore[arg-type]
    assert failure.startswith(what)
    assert failure.endswith("pin anew with --pin")


def test_a_closed_gate_raises_with_all_findings() -> None:
    with pytest.raises(GateFailed) as caught:
        report(changed_run(t03="ba", t04="ba"), pinned()).check()
    assert len(caught.value.failures) == 2
    assert "t03 fell" in str(caught.value)
    assert "t04 fell" in str(caught.value)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("- {topic: p}\n", "accepted.yaml:1: p may fall, but no reason is given"),
        ("- {reason: r}\n", "accepted.yaml:1: an entry without a topic"),
        ("- {topic: p, reason: r, floor: nan}\n", "accepted.yaml:1: floor: 'nan' is not a number"),
        (
            "- {topic: p, reason: r}\n- {topic: p, reason: s}\n",
            "accepted.yaml:2: p is already accepted in line 1",
        ),
    ],
)
def test_an_accepted_fall_without_reason_is_refused(write: Write, text: str, message: str) -> None:
    with pytest.raises(EvaluationError) as caught:
        read_accepted(write("accepted.yaml", text))
    assert message in str(caught.value)
