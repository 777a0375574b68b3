"""Build: sources → index, reading only what is new."""

from __future__ import annotations

import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

from osce_search.builder.build_report import Failure, Progress, Report, UnknownLabel
from osce_search.builder.ingestion import describe, digest, enrich
from osce_search.builder.source_records import Account, Ledger, Spool, Told, merge
from osce_search.builder.workers import read_items
from osce_search.corpus import Item, Rejected, Scope, read_sources
from osce_search.index.writer import IndexWriter
from osce_search.release import Release
from osce_search.schema import FACETS
from osce_search.vocabulary import vocabulary

FAILURES_TOLD = 1000
"""So many failures are held for the report; all of them go to `on_failure`."""


def build(
    sources: str | Path | Sequence[str | Path],
    index: str | Path,
    *,
    rebuild: bool = False,
    workers: int = 1,
    wait: float = 0.0,
    software: str = "",
    on_failure: Callable[[Failure], None] | None = None,
    on_progress: Callable[[Progress], None] | None = None,
) -> Report:
    """Bring an index up to date with its sources, or with the one that is given, and tell what was done.

    What has not changed since it was last read is not read again; a release whose page or line is gone
    from the sources is removed; releases from sources that are not named stay. `rebuild` starts from nothing.
    `workers` is how many processes read pages; with more than one, the main module of the program must be
    importable. Raises SourceError for a source that does not exist, IndexLocked when another writer holds the
    index for longer than `wait` seconds. Nothing that was there is lost before all is written.
    """
    begun = time.monotonic()
    index = Path(index)
    paths = [Path(source) for source in ([sources] if isinstance(sources, str | Path) else sources)]
    with (
        IndexWriter(index, wait=wait, rebuild=rebuild, software=software) as writer,
        tempfile.TemporaryFile() as spool,
    ):
        ledger = Ledger(writer.digests(), writer.origins())
        update = Update(writer, ledger, Scope(paths, index.parent), Spool(spool), on_failure, on_progress)
        update.read(paths, workers)
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
            yield describe(read)
        yield from read.releases
    yield from failures


def _pass_items(entries: Iterable[Item | Rejected], failures: list[Failure]) -> Iterator[Item]:
    for entry in entries:
        if isinstance(entry, Rejected):
            failures.append(describe(entry))
        else:
            yield entry


class Update:
    """What was seen, what was read, and what is to be written.

    `read` comes first, then `settle`, and `report` once all is committed.
    """

    def __init__(
        self,
        writer: IndexWriter,
        ledger: Ledger,
        scope: Scope,
        spool: Spool,
        on_failure: Callable[[Failure], None] | None,
        on_progress: Callable[[Progress], None] | None,
    ) -> None:
        self._writer, self._ledger, self._scope, self._spool = writer, ledger, scope, spool
        self._on_failure, self._on_progress = on_failure, on_progress
        self._seen: dict[Account, int] = {}
        self._told: dict[str, list[Told]] = {}
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
                self._fail(read.item.origin, describe(read))
            for release in read.releases:
                told = self._keep(release, account, read.item)
                if len(told) == 1 and not release.partial and release.id not in self._ledger.accounts:
                    self._write(release, (account,))
            self._tell_progress()

    def settle(self) -> None:
        """Write and remove what depends on more than one account."""
        lasting: dict[str, list[Account]] = {}
        for id in dict.fromkeys((*self._told, *self._ledger.accounts)):
            accounts = self._ledger.accounts.get(id, ())
            remaining = [account for account in accounts if not self._is_gone(account)]
            told = self._told.get(id, ())
            if all(one.partial for one in told) and any(map(self._is_unreadable, remaining)):
                self._kept += 1  # What cannot be read now may have told more: what the index has stays.
            elif len(remaining) < len(accounts) or id in self._told:
                lasting[id] = remaining
        self._read_again(lasting)
        for id, remaining in lasting.items():
            self._take_stored(id, remaining)
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
                self._fail(entry.origin, describe(entry))
                continue
            self._kinds[entry.kind] += 1
            account = Account(entry.origin, digest(entry))
            if account not in self._seen:
                self._seen[account] = len(self._seen)
                if account not in self._ledger.releases:
                    yield entry
                    continue
            self._tell_progress()

    def _keep(self, release: Release, account: Account, item: Item) -> list[Told]:
        """Keep a release that was read; all that is told of it so far."""
        told = self._told.setdefault(release.id, [])
        place = self._spool.put(release, item.content if item.kind == "record" else b"")
        told.append(Told(account, place, release.partial))
        return told

    def _is_gone(self, account: Account) -> bool:
        """Whether the sources that were named no longer hold what the index was told."""
        return (
            account not in self._seen and account.origin in self._scope and not self._is_unreadable(account)
        )

    def _is_unreadable(self, account: Account) -> bool:
        """Whether the account may be there and could not be read: its file, or a directory it lies in."""
        if account in self._seen or not self._unreadable:
            return False
        return any(path in self._unreadable for path in _list_above(self._scope.locate(account.origin)))

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
                        self._keep(release, account, read.item)

    def _take_stored(self, id: str, remaining: Sequence[Account]) -> None:
        """Let the release in the index stand for the accounts that nobody could read again, unless a full one is new.

        Such came from standard input, from a file that was moved, or through another version of the reader.
        """
        told = self._told.setdefault(id, [])
        lost = dict.fromkeys(remaining)
        for one in told:
            lost.pop(one.account, None)
        if not lost or not all(one.partial for one in told):
            return
        stored = self._writer.read(id)
        if told and stored.partial:
            return
        place = self._spool.put(stored)
        told.extend(Told(account, place, stored.partial) for account in lost)

    def _settle_one(self, id: str) -> None:
        told = sorted(self._told.get(id, ()), key=lambda one: (self._seen.get(one.account, -1), one.place))
        if not told:
            self._writer.delete(id)
            self._removed += 1
        elif len(told) > 1 or id not in self._written:
            if id in self._written:
                self._tally(self._spool.take(told[0].place), -1)
            places = {one.place: one.partial for one in told}
            releases = [self._spool.take(place) for place in places]
            self._write(enrich(merge(releases)), dict.fromkeys(one.account for one in told))
            self._merged += len(places) > 1
            self._repeated += list(places.values()).count(False) > 1

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
        self._unreadable.add(self._scope.locate(origin))
        self._failed += 1
        if len(self._failures) < FAILURES_TOLD:
            self._failures.append(failure)
        if self._on_failure:
            self._on_failure(failure)
        self._tell_progress()

    def _tell_progress(self) -> None:
        if self._on_progress:
            self._on_progress(Progress(self._kinds.total(), len(self._written), self._failed))


def _list_above(origin: str) -> Iterator[str]:
    """The name of a file, then of the directories it lies in."""
    while origin:
        yield origin
        origin = origin.rpartition("/")[0]
