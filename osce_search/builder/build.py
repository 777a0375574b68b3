"""Build: sources → index, reading only what is new."""

from __future__ import annotations

import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

from osce_search.builder.build_report import Collision, Failure, Progress, Report, UnknownLabel
from osce_search.builder.ingestion import describe, digest, enrich
from osce_search.builder.source_records import Ledger, SourceRecord, Spool, Spooled, merge
from osce_search.builder.workers import read_items
from osce_search.corpus import Item, Rejected, Scope, read_sources
from osce_search.errors import ExtractionError
from osce_search.extraction import Dropped, extract_with_dropped
from osce_search.index.writer import IndexWriter
from osce_search.release import Release
from osce_search.schema import FACETS
from osce_search.vocabulary import vocabulary

MAX_FAILURES = 1000
"""Failures in a report; `on_failure` gets all of them."""

MAX_COLLISIONS = 10
"""Collisions in a report."""


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
    """Bring an index up to date with its sources, and return what was done.

    Pages and lines that have not changed are not read again. A release whose page or line is gone from the sources is
    removed. Releases from sources that are not named stay. `rebuild` starts from an empty index. `workers` is the
    number of processes that read pages; with more than one, the main module of the program must be importable.
    Nothing is lost before everything is written.

    Raise SourceError if a source does not exist, IndexLocked if another writer holds the index for longer than `wait`
    seconds.
    """
    start = time.monotonic()
    index = Path(index)
    paths = [Path(source) for source in ([sources] if isinstance(sources, str | Path) else sources)]
    with (
        IndexWriter(index, wait=wait, rebuild=rebuild, software=software) as writer,
        tempfile.TemporaryFile() as spool,
    ):
        ledger = Ledger(writer.digests(), writer.origins())
        update = _Update(writer, ledger, Scope(paths, index.parent), Spool(spool), on_failure, on_progress)
        update.read(paths, workers)
        update.settle()
        commit = writer.commit()
        return update.report(commit.total, commit.generation, time.monotonic() - start)


def extract_sources(sources: Sequence[Path]) -> Iterator[Release | Failure]:
    """Yield the releases of the sources as they are found, without an index, and what could not be read.

    A release that is on several pages is yielded for each of them.
    """
    failures: list[Failure] = []

    def list_items() -> Iterator[Item]:
        for entry in read_sources(sources, Path()):
            if isinstance(entry, Rejected):
                failures.append(describe(entry))
            else:
                yield entry

    for read in read_items(list_items()):
        yield from failures
        failures.clear()
        if read.failure:
            yield describe(read)
        yield from read.releases
    yield from failures


def extract_dropped(sources: Sequence[Path]) -> Iterator[tuple[Release, Dropped] | Failure]:
    """Yield the releases of the pages of the sources, each with what was left out of its text, and what failed."""
    for entry in read_sources(sources, Path()):
        if isinstance(entry, Rejected):
            yield describe(entry)
        elif entry.kind == "page":
            try:
                yield from extract_with_dropped(entry.content, entry.where)
            except ExtractionError as error:
                yield Failure(entry.where, error.reason, "page", len(entry.content), entry.sha256)


