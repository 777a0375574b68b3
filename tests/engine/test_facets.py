"""What a facet lists, in which order, and what its counts mean under filters of every kind."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import pytest

from osce_search.backends import Index, open_index
from osce_search.engine import searcher as searching
from osce_search.engine.facet.counts import LIFT_SUPPORT
from osce_search.errors import UnknownFacet, UnknownValue
from osce_search.index.writer import IndexWriter
from osce_search.parser import parse
from osce_search.query import MISSING, FacetRequest, Filter, Plan
from osce_search.release import Origin, Release, parse_date
from osce_search.results import FacetCounts, Other
from tests.backends.engine import local

ROWS: tuple[tuple[str, str, tuple[str, ...], tuple[str, ...], tuple[str, ...], str], ...] = (
    # date, text, country, source, field, place
    ("2014-11-03", "media", ("BA",), ("odihr",), ("media-laws",), "Tirana"),
    ("2014-11-20", "media law", ("BA", "RS"), ("odihr", "rfom"), ("media-freedom",), "Tiranë"),
    ("2015-02-01", "media police", ("RS",), ("rfom",), ("media-laws", "safety-of-journalists"), "Osh"),
    ("2017-05", "police", ("RS", "RU"), ("mission-to-serbia",), (), "Osh"),
    ("2018", "police", ("RU",), ("mission-to-serbia",), ("policing",), "Osh"),
    ("", "law", (), (), ("elections",), "Łódź"),
)


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    path = tmp_path_factory.mktemp("facets")
    with IndexWriter(path) as writer:
        for number, (date, text, country, source, field, place) in enumerate(ROWS):
            day, precision = parse_date(date or "1970")
            release = Release(
                id=str(number), title="t", text=text, date=day if date else None, date_precision=precision,
                country=country, source=source, field=field, place=(place,),
            )  # fmt: skip
            writer.add(release)
        writer.commit()
    with open_index(path) as opened:
        yield opened


def count(
    index: Index,
    name: str,
    *filters: Filter,
    limit: int | None = None,
    order: Literal["count", "label", "date", "lift"] = "count",
    text: str = "",
) -> FacetCounts:
    return index.search(text, filters=filters, facets=[FacetRequest(name, limit, order)]).facets[name]


def shown(counts: FacetCounts) -> list[tuple[str, int]]:
    return [(bucket.value, bucket.count) for bucket in counts.buckets]


# ── filters ──────────────────────────────────────────────────────────────────────────────────────────────────────


def test_values_of_one_facet_are_alternatives_and_facets_are_conditions(index: Index) -> None:
    assert index.search(filters={"country": ["BA", "RU"]}).total == 4
    assert index.search(filters={"country": ["BA", "RU"], "source": "odihr"}).total == 2


def test_a_facet_is_counted_as_if_its_own_choice_were_another(index: Index) -> None:
    counts = count(index, "country", Filter("country", ("BA",)))
    assert shown(counts) == [("RS", 3), ("BA", 2), ("RU", 2)]
    assert [bucket.value for bucket in counts.buckets if bucket.selected] == ["BA"]


def test_all_of_some_values_stay_when_another_is_counted(index: Index) -> None:
    assert index.search(filters=[Filter("country", ("BA", "RS"), "all")]).total == 1
    assert shown(count(index, "country", Filter("country", ("RS",), "all"))) == [
        ("RS", 3),
        ("BA", 1),
        ("RU", 1),
    ]


def test_none_of_some_values_stay_when_another_is_counted(index: Index) -> None:
    counts = count(index, "country", Filter("country", ("RU",), "none"))
    assert shown(counts) == [("BA", 2), ("RS", 2)]
    assert counts.missing == 1


def test_filters_of_every_mode_hold_together(index: Index) -> None:
    filters = (
        Filter("country", ("BA", "RU")), Filter("country", ("RS",), "all"), Filter("country", ("BA",), "none"),
    )  # fmt: skip
    assert [hit.id for hit in index.search(filters=filters).hits] == ["3"]
    assert shown(count(index, "country", *filters)) == [("RS", 2), ("RU", 1), ("BA", 0)]


def test_two_choices_of_one_facet_are_conditions_that_stay(index: Index) -> None:
    filters = (Filter("country", ("BA",)), Filter("country", ("RS", "RU")))
    assert index.search(filters=filters).total == 1
    assert shown(count(index, "country", *filters)) == [("BA", 1), ("RS", 1), ("RU", 0)]


def test_what_is_not_specified_can_be_chosen_joined_and_left_out(index: Index) -> None:
    assert index.search(filters={"country": MISSING}).total == 1
    assert index.search(filters={"country": [MISSING, "RU"]}).total == 3
    assert index.search(filters=[Filter("country", (MISSING,), "none")]).total == 5
    assert index.search(filters=[Filter("country", (MISSING, "RU"), "all")]).total == 0
    counts = count(index, "country", Filter("country", (MISSING,)))
    assert (counts.missing, counts.missing_selected) == (1, True)


def test_excluding_twice_is_excluding_both(index: Index) -> None:
    filters = [Filter("country", ("BA",), "none"), Filter("country", ("RU",), "none")]
    assert [hit.id for hit in index.search(filters=filters).hits] == ["2", "5"]


# ── what is listed ───────────────────────────────────────────────────────────────────────────────────────────────


def test_a_value_above_counts_what_is_beneath_it_once(index: Index) -> None:
    counts = count(index, "field")
    assert shown(counts)[:2] == [("media-freedom", 3), ("media-laws", 2)]
    assert {bucket.value: bucket.parent for bucket in counts.buckets} == {
        "media-freedom": None, "media-laws": "media-freedom", "safety-of-journalists": "media-freedom",
        "elections": None, "policing": None,
    }  # fmt: skip


@pytest.mark.parametrize("order", ["count", "label", "lift"])
@pytest.mark.parametrize("limit", range(8))
def test_a_limit_never_cuts_a_value_from_the_one_above_it(
    index: Index, order: Literal["count", "label", "lift"], limit: int
) -> None:
    for name in ("source", "field"):
        everything = count(index, name, order=order)
        counts = count(index, name, order=order, limit=limit)
        assert len(counts.buckets) == min(limit, len(everything.buckets))
        listed = {bucket.value for bucket in counts.buckets}
        assert {bucket.parent for bucket in counts.buckets} <= {None, *listed}
        assert [b.value for b in counts.buckets] == [b.value for b in everything.buckets if b.value in listed]


def test_what_a_limit_cut_off_is_told(index: Index) -> None:
    assert count(index, "country", limit=1).other == Other(2, 4)
    assert count(index, "country", limit=0).other == Other(3, 5)
    assert count(index, "country").other == Other()


def test_what_was_chosen_is_listed_though_a_limit_cuts_it_off(index: Index) -> None:
    counts = count(index, "country", Filter("country", ("RU",)), limit=1)
    assert shown(counts) == [("RS", 3), ("RU", 2)]
    assert counts.other == Other(1, 2)


def test_what_was_chosen_is_listed_with_what_is_above_it_though_no_release_has_it(index: Index) -> None:
    counts = count(index, "country", Filter("country", ("MT",)))
    (chosen,) = (bucket for bucket in counts.buckets if bucket.selected)
    assert (chosen.value, chosen.label, chosen.count, chosen.of) == ("MT", "Malta", 0, 0)
    fields = count(index, "field", Filter("field", ("media-laws",)), text="law", limit=0)
    assert [(b.value, b.count, b.selected) for b in fields.buckets] == [
        ("media-freedom", 1, False), ("media-laws", 0, True),
    ]  # fmt: skip


def test_labels_sort_without_regard_to_case_with_unknown_ones_among_them(index: Index) -> None:
    counts = count(index, "country", Filter("country", ("MT",)), order="label")
    assert [bucket.label for bucket in counts.buckets] == [
        "Bosnia and Herzegovina", "Malta", "Russian Federation", "Serbia",
    ]  # fmt: skip


def test_lift_tells_what_is_more_frequent_than_elsewhere_and_needs_support(index: Index) -> None:
    counts = count(index, "source", text="media", order="lift")
    lifts = {bucket.value: bucket.lift for bucket in counts.buckets}
    assert lifts == {"institutions": 2.0, "odihr": 2.0, "rfom": 2.0}
    assert [b.value for b in counts.buckets if b.count >= LIFT_SUPPORT] == ["institutions"]
    assert counts.buckets[0].value == "institutions"
    assert {bucket.lift for bucket in count(index, "source").buckets} == {None}


# ── time ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_years_without_a_hit_stand_between_those_with_one(index: Index) -> None:
    assert shown(count(index, "year", order="date")) == [
        ("2014", 2), ("2015", 1), ("2016", 0), ("2017", 1), ("2018", 1),
    ]  # fmt: skip
    assert shown(count(index, "year")) == [("2014", 2), ("2015", 1), ("2017", 1), ("2018", 1)]


def test_a_limit_counts_the_empty_years_and_cuts_none_of_them_off(index: Index) -> None:
    counts = count(index, "year", order="date", limit=3)
    assert shown(counts) == [("2014", 2), ("2015", 1), ("2016", 0)]
    assert counts.other == Other(2, 2)


def test_a_year_is_opened_into_its_months(index: Index) -> None:
    months = count(index, "month", Filter("year", ("2014", "2015")), order="date")
    assert shown(months) == [("2014-11", 2), ("2014-12", 0), ("2015-01", 0), ("2015-02", 1)]
    assert [bucket.parent for bucket in months.buckets] == ["2014", "2014", "2015", "2015"]


def test_a_release_of_a_year_alone_has_no_month(index: Index) -> None:
    assert count(index, "month").missing == 2
    assert count(index, "month", Filter("year", ("2018",))).missing == 1


def test_a_year_that_was_chosen_is_listed_outside_the_others(index: Index) -> None:
    counts = count(index, "year", Filter("year", ("2001",)), order="date", limit=2)
    assert [(b.value, b.count, b.selected) for b in counts.buckets] == [("2001", 0, True), ("2014", 2, False)]


# ── names ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_search_in_a_facet_is_within_the_question(index: Index) -> None:
    assert [(b.value, b.count) for b in index.facet_values("country", "s")] == [("RS", 3)]
    assert [(b.value, b.count) for b in index.facet_values("country", "", "police")] == [("RS", 2), ("RU", 2)]
    assert index.facet_values("country", "bos", "police") == ()
    assert [b.count for b in index.facet_values("country", "bos", filters={"source": "rfom"})] == [1]


@pytest.mark.parametrize(
    ("name", "typed", "found"),
    [
        ("country", "BOS", ["BA"]),
        ("country", "herz", ["BA"]),
        ("country", "rus", ["RU"]),
        ("source", "freedom of", ["rfom"]),
        ("place", "lodz", ["Łódź"]),
        ("place", "TIRANE", ["Tirana", "Tiranë"]),
        ("place", "tiran", ["Tirana", "Tiranë"]),
        ("country", "osnia", []),
    ],
)
def test_search_in_a_facet_finds_words_by_their_beginning(
    index: Index, name: str, typed: str, found: list[str]
) -> None:
    assert sorted(bucket.value for bucket in index.facet_values(name, typed)) == found


def test_search_in_a_facet_keeps_a_limit(index: Index) -> None:
    assert len(index.facet_values("country", limit=2)) == 2
    assert len(index.facet_values("country", limit=None)) == 3
    with pytest.raises(UnknownFacet):
        index.facet_values("kountry")


def test_a_filter_takes_a_label_a_former_name_and_what_only_the_index_knows(index: Index) -> None:
    for value in ("RU", "Russian Federation", "russia"):
        assert index.search(filters={"country": value}).total == 2
    assert index.search(filters={"place": "ŁÓDŹ"}).total == 1


def test_a_value_that_nothing_has_is_told_with_the_nearest(index: Index) -> None:
    results = index.search(filters={"place": "Tirna", "country": "BA"})
    (note,) = results.notes
    assert note.startswith("the facet place has no value 'Tirna'; the nearest is Tirana")
    with pytest.raises(UnknownValue):
        index.search(filters={"place": "Tirna"}, strict=True)
    assert index.search(filters={"country": "MT"}, strict=True).notes == ()


def test_values_that_the_index_alone_has_are_known_in_a_question(index: Index) -> None:
    assert index.search("place:Łódź", strict=True).total == 1


def test_what_counts_as_inferred_is_what_a_hit_tells_as_inferred(tmp_path: Path) -> None:
    guessed, given = Origin("BA", "inferred", "title: Bosnia"), Origin("BA", "assigned")
    provenances = (
        (guessed,),
        (guessed, given),
        (given,),
        (Origin("", "inferred"),),
        (Origin("", "assigned"),),
    )
    with IndexWriter(tmp_path) as writer:
        for number, origins in enumerate((*provenances, ())):
            writer.add(Release(str(number), "t", "…", country=("BA",), provenance={"country": origins}))
        writer.commit()
    with open_index(tmp_path) as index:
        for tags, expected in (("inferred", {"0", "3"}), ("assigned", {"1", "2", "4", "5"})):
            found = index.search(filters={"country": "BA"}, tags=tags)  # type: ignore[arg-type]
            assert {hit.id for hit in found.hits} == expected
            told = {hit.release.origin_of("country", "BA") for hit in found.hits}
            assert told == ({"inferred"} if tags == "inferred" else {"assigned", None})


def test_facets_in_any_order_take_no_more_memory_than_is_set_aside(
    index: Index, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = ("country", "field", "source", "year", "place")
    expected = index.search("media", facets=names).facets
    monkeypatch.setattr(searching, "COUNTERS", 1000)
    monkeypatch.setattr(searching, "COUNTERS_EACH", 0)
    searcher = searching.Searcher(local(index).snapshot)
    kept = set()
    for order in itertools.permutations(names):
        requests = tuple(FacetRequest(name, 10, "date" if name == "year" else "count") for name in order)
        facets = searcher.search(Plan(tree=parse("media").tree, facets=requests)).facets
        assert {name: facets[name] for name in names} == {name: expected[name] for name in names}
        kept.add(len(searcher._counters))
    assert 1 <= max(kept) < 10
