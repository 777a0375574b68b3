"""Writer: releases → the next generation of an index, which readers see completely or not at all."""

from __future__ import annotations

import contextlib
import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from types import TracebackType

import numpy as np

from osce_search.errors import IndexMissing, IndexUnavailable
from osce_search.index.neighbours import LIMIT, write_neighbours
from osce_search.index.segment.buffer import Buffer
from osce_search.index.segment.columns import SegmentReader, write_deleted
from osce_search.index.segment.merge import choose, merge
from osce_search.index.storage.arrays import Stamp
from osce_search.index.storage.durability import explain, force_directory, make_directory
from osce_search.index.storage.generation import (
    Generation,
    Segment,
    ensure_own,
    find_last_number,
    publish,
    read_generation,
    remove_leftovers,
)
from osce_search.index.storage.lock import WriterLock
from osce_search.release import Release

MEMORY = 192 << 20
"""The memory for releases and postings that a writer uses by default, in bytes."""


@dataclass(frozen=True, slots=True)
class Commit:
    """The result of a commit: the number of the generation, and the number of releases added, deleted and in total."""

    generation: int
    added: int
    deleted: int
    total: int


class IndexWriter:
    """Adds, replaces and deletes releases. Readers see nothing of it before `commit`.

    There is one writer at a time. Another one waits `wait` seconds and then raises IndexLocked, which names the process
    that holds the lock. Leaving the `with` block without `commit` leaves the index unchanged. `create` creates the
    directory and an empty index if there is none. `rebuild` starts with no releases; the old index stays readable until
    the commit. `memory` is the number of bytes that are held before a segment is written. `neighbours` is the number of
    releases up to which a commit finds similar releases; True is any number, and False none. Without them, ranking
    profiles ignore similar releases.
    """

    def __init__(
        self,
        path: str | Path,
        *,
        wait: float = 0,
        create: bool = True,
        rebuild: bool = False,
        memory: int = MEMORY,
        software: str = "",
        neighbours: int | bool = LIMIT,
    ) -> None:
        # A program may change its working directory while it writes.
        self.path = path = Path(path).absolute()
        self._neighbours = neighbours
        self._memory = memory
        self._software = software
        if not create and not path.is_dir():
            read_generation(path)
        with self._explained():
            if create:
                make_directory(path)
            self._lock = WriterLock(path, wait)
        try:
            with self._explained():
                ensure_own(path)
                self._base = self._begin(create, rebuild)
                self._open()
        except BaseException:
            self._lock.release()
            raise

    @contextlib.contextmanager
    def _explained(self) -> Iterator[None]:
        """Turn an OSError into an error that says what to do."""
        try:
            yield
        except OSError as error:
            raise explain(self.path, error) from error

    def _begin(self, create: bool, rebuild: bool) -> Generation:
        empty = Generation(0, (), 0)
        try:
            current = read_generation(self.path)
        except IndexMissing:
            if not create:
                raise
            return empty
        except IndexUnavailable:
            if not rebuild:
                raise
            return replace(empty, number=find_last_number(self.path))
        return replace(empty, number=current.number) if rebuild else current

    def _open(self) -> None:
        # Windows removes no file that this writer itself has open.
        self._old: dict[str, SegmentReader] = {}
        remove_leftovers(self.path)
        self._buffer = Buffer()
        self._written: list[Segment] = []
        self._total = self._base
        self._gone: dict[str, set[int]] = {}
        self._added = self._deleted = 0
        self._old = {segment.name: SegmentReader(self.path, segment) for segment in self._base.segments}
        # For each release the name of its segment and its number there.
        self._places: dict[str, tuple[str, int]] = {}
        for name, reader in self._old.items():
            docs = zip(reader.live_ids(), reader.live_docs.tolist(), strict=True)
            self._places.update((id.decode(), (name, doc)) for id, doc in docs)
        self._ledger: dict[str, tuple[str, str]] | None = None
        self._is_open = True

    def _ensure_open(self) -> None:
        """Read the index again after a commit.

        The commit itself does not: once it has published, nothing may fail any more.
        """
        self._lock.ensure_held()
        if not self._is_open:
            with self._explained():
                self._open()

    def __contains__(self, id: str) -> bool:
        self._ensure_open()
        return id in self._places or id in self._buffer

    def _entries(self) -> dict[str, tuple[str, str]]:
        self._ensure_open()
        if self._ledger is None:
            ledgers = {name: reader.records.ledger() for name, reader in self._old.items()}
            self._ledger = {
                id: ledgers[name][doc] for id, (name, doc) in self._places.items() if name in ledgers
            }
        return self._ledger

    def digests(self) -> dict[str, str]:
        """Map the id of each release to its recorded digest, as the index was before this writer."""
        return {id: digest for id, (digest, _) in self._entries().items()}

    def origins(self) -> dict[str, str]:
        """Map the id of each release to where it was read from, as the index was before this writer."""
        return {id: origin for id, (_, origin) in self._entries().items()}

    def read(self, id: str) -> Release:
        """Return the release with an id, as the index was before this writer. Raise KeyError if there is none."""
        self._ensure_open()
        name, doc = self._places[id]
        return self._old[name].records.release(doc)

    def add(self, release: Release, *, digest: str = "", origin: str = "") -> None:
        """Add a release. It replaces the one with the same id."""
        self._ensure_open()
        # If this release cannot be added, the old one stays.
        self._buffer.add(release, digest, origin)
        self._leave_out(release.id)
        self._added += 1
        if self._buffer.bytes > self._memory:
            with self._explained():
                self._flush()

    def delete(self, id: str) -> bool:
        """Delete the release with an id. Return whether there was one."""
        self._ensure_open()
        found = self._leave_out(id) or self._buffer.discard(id)
        self._deleted += found
        return found

    def _leave_out(self, id: str) -> bool:
        """Mark the release with an id as deleted in its segment. Return whether there was one."""
        place = self._places.pop(id, None)
        if place is None:
            return False
        name, doc = place
        self._gone.setdefault(name, set()).add(doc)
        return True

    def _flush(self) -> None:
        if not len(self._buffer):
            return
        segment = self._buffer.write(self.path)
        self._total = replace(self._total, total=self._total.plus(self._buffer.hashes()))
        self._places.update((id, (segment.name, doc)) for doc, id in enumerate(self._buffer.ids()))
        self._written.append(segment)
        self._buffer = Buffer()

    def commit(self, *, optimize: bool = False) -> Commit:
        """Publish all changes since the last commit as the next generation.

        `optimize` merges all segments into one. Otherwise segments are merged when there are enough of similar size.
        Raise IndexUnavailable if the disk refuses; the index is then unchanged, and the commit can be tried again.
        """
        self._ensure_open()
        self._lock.ensure_in_place()
        with self._explained():
            generation = self._write(optimize)
            self._lock.ensure_in_place()
            publish(self.path, generation)
        done = Commit(generation.number, self._added, self._deleted, generation.releases)
        self._base, self._is_open, self._old = generation, False, {}
        with contextlib.suppress(OSError):
            remove_leftovers(self.path)
        return done

    def _write(self, optimize: bool) -> Generation:
        """Write the files of the next generation, durably."""
        self._flush()
        total = self._total.plus(self._gone_hashes(), -1)
        segments = [self._with_deletions(segment) for segment in (*self._base.segments, *self._written)]
        segments = self._merge([segment for segment in segments if segment.live], optimize)
        generation = Generation(
            self._base.number + 1,
            tuple(segments),
            total,
            dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
            self._software,
            self._find_neighbours(segments),
        )
        # Whoosh is loaded only here: a writer that does not commit has no need of it.
        from osce_search.index.codec import write_toc

        generation = replace(generation, toc=write_toc(self.path, generation))
        force_directory(self.path)
        return generation

    def _reader(self, segment: Segment) -> SegmentReader:
        return self._old.get(segment.name) or SegmentReader(self.path, segment)

    def _gone_hashes(self) -> Iterator[bytes]:
        """Yield the record hash of each release that was deleted or replaced since the last commit."""
        for segment in (*self._base.segments, *self._written):
            if gone := self._gone.get(segment.name):
                yield from (row.tobytes() for row in self._reader(segment).hashes[sorted(gone)])

    def _find_neighbours(self, segments: list[Segment]) -> tuple[str, Stamp] | None:
        count = sum(segment.live for segment in segments)
        if not count or not (self._neighbours is True or count <= self._neighbours):
            return None
        if tuple(segments) == self._base.segments and self._base.neighbours:
            return self._base.neighbours
        return write_neighbours(self.path, [SegmentReader(self.path, segment) for segment in segments])

    def _with_deletions(self, segment: Segment) -> Segment:
        gone = self._gone.get(segment.name)
        if not gone:
            return segment
        fresh = np.array(sorted(gone), np.int64)
        before = self._reader(segment).deleted
        return write_deleted(self.path, segment, fresh if before is None else np.union1d(before, fresh))

    def _merge(self, segments: list[Segment], optimize: bool) -> list[Segment]:
        if optimize:
            is_needed = len(segments) > 1 or any(segment.deleted_count for segment in segments)
            groups = [segments] if is_needed else []
        else:
            groups = choose(segments)
        while groups:
            for group in groups:
                readers = [SegmentReader(self.path, segment) for segment in group]
                merged = merge(self.path, readers, self._memory)
                place = segments.index(group[0])
                segments = [segment for segment in segments if segment not in group]
                if merged.documents:
                    segments.insert(place, merged)
            groups = [] if optimize else choose(segments)
        return segments

    def close(self) -> None:
        """Release the index. Uncommitted changes are lost."""
        if self._lock.is_held:
            self._old = {}
            try:
                # If the disk refuses, the next writer removes the leftovers.
                with contextlib.suppress(OSError):
                    if self._lock.is_in_place:
                        remove_leftovers(self.path)
            finally:
                self._lock.release()

    def __enter__(self) -> IndexWriter:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
