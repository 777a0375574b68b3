"""Release: a press release as it is indexed, and the JSON record it travels as."""

from __future__ import annotations

import dataclasses
import datetime as dt
import hashlib
import json
import math
import re
from collections.abc import Iterable, Mapping
from typing import Any

from osce_search.errors import RecordError
from osce_search.vocabulary import canonical, normalise
from osce_search.vocabulary.written_dates import Precision

__all__ = ["Origin", "Precision", "Release", "parse_date", "print_date"]

_LISTED = ("type", "place", "source", "field", "country", "language")
FACETS = ("source", "field", "country", "place")
"""The facets of a release that have several values, by their names in the record."""

_DATE = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?\Z")
_BREAK = re.compile(r"\n(?:[^\S\n]*\n\s*|[^\S\n]{2,})")
_WITHIN_WORDS = re.compile("[\u00ad\u200b\u2060\ufeff]")


@dataclasses.dataclass(frozen=True, slots=True)
class Origin:
    """The origin of one value of a release.

    `origin` is `assigned` (printed as metadata), `inferred` (from the text), or the name of what was read
    (`published`, `dateline`). `evidence` quotes the words that speak for the value; `weight` is between 0 and 1.
    """

    value: str
    origin: str
    evidence: str = ""
    weight: float = 1.0


