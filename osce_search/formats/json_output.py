"""JSON output: an answer, an analysis or a report → one JSON object, or one object a line."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

from osce_search.errors import QueryError
from osce_search.formats.characters import escape
from osce_search.formats.display import find_label, find_term
from osce_search.query import Query
from osce_search.release import Release, print_date
from osce_search.results import Explanation, FacetCounts, Hit, Receipt, Results
from osce_search.vocabulary import Term

if TYPE_CHECKING:
    from osce_search.analyses import Likeness, Trend

SCHEMA_VERSION = 1
"""The version of the JSON that is written; docs/schema/ describes it."""

HIT_FIELDS = (
    "id", "title", "date", "url", "language", "type", "source", "field", "country", "place", "snippets", "matched",
    "score", "explanation", "folded", "partial", "content_sha256", "lead", "text",
)  # fmt: skip
"""What can be told of a hit."""

_DEFAULT = HIT_FIELDS[:-2]

Write = Callable[[str], object]


def choose_fields(names: str | None, default: Sequence[str] = _DEFAULT) -> tuple[str, ...]:
    """The fields of hits to be told, from their names with commas between; raises QueryError for others.

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
    """A value that says itself how it travels as JSON."""

    def to_record(self) -> dict[str, Any]:
        """Return the JSON object."""
        ...


def to_json(*parts: object) -> str:
    """Return one JSON object on one line: the version of the schema, then the members of each part in turn.

    A part is a mapping, a value with `to_record`, or a dataclass, whose fields become members.

    >>> to_json({"id": "7"}, Explanation(1.5, "sum"))
    '{"schema_version": 1, "id": "7", "value": 1.5, "text": "sum", "parts": []}'
    """
    members: dict[str, Any] = {"schema_version": SCHEMA_VERSION}
    for part in parts:
        members |= part if isinstance(part, dict) else _describe(part)
    return print_object(members)


def print_object(value: object) -> str:
    """Return a JSON value on one line, safe to print."""
    return escape(json.dumps(value, ensure_ascii=False, default=_describe))


def _describe(value: Any) -> dict[str, Any]:
    """Return a value as a JSON object."""
    if isinstance(value, Recordable):
        return value.to_record()
    if isinstance(value, Mapping):
        return dict(value)
    fields = {field.name: getattr(value, field.name) for field in dataclasses.fields(value)}
    return {
        name: describe_receipt(field) if isinstance(field, Receipt) else field
        for name, field in fields.items()
    }


def write_answer(results: Results, query: Query, write: Write, fields: Sequence[str] = _DEFAULT) -> None:
    """Write an answer as one JSON object, each hit on a line of its own, as they are read from the index."""
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
    write(f'],\n "facets": {{{facets}}}')
    rest: dict[str, Any] = {
        "page": _describe_page(results.total, query, shown),
        "receipt": describe_receipt(results.receipt),
    }
    write("".join(f",\n {json.dumps(name)}: {print_object(value)}" for name, value in rest.items()) + "}\n")


def write_lines(results: Results, write: Write, fields: Sequence[str] = _DEFAULT) -> None:
    """Write hits as JSONL: the objects that `hits` of a whole answer holds, one a line."""
    for hit in results.hits:
        write(print_object(describe_hit(hit, fields)) + "\n")


def write_reading(results: Results, query: Query, write: Write) -> None:
    """Write how a question was read as one JSON object, without an answer."""
    write(to_json({"query": _describe_query(results, query)}) + "\n")


def write_trend(question: str, trend: Trend, write: Write) -> None:
    """Write a trend as a JSON object, each period with its share rounded to six places."""
    points = [dataclasses.asdict(point) | {"share": round(point.share, 6)} for point in trend.points]
    head = {"question": question, "by": trend.by, "total": trend.total, "points": points}
    rest = {"undated": trend.undated, "notes": trend.notes, "receipt": describe_receipt(trend.receipt)}
    write(to_json(head, rest) + "\n")


def write_terms(vocabulary: str, terms: Iterable[Term], write: Write) -> None:
    """Write the terms of a vocabulary as a JSON object."""
    described = [
        {
            "value": term.value,
            "label": term.label,
            "parent": term.parent,
            "closed": term.closed,
            "aliases": [alias._asdict() for alias in term.aliases],
        }
        for term in terms
    ]
    write(to_json({"vocabulary": vocabulary, "terms": described}) + "\n")


def write_likeness(release: Release, found: Likeness, write: Write) -> None:
    """Write the releases like one as a JSON object, with the terms that were searched."""
    hits = {"hits": [describe_hit(hit) for hit in found.hits], "notes": found.notes}
    head = {"id": release.id, "terms": found.terms, "total": found.total}
    write(to_json(head, hits, {"receipt": describe_receipt(found.receipt)}) + "\n")


def _describe_query(results: Results, query: Query) -> dict[str, Any]:
    return query.to_record() | {
        "parsed": results.read_as,
        "expansions": [{"typed": item.typed, "also": list(item.also)} for item in results.expansions],
        "notes": list(results.notes),
        "relaxed": results.relaxed,
        "dropped": [item._asdict() for item in results.dropped],
        "suggestions": [item._asdict() for item in results.suggestions],
    }


def describe_hit(hit: Hit, fields: Iterable[str] = _DEFAULT) -> dict[str, Any]:
    """A hit as the object that answers hold."""
    told = ((name, _TELL[name](hit)) for name in fields)
    return {name: value for name, value in told if value is not _NOTHING}


def _describe_facet(counts: FacetCounts) -> dict[str, Any]:
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
        "other": {"values": counts.other.values, "documents": counts.other.releases},
    }


def _describe_page(total: int, query: Query, shown: int) -> dict[str, Any]:
    end = query.offset + shown
    return {"limit": query.limit, "offset": query.offset, "next": end if shown and end < total else None}


def describe_receipt(receipt: Receipt | None) -> dict[str, Any] | None:
    """What an answer rests on, as the object that answers hold."""
    if receipt is None:
        return None
    return {
        "index": receipt.fingerprint,
        "generation": receipt.generation,
        "question": receipt.question,
        "profile": receipt.profile,
        "software": receipt.software,
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


def _describe_explanation(explanation: Explanation) -> dict[str, Any]:
    parts = [_describe_explanation(part) for part in explanation.parts]
    return {"value": explanation.value, "text": explanation.text} | ({"parts": parts} if parts else {})


_NOTHING = object()

_TELL: Mapping[str, Callable[[Hit], Any]] = {
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
    "snippets": lambda hit: [
        {"field": s.field, "text": s.text, "marks": [list(mark) for mark in s.marks], "offset": s.offset}
        for s in hit.snippets
    ],
    "matched": lambda hit: [reason._asdict() for reason in hit.matched],
    "score": lambda hit: hit.score,
    "explanation": lambda hit: _describe_explanation(hit.explanation) if hit.explanation else _NOTHING,
    "folded": lambda hit: hit.folded or _NOTHING,
    "partial": lambda hit: True if hit.release.partial else _NOTHING,
    "content_sha256": lambda hit: hit.release.content_sha256,
    "lead": lambda hit: hit.release.lead,
    "text": lambda hit: hit.release.text,
}
