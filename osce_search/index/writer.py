"""Writer: releases → the next generation of the index, visible whole or not at all."""

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
from osce_search.index.segment.buffer import Batch
from osce_search.index.segment.merge import choose, merge
from osce_search.index.segment.segment_reader import SegmentReader, write_deleted
from osce_search.index.storage.durability import explain, force_directory, make_directory
from osce_search.index.storage.generation import (
    Generation,
    Segment,
    Stamp,
    ensure_own,
    find_last_number,
    publish,
    read_generation,
    remove_leftovers,
)
from osce_search.index.storage.lock import WriterLock
from osce_search.release import Release

MEMORY = 192 << 20
"""Bytes of releases and postings that a writer holds at most, unless told otherwise."""


@dataclass(frozen=True, slots=True)
class Commit:
    """What a commit did: the generation it made, and how many releases came, went and are there."""

    generation: int
    added: int
    deleted: int
    total: int


class IndexWriter:
    """Adds, replaces and deletes releases; nothing is seen by readers before `commit`.

    There is one writer at a time: another waits `wait` seconds and then raises IndexLocked, saying who is
    writing. Leaving the context without `commit` leaves the index as it was. `create` makes the directory
    and an empty index where there is none; `rebuild` starts from nothing, and what was there stays readable
    until the commit. `memory` bounds, in bytes, what is held before it goes to disk. `neighbours` says up to how many
    releases a commit finds the releases that are alike, True standing for any number and False for none; without them
    a ranking profile that goes by them does without.
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
        with _explained(path):
            if create:
                make_directory(path)
            self._lock = WriterLock(path, wait)
        try:
            with _explained(path):
                ensure_own(path)
                self._base = self._begin(create, rebuild)
                self._open()
        except BaseException:
            self._lock.release()
            raise

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
        # No file can be removed on Windows while this writer itself holds it.
        self._old: dict[str, SegmentReader] = {}
        remove_leftovers(self.path)
        self._batch = Batch()
        self._written: list[Segment] = []
        self._total = self._base
        self._gone: dict[str, set[int]] = {}
        self._added = self._deleted = 0
        self._old = {segment.name: SegmentReader(self.path, segment) for segment in self._base.segments}
        self._places = self._read_places()
        self._ledger: dict[str, tuple[str, str]] | None = None
        self._is_open = True

    def _ensure_open(self) -> None:
        """Read the index anew where a commit has changed it since.

        That is not done by the commit itself: once it has published, nothing may fail any more.
        """
        self._lock.ensure_held()
        if not self._is_open:
            with _explained(self.path):
                self._open()

    def _read_places(self) -> dict[str, tuple[str, int]]:
        """Where each release stands: the name of its segment and its number there."""
        places = {}
        for name, reader in self._old.items():
            live = reader.live
            for doc, id in enumerate(reader.columns.ids):
                if live is None or live[doc]:
                    places[id.decode()] = (name, doc)
        return places

    def __contains__(self, id: str) -> bool:
        self._ensure_open()
        return id in self._places or id in self._batch

    def _entries(self) -> dict[str, tuple[str, str]]:
        self._ensure_open()
        if self._ledger is None:
            ledgers = {name: reader.records.ledger() for name, reader in self._old.items()}
            self._ledger = {
                id: ledgers[name][doc] for id, (name, doc) in self._places.items() if name in ledgers
            }
        return self._ledger

    def digests(self) -> dict[str, str]:
        """The digest that was recorded with each release of the index as it was before this writer."""
        return {id: digest for id, (digest, _) in self._entries().items()}

    def origins(self) -> dict[str, str]:
        """Where each release of the index as it was before this writer was read from."""
        return {id: origin for id, (_, origin) in self._entries().items()}

    def read(self, id: str) -> Release:
        """The release of that id, as the index held it before this writer; raises KeyError where there is none."""
        self._ensure_open()
        name, doc = self._places[id]
        return self._old[name].records.release(doc)

    def add(self, release: Release, *, digest: str = "", origin: str = "") -> None:
        """Put a release in; it replaces the one of the same id."""
        self._ensure_open()
        # One that cannot be put in leaves the one that is there.
        self._batch.add(release, digest, origin)
        self._leave_out(release.id)
        self._added += 1
        if self._batch.bytes > self._memory:
            with _explained(self.path):
                self._flush()

    def delete(self, id: str) -> bool:
        """Take the release of that id out; True if there was one."""
        self._ensure_open()
        found = self._drop(id)
        self._deleted += found
        return found

    def _drop(self, id: str) -> bool:
        return self._leave_out(id) or self._batch.discard(id)

    def _leave_out(self, id: str) -> bool:
        """Mark the release of that id in a segment as deleted; True if there was one."""
        place = self._places.pop(id, None)
        if place is None:
            return False
        name, doc = place
        self._gone.setdefault(name, set()).add(doc)
        return True

    def _flush(self) -> None:
        if not len(self._batch):
            return
        batch = self._batch
        segment = batch.write(self.path)
        self._total = replace(self._total, total=self._total.plus(batch.hashes()))
        self._places.update((id, (segment.name, doc)) for doc, id in enumerate(batch.digests()))
        self._written.append(segment)
        self._batch = Batch()

    def commit(self, *, optimize: bool = False) -> Commit:
        """Publish everything since the last commit as the next generation.

        `optimize` merges all segments into one; otherwise they are merged when enough of like size have
        come together. Raises IndexUnavailable where the disk refuses: the index is then as it was, and the commit
        can be tried again.
        """
        self._ensure_open()
        self._lock.ensure_in_place()
        with _explained(self.path):
            generation = self._write(optimize)
            self._lock.ensure_in_place()
            publish(self.path, generation)
        done = Commit(generation.number, self._added, self._deleted, generation.releases)
        self._base, self._is_open, self._old = generation, False, {}
        with contextlib.suppress(OSError):
            remove_leftovers(self.path)
        return done

    def _write(self, optimize: bool) -> Generation:
        """Write all that the next generation is made of, durably."""
        self._flush()
        total = self._total.plus(self._gone_hashes(), -1)
        segments = [self._with_deletions(segment) for segment in (*self._base.segments, *self._written)]
        segments = [segment for segment in segments if segment.live]
        segments = self._merge(segments, optimize)
        generation = Generation(
            self._base.number + 1,
            tuple(segments),
            total,
            dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
            self._software,
            self._find_neighbours(segments),
        )
        force_directory(self.path)
        from osce_search.index.codec import write_toc

        write_toc(self.path, generation)
        return generation

    def _reader(self, segment: Segment) -> SegmentReader:
        return self._old.get(segment.name) or SegmentReader(self.path, segment)

    def _gone_hashes(self) -> Iterator[bytes]:
        """The record hashes of all that was deleted or replaced since the last commit."""
        for segment in (*self._base.segments, *self._written):
            gone = self._gone.get(segment.name)
            if gone:
                yield from (row.tobytes() for row in self._reader(segment).columns.hashes[sorted(gone)])

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
            whole = len(segments) > 1 or any(segment.deleted_count for segment in segments)
            groups = [segments] if whole else []
        else:
            groups = choose(segments)
        while groups:
            for group in groups:
                merged = merge(
                    self.path, [SegmentReader(self.path, segment) for segment in group], self._memory
                )
                place = segments.index(group[0])
                segments = [segment for segment in segments if segment not in group]
                if merged.documents:
                    segments.insert(place, merged)
            groups = [] if optimize else choose(segments)
        return segments

    def close(self) -> None:
        """Let go of the index; what was not committed is gone."""
        if self._lock.is_held:
            self._old = {}
            try:
                # Where the disk refuses, the next writer cleans up.
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


@contextlib.contextmanager
def _explained(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise explain(path, error) from error
