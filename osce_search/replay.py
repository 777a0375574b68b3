"""Replay: an answer that was kept × an index → what is different today."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

from osce_search.backends import Index
from osce_search.errors import QueryError
from osce_search.query import Query
from osce_search.results import Receipt, Results

__all__ = ["Change", "Kept", "Replay", "read_kept", "replay"]


@dataclass(frozen=True, slots=True)
class Kept:
    """An answer as it was: the question, its receipt, the total, and of each hit the id and the hash of its text.

    `parsed` is how the question was read, in canonical text, where that was kept; `relaxed` says that the hits were
    those of a part of the question.
    """

    query: Query
    parsed: str | None
    receipt: Receipt | None
    total: int
    hits: tuple[tuple[str, str], ...]
    relaxed: bool = False


@dataclass(frozen=True, slots=True)
class Change:
    """A hit that is not where or what it was: places count from 1, and are None where it is not on the page.

    `edited` says that its text is another.
    """

    id: str
    before: int | None
    now: int | None
    edited: bool = False


@dataclass(frozen=True, slots=True)
class Replay:
    """An answer beside the one that was kept.

    `same_index` says that both rest on the same releases, `same_software` that the same version answered,
    `same_reading` that the text is read as it was; None where that was not kept. A text that is read otherwise today,
    as "last 3 months" is, was asked as it was read then.
    """

    kept: Kept
    results: Results
    changes: tuple[Change, ...]
    same_index: bool | None
    same_software: bool | None
    same_reading: bool | None = None

    @property
    def same(self) -> bool:
        """Whether total and hits are what they were."""
        return not self.changes and self.kept.total == self.results.total

    def to_record(self) -> dict[str, Any]:
        """Return the JSON object that says what is different."""
        return {
            "same": self.same,
            "question": self.results.read_as,
            "total": {"before": self.kept.total, "now": self.results.total},
            "same_index": self.same_index,
            "same_software": self.same_software,
            "same_reading": self.same_reading,
            "changes": [asdict(change) for change in self.changes],
        }


def replay(index: Index, kept: Kept) -> Replay:
    """Ask again what was asked, and compare."""
    # Hits of a part of the question would not be what was found, where nothing was relaxed then.
    asked = replace(kept.query, facets=(), relax=kept.relaxed)
    results = index.ask(asked)
    same_reading = None if kept.parsed is None else results.read_as == kept.parsed
    if same_reading is False:
        results = index.ask(replace(asked, text=kept.parsed or "", filters=(), since=None, until=None))
    now = {hit.id: (place, hit.release.content_sha256) for place, hit in enumerate(results.hits, 1)}
    before = {id: (place, digest) for place, (id, digest) in enumerate(kept.hits, 1)}
    changes = []
    for id in dict.fromkeys((*before, *now)):
        old, new = before.get(id), now.get(id)
        edited = bool(old and new and old[1] and old[1] != new[1])
        if old is None or new is None or old[0] != new[0] or edited:
            changes.append(Change(id, old[0] if old else None, new[0] if new else None, edited))
    receipt, today = kept.receipt, results.receipt
    comparable = receipt is not None and today is not None
    return Replay(
        kept,
        results,
        tuple(changes),
        receipt.fingerprint == today.fingerprint if comparable and receipt and today else None,
        receipt.software == today.software if comparable and receipt and today else None,
        same_reading,
    )


def read_kept(value: object) -> Kept:
    """The answer in a JSON object as `query --json` writes it; raises QueryError for anything else."""
    if not isinstance(value, Mapping) or not isinstance(value.get("query"), Mapping):
        raise QueryError("not an answer: what `osce-search query --json` writes is needed")
    query = Query.from_record(value["query"])
    try:
        total = int(value["total"]["value"])
        hits = tuple((str(hit["id"]), str(hit.get("content_sha256", ""))) for hit in value["hits"])
        receipt = _read_receipt(value.get("receipt"))
        parsed = value["query"].get("parsed")
    except KeyError as error:
        raise QueryError(
            f"not a whole answer: {error} is missing; keep it without --fields, or with id and content_sha256 in them"
        ) from error
    except (TypeError, ValueError, AttributeError, OverflowError) as error:
        raise QueryError(f"not a whole answer: {error!r} in total, hits or receipt") from error
    relaxed = value["query"].get("relaxed") is True
    return Kept(query, None if parsed is None else str(parsed), receipt, total, hits, relaxed)


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
