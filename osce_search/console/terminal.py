"""Look: what a terminal can show, and lines of text made for it."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from urllib.parse import quote

from rich.console import Console
from rich.style import Style
from rich.text import Text

from osce_search.formats.characters import neutralise

_WEB = re.compile(r"https?://[^\s/]", re.IGNORECASE)
_IN_ADDRESSES = "%:/?#[]@!$&'()*+,;=~"
_LINK_NAME = re.compile(r"\x1b\]8;id=[^;]*;")


@dataclass(frozen=True, slots=True)
class Look:
    """How to print: columns, with or without colour, in ASCII alone, with links, and with or without line breaks.

    Text that nobody reads on a terminal is not wrapped: a program or a search would not find a path over two lines.
    """

    width: int = 80
    color: bool = False
    ascii: bool = False
    links: bool = False
    wrap: bool = True


def choose_color(choice: str, environ: Mapping[str, str], terminal: bool) -> bool:
    """Whether to colour: what was chosen on the command line, else in the environment, else on a terminal.

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
    """Whether titles are links: what was chosen on the command line, else in the environment, else on a terminal.

    >>> choose_links("auto", {"FORCE_HYPERLINK": "0"}, terminal=True)
    False
    """
    if choice != "auto":
        return choice == "always"
    if forced := environ.get("FORCE_HYPERLINK"):
        return forced != "0"
    return terminal and environ.get("TERM") != "dumb"


def link(text: Text, address: str | None) -> Text:
    """The text as a link to a web address; as it is where that is none.

    What a terminal could obey, or a reader take for something else, is percent-encoded.
    """
    if address and _WEB.match(address):
        target = quote(address.encode("utf-8", "replace"), safe=_IN_ADDRESSES)
        text.stylize(Style(link=target))
    return text


def span(text: str, style: str = "") -> Text:
    """Text from a page or an index, made safe, in a style."""
    return Text(neutralise(text), style)


class Page:
    """Lines of styled text that become one string."""

    def __init__(self, look: Look) -> None:
        self.look = look
        self._console = Console(
            file=io.StringIO(),
            width=look.width,
            force_terminal=look.color or look.links,
            color_system="standard" if look.color or look.links else None,
            legacy_windows=False,
            markup=False,
            highlight=False,
            emoji=False,
            _environ={},
        )
        self._lines: list[Text] = []

    def add(self, *parts: Text | str, indent: int = 0, hanging: int | None = None) -> None:
        """Add a paragraph, wrapped at the page's width if the look says so.

        `hanging` indents all lines but the first.
        """
        self._add(Text.assemble(*parts), Text(), indent, indent if hanging is None else hanging)

    def add_beside(self, left: Text, right: Text, indent: int = 0, hanging: int | None = None) -> None:
        """A paragraph with something at the right end of its first line."""
        self._add(left, right, indent, indent if hanging is None else hanging)

    def _add(self, left: Text, right: Text, indent: int, hanging: int) -> None:
        beside = right.cell_len + 2 if right else 0
        if self.look.ascii:
            left = _to_ascii(left)
        first, *rest = self._wrap(left, self.look.width - indent - beside)
        whole = Text(" " * indent) + first
        if right:
            whole.append(" " * max(self.look.width - whole.cell_len - right.cell_len, 2)).append_text(right)
        self._lines.append(whole)
        if rest:
            left = left[len(first) :]
            left = left[len(left.plain) - len(left.plain.lstrip()) :]
            lines = self._wrap(left, self.look.width - hanging)
            self._lines += [Text(" " * hanging) + line for line in lines]

    def _wrap(self, text: Text, width: int) -> list[Text]:
        if self.look.wrap:
            lines = list(text.wrap(self._console, max(width, 16), overflow="fold"))
        else:
            lines = list(text.split("\n", allow_blank=True))
        lines = lines or [Text()]
        for line in lines:
            line.rstrip()
        return lines

    def add_line(self, line: Text | None = None) -> None:
        """A line as it is, or an empty one."""
        self._lines.append(line if line is not None else Text())

    def add_columns(self, blocks: Sequence[list[Text]], columns: int, width: int, gap: int = 3) -> None:
        """Blocks of lines side by side, as many to a row as there are columns."""
        for start in range(0, len(blocks), columns):
            row = blocks[start : start + columns]
            if start:
                self.add_line()
            for cells in zip_longest(*row, fillvalue=Text()):
                line = Text()
                for place, cell in enumerate(cells):
                    line.append(" " * (place * (width + gap) - line.cell_len)).append_text(cell)
                line.rstrip()
                self._lines.append(line)

    def print(self) -> str:
        """Everything added so far, as it goes to the terminal; the page is empty afterwards."""
        with self._console.capture() as capture:
            if self._lines:
                self._console.print(self._style(Text("\n").join(self._lines)), soft_wrap=True)
        self._lines.clear()
        # The library gives each link a random name, and the same page would never be printed twice.
        return _LINK_NAME.sub("\x1b]8;;", capture.get()) if self.look.links else capture.get()

    def _style(self, text: Text) -> Text:
        """The text with those of its styles that the look has."""
        if self.look.color and self.look.links:
            return text
        kept = []
        for part in text.spans:
            style = part.style if isinstance(part.style, Style) else Style.parse(part.style)
            if (style.link and self.look.links) or (not style.link and self.look.color):
                kept.append(part)
        return Text(text.plain, spans=kept)


def _to_ascii(text: Text) -> Text:
    """The text with the signs that this project adds in ASCII; the letters of a release stay."""
    plain = text.plain.replace(" · ", " - ").replace("–", "-").replace("…", ".")
    return Text(plain, text.style, spans=text.spans)


def column_width(width: int, columns: int, gap: int = 3) -> int:
    """How wide each of the columns is.

    >>> column_width(100, 3)
    31
    """
    return (width - gap * (columns - 1)) // columns
