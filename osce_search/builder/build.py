"""Build: sources → index, reading only what is new."""

from __future__ import annotations

import contextlib
import json
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from osce_search.builder.accounts import Account, Ledger, merge
from osce_search.builder.enrichment import enrich
from osce_search.builder.reading import Read, clean, digest, read_items, read_record
from osce_search.builder.report import Failure, Progress, Report, UnknownLabel
from osce_search.corpus import Item, Rejected, Scope, read_sources
from osce_search.index.durability import explain
from osce_search.index.writer import IndexWriter
from osce_search.release import Release
from osce_search.schema import FACETS
from osce_search.vocabulary import vocabulary

__all__ = ["build", "extract_sources"]

FAILURES_TOLD = 1000
"""So many failures are held for the report; all of them go to `on_failure`."""


def build(
    sources: Sequence[Path],
    index: Path,
    *,
    rebuild: bool = False,
    workers: int = 1,
    wait: float = 0.0,
    software: str = "",
    on_failure: Callable[[Failure], None] | None = None,
    on_progress: Callable[[Progress], None] | None = None,
) -> Report:
    """Bring an index up to date with its sources, and tell what was done.

    What has not changed since it was last read is not read again; a release whose page or line is gone
    from the sources is removed; releases from sources that are not named stay. `rebuild` starts from nothing.
    `workers` is how many processes read pages; with more than one, the main module of the program must be
    importable. Raises SourceError for a source that does not exist, IndexLocked when another writer holds the
    index for longer than `wait` seconds. Nothing that was there is lost before all is written.
    """
    begun = time.monotonic()
    with (
        IndexWriter(index, wait=wait, rebuild=rebuild, software=software) as writer,
        tempfile.TemporaryFile() as spool,
    ):
        ledger = Ledger(writer.digests(), writer.origins())
        update = _Update(writer, ledger, Scope(sources, index.parent), _Spool(spool), on_failure, on_progress)
        update.read(sources, workers)
        update.settle()
        commit = writer.commit()
        return update.report(commit.total, commit.generation, time.monotonic() - begun)


def extract_sources(sources: Sequence[Path]) -> Iterator[Release | Failure]:
    """The releases of the sources as they are found, without an index, and what could not be read.

    A release that several pages tell of comes once for each of them.
    """
    failures: list[Failure] = []
    for read in read_items(_pass_items(read_sources(sources, Path()), failures)):
        yield from failures
        failures.clear()
        if read.failure:
            yield _describe(read)
        yield from read.releases
    yield from failures


def _pass_items(entries: Iterable[Item | Rejected], failures: list[Failure]) -> Iterator[Item]:
    for entry in entries:
        if isinstance(entry, Rejected):
            failures.append(Failure(entry.where, entry.reason, "file", entry.size))
        else:
            yield entry


@dataclass(frozen=True, slots=True)
class _Told:
    """Where in the spool a release is that was read, and the account that it is."""

    account: Account
    place: int
    partial: bool


class _Spool:
    """Releases that were read, on disk until it is known whether another page tells of them, too.

    A record is kept as it came, and read once more if need be: almost none is.
    """

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._end = 0
        self._at_end = True

    def put(self, release: Release, item: Item) -> int:
        found = b"<" + item.content if item.kind == "record" else b"=" + release.to_json().encode()
        with self._explained():
            if not self._at_end:
                self._file.seek(self._end)
                self._at_end = True
            place, self._end = self._end, self._end + self._file.write(found + b"\n")
        return place

    @contextlib.contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            # Closing tries once more to write what is left, and would hide why it could not.
            with contextlib.suppress(OSError):
                self._file.close()
            raise explain(Path(tempfile.gettempdir()), error) from error

    def take(self, place: int) -> Release:
        with self._explained():
            self._file.seek(place)
            self._at_end = False
            line = self._file.readline()
        if line.startswith(b"<"):
            return enrich(clean(read_record(line[1:], "record"), "record"))
        return Release.from_record(json.loads(line[1:]), resolve=False)


