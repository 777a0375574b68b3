"""The questions that other search engines misread, one test each: how they are read here.

What the index makes of a word (Desir meets Désir, OSCE is not stemmed) is tested with the analyzer.
"""

from __future__ import annotations

from typing import Literal

import pytest

from osce_search.errors import QueryError
from osce_search.parser import parse
from osce_search.query import And, DateRange, Fuzzy, In, MatchAll, Node, Not, Or, Phrase, Word, print_tree
from osce_search.vocabulary import vocabulary
from osce_search.vocabulary.table import FOLDER, read_table


def read(text: str, operator: Literal["all", "any"] = "all") -> Node:
    return parse(text, operator=operator).tree


def test_a_minus_excludes_the_word_after_it() -> None:
    assert read("media -kyiv") == And((Word("media"), Not(Word("kyiv"))))


def test_a_minus_keeps_its_meaning_where_any_word_is_enough() -> None:
    assert read("media freedom -kyiv", "any") == And(
        (Or((Word("media"), Word("freedom"))), Not(Word("kyiv")))
    )


@pytest.mark.parametrize(
    "word", ["co-operation", "anti-trafficking", "e-mail", "Gjilan-Gnjilane", "train–the-trainers"]
)
def test_a_hyphen_inside_a_word_is_no_operator(word: str) -> None:
    assert parse(word) == parse(word, strict=True)
    assert read(word) == Word(word)
    assert read(f"media {word}") == And((Word("media"), Word(word)))


def test_a_question_that_only_excludes_means_all_releases_without_it() -> None:
    assert parse("-kyiv").tree == Not(Word("kyiv"))
    assert parse("-kyiv").notes == ()
    assert read("NOT kyiv -media") == And((Not(Word("kyiv")), Not(Word("media"))))


@pytest.mark.parametrize(
    "text",
    [
        '"media freedom"', "“media freedom”", "„media freedom“", "„media freedom”", "”media freedom”",
        "«media freedom»", "»media freedom«", '“media freedom"', "＂media freedom＂", "‘media freedom’",
        "‚media freedom‘", "‹media freedom›",
    ],
)  # fmt: skip
def test_quotation_marks_of_any_kind_make_a_phrase(text: str) -> None:
    assert parse(text, strict=True).tree == Phrase("media freedom")
    assert read(f"-{text}") == Not(Phrase("media freedom"))


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("the ‘90s and journalists’ rights", "90s AND journalists AND rights"),
        ("‘Freedom’ for editors’ law", "Freedom AND editors AND law"),
        ("‘editors’ rights’", "editors AND rights"),
        ("O‘zbekiston so‘m’ kursi", "O\\‘zbekiston AND so\\‘m AND kursi"),
        ("‘a journalist’s rights’", '"a journalist’s rights"'),
        ("journalists' rights and 'press law'", "journalists AND rights AND press AND law"),
    ],
)
def test_a_single_mark_is_an_apostrophe_unless_several_words_stand_between_two(
    text: str, canonical: str
) -> None:
    assert parse(text).canonical == canonical
    assert parse(text).notes == ()


@pytest.mark.parametrize("word", ["Desir", "Désir", "Djukanovic", "dukanovic", "Đukanović", "Київ"])
def test_diacritics_and_scripts_are_kept_as_typed(word: str) -> None:
    assert parse(word) == parse(word, strict=True)
    assert read(word) == Word(word)


def test_letters_with_separate_accents_are_the_same_question() -> None:
    assert parse("De\u0301sir") == parse("D\u00e9sir")


def test_an_unknown_field_is_read_as_words_with_a_note() -> None:
    reading = parse("foo:bar")
    assert reading.tree == And((Word("foo"), Word("bar")))
    assert reading.notes == ("there is no field called foo: read as words",)


def test_a_misspelt_field_gives_a_note_with_the_nearest_one() -> None:
    assert parse("contry:BA").notes == (
        "there is no field called contry (did you mean country?): read as words",
    )
    with pytest.raises(QueryError, match="no field called contry") as caught:
        parse("media contry:BA", strict=True)
    assert (caught.value.position, caught.value.suggestion) == (6, "country:")


def test_a_fuzzy_word_is_fuzzy_and_its_distance_at_most_two() -> None:
    assert read("media~2") == Fuzzy("media", 2)
    reading = parse("media~3")
    assert reading.tree == Fuzzy("media", 2)
    assert reading.notes == ("media~3: the distance of a fuzzy word is 1 or 2: read as media~2",)


