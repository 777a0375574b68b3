"""What no question should be is answered, or refused with what and where, after a bounded number of steps."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from osce_search.backends import Index, open_index
from osce_search.cli import run
from osce_search.errors import LimitExceeded, QueryError, UnknownFacet, UnknownValue
from osce_search.query import FacetRequest, Filter
from osce_search.results import Results
from osce_search.schema import facet_names
from tests.backends.engine import local
from tests.work import count_work

MOST = 1_000_000
"""Calls of functions that a question may cost: about a tenth of a second without the counting."""

FACETS = tuple(FacetRequest(name, 10, "lift") for name in facet_names())


@pytest.fixture(scope="module")
def index(sample_index: Path) -> Iterator[Index]:
    with open_index(sample_index) as opened:
        yield opened


@pytest.fixture(scope="module")
def reuters(reuters_index: Path) -> Iterator[Index]:
    with open_index(reuters_index) as opened:
        yield opened


def hurry(ask: Callable[[], Results]) -> Results:
    """Return the answer, after a look at all of it, if the bounded number of calls was enough for that."""
    with count_work() as work:
        results = ask()
        for hit in results.hits:
            _ = hit.snippets
        for name in results.facets:
            _ = results.facets[name].buckets, results.facets[name].other
    assert work.calls < MOST
    return results


def refuse(ask: Callable[[], Results], kind: type[QueryError], says: str) -> QueryError:
    """Return the error, if it was raised within the bounded number of calls."""
    with count_work() as work, pytest.raises(kind, match=says) as caught:
        ask()
    assert work.calls < MOST
    assert len(str(caught.value)) < 500
    return caught.value


def test_ten_thousand_nested_parentheses_are_refused(index: Index) -> None:
    refuse(lambda: index.search("(" * 10_000 + "media" + ")" * 10_000), LimitExceeded, "20,005 characters")
    refuse(
        lambda: index.search("(" * 4_000 + "media" + ")" * 4_000),
        LimitExceeded,
        "parentheses within parentheses",
    )


def test_a_question_of_a_hundred_kilobytes_is_refused(index: Index) -> None:
    refuse(
        lambda: index.search("media " * 17_000), LimitExceeded, "102,000 characters .* the limit is 10,000"
    )


LONG = {
    "frequent words": " ".join(["of", "the", "media", "OSCE", "elections"] * 180),
    "many words": " ".join(f"a{number}" for number in range(1000)),
    "unknown words": " ".join(f"elec{number}ion" for number in range(600)),
    "misspelt words": "elecions obsrvers fredom meida poilce traning " * 100,
    "alternatives": " OR ".join(["media", "police", "court", "border", "water"] * 100),
    "exclusions": " ".join(f"-a{number}" for number in range(900)),
    "phrases": '"freedom of the media" ' * 200,
    "prefixes": "el* co* pr* " * 150,
    "values": " ".join(f"country:X{number}" for number in range(500)),
    "labels": " ".join(f'source:"Misson of Bosnja and Hercegovina {number}"' for number in range(100)),
}


@pytest.mark.parametrize("text", LONG.values(), ids=LONG.keys())
def test_the_longest_questions_are_answered_or_refused(index: Index, text: str) -> None:
    try:
        hurry(lambda: index.search(text[:10_000], facets=FACETS))
    except LimitExceeded as error:
        refuse(lambda: index.search(text[:10_000], facets=FACETS), LimitExceeded, str(error)[:20])


def test_a_thousand_filter_values_are_one_more_than_none_too_many(index: Index) -> None:
    values = [f"X{number}" for number in range(1000)]
    results = hurry(lambda: index.search("media", filters={"country": values}, facets=FACETS))
    assert results.total == 0
    assert len(results.notes) == 21
    assert results.notes[-1] == "and 980 more values that no release has"
    refuse(
        lambda: index.search(filters={"country": [*values, "BA"]}), QueryError, "more than 1000 filter values"
    )


@pytest.mark.parametrize("mode", ["any", "all", "none"])
def test_a_thousand_filters_are_answered(index: Index, mode: str) -> None:
    names = ("country", "source", "place", "year")
    filters = [
        Filter(names[number % 4], (f"X{number}",), mode)  # type: ignore[arg-type]
        for number in range(1000)
    ]
    results = hurry(lambda: index.search("media", filters=filters, facets=FACETS))
    assert (results.total > 0) == (mode == "none")


def test_an_unknown_facet_is_refused_with_the_nearest(index: Index) -> None:
    error = refuse(lambda: index.search(filters={"contry": "BA"}), UnknownFacet, "did you mean country")
    assert error.suggestion == "country"
    refuse(lambda: index.search(facets=["kountry"]), UnknownFacet, "did you mean country")


def test_a_misspelt_country_is_told_with_the_country_that_was_meant(index: Index) -> None:
    said = "the facet country has no value 'Ukrane'; the nearest is UA (Ukraine)"
    assert hurry(lambda: index.search(filters={"country": "Ukrane"})).notes == (f"{said}: no release has it",)
    error = refuse(
        lambda: index.search(filters={"country": "Atlantiss"}, strict=True), UnknownValue, "Atlantiss"
    )
    assert (str(error), error.suggestion) == ("the facet country has no value 'Atlantiss'", None)
    error = refuse(lambda: index.search(filters={"country": "Ukrane"}, strict=True), UnknownValue, "Ukrane")
    assert error.suggestion == "UA"


def test_where_no_value_is_like_the_one_asked_for_it_is_told_which_there_are(index: Index) -> None:
    assert "its values are en, " in hurry(lambda: index.search(filters={"language": "zzz"})).notes[0]
    assert "its values run from 1997 to " in hurry(lambda: index.search(filters={"year": "abcd"})).notes[0]


def test_an_unknown_value_is_told_with_the_nearest_and_refused_where_strict(index: Index) -> None:
    results = hurry(lambda: index.search(filters={"field": "electons"}))
    assert results.notes == (
        "the facet field has no value 'electons'; the nearest is elections: no release has it",
    )
    error = refuse(
        lambda: index.search(filters={"field": "electons"}, strict=True), UnknownValue, "'electons'"
    )
    assert error.suggestion == "elections"
    refuse(lambda: index.search("field:electons", strict=True), UnknownValue, "'electons'")
    refuse(lambda: index.search(filters={"year": "20015"}, strict=True), UnknownValue, "'20015'")


def test_a_value_of_a_megabyte_is_told_in_short(index: Index) -> None:
    results = hurry(lambda: index.search(filters={"place": "x" * 10**6}))
    assert len(results.notes[0]) < 200


def test_a_day_that_does_not_exist_is_refused_as_an_argument_and_told_in_a_question(index: Index) -> None:
    for day, says in (
        ("2015-13", "no month 13"),
        ("2015-02-30", "February 2015 has 28 days"),
        ("soon", "'soon'"),
    ):
        for name in ("since", "until"):
            refuse(lambda: index.search("media", **{name: day}), QueryError, says)  # type: ignore[arg-type]  # noqa: B023
    results = hurry(lambda: index.search("media date:2015-02-30"))
    assert "February 2015 has 28 days" in results.notes[0]


def test_a_wildcard_before_a_word_is_told(index: Index) -> None:
    assert "cannot stand before a word" in hurry(lambda: index.search("*edia")).notes[0]


def test_a_mode_that_is_none_is_refused(index: Index) -> None:
    wrong = Filter("country", ("BA",), "some")  # type: ignore[arg-type]
    refuse(lambda: index.search(filters=[wrong]), QueryError, "any, all or none")


@pytest.mark.data
@pytest.mark.parametrize("text", LONG.values(), ids=LONG.keys())
def test_the_longest_questions_are_answered_or_refused_on_reuters(reuters: Index, text: str) -> None:
    test_the_longest_questions_are_answered_or_refused(reuters, text)


@pytest.mark.data
@pytest.mark.parametrize(
    "text", ["governmnet~2", "internationalisatoin~2", "ab*", "co*", "aaa~1", "elecion obsrvers meida"]
)
def test_a_fuzzy_word_over_the_whole_lexicon_is_answered_on_reuters(reuters: Index, text: str) -> None:
    hurry(lambda: reuters.search(text, facets=FACETS))


@pytest.mark.data
def test_a_thousand_filters_are_answered_on_reuters(reuters: Index) -> None:
    for mode in ("any", "all", "none"):
        test_a_thousand_filters_are_answered(reuters, mode)


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (("(" * 10_000 + "media" + ")" * 10_000,), 2, "20,005 characters in a query are too many"),
        (("media " * 17_000,), 2, "the limit is 10,000"),
        (("*edia", "--strict"), 2, "a * cannot stand before a word"),
        (("--filter", "contry=BA"), 2, "did you mean country?"),
        (("--missing", "nosuch"), 2, "there is no facet called 'nosuch'"),
        (("--country", "Ukrane", "--strict"), 2, "the nearest is UA (Ukraine)"),
        (("--since", "2015-13"), 2, "there is no month 13"),
        (("--until", "2015-02-30"), 2, "February 2015 has 28 days"),
        (("date:2017..2015", "--strict"), 2, "ends before it begins"),
        (("--page", "0"), 2, "0 is not in the range"),
        (("--sort", "foo"), 2, "'foo' is not one of"),
        (("--offset", "9" * 40), 0, ""),
        (("\u202eaidem\u2066\0\udcff\ud800",), 1, ""),
        (tuple(word for n in range(1000) for word in ("--country", f"X{n}")), 1, ""),
    ],
    ids=lambda value: value[0][:20] if isinstance(value, tuple) else None,
)
def test_a_command_tells_what_is_wrong_after_few_steps(
    index: Index, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], code: int, says: str
) -> None:
    path = str(local(index).path)
    assert run(["query", "media", "--index", path, "--count"]) == 0
    with count_work() as work:
        assert run(["query", *arguments, "--index", path]) == code
    told = capsys.readouterr()
    assert says in " ".join(told.err.split())
    assert not {"\u202e", "\u2066", "\0"} & set(told.out + told.err)
    assert work.calls < MOST
