"""Coverage: what an index holds → JSON."""

from __future__ import annotations

import dataclasses

from osce_search.coverage import Coverage
from osce_search.formats.answer import SCHEMA_VERSION, print_object

__all__ = ["print_coverage"]


def print_coverage(coverage: Coverage, fingerprint: str, generation: int) -> str:
    """What an index holds as a JSON object on one line."""
    head = {"schema_version": SCHEMA_VERSION, "index": fingerprint, "generation": generation}
    return print_object({**head, **dataclasses.asdict(coverage)})
