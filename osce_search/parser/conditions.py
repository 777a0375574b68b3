"""Conditions: a name before a colon and the values after it → In or DateRange."""

from __future__ import annotations

import datetime as dt
import difflib
import re
from collections.abc import Container, Mapping
from typing import TYPE_CHECKING, Literal

from osce_search.errors import QueryError
from osce_search.parser.notes import Notes, excerpt
from osce_search.parser.scanner import Token
from osce_search.query import MISSING, In, Node, Not, disjunction, period, print_tree, selection
from osce_search.schema import TEXT_FIELDS, facet, facet_names, find_facet
from osce_search.vocabulary import vocabulary

if TYPE_CHECKING:
    from osce_search.parser.dates import Days

Kind = Literal["text", "facet", "date"]

FIELD_NAMES = (*(field.name for field in TEXT_FIELDS), *facet_names(), "id", "date", "since", "until")
"""The names that may stand before a colon, without their other spellings."""

_FIELDS: dict[str, tuple[Kind, str]] = {
    **{field.name: ("text", field.name) for field in TEXT_FIELDS},
    "headline": ("text", "title"),
    "lede": ("text", "lead"),
    "text": ("text", "body"),
    **{name: ("date", name) for name in ("date", "since", "until", "after", "before")},
    "on": ("date", "date"),
    "id": ("facet", "id"),
}
"""Map each name before a colon, other than those of facets, to its kind and its main name."""

_ANY = "*"
"""Stands for any value of a facet: `country:*` matches the releases that have a country."""

_PATTERNS = {
    "year": re.compile(r"\d{4}"),
    "month": re.compile(r"\d{4}-(?:0[1-9]|1[0-2])"),
    "id": re.compile(r".+"),
}
"""The values of the facets that have no labels."""

_OPEN = "place"
"""The facet that also has values outside its vocabulary: towns that no table lists."""

_MAX_WORDS = {"values": 8, "date": 3}
"""Maximum number of words, after the first one, of a value without quotation marks."""


class Conditions:
    """Reads the conditions among the tokens of a query.

    Relative dates count from `today`. `known` maps facets to values that need not be in a vocabulary.
    """

    def __init__(
        self,
        tokens: list[Token],
        notes: Notes,
        today: dt.date | None,
        known: Mapping[str, Container[str]],
    ) -> None:
        self._tokens = tokens
        self._notes = notes
        self._today = today or dt.date.today()
        self._known = known

    def read(self, index: int) -> tuple[Node | None, int]:
        """Return the condition at an index, or None if it is ignored, and the number of tokens read."""
        token = self._tokens[index]
        typed, size = token.values, 1
        if token.plain and token.name not in _PATTERNS:
            typed, size = self._longest(index)
        if token.kind == "date":
            days = self._days(token, typed[0])
            return (period(*days) if days else None), size
        nodes = [node for value in typed if (node := self._facet(token, value))]
        return (disjunction(nodes) if nodes else None), size

    def _longest(self, index: int) -> tuple[tuple[str, ...], int]:
        """Return the value at an index, with the plain words after it if they belong to it, and the number of tokens.

        Note a value of several words without quotation marks.
        """
        token = self._tokens[index]
        words, before = [token.values[0]], token
        for after in self._tokens[index + 1 : index + 1 + _MAX_WORDS[token.kind]]:
            if not after.plain or after.position - before.position - len(before.text) != 1:
                break
            words.append(after.leaf.text if after.leaf else after.values[0])
            before = after
        for size in range(len(words), 1, -1):
            label = " ".join(words[:size])
            value = self._resolve(token, label)
            if value is not None:
                shown = f'{token.name}:"{label}"'
                problem = f"{label} stands without quotation marks"
                self._notes.add(problem, f"read as {shown}", token.position, shown)
                return (value,), size
        return token.values, 1

    def _resolve(self, token: Token, label: str) -> str | None:
        if token.kind == "values":
            return resolve_value(token.name, label)
        try:
            self._parse(label)
        except QueryError:
            return None
        return label

    def _facet(self, token: Token, typed: str) -> Node | None:
        name, known = token.name, self._known.get(token.name, ())
        if typed in known:
            return selection(name, (typed,))
        value = resolve_value(name, typed)
        if value == _ANY:
            return Not(In(name, (MISSING,)))
        if value is None and name in ("year", "month"):
            days = self._days(token, typed)
            return period(*days) if days else None
        if value is None:
            value = " ".join(typed.split())
            if name != _OPEN and value not in known:
                nearest = nearest_values(name, value) if self._notes.suggesting else {}
                self._notes.add_unknown_value(name, value, nearest, token.position)
        return selection(name, (value,))

    def _days(self, token: Token, typed: str) -> Days | None:
        """Return the days that a date means after its name, or None, with a note, if it means none."""
        try:
            since, until = self._parse(typed)
            if token.name in ("since", "until", "after", "before"):
                since, until = _bound(token.name, typed, since, until)
        except QueryError as error:
            suggestion = f"{token.name}:{error.suggestion}" if error.suggestion else None
            self._notes.add(str(error), "ignored", token.position + (error.position or 0), suggestion)
            return None
        if since and until and since > until:
            shown = print_tree(period(since, until))
            problem = f"{token.name}:{excerpt(typed)} ends before it begins"
            self._notes.add(problem, f"read as {shown}", token.position, shown)
            since, until = until, since
        return since, until

    def _parse(self, typed: str) -> Days:
        from osce_search.parser.dates import parse_days  # few queries have a date

        return parse_days(typed, today=self._today)