@dataclasses.dataclass(frozen=True, slots=True)
class Release:
    """One press release.

    `text` is paragraphs with a blank line between them. `date_precision` says whether `date` is a day, or stands for a
    month or a year of which it is the first day. Values of `source`, `field` and `country` are slugs and codes of the
    vocabularies, or the label as found if it is unknown. `partial` says that only a teaser of the text is known.
    `translations` maps languages to the ids of the other language versions. `provenance` maps facets to the origins
    of their values.
    """

    id: str
    title: str
    text: str
    url: str | None = None
    date: dt.date | None = None
    date_precision: Precision = "day"
    type: str | None = None
    place: tuple[str, ...] = ()
    source: tuple[str, ...] = ()
    field: tuple[str, ...] = ()
    country: tuple[str, ...] = ()
    language: str | None = None
    parser: str = ""
    partial: bool = False
    flags: tuple[str, ...] = ()
    translations: Mapping[str, str] = dataclasses.field(default_factory=dict)
    provenance: Mapping[str, tuple[Origin, ...]] = dataclasses.field(default_factory=dict)

    @property
    def paragraphs(self) -> tuple[str, ...]:
        """The paragraphs of the text. An indented line also begins a paragraph, as news agencies print it.

        >>> Release(id="1", title="A visit", text="It began.\\n\\nIt ended.").paragraphs
        ('It began.', 'It ended.')
        """
        return tuple(part for part in map(str.strip, _BREAK.split(self.text)) if part)

    @property
    def lead(self) -> str:
        """The first paragraph: what a journalist calls the lede."""
        begin = self._begin()
        end = _BREAK.search(self.text, begin)
        return self.text[begin : end.start()] if end else self.text[begin:]

    @property
    def body(self) -> str:
        """Everything after the first paragraph."""
        end = _BREAK.search(self.text, self._begin())
        return self.text[end.end() :] if end else ""

    def _begin(self) -> int:
        """Return the offset of the first character that is no space."""
        return len(self.text) - len(self.text.lstrip())

    @property
    def content_sha256(self) -> str:
        """The SHA-256 of title and text in hexadecimal, to check that a quoted release is unchanged."""
        return hashlib.sha256(f"{self.title}\n\n{self.text}".encode()).hexdigest()

    def origin_of(self, name: str, value: str | None = None) -> str | None:
        """Return the origin of a value of a facet, or None if it is unknown; other origins count before `inferred`.

        An origin without a value applies to all values.

        >>> release = Release("7", "A visit", "…", provenance={"country": (Origin("BA", "inferred"),)})
        >>> release.origin_of("country", "BA"), release.origin_of("country", "RS")
        ('inferred', None)
        """
        origins = [o.origin for o in self.provenance.get(name, ()) if value is None or o.value in ("", value)]
        return next((origin for origin in origins if origin != "inferred"), origins[0] if origins else None)

    def inferred(self, name: str) -> frozenset[str]:
        """Return the values of a facet that are only inferred from the text.

        >>> release = Release("7", "A visit", "…", country=("BA",), provenance={"country": (Origin("BA", "inferred"),)})
        >>> release.inferred("country")
        frozenset({'BA'})
        """
        origins = self.provenance.get(name, ())
        stated = {item.value for item in origins if item.origin != "inferred"}
        guessed = {item.value for item in origins if item.origin == "inferred"}
        # An origin without a value applies to all values.
        if "" in stated or not guessed:
            return frozenset()
        values = getattr(self, name) or ()
        found = (values,) if isinstance(values, str) else values
        return frozenset(found if "" in guessed else guessed.intersection(found)) - stated

    def to_record(self) -> dict[str, Any]:
        """Return the release as a JSON object, without empty fields.

        >>> Release(id="7", title="A visit", text="It began.", date=dt.date(2015, 4, 1)).to_record()
        {'id': '7', 'title': 'A visit', 'date': '2015-04-01', 'text': 'It began.'}
        """
        record: dict[str, Any] = {"id": self.id}
        if self.url:
            record["url"] = self.url
        record["title"] = self.title
        if self.date:
            record["date"] = print_date(self.date, self.date_precision)
        if self.type:
            record["type"] = self.type
        record.update((name, list(getattr(self, name))) for name in FACETS if getattr(self, name))
        if self.language:
            record["language"] = self.language
        record["text"] = self.text
        if self.parser:
            record["parser"] = self.parser
        if self.partial:
            record["partial"] = True
        if self.flags:
            record["flags"] = list(self.flags)
        if self.translations:
            record["translations"] = dict(self.translations)
        if self.provenance:
            record["provenance"] = {
                name: _print_origins(origins) for name, origins in self.provenance.items()
            }
        return record

    def to_json(self) -> str:
        """Return the release as a line of JSONL, without the line break."""
        return json.dumps(self.to_record(), ensure_ascii=False)

    @classmethod
    def from_record(cls, record: object, where: str = "record", *, resolve: bool = True) -> Release:
        """Read a release from a JSON object; labels and historical aliases become slugs and codes.

        Only `id`, `title` and `text` are required. As in pages, texts are put into the Unicode normal form NFC and lose
        soft hyphens; otherwise their words would not be found. `resolve=False` takes everything as it is, for records
        that were read before. Raise RecordError, naming `where`, for a malformed record.

        >>> Release.from_record({"id": "7", "title": "A visit", "text": "…", "country": ["Turkey"]}).country
        ('TR',)
        """
        if not isinstance(record, dict):
            raise RecordError(where, "not a JSON object")
        for name in ("id", "title", "text"):
            if record.get(name) is None:
                raise RecordError(where, f"{name!r} is missing")
            if not isinstance(record[name], str):
                raise RecordError(where, _explain_type(name, record[name]))
        id, title, text = record["id"].strip(), record["title"], record["text"]
        if not id:
            raise RecordError(where, "the id is empty")
        if not (title.strip() or text.strip()):
            raise RecordError(where, "title and text are both empty")
        date, precision = None, "day"
        if record.get("date") not in (None, ""):
            try:
                date, precision = parse_date(record["date"])
            except (TypeError, ValueError) as error:
                raise RecordError(
                    where, f"{record['date']!r} is not a date such as 2015-04-23, 2015-04 or 2015"
                ) from error
        values = {name: _values(record, name, where, resolve) for name in _LISTED if name in record}
        return cls(
            id=id,
            title=_clean(title) if resolve else title,
            text=_clean(text) if resolve else text,
            url=_string(record, "url", where),
            date=date,
            date_precision=precision,  # type: ignore[arg-type]  # parse_date gives one of the three
            type=next(iter(values.get("type", ())), None),
            place=values.get("place", ()),
            source=values.get("source", ()),
            field=values.get("field", ()),
            country=values.get("country", ()),
            language=next(iter(values.get("language", ())), None),
            parser=_string(record, "parser", where) or "",
            partial=record.get("partial") is True,
            flags=tuple(_strings(record, "flags", where)),
            translations=_read_translations(record.get("translations"), where),
            provenance=_read_origins(record.get("provenance"), where, resolve),
        )


