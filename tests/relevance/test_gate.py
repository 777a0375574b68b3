"""The ranking of the sample pages is as good as its baseline, and the relations between answers hold."""

from __future__ import annotations

from osce_search.backends import Index
from osce_search.evaluation.files import Problems
from osce_search.evaluation.harness import Harness, check_against_index, check_suite
from osce_search.evaluation.rules import check_relations


def test_the_default_ranking_passes_its_gate(harness: Harness, sample: Index) -> None:
    # After a change of pages, topics or judgements: osce-search eval gate tests/relevance --pin
    held = harness.check(sample)
    assert held.baseline is not None
    assert len(held.scores.topics) >= 50


def test_nothing_is_wrong_with_the_files(harness: Harness, sample: Index) -> None:
    problems = Problems()
    suite = harness.load()
    check_suite(suite, problems)
    check_against_index(suite, sample, problems)
    assert [str(problem) for problem in problems.all] == []


def test_a_filter_never_adds_hits_and_the_other_relations_hold(harness: Harness, sample: Index) -> None:
    questions = [topic.query for topic in harness.load().topics]
    assert [str(violation) for violation in check_relations(sample.search, questions)] == []
