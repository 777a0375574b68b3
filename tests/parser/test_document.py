"""The examples of docs/query.md are true."""

from __future__ import annotations

import doctest
import re
from pathlib import Path

import pytest

from osce_search.errors import QueryError
from osce_search.parser import MAX_LENGTH, MAX_NOTES, MAX_PHRASE, MAX_TERMS, parse
from osce_search.parser.conditions import FIELD_NAMES
from osce_search.query import MAX_DEPTH, MAX_DISTANCE

PAGE = (Path(__file__).parents[2] / "docs" / "query.md").read_text(encoding="utf-8")
EXAMPLES = [
    example
    for block in re.findall(r"```question\n(.*?)```", PAGE, re.DOTALL)
    for example in re.findall(r"^(\S.*)\n((?:  .*\n)+)", block, re.MULTILINE)
]


@pytest.mark.parametrize(("typed", "said"), EXAMPLES, ids=[typed for typed, _ in EXAMPLES])
def test_each_example_is_read_as_the_page_says(typed: str, said: str) -> None:
    reading = parse(typed)
    told = [line.strip() for line in said.splitlines()]
    assert told[0] == f"→ {reading.canonical}"
    assert [line for line in told if line.startswith("note: ")] == [f"note: {note}" for note in reading.notes]
    refusals = [line.removeprefix("strict: ") for line in told if line.startswith("strict: ")]
    if not reading.notes:
        assert parse(typed, strict=True) == reading
    for refusal in refusals:
        with pytest.raises(QueryError, match=f"^{re.escape(refusal)}$"):
            parse(typed, strict=True)


def test_the_page_has_examples_of_every_chapter() -> None:
    assert len(EXAMPLES) > 45


def test_the_python_examples_run() -> None:
    test = doctest.DocTestParser().get_doctest(PAGE, {}, "docs/query.md", "docs/query.md", 0)
    assert doctest.DocTestRunner(optionflags=doctest.ELLIPSIS).run(test) == doctest.TestResults(
        0, len(test.examples)
    )
    assert len(test.examples) > 8


@pytest.mark.parametrize("limit", [MAX_LENGTH, MAX_TERMS, MAX_PHRASE, MAX_DEPTH, MAX_DISTANCE, MAX_NOTES])
def test_the_page_names_every_limit(limit: int) -> None:
    assert re.search(rf"\| {limit:,}\b", PAGE)


@pytest.mark.parametrize("name", FIELD_NAMES)
def test_the_page_names_every_field(name: str) -> None:
    assert f"{name}:" in PAGE
