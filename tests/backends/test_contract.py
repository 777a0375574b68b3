"""The contract of a back end: what every one of them answers, whatever holds the releases.

`FACTORIES` makes each back end from releases. A new one is added there and passes the same tests: a test that needs a
capability which a back end lacks checks that it is refused by name.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import tempfile
import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, Protocol

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from osce_search.backends import ALL_CAPABILITIES, Backend, Capability, Index
from osce_search.backends.local import LocalBackend
from osce_search.errors import CapabilityMissing, IndexUnavailable, QueryError
from osce_search.index.writer import IndexWriter
from osce_search.query import MISSING, FacetRequest, Filter, Query
from osce_search.release import Origin, Release
from osce_search.results import Results
from tests.backends.twin import TwinBackend


class Made(Protocol):
    """A back end, and what gives it another state."""

    backend: Backend

    def update(self, releases: Sequence[Release]) -> None: ...


class Local:
    """The local engine over an index in a temporary directory, written in two commits."""

    def __init__(self, releases: Sequence[Release], directory: Path) -> None:
        self._directory = directory
        for part in (releases[::2], releases[1::2]):
            self._write(part)
        self.backend: Backend = LocalBackend(directory)

    def _write(self, releases: Sequence[Release]) -> None:
        with IndexWriter(self._directory) as writer:
            for release in releases:
                writer.add(release)
            writer.commit()

    def update(self, releases: Sequence[Release]) -> None:
        with IndexWriter(self._directory, rebuild=True) as writer:
            for release in releases:
                writer.add(release)
            writer.commit()


class Twin:
    """The plain twin."""

    def __init__(self, releases: Sequence[Release], directory: Path) -> None:
        self.backend: Backend = TwinBackend(releases)

    def update(self, releases: Sequence[Release]) -> None:
        assert isinstance(self.backend, TwinBackend)
        self.backend.update(releases)


Factory = Callable[[Sequence[Release], Path], Made]
FACTORIES: dict[str, Factory] = {"local": Local, "twin": Twin}


def release(id: str, title: str, text: str, day: str | None = None, **labels: Any) -> Release:
    return Release(id=id, title=title, text=text, date=dt.date.fromisoformat(day) if day else None, **labels)


RELEASES = (
    release("1", "Border guards train in Osh", "OSH, 3 May 2010 - Guards learned to read maps.", "2010-05-03",
            country=("KG",), source=("centre-in-bishkek",), field=("border-management",), type="press-release"),
    release("2", "Media law reviewed", "The media law of Serbia was reviewed.", "2010-07-01",
            country=("RS",), source=("rfom",), field=("media-laws",), type="press-release"),
    release("3", "Media and borders", "Journalists visited the border with guards.", "2012-01-09",
            country=("RS", "BA"), source=("rfom",), field=("media-freedom", "border-management"), type="news"),
    release("4", "A report without a date", "Nothing but words about media."),
    release("5", "A visit to Tirana", "Judges met. The border was not discussed.", "2012-01-09",
            country=("AL",), type="news",
            provenance={"country": (Origin("AL", "inferred", "Tirana", 0.9),)}),
)  # fmt: skip


@pytest.fixture(params=sorted(FACTORIES))
def made(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Made]:
    found = FACTORIES[request.param](RELEASES, tmp_path / "index")
    yield found
    found.backend.close()


@pytest.fixture
def index(made: Made) -> Index:
    return Index(made.backend)


def ids(results: Results) -> list[str]:
    return [hit.id for hit in results.hits]


def counts(results: Results, facet: str) -> dict[str, int]:
    return {bucket.value: bucket.count for bucket in results.facets[facet].buckets}


# ── what is found ────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("text", "settings", "found"),
    [
        ("media", {}, {"2", "3", "4"}),
        ("media border", {}, {"3"}),
        ("media guards", {"operator": "any"}, {"1", "2", "3", "4"}),
        ("media NOT law", {}, {"3", "4"}),
        ("title:media", {}, {"2", "3"}),
        ("country:BA OR country:AL", {}, {"3", "5"}),
        ("date:2010", {}, {"1", "2"}),
        ("", {"since": "2011", "until": "2012-01-09"}, {"3", "5"}),
        ("", {"filters": {"country": ["RS", "KG"]}}, {"1", "2", "3"}),
        ("", {"filters": [Filter("country", ("RS", "BA"), "all")]}, {"3"}),
        ("", {"filters": [Filter("country", ("RS",), "none")]}, {"1", "4", "5"}),
        ("", {"filters": {"source": MISSING}}, {"4", "5"}),
        ("", {"filters": {"field": "media-freedom"}}, {"2", "3"}),
        ("", {"filters": {"country": "AL"}, "tags": "assigned"}, set()),
        ("", {"filters": {"year": 2012, "type": "news"}}, {"3", "5"}),
    ],
)
def test_words_fields_operators_dates_and_filters_select_the_same_releases(
    index: Index, text: str, settings: Any, found: set[str]
) -> None:
    results = index.search(text, relax=False, profile="plain", **settings)
    assert (results.total, set(ids(results))) == (len(found), found)
    assert index.count(text, **settings) == len(found)


@pytest.mark.parametrize(
    ("sort", "order"),
    [
        ("date", ["1", "2", "3", "5", "4"]),
        ("-date", ["3", "5", "2", "1", "4"]),
        ("title", ["4", "5", "1", "3", "2"]),
    ],
)
def test_every_order_is_exact_and_ties_go_newest_first_and_then_by_id(
    index: Index, sort: Any, order: list[str]
) -> None:
    assert ids(index.search(sort=sort)) == order
    assert ids(index.search(sort=sort, limit=2, offset=1)) == order[1:3]
    assert ids(index.search(sort=sort, limit=None)) == order
    assert ids(index.search(sort=sort, limit=0)) == []
    assert ids(index.search(sort=sort, offset=9)) == []


def test_the_best_match_comes_first_and_a_hit_is_its_release(index: Index) -> None:
    results = index.search("media law", profile="plain", operator="any")
    first = results.hits[0]
    assert (first.id, first.title, first.date) == ("2", "Media law reviewed", dt.date(2010, 7, 1))
    assert first.release == RELEASES[1]
    assert [hit.score for hit in results.hits] == sorted((hit.score for hit in results.hits), reverse=True)
    assert all(hit.score == 0.0 for hit in index.search("media", sort="title").hits)


# ── what is counted ──────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_facet_counts_its_values_under_the_filters_of_all_other_facets(index: Index) -> None:
    results = index.search(
        filters={"country": "RS", "type": "press-release"}, facets=["country", "type", "field"]
    )
    assert results.total == 1
    assert counts(results, "country") == {"KG": 1, "RS": 1}
    assert counts(results, "type") == {"news": 1, "press-release": 1}
    assert counts(results, "field") == {"media-freedom": 1, "media-laws": 1}
    assert [b.value for b in results.facets["country"].buckets if b.selected] == ["RS"]


def test_values_are_listed_in_the_order_asked_for_and_what_a_limit_cuts_off_is_counted(index: Index) -> None:
    listed = index.search(facets=[FacetRequest("country", 2)]).facets["country"]
    assert [(b.value, b.label, b.count, b.of) for b in listed.buckets] == [
        ("RS", "Serbia", 2, 2),
        ("AL", "Albania", 1, 1),
    ]
    assert (listed.other.values, listed.other.releases, listed.missing) == (2, 2, 1)
    by_label = index.search(facets=[FacetRequest("country", None, "label")]).facets["country"]
    assert [b.label for b in by_label.buckets] == [
        "Albania",
        "Bosnia and Herzegovina",
        "Kyrgyzstan",
        "Serbia",
    ]
    years = index.search(facets=[FacetRequest("year", None, "date")]).facets["year"]
    assert [(b.value, b.count) for b in years.buckets] == [("2010", 2), ("2011", 0), ("2012", 2)]
    assert years.missing == 1


def test_a_narrower_value_counts_for_the_value_above_it(index: Index) -> None:
    listed = index.search(facets=[FacetRequest("field", None)]).facets["field"]
    assert {b.value: (b.count, b.parent) for b in listed.buckets} == {
        "border-management": (2, None),
        "media-freedom": (2, None),
        "media-laws": (1, "media-freedom"),
    }


def test_tags_choose_the_labels_that_count(index: Index) -> None:
    assert counts(index.search(facets="country", tags="inferred"), "country") == {"AL": 1}
    assert "AL" not in counts(index.search(facets="country", tags="assigned"), "country")


WORDS = st.sampled_from(["", "media", "border", "guards media", "media OR judges", "NOT media", "tirana"])
FILTERS = st.lists(
    st.builds(
        Filter,
        st.sampled_from(["country", "source", "field", "type", "year"]),
        st.lists(
            st.sampled_from(["RS", "BA", "KG", "rfom", "media-freedom", "news", "2010", "2012", MISSING, "none-such"]),
            min_size=1, max_size=2, unique=True,
        ).map(tuple),
        st.sampled_from(["any", "any", "all", "none"]),
    ),
    max_size=3,
)  # fmt: skip
REQUESTS = st.lists(
    st.builds(
        FacetRequest,
        st.sampled_from(["country", "source", "field", "type", "year", "month", "language"]),
        st.sampled_from([None, 0, 1, 3]),
        st.sampled_from(["count", "label", "date"]),
    ),
    max_size=4,
    unique_by=lambda request: request.name,
)


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(st.sampled_from(RELEASES), unique_by=lambda item: item.id, max_size=5),
    WORDS, FILTERS, REQUESTS,
    st.sampled_from(["both", "assigned", "inferred"]),
    st.sampled_from(["relevance", "date", "-date", "title"]),
)  # fmt: skip
def test_all_back_ends_give_the_same_answer(
    releases: list[Release],
    text: str,
    filters: list[Filter],
    requests: list[FacetRequest],
    tags: Any,
    sort: Any,
) -> None:
    query = Query(
        text, filters=tuple(filters), facets=tuple(requests), tags=tags, sort=sort,
        limit=None, profile="plain", relax=False, expand=False,
    )  # fmt: skip
    answers = []
    for factory in FACTORIES.values():
        with tempfile.TemporaryDirectory() as directory:
            made = factory(releases, Path(directory) / "index")
            index = Index(made.backend)
            results = index.search(query)
            answers.append(
                (
                    results.total,
                    [(hit.id, pytest.approx(hit.score, abs=1e-5)) for hit in results.hits],
                    {name: fields_of(found) for name, found in results.facets.items()},
                    results.read_as,
                    results.notes,
                    index.fingerprint,
                    fields_of(index.crosstab("country", "type", query)),
                    fields_of(index.trend(query)),
                )
            )
            made.backend.close()
    first, *others = answers
    assert others == [first] * len(others)


def fields_of(value: Any) -> dict[str, Any]:
    """The public fields of a value, but for the receipt, which names the software."""
    return {
        item.name: getattr(value, item.name) for item in dataclasses.fields(value) if item.name != "receipt"
    }


# ── what else a back end does ────────────────────────────────────────────────────────────────────────────────────────


def test_releases_are_got_by_id_in_the_order_asked_for(made: Made) -> None:
    assert made.backend.get(["3", "nope", "1"]) == [RELEASES[2], None, RELEASES[0]]
    assert made.backend.get([]) == []
    assert sorted(item.id for item in made.backend.releases()) == ["1", "2", "3", "4", "5"]
    assert made.backend.count() == 5


def test_the_fingerprint_is_that_of_the_releases_in_whatever_order(made: Made, tmp_path: Path) -> None:
    other = Local(tuple(reversed(RELEASES)), tmp_path / "other")
    assert made.backend.fingerprint == other.backend.fingerprint
    fewer = Local(RELEASES[1:], tmp_path / "fewer")
    assert made.backend.fingerprint != fewer.backend.fingerprint


def test_values_of_a_facet_are_known_by_value_label_and_other_names(made: Made) -> None:
    countries = made.backend.facet_values("country")
    assert "RS" in countries
    assert "DE" not in countries
    assert countries.knows("DE")
    assert not countries.knows("Atlantis")
    assert countries.resolve("serbia") == "RS"
    assert countries.label("BA") == "Bosnia and Herzegovina"
    assert countries.begin("herz") == {"BA": 1}
    assert made.backend.facet_values("year").outline() == "its values run from 2010 to 2012"


def test_a_state_stays_until_it_is_refreshed(made: Made, index: Index) -> None:
    before, generation = index.search("media"), index.generation
    assert not index.refresh()
    made.update(RELEASES[:2])
    assert index.search("media").total == before.total
    assert index.refresh()
    assert (index.search("media").total, index.count()) == (1, 2)
    assert index.generation > generation
    assert ids(before) != []


def test_a_closed_back_end_answers_no_more_and_what_it_answered_stays(index: Index) -> None:
    results = index.search("media", facets=["year"])
    index.close()
    for ask in (index.search, index.count, lambda: index.get("1"), lambda: list(index.releases())):
        with pytest.raises(IndexUnavailable):
            ask()
    assert len(ids(results)) == 3
    assert results.facets["year"].missing == 1


def test_threads_may_share_a_back_end(index: Index) -> None:
    expected = ids(index.search("media border", operator="any"))
    found: list[list[str]] = []
    threads = [
        threading.Thread(target=lambda: found.append(ids(index.search("media border", operator="any"))))
        for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [expected] * 8


NEEDS: dict[Capability, Callable[[Index], object]] = {
    "phrase": lambda index: index.search('"media law"'),
    "near": lambda index: index.search("media NEAR/3 law"),
    "prefix": lambda index: index.search("bord*"),
    "fuzzy": lambda index: index.search("mediia~1"),
    "explanation": lambda index: index.search("media", explain=True),
    "collapse": lambda index: index.search("media", collapse="series"),
    "lift": lambda index: index.search("media", facets=[FacetRequest("country", 3, "lift")]),
    "crosstab": lambda index: index.crosstab("country", "type"),
    "trend": lambda index: index.trend("media"),
    "similar": lambda index: index.similar("1"),
}


@pytest.mark.parametrize("capability", sorted(NEEDS))
def test_what_a_back_end_cannot_do_is_refused_by_name_and_the_rest_is_done(
    index: Index, capability: Capability
) -> None:
    if capability in index.capabilities:
        NEEDS[capability](index)
        return
    with pytest.raises(CapabilityMissing, match=f"it lacks {capability}") as caught:
        NEEDS[capability](index)
    assert caught.value.capabilities == (capability,)


def test_the_words_of_a_phrase_within_a_distance_need_more_than_a_phrase(index: Index) -> None:
    if "near" not in index.capabilities:
        with pytest.raises(CapabilityMissing, match="near"):
            index.search('"media law"~3')
    else:
        assert ids(index.search('"media serbia"~3', relax=False)) == ["2"]


DEFAULTS: dict[Capability, str] = {
    "expansion": "this back end does not search other names of what was typed",
    "relaxation": "this back end does not answer with partial matches",
    "neighbours": "this back end ranks without similar releases, by the profile fast",
}


def test_a_default_that_a_back_end_lacks_is_switched_off_with_a_note(index: Index) -> None:
    results = index.search("media nonesuch")
    for capability, note in DEFAULTS.items():
        assert (note in results.notes) == (capability not in index.capabilities)
    assert results.relaxed == ("relaxation" in index.capabilities)


def test_every_capability_is_tested_here() -> None:
    assert {*NEEDS, *DEFAULTS, "suggestion"} == ALL_CAPABILITIES


def test_mistakes_are_refused_alike(index: Index) -> None:
    for mistake in ({"sort": "best"}, {"facets": ["contry"]}, {"since": "2015-02-30"}, {"profile": "fats"}):
        with pytest.raises(QueryError):
            index.search("media", **mistake)
