"""The relations hold for the engine, and an engine that breaks one is found."""

from __future__ import annotations

from typing import Any

import pytest

from osce_search.backends import Index
from osce_search.evaluation.rules import check_relations
from osce_search.results import Results

QUESTIONS = [
    "border guards",
    "media freedom editors",
    "elections OR (police)",
    "no such word",
    '"media coverage"',
]


def test_the_engine_keeps_all_relations(index: Index) -> None:
    assert check_relations(index.search, QUESTIONS) == ()


def cut(results: Results, keep: int) -> Results:
    hits = tuple(results.hits)[:keep]
    return Results(total=len(hits), hits=hits, facets=results.facets, read_as=results.read_as)


@pytest.mark.parametrize(
    ("relation", "broken"),
    [
        ("a filter never adds hits", lambda text, options: "filters" in options and "everything"),
        ("a count is the number of hits", lambda text, options: "filters" in options and 0),
        ("OR contains each arm", lambda text, options: " OR " in text and 0),
        ("a phrase is within its AND", lambda text, options: " AND " in text and 0),
        ("word order does not matter", lambda text, options: text == "guards border" and 0),
    ],
)
def test_each_broken_relation_is_found(index: Index, relation: str, broken: Any) -> None:
    def ask(text: str, **options: Any) -> Results:
        fault = broken(text, options)
        if fault == "everything":
            return index.search("", **options | {"filters": None})
        results = index.search(text, **options)
        return results if fault is False else cut(results, fault)

    found = {violation.relation for violation in check_relations(ask, ["border guards"])}
    assert relation in found
