"""An answer without hits says what to leave out, truthfully, and what leads to hits."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from osce_search.backends import Index, open_index
from osce_search.engine.suggest.diagnosis import MAX_TRIED, Diagnosis
from osce_search.engine.suggest.suggestions import _BOUNDS, _bound
from osce_search.index.distance import Words
from osce_search.parser import parse
from osce_search.query import And, DateRange, Filter, MatchAll, Node, Plan, print_query, print_tree
from osce_search.results import RELAXED, Dropped, Suggestion
from tests.backends.engine import local


@pytest.fixture(scope="module")
def index(sample_index: Path) -> Iterator[Index]:
    with open_index(sample_index) as opened:
        yield opened


WORDS = [
    *("Bosnia", "and", "Herzegovina", "elections", "observers", "media", "ODIHR", "OSCE", "Turkey", "police"),
    *(
        "zebra",
        "-training",
        "the",
        "Kosovo",
        "women",
        '"press freedom"',
        "court",
        "elect*",
        "training~1",
        "fredom",
    ),
    *("country:RS", "type:news", "date:2015..2020", "(media OR press)", "Human", "Rights", "-country:AL"),
]


def shorten(query: Plan) -> Iterator[tuple[str, Plan]]:
    """The question without one of its parts at a time."""
    for item in query.filters:
        others = tuple(other for other in query.filters if other is not item)
        yield print_query(Plan(filters=(item,))), replace(query, filters=others)
    if query.since or query.until:
        yield print_tree(DateRange(query.since, query.until)), replace(query, since=None, until=None)
    children = query.tree.children if isinstance(query.tree, And) else (query.tree,)
    for place, child in enumerate(children):
        if isinstance(child, MatchAll):
            continue
        rest = (*children[:place], *children[place + 1 :])
        tree: Node = And(rest) if len(rest) > 1 else rest[0] if rest else MatchAll()
        yield print_tree(child), replace(query, tree=tree)


@pytest.mark.parametrize("seed", range(12))
def test_what_is_told_of_each_part_is_what_the_question_without_it_gives(index: Index, seed: int) -> None:
    chance = random.Random(seed)
    values = {name: local(index).snapshot.facet(name).values for name in ("country", "source", "type")}
    for _ in range(25):
        text = " ".join(chance.choices(WORDS, k=chance.randint(1, 6)))
        filters = tuple(
            Filter(name, tuple(chance.sample(values[name], 2)), chance.choice(("any", "all", "none")))
            for name in chance.sample(sorted(values), chance.randint(0, 2))
        )
        query = Plan(tree=parse(text).tree, filters=filters, relax=False, expand=chance.random() < 0.8)
        searcher = local(index).searcher
        told = Diagnosis(
            searcher.snapshot,
            searcher.matcher("default"),
            query,
            partial(searcher.expand, query),
            searcher.count,
        ).find_dropped()
        parts = list(shorten(query))
        expected = {(what, index.ask(rest).total) for what, rest in parts} if len(parts) > 1 else set()
        alone = {(item.what, item.total) for item in told if item.kind != "several"}
        assert alone == {pair for pair in expected if pair[1]}, text
        assert not alone or len(alone) == len(told)


def test_where_no_single_part_helps_it_is_told_which_do_together(index: Index) -> None:
    results = index.search("police zzzqq qqzzz", filters={"country": "BA"})
    assert results.total == 0
    without = index.search("", filters={"country": "BA"}).total
    assert Dropped("police AND zzzqq AND qqzzz", "several", without) in results.dropped or (
        results.dropped[0].what == "zzzqq AND qqzzz"
    )
    for item in results.dropped:
        assert item.kind == "several"
        rest = [part for part in ("police", "zzzqq", "qqzzz", "country:BA") if part not in item.what]
        assert index.search(" ".join(rest)).total == item.total > 0


def test_filters_and_dates_may_have_to_be_left_out_together(index: Index) -> None:
    results = index.search(
        "border zzzqq", filters={"country": ["TM"], "type": ["zzz"]}, since="2025", until="2025"
    )
    assert [(item.what, item.kind) for item in results.dropped] == [
        ("zzzqq AND country:TM AND type:zzz", "several"),
        ("zzzqq AND type:zzz AND date:2025", "several"),
    ]


def test_the_kinds_of_parts_are_told_apart(index: Index) -> None:
    kinds: dict[str, str] = {}
    for text, filters in (
        ("elections -elections", None),
        ("elections date:1990", None),
        ("zebra media", {"type": "press-release"}),
        ("elections", {"country": "Atlantis"}),
    ):
        kinds |= {item.what: item.kind for item in index.search(text, filters=filters).dropped}
    assert kinds == {
        "elections": "word", "NOT elections": "exclusion", "zebra": "word", "country:Atlantis": "filter",
        "date:1990": "date",
    }  # fmt: skip
    (told,) = index.search("elections", since="1990", until="1991").dropped
    assert (told.what, told.kind) == ("date:1990..1991", "date")


def test_a_question_of_one_part_is_not_told_to_leave_it_out(index: Index) -> None:
    assert index.search("zebra").dropped == ()


def test_a_suggestion_leads_to_its_hits_under_the_same_filters(index: Index) -> None:
    for text in (
        "elecions Albania",
        "fredom of teh media",
        '"fredom of teh media"',
        "elecion obsrvers",
        "ODHIR",
    ):
        for filters in ({}, {"country": ["AL"]}, {"source": ["odihr"]}):
            results = index.search(text, filters=filters)
            for item in results.suggestions:
                words = dict(zip(item.typed.split(), item.instead.split(), strict=True))
                meant = text
                for typed, instead in words.items():
                    meant = meant.replace(typed, instead)
                assert index.search(meant, filters=filters).total == item.total > 0, (text, filters)


def test_a_misspelt_value_of_a_filter_is_replaced_where_that_leads_to_hits(index: Index) -> None:
    total = index.search("media", filters={"country": "UA"}).total
    results = index.search("media", filters={"country": "Ukrane"})
    assert results.suggestions == (Suggestion("country:Ukrane", "country:UA", total),)
    assert index.search("media", filters={"country": ["Ukrane"], "type": "weekly-report"}).suggestions == ()
    assert index.search("media", filters={"country": ["Ukrane", "Serbja"]}).suggestions == ()
    both = index.search("media", filters={"country": "Ukrane", "type": "pres-release"})
    assert [item.instead for item in both.suggestions] == ["country:UA AND type:press-release"]
    narrow = {"country": "TM", "type": "pres-release"}
    (told,) = index.search("border", filters=narrow).suggestions
    assert told.instead == "type:press-release"
    assert told.total == index.search("border", filters=narrow | {"type": "press-release"}).total


@pytest.mark.parametrize(
    ("typed", "nearest"), [("Atlantis", ""), ("Belvaria", "; the nearest is BG (Bulgaria)")]
)
def test_a_country_that_there_is_not_is_not_taken_for_one_a_little_like_it(
    index: Index, typed: str, nearest: str
) -> None:
    results = index.search(filters={"country": typed})
    assert results.notes == (f"the facet country has no value '{typed}'{nearest}: no release has it",)
    assert results.suggestions == ()


@pytest.mark.parametrize(
    ("text", "notes"),
    [
        ("COVID", ("no release has the word COVID",)),
        ('"ceasefire violations"', ("no release has the words ceasefire, violations",)),
        ("media (zebra OR giraffe)", ("no release has the words zebra, giraffe",)),
        ("media -zebra country:BA", ()),
        ('"media border"', ('releases have these words, but none has them as a phrase: "media border"',)),
        ("z1 z2 z3 z4 z5 z6", ("no release has the words z1, z2, z3, z4 and 2 more",)),
    ],
)
def test_an_answer_without_hits_says_which_words_no_release_has(
    index: Index, text: str, notes: tuple[str, ...]
) -> None:
    assert tuple(note for note in index.search(text).notes if note != RELAXED) == notes


def test_the_bounds_of_what_a_word_may_be_mistyped_for() -> None:
    assert _BOUNDS == ((8, 2, 1), (6, 2, 0), (3, 1, 0))
    words = Words(["filled", "kill", "billed", "kit", "kiln", "election", "selection", "rejection"])
    assert _bound("killed", words) == [(2, "kill")]
    assert _bound("kild", words) == [(1, "kill"), (1, "kiln")]
    assert _bound("elections", words) == [(1, "election")]
    assert _bound("zelection", words) == [(1, "election"), (1, "selection")]
    assert _bound("ki", words) == []


@pytest.mark.parametrize(
    ("typed", "instead"),
    [("Crimea", ["crime"]), ("killed", []), ("polce", ["police", "polje"]), ("Atlantis", [])],
)
def test_words_are_suggested_as_they_stand_in_texts(index: Index, typed: str, instead: list[str]) -> None:
    assert [item.instead for item in index.search(typed).suggestions] == instead


def test_one_word_that_no_release_has_is_replaced(index: Index) -> None:
    (first, *_) = index.search("fredom media").suggestions
    assert (first.typed, first.instead) == ("fredom", "freedom")


def test_several_words_that_no_release_has_are_replaced_together(index: Index) -> None:
    (first, *_) = index.search("elecion obsrvers").suggestions
    assert (first.typed, first.instead) == ("elecion obsrvers", "election observers")


def test_words_of_a_phrase_are_replaced_within_it(index: Index) -> None:
    assert (
        Suggestion("teh", "the", index.search('"freedom of the media"').total)
        in index.search('"freedom of teh media"').suggestions
    )


def test_what_does_not_lead_to_hits_is_not_suggested(index: Index) -> None:
    assert index.search("fredom", filters={"country": ["Atlantis"]}).suggestions == ()


def test_to_leave_out_all_of_a_question_is_no_advice(index: Index) -> None:
    assert index.search("zebraa giraffee").dropped == ()
    (told,) = index.search("zebraa giraffee", filters={"country": "AL"}).dropped
    assert (told.what, told.kind) == ("zebraa AND giraffee", "several")


@pytest.mark.parametrize(
    ("text", "typed", "instead"),
    [
        ("hotline in August 2017", "August 2017", "date:2017-08"),
        ("elections in Albania on Monday, June 15th, 2009", "Monday June 15th 2009", "date:2009-06-15"),
        ("elections Albania between 2008 and 2010", "between 2008 2010", "date:2008..2010"),
        ("trafficking before 2005", "before 2005", "date:..2004"),
        ("trafficking since March 2016", "since March 2016", "date:2016-03.."),
        ("900054", "900054", "id:900054"),
        ("elections 900054", "900054", "id:900054"),
    ],
)
def test_words_that_name_a_date_or_a_release_may_have_meant_that(
    index: Index, text: str, typed: str, instead: str
) -> None:
    results = index.search(text)
    (told,) = (told for told in results.suggestions if told.typed == typed)
    rest = [word for word in results.read_as.split(" AND ") if word not in typed.split()]
    assert told.instead == instead
    assert told.total == index.search(" ".join((*rest, instead))).total > 0


def test_a_date_is_no_suggestion_where_it_leads_to_nothing(index: Index) -> None:
    assert index.search("elections in Albania in June 1990").suggestions == ()
    assert index.search("resolution 1325 zebra").suggestions == ()


def test_no_function_word_is_suggested_for_what_is_written_as_a_name(index: Index) -> None:
    assert "the" in [told.instead for told in index.search("Teh").suggestions]
    assert "the" not in [told.instead for told in index.search("TeH").suggestions]


def test_a_long_question_is_tried_in_part(index: Index) -> None:
    results = index.search(" ".join(f"{word}x" for word in range(200)))
    assert len(results.dropped) <= MAX_TRIED
