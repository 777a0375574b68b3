"""Source records: the pages and lines that a release was found in, spooled, remembered, and merged to one release."""

from __future__ import annotations

import contextlib
import json
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO

from osce_search.builder.ingestion import clean, enrich, read_record
from osce_search.index.storage.durability import explain
from osce_search.release import Release

_SEPARATOR = "\n"
_SINGLE = ("type", "language", "url", "translations")
_SEVERAL = ("source", "field", "country", "place")


@dataclass(frozen=True, slots=True)
class SourceRecord:
    """One page or line that holds a release: the name of its file, and the digest of its bytes."""

    origin: str
    digest: str


class Ledger:
    """The pages and lines that the releases of an index were made from.

    The index keeps two strings for each release, with one line for each source record: the digests and the origins.
    """

    def __init__(self, digests: Mapping[str, str], origins: Mapping[str, str]) -> None:
        self.sources: dict[str, tuple[SourceRecord, ...]] = {}
        self.releases: dict[SourceRecord, list[str]] = {}
        for id, digest in digests.items():
            pairs = zip(origins.get(id, "").split(_SEPARATOR), digest.split(_SEPARATOR), strict=False)
            self.sources[id] = tuple(SourceRecord(*pair) for pair in pairs)
            for source in self.sources[id]:
                self.releases.setdefault(source, []).append(id)

    @staticmethod
    def print_sources(sources: Iterable[SourceRecord]) -> tuple[str, str]:
        """Return the digests and the origins as the index keeps them.

        >>> Ledger.print_sources([SourceRecord("b.html", "02"), SourceRecord("a.html", "01")])
        ('01\\n02', 'a.html\\nb.html')
        """
        ordered = sorted(sources, key=lambda source: (source.origin, source.digest))
        return _SEPARATOR.join(s.digest for s in ordered), _SEPARATOR.join(s.origin for s in ordered)


@dataclass(frozen=True, slots=True)
class Spooled:
    """A release in the spool: its source record, its place, and whether it is only a teaser."""

    source: SourceRecord
    place: int
    partial: bool


class Spool:
    """Releases in a temporary file, each at its place, until all source records of a release are known.

    A record stays as it came and is read a second time if it is needed: almost none is.
    """

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._end = 0
        self._at_end = True

    def put(self, release: Release, record: bytes = b"") -> int:
        """Add a release and return its place; `record` is the line it was read from, if any.

        Raise IndexUnavailable if the disk is full.
        """
        found = b"<" + record if record else b"=" + release.to_json().encode()
        with self._explained():
            if not self._at_end:
                self._file.seek(self._end)
                self._at_end = True
            place, self._end = self._end, self._end + self._file.write(found + b"\n")
        return place

    def take(self, place: int) -> Release:
        """Return the release at a place."""
        with self._explained():
            self._file.seek(place)
            self._at_end = False
            line = self._file.readline()
        if line.startswith(b"<"):
            return enrich(clean(read_record(line[1:], "record"), "record"))
        return Release.from_record(json.loads(line[1:]), resolve=False)

    @contextlib.contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            # A second close would try to write the rest again, and its error would hide this one.
            with contextlib.suppress(OSError):
                self._file.close()
            raise explain(Path(tempfile.gettempdir()), error) from error


def merge(found: Sequence[Release]) -> Release:
    """Merge what the pages and lines of one release hold, in reading order.

    The last full text wins, or the longest teaser if there is none. The other teasers only fill what is missing, so
    that a full text does not depend on the order in which they are read.
    """
    best = max(
        enumerate(found),
        key=lambda pair: (not pair[1].partial, len(pair[1].text) * pair[1].partial, pair[0]),
    )
    teasers = [release for place, release in enumerate(found) if release.partial and place != best[0]]
    merged = best[1]
    for teaser in sorted(teasers, key=lambda release: (-len(release.text), release.to_json())):
        merged = complete(merged, teaser)
    return merged


def complete(release: Release, teaser: Release) -> Release:
    """Fill what a release lacks from a teaser: type, date, language, address and the values of empty facets.

    >>> full = Release(id="7", title="A visit", text="It began.", source=("odihr",))
    >>> complete(full, Release(id="7", title="A visit", text="It", type="news", source=("fom",), partial=True)).type
    'news'
    """
    gained = {
        name: getattr(teaser, name)
        for name in _SINGLE
        if not getattr(release, name) and getattr(teaser, name)
    }
    for name in _SEVERAL:
        if not _list_stated(release, name) and (values := _list_stated(teaser, name)):
            gained[name] = values
    if teaser.date and _has_better_date(teaser, release):
        gained |= {"date": teaser.date, "date_precision": teaser.date_precision}
    if not gained:
        return release
    provenance = dict(release.provenance)
    for name in gained:
        if name in teaser.provenance:
            provenance[name] = tuple(item for item in teaser.provenance[name] if item.origin != "inferred")
        else:
            provenance.pop(name, None)
    return replace(release, **gained, provenance=provenance)


def _list_stated(release: Release, name: str) -> tuple[str, ...]:
    """Return the values of a facet that are not inferred."""
    inferred = release.inferred(name)
    return tuple(value for value in getattr(release, name) if value not in inferred)


def _has_better_date(teaser: Release, release: Release) -> bool:
    """Return whether the date of a teaser is better: a printed publishing date is better than a dateline."""
    if release.date is None:
        return True
    dates, others = (
        {item.origin for item in found.provenance.get("date", ())} for found in (teaser, release)
    )
    return "dateline" in others and "published" in dates
