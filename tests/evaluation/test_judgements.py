"""Judgements are lines of four columns; a bad line is reported and not passed over."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from pathlib import Path

import ir_measures
import pytest

from osce_search.errors import EvaluationError
from osce_search.evaluation.files import Problems
from osce_search.evaluation.trec import Judgement, append_judgement, digest_judgements, read_judgements

Write = Callable[[str, str], Path]


def test_columns_may_be_separated_by_any_white_space(write: Write) -> None:
    read = read_judgements(write("qrels.txt", "q1 0 a 3\nq1\t0\tb  -1\r\n\nq2 Q0 a 0\n"))
    assert [(j.topic, j.doc, j.grade, j.line) for j in read] == [
        ("q1", "a", 3, 1), ("q1", "b", -1, 2), ("q2", "a", 0, 4),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("q1 0 a\n", "qrels.txt:1: 3 columns"),
        ("q1 0 a b 3\n", "qrels.txt:1: 5 columns"),
        ("q1 0 a 3\nq1 0 b high\n", "qrels.txt:2: the grade 'high' is not a whole number"),
        ("q1 0 a 10000\n", "qrels.txt:1: the grade '10000' is not a whole number of at most 4 digits"),
        ("q1 0 a 1.5\n", "qrels.txt:1: the grade '1.5' is not a whole number"),
        ("q1 0 a 3\nq1 0 a 3\n", "qrels.txt:2: a is already judged for q1 in line 1"),
        ("q1 0 a 3\nq1 0 a 0\n", "qrels.txt:2: a is already judged for q1 in line 1, with the grade 3"),
        ("\n", "qrels.txt: no judgements in it"),
    ],
)
def test_an_error_is_reported_with_file_and_line(write: Write, text: str, message: str) -> None:
    with pytest.raises(EvaluationError) as caught:
        read_judgements(write("qrels.txt", text))
    assert message in str(caught.value)


def test_good_lines_are_read_even_if_others_are_bad(write: Write) -> None:
    problems = Problems()
    read = read_judgements(write("qrels.txt", "q1 0 a 3\nbad\nq2 0 b 1\n"), problems)
    assert [j.topic for j in read] == ["q1", "q2"]
    assert len(problems.errors) == 1


def test_the_digest_depends_on_grades_and_not_on_order() -> None:
    a, b = Judgement("q", "1", 2), Judgement("q", "2", 0)
    assert digest_judgements([a, b]) == digest_judgements([b, a])
    assert digest_judgements([a, b]) != digest_judgements([a, Judgement("q", "2", 1)])


def test_ir_measures_reads_the_same_judgements(write: Write) -> None:
    path = write("qrels.txt", "q1 0 a 3\nq1\t0\tb  -1\n\nq2 Q0 a 0\n")
    read = ir_measures.read_trec_qrels(str(path))  # type: ignore[no-untyped-call]
    theirs = [(item.query_id, item.doc_id, item.relevance) for item in read]
    assert [(item.topic, item.doc, item.grade) for item in read_judgements(path)] == theirs


def test_a_judgement_is_appended_with_a_note_of_its_author_and_text(tmp_path: Path) -> None:
    path = tmp_path / "qrels.txt"
    path.write_text("p 0 a 3")
    append_judgement(path, Judgement("p", "b", 0), author="ed", fingerprint="b2:1", content_sha256="00")
    assert path.read_text() == "p 0 a 3\np 0 b 0\n"
    assert [item.grade for item in read_judgements(path)] == [3, 0]
    note = json.loads((tmp_path / "qrels.meta.jsonl").read_text())
    assert (note["topic"], note["doc"], note["grade"], note["author"], note["index"], note["content_sha256"]) == (
        "p", "b", 0, "ed", "b2:1", "00",
    )  # fmt: skip


@pytest.mark.parametrize("doc", ["a b", "", "a\n"])
def test_an_id_that_judgements_cannot_hold_is_refused(tmp_path: Path, doc: str) -> None:
    with pytest.raises(EvaluationError, match="which TREC files cannot hold"):
        append_judgement(tmp_path / "qrels.txt", Judgement("p", doc, 1))
    assert list(tmp_path.iterdir()) == []


def test_nothing_is_appended_to_a_packed_file(tmp_path: Path) -> None:
    path = tmp_path / "qrels.txt.gz"
    path.write_bytes(gzip.compress(b"p 0 a 3\n"))
    with pytest.raises(EvaluationError, match="unpack it"):
        append_judgement(path, Judgement("p", "b", 1))
    assert len(read_judgements(path)) == 1
