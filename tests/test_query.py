"""The normal form of a question and its canonical text."""

from __future__ import annotations

import datetime as dt
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from osce_search.errors import LimitExceeded
from osce_search.parser import parse
from osce_search.query import (
    MISSING,
    And,
    DateRange,
    Filter,
    Fuzzy,
    In,
    MatchAll,
    Near,
    Node,
    Not,
    Or,
    Phrase,
    Plan,
    Prefix,
    Word,
    clean_text,
    normalize,
    print_query,
    print_tree,
)

A, B, C = Word("alpha"), Word("beta"), Word("gamma")

odd_words = st.sampled_from(
    [
        "AND", "NOT", "NEAR/3", "near", "-a", "+", "a:b", "title:", "a b", '"', "a*", "~1", "x^2", "(a)", "the", "U.S.",
        "é", "e\u0301", "www.osce.org/fom/1", "http://x", "10,000", "19:30", "\\", "a\\", "_a_", "«»", "co-operation",
        "…", "\x1b[31m", "a\u00adb", "\ue000", "हिन्दी", "2015..2017", "a\u0301 \u0301",
    ]
)  # fmt: skip
texts = st.one_of(st.text(max_size=8), odd_words)
fields = st.sampled_from([None, "title", "lead", "body"])
boosts = st.one_of(st.just(1.0), st.floats(0, 2000))
words = st.builds(Word, texts, fields, boosts)
phrases = st.builds(Phrase, texts, st.integers(-1, 2000), fields, boosts)
days = st.one_of(st.none(), st.dates())
leaves: st.SearchStrategy[Node] = st.one_of(
    words,
    phrases,
    st.builds(Prefix, texts, fields, boosts),
    st.builds(Fuzzy, texts, st.integers(0, 3), fields, boosts),
    st.builds(Near, words | phrases, words | phrases, st.integers(-1, 2000), boosts),
    st.builds(
        In,
        st.sampled_from(["country", "source", "type"]),
        st.lists(st.sampled_from(["BA", "RS", MISSING, "no such value", 'a,"b', "odihr"]), max_size=3).map(
            tuple
        ),
    ),
    st.builds(In, st.just("id"), st.lists(texts, max_size=2).map(tuple)),
    st.builds(DateRange, days, days),
    st.just(MatchAll()),
)
trees: st.SearchStrategy[Node] = st.recursive(
    leaves,
    lambda children: st.one_of(
        st.lists(children, max_size=4).map(lambda nodes: And(tuple(nodes))),
        st.lists(children, max_size=4).map(lambda nodes: Or(tuple(nodes))),
        children.map(Not),
    ),
    max_leaves=12,
)


@given(trees)
def test_canonical_text_reads_back_to_the_tree(tree: Node) -> None:
    normal = normalize(tree)
    text = print_tree(tree)
    assert parse(text).tree == normal
    assert parse(text, operator="any").tree == normal
    assert print_tree(normal) == text == parse(text).canonical


@given(trees)
def test_the_normal_form_is_its_own_normal_form(tree: Node) -> None:
    assert normalize(normalize(tree)) == normalize(tree)


@given(trees)
def test_canonical_text_can_be_shown_on_a_terminal(tree: Node) -> None:
    assert {unicodedata.category(char) for char in print_tree(tree)}.isdisjoint(
        {"Cc", "Cs", "Co", "Zl", "Zp"}
    )


@pytest.mark.parametrize(
    ("tree", "text"),
    [
        (And((A, Or((B, C)))), "alpha AND (beta OR gamma)"),
        (Or((And((A, B)), C)), "alpha AND beta OR gamma"),
        (Not(And((A, B))), "NOT (alpha AND beta)"),
        (And((A, Not(B))), "alpha AND NOT beta"),
        (And((Near(A, Phrase("free press"), 3), C)), 'alpha NEAR/3 "free press" AND gamma'),
        (Not(Near(A, B)), "NOT (alpha NEAR/10 beta)"),
        (Near(A, B, 3, 2.0), "(alpha NEAR/3 beta)^2"),
        (Phrase("free press", 5, "title", 0.5), 'title:"free press"~5^0.5'),
        (Prefix("elect", "lead"), "lead:elect*"),
        (Fuzzy("media", 2), "media~2"),
        (In("country", ("RS", "BA")), "country:BA,RS"),
        (In("place", ("The Hague", "Osh")), 'place:Osh,"The Hague"'),
        (In("source", (MISSING,)), "source:_missing"),
        (MatchAll(), "*"),
        (Word("NOT"), r"\NOT"),
        (Word("C++"), r"C\+\+"),
        (Phrase('say "no"'), r'"say \"no\""'),
    ],
)
def test_each_kind_of_node_has_its_text(tree: Node, text: str) -> None:
    assert print_tree(tree) == text


