"""The examples of docs/relevance.md print what the page shows."""

from __future__ import annotations

import contextlib
import io
import re
import shlex
from pathlib import Path

import pytest

from osce_search.cli import run

pytest_plugins = ["pytester"]

PAGE = Path(__file__).resolve().parents[2] / "docs" / "relevance.md"
BLOCK = re.compile(r"^```(\w+)(?: (\S+))?\n(.*?)^```", re.DOTALL | re.MULTILINE)


def blocks() -> list[tuple[str, str, str]]:
    """Language, file name and content of each block of the page."""
    return [(m[1], m[2] or "", m[3]) for m in BLOCK.finditer(PAGE.read_text(encoding="utf-8"))]


def show(command: str) -> str:
    """What a command prints on a terminal, on either stream."""
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(printed):
        run(shlex.split(command)[1:])
    return printed.getvalue()


def test_the_example_prints_what_the_page_says_and_its_tests_pass(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("OSCE_SEARCH_INDEX", raising=False)
    for _, name, content in blocks():
        if name:
            (pytester.path / name).write_text(content, encoding="utf-8")
    for language, _, content in blocks():
        if language == "console":
            for part in re.split(r"^\$ ", content, flags=re.MULTILINE)[1:]:
                command, _, expected = part.partition("\n")
                assert show(command) == expected, command
    result = pytester.runpytest_inprocess("-p", "osce_search.evaluation.plugin", "--strict-markers")
    result.assert_outcomes(passed=2)


def test_every_kind_of_rule_and_key_of_a_topic_is_on_the_page() -> None:
    from osce_search.evaluation.topics import KEYS

    page = PAGE.read_text(encoding="utf-8")
    assert [key for key in KEYS if f"`{key}`" not in page] == []
    assert [
        key for key in ("must_top", "must_not", "tiers", "same_as", "zero") if f"`{key}" not in page
    ] == []
