"""What an index holds is counted release by release, and each label once, by where it comes from."""

from __future__ import annotations

import datetime as dt
from types import MappingProxyType

from hypothesis import given
from hypothesis import strategies as st

from osce_search.coverage import measure
from osce_search.release import Origin, Release


def release(id: str, **said: object) -> Release:
    """A release with these values."""
    return Release(id, "A visit", "It began.", **said)  # type: ignore[arg-type]


def test_years_and_types_are_counted_with_those_that_have_none() -> None:
    coverage = measure(
        [
            release("1", date=dt.date(2015, 1, 1), type="news"),
            release("2", date=dt.date(2015, 12, 31), type="news"),
            release("3", date=dt.date(1999, 1, 1)),
            release("4", type="news", partial=True),
        ]
    )
    assert coverage.years == {"1999": {"no type": 1}, "2015": {"news": 2}, "no date": {"news": 1}}
    assert list(coverage.years) == ["1999", "2015", "no date"]
    assert list(coverage.types.items()) == [("news", 3), ("no type", 1)]
    assert (coverage.total, coverage.partial) == (4, 1)


def test_a_label_is_inferred_only_where_nothing_of_it_was_assigned() -> None:
    guessed = Origin("BA", "inferred", "title: Bosnia")
    given_too = Origin("BA", "assigned", "label")
    coverage = measure(
        [
            release("1", country=("BA",), provenance=MappingProxyType({"country": (guessed,)})),
            release("2", country=("BA", "RS"), provenance=MappingProxyType({"country": (guessed,)})),
            release("3", country=("BA",), provenance=MappingProxyType({"country": (guessed, given_too)})),
            release("4", country=("AL",)),
            release("5"),
        ]
    )
    (country,) = [facet for facet in coverage.facets if facet.name == "country"]
    assert (country.inferred, country.assigned, country.missing, country.values) == (1, 3, 1, 3)


def test_readers_and_flags_come_by_number_and_those_of_one_number_by_name() -> None:
    releases = [
        release("1", parser="b", flags=("z", "y")),
        release("2", parser="a", flags=("y",)),
        release("3"),
    ]
    for order in (releases, releases[::-1]):
        coverage = measure(order)
        assert list(coverage.parsers.items()) == [("a", 1), ("b", 1), ("record", 1)]
        assert list(coverage.flags.items()) == [("y", 2), ("z", 1)]


@given(
    st.lists(
        st.tuples(st.sampled_from(["", "news", "statement"]), st.sets(st.sampled_from(["BA", "RS", "AL"])))
    )
)
def test_every_release_is_in_each_count_once(kinds: list[tuple[str, set[str]]]) -> None:
    coverage = measure(
        release(str(number), type=type_ or None, country=tuple(sorted(countries)))
        for number, (type_, countries) in enumerate(kinds)
    )
    assert coverage.total == len(kinds) == sum(coverage.types.values()) == sum(coverage.parsers.values())
    for facet in coverage.facets:
        assert facet.assigned + facet.inferred + facet.missing == len(kinds)
