"""What a terminal can show is decided once: option, environment, terminal, in this order."""

from __future__ import annotations

import pytest

from osce_search.console.terminal import Paragraph, Part, Terminal, choose_color, choose_links, print_page


@pytest.mark.parametrize(
    ("choice", "environ", "terminal", "color"),
    [
        ("auto", {}, True, True),
        ("auto", {}, False, False),
        ("auto", {"NO_COLOR": "1"}, True, False),
        ("auto", {"NO_COLOR": ""}, True, True),
        ("auto", {"TERM": "dumb"}, True, False),
        ("auto", {"FORCE_COLOR": "1"}, False, True),
        ("auto", {"FORCE_COLOR": "0"}, False, False),
        ("auto", {"CLICOLOR_FORCE": "1", "NO_COLOR": "1"}, False, True),
        ("never", {"FORCE_COLOR": "1"}, True, False),
        ("always", {"NO_COLOR": "1"}, False, True),
    ],
)
def test_colour(choice: str, environ: dict[str, str], terminal: bool, color: bool) -> None:
    assert choose_color(choice, environ, terminal) is color


@pytest.mark.parametrize(
    ("choice", "environ", "terminal", "links"),
    [
        ("auto", {}, True, True),
        ("auto", {}, False, False),
        ("auto", {"TERM": "dumb"}, True, False),
        ("auto", {"FORCE_HYPERLINK": "1"}, False, True),
        ("auto", {"FORCE_HYPERLINK": "0"}, True, False),
        ("auto", {"NO_COLOR": "1"}, True, True),
        ("never", {"FORCE_HYPERLINK": "1"}, True, False),
        ("always", {"TERM": "dumb"}, False, True),
    ],
)
def test_links(choice: str, environ: dict[str, str], terminal: bool, links: bool) -> None:
    assert choose_links(choice, environ, terminal) is links


def show(address: str | None, terminal: Terminal) -> str:
    return print_page([Paragraph([Part("A visit", "bold", address)])], terminal)


def test_a_title_links_to_its_page_with_and_without_colour() -> None:
    address = "https://www.osce.example/fom/1?a=b&c=d#e"
    begin, end = f"\x1b]8;;{address}\x1b\\", "\x1b]8;;\x1b\\"
    assert show(address, Terminal(links=True)) == f"{begin}A visit{end}\n"
    assert show(address, Terminal(links=True, color=True)) == f"{begin}\x1b[1mA visit\x1b[0m{end}\n"
    assert show(address, Terminal(color=True)) == "\x1b[1mA visit\x1b[0m\n"
    assert show(address, Terminal()) == "A visit\n"


@pytest.mark.parametrize(
    "address",
    [None, "", "javascript:alert(1)", "file:///etc/passwd", "https:///", "//osce.org", " https://a"],
)
def test_only_web_addresses_are_linked(address: str | None) -> None:
    assert show(address, Terminal(links=True)) == "A visit\n"


@pytest.mark.parametrize(
    ("address", "target"),
    [
        ("https://a.example/\x1b]8;;evil\x1b\\", "https://a.example/%1B]8;;evil%1B%5C"),
        ("https://a.example/\x9b\x07 \u202eb", "https://a.example/%C2%9B%07%20%E2%80%AEb"),
        ("https://a.example/\udcff", "https://a.example/?"),
        ("HTTPS://a.example/Désir%20b", "HTTPS://a.example/D%C3%A9sir%20b"),
    ],
)
def test_what_a_terminal_would_obey_is_encoded_in_a_link(address: str, target: str) -> None:
    assert show(address, Terminal(links=True)) == f"\x1b]8;;{target}\x1b\\A visit\x1b]8;;\x1b\\\n"


def test_text_that_no_terminal_shows_is_not_wrapped() -> None:
    page = [
        Paragraph([Part("one " * 20 + "two")], indent=2, hanging=4),
        Paragraph([Part("first\nsecond")], hanging=4),
        Paragraph([Part("a title " * 6 + "that is long")], [Part("1 May 2010")]),
        Paragraph([Part("a title")], [Part("1 May 2010")]),
    ]
    assert print_page(page, Terminal(width=40, wrap=False)).splitlines() == [
        "  " + "one " * 20 + "two",
        "first second",
        "a title " * 6 + "that is long  1 May 2010",
        "a title                       1 May 2010",
    ]
