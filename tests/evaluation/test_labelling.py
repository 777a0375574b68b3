"""Releases are judged blind, each once, and no judgement is lost."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from osce_search.errors import EvaluationError
from osce_search.evaluation.run import (
    Candidate,
    Outcome,
    Ranked,
    Run,
    interleave,
    pool_unjudged,
)
from osce_search.evaluation.trec import Judgement, append_judgement, read_judgements

RANKING = st.lists(st.sampled_from("abcdefgh"), unique=True, max_size=8)


def run_of(**rankings: str) -> Run:
    return Run(
        "x",
        tuple(
            Outcome(topic, "answered", tuple(Ranked(doc, 1.0) for doc in docs))
            for topic, docs in rankings.items()
        ),
    )


@given(RANKING, RANKING, st.text(max_size=3))
def test_interleaving_loses_and_repeats_nothing(one: list[str], two: list[str], seed: str) -> None:
    mixed = interleave([one, two], seed)
    assert sorted(mixed) == sorted({*one, *two})
    assert mixed == interleave([one, two], seed)


@given(RANKING, RANKING)
def test_interleaving_is_fair_at_every_depth(one: list[str], two: list[str]) -> None:
    mixed = interleave([one, two])
    for depth, _ in enumerate(zip(one, two, strict=False), 1):
        assert {*one[:depth], *two[:depth]} <= set(mixed[: 2 * depth])


def test_which_ranking_comes_first_is_by_lot() -> None:
    assert {interleave([["a"], ["b"]], str(seed))[0] for seed in range(20)} == {"a", "b"}


def test_the_pool_is_what_nobody_judged_topic_by_topic() -> None:
    pool = pool_unjudged([run_of(p="abc", q="x"), run_of(p="bad", q="y")], {("p", "a")}, depth=2)
    assert set(pool) == {Candidate("p", "b"), Candidate("q", "x"), Candidate("q", "y")}
    assert [item.topic for item in pool] == ["p", "q", "q"]


def test_a_judgement_is_appended_with_a_note_of_who_and_on_what(tmp_path: Path) -> None:
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


def test_nothing_is_added_to_a_packed_file(tmp_path: Path) -> None:
    path = tmp_path / "qrels.txt.gz"
    path.write_bytes(gzip.compress(b"p 0 a 3\n"))
    with pytest.raises(EvaluationError, match="unpack it"):
        append_judgement(path, Judgement("p", "b", 1))
    assert len(read_judgements(path)) == 1
