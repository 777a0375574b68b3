"""Ingestion: one page or record → its releases, checked, cleaned and enriched."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from osce_search.builder.build_report import Failure
from osce_search.corpus import Item, Rejected
from osce_search.errors import RecordError, SourceError
from osce_search.extraction import extract
from osce_search.release import Origin, Release
from osce_search.vocabulary.countries import infer_countries

_ID_LENGTH, _LABEL_LENGTH, _EVIDENCE_LENGTH = 200, 500, 10_000
_LENGTHS = (
    ("title", 2_000),
    ("url", 4_000),
    ("type", _LABEL_LENGTH),
    ("language", _LABEL_LENGTH),
    ("parser", _LABEL_LENGTH),
)
"""Characters that a field may have. Everything but the text of a release stands on lines of answers and reports."""

_SEVERAL = ("source", "field", "country", "place", "flags")
_VALUES = 1_000
_SURROGATE = re.compile("[\ud800-\udfff]")

_READER = ("builder", "extraction", "vocabulary", "release.py")
"""The code and tables that make releases of pages."""


@dataclass(frozen=True, slots=True)
class Read:
    """The releases in an item, or the reason why it has none."""

    item: Item
    releases: tuple[Release, ...]
    failure: str = ""


def describe(found: Read | Rejected) -> Failure:
    """Return why an item has no release."""
    if isinstance(found, Rejected):
        return Failure(found.where, found.reason, "file", found.size)
    return Failure(
        found.item.where, found.failure, found.item.kind, len(found.item.content), found.item.sha256
    )


def digest(item: Item) -> str:
    """Return a digest of an item, which changes with its bytes and with the code that reads them."""
    return hashlib.sha256(_digest_reader() + f"{item.kind} {item.sha256}".encode()).hexdigest()[:32]


@cache
def _digest_reader() -> bytes:
    root = Path(__file__).parents[1]
    total = hashlib.sha256()
    for name in _READER:
        path = root / name
        for file in sorted(path.rglob("*")) if path.is_dir() else [path]:
            if file.is_file() and "__pycache__" not in file.parts:
                total.update(file.relative_to(root).as_posix().encode() + b"\0" + file.read_bytes() + b"\0")
    return total.digest()


def read_item(item: Item) -> Read:
    """Return the releases in an item. Errors become the failure of the item."""
    try:
        is_page = item.kind == "page"
        found = extract(item.content, item.where) if is_page else [read_record(item.content, item.where)]
        return Read(item, tuple(enrich(clean(release, item.where)) for release in found))
    except SourceError as error:
        return Read(item, (), error.reason)
    except Exception as error:  # One page must not end a build: the report names it, with the error.
        reason = f"the reader failed, which is a defect to report ({type(error).__name__}: {error})"
        return Read(item, (), reason)


def read_record(line: bytes, where: str) -> Release:
    """Return the release in one line of JSONL. Raise RecordError if there is none."""
    try:
        record = json.loads(line)
    except UnicodeDecodeError as error:
        raise RecordError(where, f"not UTF-8 (byte {error.start + 1})") from error
    except json.JSONDecodeError as error:
        raise RecordError(where, f"not JSON ({error.msg}, column {error.colno})") from error
    except (RecursionError, ValueError) as error:
        raise RecordError(where, "JSON nested too deep, or with a number too long") from error
    return Release.from_record(record, where)


def clean(release: Release, where: str) -> Release:
    """Return the release without halves of surrogate pairs. Raise RecordError if a field is too long for a line."""
    if not release.id.isprintable() or len(release.id) > _ID_LENGTH:
        raise RecordError(
            where, f"the id {release.id[:40]!r} is not one line of at most {_ID_LENGTH} printable characters"
        )
    if reason := _find_excess(release):
        raise RecordError(where, reason)
    try:
        "".join(_list_strings(release)).encode()
    except UnicodeEncodeError:
        return decode(_SURROGATE.sub("\ufffd", release.to_json()), where)
    return release


def decode(line: str, where: str) -> Release:
    """Return the release that was printed by `to_json`."""
    return Release.from_record(json.loads(line), where, resolve=False)


def enrich(release: Release) -> Release:
    """Return the release with the countries it is about, inferred from its text if none is assigned.

    Assigned countries stay as they are, and nothing is added to them. A release is enriched when it is read, and again
    after several source records are merged; the second time changes nothing else.

    >>> enrich(Release(id="1", title="Tajik border guards trained", text="A course began.")).country
    ('TJ',)
    """
    if not release.inferred("country").issuperset(release.country):
        return release
    year = release.date.year if release.date else None
    found = infer_countries(release.title, release.paragraphs, release.source, release.place, year)
    provenance = {name: entry for name, entry in release.provenance.items() if name != "country"}
    if found:
        provenance["country"] = tuple(
            Origin(item.value, "inferred", f"{item.where}: {item.words}", round(item.weight, 3))
            for item in found
        )
    countries = tuple(item.value for item in found)
    return replace(release, country=countries, provenance=provenance)


def _find_excess(release: Release) -> str:
    """Return which field is too long or has too many values, or an empty text."""
    for name, limit in _LENGTHS:
        if (length := len(getattr(release, name) or "")) > limit:
            return f"the {name} has {length:,} characters, the limit is {limit:,}"
    counted = (*((name, getattr(release, name)) for name in _SEVERAL), ("provenance", release.provenance))
    for name, values in (*counted, *release.provenance.items()):
        if len(values) > _VALUES or len(name) > _LABEL_LENGTH:
            return f"{name[:40]!r} has {len(values):,} values, the limit is {_VALUES:,}"
    for name in _SEVERAL:
        for label in getattr(release, name):
            if len(label) > _LABEL_LENGTH:
                return f"a value of {name!r} has {len(label):,} characters, the limit is {_LABEL_LENGTH:,}"
    for name, origins in release.provenance.items():
        for origin in origins:
            if len(origin.value) + len(origin.origin) + len(origin.evidence) > _EVIDENCE_LENGTH:
                return (
                    f"the provenance of {name!r} has more than {_EVIDENCE_LENGTH:,} characters for one value"
                )
    return ""


def _list_strings(release: Release) -> Iterator[str]:
    yield from (release.id, release.title, release.text, release.url or "", release.type or "")
    yield from (release.language or "", release.parser, *release.flags)
    yield from (*release.translations, *release.translations.values())
    yield from (*release.source, *release.field, *release.country, *release.place)
    for origins in release.provenance.values():
        for origin in origins:
            yield from (origin.value, origin.origin, origin.evidence)
