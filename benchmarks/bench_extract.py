"""Pages a second: the sample pages, each wrapped in a site's full menus up to 70 KB, on one core.

    python benchmarks/bench_extract.py [REPETITIONS]

Menus stand before and after the page's own content, with the nesting, classes and addresses of a site of that kind;
what is missing to 70 KB is script, as it is on such sites.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

from bs4 import BeautifulSoup

from osce_search.extraction import extract
from osce_search.vocabulary import vocabulary

PAGES = Path(__file__).parents[1] / "corpus" / "pages"
SIZE = 70_000


def menu() -> str:
    """A mega-menu of every field, country and source, and a second one for the foot of the page."""
    columns = []
    for name, heading in (
        ("field", "Our work"),
        ("country", "Countries"),
        ("source", "Structures and institutions"),
    ):
        items = "".join(
            f'<li class="leaf menu-mlid-{number}"><a href="/{name}/{term.value}" title="{term.label}">{term.label}</a></li>\n'
            for number, term in enumerate(vocabulary(name))
        )
        columns.append(
            f'<li class="expanded"><a href="/{name}">{heading}</a><div class="mega-col"><ul class="menu">{items}</ul></div></li>'
        )
    return (
        f'<div id="block-menu"><div class="content"><ul class="menu nav">{"".join(columns)}</ul></div></div>'
    )


def wrap(page: str, around: str) -> bytes:
    """The page with menus after its opening and before its closing body tag, filled up with script to the size."""
    start = page.lower().index("<body")
    start = page.index(">", start) + 1
    end = page.lower().rindex("</body")
    foot = around.replace("block-menu", "block-footer")[: len(around)]
    whole = page[:start] + around + page[start:end] + foot + page[end:]
    line = "var settings = settings || {}; settings.push(['_setOption', 'value']);\n"
    missing = SIZE - len(whole.encode())
    script = f"<script>{line * (missing // len(line))}</script>" if missing > 0 else ""
    return (whole[:start] + script + whole[start:]).encode()


def wrapped_pages() -> list[bytes]:
    """Every sample page that is HTML in UTF-8 and holds one release, wrapped."""
    around = menu()
    found = []
    for path in sorted(PAGES.glob("*.html")):
        content = path.read_bytes()
        if len(extract(content, path.name)) == 1 and b"<body" in content.lower():
            found.append(wrap(content.decode("utf-8", "replace"), around))
    return found


def seconds(function: object, pages: list[bytes], repetitions: int) -> float:
    """The best processor time over the repetitions for all pages."""
    assert callable(function)
    times = []
    for _ in range(repetitions):
        start = time.process_time()
        for page in pages:
            function(page)
        times.append(time.process_time() - start)
    return min(times)


def main() -> None:
    """Print pages a second, and those of BeautifulSoup over whole pages beside it."""
    repetitions = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    pages = wrapped_pages()
    size = sum(map(len, pages)) / len(pages)
    tags = sum(page.count(b"<") for page in pages) / len(pages)
    print(f"{len(pages)} pages of {size / 1000:.0f} KB and {tags:.0f} tags on average")
    ours = seconds(extract, pages, repetitions)
    soup = seconds(lambda page: BeautifulSoup(page, "lxml"), pages, 1)
    print(f"extract: {len(pages) / ours:.0f} pages/s ({1000 * ours / len(pages):.2f} ms a page)")
    print(
        f"BeautifulSoup over the whole page, parsing alone: {len(pages) / soup:.0f} pages/s ({soup / ours:.1f} times as long)"
    )


if __name__ == "__main__":
    main()
