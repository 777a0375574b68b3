"""Topics, judgements, rules and the sample pages agree on their ids."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

HERE = Path(__file__).parent


@pytest.fixture(scope="module")
def topics() -> set[str]:
    found = re.findall(r"^- id: (\S+)$", (HERE / "topics.yaml").read_text("utf-8"), re.MULTILINE)
    assert len(found) == len(set(found))
    return set(found)


@pytest.fixture(scope="module")
def grades() -> dict[str, dict[str, int]]:
    read: dict[str, dict[str, int]] = {}
    for line in (HERE / "qrels.txt").read_text("utf-8").splitlines():
        topic, _, release, grade = line.split(" ")
        assert release not in read.setdefault(topic, {}), line
        read[topic][release] = int(grade)
    return read


def test_every_release_that_is_judged_or_ruled_is_in_the_corpus(
    corpus: Path, grades: dict[str, dict[str, int]]
) -> None:
    known = {
        release["id"]
        for page in corpus.glob("pages/*.toml")
        for release in tomllib.loads(page.read_text("utf-8"))["release"]
        if "id" in release
    }
    judged = {release for topic in grades.values() for release in topic}
    ruled = set(re.findall(r"\b9\d{5}\b", (HERE / "rules.yaml").read_text("utf-8")))
    assert judged | ruled <= known


def test_every_topic_has_a_release_that_answers_it_and_one_that_does_not(
    topics: set[str], grades: dict[str, dict[str, int]]
) -> None:
    rules = (HERE / "rules.yaml").read_text("utf-8")
    zeros = set(re.findall(r"- topic: (\S+)\n  zero: true", rules))
    assert len(zeros) == 4
    assert grades.keys() == topics - zeros
    assert [topic for topic, given in grades.items() if max(given.values()) < 1] == []
    # In English a release is no full answer to a question in another language.
    assert {topic[:8] for topic, given in grades.items() if max(given.values()) < 2} == {"language"}
    alone = [topic for topic, given in grades.items() if min(given.values()) > 0]
    assert len(alone) < len(grades) / 10


def test_grades_go_from_0_to_3_and_each_is_given(grades: dict[str, dict[str, int]]) -> None:
    assert {grade for topic in grades.values() for grade in topic.values()} == {0, 1, 2, 3}


def test_every_rule_is_for_a_topic(topics: set[str]) -> None:
    rules = (HERE / "rules.yaml").read_text("utf-8")
    assert set(re.findall(r"(?:- topic|same_as): (\S+)", rules)) <= topics
