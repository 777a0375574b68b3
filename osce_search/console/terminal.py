"""Terminal: paragraphs of styled text → lines in the width and colours of a terminal."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple
from urllib.parse import quote

from rich.console import Console
from rich.style import Style
from rich.text import Text

from osce_search.formats.characters import neutralise_all

_NARROWEST = 16
"""Columns that a paragraph has at least, however far it is indented."""

_ASCII = str.maketrans({"·": "-", "–": "-", "…": "."})
_WEB = re.compile(r"https?://[^\s/]", re.IGNORECASE)
_IN_ADDRESSES = "%:/?#[]@!$&'()*+,;=~"
_LINK_NAME = re.compile(r"\x1b\]8;id=[^;]*;")


@dataclass(frozen=True, slots=True)
class Terminal:
    """What a terminal shows: its columns, and whether it has colours, more than ASCII, links and line breaks.

    `wrap` is off where the output is piped: a program would not find a path that stands on two lines.
    """

    width: int = 80
    color: bool = False
    ascii: bool = False
    links: bool = False
    wrap: bool = True


class Part(NamedTuple):
    """A run of text in one style, as of Rich; `link` is the address that it links to, if any."""

    text: str
    style: str = ""
    link: str | None = None


class Paragraph(NamedTuple):
    """Text that is wrapped at the width of the terminal.

    `right` stands at the right end of the first line. `indent` and `hanging` are the columns before the first line
    and before the others. `fits` is for lines that are never wrapped: those of a table, and addresses to be copied.
    """

    left: Sequence[Part]
    right: Sequence[Part] = ()
    indent: int = 0
    hanging: int = 0
    fits: bool = False


BLANK = Paragraph(())
"""An empty line."""


def choose_color(choice: str, environ: Mapping[str, str], terminal: bool) -> bool:
    """Return whether to colour: by the command line, otherwise the environment, otherwise only on a terminal.

    >>> choose_color("auto", {"NO_COLOR": "1"}, terminal=True)
    False
    >>> choose_color("auto", {"NO_COLOR": "1", "FORCE_COLOR": "1"}, terminal=False)
    True
    """
    if choice != "auto":
        return choice == "always"
    for name in ("FORCE_COLOR", "CLICOLOR_FORCE"):
        if environ.get(name, "0") not in ("", "0"):
            return True
    if environ.get("NO_COLOR") or environ.get("TERM") == "dumb":
        return False
    return terminal


def choose_links(choice: str, environ: Mapping[str, str], terminal: bool) -> bool:
    """Return whether titles are links: by the command line, otherwise the environment, otherwise only on a terminal.

    >>> choose_links("auto", {"FORCE_HYPERLINK": "0"}, terminal=True)
    False
    """
    if choice != "auto":
        return choice == "always"
    if forced := environ.get("FORCE_HYPERLINK"):
        return forced != "0"
    return terminal and environ.get("TERM") != "dumb"


def make_row(name: str, text: str, width: int = 9) -> Paragraph:
    """Return a paragraph that begins with a name in a column of its own.

    >>> print_page([make_row("note", "the word 'the' was left out")], Terminal())
    "note     the word 'the' was left out\\n"
    """
    return Paragraph((Part(f"{name:<{width}}", "dim"), Part(text)), hanging=width)


def print_page(paragraphs: Iterable[Paragraph], terminal: Terminal) -> str:
    """Return the paragraphs as the terminal shows them.

    Text may come from anywhere: nothing in it is obeyed by the terminal.
    """
    page = list(paragraphs)
    safe = iter(neutralise_all([part.text for item in page for part in (*item.left, *item.right)]))
    lines: list[Text] = []
    for item in page:
        left, right = (_join(parts, safe, terminal) for parts in (item.left, item.right))
        lines += [left] if item.fits else _lay_out(item, left, right, terminal)
    if not (terminal.color or terminal.links):
        return "".join(f"{line.plain}\n" for line in lines)
    console = _console(terminal)
    with console.capture() as capture:
        console.print(Text("\n").join(lines), soft_wrap=True)
    # Rich gives each link a random id; without one the same page is always the same text.
    return _LINK_NAME.sub("\x1b]8;;", capture.get())


def _join(parts: Sequence[Part], safe: Iterator[str], terminal: Terminal) -> Text:
    """Return parts as one text with the styles that the terminal has; `safe` yields the text of each part."""
    text = Text()
    for part in parts:
        shown = next(safe)
        style = Style.parse(part.style) if terminal.color else Style()
        if terminal.links and part.link and _WEB.match(part.link):
            # What a terminal could obey, or a reader take for something else, is percent-encoded.
            style += Style(link=quote(part.link.encode("utf-8", "replace"), safe=_IN_ADDRESSES))
        text.append(shown.translate(_ASCII) if terminal.ascii else shown, style)
    return text


def _lay_out(item: Paragraph, left: Text, right: Text, terminal: Terminal) -> list[Text]:
    """Return the lines of a paragraph."""
    beside = right.cell_len + 2 if right else 0
    first, *rest = _wrap(left, terminal.width - item.indent - beside, terminal)
    whole = Text(" " * item.indent) + first
    if right:
        whole.append(" " * max(terminal.width - whole.cell_len - right.cell_len, 2)).append_text(right)
    if not rest:
        return [whole]
    left = left[len(first) :]
    left = left[len(left.plain) - len(left.plain.lstrip()) :]
    lines = _wrap(left, terminal.width - item.hanging, terminal)
    return [whole, *(Text(" " * item.hanging) + line for line in lines)]


def _wrap(text: Text, width: int, terminal: Terminal) -> list[Text]:
    if not terminal.wrap:
        text.rstrip()
        return [text]
    lines = list(text.wrap(_console(terminal), max(width, _NARROWEST), overflow="fold")) or [Text()]
    for line in lines:
        line.rstrip()
    return lines


@cache
def _console(terminal: Terminal) -> Console:
    return Console(
        file=io.StringIO(),
        width=terminal.width,
        force_terminal=terminal.color or terminal.links,
        color_system="standard" if terminal.color or terminal.links else None,
        legacy_windows=False,
        markup=False,
        highlight=False,
        emoji=False,
        _environ={},
    )