class _Update:
    """One run of a build: what was seen, what was read, and what is written.

    `read` comes first, then `settle`, then the commit of the writer, then `report`.
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
        self._seen: dict[SourceRecord, int] = {}
        self._spooled: dict[str, list[Spooled]] = {}
        self._unreadable: set[str] = set()
        self._written: set[str] = set()
        self._removed = self._kept = self._failed = self._merged = self._repeated = self._partial = 0
        self._failures: list[Failure] = []
        self._collisions: list[Collision] = []
        self._dropped_blocks = self._review = self._read_characters = 0
        self._dropped = 0.0
        self._kinds: Counter[str] = Counter()
        self._unknown: Counter[tuple[str, str]] = Counter()

    def read(self, sources: Sequence[Path], workers: int) -> None:
        """Read what is new in the sources, and write each release that has one full text."""
        entries = read_sources(sources, self._scope.base)
        for read in read_items(self._choose_new(entries), workers):
            source = SourceRecord(read.item.origin, digest(read.item))
            if read.failure:
                self._fail(read.item.origin, describe(read))
            for release in read.releases:
                self._count_dropped(release, read.item)
                found = self._keep(release, source, read.item)
                if len(found) == 1 and not release.partial and release.id not in self._ledger.sources:
                    self._write(release, (source,))
            self._notify()

    def settle(self) -> None:
        """Write and remove the releases that depend on more than one page or line."""
        lasting: dict[str, list[SourceRecord]] = {}
        for id in dict.fromkeys((*self._spooled, *self._ledger.sources)):
            sources = self._ledger.sources.get(id, ())
            remaining = [source for source in sources if not self._is_gone(source)]
            found = self._spooled.get(id, ())
            if all(item.partial for item in found) and any(map(self._is_unreadable, remaining)):
                self._kept += (
                    1  # What cannot be read now may hold the full text: the index keeps the release.
                )
            elif len(remaining) < len(sources) or id in self._spooled:
                lasting[id] = remaining
        self._read_again(lasting)
        for id, remaining in lasting.items():
            self._take_stored(id, remaining)
            self._settle_one(id)

    def report(self, total: int, generation: int, seconds: float) -> Report:
        """Return what was done; `total`, `generation` and `seconds` are those of the commit."""
        changed = len(self._written & self._ledger.sources.keys())
        unknown = sorted(self._unknown.items(), key=lambda pair: (-pair[1], pair[0]))
        return Report(
            added=len(self._written) - changed,
            changed=changed,
            unchanged=len(self._ledger.sources) - changed - self._removed,
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
            collisions=tuple(self._collisions),
            dropped=self._dropped_blocks,
            dropped_share=round(self._dropped / max(1, self._dropped + self._read_characters), 4),
            review=self._review,
        )

    def _choose_new(self, entries: Iterable[Item | Rejected]) -> Iterator[Item]:
        for entry in entries:
            if isinstance(entry, Rejected):
                self._fail(entry.origin, describe(entry))
                continue
            self._kinds[entry.kind] += 1
            source = SourceRecord(entry.origin, digest(entry))
            if source not in self._seen:
                self._seen[source] = len(self._seen)
                if source not in self._ledger.releases:
                    yield entry
                    continue
            self._notify()

    def _keep(self, release: Release, source: SourceRecord, item: Item) -> list[Spooled]:
        """Spool a release, and return what is spooled of it so far."""
        found = self._spooled.setdefault(release.id, [])
        place = self._spool.put(release, item.content if item.kind == "record" else b"")
        found.append(Spooled(source, place, release.partial))
        return found

    def _count_dropped(self, release: Release, item: Item) -> None:
        """Count what was left out of the text of a release, and name the release if it lost a large share."""
        self._read_characters += len(release.text)
        for origin in release.provenance.get("text", ()):
            if origin.origin != "dropped" or not origin.value.isdigit() or not 0 < origin.weight < 1:
                continue
            self._dropped_blocks += int(origin.value)
            self._dropped += len(release.text) * origin.weight / (1 - origin.weight)
            if "text_dropped" in release.flags:
                self._review += 1
                reason = f"release {release.id} is in the index without {origin.weight:.0%} of what stands between its "
                reason += (
                    f"title and its end ({origin.evidence}); osce-search extract --show-dropped shows it"
                )
                if self._on_failure:
                    self._on_failure(Failure(item.where, reason, "review", len(item.content), item.sha256))

    def _is_gone(self, source: SourceRecord) -> bool:
        """Return whether the sources of this build no longer hold a page or line that the index was made from."""
        return source not in self._seen and source.origin in self._scope and not self._is_unreadable(source)

    def _is_unreadable(self, source: SourceRecord) -> bool:
        """Return whether a page or line may be there, but its file or a directory above it could not be read."""
        if source in self._seen or not self._unreadable:
            return False
        return any(path in self._unreadable for path in _list_above(self._scope.locate(source.origin)))

    def _read_again(self, lasting: dict[str, list[SourceRecord]]) -> None:
        """Read the unchanged pages and lines of releases that also have new ones."""
        wanted: dict[str, set[SourceRecord]] = {}
        for sources in lasting.values():
            for source in sources:
                wanted.setdefault(source.origin, set()).add(source)
        for origin in sorted(wanted):
            path = self._scope.base / origin
            if not path.is_file():
                continue
            items = (item for item in read_sources([path], self._scope.base) if isinstance(item, Item))
            chosen = (item for item in items if SourceRecord(origin, digest(item)) in wanted[origin])
            for read in read_items(chosen):
                source = SourceRecord(origin, digest(read.item))
                for release in read.releases:
                    if source in lasting.get(release.id, ()):
                        self._keep(release, source, read.item)

    def _take_stored(self, id: str, remaining: Sequence[SourceRecord]) -> None:
        """Spool the stored release in place of pages and lines that could not be read again, unless a full one is new.

        They came from standard input, from a file that was moved, or were read by another version.
        """
        found = self._spooled.setdefault(id, [])
        lost = dict.fromkeys(remaining)
        for item in found:
            lost.pop(item.source, None)
        if not lost or not all(item.partial for item in found):
            return
        stored = self._writer.read(id)
        if found and stored.partial:
            return
        place = self._spool.put(stored)
        found.extend(Spooled(source, place, stored.partial) for source in lost)

    def _settle_one(self, id: str) -> None:
        found = sorted(
            self._spooled.get(id, ()), key=lambda item: (self._seen.get(item.source, -1), item.place)
        )
        if not found:
            self._writer.delete(id)
            self._removed += 1
        elif len(found) > 1 or id not in self._written:
            if id in self._written:
                self._tally(self._spool.take(found[0].place), -1)
            places = {item.place: item.partial for item in found}
            releases = [self._spool.take(place) for place in places]
            self._write(enrich(merge(releases)), dict.fromkeys(item.source for item in found))
            self._merged += len(places) > 1
            full = {item.place: item.source.origin for item in found if not item.partial}
            if len(full) > 1:
                self._repeated += 1
                if len(self._collisions) < MAX_COLLISIONS:
                    *dropped, kept = full.values()
                    self._collisions.append(Collision(id, kept, tuple(dropped)))

    def _write(self, release: Release, sources: Iterable[SourceRecord]) -> None:
        digests, origins = Ledger.print_sources(sources)
        self._writer.add(release, digest=digests, origin=origins)
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
        if len(self._failures) < MAX_FAILURES:
            self._failures.append(failure)
        if self._on_failure:
            self._on_failure(failure)
        self._notify()

    def _notify(self) -> None:
        if self._on_progress:
            self._on_progress(Progress(self._kinds.total(), len(self._written), self._failed))


def _list_above(origin: str) -> Iterator[str]:
    """Yield the name of a file, then of the directories above it."""
    while origin:
        yield origin
        origin = origin.rpartition("/")[0]
