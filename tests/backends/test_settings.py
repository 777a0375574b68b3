"""A setting that there is not is refused, with those that there are: else it would silently do nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from osce_search.backends import Index, open_index
from osce_search.errors import QueryError
from osce_search.index.writer import IndexWriter
from osce_search.query import FacetRequest, Query
from osce_search.release import Release


@pytest.fixture
def index(tmp_path: Path) -> Iterator[Index]:
    with IndexWriter(tmp_path) as writer:
        writer.add(Release(id="1", title="A visit", text="Border guards were trained.", country=("KG",)))
        writer.commit()
    with open_index(tmp_path) as opened:
        yield opened


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({"sort": "newest"}, "'newest' is not a sort; there are relevance, date, -date, title"),
        ({"tags": "all"}, "'all' is not a choice of tags; there are assigned, inferred, both"),
        ({"collapse": "yes"}, "'yes' is not a collapse; there are none, series, text"),
        ({"operator": "or"}, "'or' is not an operator; there are all, any"),
        (
            {"facets": [FacetRequest("year", 5, "newest")]},  # type: ignore[arg-type]
            "'newest' is not an order of year; there are count, label, date, lift",
        ),
        ({"facets": [FacetRequest("year", -1)]}, "limit -1 of year: it cannot be below 0"),
        ({"limit": -1}, "limit -1 and offset 0: neither can be below 0"),
        ({"limit": None, "offset": -1}, "limit None and offset -1: neither can be below 0"),
    ],
)
def test_a_setting_that_there_is_not_is_refused_with_those_that_there_are(
    index: Index, settings: dict[str, Any], told: str
) -> None:
    with pytest.raises(QueryError) as caught:
        index.search("guards", **settings)
    assert str(caught.value) == told


@pytest.mark.parametrize(
    "ask",
    [
        lambda index: index.ask(Query(tags="all")),  # type: ignore[arg-type]
        lambda index: index.read(tags="all"),
        lambda index: index.crosstab("country", "year", tags="all"),
        lambda index: index.trend(tags="all"),
        lambda index: index.similar("1", tags="all"),
        lambda index: index.facet_values("country", tags="all"),
    ],
)
def test_every_way_to_ask_refuses_it(index: Index, ask: Callable[[Index], object]) -> None:
    with pytest.raises(QueryError, match="'all' is not a choice of tags"):
        ask(index)


@pytest.mark.parametrize(
    "ask",
    [
        lambda index: index.ask(Query(limit=-1)),
        lambda index: index.similar("1", limit=-1),
        lambda index: index.similar("1", offset=-1),
        lambda index: index.facet_values("country", limit=-1),
        lambda index: index.crosstab(FacetRequest("country", -1), "year"),
    ],
)
def test_no_page_and_no_list_is_shorter_than_nothing(index: Index, ask: Callable[[Index], object]) -> None:
    with pytest.raises(QueryError, match="below 0"):
        ask(index)


def test_the_name_of_one_facet_need_not_stand_in_a_list(index: Index) -> None:
    assert index.search("guards", facets="country").facets["country"].buckets[0].value == "KG"
    assert list(index.similar("1", facets="country").facets) == ["country"]


@pytest.mark.parametrize("by", ["decade", "country", "years"])
def test_a_trend_by_what_is_no_time_is_refused_with_the_times(index: Index, by: Any) -> None:
    with pytest.raises(QueryError, match=f"a trend is by year or by month, not by '{by}'"):
        index.trend("guards", by=by)
