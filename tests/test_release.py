"""A release: what it says of itself, and the record it travels as."""

from __future__ import annotations

import copy
import dataclasses
import datetime as dt
import json
import pickle
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from osce_search.errors import RecordError
from osce_search.release import Origin, Release, parse_date, print_date

names = st.text(max_size=40)
origins = st.builds(Origin, st.text(min_size=1, max_size=9), st.sampled_from(["assigned", "inferred"]), names)
releases = st.builds(
    Release,
    id=st.from_regex(r"\A[0-9a-z]{1,12}\Z"),
    title=st.text(min_size=1, max_size=40).filter(str.strip),
    text=st.text(max_size=200),
    url=st.none() | st.from_regex(r"\Ahttps://[a-z]{1,9}\.example/[0-9]{1,6}\Z"),
    date=st.none() | st.dates(),
    type=st.none() | st.sampled_from(["news", "press-release"]),
    source=st.lists(st.from_regex(r"\A[a-z]{1,9}\Z"), max_size=3, unique=True).map(tuple),
    country=st.lists(st.from_regex(r"\A[A-Z]{2}\Z"), max_size=3, unique=True).map(tuple),
    partial=st.booleans(),
    flags=st.lists(st.sampled_from(["date_conflict"]), max_size=1).map(tuple),
    provenance=st.dictionaries(
        st.sampled_from(["date", "country"]), st.lists(origins, min_size=1, max_size=2).map(tuple)
    ),
)


@given(releases)
def test_a_release_can_be_pickled_copied_and_made_a_dict(release: Release) -> None:
    read = Release.from_record(release.to_record(), resolve=False)
    for made in (release, read):
        assert pickle.loads(pickle.dumps(made)) == copy.deepcopy(made) == copy.copy(made) == made
        assert dataclasses.asdict(made)["provenance"] == {
            name: tuple(map(dataclasses.asdict, origins)) for name, origins in made.provenance.items()
        }


@given(releases)
def test_a_release_is_what_its_record_says(release: Release) -> None:
    record = json.loads(release.to_json())
    assert Release.from_record(record, resolve=False) == release


def test_labels_and_former_names_become_slugs_and_codes() -> None:
    record = {
        "id": "1",
        "title": "A visit",
        "text": "…",
        "source": ["OSCE Centre in Bishkek"],
        "country": ["Czech Republic"],
    }
    release = Release.from_record(record)
    assert (release.source, release.country) == (("programme-office-in-bishkek",), ("CZ",))


def test_a_label_that_no_vocabulary_knows_is_kept() -> None:
    record = {"id": "1", "title": "A visit", "text": "…", "field": ["Railway heritage"]}
    assert Release.from_record(record).field == ("Railway heritage",)


@pytest.mark.parametrize(
    ("record", "told"),
    [
        ([], "not a JSON object"),
        ({"title": "A", "text": "B"}, "'id' is missing"),
        ({"id": 3, "title": "A", "text": "B"}, "'id' is a number and must be a string: write \"3\""),
        ({"id": "3", "title": 4.5, "text": "B"}, "'title' is a number and must be a string: write \"4.5\""),
        ({"id": "3", "title": "A", "text": ["B"]}, "'text' is a list and must be a string"),
        ({"id": "3", "title": "A", "text": "B", "url": True}, "'url' is true or false and must be a string"),
        ({"id": " ", "title": "A", "text": "B"}, "the id is empty"),
        ({"id": "1", "title": "", "text": " "}, "title and text are both empty"),
        ({"id": "1", "title": "A", "text": "B", "date": "2015-02-30"}, "'2015-02-30' is not a date"),
        ({"id": "1", "title": "A", "text": "B", "date": 2015}, "2015 is not a date"),
        ({"id": "1", "title": "A", "text": "B", "country": [3]}, "'country' is not a list of strings"),
        ({"id": "1", "title": "A", "text": "B", "provenance": {"country": 3}}, "'provenance' of 'country'"),
        (
            {
                "id": "1",
                "title": "A",
                "text": "B",
                "provenance": {"country": [{"value": "BA", "origin": "inferred", "weight": float("nan")}]},
            },
            "'provenance' of 'country'",
        ),
    ],
)
def test_what_is_no_record_is_told_with_the_reason(record: Any, told: str) -> None:
    with pytest.raises(RecordError, match=told) as caught:
        Release.from_record(record, "records.jsonl:7")
    assert str(caught.value).startswith("records.jsonl:7: ")


def test_lead_and_body_part_at_the_first_blank_line_or_indented_line() -> None:
    assert (Release("1", "T", "One.\n \n Two.\n\nThree.").lead, Release("1", "T", "One.\n\nTwo.").body) == (
        "One.",
        "Two.",
    )
    agency = Release("1", "T", "The bank\nsaid so.\n    Rates fell.")
    assert (agency.lead, agency.body) == ("The bank\nsaid so.", "Rates fell.")
    assert agency.paragraphs == ("The bank\nsaid so.", "Rates fell.")


@pytest.mark.parametrize("before", ["\n\n", " \n \n\t", "\n    "])
def test_a_text_begins_with_its_first_word(before: str) -> None:
    release = Release("1", "T", f"{before}One.\n\nTwo.\n\nThree.")
    assert (release.lead, release.body) == ("One.", "Two.\n\nThree.")


def test_a_value_that_was_assigned_and_inferred_counts_as_assigned_and_one_origin_may_be_that_of_all() -> (
    None
):
    both = (Origin("BA", "inferred", "title: Bosnia"), Origin("BA", "assigned"), Origin("RS", "inferred"))
    release = Release("1", "T", "…", provenance={"country": both, "place": (Origin("", "inferred"),)})
    assert [release.origin_of("country", value) for value in ("BA", "RS", "AL")] == [
        "assigned",
        "inferred",
        None,
    ]
    assert release.origin_of("place", "Osh") == release.origin_of("place") == "inferred"
    assert release.origin_of("type") is None


def test_words_of_a_record_are_written_as_those_of_a_page() -> None:
    record = {"id": "1", "title": "De\u0301sir", "text": "me\u00addia\ufeff", "place": ["Ré", "Re\u0301"]}
    release = Release.from_record(record)
    assert (release.title, release.text, release.place) == ("Désir", "media", ("Ré",))
    assert Release.from_record(record, resolve=False).text == "me\u00addia\ufeff"


def test_a_label_and_whence_it_comes_become_the_same_value() -> None:
    record = {
        "id": "1",
        "title": "A visit",
        "text": "…",
        "country": ["Turkey"],
        "provenance": {"country": [{"value": "Turkey", "origin": "inferred"}], "date": "published"},
    }
    release = Release.from_record(record)
    assert (release.country, release.origin_of("country", "TR")) == (("TR",), "inferred")
    assert Release.from_record(release.to_record()) == release


@given(st.dates(), st.sampled_from(["day", "month", "year"]))
def test_a_printed_date_reads_back_at_its_precision(date: dt.date, precision: Any) -> None:
    first, read = parse_date(print_date(date, precision))
    assert read == precision
    assert first <= date
    assert print_date(first, precision) == print_date(date, precision)


def test_the_hash_of_the_content_is_that_of_title_and_text() -> None:
    one = Release("1", "A visit", "It began.")
    assert one.content_sha256 == Release("2", "A visit", "It began.", type="news").content_sha256
    assert one.content_sha256 != Release("1", "A visit", "It began!").content_sha256
