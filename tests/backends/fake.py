"""A back end with prepared answers, for tests of the layers above the engine."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Iterator
from types import TracebackType
from typing import Any, Unpack

from osce_search.query import Query, Settings, make_query
from osce_search.release import Origin, Release
from osce_search.results import Bucket, Expansion, FacetCounts, Hit, Other, Reason, Receipt, Results, Snippet


class FakeIndex:
    """An index with a fixed answer. `asked` holds the fields of each Query that it was asked."""

    def __init__(self, results: Results, releases: tuple[Release, ...] = (), count: int = 166) -> None:
        self.results = results
        self.asked: list[dict[str, Any]] = []
        self.fingerprint = "0123abcd"
        self.generation = 3
        self._releases = {release.id: release for release in releases}
        self._count = count

    def search(self, query: str | Query = "", **settings: Unpack[Settings]) -> Results:
        return self.ask(make_query(query, settings))

    def ask(self, query: Query) -> Results:
        self.asked.append({field.name: getattr(query, field.name) for field in dataclasses.fields(query)})
        return self.results

    def get(self, id: str) -> Release | None:
        return self._releases.get(id)

    def releases(self) -> Iterator[Release]:
        return iter(self._releases.values())

    def count(self) -> int:
        return self._count

    def __enter__(self) -> FakeIndex:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        return None


def make_results(**changes: Any) -> Results:
    """An answer with two hits, one of them hostile, and counts of three facets."""
    hits = (
        Hit(
            id="900123",
            title="Media freedom conference opens in Sarajevo",
            date=dt.date(2015, 4, 23),
            url="https://www.osce.example/fom/900123",
            score=11.4216,
            snippets=(
                Snippet("title", "Media freedom conference opens in Sarajevo", ((0, 5), (6, 13))),
                Snippet(
                    "body", "Editors spoke about media freedom in small towns.", ((20, 25), (26, 33)), 120
                ),
            ),
            release=CONFERENCE,
            matched=(Reason("media", ("title", "body")), Reason("freedom", ("title",), "liberty")),
        ),
        Hit(
            id="900124",
            title=HOSTILE.title,
            date=dt.date(2016, 1, 1),
            url=HOSTILE.url,
            score=3.5,
            snippets=(Snippet("lead", HOSTILE.text, ((2, 5),)),),
            release=HOSTILE,
        ),
    )
    facets = {
        "country": FacetCounts(
            "country",
            "Country",
            (Bucket("BA", "Bosnia and Herzegovina", 61, True, 812), Bucket("RS", "Serbia", 22, False, 400)),
            missing=9,
            other=Other(31, 58),
        ),
        "source": FacetCounts(
            "source",
            "Source",
            (
                Bucket("institutions", "Institutions", 80, False, 900),
                Bucket(
                    "odihr",
                    "Office for Democratic Institutions and Human Rights",
                    40,
                    False,
                    500,
                    None,
                    "institutions",
                ),
            ),
        ),
        "year": FacetCounts(
            "year",
            "Year",
            tuple(Bucket(str(year), str(year), count, False, 50) for year, count in _YEARS.items()),
            missing=1,
        ),
    }
    results = Results(
        total=143,
        hits=hits,
        facets=facets,
        read_as="media AND freedom AND country:BA",
        notes=("the word 'the' was left out",),
        expansions=(Expansion("rfom", ("Representative on Freedom of the Media",)),),
        receipt=Receipt("0123abcd", 3, "media AND freedom AND country:BA", "default", "osce-search 0.1.0"),
    )
    return dataclasses.replace(results, **changes)


_YEARS = {2010: 4, 2011: 8, 2013: 40, 2015: 61, 2016: 30}

CONFERENCE = Release(
    id="900123",
    title="Media freedom conference opens in Sarajevo",
    text="SARAJEVO, 23 April 2015 – A conference opened.\n\nEditors spoke about media freedom in small towns.",
    url="https://www.osce.example/fom/900123",
    date=dt.date(2015, 4, 23),
    type="press-release",
    place=("Sarajevo",),
    source=("rfom",),
    field=("media-freedom",),
    country=("BA", "RS"),
    language="en",
    parser="legacy-page",
    provenance={
        "date": (Origin("", "published"),),
        "country": (
            Origin("BA", "assigned"),
            Origin("RS", "inferred", "editors from Serbia", 0.8),
        ),
    },
)

HOSTILE = Release(
    id="900124",
    title='=HYPERLINK("x")\x1b]0;owned\x07 \u202egnp.exe',
    text="\x1b[31mred\x1b[0m and \x9b31m too, {\\input} & 100% | <b>bold</b>\nline",
    url="javascript:alert(1)//\x1b[2J{}",
    date=dt.date(2016, 1, 1),
    date_precision="year",
    source=("+49 (unknown)",),
    partial=True,
)
