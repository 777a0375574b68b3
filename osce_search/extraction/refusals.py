"""Refusals: what is no release → the reason, before it is parsed or after it is read."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import cast

from lxml import etree

from osce_search.errors import ExtractionError
from osce_search.extraction.candidates import Draft
from osce_search.extraction.lines import is_prose, is_section, patterns_by
from osce_search.vocabulary.datelines import is_dated

MAX_TAGS = 30_000
"""A page with more tags is refused; release pages have about 2,000."""

MAX_ATTRIBUTES = 1_000
"""A tag with more attributes is refused: the parser compares each with each."""

FOREIGN = (
    (b"%PDF-", "a PDF"),
    (b"PK\x03\x04", "a ZIP archive or an office document"),
    (b"\xd0\xcf\x11\xe0", "an office document"),
    (b"{\\rtf", "an RTF document"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"\x89PNG", "an image"),
    (b"GIF8", "an image"),
    (b"\xff\xd8\xff", "an image"),
    (b"II*\0", "an image"),
    (b"MM\0*", "an image"),
    (b"\0\0\x01\0", "an image"),
    (b"7z\xbc\xaf", "an archive"),
    (b"Rar!", "an archive"),
    (b"\x7fELF", "a program"),
    (b"ID3", "a sound"),
    (b"OggS", "a sound"),
    (b"%!PS", "a PostScript document"),
)
"""Files that are often saved under a page's name, by their first bytes."""

_TEXTS = patterns_by("wall text ")
WALLS = tuple(
    (what, re.compile(title, re.IGNORECASE), re.compile(_TEXTS[what], re.IGNORECASE))
    for what, title in patterns_by("wall title ").items()
)
"""Pages that stand in the place of a release: what they are, words of their titles, and words of all their texts."""

SHORT = 1_500
"""A page with more text than this, in characters, is not asked whether it is a wall."""

SAMPLE = 50_000
"""The characters of a release that are looked at for words."""

OPENING = 8_000
"""The characters of a file that are looked at for broken ones: what is no text is none from its beginning."""

FEW = 10
"""Any page may have this many broken characters, unless it is hardly longer."""

BROKEN = 0.05
"""A greater share of broken characters is no text: bytes at random have 0.15, a page with some wrong letters 0.001."""

SCRAP = 0.3
"""In a file of a few bytes the share may be greater."""

WORDS = 0.4
"""Less of a text than this in words is code, numbers or an encoded file; the releases at hand have 0.85 and more."""

LEAST = 12
"""A text of fewer characters is too short to measure."""

_SIGNS = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ufffd\ue000-\uf8ff\ufdd0-\ufdef\ufffe\uffff]")
# A word: letters with a hyphen or an apostrophe between them, and the signs of a sentence around them.
_WORD = re.compile(
    r"(?<!\S)[\"'“”„‘’«»(\[¿¡*–—-]{0,3}[^\W\d_]{1,40}(?:['’ʼ.&/–-][^\W\d_]{1,40}){0,6}"
    r"[\"'“”‘’«»)\].,;:!?…*–—-]{0,4}(?!\S)"
)
_SPACES = re.compile(r"\s+")
_WIDE_SIGNS = re.compile(r"[\u3000-\u303f\uff01-\uff0f\uff1a-\uff20]")
"""The punctuation of scripts that put no space beside it."""
_UNKNOWN = frozenset(("generic", "compact", "opengraph"))
_TAG = re.compile(rb"""<[a-zA-Z](?:[^>"']|"[^"]*"|'[^']*')*+""")
_ACRONYM = re.compile(r"[^\W\d_a-zа-я]{2,10}(?:[ .-][\w.]{1,12})?")
_RAW = re.compile(rb"<(script|style)\b")

_frames = cast("Callable[[etree._Element], list[etree._Element]]", etree.XPath("//frameset | //frame"))
_passwords = cast(
    "Callable[[etree._Element], list[etree._Element]]",
    etree.XPath("//input[@type='password' or @type='PASSWORD']"),
)
_scripts = cast("Callable[[etree._Element], list[etree._Element]]", etree.XPath("//script | //noscript"))


def refuse_bytes(content: bytes, source: str) -> None:
    """Raise ExtractionError for markup that would cost a parser more than linear time."""
    # A tag with n attributes costs n²: below 100 KB that is at most a second, above it the tags are looked at.
    if content.count(b"<") <= MAX_TAGS and len(content) <= 100_000:
        return
    tags = 0
    for tag in _tags(content):
        tags += 1
        if len(tag) > 2 * MAX_ATTRIBUTES and _attributes(tag) > MAX_ATTRIBUTES:
            raise ExtractionError(source, f"a tag with more than {MAX_ATTRIBUTES} attributes")
    if tags > MAX_TAGS:
        raise ExtractionError(source, f"too many tags ({tags} > {MAX_TAGS})")


