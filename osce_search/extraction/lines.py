"""Lines: what a line of a page is, by its words alone."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache, lru_cache
from pathlib import Path

from osce_search.vocabulary import VOCABULARIES, vocabulary
from osce_search.vocabulary.datelines import read_dateline
from osce_search.vocabulary.written_dates import find_dates

STRONG = frozenset({"published", "source", "field", "type", "country"})
"""Labels that a release's own text hardly has: what, when and where of an invitation are not among them."""


def spellings(kind: str) -> tuple[str, ...]:
    """Return the words of a kind. Raise KeyError if the table does not have it.

    >>> spellings("site noun")[:2]
    ('newsletter', 'archive')
    """
    return tuple(_rows()[kind].split(" | "))


def spellings_by(prefix: str) -> dict[str, tuple[str, ...]]:
    """Return the words of all kinds whose name begins with this, by the rest of the name, in the order of the table.

    >>> list(spellings_by("cue "))
    ['line published', 'modified', 'clock']
    """
    return {kind[len(prefix) :]: spellings(kind) for kind in _rows() if kind.startswith(prefix)}


def patterns_by(prefix: str) -> dict[str, str]:
    """Return the patterns of all kinds whose name begins with this, by the rest of the name."""
    return {kind[len(prefix) :]: text for kind, text in _rows().items() if kind.startswith(prefix)}


@cache
def _rows() -> dict[str, str]:
    lines = (Path(__file__).parent / "words.tsv").read_text(encoding="utf-8").split("\n")
    rows = (line.partition("\t") for line in lines if line and not line.startswith("#"))
    return {kind: words for kind, _, words in rows if kind != "kind"}


SECTIONS = frozenset(spellings("section"))
LISTING_HEADINGS = frozenset(spellings("listing heading"))
SITE_NOUNS = frozenset(spellings("site noun"))
SITE_WORDS = SITE_NOUNS.union(spellings("site word"))
END_HEADINGS = frozenset(spellings("end heading"))
END_OPENINGS = spellings("end opening")
POINTER_OPENINGS = spellings("pointer opening")
NOISE_OPENINGS = spellings("noise opening")
PROMPTS = frozenset(spellings("prompt"))

PROSE = 100
"""A line of at least this many characters is running text, and one of half as many that ends a sentence."""

SHORT = 120
"""A longer line is no line of a heading block: no type, date, or place with date."""

CARRIED = 500
"""So many characters of a line are looked at for what a carrier prints."""

_REPORT = r"(?:\s*[:–—-]|\s+(?:No\.?\s*|№\s*|#\s*)?\d|\s+(?:issued|of|based|from|by the OSCE)\b|\s*\Z)"
TITLE_TYPES = {
    # type: how titles of that type begin, or where they name it with a number
    "Daily report": re.compile(
        rf"\bDaily Report{_REPORT}|(?i:\bdaily report\s+(?:no\.?\s*)?\d)|\ADaily report (?:of|from|by) the\b"
    ),
    "Spot report": re.compile(rf"\bSpot Report{_REPORT}|(?i:\bspot report\s+(?:no\.?\s*)?\d)"),
    "Weekly report": re.compile(
        rf"\bWeekly (?:Report|Update){_REPORT}|(?i:\bweekly (?:report|update)\s+(?:no\.?\s*)?\d)"
        r"|\AWeekly (?:report|update) (?:of|from|by) the\b"
    ),
    "Press statement": re.compile(
        r"\A(?:(?:Press|Joint|Public|Closing|Opening|Special) ){0,2}(?i:statement) (?:by|of|on behalf of|from|to)\b"
        r"|\AStatement on .{3,100} by the\b"
        r"|\A(?:Press|Joint) statement\b|\A(?:Совместное з|З)аявление\b|\A(?:Спільна з|З)аява\b|\AИзјава\b|\AIzjava\b"
        r"|\ADeklaratë e\b|\AErklärung (?:de[rs]|von)\b|\ADéclaration (?:d[eu]|conjointe)\b"
    ),
    "Media advisory": re.compile(r"\A(?:Media|Press) advisory\b", re.IGNORECASE),
    "Interview": re.compile(r"\AInterview with\b|\AИнтервью с\b", re.IGNORECASE),
}
"""How titles name the type of their release, where nothing else does."""

