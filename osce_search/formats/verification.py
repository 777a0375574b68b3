"""Verification: what a check of an index found → JSON."""

from __future__ import annotations

import dataclasses

from osce_search.formats.answer import SCHEMA_VERSION, print_object
from osce_search.index.check.verification import Verification

__all__ = ["print_verification"]


def print_verification(found: Verification, lost: int | None = None) -> str:
    """What was found as a JSON object on one line; `lost` is how many releases a repair, if any, could not save."""
    repaired = None if lost is None else {"lost": lost}
    record = {"schema_version": SCHEMA_VERSION, "sound": not found.problems, **dataclasses.asdict(found)}
    return print_object({**record, "repaired": repaired})
