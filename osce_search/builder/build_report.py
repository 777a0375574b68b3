"""Build report: what a build did, as numbers and names."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Failure:
    """A page, a line or a file that is not in the index; `where` names it and `reason` says why.

    `kind` is "page", "record", or "file" if the file was not even opened. A failure of kind "review" is a release that
    is in the index and lost a large share of its text. `sha256` is the checksum of its bytes, if they were read.
    """

    where: str
    reason: str
    kind: str
    size: int = 0
    sha256: str = ""


@dataclass(frozen=True, slots=True)
class UnknownLabel:
    """A label that no vocabulary knows; `count` of the written releases have it, unchanged."""

    facet: str
    label: str
    count: int


@dataclass(frozen=True, slots=True)
class Collision:
    """A release with several full texts: the file whose text was kept, and the files whose texts were not."""

    id: str
    kept: str
    dropped: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a build is: pages and records read or recognised, releases written, failures."""

    read: int
    written: int
    failed: int


@dataclass(frozen=True, slots=True)
class Report:
    """What a build did.

    `added`, `changed`, `unchanged` and `removed` count releases; `total` is the number of releases in the index.
    `failures` are the first of `failed`. `merged` counts releases made from several pages or records, `repeated` those
    of them with several full texts, of which `collisions` are the first. `partial` counts written releases that have
    only a teaser, `kept` those left as they were because their page cannot be read now. `dropped` counts the blocks
    between title and end that were left out of texts, `dropped_share` is their share of the characters, and `review`
    counts the releases that lost a large share.
    """

    added: int
    changed: int
    unchanged: int
    removed: int
    total: int
    generation: int
    pages: int
    records: int
    failed: int
    failures: tuple[Failure, ...]
    unknown: tuple[UnknownLabel, ...]
    merged: int = 0
    repeated: int = 0
    partial: int = 0
    kept: int = 0
    seconds: float = 0.0
    collisions: tuple[Collision, ...] = ()
    dropped: int = 0
    dropped_share: float = 0.0
    review: int = 0

    def to_record(self) -> dict[str, Any]:
        """Return the report as the JSON object of docs/schema/report-1.json, which has no collisions."""
        record = asdict(self)
        del record["collisions"]
        return record
