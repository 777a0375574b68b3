"""Datelines: the opening of a paragraph → the places, the date, and where the sentence begins."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from osce_search.vocabulary.terms import vocabulary
from osce_search.vocabulary.written_dates import WrittenDate, find_dates, month_number

REACH = 200
"""How many characters of a paragraph are looked at."""


def _set(text: str) -> frozenset[str]:
    return frozenset(text.split())


@dataclass(frozen=True, slots=True)
class Dateline:
    """Places as written, the date if there is one, and the offset at which the text after the dateline begins."""

    places: tuple[str, ...]
    date: WrittenDate | None
    end: int


_DASH = r"(?:-{1,3}|[–—―‒−‐‑]{1,2})"
_TAG = r"\)?(?:\s*\([^()]{1,80}\)?)?"
# What stands between the date and the sentence, strongest sign first.
_AFTER_DASH = re.compile(rf"{_TAG}\s*[.,]?\s*{_DASH}\s*")
_AFTER_POINT = re.compile(rf"{_TAG}\s*[.,:;]\s*(?=\S|\Z)")
_AFTER_NOTHING = re.compile(rf"{_TAG}\s*(?:\Z|\s(?=[\W\d_]*[^\W\d_]))")
_BEFORE_DATE = re.compile(rf"\s*(?:[,.(]|{_DASH})?\s*(?:\b(?:le|den|am|il|el|dne|dana|më)\s+)?\Z")
_WEEKDAY = re.compile(
    r",?\s*\b(?:(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|понедельник|вторник|среда|четверг|пятница|суббота|воскресенье|"
    r"ponedeljak|utorak|sreda|srijeda|četvrtak|petak|subota|nedelja|nedjelja|"
    r"e hënë|e martë|e mërkurë|e enjte|e premte)\Z",
    re.IGNORECASE,
)
# VIENNA- The … · SARAJEVO – Yesterday's … : no date, a dash, and a sentence.
_DATELESS = re.compile(rf"(?P<places>[^\W\d_][^\d:;!?()\"“”]{{1,80}}?)\s*{_DASH}\s*(?=[\W_]*[^\W\d_a-z])")
# (Pristina, 22 February 2000) The Mission …
_BRACKETED = re.compile(r"[(\[]\s*([^()\[\]]{4,120})[)\]]\s*(?:[-–—:]{1,2}\s*)?(?=\S)")
# Kamensk-Shakhtinsky, Russian Federation. The Observer Mission …
_WITH_COUNTRY = re.compile(
    r"(?P<place>[^\W\d_][\w'’ -]{1,40}), (?P<country>[^\W\d_][\w'’ -]{2,40})\. (?=[^\W\d_])"
)

# THE HAGUE, 31 June 2010 – : a date that there is not.
_MISDATED = re.compile(
    rf"(?P<places>[^\W\d_][^\d:;!?()\"“”]{{1,80}}?),?\s+\d{{1,2}}\s+(?P<month>[^\W\d_]{{3,12}}),?(?:\s+\d{{4}})?\s*{_DASH}\s*"
)
_GLUED = re.compile(
    r"(?<=[^\W\dA-Z_])[^\W\da-z_]{3,}(?:/[^\W\da-z_]+)*\Z|(?<=[^\W\dA-Z_.)])[A-Z][^\W\dA-Z_]+\Z|(?<=[.)!?”])[A-Z]\w+\Z"
)
_NOWHERE = _set("online virtual онлайн")

_WORD = re.compile(r"[^\W\d_][^\W\d_'’ʼ`.-]*(?:[-'’ʼ`.][^\W\d_]*)*\Z")
_PARTICLES = _set(
    "de del della di la le les lui of the am an der im sur na nad pod upon and e und y i el al в на у и"
)
_NO_PLACE = _set(
    """
    on in at by from since until till as after before for during today yesterday tomorrow this these those when while
    following between with to and an a the our its it he she we they both all mr ms mrs dr updated update published
    issued press news statement release osce odihr csce un eu nato unmik undp unhcr unicef обсе обсє оебс oebs osbe
    osze
    """
)


def read_dateline(text: str, language: str | None = None) -> Dateline | None:
    """The dateline that a paragraph opens with, or None.

    The places come before the date, in capitals or not, joined by slashes or commas, with their country or not; a dash,
    a comma, a full stop or nothing may follow. Without a date, places count only where the vocabulary knows them.

    >>> line = read_dateline("VIENNA / SARAJEVO, 25 October 2019 – The Centre opened its doors.")
    >>> line.places, line.date.date
    (('VIENNA', 'SARAJEVO'), datetime.date(2019, 10, 25))
    >>> read_dateline("On 26 April, the Mission observed a calm night.") is None
    True
    """
    return _read(text[:REACH], language)


def is_dated(text: str) -> bool:
    """Whether a paragraph opens with a dateline that has a date.

    >>> is_dated("VIENNA, 25 October 2019 – The Centre opened its doors."), is_dated("VIENNA – The Centre opened.")
    (True, False)
    """
    line = read_dateline(text)
    return line is not None and line.date is not None


@lru_cache(maxsize=1024)
def _read(head: str, language: str | None) -> Dateline | None:
    # The same opening is looked at by several readers of a page: as a line, as a title, as a paragraph.
    bracketed = _BRACKETED.match(head)
    if bracketed:
        line = _read(bracketed[1] + " –", language)
        return Dateline(line.places, line.date, bracketed.end()) if line and line.date else None
    for date in find_dates(head, language):
        places = _read_places(head[: date.start])
        if places:
            end = _end(head, date, places)
            if end is not None:
                return Dateline(places, date, end)
        break
    return _read_dateless(head)


def find_dateline(text: str, reach: int = 1500) -> int | None:
    """The offset at which a dateline in capitals begins within a text, or None.

    >>> find_dateline("Judges at the workshop. TASHKENT, 26 November 2024 – Forty judges tried it out.")
    24
    """
    for date in find_dates(text[:reach]):
        if date.day is None or not _AFTER_DASH.match(text, date.end):
            continue
        before = text[: date.start].rstrip(" ,")
        head, _, country = before.rpartition(", ")
        if head and _is_country(country):
            before = head
        starts: list[int] = []
        for word in reversed(list(re.finditer(r"\S+", before))):
            if not (word[0].isupper() or word[0] == "/"):
                # Without its markup, a caption may be glued to the place: courseBELGRADE
                if glued := _GLUED.search(word[0]):
                    starts.append(word.start() + glued.start())
                break
            starts.append(word.start())
        for start in reversed(starts):
            line = read_dateline(text[start : start + REACH])
            if line and (_known(line.places) or start == starts[0]):
                return start
    return None


def split_places(text: str) -> tuple[str, ...]:
    """The places of a label's value or a dateline, as written, without the countries they are in.

    A slash joins cities, or the names of one city in two languages; which of the two, the vocabulary knows.

    >>> split_places("OSH, Kyrgyzstan/VIENNA")
    ('OSH', 'VIENNA')
    >>> split_places("Moscow, Paris, Washington, D.C.")
    ('Moscow', 'Paris', 'Washington D.C.')
    """
    text = re.sub(r"(?i)\b(washington),?\s+d\.?\s?c\.?(?!\w)", r"\1 D.C.", text)
    places: list[str] = []
    for part in re.split(r"\s*[/|;•·\n]\s*|\s+&\s+", text):
        pieces = [piece for piece in (piece.strip(" ,") for piece in part.split(",")) if piece]
        if len(pieces) > 1:
            pieces = pieces[:1] + [piece for piece in pieces[1:] if not _is_country(piece)]
        for piece in pieces:
            places.extend(half for half in _split_and(piece) if half.casefold() not in _NOWHERE)
    return tuple(dict.fromkeys(places))


def _split_and(piece: str) -> list[str]:
    halves = re.split(r"\s+(?:and|und|i|dhe|и|та|AND|DHE|И)\s+", piece)
    if len(halves) > 1 and all(vocabulary("place").resolve(half) for half in halves):
        return halves
    return [piece]


def _is_country(text: str) -> bool:
    return vocabulary("country").resolve(text) is not None


def _read_places(before: str) -> tuple[str, ...] | None:
    before = _BEFORE_DATE.sub("", before).strip()
    before = _WEEKDAY.sub("", before).strip(" ,")
    if not 2 <= len(before) <= 120:
        return None
    places = split_places(before)
    return places if places and all(map(_looks_like_place, places)) else None


def _looks_like_place(text: str) -> bool:
    words = text.split()
    if not words or len(words) > 5 or words[0].casefold().strip(".") in _NO_PLACE - {"the"}:
        return False
    if words[0].casefold() == "the" and (len(words) == 1 or vocabulary("place").resolve(text) is None):
        return False
    return all(
        _WORD.match(word) and (word[0].isupper() or word.casefold() in _PARTICLES) for word in words
    ) and (words[0][0].isupper())


def _end(head: str, date: WrittenDate, places: tuple[str, ...]) -> int | None:
    match = _AFTER_DASH.match(head, date.end)
    if match is None and (_capitals(places) or _known(places)):
        match = _AFTER_POINT.match(head, date.end) or _AFTER_NOTHING.match(head, date.end)
    return match.end() if match else None


def _read_dateless(head: str) -> Dateline | None:
    match = _DATELESS.match(head)
    if match:
        places = split_places(match["places"])
        if all(map(_looks_like_place, places)) and places and (_known(places)):
            return Dateline(places, None, match.end())
    match = _MISDATED.match(head)
    if match and month_number(match["month"]):
        places = split_places(match["places"])
        if all(map(_looks_like_place, places)) and places and _known(places):
            return Dateline(places, None, match.end())
    match = _WITH_COUNTRY.match(head)
    if match and _is_country(match["country"]) and _looks_like_place(match["place"]):
        return Dateline((match["place"],), None, match.end())
    return None


def _known(places: tuple[str, ...]) -> bool:
    return all(vocabulary("place").resolve(place) for place in places)


def _capitals(places: tuple[str, ...]) -> bool:
    return all(place.upper() == place for place in places)
