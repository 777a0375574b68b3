"""Leftovers: the files in the directory of an index × its generation → those that no one needs, removed."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator
from pathlib import Path

from osce_search.errors import IndexMissing, IndexUnavailable
from osce_search.index.generation import FILE, NEW, TOC, Generation, read_generation
from osce_search.index.segment import INDEX_NAME

__all__ = ["ensure_own", "find_own", "has_files", "remove_leftovers"]

_OWN = re.compile(rf"{INDEX_NAME}_[0-9a-f]{{16}}(\.\w+)+", re.ASCII)


def ensure_own(directory: Path) -> None:
    """Raise IndexUnavailable where a directory holds an index of Whoosh that is not one of ours.

    Ours has the name that Whoosh gives where none is given, and would take the place of it.
    """
    if (directory / FILE).exists() or not any(directory.glob(f"{INDEX_NAME}_*.seg")):
        return
    raise IndexUnavailable(
        f"{directory}: an index in it was made with Whoosh alone; keep this one elsewhere, with --index DIRECTORY",
        path=str(directory),
    )


def has_files(directory: Path, generation: Generation) -> bool:
    """Whether all files that a generation names are there, damaged or not: else it may be older than they are."""
    return all((directory / name).exists() for name, _ in generation.files())


def find_own(directory: Path, part: str) -> list[Path]:
    """The files of that ending with names as only we give them, by name."""
    return sorted(path for path in directory.glob(f"*.{part}") if _OWN.fullmatch(path.name))


def remove_leftovers(directory: Path) -> None:
    """Remove what a crash or an older generation left: files with names as only we give them that no generation names.

    What the generation is, the disk says and not a writer: that may have failed or been interrupted just after
    it published. Where the disk does not say, or says what is not there, all files stay until a commit has replaced
    them: the index may be among those that seem to be left over.
    """
    try:
        current = read_generation(directory)
    except IndexMissing:
        current = Generation(0, (), 0)
    except IndexUnavailable:
        return
    if not has_files(directory, current):
        return
    for path in _find_leftovers(directory, current):
        # Where a reader holds the file and the system minds, the next writer tries again.
        with contextlib.suppress(OSError):
            path.unlink()


def _find_leftovers(directory: Path, current: Generation) -> Iterator[Path]:
    kept = {name for name, _ in current.files()} | {f"_{INDEX_NAME}_{current.number}.toc"}
    for path in directory.iterdir():
        if path.name in kept:
            continue
        if path.name == NEW or _OWN.fullmatch(path.name) or TOC.fullmatch(path.name):
            yield path