def _bound(name: str, typed: str, since: dt.date | None, until: dt.date | None) -> Days:
    """Return the open range that since:, until:, after: or before: makes of a date."""
    day = since if name in ("since", "before") else until
    if day is None:
        raise QueryError(f"{typed!r} gives {name}: no day to count from", position=0)
    try:
        match name:
            case "since":
                return day, None
            case "until":
                return None, day
            case "after":
                return day + dt.timedelta(days=1), None
            case _:
                return None, day - dt.timedelta(days=1)
    except OverflowError:
        raise QueryError(f"no day is {name} {day.isoformat()}", position=0) from None


def resolve_field(typed: str) -> tuple[Kind, str] | None:
    """Return the kind and the main name of a field, or None if there is no such field.

    >>> resolve_field("Lang"), resolve_field("lede"), resolve_field("foo")
    (('facet', 'language'), ('text', 'lead'), None)
    """
    name = typed.lower()
    if name in _FIELDS:
        return _FIELDS[name]
    found = find_facet(name)
    return ("facet", found.name) if found else None


def nearest_field(typed: str) -> str | None:
    """Return the field with the most similar name, or None if no name is similar.

    >>> nearest_field("contry"), nearest_field("foo")
    ('country', None)
    """
    near = difflib.get_close_matches(typed.lower(), [*_FIELDS, *facet_names()], n=1, cutoff=0.7)
    found = resolve_field(near[0]) if near else None
    return found[1] if found else None


def resolve_value(name: str, typed: str) -> str | None:
    """Return the value of a facet for a slug, code, label or alias, or None if there is no such value.

    >>> resolve_value("country", "Bosnia and Herzegovina"), resolve_value("year", "2015"), resolve_value("year", "15")
    ('BA', '2015', None)
    """
    if typed in (MISSING, _ANY):
        return typed
    if pattern := _PATTERNS.get(name):
        return typed if pattern.fullmatch(typed) else None
    table = facet(name).vocabulary
    if table is None:
        return typed.lower()
    term = vocabulary(table).resolve(typed)
    return term.value if term else None


def nearest_values(name: str, typed: str) -> dict[str, str]:
    """Map up to three values of a facet with the most similar names to their labels, the most similar first."""
    table = None if name == "id" else facet(name).vocabulary
    return {term.value: term.label for term in vocabulary(table).suggest(typed, 3)} if table else {}