def parse_date(text: str) -> tuple[dt.date, Precision]:
    """Return the first day of an ISO date, and its precision. Raise ValueError for anything else.

    >>> parse_date("2015-04")
    (datetime.date(2015, 4, 1), 'month')
    """
    match = _DATE.match(text)
    if match is None:
        raise ValueError(text)
    year, month, day = match.groups()
    precision: Precision = "day" if day else "month" if month else "year"
    return dt.date(int(year), int(month or 1), int(day or 1)), precision


def print_date(date: dt.date, precision: Precision = "day") -> str:
    """Return an ISO date at a precision.

    >>> print_date(dt.date(2015, 4, 1), "month")
    '2015-04'
    """
    return date.isoformat()[: {"day": 10, "month": 7, "year": 4}[precision]]


def _string(record: Mapping[str, Any], name: str, where: str) -> str | None:
    value = record.get(name)
    if value is None or isinstance(value, str):
        return value or None
    raise RecordError(where, _explain_type(name, value))


def _explain_type(name: str, value: object) -> str:
    """Return which JSON type a field has instead of a string."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return f"{name!r} is a number and must be a string: write {json.dumps(str(value))}"
    kind = {bool: "true or false", dict: "an object", list: "a list"}.get(type(value), "null")
    return f"{name!r} is {kind} and must be a string"


def _strings(record: Mapping[str, Any], name: str, where: str) -> list[str]:
    value = record.get(name)
    if value is None:
        return []
    if isinstance(value, str):
        value = [value]
    try:
        if isinstance(value, list):
            return list(filter(None, map(str.strip, value)))
    except TypeError:  # an item is no string
        pass
    raise RecordError(where, f"{name!r} is not a list of strings")


def _values(record: Mapping[str, Any], name: str, where: str, resolve: bool) -> tuple[str, ...]:
    found = _strings(record, name, where)
    return tuple(dict.fromkeys([canonical(name, _clean(label)) for label in found]) if resolve else found)


def _clean(text: str) -> str:
    return text if text.isascii() else normalise("NFC", _WITHIN_WORDS.sub("", text))


def _print_origins(origins: Iterable[Origin]) -> Any:
    origins = list(origins)
    if len(origins) == 1 and not origins[0].value:
        return origins[0].origin
    printed = []
    for item in origins:
        entry: dict[str, Any] = {"value": item.value, "origin": item.origin}
        if item.evidence:
            entry["evidence"] = item.evidence
        if item.weight != 1.0:
            entry["weight"] = item.weight
        printed.append(entry)
    return printed


def _read_translations(value: object, where: str) -> Mapping[str, str]:
    if value is None:
        return {}
    if not isinstance(value, dict) or not all(isinstance(id, str) for id in value.values()):
        raise RecordError(where, "'translations' does not map languages to ids")
    return dict(value)


def _read_origin(name: str, item: Any, resolve: bool) -> Origin:
    value, weight = str(item["value"]), float(item.get("weight", 1.0))
    if not math.isfinite(weight):
        raise ValueError(weight)
    # The release has the canonical value, and the origin is looked up by it.
    return Origin(
        canonical(name, _clean(value)) if resolve else value,
        str(item["origin"]),
        str(item.get("evidence", "")),
        weight,
    )


def _read_origins(value: object, where: str, resolve: bool) -> Mapping[str, tuple[Origin, ...]]:
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise RecordError(where, "'provenance' is not an object")
    read: dict[str, tuple[Origin, ...]] = {}
    for name, entry in value.items():
        if isinstance(entry, str):
            read[name] = (Origin("", entry),)
            continue
        try:
            read[name] = tuple([_read_origin(name, item, resolve) for item in entry])
        except (TypeError, KeyError, ValueError, AttributeError) as error:
            raise RecordError(
                where, f"'provenance' of {name!r} is not a list of values with their origin"
            ) from error
    return read
