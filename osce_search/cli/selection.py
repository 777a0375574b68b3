"""Selection: the flags that select releases, and the words of a query → a Query."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, get_args

import click

from osce_search.cli.options import complete, group, section
from osce_search.errors import QueryError
from osce_search.query import MISSING, Collapse, Filter, Query, Tags
from osce_search.schema import facet as facet_of
from osce_search.vocabulary import vocabulary

_VALUE = re.compile(r"(?:\\.|[^,])+", re.DOTALL)
_ESCAPED = re.compile(r"\\([\\,])")

_FACET_FLAGS = {
    "country": (("--country",), "About this country: code, label or former name."),
    "field": (("--field",), "In this field of work."),
    "source": (("--source",), "Issued by this body."),
    "type": (("--type",), "Of this type, such as press-release."),
    "place": (("--place",), "With this city in the dateline."),
    "language": (("--lang", "--language"), "In this language."),
    "year": (("--year",), "Of this year, or of these: 2010..2012."),
}
"""The flags of single facets, with their help."""

_Texts = tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FilterOptions:
    """What selects releases beside the text of a query, as it was typed."""

    country: _Texts
    field: _Texts
    source: _Texts
    type: _Texts
    place: _Texts
    language: _Texts
    year: _Texts
    filters: _Texts
    excluded: _Texts
    match_all: _Texts
    missing: _Texts
    since: str | None
    until: str | None
    on: str | None
    tags: Tags
    collapse: Collapse
    operator: str | None
    no_expand: bool
    strict: bool
    profile: str

    def make_query(self, words: Sequence[str] = (), **settings: Any) -> Query:
        """Return the Query of these options and words. Raise QueryError or UsageError for what cannot be read."""
        text = " ".join(words)
        click.get_current_context().meta["question"] = text
        since, until = self._read_dates()
        return Query(
            text,
            filters=self._read_filters(),
            since=since,
            until=until,
            profile=self.profile,
            operator="any" if self.operator else "all",
            strict=self.strict,
            expand=not self.no_expand,
            tags=self.tags,
            collapse=self.collapse,
            **settings,
        )

    def _read_filters(self) -> tuple[Filter, ...]:
        wanted: dict[str, list[str]] = {}
        unwanted: dict[str, list[str]] = {}
        for name in _FACET_FLAGS:
            for text in getattr(self, name):
                wanted.setdefault(name, []).extend(_split_values(name, text))
        for chosen, flag, given in ((wanted, "--filter", self.filters), (unwanted, "--not", self.excluded)):
            for text in given:
                name, equals, values = text.partition("=")
                if not equals:
                    raise click.UsageError(
                        f"{flag} takes a facet and a value, as in country=BA; {text!r} has no '='."
                    )
                facet = facet_of(name.strip()).name
                chosen.setdefault(facet, []).extend(_split_values(facet, values))
        for text in self.missing:
            wanted.setdefault(facet_of(text).name, []).append(MISSING)
        every = {facet_of(name).name for name in self.match_all}
        if idle := every - wanted.keys():
            raise click.UsageError(f"--match-all {min(idle)} needs values of {min(idle)} to match.")
        kept = [
            Filter(name, tuple(values), "all" if name in every else "any") for name, values in wanted.items()
        ]
        return (*kept, *(Filter(name, tuple(values), "none") for name, values in unwanted.items()))

    def _read_dates(self) -> tuple[dt.date | None, dt.date | None]:
        if self.on is not None:
            if self.since is not None or self.until is not None:
                raise click.UsageError("--on excludes --since and --until.")
            return _read_range("--on", self.on)
        first = _read_range("--since", self.since)[0] if self.since is not None else None
        last = _read_range("--until", self.until)[1] if self.until is not None else None
        if first and last and first > last:
            raise QueryError(f"--since {self.since} is later than --until {self.until}; exchange them")
        return first, last


def _split_values(facet: str, text: str) -> list[str]:
    """Return the values in a text: one if a vocabulary knows it whole, otherwise those between the commas.

    A comma or a backslash behind a backslash is part of a value.
    """
    table = facet_of(facet).vocabulary
    whole = "," in text and table and vocabulary(table).resolve(text)
    parts = [text] if whole else [_ESCAPED.sub(r"\1", part) for part in _VALUE.findall(text)]
    values = [stripped for part in parts if (stripped := part.strip())]
    if not values:
        raise QueryError(f"the value of {facet} is empty")
    return values


def _read_range(flag: str, text: str) -> tuple[dt.date, dt.date]:

    from osce_search.parser.dates import parse_range  # few queries have a date

    try:
        return parse_range(text)
    except QueryError as error:
        raise QueryError(f"{flag}: {error}", suggestion=error.suggestion) from error


_in_filters = section("Filters")
_condition = complete("complete_condition")
_facet = complete("complete_facet")

filter_options = group(
    "filters",
    FilterOptions,
    [
        *(
            _in_filters(
                *flags,
                name,
                multiple=True,
                metavar="VALUE",
                help=text,
                shell_complete=complete("complete_values", name),
            )
            for name, (flags, text) in _FACET_FLAGS.items()
        ),
        _in_filters(
            "--filter",
            "filters",
            multiple=True,
            metavar="FACET=VALUE",
            shell_complete=_condition,
            help="With this value of a facet.",
        ),
        _in_filters(
            "--not",
            "excluded",
            multiple=True,
            metavar="FACET=VALUE",
            shell_complete=_condition,
            help="Without this value of a facet.",
        ),
        _in_filters(
            "--match-all",
            multiple=True,
            metavar="FACET",
            shell_complete=_facet,
            help="With all values given for it, not just any.",
        ),
        _in_filters(
            "--missing",
            multiple=True,
            metavar="FACET",
            shell_complete=_facet,
            help="With no value of this facet.",
        ),
        _in_filters(
            "--since",
            metavar="DATE",
            help="From then on: 2015, 2015-04, 2015-04-23, '30 days ago', 'last week'.",
        ),
        _in_filters("--until", metavar="DATE", help="Up to the end of that day, month or year."),
        _in_filters("--on", metavar="DATE", help="In that year, month or day."),
        _in_filters(
            "--tags",
            type=click.Choice(get_args(Tags)),
            default="both",
            show_default=True,
            help="Which labels count: printed on the page, or inferred from its text.",
        ),
        _in_filters(
            "--collapse",
            type=click.Choice(get_args(Collapse)),
            default="none",
            show_default=True,
            help="List only the first hit of each series of reports, or of each text. Counts remain those of releases.",
        ),
        _in_filters("--any", "operator", flag_value="any", help="Require any of the words, not all of them."),
        _in_filters("--no-expand", is_flag=True, help="Search only what was typed, not its other names."),
        _in_filters("--strict", is_flag=True, help="Refuse a query that is not well formed."),
        _in_filters(
            "--profile",
            default="default",
            envvar="OSCE_SEARCH_PROFILE",
            metavar="NAME",
            shell_complete=complete("complete_profile"),
            help="The ranking profile.",
        ),
    ],
)
"""What selects releases beside the text, and how the text is read."""
