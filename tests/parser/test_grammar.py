"""How the pieces of a question are joined to a tree."""

from __future__ import annotations

import datetime as dt
from typing import Literal

import pytest

from osce_search.errors import QueryError, UnknownValue
from osce_search.parser import parse
from osce_search.query import (
    And,
    DateRange,
    Fuzzy,
    In,
    MatchAll,
    Near,
    Node,
    Not,
    Or,
    Phrase,
    Prefix,
    Word,
)
from osce_search.vocabulary import STOP_WORDS

A, B, C, D = Word("alpha"), Word("beta"), Word("gamma"), Word("delta")


def read(text: str, operator: Literal["all", "any"] = "all") -> Node:
    """The tree of a question that is well-formed."""
    return parse(text, operator=operator, strict=True).tree


def noted(text: str) -> tuple[Node, tuple[str, ...]]:
    reading = parse(text, today=dt.date(2024, 3, 30))
    return reading.tree, reading.notes


# Joining.


def test_words_side_by_side_are_all_required_by_default() -> None:
    assert read("alpha beta  gamma") == And((A, B, C))


def test_any_word_is_enough_where_that_is_asked() -> None:
    assert read("alpha beta", "any") == Or((A, B))


def test_or_binds_less_than_and_and_than_words_side_by_side() -> None:
    assert read("alpha beta OR gamma AND delta") == Or((And((A, B)), And((C, D))))
    assert read("alpha (beta OR gamma) delta") == And((A, Or((B, C)), D))


def test_not_binds_to_what_follows_it_alone() -> None:
    assert read("NOT alpha beta") == And((Not(A), B))
    assert read("NOT (alpha beta)") == Not(And((A, B)))
    assert read("alpha NOT beta") == read("alpha AND NOT beta") == read("alpha -beta") == And((A, Not(B)))


def test_two_negations_are_none() -> None:
    assert read("NOT NOT alpha") == read("NOT -alpha") == read("-(-alpha)") == A


def test_nested_groups_of_one_kind_are_flat() -> None:
    assert read("(alpha (beta)) AND (gamma delta)") == And((A, B, C, D))
    assert read("alpha OR (beta OR (gamma))") == Or((A, B, C))


def test_a_word_typed_twice_counts_once() -> None:
    assert read("alpha beta alpha") == And((A, B))
    assert read("alpha alpha") == A


def test_lower_case_operators_are_words() -> None:
    assert read("alpha near beta") == And((A, Word("near"), B))
    assert read("alpha or beta") == And((A, B))


def test_doubled_signs_are_no_operators_and_the_note_names_what_is() -> None:
    assert noted("alpha && beta") == (And((A, B)), ("&& is not an operator: read without it",))
    with pytest.raises(QueryError) as caught:
        parse("alpha || beta", strict=True)
    assert (caught.value.position, caught.value.suggestion) == (6, "OR")


def test_where_any_word_is_enough_conditions_and_exclusions_still_bind() -> None:
    assert read("alpha beta country:BA -gamma", "any") == And((Or((A, B)), In("country", ("BA",)), Not(C)))


def test_where_any_word_is_enough_a_plus_requires_its_word_and_the_others_only_score() -> None:
    assert read("+alpha beta gamma", "any") == And((Or((B, C, MatchAll())), A))
    assert read("+alpha", "any") == A


def test_where_any_word_is_enough_a_written_and_still_joins() -> None:
    assert read("alpha AND beta gamma", "any") == Or((And((A, B)), C))


def test_where_any_word_is_enough_a_repeated_word_stays_and_no_other_part_does() -> None:
    assert read("alpha beta alpha", "any") == read("alpha OR beta OR alpha") == Or((A, B, A))
    assert read("alpha, beta alpha", "any") == Or((A, B, A))
    assert read("alpha alpha", "any") == read("alpha (alpha)", "any") == A
    assert read('"alpha beta" alpha "alpha beta"', "any") == Or((Phrase("alpha beta"), A))


# Words of asking.


def test_where_any_word_is_enough_words_of_asking_are_left_out() -> None:
    assert (
        parse("Please tell me about media between elections", operator="any").canonical
        == "media OR elections"
    )
    assert parse("Please tell me: media, elections!", operator="any").canonical == "media OR elections"
    assert parse("PLEASE TELL MEDIA ELECTIONS", operator="any").canonical == "MEDIA OR ELECTIONS"
    assert parse("don't I’m media it's elections", operator="any").canonical == "media OR elections"


