"""Accounts: what several pages and records say of one release → one release."""

from __future__ import annotations

import contextlib
import json
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType
from typing import IO

from osce_search.builder.ingestion import clean, enrich, read_record
from osce_search.index.storage.durability import explain
from osce_search.release import Origin, Release

_SEPARATOR = "\n"
_SINGLE = ("type", "language", "url", "translations")
_SEVERAL = ("source", "field", "country", "place")


@dataclass(frozen=True, slots=True)
class Account:
    """That a file with these bytes tells of a release: the file's name, and the digest of page or line."""

    origin: str
    digest: str


class Ledger:
    """Which accounts the releases of an index were made from.

    The index keeps two strings for each release, its digest and its origin; a line of the one belongs to
    the same line of the other.
    """

    def __init__(self, digests: Mapping[str, str], origins: Mapping[str, str]) -> None:
        self.accounts: dict[str, tuple[Account, ...]] = {}
        self.releases: dict[Account, list[str]] = {}
        for id, digest in digests.items():
            pairs = zip(origins.get(id, "").split(_SEPARATOR), digest.split(_SEPARATOR), strict=False)
            self.accounts[id] = tuple(Account(*pair) for pair in pairs)
            for account in self.accounts[id]:
                self.releases.setdefault(account, []).append(id)

    @staticmethod
    def print_accounts(accounts: Iterable[Account]) -> tuple[str, str]:
        """Digest and origin of a release made from these accounts, as the index keeps them.

        >>> Ledger.print_accounts([Account("b.html", "02"), Account("a.html", "01")])
        ('01\\n02', 'a.html\\nb.html')
        """
        ordered = sorted(accounts, key=lambda account: (account.origin, account.digest))
        return _SEPARATOR.join(a.digest for a in ordered), _SEPARATOR.join(a.origin for a in ordered)


@dataclass(frozen=True, slots=True)
class Told:
    """Where in the spool a release is that was read, and the account that it is."""

    account: Account
    place: int
    partial: bool


class Spool:
    """Releases in a temporary file, each known by its place there.

    What came as a record is kept as it came, and read once more if need be: almost none is.
    """

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._end = 0
        self._at_end = True

    def put(self, release: Release, record: bytes = b"") -> int:
        """Where the release is from now on; `record` is the line it was read from. Raises IndexUnavailable."""
        found = b"<" + record if record else b"=" + release.to_json().encode()
        with self._explained():
            if not self._at_end:
                self._file.seek(self._end)
                self._at_end = True
            place, self._end = self._end, self._end + self._file.write(found + b"\n")
        return place

    def take(self, place: int) -> Release:
        """The release at a place."""
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
            # Closing tries once more to write what is left, and would hide why it could not.
            with contextlib.suppress(OSError):
                self._file.close()
            raise explain(Path(tempfile.gettempdir()), error) from error


def merge(accounts: Sequence[Release]) -> Release:
    """One release from all that is told of it, in reading order.

    The last full account counts; where there is none, the teaser with the longest text. Teasers fill what the
    chosen one leaves open, and nothing else: the order in which they are read makes no difference to a full account.
    """
    best = max(
        enumerate(accounts),
        key=lambda pair: (not pair[1].partial, len(pair[1].text) * pair[1].partial, pair[0]),
    )
    teasers = [release for place, release in enumerate(accounts) if release.partial and place != best[0]]
    merged = best[1]
    for teaser in sorted(teasers, key=lambda release: (-len(release.text), release.to_json())):
        merged = complete(merged, teaser)
    return merged


def complete(release: Release, teaser: Release) -> Release:
    """The release with what only the teaser tells: type, date, language, address and the values of empty facets.

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
        if not _assigned(release, name) and (values := _assigned(teaser, name)):
            gained[name] = values
    provenance = dict(release.provenance)
    if teaser.date and _better_date(release, teaser):
        gained |= {"date": teaser.date, "date_precision": teaser.date_precision}
    for name in gained:
        if name in teaser.provenance:
            provenance[name] = tuple(o for o in teaser.provenance[name] if o.origin != "inferred")
        else:
            provenance.pop(name, None)
    if not gained:
        return release
    return replace(release, **gained, provenance=MappingProxyType(provenance))


def _assigned(release: Release, name: str) -> tuple[str, ...]:
    """The values of a facet that were not merely inferred."""
    origins: tuple[Origin, ...] = release.provenance.get(name, ())
    inferred = {o.value for o in origins if o.origin == "inferred"} - {
        o.value for o in origins if o.origin != "inferred"
    }
    return tuple(value for value in getattr(release, name) if value not in inferred)


def _better_date(release: Release, teaser: Release) -> bool:
    """A printed publishing date counts more than a dateline."""
    if release.date is None:
        return True
    origin = {o.origin for o in release.provenance.get("date", ())}
    return "dateline" in origin and "published" in {o.origin for o in teaser.provenance.get("date", ())}
