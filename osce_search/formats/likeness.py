"""Likeness: similar releases, and quotations → JSON, JSONL or ids."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

from osce_search.analyses import Likeness
from osce_search.formats.answer import SCHEMA_VERSION, describe_hit, describe_receipt, print_object
from osce_search.formats.characters import neutralise
from osce_search.quotation import Quotation
from osce_search.release import Release

__all__ = ["write_likeness", "write_quotation"]

Write = Callable[[str], object]


def write_likeness(release: Release, found: Likeness, format_name: str, write: Write) -> None:
    """Write what is like a release: as an object with the words that were searched, as lines of hits, or as ids."""
    if format_name == "json":
        hits = [describe_hit(hit) for hit in found.hits]
        terms = [dataclasses.asdict(term) for term in found.terms]
        head = {"schema_version": SCHEMA_VERSION, "id": release.id, "terms": terms, "total": found.total}
        rest = {"notes": found.notes, "receipt": describe_receipt(found.receipt)}
        write(print_object({**head, "hits": hits, **rest}) + "\n")
        return
    for hit in found.hits:
        write((neutralise(hit.id) if format_name == "ids" else print_object(describe_hit(hit))) + "\n")


def write_quotation(release: Release, found: Quotation, write: Write) -> None:
    """Write where a quotation stands as a JSON object."""
    head = {"schema_version": SCHEMA_VERSION, "id": release.id, "url": release.url}
    content = {"content_sha256": release.content_sha256}
    write(print_object({**head, **dataclasses.asdict(found), **content}) + "\n")