class _Update:
    """One run of building: what was seen, what was read, what is to be written."""

    def __init__(
        self,
        writer: IndexWriter,
        ledger: Ledger,
        scope: Scope,
        spool: _Spool,
        on_failure: Callable[[Failure], None] | None,
        on_progress: Callable[[Progress], None] | None,
    ) -> None:
        self._writer, self._ledger, self._scope, self._spool = writer, ledger, scope, spool
        self._on_failure, self._on_progress = on_failure, on_progress
        self._seen: dict[Account, int] = {}
        self._told: dict[str, list[_Told]] = {}
        self._unreadable: set[str] = set()
        self._written: set[str] = set()
        self._removed = self._kept = self._failed = self._merged = self._repeated = self._partial = 0
        self._failures: list[Failure] = []
        self._kinds: Counter[str] = Counter()
        self._unknown: Counter[tuple[str, str]] = Counter()

    def read(self, sources: Sequence[Path], workers: int) -> None:
        """Read what is new in the sources; write what is told by one full account alone."""
        entries = read_sources(sources, self._scope.base)
        for read in read_items(self._choose_new(entries), workers):
            account = Account(read.item.origin, digest(read.item))
            if read.failure:
                self._fail(read.item.origin, _describe(read))
            for release in read.releases:
                told = self._told.setdefault(release.id, [])
                told.append(_Told(account, self._spool.put(release, read.item), release.partial))
                if len(told) == 1 and not release.partial and release.id not in self._ledger.accounts:
                    self._write(release, (account,))
            self._tell_progress()

    def settle(self) -> None:
        """Write and remove what depends on more than one account."""
        lasting: dict[str, list[Account]] = {}
        for id in dict.fromkeys((*self._told, *self._ledger.accounts)):
            accounts = self._ledger.accounts.get(id, ())
            remaining = [account for account in accounts if not self._is_gone(account)]
            if len(remaining) < len(accounts) or id in self._told:
                lasting[id] = remaining
            self._kept += any(
                account not in self._seen and account.origin in self._unreadable for account in accounts
            )
        self._read_again(lasting)
        for id, remaining in lasting.items():
            if any(account.origin in self._unreadable and account not in self._seen for account in remaining):
                continue  # A page that cannot be read now may have told more: what the index has stays.
            self._settle_one(id)

    def report(self, total: int, generation: int, seconds: float) -> Report:
        changed = len(self._written & self._ledger.accounts.keys())
        unknown = sorted(self._unknown.items(), key=lambda pair: (-pair[1], pair[0]))
        return Report(
            added=len(self._written) - changed,
            changed=changed,
            unchanged=len(self._ledger.accounts) - changed - self._removed,
            removed=self._removed,
            total=total,
            generation=generation,
            pages=self._kinds["page"],
            records=self._kinds["record"],
            failed=self._failed,
            failures=tuple(self._failures),
            unknown=tuple(UnknownLabel(facet, label, count) for (facet, label), count in unknown if count),
            merged=self._merged,
            repeated=self._repeated,
            partial=self._partial,
            kept=self._kept,
            seconds=seconds,
        )

    def _choose_new(self, entries: Iterable[Item | Rejected]) -> Iterator[Item]:
        for entry in entries:
            if isinstance(entry, Rejected):
                self._fail(entry.origin, Failure(entry.where, entry.reason, "file", entry.size))
                continue
            self._kinds[entry.kind] += 1
            account = Account(entry.origin, digest(entry))
            if account not in self._seen:
                self._seen[account] = len(self._seen)
                if account not in self._ledger.releases:
                    yield entry
                    continue
            self._tell_progress()

    def _is_gone(self, account: Account) -> bool:
        """Whether the sources that were named no longer hold what the index was told."""
        return (
            account not in self._seen
            and account.origin in self._scope
            and account.origin not in self._unreadable
        )

    def _read_again(self, lasting: dict[str, list[Account]]) -> None:
        """Put the releases of unchanged accounts beside those that were read, where both tell of one release."""
        wanted: dict[str, set[Account]] = {}
        for accounts in lasting.values():
            for account in accounts:
                wanted.setdefault(account.origin, set()).add(account)
        for origin in sorted(wanted):
            path = self._scope.base / origin
            if not path.is_file():
                continue
            items = (item for item in read_sources([path], self._scope.base) if isinstance(item, Item))
            chosen = (item for item in items if Account(origin, digest(item)) in wanted[origin])
            for read in read_items(chosen):
                account = Account(origin, digest(read.item))
                for release in read.releases:
                    if account in lasting.get(release.id, ()):
                        told = _Told(account, self._spool.put(release, read.item), release.partial)
                        self._told.setdefault(release.id, []).append(told)

    def _settle_one(self, id: str) -> None:
        told = sorted(self._told.get(id, ()), key=lambda one: (self._seen.get(one.account, -1), one.place))
        if not told:
            self._writer.delete(id)
            self._removed += 1
        elif len(told) > 1 or id not in self._written:
            if id in self._written:
                self._tally(self._spool.take(told[0].place), -1)
            releases = [self._spool.take(one.place) for one in told]
            self._write(enrich(merge(releases)), dict.fromkeys(one.account for one in told))
            self._merged += len(told) > 1
            self._repeated += sum(not one.partial for one in told) > 1

    def _write(self, release: Release, accounts: Iterable[Account]) -> None:
        recorded, origin = Ledger.print_accounts(accounts)
        self._writer.add(release, digest=recorded, origin=origin)
        self._written.add(release.id)
        self._tally(release, 1)

    def _tally(self, release: Release, step: int) -> None:
        self._partial += release.partial * step
        for facet in FACETS:
            if facet.vocabulary:
                values = getattr(release, facet.name)
                for value in values if facet.many else (values,) if values else ():
                    if value not in vocabulary(facet.vocabulary):
                        self._unknown[facet.name, value] += step

    def _fail(self, origin: str, failure: Failure) -> None:
        self._unreadable.add(origin)
        self._failed += 1
        if len(self._failures) < FAILURES_TOLD:
            self._failures.append(failure)
        if self._on_failure:
            self._on_failure(failure)
        self._tell_progress()

    def _tell_progress(self) -> None:
        if self._on_progress:
            self._on_progress(Progress(self._kinds.total(), len(self._written), self._failed))


def _describe(read: Read) -> Failure:
    return Failure(read.item.where, read.failure, read.item.kind, len(read.item.content), read.item.sha256)
