"""Pages: the sample pages of the corpus with the full menus of a site around them, as large as real pages."""

from __future__ import annotations

import html
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from osce_search.vocabulary import vocabulary

__all__ = ["MENUS", "SIZE", "Page", "pages"]

SIZE = 70_000
"""Minimum size of a page in bytes, the size of real pages."""

MENUS = ("site-menu", "site-menu-mobile", "site-footer")
"""Ids of the boilerplate elements that are added to a page."""

_CORPUS = Path(__file__).parents[1] / "corpus/pages"
_ROWS = 24


@dataclass(frozen=True, slots=True)
class Page:
    """A page with one release, and the title from its expected record."""

    name: str
    content: bytes
    title: str


def pages(times: int = 1) -> Iterator[Page]:
    """Yield each HTML sample page with one release `times` times, every copy with its own ids."""
    opening, closing = _menus()
    for copy in range(times):
        for path in sorted(_CORPUS.glob("*.html")):
            releases = tomllib.loads(path.with_suffix(".toml").read_text(encoding="utf-8"))["release"]
            content = path.read_bytes()
            number = releases[0].get("id") if len(releases) == 1 else None
            if number is None or not _is_plain(content):
                continue
            text = content.decode("utf-8").replace(number, f"{copy + 1}{number}")
            name = f"{copy + 1}-{path.name}"
            yield Page(name, _wrap(text, opening, closing).encode(), releases[0]["title"])


def _is_plain(content: bytes) -> bool:
    """Return whether the page is UTF-8 with a <body>, so that menus can be inserted as text."""
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return bool(re.search(rb"<body[^>]*>", content)) and b"</body>" in content


def _wrap(text: str, opening: str, closing: str) -> str:
    """Return the page with menus after <body> and before </body>, padded with a script to the minimum size."""
    filler = _script(max(0, SIZE - len((text + opening + closing).encode())))
    text = re.sub(r"<body[^>]*>", lambda body: body.group() + opening, text, count=1)
    return text.replace("</body>", f"{closing}{filler}</body>", 1)


def _menus() -> tuple[str, str]:
    """Return the menus: every field of work, country and structure, for wide and narrow screens."""
    columns = {
        heading: [(term.value, term.label) for term in vocabulary(name)]
        for heading, name in (
            ("Our work", "field"),
            ("Countries", "country"),
            ("Structures and institutions", "source"),
        )
    }
    wide = f'<div id="{MENUS[0]}" class="mega-menu">{_menu(columns, "dropdown")}</div>'
    narrow = f'<nav id="{MENUS[1]}" class="mobile-nav">{_menu(columns, "accordion")}</nav>'
    rows = "".join(
        f'<li class="footer-item footer-item-{row}"><a href="/about/{row}" class="footer-link">Section {row}</a></li>'
        for row in range(_ROWS)
    )
    return wide + narrow, f'<div id="{MENUS[2]}" class="footer"><ul>{rows}</ul></div>'


def _menu(columns: dict[str, list[tuple[str, str]]], kind: str) -> str:
    parts = []
    for heading, entries in columns.items():
        items = "".join(
            f'<li class="menu-item leaf {kind}-item"><a href="/{slug}" class="{kind}-link"><span>{html.escape(label)}'
            "</span></a></li>"
            for slug, label in entries
        )
        parts.append(
            f'<div class="{kind}-panel"><h3>{heading}</h3><ul class="menu {kind}-list">{items}</ul></div>'
        )
    return "".join(parts)


def _script(size: int) -> str:
    """Return a script of at least `size` characters, similar to the settings of a site."""
    line = 'site.settings.push({"path": "/sites/all/modules/gallery", "weight": 0, "cache": false});\n'
    return f"<script>\n{line * (size // len(line) + 1)}</script>" if size else ""
