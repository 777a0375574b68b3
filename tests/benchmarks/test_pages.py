"""The menus around a page are menus: what is read from it stays the same."""

from __future__ import annotations

from itertools import islice
from pathlib import Path

from benchmarks.pages import SIZE, pages
from osce_search.extraction import extract_one

CORPUS = Path(__file__).parents[2] / "corpus/pages"


def test_a_page_with_menus_reads_as_without_them() -> None:
    for page in islice(pages(), 0, None, 10):
        plain = extract_one((CORPUS / page.name.partition("-")[2]).read_bytes(), page.name)
        wrapped = extract_one(page.content, page.name)
        assert (wrapped.title, wrapped.text, wrapped.date) == (plain.title, plain.text, plain.date)
        assert len(page.content) >= SIZE


def test_copies_of_a_page_are_different_releases() -> None:
    ids = [extract_one(page.content, page.name).id for page in pages(2) if "aggregator" not in page.name]
    assert len(set(ids)) > 0.98 * len(ids)
