"""Acronyms: each is spelt out once and stands for a value that exists."""

from __future__ import annotations

from osce_search.vocabulary import acronyms, vocabulary


def test_every_value_an_acronym_stands_for_exists() -> None:
    for item in acronyms():
        assert item.expansion
        assert bool(item.facet) == bool(item.value)
        if item.facet:
            assert item.value in vocabulary(item.facet), item


def test_the_acronyms_that_stemming_would_damage_are_there() -> None:
    known = {item.acronym.lower() for item in acronyms()}
    assert {"osce", "odihr", "unodc", "hcnm", "rfom", "smm"} <= known
