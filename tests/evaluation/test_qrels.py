"""Judgements are TREC lines; a line that is none is told and not passed over."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from osce_search.errors import EvaluationError
from osce_search.evaluation.files import Problems
from osce_search.evaluation.trec import Judgement, digest_judgements, read_judgements

Write = Callable[[str, str], Path]


def test_columns_may_be_parted_by_any_space(write: Write) -> None:
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
def test_what_is_wrong_is_told_with_file_and_line(write: Write, text: str, message: str) -> None:
    with pytest.raises(EvaluationError) as caught:
        read_judgements(write("qrels.txt", text))
    assert message in str(caught.value)


def test_good_lines_are_read_though_others_are_bad(write: Write) -> None:
    problems = Problems()
    read = read_judgements(write("qrels.txt", "q1 0 a 3\nbad\nq2 0 b 1\n"), problems)
    assert [j.topic for j in read] == ["q1", "q2"]
    assert len(problems.errors) == 1


def test_the_digest_goes_by_grades_and_not_by_order() -> None:
    a, b = Judgement("q", "1", 2), Judgement("q", "2", 0)
    assert digest_judgements([a, b]) == digest_judgements([b, a])
    assert digest_judgements([a, b]) != digest_judgements([a, Judgement("q", "2", 1)])