@pytest.mark.parametrize(
    "text", ['"tell media"', "tell AND media", "title:tell media", "+tell media", "tell"]
)
def test_words_of_asking_count_where_they_are_meant(text: str) -> None:
    assert "tell" in parse(text, operator="any").canonical


def test_words_of_asking_are_required_where_all_words_are() -> None:
    assert parse("tell media").canonical == "tell AND media"


# Stop words.


def test_stop_words_are_not_required() -> None:
    assert parse("role of the women in peace").canonical == "role AND women AND peace"
    assert parse("What is the Minsk Group?").canonical == "Minsk AND Group"


def test_stop_words_count_where_nothing_else_was_asked() -> None:
    assert read("who is who") == And((Word("who"), Word("is")))
    assert read("the") == Word("the")
    assert read("to be or not to be -alpha") == And((*map(Word, ("to", "be", "or", "not")), Not(A)))


@pytest.mark.parametrize(
    "text",
    [
        "+the alpha",
        "the AND alpha",
        "the OR alpha",
        "the NEAR alpha",
        "title:the alpha",
        "the^2 alpha",
        "-the alpha",
    ],
)
def test_stop_words_count_where_they_are_meant(text: str) -> None:
    assert "the" in parse(text).canonical


def test_stop_words_count_inside_a_phrase() -> None:
    assert read('"freedom of the media"') == Phrase("freedom of the media")


def test_stop_words_in_capitals_are_acronyms_unless_all_is_in_capitals() -> None:
    assert parse("WHO office").canonical == "WHO AND office"
    assert parse("FREEDOM OF THE MEDIA").canonical == "FREEDOM AND MEDIA"


def test_words_that_carry_meaning_are_no_stop_words() -> None:
    assert STOP_WORDS.isdisjoint({"against", "between", "without", "all", "may", "before", "after", "during"})


# Words with marks.


def test_marks_make_prefixes_fuzzy_words_and_boosts() -> None:
    assert read("elect* observ~ media~2 press^2.5") == And(
        (Prefix("elect"), Fuzzy("observ", 1), Fuzzy("media", 2), Word("press", boost=2.5))
    )
    assert read("elect*^2 media~1^0.5") == And((Prefix("elect", boost=2), Fuzzy("media", 1, boost=0.5)))


def test_a_phrase_has_slop_and_boost() -> None:
    assert read('"free press"~5') == Phrase("free press", 5)
    assert read('"free press"~5^2') == read('"free press"^2~5') == Phrase("free press", 5, None, 2.0)


def test_a_boost_on_a_group_multiplies_what_is_in_it() -> None:
    assert read("(alpha^2 OR beta)^3") == Or((Word("alpha", boost=6), Word("beta", boost=3)))


@pytest.mark.parametrize(
    ("text", "tree", "note"),
    [
        ("*alpha", A, "a * cannot stand before a word, as in *alpha: read as alpha"),
        (
            "**alpha**",
            Prefix("alpha"),
            "a * cannot stand before a word, as in **alpha**: read as alpha*",
        ),
        ("organi*e", Prefix("organi"), "a * can only end a word, not stand inside it as in organi*e: read as organi*"),
        ("w*", Word("w"), "w* is too short: a * needs 2 letters before it: read as w"),
        ("eu~", Word("eu"), "eu~ is too short: ~ needs a word of 3 letters, ~2 one of 5: read as eu"),
        ("osce~2", Fuzzy("osce", 1), "osce~2 is too short: ~2 needs a word of 5 letters: read as osce~1"),
        ("wom?n", Fuzzy("womn", 1), "? does not stand for a letter, as in wom?n: read as womn~1"),
        ("alpha^", A, "a ^ needs a number after it, as in press^2: read without it"),
        ("alpha^99999", Word("alpha", boost=1000), "a boost is a number from 0.001 to 1000: read as ^1000"),
        ('"a b"~', Phrase("a b"), 'a ~ after a phrase needs a number, as in "free press"~5: read without it'),
        ('"elect* fraud"', Phrase("elect fraud"), 'a * has no meaning in "elect* fraud": read without it'),
    ],
)  # fmt: skip
def test_an_impossible_mark_gives_a_note(text: str, tree: Node, note: str) -> None:
    assert noted(text) == (tree, (note,))
    with pytest.raises(QueryError):
        parse(text, strict=True)