_SENTENCE_END = re.compile(r"[.!?…:;,][\"”’»“')\]]*\Z")
_NUMBERED = re.compile(r"\s*(?:,?\s*\b(?:No|Nr|Br|№|N°)\.?\s*[\d/.-]+|\s+\d+/\d+)\s*\Z", re.IGNORECASE)
_CLOCK = re.compile(
    r"\d{1,2}[:.]\d{2}(?::\d{2})?(?:\s*(?:[AaPp]\.?[Mm]\.?|[A-Z]{2,4}|[+-]\d{4}|h|Uhr))?|\([^()]*\)"
)
_CREDIT = re.compile(
    r"(?:\A|[.!?…»”\"]\s*)\((?:OSCE|ODIHR|CSCE|ОБСЕ|ОБСЄ|ОЕБС|OEBS|OSBE|photo|foto|фото|credit)\b[^()]{0,60}\)\.?\Z"
    r"|\A\((?:OSCE|ODIHR|CSCE|ОБСЕ|ОБСЄ|ОЕБС|OEBS|OSBE|photo|foto|фото)\s?[/:][^()]{0,60}\)\s",
    re.IGNORECASE,
)
# A copyright without a year is that of a photo.
_PHOTO = re.compile(
    r"(?:photo|foto|фото|image|picture)(?: credit| by)?\s*:|©\s?[^\d./]{2,40}/[^\d.]{3,60}\Z", re.IGNORECASE
)
_PHOTO_TAIL = "photo details"
"""What a site's link to the page of a photo leaves behind the caption in a copy."""
_CONTACT = re.compile(
    r"\b(?:tel|phone|telephone|fax|mobile|cell|office|gsm|тел|факс|моб)\b\.?\s*:?\s*[+(]?\s*[+(\d][\d\s()/.-]{5,}"
    r"|[\w.+-]+@[\w-]+\.\w|\be-?mail us\b|(?:\A|\s)\+\d[\d\s()/.-]{7,}\Z",
    re.IGNORECASE,
)
# The invitation to have more of a site by e-mail.
_SUBSCRIBE = re.compile(
    r"(?:please )?(?:sign up|subscribe|join|get|receive|register)\b"
    r".*\b(?:newsletters?|mailing list|updates|by e-?mail)\b",
    re.IGNORECASE,
)
_TELEPHONE = re.compile(r"\+\d[\d\s()/.-]{7,}\d")
# What carriers print as a line of its own: numbers of pages and releases, reading time, where it was posted first.
_CARRIER = re.compile(
    r"[-–— ]*(?:page|seite|strana|страница|стор\.?|стр\.?|faqe)\s+\d+(?:\s*(?:of|/|von|od|из|з|nga)\s*\d+)?[-–— ]*"
    r"|(?:no|nr|br|№)\.?\s*\d+\s*/\s*\d{2,4}"
    r"|\d{1,2}[ -]min(?:ute)?s?\.?(?: read| reading(?: time)?)?|reading time:?\s*\d{1,2} min\w*\.?"
    r"|the post .{5,400} appeared first on .{2,60}",
    re.IGNORECASE,
)
_JOINED = re.compile(r"\s[|·•>»–—-]\s")
_WORD = re.compile(r"[^\W\d_]+")
_PUNCTUATION = re.compile(r"[\W_]+")


def line_key(text: str) -> str:
    """Return a title in small letters without punctuation, as a key to compare it by.

    >>> line_key("Belgrade: “Radio” day") == line_key('BELGRADE - "Radio" Day')
    True
    """
    return _PUNCTUATION.sub(" ", text).casefold().strip()


def ends_sentence(text: str) -> bool:
    """Whether a line ends as sentences and their parts do, quotation marks and brackets aside."""
    return _SENTENCE_END.search(text, max(0, len(text) - 8)) is not None


