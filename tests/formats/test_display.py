"""A value is found by the beginning of any word of any of its names."""

from __future__ import annotations

import pytest

from osce_search.engine.facet.names import Names
from osce_search.formats.display import has_prefix, keep_prefix
from osce_search.results import Other
from osce_search.vocabulary import vocabulary
from tests.backends.fake import make_results


@pytest.mark.parametrize("prefix", ["bos", "HERZ", "ba", "BiH"])
def test_case_and_which_name_it_is_make_no_difference(prefix: str) -> None:
    counts = keep_prefix(make_results(), "country", prefix, None, len).facets["country"]
    assert [bucket.value for bucket in counts.buckets] == ["BA"]
    assert (counts.missing, counts.other.values) == (0, 0)


def test_a_limit_tells_how_many_values_it_cut_off() -> None:
    asked: list[tuple[str, ...]] = []

    def count(values: tuple[str, ...]) -> int:
        asked.append(values)
        return 17

    counts = keep_prefix(make_results(), "country", "", 1, count).facets["country"]
    assert [bucket.value for bucket in counts.buckets] == ["BA"]
    assert counts.other == Other(1, 17)
    assert asked == [("RS",)]


@pytest.mark.parametrize("table", ["field", "country", "source", "type"])
@pytest.mark.parametrize(
    "prefix", ["of", "of t", "rule-of-l", "and c", "Good G", "BOSN", "sky", "&", "-", "o'", "vie n"]
)
def test_it_finds_what_search_in_a_facet_finds(table: str, prefix: str) -> None:
    labels = {term.value: term.label for term in vocabulary(table)}
    names = Names(table, {value: number for number, value in enumerate(labels, 1)}, labels)
    found = {value for value, label in labels.items() if has_prefix(table, value, label, prefix)}
    assert found == set(names.begin(prefix))


def test_words_in_a_row_need_not_be_the_first() -> None:
    assert has_prefix("field", "rule-of-law", "Rule of law", "of la")
