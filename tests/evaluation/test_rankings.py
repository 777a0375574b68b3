"""A run tells answered, empty, failed and skipped topics apart."""

from __future__ import annotations

import pytest

from osce_search.backends import Index
from osce_search.evaluation.rankings import Answer, IndexSearch, Ranked, ask_topics, plain_words
from osce_search.evaluation.topics import Topic
from osce_search.query import Filter


def test_empty_failed_and_skipped_are_three_things() -> None:
    def search(topic: Topic) -> list[str]:
        if topic.query == "bad":
            raise ValueError("boom")
        return ["a", "b"] if topic.query == "good" else []

    topics = [Topic("1", "good"), Topic("2", "nothing"), Topic("3", "bad"), Topic("4", "good")]
    run = ask_topics(topics, search, skip={"4": "not today"})
    assert [(o.topic, o.status, o.ran, o.reason) for o in run.outcomes] == [
        ("1", "answered", True, ""),
        ("2", "empty", True, ""),
        ("3", "failed", False, "ValueError: boom"),
        ("4", "skipped", False, "not today"),
    ]
    assert {topic: [item.doc for item in ranking] for topic, ranking in run.rankings.items()} == {
        "1": ["a", "b"],
        "2": [],
    }


def test_an_answer_with_a_release_twice_is_a_failure() -> None:
    (outcome,) = ask_topics([Topic("1", "x")], lambda _: ["a", "b", "a"]).outcomes
    assert (outcome.status, outcome.reason) == ("failed", "EvaluationError: the answer holds a twice")


def test_an_answer_may_hold_hits_or_ids_and_nothing_else(index: Index) -> None:
    (topic,) = [Topic("t", "border")]
    hits = index.search("border").hits
    ids = [item.doc for item in ask_topics([topic], lambda topic: hits).outcomes[0].ranking]
    assert ids == [hit.id for hit in hits] != []
    numbers = ask_topics([topic], lambda topic: [1, 2]).outcomes[0]
    assert [item.doc for item in numbers.ranking] == ["1", "2"]
    (failed,) = ask_topics([topic], lambda topic: [("1", 0.5)]).outcomes  # type: ignore[list-item]
    assert failed.reason == "EvaluationError: the answer holds a tuple instead of the id of a release"


def test_an_answer_may_be_ids_scored_releases_or_results(index: Index) -> None:
    answers = (
        ["4", "1"],
        Answer((Ranked("4", 2.0), Ranked("1", 1.0)), 2),
        index.search("border guards", sort="-date"),
    )
    for answer in answers:
        (outcome,) = ask_topics([Topic("1", "x")], lambda _, given=answer: given).outcomes  # type: ignore[misc]
        assert [item.doc for item in outcome.ranking] == ["4", "1"]
        assert outcome.total == 2


def test_an_index_is_asked_with_the_filters_and_dates_of_a_topic(index: Index) -> None:
    topics = [
        Topic("1", "border guards"),
        Topic("2", "border guards", filters=(Filter("country", ("MD",)),)),
        Topic("3", "border guards", since="2005", until="2010-12"),
        Topic("4", "border guards", filters=(Filter("country", ("NO",)),)),
    ]
    run = ask_topics(topics, IndexSearch(index))
    assert [sorted(item.doc for item in outcome.ranking) for outcome in run.outcomes] == [
        ["1", "4"], ["4"], ["1"], [],
    ]  # fmt: skip
    assert run.outcomes[3].status == "empty"
    assert run.conditions.fingerprint == index.fingerprint
    assert run.conditions.releases == 4


def test_plain_topics_are_bags_of_words_unless_told_otherwise(index: Index) -> None:
    topic = [Topic("1", "border (media) guards:", plain=True, operator="any")]
    any_words = ask_topics(topic, IndexSearch(index)).outcomes[0]
    all_words = ask_topics(topic, IndexSearch(index, operator="all")).outcomes[0]
    assert {item.doc for item in any_words.ranking} == {"1", "2", "3", "4"}
    assert all_words.relaxed


def test_an_unknown_profile_or_a_bad_question_is_a_failure_with_its_reason(index: Index) -> None:
    (outcome,) = ask_topics([Topic("1", "x")], IndexSearch(index, profile="no such")).outcomes
    assert outcome.status == "failed"
    assert "no ranking profile 'no such'" in outcome.reason


def test_depth_limits_the_ranking_and_not_the_total(index: Index) -> None:
    run = ask_topics([Topic("1", "border OR media")], IndexSearch(index, depth=2))
    assert (len(run.outcomes[0].ranking), run.outcomes[0].total) == (2, 4)


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("what is -x? (and why)", "what is x and why"),
        ("title:slabs OR field:x", "title slabs or field x"),
        ('"a phrase"~3 wild*', "a phrase 3 wild"),
        ("co-operation in the U.S.", "co-operation in the U.S."),
    ],
)
def test_plain_words_carry_no_syntax(typed: str, words: str) -> None:
    assert plain_words(typed) == words


def test_plain_words_keep_contractions_whole() -> None:
    assert plain_words("I'm sure they’ve (not): don't 'quote'") == "I'm sure they’ve not don't quote"
