"""Masks: a condition that only filters → which documents meet it, deleted ones among them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from osce_search.index.facet_values import FacetValues
from osce_search.index.reader import Snapshot
from osce_search.index.segment.columns import days_of
from osce_search.query import MISSING, Tags

__all__ = ["has_all", "has_any", "is_dated"]

Mask = npt.NDArray[np.bool_]

_UNKNOWN = -1


def has_any(snapshot: Snapshot, facet: str, values: Sequence[str], tags: Tags) -> Mask:
    """Which documents have any of some values of a facet, or of the ids where it is "id"."""
    if facet == "id":
        mask = np.zeros(snapshot.size, bool)
        mask[[doc for doc in map(snapshot.find, values) if doc is not None]] = True
        return mask
    column = snapshot.facet(facet, tags)
    return column.mask(_ordinals(column, values) - {_UNKNOWN})


def has_all(snapshot: Snapshot, facet: str, values: Sequence[str], tags: Tags) -> Mask:
    """Which documents have every one of some values of a facet."""
    column = snapshot.facet(facet, tags)
    wanted = _ordinals(column, values)
    return np.zeros(snapshot.size, bool) if _UNKNOWN in wanted else column.mask_all(wanted)


def is_dated(snapshot: Snapshot, since: dt.date | None, until: dt.date | None) -> Mask:
    """Which documents have a date within two days, both included, either open."""
    dates = snapshot.dates
    mask: Mask = snapshot.precisions > 0
    if since is not None:
        mask &= dates >= days_of(since)
    if until is not None:
        mask &= dates <= days_of(until)
    return mask


def _ordinals(column: FacetValues, values: Sequence[str]) -> set[int]:
    """The ordinals of values, 0 for that of no value, and `_UNKNOWN` for one that no document has."""
    return {0 if value == MISSING else column.ordinals.get(value, _UNKNOWN) for value in values}
