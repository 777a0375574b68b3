"""Searches: queries that are saved under a name, with the ids that they have found so far."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from osce_search.errors import QueryError
from osce_search.query import Query

__all__ = ["SYNTAX_VERSION", "SavedSearch", "SearchStore", "find_store"]

SYNTAX_VERSION = 1
"""The version of the query language. A search that was saved in another version is refused instead of misread."""

_NAME = re.compile(r"\w[\w.-]{0,63}", re.ASCII)


@dataclass(frozen=True, slots=True)
class SavedSearch:
    """A query saved under a name. `seen` holds the ids of all its hits so far; it is None before the first run."""

    name: str
    query: Query
    seen: frozenset[str] | None = None

    def note(self, ids: Iterable[str]) -> SavedSearch:
        """Return the search with more ids seen: what was seen once is never new again."""
        return replace(self, seen=(self.seen or frozenset()) | frozenset(ids))


class SearchStore:
    """The saved searches of a directory, one file each."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory

    def names(self) -> list[str]:
        """Return the names of all saved searches, sorted."""
        return sorted(path.stem for path in self.directory.glob("*.json") if _NAME.fullmatch(path.stem))

    def load(self, name: str) -> SavedSearch:
        """Return the search of that name. Raise QueryError if there is none, or if it cannot be read."""
        path = self._path(name)
        try:
            value = json.loads(path.read_text(encoding="utf-8"))
            if value["syntax_version"] != SYNTAX_VERSION:
                raise QueryError(
                    f"the search {name!r} was saved in another version of the query language; save it again"
                )
            seen = None if value["seen"] is None else frozenset(map(str, value["seen"]))
            return SavedSearch(name, Query.from_record(value["query"]), seen)
        except FileNotFoundError as error:
            raise self._explain_missing(name) from error
        except (ValueError, KeyError, TypeError, RecursionError) as error:
            raise QueryError(f"{path}: not a saved search ({error}); save it again, or remove it") from error

    def add(self, search: SavedSearch, *, replace: bool = False) -> None:
        """Save a new search. Raise QueryError if its name is taken, unless `replace` is true."""
        if not replace and self._path(search.name).exists():
            raise QueryError(
                f"a search is saved as {search.name!r} already; replace it with --replace, or take another name"
            )
        self.save(search)

    def save(self, search: SavedSearch) -> None:
        """Save a search, in place of one of the same name."""
        path = self._path(search.name)
        value = {
            "syntax_version": SYNTAX_VERSION,
            "query": search.query.to_record(),
            "seen": None if search.seen is None else sorted(search.seen),
        }
        self.directory.mkdir(parents=True, exist_ok=True)
        part = path.with_name(f".{path.name}.{os.getpid()}")
        try:
            # UTF-8 cannot encode half of a surrogate pair; JSON has an escape sequence for it.
            with part.open("w", encoding="utf-8", errors="backslashreplace") as file:
                file.write(json.dumps(value, ensure_ascii=False, indent=1))
                file.flush()
                # Otherwise a power cut could lose what was seen, and all of it would be new again.
                os.fsync(file.fileno())
            part.replace(path)
        finally:
            part.unlink(missing_ok=True)

    def remove(self, name: str) -> None:
        """Remove a search. Raise QueryError if there is none of that name."""
        try:
            self._path(name).unlink()
        except FileNotFoundError as error:
            raise self._explain_missing(name) from error

    def _explain_missing(self, name: str) -> QueryError:
        known = ", ".join(self.names()) or "none"
        return QueryError(f"no search is saved as {name!r} (saved searches: {known})")

    def _path(self, name: str) -> Path:
        if not _NAME.fullmatch(name):
            raise QueryError(
                f"{name[:80]!r} cannot be the name of a search: use up to 64 letters, digits, dots, dashes and "
                "underscores, and begin with a letter, digit or underscore"
            )
        return self.directory / f"{name}.json"


def find_store() -> SearchStore:
    """Return the saved searches of this user, in `$XDG_STATE_HOME/osce-search/searches`.

    A relative `$XDG_STATE_HOME` is ignored, as the XDG Base Directory Specification says.
    """
    state = Path(os.environ.get("XDG_STATE_HOME", ""))
    home = state if state.is_absolute() else Path.home() / ".local" / "state"
    return SearchStore(home / "osce-search" / "searches")