def test_a_star_alone_is_everything() -> None:
    assert read("*") == read("*:*") == read("") == read("  ") == MatchAll()
    assert parse("").canonical == "*"


def test_punctuation_around_a_word_is_no_part_of_it() -> None:
    assert read("alpha, beta; gamma! (delta).") == And((A, B, C, D))
    assert read("Spot Report 7/2021: alpha?") == And((Word("Spot"), Word("Report"), Word("7/2021"), A))
    assert read("alpha—beta [gamma] {delta}") == And((A, B, C, D))
    assert read("alpha - beta – gamma") == And((A, B, C))


def test_a_number_keeps_its_commas_and_colons() -> None:
    assert read("10,000 people at 19:30") == And((Word("10,000"), Word("people"), Word("19:30")))


def test_a_plural_in_parentheses_is_the_word() -> None:
    assert noted("journalist(s)") == (
        Word("journalist"),
        ("there is a parenthesis in journalist(s): read as journalist",),
    )


def test_a_backslash_takes_meaning_away() -> None:
    assert read(r"\AND title\:alpha \-beta") == And((Word("AND"), Word("title:alpha"), Word("-beta")))
    assert read(r'"say \"no\""') == Phrase('say "no"')


@pytest.mark.parametrize("sign", ["-", "\u2212", "\u2010", "\u2011"])
def test_a_minus_of_any_kind_excludes(sign: str) -> None:
    assert read(f"alpha {sign}beta") == And((A, Not(B)))


@pytest.mark.parametrize(
    ("text", "note"),
    [
        ("– beta", ""),
        ("–beta", "the dash before beta is not a minus sign: read as beta"),
        ("--beta", "-- is not a sign: read without it"),
        ("- beta", "- has a space after it: read without it"),
    ],
)
def test_a_dash_that_looks_like_a_minus_gives_a_note(text: str, note: str) -> None:
    assert noted(text) == (B, (note,) if note else ())


# Fields.


def test_a_text_field_holds_a_word_a_phrase_or_a_group() -> None:
    assert read("title:alpha") == Word("alpha", "title")
    assert read('body:"alpha beta"~3') == Phrase("alpha beta", 3, "body")
    assert read("lead:(alpha OR beta*) gamma") == And(
        (Or((Word("alpha", "lead"), Prefix("beta", "lead"))), C)
    )
    assert read("title:(alpha -body:beta)") == And((Word("alpha", "title"), Not(Word("beta", "body"))))


def test_names_of_fields_have_other_spellings() -> None:
    assert read("Title:alpha headline:beta lede:gamma text:delta") == And(
        (Word("alpha", "title"), Word("beta", "title"), Word("gamma", "lead"), Word("delta", "body"))
    )
    assert read("lang:en issuer:odihr") == And((In("language", ("en",)), In("source", ("odihr",))))


def test_a_field_binds_to_one_word() -> None:
    assert read("title:alpha beta") == And((Word("alpha", "title"), B))


def test_a_facet_takes_slugs_codes_labels_and_former_names() -> None:
    assert read('country:"Bosnia and Herzegovina"') == In("country", ("BA",))
    assert read("country:Turkey") == In("country", ("TR",))
    assert read('type:"press release" -country:RS') == And(
        (In("type", ("press-release",)), Not(In("country", ("RS",))))
    )


def test_values_of_a_facet_are_alternatives() -> None:
    wanted = In("country", ("BA", "RS"))
    assert read("country:RS,BA") == wanted
    assert read('country:RS,"Bosnia and Herzegovina"') == wanted
    assert read("country:(RS OR BA)") == read("country:(RS BA)") == read("country:RS OR country:BA") == wanted
    assert read("country:(RS AND BA)") == And((In("country", ("RS",)), In("country", ("BA",))))


