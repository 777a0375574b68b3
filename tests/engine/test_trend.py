"""A question over time: no period is left out, and a share is of what was published."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from osce_search.analyses import Point
from osce_search.backends import Index, open_index
from osce_search.errors import QueryError
from osce_search.index.writer import IndexWriter
from osce_search.release import Release, parse_date

ROWS = (
    ("1", "2015-04-23", "media"),
    ("2", "2015-05", "media police"),
    ("3", "2017", "media"),
    ("4", "2018-01-01", "police"),
    ("5", None, "media"),
)


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    path = tmp_path_factory.mktemp("trend")
    with IndexWriter(path) as writer:
        for id, date, text in ROWS:
            day, precision = parse_date(date or "1970")
            writer.add(
                Release(id=id, title="t", text=text, date=day if date else None, date_precision=precision)
            )
        writer.commit()
    with open_index(path) as opened:
        yield opened


def test_a_trend_leaves_no_year_out_and_tells_the_share(index: Index) -> None:
    trend = index.trend("media")
    assert trend.points == (Point("2015", 2, 2), Point("2016", 0, 0), Point("2017", 1, 1))
    assert (trend.total, trend.undated) == (4, 1)
    police = index.trend("police")
    assert [round(point.share, 2) for point in police.points] == [0.5, 0.0, 0.0, 1.0]


def test_months_run_over_the_end_of_a_year_and_leave_out_what_has_no_month(index: Index) -> None:
    trend = index.trend("police OR media", by="month")
    assert trend.points[0] == Point("2015-04", 1, 1)
    assert [point.period for point in trend.points[8:10]] == ["2015-12", "2016-01"]
    assert trend.points[-1] == Point("2018-01", 1, 1)
    assert (trend.total, trend.undated) == (5, 2)


def test_the_share_is_of_the_releases_between_the_dates(index: Index) -> None:
    assert index.trend("police", since="2015-05").points[0] == Point("2015", 1, 1)


def test_without_hits_there_is_no_period(index: Index) -> None:
    assert index.trend("nothing").points == ()


def test_a_trend_is_over_time(index: Index) -> None:
    with pytest.raises(QueryError, match="by year or by month"):
        index.trend("media", by="country")  # type: ignore[arg-type]
