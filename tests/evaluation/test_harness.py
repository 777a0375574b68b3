"""Any search can be checked against files and floors."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path

import pytest

from osce_search.backends import Index
from osce_search.errors import EvaluationError, GateFailed
from osce_search.evaluation import Paths
from osce_search.evaluation.harness import Harness
from osce_search.evaluation.topics import Topic

Write = Callable[[str, str], Path]


@pytest.fixture
def paths(write: Write) -> Paths:
    return Paths(
        write("topics.tsv", "p\tborder guards\nq\tmedia freedom\n"),
        write("qrels.txt", "p 0 1 3\np 0 4 3\nq 0 2 3\n"),
    )


def test_an_index_or_its_directory_can_be_checked(paths: Paths, index: Index, index_path: Path) -> None:
    harness = Harness(paths, {"nDCG@10": 0.9})
    for search in (index, index_path, str(index_path)):
        held = harness.check(search)
        assert held.scores.mean("nDCG@10").topics == 2
        assert held.scores.stale == ()


def test_a_function_of_an_application_can_be_checked(paths: Paths) -> None:
    answers = {"border guards": ["1", "4"], "media freedom": ["2"]}

    def search(topic: Topic) -> list[str]:
        return answers[topic.query]

    assert Harness(paths, {"nDCG@10": 1.0}).check(search).scores.mean("nDCG@10").value == 1.0
    answers["media freedom"] = ["3"]
    with pytest.raises(GateFailed, match=r"nDCG@10 is 0\.5000, below its floor of 1 \(2 topics\)"):
        Harness(paths, {"nDCG@10": 1.0}).check(search)


def test_a_search_that_raises_is_a_failure_and_not_zero(paths: Paths) -> None:
    with pytest.raises(GateFailed, match=r"q did not run \(ZeroDivisionError"):
        Harness(paths, {"nDCG@10": 0.1}).check(lambda t: ["1", "4"] if t.id == "p" else [str(1 // 0)])


def test_a_harness_without_floors_rules_and_baseline_is_refused(paths: Paths, index: Index) -> None:
    with pytest.raises(EvaluationError, match="nothing to hold the search to"):
        Harness(paths).check(index)


@pytest.mark.parametrize("floor", [math.nan, math.inf])
def test_a_floor_that_is_not_a_number_is_refused(paths: Paths, index: Index, floor: float) -> None:
    with pytest.raises(EvaluationError, match=r"the floor of nDCG@10 is .*, which is not a number"):
        Harness(paths, {"nDCG@10": floor}).check(index)


def test_a_topic_without_judgements_is_an_error(write: Write, index: Index) -> None:
    paths = Paths(write("topics.tsv", "p\tx\nq\ty\n"), write("qrels.txt", "p 0 1 3\n"))
    with pytest.raises(EvaluationError, match=r"topics\.tsv:2: the topic q has no judgements"):
        Harness(paths, {"nDCG@10": 0.1}).check(index)
