"""The questions that other search engines misread, asked of an index: each finds what it means.

How they are read is tested with the parser (tests/parser/test_traps.py); here they meet releases.
"""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from osce_search.backends import Index, open_index
from osce_search.errors import QueryError
from osce_search.index.writer import IndexWriter
from osce_search.release import Release, parse_date

TEXTS = {
    "kyiv": ("Media law debated in Kyiv", "Editors met.", "2015-03-02"),
    "media": ("Media freedom in small towns", "Editors met in Osh.", "2016-05-06"),
    "reversed": ("Freedom and the media", "Freedom comes first, media second.", "2017-07-08"),
    "hyphen": ("Co-operation on the border", "Guards train together.", "2018-01-02"),
    "joined": ("Cooperation on water", "Engineers share data.", "2018-03-04"),
    "split": ("CO levels measured", "An operation of the fire service.", "2018-05-06"),
    "accent": ("Visit of Mr Désir", "He spoke with Mr Đukanović.", "2019-01-01"),
    "acronym": ("OSCE trains guards", "The OSCE was there.", "2019-02-02"),
    "osc": ("An osc of the harbour", "The word means nothing.", "2019-03-03"),
    "field": ("Foo and bar", "Two words that mean nothing.", "2019-04-04"),
    "fuzzy": ("Medya monitored", "A misprint.", "2019-05-05"),
    "574126": ("Schedule of the week", "Nothing in it.", "2019-06-06"),
}


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    path = tmp_path_factory.mktemp("traps")
    with IndexWriter(path) as writer:
        for id, (title, text, date) in TEXTS.items():
            day, precision = parse_date(date)
            url = f"https://www.osce.example/fom/{id}" if id.isdigit() else None
            writer.add(Release(id=id, title=title, text=text, date=day, date_precision=precision, url=url))
        writer.commit()
    with open_index(path) as opened:
        yield opened


def ask(index: Index, text: str) -> set[str]:
    results = index.search(text, limit=None)
    return set() if results.relaxed else {hit.id for hit in results.hits}


def test_a_minus_before_a_word_excludes_it(index: Index) -> None:
    assert ask(index, "media -kyiv") == {"media", "reversed"}


@pytest.mark.parametrize(
    "word", ["co-operation", "cooperation", "Co-operation", "co‑operation", "CO-OPERATION"]
)
def test_a_hyphen_inside_a_word_neither_parts_nor_excludes(index: Index, word: str) -> None:
    assert ask(index, word) == {"hyphen", "joined"}


def test_a_question_that_only_excludes_finds_all_the_others(index: Index) -> None:
    assert ask(index, "-kyiv") == TEXTS.keys() - {"kyiv"}


@pytest.mark.parametrize("marks", ["“{}”", '"{}"', "„{}“", "«{}»"])
def test_curly_quotation_marks_make_a_phrase(index: Index, marks: str) -> None:
    assert ask(index, marks.format("media freedom")) == {"media"}


@pytest.mark.parametrize("word", ["Desir", "Désir", "desir", "DÉSIR", "De\u0301sir"])
def test_a_word_without_its_accent_finds_the_one_with_it(index: Index, word: str) -> None:
    assert ask(index, word) == {"accent"}


@pytest.mark.parametrize("word", ["Dukanovic", "dukanovic", "Đukanović", "ĐUKANOVIĆ"])
def test_letters_that_unicode_does_not_decompose_are_folded_before_stemming(index: Index, word: str) -> None:
    assert ask(index, word) == {"accent"}


def test_an_unknown_field_is_read_as_words_and_told(index: Index) -> None:
    assert ask(index, "foo:bar") == {"field"}
    assert index.search("foo:bar").notes == ("there is no field called foo: read as words",)
    with pytest.raises(QueryError, match="no field called foo"):
        index.search("foo:bar", strict=True)


def test_a_tilde_allows_wrong_letters(index: Index) -> None:
    assert ask(index, "media~1") == {"kyiv", "media", "reversed", "fuzzy"}
    assert ask(index, "media") == {"kyiv", "media", "reversed"}


@pytest.mark.parametrize("text", ["date:[2018 TO 2017]", "date:2018..2017"])
def test_a_range_that_ends_before_it_begins_is_read_the_other_way_round_and_told(
    index: Index, text: str
) -> None:
    assert ask(index, text) == {"reversed", "hyphen", "joined", "split"}
    assert "ends before it begins: read as date:2017..2018" in index.search(text).notes[0]


def test_dates_given_as_arguments_are_exchanged_and_told(index: Index) -> None:
    results = index.search(since="2018", until="2017")
    assert (results.total, results.read_as) == (4, "date:2017..2018")
    assert results.notes == ("since 2018 is later than until 2017: read the other way round",)
    with pytest.raises(QueryError, match="exchange them"):
        index.search(since="2018", until="2017", strict=True)


def test_an_operator_alone_is_the_word_that_it_is(index: Index) -> None:
    assert ask(index, "AND") == {"reversed", "field"}
    assert index.search("NOT").notes


@pytest.mark.parametrize(
    ("text", "same"), [("media OR", "media"), ("AND media", "media"), ("media NOT", "media")]
)
def test_an_operator_with_nothing_behind_it_is_left_out_and_told(index: Index, text: str, same: str) -> None:
    assert ask(index, text) == ask(index, same) != set()
    assert index.search(text).notes


@pytest.mark.parametrize(
    "text", ["http://www.osce.org/fom/574126", "https://www.osce.org/fom/574126?x=1", "www.osce.org/574126"]
)
def test_an_address_finds_its_release(index: Index, text: str) -> None:
    assert ask(index, text) == {"574126"}


@pytest.mark.parametrize("word", ["OSCE", "osce", "Osce", "OSCE's"])
def test_an_acronym_is_not_stemmed(index: Index, word: str) -> None:
    assert ask(index, word) == {"acronym"}


def test_a_stem_of_an_acronym_is_another_word(index: Index) -> None:
    assert ask(index, "osc") == {"osc"}


@pytest.mark.parametrize("spelling", [str, str.upper, str.lower])
def test_a_title_pasted_in_as_a_question_finds_its_release(
    sample_index: Path, spelling: Callable[[str], str]
) -> None:
    with open_index(sample_index) as built:
        for release in built.releases():
            results = built.search(spelling(release.title), limit=None, relax=False)
            assert release.id in {hit.id for hit in results.hits}, results.read_as


@pytest.mark.data
def test_a_title_in_capitals_with_operators_in_it_finds_its_release_on_reuters(
    tmp_path: Path, shared_data: Path
) -> None:
    with gzip.open(shared_data / "reuters.jsonl.gz", "rt") as lines:
        releases = [Release.from_record(json.loads(line)) for line in lines]
    # A minus before a word excludes it, and an operator before a quotation mark is one, in capitals, too.
    operator, sign = re.compile(r"\b(OR|NOT|NEAR)\b"), re.compile(r' -|\b(OR|NOT|NEAR) "')
    titles = {item.id: item.title.upper() for item in releases}
    titled = [
        item for item in releases if operator.search(titles[item.id]) and not sign.search(titles[item.id])
    ]
    assert len(titled) > 100
    with IndexWriter(tmp_path) as writer:
        for release in titled:
            writer.add(release)
        writer.commit()
    with open_index(tmp_path) as built:
        for release in titled:
            results = built.search(titles[release.id], limit=None, relax=False)
            assert release.id in {hit.id for hit in results.hits}, results.read_as