def _tags(content: bytes) -> Iterator[bytes]:
    """Yield the tags as a parser sees them: a script and a comment hold none, whatever signs they have."""
    lowered, at = content.lower(), 0
    while (at := lowered.find(b"<", at)) >= 0:
        end = lowered.find(b"-->", at) if lowered.startswith(b"<!--", at) else -1
        if end >= 0:
            at = end + 3
            continue
        match = _TAG.match(content, at)
        yield match[0] if match else b"<"
        raw = _RAW.match(lowered, at)
        at = match.end() if match else at + 1
        if raw:
            end = lowered.find(b"</" + raw[1], at)
            if end < 0:
                return
            at = end


def why_no_text(text: str, dropped: int = 0) -> str:
    """Return why a decoded file is no text (control characters, bytes that stand for no letter), or an empty string.

    `dropped` is the number of control characters that were left out when it was decoded.

    >>> why_no_text("Pupils went on the air.")
    ''
    >>> why_no_text("\\x02PNG\\x03\\ufffd" * 40)
    'no text (50% of its characters are control characters or broken)'
    """
    sample = text[:OPENING]
    for broken, length in ((dropped, len(text) + dropped), (len(_SIGNS.findall(sample)), len(sample))):
        if (broken > FEW and broken > BROKEN * length) or broken > SCRAP * length:
            return f"no text ({broken / length:.0%} of its characters are control characters or broken)"
    return ""


def why_no_words(draft: Draft) -> str:
    """Return why a page of no known layout holds no release (hardly any of it is words), or an empty string.

    A page that names its source, fields or type is believed, however little it says.

    >>> why_no_words(Draft("generic", "x=3;", ("if(a[3]){return f(x)}",)))
    'no words (0% of its text is in words)'
    """
    if draft.parser not in _UNKNOWN:
        return ""
    text = _WIDE_SIGNS.sub(" ", f"{draft.title} {' '.join(draft.paragraphs)}"[:SAMPLE])
    length = len(_SPACES.sub("", text))
    share = sum(len(_SPACES.sub("", word)) for word in _WORD.findall(text)) / max(length, 1)
    return f"no words ({share:.0%} of its text is in words)" if share < WORDS and length > LEAST else ""


def why_no_release(draft: Draft, root: etree._Element) -> str:
    """Return what stands in the place of a release (a form to log in, frames, an error), or an empty string.

    Only pages of no known layout with little text are asked: a release that has a date, a dateline, a type or a source
    is one, whatever stands beside it.
    """
    length = sum(map(len, draft.paragraphs))
    told = draft.dates or draft.sources or draft.type or any(draft.labels.values.values())
    if draft.parser not in _UNKNOWN or length > SHORT or told or any(map(is_dated, draft.paragraphs)):
        return ""
    if length < SHORT // 3 and _frames(root):
        return "frames, whose text is in other files, and no release"
    if length > SHORT // 3 and not any(title.search(draft.title) for _, title, _ in WALLS):
        return ""
    visible = [*_visible(root), *draft.paragraphs]
    prose = [line for line in visible if is_prose(line)]
    titled_site = _names_site(draft.title)
    for what, titled, worded in WALLS:
        named = titled.search(draft.title) is not None
        about = sum(len(line) for line in visible if worded.search(line))
        if (named or titled_site) and 2 * about >= sum(map(len, prose)) and (named or about):
            return f"{what}, and no release"
    if _passwords(root) and not prose:
        return "a form to log in, and no release"
    if draft.title and titled_site and not draft.paragraphs and not prose:
        scripted = (
            "a page whose text comes by script" if _scripts(root) else "the name of a site without a text"
        )
        return f"{scripted}, and no release"
    return ""


def _names_site(title: str) -> bool:
    return is_section(title) or bool(_ACRONYM.fullmatch(title))


def _visible(root: etree._Element) -> list[str]:
    """Return the texts of a page without those of its scripts and its head, up to a few dozen."""
    body = root.find("body")
    found: list[str] = []
    size = 0
    for node in (root if body is None else body).iter():
        silent = node.tag in {"script", "style", "title", "head"}
        for text in filter(None, (None if silent else node.text, node.tail)):
            if line := " ".join(text.split()):
                found.append(line)
                size += len(line)
        if size > 4 * SHORT:
            break
    return found


def _attributes(tag: bytes) -> int:
    bare = re.sub(rb"\"[^\"]*\"|'[^']*'", b" ", tag)
    return len(bare.split())
