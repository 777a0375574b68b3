"""Text: nodes → blocks with what the markup says of each."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from osce_search.extraction import extract_one
from osce_search.extraction.layout import Block, clean_line, soup_blocks


def texts(markup: str) -> list[str]:
    return [block.text for block in soup_blocks(markup)]


def only(markup: str) -> Block:
    (block,) = soup_blocks(markup)
    return block


@pytest.mark.parametrize(
    ("raw", "folded"),
    [
        ("a\u00a0 b\n\tc", "a b c"),
        ("co\u00adopera\u00adtion", "cooperation"),
        ("zero\u200bwidth\ufeff", "zerowidth"),
        ("peace &amp; trust &#8211; today &nbsp;", "peace & trust – today"),
        ("AT&T and R&D", "AT&T and R&D"),
        ("“quotes” ‘stay’ 'as' \"they\" „are“", "“quotes” ‘stay’ 'as' \"they\" „are“"),
        ("Tirane\u0308", "Tiranë"),
        ("bell\x07 and &#0;null", "bell and �null"),
    ],
)
def test_text_is_folded_without_loss(raw: str, folded: str) -> None:
    assert clean_line(raw) == folded


def test_block_elements_part_and_inline_elements_join() -> None:
    assert texts("<div>one <b>two</b><p>three<i>four</i></p>five<ul><li>six</li></ul></div>") == [
        "one two",
        "threefour",
        "five",
        "six",
    ]


def test_a_break_parts_lines_and_two_of_them_part_paragraphs() -> None:
    blocks = soup_blocks("<div>one<br>two<br> <br/>three</div>")
    assert [block.lines for block in blocks] == [("one", "two"), ("three",)]


def test_preformatted_lines_are_lines() -> None:
    assert [block.lines for block in soup_blocks("<pre>one\ntwo\n\nthree</pre>")] == [
        ("one", "two"),
        ("three",),
    ]


def test_a_block_knows_what_it_opens_with() -> None:
    assert only("<p><b>Date:</b> 5 May</p>").lead == "Date:"
    assert only("<p><font><b>Date:</b> 5 May</font></p>").lead == "Date:"
    assert only("<p>The <b>Date:</b></p>").lead == ""


def test_a_block_knows_its_links_and_its_time() -> None:
    block = only(
        '<p><a href="/x">five</a> and <a href="/y">six</a> <time datetime="2015-05-06">today</time></p>'
    )
    assert (block.link, block.linked, block.time) == ("/x", 7, "2015-05-06")
    assert not block.is_links
    assert only('<p><a href="/x">Home</a> | <a href="/y">News</a></p>').is_links


def test_a_link_around_blocks_is_their_link() -> None:
    heading, line = soup_blocks('<a href="/900123"><h3>A title</h3><p>A line</p></a>')
    assert (heading.link, line.link) == ("/900123", "/900123")


def test_blocks_share_the_path_of_their_ancestors() -> None:
    one, two, three = soup_blocks("<div><p>one</p><p>two</p></div><div>three</div>")
    assert one.path[:-1] == two.path[:-1]
    assert one.path[:-2] == three.path[:-1]


def test_an_acronym_that_a_glossary_repeats_is_there_once() -> None:
    assert texts("<p>The CSCE<span class='gloss'>CSCE</span> met.</p>") == ["The CSCE met."]
    assert texts("<p>The <abbr>OSCE</abbr><span>OSCE</span> met.</p>") == ["The OSCE met."]
    # What is not glued to it is a word of its own.
    assert texts("<p>The OSCE <b>OSCE</b> met.</p>") == ["The OSCE OSCE met."]


def test_markup_that_was_encoded_is_markup() -> None:
    assert texts("<div>&lt;p&gt;one&lt;/p&gt;&lt;p&gt;&lt;b&gt;two&lt;/b&gt; three&lt;/p&gt;</div>") == [
        "one",
        "two three",
    ]


def test_a_comparison_is_no_markup() -> None:
    assert texts("<p>if 3 &lt; 5 and 7 &gt; 6</p>") == ["if 3 < 5 and 7 > 6"]


def test_scripts_and_comments_are_no_text() -> None:
    assert texts("<p>one<!-- two --></p><script>three</script>") == ["one"]


@pytest.mark.parametrize(
    ("printed", "read"),
    [
        ("The CSCECSCE met in Vienna.", "The CSCE met in Vienna."),
        ("ODIHRODIHR and OSCEOSCE staff", "ODIHR and OSCE staff"),
        ("The EUEU and the EU agreed.", "The EU and the EU agreed."),
        ("TARTAR was spoken in BERBER tents.", "TARTAR was spoken in BERBER tents."),
    ],
)
def test_a_doubled_acronym_in_the_text_is_written_once(printed: str, read: str) -> None:
    page = f"<h1>A title</h1><p>{printed} And the sentence goes on for a while.</p>"
    assert extract_one(page.encode()).text == f"{read} And the sentence goes on for a while."


def test_an_encoded_reference_with_more_digits_than_a_number_may_have_is_left_as_it_stands() -> None:
    endless = "&#" + "1" * 5000 + ";"
    assert clean_line(f"media &amp; press {endless}") == f"media & press {endless}"


@given(st.text(max_size=300))
def test_folding_twice_changes_nothing_unless_something_was_encoded(text: str) -> None:
    if "&" not in text:
        assert clean_line(clean_line(text)) == clean_line(text)


@given(
    st.recursive(
        st.text(max_size=20),
        lambda inner: st.builds(
            "<{0}>{1}</{0}>".format, st.sampled_from(["p", "b", "div", "a href=x", "pre"]), inner
        ),
    )
)
def test_no_block_is_empty_or_has_empty_lines(markup: str) -> None:
    assert all(block.lines and all(block.lines) for block in soup_blocks(markup))
