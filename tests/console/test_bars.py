"""Counts are drawn as bars and as a line of years."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from osce_search.console.bars import draw_bar, draw_facets, draw_timeline
from osce_search.console.terminal import Terminal, print_page
from osce_search.results import Bucket, FacetCounts, Other


def draw(*facets: FacetCounts, width: int = 60) -> list[str]:
    terminal = Terminal(width)
    return print_page(
        draw_facets({counts.name: counts for counts in facets}, terminal), terminal
    ).splitlines()


def years(*counts: int, other: Other | None = None, selected: int | None = None) -> FacetCounts:
    buckets = (
        Bucket(str(year), str(year), count, year == selected)
        for year, count in enumerate(counts, 2000)
        if count
    )
    return FacetCounts("year", "Year", tuple(buckets), other=other or Other())


@given(st.integers(0, 10**6), st.integers(1, 10**6), st.integers(1, 60), st.booleans())
def test_a_bar_is_never_wider_than_its_room_and_never_hides_a_count(
    count: int, most: int, width: int, plain: bool
) -> None:
    bar = draw_bar(min(count, most), most, width, Terminal(ascii=plain))
    assert len(bar) <= width
    assert bool(bar) == bool(count)
    assert bar.isascii() or not plain


@given(st.lists(st.integers(0, 10**6), min_size=1))
def test_a_timeline_has_one_sign_for_each_count(counts: list[int]) -> None:
    line = draw_timeline(counts, Terminal())
    assert len(line) == len(counts)
    assert [sign == "·" for sign in line] == [count == 0 for count in counts]


def test_years_without_releases_are_dots_between_the_others() -> None:
    assert draw(years(1, 0, 8, 4, 2)) == ["Year 2000 ▁·█▄▂ 2004  most: 2002 (8)"]


def test_a_chosen_year_is_told_in_words() -> None:
    assert draw(years(1, 2, 8, 4, selected=2001)) == ["Year 2000 ▁▂█▄ 2003  most: 2002 (8)  [x] 2001"]


def test_few_years_and_years_that_were_cut_off_are_bars() -> None:
    assert draw(years(1, 2))[0] == "Year"
    cut = draw(years(1, 2, 3, 4, other=Other(5, 9)))
    assert cut[0] == "Year"
    assert cut[-1].startswith("others: 5 values")


def test_what_belongs_under_another_value_stands_beneath_it() -> None:
    counts = FacetCounts(
        "field",
        "Field of work",
        (
            Bucket("safety-of-journalists", "Safety of journalists", 7, parent="media-freedom"),
            Bucket("elections", "Elections", 5),
            Bucket("media-freedom", "Media freedom and development", 9),
            Bucket("water-management", "Water management", 1),
        ),
    )
    assert [line[:30].rstrip() for line in draw(counts)] == [
        "Field of work",
        "Elections",
        "Media freedom and development",
        "  Safety of journalists",
        "Water management",
    ]


def test_a_column_stays_in_its_place_when_the_one_before_it_is_shorter() -> None:
    short = FacetCounts("type", "Type", (Bucket("news", "News", 1),))
    tall = FacetCounts("language", "Language", (Bucket("en", "English", 2), Bucket("ru", "Russian", 1)))
    lines = draw(short, tall)
    assert {
        line.find(word) for line, word in zip(lines, ("Language", "English", "Russian"), strict=True)
    } == {31}


@given(st.text(min_size=1), st.integers(20, 120))
def test_a_label_of_any_script_fits(label: str, width: int) -> None:
    counts = FacetCounts(
        "place", "Place", (Bucket(label, label, 3), Bucket("x", "北京北京北京北京北京北京", 2))
    )
    assert max(map(cell_len, draw(counts, width=width))) <= max(width, 30)


def test_a_lift_stands_behind_its_count_and_in_its_order() -> None:
    buckets = (
        Bucket("media-laws", "Media laws", 3, lift=10.25),
        Bucket("elections", "Elections", 12, lift=2.0),
        Bucket("media-freedom", "Media freedom", 9, lift=0.5),
    )
    counts = FacetCounts("field", "Field of work", buckets, missing=1)
    assert draw(counts, width=40) == [
        "Field of work",
        "Media laws             ██        3 ×10.2",
        "Elections              ████████ 12  ×2.0",
        "Media freedom          ██████    9  ×0.5",
        "(not specified)                  1",
    ]