@pytest.mark.parametrize("text", ["date:[2018 TO 2017]", "date:2018..2017", "year:2018..2017"])
def test_a_reversed_range_of_dates_is_turned_round_with_a_note(text: str) -> None:
    reading = parse(text)
    assert reading.tree == parse("date:2017..2018", strict=True).tree
    assert isinstance(reading.tree, DateRange)
    assert reading.notes[0].endswith("ends before it begins: read as date:2017..2018")
    with pytest.raises(QueryError) as caught:
        parse(text, strict=True)
    assert caught.value.suggestion == "date:2017..2018"


@pytest.mark.parametrize(
    ("text", "tree", "note"),
    [
        ("NOT", Word("NOT"), "NOT has nothing after it: read as the word NOT"),
        ("media OR", Word("media"), "OR has nothing after it: read without it"),
        ("AND media", Word("media"), "AND has nothing before it: read without it"),
        (
            "media AND OR press",
            Or((Word("media"), Word("press"))),
            "AND has nothing after it: read without it",
        ),
        (
            "media OR AND press",
            Or((Word("media"), Word("press"))),
            "AND has nothing before it: read without it",
        ),
        ("media NEAR", Word("media"), "NEAR has nothing after it: read without it"),
        ("(media", Word("media"), "a ( is not closed: read as closed at the end"),
        ("media)", Word("media"), "a ) has no ( before it: read without it"),
        ("media ()", Word("media"), "there is nothing between parentheses: read without them"),
        (
            'media "press',
            And((Word("media"), Word("press"))),
            "a quotation mark is not closed: read without it",
        ),
        ('media ""', Word("media"), "there are no words between quotation marks: read without them"),
    ],
)
def test_a_dangling_operator_is_left_out_with_a_note(text: str, tree: Node, note: str) -> None:
    reading = parse(text)
    assert (reading.tree, reading.notes) == (tree, (note,))
    with pytest.raises(QueryError, match="at character"):
        parse(text, strict=True)


@pytest.mark.parametrize(
    "address",
    [
        "http://www.osce.org/fom/123456",
        "https://www.osce.org/ru/node/123456?fbclid=x1",
        "www.osce.org/chairmanship/123456/",
        "osce.org/node/123456.",
        "https://d6.web.osce.org/cio/123456#top",
    ],
)
def test_the_address_of_a_release_is_read_as_its_id(address: str) -> None:
    reading = parse(f"media {address}")
    assert reading.tree == And((Word("media"), In("id", ("123456",))))
    assert reading.notes[0].endswith("is an address: read as id:123456")


def test_another_address_is_read_as_words() -> None:
    reading = parse("http://www.osce.org/fom")
    assert reading.tree == Word("fom")
    assert reading.notes == ("http://www.osce.org/fom is an address: read as fom",)


@pytest.mark.parametrize(
    ("address", "canonical"),
    [
        (
            "https://www.osce.org/press-releases/human%20trafficking?page=26&solrsort=score%20desc",
            "human AND trafficking",
        ),
        ("https://www.osce.org/press-releases?filters=+im_taxonomy_vid_3%3A%28124%29", "field:media-freedom"),
        (
            "http://www.osce.org/press-releases/media?rows=10&filters=im_taxonomy_vid_1:(16)+im_taxonomy_vid_3:(120+112)",
            "media AND source:forum-for-security-co-operation AND field:arms-control,elections",
        ),
        (
            "www.osce.org/fom/statements?filters=ds_date:([2011-01-01T00:00:00Z+TO+2012-01-01T00:00:00Z])",
            "fom AND statements AND date:2011",
        ),
        ("https://www.osce.org/press-releases?page=707", "press AND releases"),
        ("https://www.osce.org", "www\\.osce\\.org"),
        ("(see https://example.org/some-page).", "see AND example.org AND some AND page"),
    ],
)
def test_an_address_of_the_old_search_is_read_as_what_it_asked(address: str, canonical: str) -> None:
    reading = parse(address)
    assert reading.canonical == canonical
    assert len(reading.notes) == 1


def test_each_number_of_the_old_search_stands_for_a_value_of_its_vocabulary() -> None:
    numbers = read_table(FOLDER / "addresses.csv", ("list", "number", "facet", "value")).rows
    assert [row.cells[:2] for row in numbers] == [
        *(("1", number) for number in ["6", "9", "16", "18", "24", "25", "27", "29", "40", "434", "896"]),
        *(
            ("3", number)
            for number in ["111", "112", "113", "116", "117", "120", "121", "123", "124", "126", "976"]
        ),
    ]
    for *_, facet, value in (row.cells for row in numbers):
        assert value in vocabulary(facet)