def test_a_label_of_several_words_is_found_without_quotation_marks() -> None:
    tree, notes = noted("country:Bosnia and Herzegovina elections")
    assert tree == And((In("country", ("BA",)), Word("elections")))
    assert notes == (
        'Bosnia and Herzegovina stands without quotation marks: read as country:"Bosnia and Herzegovina"',
    )
    assert noted("country:(Bosnia and Herzegovina OR Serbia)")[0] == In("country", ("BA", "RS"))
    assert noted("country:Georgia elections")[0] == And((In("country", ("GE",)), Word("elections")))


def test_the_missing_value_and_any_value_can_be_asked() -> None:
    assert read("country:_missing") == In("country", ("_missing",))
    assert read("country:*") == Not(In("country", ("_missing",)))


def test_an_unknown_value_is_searched_as_typed_and_the_nearest_are_named() -> None:
    tree, notes = noted("field:electons")
    assert tree == In("field", ("electons",))
    assert notes == ("the facet field has no value 'electons'; the nearest is elections: searched as typed",)
    with pytest.raises(UnknownValue) as caught:
        parse("media field:electons", strict=True)
    assert (caught.value.nearest, caught.value.position) == (("elections",), 12)


def test_a_value_that_the_index_knows_need_not_be_in_the_table() -> None:
    known = {"field": {"Railway heritage"}}
    reading = parse('field:"Railway heritage"', strict=True, known=known)
    assert reading.tree == In("field", ("Railway heritage",))


def test_a_place_need_not_be_in_the_table() -> None:
    assert read('place:"Some Small Town"') == In("place", ("Some Small Town",))


def test_a_release_can_be_asked_by_its_id() -> None:
    assert read("id:123456") == In("id", ("123456",))


def test_year_and_month_are_facets_that_also_take_ranges() -> None:
    assert read("year:2015") == In("year", ("2015",))
    assert read("year:2015,2016") == In("year", ("2015", "2016"))
    assert read("month:2015-04") == In("month", ("2015-04",))
    assert read("year:2015..2017") == DateRange(dt.date(2015, 1, 1), dt.date(2017, 12, 31))
    assert read("year:>=2015") == DateRange(dt.date(2015, 1, 1), None)


def test_a_space_after_a_fields_name_is_forgiven() -> None:
    assert noted("title: alpha") == (
        Word("alpha", "title"),
        ("title: has a space after it: read without it",),
    )
    assert noted("title:") == (Word("title"), ("title: has nothing after it: read as the word title",))
    assert noted("Place: Vienna")[0] == In("place", ("Vienna",))
    assert noted("alpha country: BA since: 2015")[0] == And(
        (A, In("country", ("BA",)), DateRange(dt.date(2015, 1, 1), None))
    )


def test_a_colon_in_a_sentence_makes_no_field() -> None:
    assert parse("Moldova: elections").notes == ()
    assert noted("News from the city: elections") == (
        And((Word("News"), Word("city"), Word("elections"))),
        ("city: has a space after it: read as the word city",),
    )


# Dates.


@pytest.mark.parametrize(
    ("text", "since", "until"),
    [
        ("date:2015", "2015-01-01", "2015-12-31"),
        ("date:2016-02", "2016-02-01", "2016-02-29"),
        ("date:2015-04-07", "2015-04-07", "2015-04-07"),
        ("date:2015..2017", "2015-01-01", "2017-12-31"),
        ("date:..2016-05", None, "2016-05-31"),
        ("date:2016-05..", "2016-05-01", None),
        ("date:>=2015-04", "2015-04-01", None),
        ("date:>2015", "2016-01-01", None),
        ("date:<2016", None, "2015-12-31"),
        ("date:<=2016", None, "2016-12-31"),
        ("since:2015-06", "2015-06-01", None),
        ("until:2015-06", None, "2015-06-30"),
        ("after:2015", "2016-01-01", None),
        ("before:2015", None, "2014-12-31"),
        ('since:"30 days ago"', "2024-02-29", None),
        ("date:[2015 TO 2016]", "2015-01-01", "2016-12-31"),
        ("date:2015 - 2017", "2015-01-01", "2017-12-31"),
    ],
)
def test_dates_are_days_with_both_ends_included(text: str, since: str | None, until: str | None) -> None:
    tree = parse(text, strict=True, today=dt.date(2024, 3, 30)).tree
    assert tree == DateRange(
        dt.date.fromisoformat(since) if since else None, dt.date.fromisoformat(until) if until else None
    )


