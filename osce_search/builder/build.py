"""Build: sources → index, reading only what is new."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

from osce_search.builder.accounts import Ledger
from osce_search.builder.reading import describe, read_items
from osce_search.builder.report import Failure, Progress, Report
from osce_search.builder.spool import Spool
from osce_search.builder.update import Update
from osce_search.corpus import Item, Rejected, Scope, read_sources
from osce_search.index.writer import IndexWriter
from osce_search.release import Release

__all__ = ["build", "extract_sources"]


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
