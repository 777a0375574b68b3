"""Question: what was asked, before its text is read → JSON, and back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal, cast

from osce_search.errors import QueryError
from osce_search.query import FacetRequest, Filter, Query
from osce_search.results import Results
from osce_search.schema import facet as facet_of

if TYPE_CHECKING:
    from osce_search.backends import Index

__all__ = [
    "CHECKS",
    "QUESTION_NAMES",
    "Question",
    "describe_question",
    "print_facet_request",
    "read_facet_request",
    "read_question",
]

Operator = Literal["all", "any"]

_ORDERS = {"count": "count", "alpha": "label", "label": "label", "lift": "lift", "date": "date"}


@dataclass(frozen=True, slots=True)
class Question:
    """A question before its text is read: a Query without its tree, and how the text is to be read."""

    query: Query
    operator: Operator = "all"
    strict: bool = False

    def ask(self, index: Index, **changes: Any) -> Results:
        """The answer of an index, with the query changed where something else is wanted."""
        query = replace(self.query, **changes)
        return index.search(
            query.text,
            filters=query.filters,
            since=query.since,
            until=query.until,
            facets=query.facets,
            limit=query.limit,
            offset=query.offset,
            sort=query.sort,
            profile=query.profile,
            operator=self.operator,
            strict=self.strict,
            expand=query.expand,
            explain=query.explain,
            tags=query.tags,
            collapse=query.collapse,
            relax=query.relax,
        )

    def read(self, index: Index) -> Query:
        """The question as an index reads it, with notes on how; it is answered as it stands, not in part."""
        query = self.query
        read = index.read(
            query.text,
            filters=query.filters,
            since=query.since,
            until=query.until,
            operator=self.operator,
            strict=self.strict,
        )
        return replace(
            query,
            tree=read.tree,
            filters=read.filters,
            since=read.since,
            until=read.until,
            notes=read.notes,
            relax=False,
        )

    def check(self) -> None:
        """Nothing; raises QueryError where no index could read the question."""
        from osce_search.backends.handle import read_filters
        from osce_search.engine.profiles import profile
        from osce_search.parser import parse

        parse(self.query.text, operator=self.operator, strict=self.strict)
        read_filters(self.query.filters)
        profile(self.query.profile)


def describe_question(question: Question) -> dict[str, Any]:
    """The question as a JSON object; all of it, so that nothing has to be guessed when it is read."""
    query = question.query
    filters: dict[str, dict[str, list[str]]] = {}
    for item in query.filters:
        filters.setdefault(item.facet, {}).setdefault(item.mode, []).extend(item.values)
    return {
        "input": query.text,
        "filters": filters,
        "since": query.since.isoformat() if query.since else None,
        "until": query.until.isoformat() if query.until else None,
        "operator": question.operator,
        "strict": question.strict,
        "expand": query.expand,
        "tags": query.tags,
        "collapse": query.collapse,
        "sort": query.sort,
        "profile": query.profile,
        "limit": query.limit,
        "offset": query.offset,
        "facets": [print_facet_request(request) for request in query.facets],
    }


def read_question(value: object) -> Question:
    """The question in a JSON object as `describe_question` makes it; what is absent has its default.

    Raises QueryError for anything else.
    """
    if not isinstance(value, Mapping) or not isinstance(value.get("input", ""), str):
        raise QueryError("not a question: an object with the text under 'input' is needed")
    given: dict[str, Any] = {name: _check(name, entry) for name, entry in value.items() if name in CHECKS}
    filters = value.get("filters", {})
    facets = value.get("facets", [])
    if not isinstance(filters, Mapping) or not isinstance(facets, list):
        raise QueryError("not a question: 'filters' is an object and 'facets' a list")
    read = [
        _read_filter(name, mode, values)
        for name, modes in filters.items()
        for mode, values in (modes.items() if isinstance(modes, Mapping) else (("any", modes),))
    ]
    # Two filters of one facet are conditions beside each other, which no command and no description could say.
    if len({(item.facet, item.mode) for item in read}) < len(read):
        raise QueryError(
            "not a question: a facet stands under two names in 'filters'; put its values under one"
        )
    requests = tuple(read_facet_request(str(text), 10) for text in facets)
    operator, strict = given.pop("operator", "all"), given.pop("strict", False)
    query = replace(Query(), text=value.get("input", ""), filters=tuple(read), facets=requests, **given)
    return Question(query, operator, strict)


def read_facet_request(text: str, default: int | None) -> FacetRequest:
    """A facet with how many values at most and their order, as in `country:20:label`; raises QueryError.

    >>> read_facet_request("country:all:alpha", 10)
    FacetRequest(name='country', limit=None, order='label')
    """
    name, *rest = text.split(":")
    known = facet_of(name.strip())
    limit: int | None = default
    order = "date" if known.derived else "count"
    for part in rest:
        if part.isdecimal() and len(part) < 10:
            limit = int(part)
        elif part == "all":
            limit = None
        elif part in _ORDERS:
            order = _ORDERS[part]
        elif part:
            raise QueryError(
                f"{text!r}: after the name of a facet stand a number or 'all', and an order "
                f"({', '.join(_ORDERS)}), as in country:20:label"
            )
    return FacetRequest(known.name, limit, cast(Any, order))


def print_facet_request(request: FacetRequest) -> str:
    """A request as `read_facet_request` reads it.

    >>> print_facet_request(FacetRequest("country", None, "label"))
    'country:all:label'
    """
    return f"{request.name}:{'all' if request.limit is None else request.limit}:{request.order}"


def _date(value: Any) -> dt.date | None:
    return dt.date.fromisoformat(value) if value is not None else None


def _count(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise ValueError
    return value


def _one_of(*allowed: Any) -> Any:
    def check(value: Any) -> Any:
        if value not in allowed:
            raise ValueError
        return value

    return check


def _name(value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError
    return value


CHECKS: Mapping[str, Any] = {
    "since": _date,
    "until": _date,
    "limit": lambda value: None if value is None else _count(value),
    "offset": _count,
    "sort": _one_of("relevance", "date", "-date", "title"),
    "profile": _name,
    "expand": _one_of(True, False),
    "tags": _one_of("assigned", "inferred", "both"),
    "collapse": _one_of("none", "series", "text"),
    "operator": _one_of("all", "any"),
    "strict": _one_of(True, False),
}
"""What checks a setting of a question, by its name."""

QUESTION_NAMES = ("input", "filters", "facets", *CHECKS)
"""All names that a question as JSON has."""


def _check(name: str, value: Any) -> Any:
    try:
        return CHECKS[name](value)
    except (TypeError, ValueError) as error:
        raise QueryError(f"{value!r} is no {name}") from error


def _read_filter(name: str, mode: Any, values: Any) -> Filter:
    if mode not in ("any", "all", "none"):
        raise QueryError(f"{mode!r}: a filter is any, all or none")
    if not isinstance(values, list) or not values or not all(isinstance(value, str) for value in values):
        raise QueryError(f"the values of {name} are not a list of strings")
    return Filter(facet_of(name).name, tuple(values), mode)
