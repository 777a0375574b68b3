"""Replay: a saved answer × an index → what differs today."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

from osce_search.backends import Index
from osce_search.errors import QueryError
from osce_search.query import Query
from osce_search.results import Receipt, Results

__all__ = ["Change", "Replay", "SavedAnswer", "read_answer", "replay"]


@dataclass(frozen=True, slots=True)
class SavedAnswer:
    """An answer as it was saved: the query, its receipt, the total, and the id and content hash of each hit.

    `parsed` is the canonical text of the query as it was read, None if that was not saved. `relaxed` says that the hits
    have only some of the words.
    """

    query: Query
    parsed: str | None
    receipt: Receipt | None
    total: int
    hits: tuple[tuple[str, str], ...]
    relaxed: bool = False


@dataclass(frozen=True, slots=True)
class Change:
    """A hit that moved, came, went or was edited; ranks count from 1, and are None if it is not on the page."""

    id: str
    before: int | None
    now: int | None
    edited: bool = False


@dataclass(frozen=True, slots=True)
class Replay:
    """An answer compared with a saved one.

    `same_index` says whether both come from the same releases, `same_software` whether the same version answered, and
    `same_reading` whether the text is read as it was; each is None if the saved answer does not tell. A text that is
    read differently today, such as "last 3 months", was asked as it was read then.
    """

    saved: SavedAnswer
    results: Results
    changes: tuple[Change, ...]
    same_index: bool | None
    same_software: bool | None
    same_reading: bool | None = None

    @property
    def same(self) -> bool:
        """Whether total and hits are the same."""
        return not self.changes and self.saved.total == self.results.total

    def to_record(self) -> dict[str, Any]:
        """Return the JSON object of docs/schema/replay-1.json."""
        return {
            "same": self.same,
            "question": self.results.read_as,
            "total": {"before": self.saved.total, "now": self.results.total},
            "same_index": self.same_index,
            "same_software": self.same_software,
            "same_reading": self.same_reading,
            "changes": [asdict(change) for change in self.changes],
        }


def replay(index: Index, saved: SavedAnswer) -> Replay:
    """Ask the query of a saved answer again, and compare."""
    # An answer that was not relaxed is compared with one that is not relaxed either.
    asked = replace(saved.query, facets=(), relax=saved.relaxed)
    results = index.ask(asked)
    same_reading = None if saved.parsed is None else results.read_as == saved.parsed
    if same_reading is False:
        results = index.ask(replace(asked, text=saved.parsed or "", filters=(), since=None, until=None))
    now = {hit.id: (place, hit.release.content_sha256) for place, hit in enumerate(results.hits, 1)}
    before = {id: (place, digest) for place, (id, digest) in enumerate(saved.hits, 1)}
    changes = []
    for id in dict.fromkeys((*before, *now)):
        old, new = before.get(id), now.get(id)
        edited = bool(old and new and old[1] and old[1] != new[1])
        if old is None or new is None or old[0] != new[0] or edited:
            changes.append(Change(id, old[0] if old else None, new[0] if new else None, edited))
    receipt, today = saved.receipt, results.receipt
    comparable = receipt is not None and today is not None
    return Replay(
        saved,
        results,
        tuple(changes),
        receipt.fingerprint == today.fingerprint if comparable and receipt and today else None,
        receipt.software == today.software if comparable and receipt and today else None,
        same_reading,
    )


def read_answer(value: object) -> SavedAnswer:
    """Return the answer in a JSON object that `query --json` wrote. Raise QueryError for anything else."""
    if not isinstance(value, Mapping) or not isinstance(value.get("query"), Mapping):
        raise QueryError("not an answer; replay needs what `osce-search query --json` writes")
    query = Query.from_record(value["query"])
    try:
        total = int(value["total"]["value"])
        hits = tuple((str(hit["id"]), str(hit.get("content_sha256", ""))) for hit in value["hits"])
        receipt = _read_receipt(value.get("receipt"))
        parsed = value["query"].get("parsed")
    except KeyError as error:
        raise QueryError(
            f"not a whole answer: {error} is missing; write it without --fields, or with the fields id,content_sha256"
        ) from error
    except (TypeError, ValueError, AttributeError, OverflowError) as error:
        raise QueryError(f"not a whole answer: total, hits or receipt cannot be read ({error!r})") from error
    relaxed = value["query"].get("relaxed") is True
    return SavedAnswer(query, None if parsed is None else str(parsed), receipt, total, hits, relaxed)


def _read_receipt(value: Any) -> Receipt | None:
    if value is None:
        return None
    return Receipt(
        str(value["index"]),
        int(value["generation"]),
        str(value["question"]),
        str(value["profile"]),
        str(value["software"]),
    )
