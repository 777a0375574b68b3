"""Years and months may be given as a period, in filters as in the text of a question."""

from __future__ import annotations

import pytest

from osce_search.backends import resolve
from osce_search.errors import QueryError
from osce_search.query import Filter, Query, make_query


@pytest.mark.parametrize(
    ("facet", "given", "values"),
    [
        ("year", "2010..2012", ("2010", "2011", "2012")),
        ("year", "2010-2012", ("2010", "2011", "2012")),
        ("year", "2010", ("2010",)),
        ("month", "2010", tuple(f"2010-{month:02}" for month in range(1, 13))),
        ("month", "2010-11..2011-01", ("2010-11", "2010-12", "2011-01")),
        ("month", "May 2018", ("2018-05",)),
        ("year", "May 2018", ("May 2018",)),
        ("month", "7 May 2018", ("7 May 2018",)),
        ("year", "2012..", ("2012..",)),
        ("year", "9998..9999", ("9998", "9999")),
        ("year", "_missing", ("_missing",)),
        ("place", "2010..2012", ("2010..2012",)),
    ],
)
def test_a_period_of_whole_years_or_months_is_each_of_them(
    facet: str, given: str, values: tuple[str, ...]
) -> None:
    assert resolve(make_query("", {"filters": {facet: given}})).filters == (Filter(facet, values),)
    assert resolve(Query(filters=(Filter(facet, (given,), "none"),))).filters == (
        Filter(facet, values, "none"),
    )


def test_a_period_of_too_many_is_refused() -> None:
    with pytest.raises(QueryError, match="more than 1000 filter values"):
        resolve(make_query("", {"filters": {"month": "1900..2020"}}))