@pytest.mark.parametrize(
    ("text", "note", "position", "suggestion"),
    [
        ("media date:2015-13", "there is no month 13 in '2015-13': ignored", 11, "date:2015-12"),
        ("media since:2015-02-30", "there is no day 30 in '2015-02-30': February 2015 has 28 days: ignored", 12,
         "since:2015-02-28"),
        ("media date:2014..2015-13", "there is no month 13 in '2015-13': ignored", 17, "date:2015-12"),
        ("media year:15", "'15' is not a date; dates are written 2015, 2015-04, 2015-04-07 or 2015..2017: ignored",
         11, None),
    ],
)  # fmt: skip
def test_an_impossible_date_is_ignored_with_a_note(
    text: str, note: str, position: int, suggestion: str | None
) -> None:
    assert noted(text) == (Word("media"), (note,))
    with pytest.raises(QueryError) as caught:
        parse(text, strict=True)
    assert (caught.value.position, caught.value.suggestion) == (position, suggestion)


def test_an_ignored_date_leaves_no_operator_dangling() -> None:
    assert noted("NOT date:2015-13 AND alpha OR date:2015-13")[1] == (
        "there is no month 13 in '2015-13': ignored",
    )


def test_relative_dates_are_found_without_quotation_marks() -> None:
    tree, notes = noted("since:30 days ago media")
    assert tree == And((DateRange(dt.date(2024, 2, 29), None), Word("media")))
    assert notes == ('30 days ago stands without quotation marks: read as since:"30 days ago"',)


# NEAR.


def test_near_joins_two_words_or_phrases() -> None:
    assert read("alpha NEAR beta") == Near(A, B, 10)
    assert read('alpha NEAR/3 "free press" gamma') == And((Near(A, Phrase("free press"), 3), C))
    assert read("alpha NEAR/0 beta") == Near(A, B, 0)


def test_near_is_distributed_over_alternatives() -> None:
    assert read("(alpha OR beta) NEAR/3 gamma") == Or((Near(A, C, 3), Near(B, C, 3)))


@pytest.mark.parametrize(
    ("text", "canonical", "note"),
    [
        ("title:alpha NEAR beta", "title:alpha NEAR/10 title:beta",
         "NEAR searches one field: read as title:alpha NEAR/10 title:beta"),
        ("title:alpha NEAR body:beta", "title:alpha AND body:beta",
         "NEAR joins only words and phrases of one field: read as AND"),
        ("alp* NEAR beta", "alp* AND beta", "NEAR joins only words and phrases of one field: read as AND"),
        ("alpha NEAR -beta", "alpha AND NOT beta", "NEAR cannot have NOT after it: read as AND"),
        ("NOT alpha NEAR beta", "NOT (alpha NEAR/10 beta)", "NOT stands before NEAR: read as NOT (alpha NEAR/10 beta)"),
        ("alpha NEAR/2 beta NEAR/3 gamma", "alpha NEAR/2 beta AND beta NEAR/3 gamma",
         "NEAR/3 joins two: read as AND beta NEAR/3 gamma"),
        ("alpha NEAR/99999 beta", "alpha NEAR/1000 beta", "a distance of 99999 words is too large: read as 1000"),
    ],
)  # fmt: skip
def test_an_impossible_near_gives_a_note(text: str, canonical: str, note: str) -> None:
    reading = parse(text)
    assert (reading.canonical, reading.notes) == (canonical, (note,))


# Strict reading.


def test_strict_reading_says_what_where_and_what_to_write() -> None:
    with pytest.raises(QueryError) as caught:
        parse("media date:2015-13", strict=True)
    assert str(caught.value) == "there is no month 13 in '2015-13' (at character 12); write date:2015-12"


def test_positions_count_characters_as_typed() -> None:
    with pytest.raises(QueryError) as caught:
        parse(r"\AND \OR foo:bar", strict=True)
    assert caught.value.position == 9


def test_an_operator_that_is_neither_all_nor_any_is_refused() -> None:
    with pytest.raises(QueryError, match="'some' is not an operator; the operators are all, any"):
        parse("alpha", operator="some")  # type: ignore[arg-type]