def is_prose(text: str) -> bool:
    """Whether a line is running text rather than a heading, a label, or a line of a menu."""
    return len(text) >= PROSE or (len(text) >= PROSE // 2 and ends_sentence(text))


def is_section(text: str) -> bool:
    """Whether a line names a part of a site ("Newsroom")."""
    if len(text) > SHORT:
        return False
    name = text.casefold().strip(" :>»›")
    return name in SECTIONS or name in LISTING_HEADINGS or _is_site(text)


def _is_site(text: str) -> bool:
    """Whether all words of a line are such as sites name themselves and their parts with: "OSCE Newsletter Archive"."""
    if (
        len(text) > SHORT // 2
        or not text[:1].isupper()
        or text.partition(" ")[0].casefold() not in SITE_WORDS
    ):
        return False
    words = _WORD.findall(text.casefold())
    if len(words) < 2 or ends_sentence(text):
        return False
    return SITE_WORDS.issuperset(words) and not SITE_NOUNS.isdisjoint(words)


def is_noise(text: str) -> bool:
    """Whether a line belongs to what carries the release: a link to a browser's view, a run of networks' names."""
    if text[:SHORT].casefold().startswith(NOISE_OPENINGS):
        return True
    return (len(text) < SHORT // 2 or text.startswith("The post ")) and _CARRIER.fullmatch(
        text[:CARRIED]
    ) is not None


def is_caption(text: str) -> bool:
    """Whether a line is the caption of a photo, as its credit shows.

    >>> is_caption("Pupils at the microphone. (OSCE/A. Person)"), is_caption("It is the task of the body (OSCE).")
    (True, False)
    """
    if len(text) >= 3 * SHORT:
        return False
    return (
        ("(" in text and _CREDIT.search(text) is not None)
        or _PHOTO.match(text) is not None
        or text[-14:].casefold().rstrip(".").endswith(_PHOTO_TAIL)
    )


def is_contact(lines: Sequence[str]) -> bool:
    """Whether short lines are somebody's address: one of them has a telephone number or an e-mail address.

    >>> is_contact(("Press Officer", "OSCE Centre in Bishkek", "Tel.: +996 312 66 50 15")), is_contact(("Tel Aviv",))
    (True, False)
    """
    if len(lines) < 2 or any(len(line) > SHORT // 2 or line.endswith((".", "!", "?")) for line in lines):
        return False
    return any(map(_CONTACT.search, lines))


def has_contact(text: str) -> bool:
    """Whether a telephone number or an e-mail address stands in a text.

    >>> has_contact("Please call the press office at +381 11 555 0100."), has_contact("It has 12 rooms.")
    (True, False)
    """
    return _CONTACT.search(text) is not None or _TELEPHONE.search(text) is not None


def is_prompt(text: str) -> bool:
    """Whether a line only invites to read on, to share or to print."""
    return len(text) < SHORT // 3 and text.casefold().removesuffix("...").strip(" :…»›>+-→") in PROMPTS


def is_pointer(text: str) -> bool:
    """Whether a line that is no sentence leads to a network, a friend or another part of the page.

    >>> is_pointer("Follow us on Twitter"), is_pointer("Share this list with your school: that is what we were told.")
    (True, False)
    """
    return text[:SHORT].casefold().startswith(POINTER_OPENINGS) and not (is_prose(text) and text[-1:] == ".")


def is_end(text: str) -> bool:
    """Whether nothing from this line on belongs to the release."""
    opening = text[:SHORT].casefold()
    if opening.startswith(END_OPENINGS) or (len(text) < SHORT and opening.rstrip(" :") in END_HEADINGS):
        return True
    if len(text) < SHORT // 2 and _SUBSCRIBE.match(text) and text[-1:] != ".":
        return True
    return is_pointer(text)


def is_front(text: str) -> bool:
    """Whether a line is metadata without a label: a type, a date, a place with a date."""
    return type_of(text) is not None or is_placeline(text) or is_date(text)


def type_of(text: str) -> str | None:
    """Return the type of release that a line names, without its number, or None.

    >>> type_of("Press Release No. 94/98"), type_of("Press freedom in focus")
    ('Press Release', None)
    """
    if len(text) > SHORT // 2:
        return None
    bare = _NUMBERED.sub("", text).strip(" :")
    # A vocabulary finds its way through names joined by bars; a line of a menu is such names.
    return bare if not _JOINED.search(bare) and is_known("type", bare) else None


def type_in(title: str) -> str:
    """Return the type of release that a title names, or an empty string: a numbered report, a statement by somebody.

    >>> type_in("Daily Report 221/2020"), type_in("Officers learn to write a daily report")
    ('Daily report', '')
    """
    return next((kind for kind, pattern in TITLE_TYPES.items() if pattern.search(title)), "")


def is_placeline(text: str) -> bool:
    """Whether a line is a place and a date and nothing else.

    >>> is_placeline("OSLO 19 March 1999"), is_placeline("OSLO, 19 March 1999 - The Chairman")
    (True, False)
    """
    line = read_dateline(text) if len(text) < SHORT else None
    return line is not None and line.date is not None and line.end >= len(text.rstrip())


def is_date(text: str) -> bool:
    """Whether a line is a date with hardly a word beside it: a weekday, a clock, an agency.

    >>> is_date("OSCE - Thu, 07/15/2021 - 17:53"), is_date("The vote of 5 May 2003")
    (True, False)
    """
    if len(text) > SHORT // 2:
        return False
    date = next(find_dates(text), None)
    if date is None:
        return False
    words = _WORD.findall(_CLOCK.sub("", text[: date.start] + " " + text[date.end :]))
    return len(words) <= 2 and sum(map(len, words)) <= 14 and (date.year is not None or not words)


def names_of(name: str, text: str) -> tuple[str, ...]:
    """Return the labels of a line if a vocabulary knows all of them, else ().

    >>> names_of("field", "Elections, Human rights"), names_of("field", "Elections in Malta")
    (('Elections', 'Human rights'), ())
    """
    if name not in VOCABULARIES or len(text) > 4 * SHORT or "://" in text or _JOINED.search(text):
        return ()
    parts = tuple(part for part in re.split(r"\s*[,;]\s*", text) if part)
    return parts if parts and all(len(part) <= SHORT and is_known(name, part) for part in parts) else ()


@lru_cache(maxsize=4096)
def is_known(name: str, label: str) -> bool:
    """Whether a vocabulary knows a label; the short lines of a site's pages are the same again and again."""
    return vocabulary(name).resolve(label) is not None
