"""Topics are read from three formats, and every error in them is reported."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from pathlib import Path

import pytest

from osce_search.errors import EvaluationError
from osce_search.evaluation.files import Problems
from osce_search.evaluation.topics import digest_topics, read_topics
from osce_search.query import Filter

Write = Callable[[str, str], Path]


def test_a_table_gives_plain_words_of_which_any_may_match(write: Write) -> None:
    topics = read_topics(write("topics.tsv", "\ufeff1\twhat is -x?\r\n\n2\t heat  in slabs \r\n"))
    assert [(t.id, t.query, t.plain, t.operator, t.line) for t in topics] == [
        ("1", "what is -x?", True, "any", 1),
        ("2", "heat  in slabs", True, "any", 3),
    ]


def test_a_packed_table_is_unpacked(tmp_path: Path) -> None:
    path = tmp_path / "topics.tsv.gz"
    path.write_bytes(gzip.compress(b"1\tmedia\n"))
    assert [t.query for t in read_topics(path)] == ["media"]


def test_classical_trec_elements_give_number_and_title(write: Write) -> None:
    path = write(
        "topics.txt",
        "<top>\n<num> Number: 301\n<title> Organized\nCrime\n<desc> Description:\nGroups & deeds.\n"
        "<narr> Narrative:\nAll of it.\n</top>\n\n<top>\n<num>302</num>\n<desc>No title here</desc>\n</top>\n",
    )
    topics = read_topics(path)
    assert [(t.id, t.query, t.intent, t.line) for t in topics] == [
        ("301", "Organized Crime", "Groups & deeds.", 1),
        ("302", "No title here", "No title here", 11),
    ]


def test_yaml_gives_filters_dates_kind_and_weight(write: Write) -> None:
    path = write(
        "topics.yaml",
        "- id: n1\n  query: '\"media freedom\"'\n  kind: phrase\n  weight: 2.5\n  since: 2015-06\n  until: 2017\n"
        "  filters:\n    country: [NO, BA]\n    type: {none: daily-report}\n  operator: any\n  notes: why\n",
    )
    (topic,) = read_topics(path)
    assert (topic.query, topic.kind, topic.weight, topic.since, topic.until, topic.operator, topic.plain) == (
        '"media freedom"', "phrase", 2.5, "2015-06", "2017", "any", False,
    )  # fmt: skip
    assert topic.filters == (Filter("country", ("NO", "BA")), Filter("type", ("daily-report",), "none"))


def test_no_is_norway_and_not_false(write: Write) -> None:
    (topic,) = read_topics(write("topics.yaml", "- {id: 007, query: fish, filters: {country: NO}}\n"))
    assert (topic.id, topic.filters) == ("007", (Filter("country", ("NO",)),))


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("t.tsv", "1\ta\n1\tb\n", "t.tsv:2: the topic 1 is already in line 1"),
        ("t.tsv", "no tab here\n", "t.tsv:1: no tab"),
        ("t.tsv", "1\t\n", "t.tsv:1: the topic '1' has no question"),
        ("t.tsv", "\tmedia\n", "t.tsv:1: the topic 'media' has no id"),
        ("t.tsv", "a b\tmedia\n", "t.tsv:1: the id 'a b' has a space"),
        ("t.tsv", "", "t.tsv: no topics in it"),
        ("t.txt", "<top>\n<num>1\n<title>a\n", "t.txt:1: the <top> that begins here has no </top>"),
        ("t.yaml", "- id: 1\n  query: a\n  qurey: b\n", "t.yaml:3: unknown key 'qurey'"),
        (
            "t.yaml",
            "- id: 1\n  query: a\n  filters: {county: BA}\n",
            "t.yaml:3: there is no facet called 'county'",
        ),
        ("t.yaml", "- id: 1\n  query: a\n  since: 2015-13\n", "t.yaml:3: since: '2015-13' is not a date"),
        ("t.yaml", "- id: 1\n  query: a\n  weight: much\n", "t.yaml:3: weight: 'much' is not a number"),
        ("t.yaml", "- id: 1\n  query: a\n  weight: -1\n", "t.yaml:3: weight: '-1' is not a number above 0"),
        (
            "t.yaml",
            "- id: 1\n  query: a\n  operator: some\n",
            "t.yaml:3: operator: 'some' is not all or any",
        ),
        ("t.yaml", "- id: 1\n  query: a\n- media\n", "t.yaml:3: expected keys with their values"),
        ("t.yaml", "- id: 1\n  id: 2\n  query: a\n", "t.yaml:2: the key 'id' is given twice"),
        ("t.yaml", "- {id: 1, query: [a\n", "t.yaml:2: not YAML"),
        ("t.yaml", "- &a {id: 1, query: a}\n- *a\n", "t.yaml:2: not YAML: aliases"),
        ("t.yaml", "media\n", "t.yaml:1: expected a list"),
    ],
)
def test_an_error_is_reported_with_file_and_line(write: Write, name: str, text: str, message: str) -> None:
    with pytest.raises(EvaluationError) as caught:
        read_topics(write(name, text))
    assert message in str(caught.value)


def test_a_line_that_is_not_utf_8_is_reported_with_its_number(tmp_path: Path) -> None:
    path = tmp_path / "topics.tsv"
    path.write_bytes(b"1\tmedia\n2\tcaf\xe9\n3\tborders\n")
    problems = Problems()
    assert [t.id for t in read_topics(path, problems)] == ["1", "3"]
    assert [str(problem) for problem in problems.all] == [
        f"{path}:2: not UTF-8 from byte 6 of the line on; save the file as UTF-8"
    ]


def test_all_errors_are_reported_at_once(write: Write) -> None:
    problems = Problems()
    read_topics(write("t.tsv", "x\n1\ta\ny\n"), problems)
    assert [problem.line for problem in problems.errors] == [1, 3]


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(EvaluationError, match=r"none\.tsv: there is no such file"):
        read_topics(tmp_path / "none.tsv")


def test_the_digest_depends_on_the_questions_and_not_on_order_or_notes(write: Write) -> None:
    one = read_topics(write("a.yaml", "- {id: a, query: x, notes: n}\n- {id: b, query: y}\n"))
    two = read_topics(write("b.yaml", "- {id: b, query: y}\n- {id: a, query: x, kind: k}\n"))
    other = read_topics(write("c.yaml", "- {id: b, query: y}\n- {id: a, query: x, since: 2015}\n"))
    assert digest_topics(one) == digest_topics(two) != digest_topics(other)
