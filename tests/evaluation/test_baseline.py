"""A baseline is lowered only on request."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable
from pathlib import Path

import pytest

from osce_search.errors import EvaluationError
from osce_search.evaluation.gate import Baseline, make_baseline, pin_baseline, read_baseline
from osce_search.evaluation.measures import measure_run
from osce_search.evaluation.rankings import Conditions, Outcome, Ranked, Run
from osce_search.evaluation.trec import Judgement

Write = Callable[[str, str], Path]

JUDGED = [Judgement("p", "a", 1), Judgement("q", "a", 1)]


def baseline_of(ranking: str = "ba") -> Baseline:
    run = Run(
        "x",
        (
            Outcome("p", "answered", tuple(Ranked(doc, 1.0) for doc in ranking)),
            Outcome("q", "answered", (Ranked("a", 1.0),)),
        ),
        Conditions("b2:7", "sha256:x", 3, "default", "any", 10, "sha256:t", "osce-search 1"),
    )
    return make_baseline(run, measure_run(run, JUDGED, ("RR", "AP")), JUDGED, 0.01, 0.1)


def test_a_baseline_reads_back_as_it_was_pinned(tmp_path: Path) -> None:
    pin_baseline(tmp_path / "baseline.json", baseline_of())
    read = read_baseline(tmp_path / "baseline.json")
    assert read == baseline_of()
    assert (read.measure, read.mean, dict(read.values)) == ("RR", 0.75, {"p": 0.5, "q": 1.0})
    assert (read.fingerprint, read.judged, read.tolerance, read.drop) == ("b2:7", 0.75, 0.01, 0.1)


def test_judged_at_10_can_be_the_measure_of_a_gate(tmp_path: Path) -> None:
    run = Run("x", (Outcome("p", "answered", (Ranked("a", 1.0), Ranked("b", 0.5))),))
    judged = measure_run(run, JUDGED, ("Judged@10", "RR"))
    pin_baseline(tmp_path / "baseline.json", make_baseline(run, judged, JUDGED, 0.01, 0.1))
    read = read_baseline(tmp_path / "baseline.json")
    assert (read.measure, read.mean, dict(read.means)) == ("Judged@10", 0.5, {"Judged@10": 0.5, "RR": 1.0})


def test_a_baseline_can_be_raised_but_not_lowered(tmp_path: Path) -> None:
    path = tmp_path / "baseline.json"
    pin_baseline(path, baseline_of("ba"))
    pin_baseline(path, baseline_of("ab"))
    with pytest.raises(
        EvaluationError, match=r"RR would be lowered from 1\.0000 to 0\.7500; .*--pin --lower"
    ):
        pin_baseline(path, baseline_of("ba"))
    assert read_baseline(path).mean == 1.0
    pin_baseline(path, baseline_of("ba"), lower=True)
    assert read_baseline(path).mean == 0.75


def test_a_wider_tolerance_lowers_a_baseline(tmp_path: Path) -> None:
    path = tmp_path / "baseline.json"
    pin_baseline(path, baseline_of())
    with pytest.raises(EvaluationError, match=r"tolerance would be widened from 0\.01 to 0\.5"):
        pin_baseline(path, dataclasses.replace(baseline_of(), tolerance=0.5))
    with pytest.raises(EvaluationError, match=r"drop would be widened from 0\.1 to 1"):
        pin_baseline(path, dataclasses.replace(baseline_of(), drop=1.0))


def test_another_measure_cannot_be_pinned_unnoticed(tmp_path: Path) -> None:
    path = tmp_path / "baseline.json"
    pin_baseline(path, baseline_of())
    with pytest.raises(EvaluationError, match="pinned for RR, not for AP"):
        pin_baseline(path, dataclasses.replace(baseline_of(), measure="AP", means={"AP": 1.0}))


def test_a_topic_that_fell_cannot_be_pinned_even_if_the_mean_has_not_fallen(tmp_path: Path) -> None:
    path = tmp_path / "baseline.json"
    pin_baseline(path, baseline_of("ab"))
    swapped = dataclasses.replace(baseline_of("ab"), values={"p": 0.8, "q": 1.2})
    with pytest.raises(EvaluationError, match=r"p would be lowered from 1\.0000 to 0\.8000"):
        pin_baseline(path, swapped)
    pin_baseline(path, swapped, accepted=["p"])
    assert read_baseline(path).values["p"] == 0.8


def test_fewer_topics_cannot_be_pinned_unnoticed(tmp_path: Path) -> None:
    path = tmp_path / "baseline.json"
    pin_baseline(path, baseline_of())
    with pytest.raises(EvaluationError, match="p would no longer be pinned"):
        pin_baseline(path, dataclasses.replace(baseline_of("ab"), values={"q": 1.0}))


def test_a_run_with_failures_cannot_be_pinned() -> None:
    run = Run("x", (Outcome("p", "failed", reason="boom"), Outcome("q", "empty")))
    with pytest.raises(EvaluationError, match="p did not run; a baseline needs all topics"):
        make_baseline(run, measure_run(run, JUDGED, ("RR",)), JUDGED, 0.01, 0.1)


@pytest.mark.parametrize(("tolerance", "drop"), [(math.nan, 0.1), (0.01, math.nan), (-0.1, 0.1)])
def test_limits_that_let_every_ranking_pass_cannot_be_pinned(tolerance: float, drop: float) -> None:
    run = Run("x", (Outcome("p", "answered", (Ranked("a", 1.0),)),))
    with pytest.raises(EvaluationError, match="both must be 0 or more"):
        make_baseline(run, measure_run(run, JUDGED, ("RR",)), JUDGED, tolerance, drop)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", "baseline.json:1: not JSON"),
        ("[]", "baseline.json: not a baseline"),
        ('{"schema_version": 1, "measure": "RR", "means": {"AP": 1}}', "(ValueError: no mean of RR)"),
        ("[" * 100_000, "baseline.json: not a baseline (RecursionError"),
        (
            '{"schema_version": 1, "tolerance": NaN}',
            "baseline.json: not a baseline (ValueError: NaN is not a number)",
        ),
        ('{"schema_version": 9}', "baseline.json: a baseline of version 9"),
        ('{"schema_version": 1, "measure": "RR"}', "baseline.json: not a baseline (KeyError: 'means')"),
    ],
)
def test_a_file_that_is_not_a_baseline_is_refused(write: Write, text: str, message: str) -> None:
    with pytest.raises(EvaluationError) as caught:
        read_baseline(write("baseline.json", text))
    assert message in str(caught.value)