@pytest.mark.parametrize(
    ("since", "until", "text"),
    [
        ("2015-01-01", "2015-12-31", "2015"),
        ("2015-04-01", "2015-04-30", "2015-04"),
        ("2015-04-07", "2015-04-07", "2015-04-07"),
        ("2015-01-01", "2017-12-31", "2015..2017"),
        ("2015-04-01", "2016-02-29", "2015-04..2016-02"),
        ("2015-01-01", "2015-04-07", "2015..2015-04-07"),
        ("2015-04-07", None, "2015-04-07.."),
        (None, "2015-12-31", "..2015"),
        ("0999-01-01", "0999-12-31", "0999"),
    ],
)
def test_dates_have_their_shortest_text(since: str | None, until: str | None, text: str) -> None:
    tree = DateRange(*(dt.date.fromisoformat(day) if day else None for day in (since, until)))
    assert print_tree(tree) == f"date:{text}"


@pytest.mark.parametrize(
    ("tree", "normal"),
    [
        (And((And((A, B)), C, A)), And((A, B, C))),
        (Or((Or((A, B)), C, A)), Or((A, B, C, A))),
        (Or((Or((Phrase("a b"), B)), C, Phrase("a b"))), Or((Phrase("a b"), B, C))),
        (Or((A, Or((A,)))), A),
        (And((A, MatchAll())), A),
        (Or((A, MatchAll())), Or((A, MatchAll()))),
        (And(()), MatchAll()),
        (Or(()), Not(MatchAll())),
        (Not(Not(A)), A),
        (Or((In("country", ("RS",)), A, In("country", ("BA",)))), Or((In("country", ("BA", "RS")), A))),
        (In("country", ()), Not(MatchAll())),
        (
            DateRange(dt.date(2017, 1, 1), dt.date(2015, 1, 1)),
            DateRange(dt.date(2015, 1, 1), dt.date(2017, 1, 1)),
        ),
        (DateRange(), MatchAll()),
        (Word("  free \u00ad press "), Word("free press")),
        (Word("e\u0301t\u00e9"), Word("été")),
        (Prefix("a"), Word("a")),
        (Fuzzy("eu", 1), Word("eu")),
        (Near(Word("alpha", "title"), B), Near(Word("alpha", "title"), Word("beta", "title"))),
        (
            Near(Word("alpha", "title"), Word("beta", "body")),
            And((Word("alpha", "title"), Word("beta", "body"))),
        ),
        (Word("alpha", boost=1e9), Word("alpha", boost=1000.0)),
    ],
)
def test_what_means_the_same_has_one_normal_form(tree: Node, normal: Node) -> None:
    assert normalize(tree) == normal


def test_a_tree_deeper_than_any_question_is_refused() -> None:
    tree: Node = A
    for _ in range(5000):
        tree = And((Not(tree), B))
    with pytest.raises(LimitExceeded, match="nests deeper"):
        print_tree(tree)


def test_the_text_of_a_query_says_all_that_selects_releases() -> None:
    query = Plan(
        tree=Or((A, B)),
        filters=(
            Filter("country", ("RS", "BA")),
            Filter("field", ("elections", "youth"), "all"),
            Filter("type", ("daily-report",), "none"),
        ),
        since=dt.date(2015, 1, 1),
        until=dt.date(2016, 6, 30),
    )
    assert print_query(query) == (
        "(alpha OR beta) AND country:BA,RS AND field:elections AND field:youth AND NOT type:daily-report"
        " AND date:2015..2016-06"
    )
    assert print_query(Plan()) == "*"


def test_clean_text_keeps_letters_and_replaces_what_a_terminal_would_obey() -> None:
    assert clean_text("a\x1b[0m\tb\u202ec\ufeff\ud800") == "a [0m bc "
    assert clean_text("हिन्दी, Київ, Đukanović") == "हिन्दी, Київ, Đukanović"
