"""A run file gives every tool the order of the answers, and its manifest says which topics did not run."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable
from pathlib import Path

import ir_measures
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from osce_search.errors import EvaluationError
from osce_search.evaluation.files import Problems
from osce_search.evaluation.rankings import Conditions, Outcome, Ranked, Run
from osce_search.evaluation.trec import decreasing_scores, manifest_path, read_run, write_run

Write = Callable[[str, str], Path]

RUN = Run(
    "mine",
    (
        Outcome("1", "answered", (Ranked("b", 2.0), Ranked("a", 2.0), Ranked("c", 0.5)), 7, milliseconds=1.5),
        Outcome("2", "empty"),
        Outcome("3", "failed", reason="LimitExceeded: too long"),
        Outcome("4", "skipped", reason="its kind is x"),
    ),
    Conditions(
        "b2:1", "", 9, "default", "any", 1000, "sha256:2", "osce-search 1", "2026-01-01T00:00:00+00:00"
    ),
)


def test_a_run_reads_back_as_it_was_written(tmp_path: Path) -> None:
    path = tmp_path / "runs" / "run.txt"
    write_run(RUN, path)
    assert path.read_text() == "1 Q0 b 1 2.0 mine\n1 Q0 a 2 1.9999999 mine\n1 Q0 c 3 0.5 mine\n"
    read = read_run(path)
    assert read.conditions == RUN.conditions
    assert [(o.topic, o.status, o.reason, o.total) for o in read.outcomes] == [
        (o.topic, o.status, o.reason, o.total) for o in RUN.outcomes
    ]
    assert [item.doc for item in read.outcomes[0].ranking] == ["b", "a", "c"]


def test_ir_measures_reads_a_written_run_in_the_order_of_the_answers(tmp_path: Path) -> None:
    write_run(RUN, tmp_path / "run.txt")
    read = ir_measures.read_trec_run(str(tmp_path / "run.txt"))  # type: ignore[no-untyped-call]
    ordered = sorted(read, key=lambda item: -item.score)
    assert [(item.query_id, item.doc_id) for item in ordered] == [("1", "b"), ("1", "a"), ("1", "c")]


def test_the_manifest_counts_what_was_attempted(tmp_path: Path) -> None:
    write_run(RUN, tmp_path / "run.txt")
    manifest = json.loads(manifest_path(tmp_path / "run.txt").read_text())
    assert manifest["attempted"] == 3
    assert [entry["status"] for entry in manifest["topics"]] == ["answered", "empty", "failed", "skipped"]


@given(st.lists(st.floats(0, 1e6, width=64), max_size=30))
def test_written_scores_fall_strictly_in_single_precision(scores: list[float]) -> None:
    written = [np.float32(text) for text in decreasing_scores(sorted(scores, reverse=True))]
    assert all(left > right for left, right in itertools.pairwise(written))


def test_a_run_without_manifest_is_ordered_as_trec_eval_orders_it(write: Write) -> None:
    path = write("run.txt", "1 Q0 a 1 1.0 x\n1 Q0 b 2 3.0 x\n1 Q0 c 3 1.0 x\n")
    problems = Problems()
    run = read_run(path, problems)
    assert [item.doc for item in run.outcomes[0].ranking] == ["b", "c", "a"]
    assert [str(problem) for problem in problems.all] == [
        f"{path}:2: warning: the scores rise here; scores make the order, not the lines or ranks"
    ]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "run.txt: an empty run"),
        ("1 Q0 a 1 2.0\n", "run.txt:1: 5 columns"),
        ("1 Q0 a 1 high x\n", "run.txt:1: the score 'high' is not a number"),
        ("1 Q0 a 1 nan x\n", "run.txt:1: the score 'nan' is not a number"),
        ("1 Q0 a 1 2 x\n1 Q0 a 2 1 x\n", "run.txt:2: a is already in the answer to 1 in line 1"),
    ],
)
def test_an_error_is_reported_with_file_and_line(write: Write, text: str, message: str) -> None:
    with pytest.raises(EvaluationError) as caught:
        read_run(write("run.txt", text))
    assert message in str(caught.value)


def test_an_empty_run_file_with_a_manifest_is_a_run(tmp_path: Path) -> None:
    path = tmp_path / "run.txt"
    write_run(Run("x", (Outcome("1", "empty"), Outcome("2", "failed", reason="r"))), path)
    assert path.read_text() == ""
    assert [o.status for o in read_run(path).outcomes] == ["empty", "failed"]


def test_a_manifest_of_another_run_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "run.txt"
    write_run(RUN, path)
    path.write_text("2 Q0 a 1 1.0 x\n9 Q0 a 1 1.0 x\n")
    with pytest.raises(EvaluationError) as caught:
        read_run(path)
    assert "the answer to 9 is not in the manifest" in str(caught.value)
    assert "1 is answered in the manifest, which the lines contradict" in str(caught.value)
    assert "2 is empty in the manifest, which the lines contradict" in str(caught.value)


def test_a_manifest_with_an_unknown_status_or_nested_too_deeply_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "run.txt"
    write_run(Run("x", (Outcome("1", "empty"),)), path)
    whole = manifest_path(path).read_text()
    for text, message in (
        (whole.replace('"empty"', '"forgotten"'), "a topic cannot be 'forgotten'"),
        ("[" * 100_000, "not the manifest of a run"),
    ):
        manifest_path(path).write_text(text)
        with pytest.raises(EvaluationError, match=message):
            read_run(path)


def test_an_id_that_a_run_file_cannot_hold_is_refused_and_the_old_run_stays(tmp_path: Path) -> None:
    path = tmp_path / "run.txt"
    write_run(RUN, path)
    before = read_run(path)
    with pytest.raises(EvaluationError, match="'a b' is empty or has a space in it"):
        write_run(Run("x", (Outcome("1", "answered", (Ranked("a b", 1.0),)),)), path)
    assert read_run(path) == before


def test_a_path_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(EvaluationError, match=r"run\.txt: cannot be written"):
        write_run(RUN, tmp_path / "file" / "run.txt")
