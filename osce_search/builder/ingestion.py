"""Ingestion: one page or record → its releases, checked, cleaned and enriched."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from types import MappingProxyType

from osce_search.builder.build_report import Failure
from osce_search.corpus import Item, Rejected
from osce_search.errors import RecordError, SourceError
from osce_search.extraction import extract
from osce_search.release import Origin, Release
from osce_search.vocabulary.countries import infer_countries

_ID_LENGTH = 200
_TITLE_LENGTH, _URL_LENGTH, _LABEL_LENGTH, _EVIDENCE_LENGTH = 2_000, 4_000, 500, 10_000
_LABELS = 1_000
_SURROGATE = re.compile("[\ud800-\udfff]")
_ROOMS = ("builder", "extraction", "vocabulary", "release.py")

INFERRED = "inferred"
"""The origin of a value that was worked out from the text."""


@dataclass(frozen=True, slots=True)
class Read:
    """What an item holds: releases, or the reason why it holds none."""

    item: Item
    releases: tuple[Release, ...]
    failure: str = ""


def describe(found: Read | Rejected) -> Failure:
    """Why something brought no release, as a report tells it."""
    if isinstance(found, Rejected):
        return Failure(found.where, found.reason, "file", found.size)
    return Failure(
        found.item.where, found.failure, found.item.kind, len(found.item.content), found.item.sha256
    )


def digest(item: Item) -> str:
    """What an item is known by: it changes when its bytes change, and when that which reads it changes."""
    return hashlib.sha256(_reader() + f"{item.kind} {item.sha256}".encode()).hexdigest()[:32]


@cache
def _reader() -> bytes:
    """The SHA-256 of the code and tables that make a release of a page."""
    root = Path(__file__).parents[1]
    total = hashlib.sha256()
    for room in _ROOMS:
        path = root / room
        for file in sorted(path.rglob("*")) if path.is_dir() else [path]:
            if file.is_file() and "__pycache__" not in file.parts:
                total.update(file.relative_to(root).as_posix().encode() + b"\0" + file.read_bytes() + b"\0")
    return total.digest()


def read_item(item: Item) -> Read:
    """What one item holds."""
    try:
        found = (
            extract(item.content, item.where)
            if item.kind == "page"
            else (read_record(item.content, item.where),)
        )
        releases = tuple(enrich(clean(release, item.where)) for release in found)
    except SourceError as error:
        return Read(item, (), error.reason)
    except Exception as error:  # One page must not end the reading of all; it is named, with what went wrong.
        return Read(
            item, (), f"the reader failed, which is a defect to report ({type(error).__name__}: {error})"
        )
    return Read(item, releases)


def read_record(line: bytes, where: str) -> Release:
    """The release in one line of JSONL; raises RecordError."""
    try:
        record = json.loads(line)
    except UnicodeDecodeError as error:
        raise RecordError(where, f"not UTF-8 (byte {error.start + 1})") from error
    except json.JSONDecodeError as error:
        raise RecordError(where, f"not JSON ({error.msg}, column {error.colno})") from error
    except (RecursionError, ValueError) as error:
        raise RecordError(where, "JSON that is nested too deep or holds a number too long") from error
    return Release.from_record(record, where)


def clean(release: Release, where: str) -> Release:
    """The release without halves of characters; raises RecordError for what does not fit where a line is shown."""
    if not release.id.isprintable() or len(release.id) > _ID_LENGTH:
        raise RecordError(
            where, f"the id {release.id[:40]!r} is not one line of at most {_ID_LENGTH} printable characters"
        )
    if reason := _find_excess(release):
        raise RecordError(where, reason)
    try:
        "".join(_strings(release)).encode()
    except UnicodeEncodeError:
        return decode(_SURROGATE.sub("\ufffd", release.to_json()), where)
    return release


def _find_excess(release: Release) -> str:
    """What is too long or too much for a release: all but its text stands on lines of answers, facets and reports."""
    for name, text, most in (
        ("title", release.title, _TITLE_LENGTH),
        ("url", release.url or "", _URL_LENGTH),
        ("type", release.type or "", _LABEL_LENGTH),
        ("language", release.language or "", _LABEL_LENGTH),
        ("parser", release.parser, _LABEL_LENGTH),
    ):
        if len(text) > most:
            return f"the {name} has {len(text):,} characters, the limit is {most:,}"
    listed = ("source", "field", "country", "place", "flags")
    counted = (*((name, getattr(release, name)) for name in listed), ("provenance", release.provenance))
    for name, values in (*counted, *release.provenance.items()):
        if len(values) > _LABELS or len(name) > _LABEL_LENGTH:
            return f"{name[:40]!r} has {len(values):,} values, the limit is {_LABELS:,}"
    for name in listed:
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


def _strings(release: Release) -> Iterator[str]:
    yield from (release.id, release.title, release.text, release.url or "", release.type or "")
    yield from (release.language or "", release.parser, *release.flags)
    yield from (*release.translations, *release.translations.values())
    yield from (*release.source, *release.field, *release.country, *release.place)
    for origins in release.provenance.values():
        for origin in origins:
            yield from (origin.value, origin.origin, origin.evidence)


def decode(line: str, where: str) -> Release:
    return Release.from_record(json.loads(line), where, resolve=False)


def enrich(release: Release) -> Release:
    """The release with the countries it is about, inferred where none was assigned.

    What is assigned stays as it is, and nothing is added to it: whoever assigned countries meant those. Enriching
    twice gives what enriching once gives: a release is enriched where it is read, and again where several accounts
    of it were put together.

    >>> enrich(Release(id="1", title="Tajik border guards trained", text="A course began.")).country
    ('TJ',)
    """
    origins = release.provenance.get("country", ())
    guessed = {origin.value for origin in origins if origin.origin == INFERRED}
    assigned = tuple(value for value in release.country if value not in guessed)
    if assigned:
        return release
    found = infer_countries(
        release.title,
        release.paragraphs,
        release.source,
        release.place,
        release.date.year if release.date else None,
    )
    provenance = {name: entry for name, entry in release.provenance.items() if name != "country"}
    if found:
        provenance["country"] = tuple(
            Origin(item.value, INFERRED, f"{item.where}: {item.words}", round(item.weight, 3))
            for item in found
        )
    return replace(
        release, country=tuple(item.value for item in found), provenance=MappingProxyType(provenance)
    )