def test_a_term_of_the_old_search_without_a_name_gives_a_note() -> None:
    reading = parse("https://www.osce.org/press-releases/media?filters=im_taxonomy_vid_3:(99999)")
    assert reading.tree == Word("media")
    assert reading.notes[1] == "the number im_taxonomy_vid_3:99999 is unknown: read without it"


@pytest.mark.parametrize("word", ["OSCE", "ODIHR", "IT", "WHO", "US", "U.S.", "D.C."])
def test_an_acronym_stays_as_it_is_and_is_no_stop_word(word: str) -> None:
    assert read(word) == Word(word)
    assert read(f"media {word}") == And((Word("media"), Word(word)))


def test_only_marks_find_everything_with_a_note() -> None:
    reading = parse("?!")
    assert reading.tree == MatchAll()
    assert reading.notes == ("the query has no words: read as all releases",)


@pytest.mark.parametrize("text", ["🐟", '"🐟"', "-🐟", "title:🐟", '""', "()", "…"])
def test_a_query_without_letters_and_digits_says_that_it_finds_everything(text: str) -> None:
    reading = parse(text)
    assert reading.tree == MatchAll()
    assert reading.notes[-1] == "the query has no words: read as all releases"


@pytest.mark.parametrize("text", ["", "  ", "*"])
def test_an_empty_query_finds_everything_without_a_note(text: str) -> None:
    assert parse(text).notes == ()


@pytest.mark.parametrize(
    ("operator", "canonical"),
    [
        ("OR", "OSCE AND RECOGNIZE AND ELECTIONS AND ABKHAZIA"),
        ("NOT", "OSCE AND RECOGNIZE AND ELECTIONS AND ABKHAZIA"),
        ("NEAR", "OSCE AND \\NEAR AND RECOGNIZE AND ELECTIONS AND ABKHAZIA"),
    ],
)
def test_an_operator_in_a_headline_in_capitals_is_a_word_with_a_note(operator: str, canonical: str) -> None:
    text = f"OSCE DOES {operator} RECOGNIZE ELECTIONS IN ABKHAZIA"
    problem = f"{operator} stands in a headline all in capitals"
    assert parse(text).canonical == canonical
    assert parse(text).notes == (f"{problem}: read as the word {operator}",)
    with pytest.raises(QueryError, match=rf"{problem} .* write \\{operator}"):
        parse(text, strict=True)


@pytest.mark.parametrize(
    "text",
    [
        "OSCE OR ODIHR",
        "UKRAINE NOT RUSSIA",
        "(MEDIA FREEDOM PRESS LAW OR COURT)",
        "MEDIA FREEDOM (PRESS LAW) AND COURT OR (TRIAL JUDGE)",
        "MEDIA FREEDOM PRESS LAW COURT NOT (TRIAL JUDGE)",
        '"MEDIA FREEDOM" AND PRESS AND LAW AND COURT NOT TRIAL',
        'MEDIA FREEDOM LAW REFORM OR "FREE PRESS"',
        "“MEDIA FREEDOM” OR FREE PRESS LAW REFORM",
        "COUNTRY:BA MEDIA FREEDOM PRESS LAW NOT COURT",
        "MEDIA FREEDOM PRESS LAW NOT court",
    ],
)
def test_operators_in_capitals_are_operators_where_the_question_is_no_headline(text: str) -> None:
    assert parse(text) == parse(text, strict=True)
    kinds = {type(node) for node in (read(text), *getattr(read(text), "children", ()))}
    assert kinds & {Or, Not}


def test_a_tree_that_would_print_as_a_headline_reads_back_to_itself() -> None:
    tree = And((*map(Word, ("MEDIA", "FREEDOM", "PRESS", "LAW")), Not(Word("COURT"))))
    assert print_tree(tree) == "(MEDIA AND FREEDOM AND PRESS AND LAW AND NOT COURT)"
    assert parse(print_tree(tree)).tree == tree


def test_the_order_of_a_pasted_search_gives_a_note() -> None:
    reading = parse("https://www.osce.org/press-releases/media?solrsort=ds_date%20desc&page=3")
    assert reading.canonical == "media"
    assert "the order -date is not part of a query: read without it (--sort -date)" in reading.notes
    assert len(parse("https://www.osce.org/press-releases/media?solrsort=score%20desc").notes) == 1
