"""The examples of docs/facets.md are true."""

from __future__ import annotations

import doctest
from pathlib import Path

import pytest

from osce_search.schema import facet_names

PAGE = (Path(__file__).parents[1] / "docs" / "facets.md").read_text(encoding="utf-8")


def test_the_examples_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    test = doctest.DocTestParser().get_doctest(PAGE, {}, "docs/facets.md", "docs/facets.md", 0)
    runner = doctest.DocTestRunner(optionflags=doctest.NORMALIZE_WHITESPACE)
    assert runner.run(test) == doctest.TestResults(0, len(test.examples))
    assert len(test.examples) > 30


@pytest.mark.parametrize("name", facet_names())
def test_the_page_names_every_facet(name: str) -> None:
    assert f"`{name}`" in PAGE
