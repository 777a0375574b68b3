"""JSON output: an answer, an analysis or a report → one JSON object, or one object a line."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Protocol, runtime_checkable

from osce_search.errors import QueryError
from osce_search.formats.characters import escape
from osce_search.formats.display import find_label, find_term
from osce_search.query import Query
from osce_search.release import Release, print_date
from osce_search.results import Explanation, FacetCounts, Hit, Receipt, Results
from osce_search.vocabulary import Term

SCHEMA_VERSION = 1
"""The version of the JSON, which docs/schema/ describes."""

HIT_FIELDS = (
    "id", "title", "date", "url", "language", "type", "source", "field", "country", "place", "snippets", "matched",
    "score", "explanation", "folded", "partial", "content_sha256", "lead", "text",
)  # fmt: skip
"""The fields of a hit; all but the last two are written by default."""

_DEFAULT = HIT_FIELDS[:-2]

_TERM = ("value", "label", "parent", "closed", "aliases")
_SCALARS = (str, int, float, bool, type(None))

Write = Callable[[str], object]


def choose_fields(names: str | None, default: Sequence[str] = _DEFAULT) -> tuple[str, ...]:
    """Return the fields of hits that are named, with commas between them. Raise QueryError for an unknown field.

    >>> choose_fields("id,title")
    ('id', 'title')
    """
    chosen = tuple(name.strip() for name in names.split(",") if name.strip()) if names else tuple(default)
    for name in chosen:
        if name not in HIT_FIELDS:
            raise QueryError(f"a hit has no field {name!r} (the fields are {', '.join(HIT_FIELDS)})")
    return chosen


@runtime_checkable
class Recordable(Protocol):
    """A value that has a JSON object of its own."""

    def to_record(self) -> Mapping[str, Any]:
        """Return the members of the object."""
        ...


def to_json(*parts: object) -> str:
    """Return one JSON object on one line: the version of the schema, then the members of each part in turn.

    A part is a mapping, a value with `to_record`, or a dataclass, whose fields become members.

    >>> to_json({"id": "7"}, Receipt("b2:01", 3, "media", "default", "osce-search 0.1.0"))  # doctest: +ELLIPSIS
    '{"schema_version": 1, "id": "7", "index": "b2:01", "generation": 3, ...}'
    """
    members: dict[str, Any] = {"schema_version": SCHEMA_VERSION}
    for part in parts:
        members |= describe(part)
    return print_object(members)


def print_object(value: object) -> str:
    """Return plain JSON on one line, safe to print."""
    return escape(json.dumps(value, ensure_ascii=False))


def describe(value: Any) -> Any:
    """Return a value as plain JSON: objects, arrays, texts and numbers."""
    if isinstance(value, _SCALARS):
        return value
    if isinstance(value, Hit):
        return describe_hit(value)
    if isinstance(value, Receipt):
        return {"index": value.fingerprint} | {name: getattr(value, name) for name in Receipt._fields[1:]}
    if isinstance(value, Term):
        return {name: describe(getattr(value, name)) for name in _TERM}
    if isinstance(value, Explanation):
        parts = {"parts": describe(value.parts)} if value.parts else {}
        return {"value": value.value, "text": value.text} | parts
    if isinstance(value, Recordable):
        value = value.to_record()
    elif dataclasses.is_dataclass(value):
        value = {field.name: getattr(value, field.name) for field in dataclasses.fields(value)}
    elif isinstance(value, tuple) and hasattr(value, "_asdict"):
        value = value._asdict()
    if isinstance(value, Mapping):
        return {name: describe(item) for name, item in value.items()}
    return [describe(item) for item in value]


def describe_hit(hit: Hit, fields: Iterable[str] = _DEFAULT) -> dict[str, Any]:
    """Return the JSON object of a hit."""
    found = ((name, _READERS[name](hit)) for name in fields)
    return {name: value for name, value in found if value is not _NOTHING}


def write_answer(results: Results, query: Query, write: Write, fields: Sequence[str] = _DEFAULT) -> None:
    """Write an answer as one JSON object. Each hit is written on a line of its own as soon as it is read."""
    query_text = print_object(_describe_query(results, query))
    total = print_object({"value": results.total, "relation": "eq", "unit": "release"})
    write(f'{{"schema_version": {SCHEMA_VERSION},\n "query": {query_text},\n "total": {total},\n "hits": [')
    shown = 0
    for hit in results.hits:
        write(f"{',' if shown else ''}\n  {print_object(describe_hit(hit, fields))}")
        shown += 1
    facets = ",\n  ".join(
        f"{json.dumps(name)}: {print_object(_describe_facet(f))}" for name, f in results.facets.items()
    )
    end = query.offset + shown
    page = {
        "limit": query.limit,
        "offset": query.offset,
        "next": end if shown and end < results.total else None,
    }
    receipt = print_object(describe(results.receipt))
    write(f'],\n "facets": {{{facets}}},\n "page": {print_object(page)},\n "receipt": {receipt}}}\n')


def write_lines(results: Results, write: Write, fields: Sequence[str] = _DEFAULT) -> None:
    """Write the hits as JSONL: the objects of `hits` in an answer, one a line."""
    for hit in results.hits:
        write(print_object(describe_hit(hit, fields)) + "\n")


def write_reading(results: Results, query: Query, write: Write) -> None:
    """Write how a query is read, as one JSON object without hits."""
    write(to_json({"query": _describe_query(results, query)}) + "\n")


def _describe_query(results: Results, query: Query) -> dict[str, Any]:
    names = ("expansions", "notes", "relaxed", "dropped", "suggestions")
    found = {name: describe(getattr(results, name)) for name in names}
    return query.to_record() | {"parsed": results.read_as, **found}


def _describe_facet(counts: FacetCounts) -> dict[str, Any]:
    other = counts.other
    return {
        "label": counts.label,
        "mode": "disjunctive",
        "exact": True,
        "buckets": [
            {"value": b.value, "label": b.label, "count": b.count, "of": b.of, "selected": b.selected}
            | ({} if b.lift is None else {"lift": round(b.lift, 4)})
            for b in counts.buckets
        ],
        "missing": counts.missing,
        "missing_selected": counts.missing_selected,
        "other": {"values": other.values, "documents": other.releases},
    }


def _describe_date(release: Release) -> dict[str, Any] | None:
    if release.date is None:
        return None
    return {
        "value": print_date(release.date, release.date_precision),
        "precision": release.date_precision,
        "source": release.origin_of("date"),
    }


def _describe_values(release: Release, facet: str, key: str) -> list[dict[str, Any]]:
    described = []
    for value in getattr(release, facet):
        entry: dict[str, Any] = {key: value, "label": find_label(facet, value)}
        if facet == "source":
            term = find_term(facet, value)
            entry["closed"] = bool(term and term.closed)
        described.append(entry | {"origin": release.origin_of(facet, value)})
    return described


_NOTHING = object()

_READERS: Mapping[str, Callable[[Hit], Any]] = {
    "id": lambda hit: hit.id,
    "title": lambda hit: hit.title,
    "date": lambda hit: _describe_date(hit.release),
    "url": lambda hit: hit.url,
    "language": lambda hit: hit.release.language,
    "type": lambda hit: hit.release.type,
    "source": lambda hit: _describe_values(hit.release, "source", "slug"),
    "field": lambda hit: _describe_values(hit.release, "field", "slug"),
    "country": lambda hit: _describe_values(hit.release, "country", "code"),
    "place": lambda hit: list(hit.release.place),
    "snippets": lambda hit: describe(hit.snippets),
    "matched": lambda hit: describe(hit.matched),
    "score": lambda hit: hit.score,
    "explanation": lambda hit: describe(hit.explanation) if hit.explanation else _NOTHING,
    "folded": lambda hit: hit.folded or _NOTHING,
    "partial": lambda hit: True if hit.release.partial else _NOTHING,
    "content_sha256": lambda hit: hit.release.content_sha256,
    "lead": lambda hit: hit.release.lead,
    "text": lambda hit: hit.release.text,
}
