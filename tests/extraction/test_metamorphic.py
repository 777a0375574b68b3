"""What is put around a release, and how its markup is written, must not change its record."""

# ruff: noqa: E501  (pages are easier to read on one line)
from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from osce_search.extraction import extract_one
from osce_search.release import Release

PAGE = """<!DOCTYPE html><html lang="en"><head><title>Ferry pilots on Drina learn first aid | OSCE</title></head><body>
<div class="wrap"><div class="main"><p class="kind">Press release</p><h1>Ferry pilots on Drina learn first aid</h1>
<dl class="facts"><dt>Date:</dt><dd>4 June 2013</dd><dt>Place:</dt><dd>VISEGRAD</dd>
<dt>Source:</dt><dd>OSCE Mission to Bosnia and Herzegovina</dd><dt>Fields of work:</dt><dd>Border management</dd></dl>
<div class="story"><p>VISEGRAD, 4 June 2013 – Nineteen ferry pilots completed a first-aid course today, supported by the
OSCE Mission.</p>
<p>They practised on a sandbank, where the Red Cross had put up a tent, and on the deck of the oldest ferry.</p>
<p>A second group will follow in autumn, when the water is low and the ferries have time to spare for it.</p></div>
</div></div></body></html>"""
LINKS = "".join(f'<li><a href="/{number}">{name}</a></li>' for number, name in enumerate(
    ("Arms control", "Border management", "Albania", "Serbia", "Permanent Council", "Contacts", "Elections", "Youth")
))  # fmt: skip


def content(release: Release) -> tuple[object, ...]:
    """All that a page says, without how it was read."""
    facets = (release.source, release.field, release.country, release.place, release.type, release.language)
    return release.title, release.text, release.date, release.date_precision, *facets


WANTED = content(extract_one(PAGE.encode()))


def before(mark: str, inserted: str) -> Callable[[str], str]:
    return lambda page: page.replace(mark, inserted + mark, 1)


def after(mark: str, inserted: str) -> Callable[[str], str]:
    return lambda page: page.replace(mark, mark + inserted, 1)


def wrap_paragraphs(page: str) -> str:
    return re.sub(r"<p>(.*?)</p>", r"<div><p>\1</p></div>", page, flags=re.DOTALL)


CHANGES: dict[str, Callable[[str], str]] = {
    "a menu above": after("<body>", f"<ul>{LINKS}</ul>"),
    "a menu in nav above": after("<body>", f"<nav><ul>{LINKS}</ul></nav>"),
    "a menu below": before("</body>", f'<div class="bottom"><ul>{LINKS}</ul></div>'),
    "a share bar above the text": before('<div class="story">', '<div class="share"><a href="/f">Facebook</a> <a href="/m">Mail</a></div>'),
    "a share bar below the text": before("</div>\n</div></div>", '<p><a href="/f">Facebook</a> | <a href="/m">Mail</a></p>'),
    "a share link amid the text": before("<p>They", '<div><a href="/s">Share this</a></div>'),
    "a caption": before("<p>They", '<figure><img src="a.jpg"><figcaption>Pilots on deck</figcaption></figure>'),
    "a caption with a credit": before("<p>They", "<p><img src='a.jpg'>Pilots on deck. (OSCE/sample)</p>"),
    "an aside": before("<p>They", "<aside><h3>The Drina</h3><p>It is 346 kilometres long and flows into the Sava near Sremska Raca.</p></aside>"),
    "a clock": after("<body>", '<div id="clock">Tuesday, 3 March 2026</div>'),
    "a printing notice": before("</body>", "<small>Printed on 3 March 2026</small>"),
    "a cookie bar": after("<body>", '<div class="cookie-bar">We use cookies. <button>OK</button></div>'),
    "a login box": after("<body>", "<form><input name=u><input type=password><button>Log in</button></form>"),
    "paragraphs in elements of their own": wrap_paragraphs,
    "other class names": lambda page: re.sub(r'class="\w+"', 'class="x7"', page),
    "no class names": lambda page: re.sub(r' class="\w+"', "", page),
    "sections for divisions": lambda page: page.replace("<div", "<section").replace("</div", "</section"),
    "line ends for spaces": lambda page: page.replace(" ", "\n").replace("<!DOCTYPE\nhtml>", "<!DOCTYPE html>"),
    "a script": before("</body>", "<script>if(a<b){document.write('<p>4 July 2014</p>')}</script>"),
    "comments": before("<p>They", "<!-- <p>4 July 2014</p> -->"),
    "soft hyphens": lambda page: page.replace("practised", "prac&shy;tised").replace("first-aid", "first-aid\u200b"),
    "fonts": lambda page: re.sub(r"<p>(.*?)</p>", r"<p><font face=Arial size=2>\1</font></p>", page, flags=re.DOTALL),
    "related stories": before("</div></div></body>", '<h3>Related stories</h3><p><a href="/1">Boats for a rescue club in Albania</a></p>'),
}  # fmt: skip


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())
def test_what_stands_beside_a_release_does_not_change_its_record(change: Callable[[str], str]) -> None:
    changed = change(PAGE)
    assert changed != PAGE
    assert content(extract_one(changed.encode())) == WANTED


@given(st.sets(st.integers(0, 60), max_size=8), st.sampled_from(["span", "b", "i", "font", "em"]))
@settings(max_examples=60, deadline=None)
def test_a_text_that_is_split_over_inline_elements_is_the_same_text(places: set[int], tag: str) -> None:
    def split(match: re.Match[str]) -> str:
        words = match[1].split(" ")
        parts, begin = [], 0
        for place in sorted(place for place in places if 0 < place < len(words)):
            parts.append(" ".join(words[begin:place]))
            begin = place
        parts.append(" ".join(words[begin:]))
        marked = [f"<{tag}>{part}</{tag}>" if number % 2 else part for number, part in enumerate(parts)]
        return f"<p>{' '.join(marked)}</p>"

    changed = re.sub(r"<p>(.*?)</p>", split, PAGE.replace("\nOSCE Mission", " OSCE Mission"), flags=re.DOTALL)
    assert content(extract_one(changed.encode())) == WANTED


@given(st.permutations(sorted(set(CHANGES) - {"line ends for spaces"})), st.integers(1, 4))
@settings(max_examples=40, deadline=None)
def test_several_such_changes_at_once_change_nothing_either(names: list[str], count: int) -> None:
    changed = PAGE
    for name in names[:count]:
        changed = CHANGES[name](changed)
    assert content(extract_one(changed.encode())) == WANTED
