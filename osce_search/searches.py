"""Searches: questions that were saved under a name, and what they had answered when they were last run."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from osce_search.errors import QueryError
from osce_search.query import Query

__all__ = ["SYNTAX_VERSION", "Search", "Shelf", "find_shelf"]

SYNTAX_VERSION = 1
"""The version of the language of questions; a search that was saved in another is refused, not misread."""

_NAME = re.compile(r"\w[\w.-]{0,63}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Search:
    """A query saved under a name. `seen` holds the ids of all its hits so far, None before the first run."""

    name: str
    query: Query
    seen: frozenset[str] | None = None

    def note(self, ids: Iterable[str]) -> Search:
        """The search after an answer with these ids; what was seen once is never new again."""
        return replace(self, seen=(self.seen or frozenset()) | frozenset(ids))


class Shelf:
    """A directory of saved searches, one file each."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory

    def names(self) -> list[str]:
        """The names of all saved searches."""
        return sorted(path.stem for path in self.directory.glob("*.json") if _NAME.fullmatch(path.stem))

    def load(self, name: str) -> Search:
        """The search of that name; raises QueryError where there is none, or it cannot be read."""
        path = self._path(name)
        try:
            value = json.loads(path.read_text(encoding="utf-8"))
            if value["syntax_version"] != SYNTAX_VERSION:
                raise QueryError(
                    f"the search {name!r} was saved in another version of the language; save it anew"
                )
            seen = None if value["seen"] is None else frozenset(map(str, value["seen"]))
            return Search(name, Query.from_record(value["query"]), seen)
        except FileNotFoundError as error:
            raise self._explain_missing(name) from error
        except (ValueError, KeyError, TypeError, RecursionError) as error:
            raise QueryError(f"{path}: not a saved search ({error}); save it anew, or remove it") from error

    def save(self, search: Search) -> None:
        """Put a search on the shelf, in the place of one of the same name."""
        path = self._path(search.name)
        value = {
            "syntax_version": SYNTAX_VERSION,
            "query": search.query.to_record(),
            "seen": None if search.seen is None else sorted(search.seen),
        }
        self.directory.mkdir(parents=True, exist_ok=True)
        part = path.with_name(f".{path.name}.{os.getpid()}")
        try:
            # Half of a surrogate pair, which is no UTF-8, becomes the escape that JSON has for it.
            with part.open("w", encoding="utf-8", errors="backslashreplace") as file:
                file.write(json.dumps(value, ensure_ascii=False, indent=1))
                file.flush()
                # What was seen would else be gone after a power cut, and all of it told as new.
                os.fsync(file.fileno())
            part.replace(path)
        finally:
            part.unlink(missing_ok=True)

    def remove(self, name: str) -> None:
        """Take a search off the shelf; raises QueryError where there is none."""
        try:
            self._path(name).unlink()
        except FileNotFoundError as error:
            raise self._explain_missing(name) from error

    def _explain_missing(self, name: str) -> QueryError:
        known = ", ".join(self.names()) or "there are none"
        return QueryError(f"no search is saved as {name!r} ({known})")

    def _path(self, name: str) -> Path:
        if not _NAME.fullmatch(name):
            raise QueryError(
                f"{name[:80]!r} is no name of a search: up to 64 letters, digits, dots, dashes and underscores, "
                "the first of them no dot or dash"
            )
        return self.directory / f"{name}.json"


def find_shelf() -> Shelf:
    """The shelf of this user: `$XDG_STATE_HOME/osce-search/searches`.

    A path that is not absolute counts as none, as the XDG Base Directory Specification has it.
    """
    state = Path(os.environ.get("XDG_STATE_HOME", ""))
    home = state if state.is_absolute() else Path.home() / ".local" / "state"
    return Shelf(home / "osce-search" / "searches")
