"""A passage begins and ends where sentences do, and its marks are what matched."""

from __future__ import annotations

from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from osce_search.engine.show.highlight import WIDTH, Run, find_runs, highlight
from osce_search.parser import parse
from osce_search.results import Snippet
from tests.work import count_work


class Texts(NamedTuple):
    """The texts of a release, as `highlight` reads them."""

    title: str
    lead: str
    body: str


def look_for(question: str) -> tuple[Run, ...]:
    return find_runs(parse(question).tree, lambda node: ("elect", "elector"))


def passages(
    title: str, lead: str, body: str, runs: tuple[Run, ...], width: int = WIDTH
) -> tuple[Snippet, ...]:
    """Return the snippets of a release with these texts."""
    release = Texts(title, lead, body)
    return highlight([release], runs, width)[0]  # type: ignore[list-item]


def marked(question: str, text: str, field: str = "body") -> list[str]:
    """What is marked in a text; the title is empty."""
    texts = {"title": "", "lead": "", "body": "", field: text}
    found = passages(texts["title"], texts["lead"], texts["body"], look_for(question))
    snippet = found[0] if field == "title" else found[-1]
    return [snippet.text[start:end] for start, end in snippet.marks]


@pytest.mark.parametrize(
    ("question", "text", "marks"),
    [
        ("border guards", "Guards at the borders guard them.", ["Guards", "borders", "guard"]),
        ('"border guards"', "Border guards meet guards of the border.", ["Border", "guards"]),
        ('"guards border"~2', "Border guards meet guards of the border.", ["guards", "border"]),
        ("media NOT law", "A law on media.", ["media"]),
        ("(media OR press) law", "The press reads a law.", ["press", "law"]),
        ("elect*", "An elector is elected.", ["elector", "elected"]),
        ("title:media law", "A law on media.", ["law"]),
        ("co-operation", "Cooperation means co-operation.", ["Cooperation", "co-operation"]),
        ("desir", "Mr. Désir spoke.", ["Désir"]),
        ("media country:BA", "Media in Bosnia.", ["Media"]),
    ],
)
def test_what_matched_is_marked_and_nothing_else(question: str, text: str, marks: list[str]) -> None:
    assert marked(question, text) == marks


def test_words_near_each_other_are_marked_only_where_they_are_near() -> None:
    text = "Media wrote. Then a very long pause came before any law of the media was read aloud to all of them. A law."
    assert marked("media NEAR/3 law", text) == ["law", "media"]
    assert marked("law NEAR/3 media", text) == ["law", "media"]
    assert marked('"the media" NEAR/1 "any law"', text) == ["any", "law", "the", "media"]
    assert marked("media NEAR/2 pause", text) == []


def test_a_field_is_marked_in_that_field_alone() -> None:
    title, body = passages("Media law", "", "Media law", look_for("title:media law"))
    assert [title.text[start:end] for start, end in title.marks] == ["Media", "law"]
    assert [body.text[start:end] for start, end in body.marks] == ["law"]


SENTENCES = [
    "The visit began on Monday.",
    "Mr. Smith of the U.S. Embassy met Dr. A. B. Jones in St. Petersburg.",
    "“Borders are open!” he said.",
    "It cost 3.5 million euros (see Art. 5 of the law).",
    "Was it a success?",
    "Émile thought so.",
]


@pytest.mark.parametrize("number", range(len(SENTENCES)))
@pytest.mark.parametrize(
    "word", ["Monday", "Embassy", "Jones", "Petersburg", "open", "law", "success", "thought"]
)
def test_a_passage_begins_and_ends_where_a_sentence_does(number: int, word: str) -> None:
    body = " ".join(SENTENCES[number:] + SENTENCES[:number]) + "\n\nAnother paragraph follows."
    whole = [*SENTENCES, "Another paragraph follows."]
    _, passage = passages("", "", body, look_for(word), width=100)
    assert body[passage.offset :].startswith(passage.text)
    assert any(passage.text.startswith(sentence) for sentence in whole)
    assert any(passage.text.endswith(sentence) for sentence in whole)
    assert any(word in sentence and sentence in passage.text for sentence in whole)


def test_a_sentence_without_an_end_is_cut_between_words() -> None:
    body = "word " * 400 + "border " + "word " * 400
    _, passage = passages("", "", body, look_for("border"))
    assert len(passage.text) <= 400
    assert body[passage.offset - 1] == body[passage.offset + len(passage.text)] == " "


def test_the_passage_with_most_of_the_different_words_is_shown() -> None:
    body = "Media media media. " + "Nothing is said here. " * 40 + "The media of the border."
    _, passage = passages("", "A lead on media.", body, look_for("media border"))
    assert passage.text.endswith("The media of the border.")


def test_without_a_match_in_the_text_the_lead_is_shown_unmarked() -> None:
    title, passage = passages("Border", "The lead. It goes on.", "Body.", look_for("border"))
    assert (title.marks, passage.field, passage.marks) == (((0, 6),), "lead", ())


@given(st.text(max_size=200), st.text(max_size=200), st.text(max_size=400), st.text(max_size=30))
def test_marks_lie_inside_their_passage_and_the_passage_in_its_field(
    title: str, lead: str, body: str, question: str
) -> None:
    for snippet in passages(title, lead, body, look_for(question)):
        text = {"title": title, "lead": lead, "body": body}[snippet.field]
        assert text[snippet.offset :].startswith(snippet.text)
        ends = [0, *(place for mark in snippet.marks for place in mark), len(snippet.text)]
        assert ends == sorted(ends)
        assert all(start < end for start, end in snippet.marks)


@pytest.mark.parametrize("at", [0, 30_000, 120_000, 400_000])
def test_a_passage_of_a_long_text_stands_where_it_says(at: int) -> None:
    words = "word and other. " * (at // 16)
    text = f"{words}Media freedom here. {'Other words. ' * 60_000}"
    for field, found in (("lead", passages("", text, "", look_for("freedom"))),
                         ("body", passages("", "", text, look_for("freedom")))):  # fmt: skip
        snippet = found[-1]
        assert snippet.field == field
        assert text[snippet.offset : snippet.offset + len(snippet.text)] == snippet.text
        assert [snippet.text[start:end] for start, end in snippet.marks] == ["freedom"]


@pytest.mark.parametrize(
    "text", ["Words of a text. " * 300_000, "media freedom. " * 300_000, "a" * 5_000_000]
)
def test_a_text_of_megabytes_costs_no_more_than_its_first_parts(text: str) -> None:
    runs = look_for("zebra freedom")
    with count_work() as work:
        passages("", text, text, runs)
    # At most five parts of lead and of body are read, each of 100,000 characters, with fewer than two calls for each.
    assert work.calls < 2 * 5 * 100_000 * 2
