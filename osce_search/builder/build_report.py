"""Report: what a build did, as numbers and names."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Failure", "Progress", "Report", "UnknownLabel"]


@dataclass(frozen=True, slots=True)
class Failure:
    """A page, a line or a file that is not in the index; `where` names it and `reason` says why.

    `kind` is "page", "record", or "file" for what was not even opened; `sha256` is that of its bytes, where
    they were read.
    """

    where: str
    reason: str
    kind: str
    size: int = 0
    sha256: str = ""


@dataclass(frozen=True, slots=True)
class UnknownLabel:
    """A label that no vocabulary knows, kept as it is on `count` of the releases that were written."""

    facet: str
    label: str
    count: int


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a build has come: pages and records read or recognised, releases written, failures."""

    read: int
    written: int
    failed: int


@dataclass(frozen=True, slots=True)
class Report:
    """What a build did.

    `added`, `changed`, `unchanged` and `removed` count releases; `total` is how many the index holds now. `failures`
    are the first of `failed`. `merged` counts releases put together from several pages or records, `repeated` those
    of them that more than one full account was found of, `partial` those written of which only a teaser is known,
    and `kept` those left as they were because their page cannot be read any more.
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
