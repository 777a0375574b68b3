"""Questions: what was typed, with its options → a Query."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from typing import Any, cast

import click

from osce_search.cli.options import ONLY
from osce_search.errors import QueryError
from osce_search.query import MISSING, Collapse, Filter, Query, Sort, Tags, is_address
from osce_search.schema import facet as facet_of

__all__ = ["read_asked", "read_id", "read_page"]

_VALUE = re.compile(r"(?:\\.|[^,])+", re.DOTALL)
_ESCAPED = re.compile(r"\\([\\,])")


def read_asked(text: Sequence[str], options: Mapping[str, Any], **changes: Any) -> Query:
    """The question that arguments and options put; raises QueryError and UsageError."""
    joined = " ".join(text)
    click.get_current_context().meta["question"] = joined
    since, until = _read_days(options)
    return Query(
        text=joined,
        filters=_read_filters(options),
        since=since,
        until=until,
        profile=options["profile"],
        expand=not options["no_expand"],
        tags=cast(Tags, options["tags"]),
        collapse=cast(Collapse, options["collapse"]),
        operator="any" if options["operator"] else "all",
        strict=options["strict"],
        **changes,
    )


def read_id(typed: str) -> str:
    """The id of a release: what was typed, or what the address of its page ends in.

    >>> read_id("574126"), read_id("https://www.osce.org/node/574126")
    ('574126', '574126')
    """
    if not is_address(typed):
        return typed
    from osce_search.parser.address import read_address

    return read_address(typed).id or typed


def read_page(options: Mapping[str, Any], default: int = 10) -> dict[str, Any]:
    """Limit, offset and order, as a Query has them."""
    limit = default if options["limit"] is None else options["limit"]
    if options["everything"] and (options["limit"] is not None or options["page"]):
        raise click.UsageError("--all excludes --limit and --page.")
    if options["page"] and options["offset"] is not None:
        raise click.UsageError("--page and --offset exclude each other.")
    offset = (options["page"] - 1) * limit if options["page"] else options["offset"] or 0
    return {
        "limit": None if options["everything"] else limit,
        "offset": offset,
        "sort": cast(Sort, options.get("sort", "relevance")),
    }


def _read_filters(options: Mapping[str, Any]) -> tuple[Filter, ...]:
    wanted: dict[str, list[str]] = {}
    unwanted: dict[str, list[str]] = {}
    for name in ONLY:
        for text in options[f"only_{name}"]:
            wanted.setdefault(name, []).extend(_split(name, text))
    for chosen, flag, given in (
        (wanted, "--filter", options["filters"]),
        (unwanted, "--not", options["excluded"]),
    ):
        for text in given:
            name, equals, values = text.partition("=")
            if not equals:
                raise click.UsageError(
                    f"{flag} takes a facet and a value, as in country=BA; {text!r} has no '='."
                )
            facet = facet_of(name.strip()).name
            chosen.setdefault(facet, []).extend(_split(facet, values))
    for text in options["missing"]:
        wanted.setdefault(facet_of(text).name, []).append(MISSING)
    every = {facet_of(name).name for name in options["match_all"]}
    if idle := every - wanted.keys():
        raise click.UsageError(f"--match-all {min(idle)} needs values of {min(idle)} to match.")
    kept = [Filter(name, tuple(values), "all" if name in every else "any") for name, values in wanted.items()]
    return (*kept, *(Filter(name, tuple(values), "none") for name, values in unwanted.items()))


def _split(facet: str, text: str) -> list[str]:
    """The values in a text: one if a vocabulary knows it whole, else those between the commas.

    A comma or a backslash behind a backslash is part of a value.
    """
    from osce_search.vocabulary import vocabulary

    table = facet_of(facet).vocabulary
    whole = "," in text and table and vocabulary(table).resolve(text)
    parts = [text] if whole else [_ESCAPED.sub(r"\1", part) for part in _VALUE.findall(text)]
    values = [stripped for part in parts if (stripped := part.strip())]
    if not values:
        raise QueryError(f"the value of {facet} is empty")
    return values


def _read_days(options: Mapping[str, Any]) -> tuple[dt.date | None, dt.date | None]:
    since, until, on = options["since"], options["until"], options["on"]
    if since is until is on is None:
        return None, None
    if on is not None:
        if since is not None or until is not None:
            raise click.UsageError("--on excludes --since and --until.")
        return _read_range("--on", on)
    first = _read_range("--since", since)[0] if since is not None else None
    last = _read_range("--until", until)[1] if until is not None else None
    if first and last and first > last:
        raise QueryError(f"--since {since} is later than --until {until}; exchange them")
    return first, last


def _read_range(flag: str, text: str) -> tuple[dt.date, dt.date]:
    from osce_search.parser.dates import parse_range

    try:
        return parse_range(text)
    except QueryError as error:
        raise QueryError(f"{flag}: {error}", suggestion=error.suggestion) from error
