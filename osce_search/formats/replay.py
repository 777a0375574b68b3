"""Replay: what is different today → JSON."""

from __future__ import annotations

import dataclasses

from osce_search.formats.answer import SCHEMA_VERSION, print_object
from osce_search.replay import Replay

__all__ = ["print_replay"]


def print_replay(replay: Replay) -> str:
    """What is different as a JSON object on one line."""
    value = {
        "schema_version": SCHEMA_VERSION,
        "same": replay.same,
        "question": replay.results.read_as,
        "total": {"before": replay.kept.total, "now": replay.results.total},
        "same_index": replay.same_index,
        "same_software": replay.same_software,
        "same_reading": replay.same_reading,
        "changes": [dataclasses.asdict(change) for change in replay.changes],
    }
    return print_object(value)
