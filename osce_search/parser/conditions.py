"""Conditions: a name before a colon and the values behind it → In or DateRange."""

from __future__ import annotations

import datetime as dt
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

EVERYTHING = "*"
"""The value that stands for any value of a facet: `country:*` are the releases that have a country."""

_TEXT = {field.name: field.name for field in TEXT_FIELDS} | {
    "headline": "title",
    "lede": "lead",
    "text": "body",
}
_DATES = {
    "date": "date",
    "on": "date",
    "since": "since",
    "until": "until",
    "after": "after",
    "before": "before",
}

FIELD_NAMES = (*(field.name for field in TEXT_FIELDS), *facet_names(), "id", "date", "since", "until")
"""The names that may stand before a colon, without their other spellings."""

_SHAPES = {
    "year": re.compile(r"\d{4}"),
    "month": re.compile(r"\d{4}-(?:0[1-9]|1[0-2])"),
    "id": re.compile(r".+"),
}

_MORE_WORDS = {"facet": 8, "date": 3}  # that may belong to a value without quotation marks
_BY_DATE = ("year", "month")
_WITHOUT_TABLE = (*_BY_DATE, "id")


Known = Mapping[str, Container[str]]
"""Values by facet."""


class Conditions:
    """Reads the conditions among the tokens of a question.

    Relative dates count from `today`; `known` are values that count as known though no vocabulary has them.
    """

    def __init__(self, tokens: list[Token], notes: Notes, today: dt.date | None, known: Known) -> None:
        self._tokens = tokens
        self._notes = notes
        self._today = today or dt.date.today()
        self._known = known

    def read(self, index: int) -> tuple[Node | None, int]:
        """The condition at a place, or None where it is ignored, and how many tokens it took."""
        token = self._tokens[index]
        return self._date(index) if token.kind == "date" else self._facet(token, index)

    def _facet(self, token: Token, index: int) -> tuple[Node | None, int]:
        if token.plain and token.name not in _WITHOUT_TABLE:
            typed = self._following(index, _MORE_WORDS["facet"])
            for size in range(len(typed) - 1, 0, -1):
                label = " ".join(typed[: size + 1])
                value = resolve_value(token.name, label)
                if value is not None:
                    shown = f'{token.name}:"{label}"'
                    self._notes.add(
                        f"{label} stands without quotation marks", f"read as {shown}", token.position, shown
                    )
                    return selection(token.name, (value,)), size + 1
        nodes = [self._value(token, value) for value in token.values]
        kept = [node for node in nodes if node is not None]
        return (disjunction(kept) if kept else None), 1

    def _value(self, token: Token, typed: str) -> Node | None:
        name = token.name
        if typed in self._known.get(name, ()):
            return selection(name, (typed,))
        if name in _BY_DATE and typed not in (MISSING, EVERYTHING) and resolve_value(name, typed) is None:
            days = self._days(token, typed)
            return period(*days) if days else None
        value = resolve_value(name, typed)
        if value == EVERYTHING:
            return Not(In(name, (MISSING,)))
        if value is None:
            value = " ".join(typed.split())
            if not is_open(name) and value not in self._known.get(name, ()):
                nearest = nearest_values(name, value) if self._notes.suggesting else {}
                self._notes.add_unknown_value(name, value, nearest, token.position)
        return selection(name, (value,))

    def _date(self, index: int) -> tuple[Node | None, int]:
        token = self._tokens[index]
        if token.plain:
            typed = self._following(index, _MORE_WORDS["date"])
            for size in range(len(typed) - 1, 0, -1):
                label = " ".join(typed[: size + 1])
                try:
                    self._parse(label)
                except QueryError:
                    continue
                shown = f'{token.name}:"{label}"'
                self._notes.add(
                    f"{label} stands without quotation marks", f"read as {shown}", token.position, shown
                )
                days = self._days(token, label)
                return (period(*days) if days else None), size + 1
        days = self._days(token, token.values[0])
        return (period(*days) if days else None), 1

    def _days(self, token: Token, typed: str) -> Days | None:
        """The days of a date as its field means them; None, with a note, where there are none."""
        try:
            since, until = self._parse(typed)
            match token.name:
                case "since" | "until" | "after" | "before":
                    since, until = _bounded(token.name, typed, since, until)
        except QueryError as error:
            suggestion = f"{token.name}:{error.suggestion}" if error.suggestion else None
            self._notes.add(str(error), "ignored", token.position + (error.position or 0), suggestion)
            return None
        if since and until and since > until:
            shown = print_tree(period(since, until))
            self._notes.add(
                f"{token.name}:{excerpt(typed)} ends before it begins",
                f"read as {shown}",
                token.position,
                shown,
            )
            since, until = until, since
        return since, until

    def _parse(self, typed: str) -> Days:
        from osce_search.parser.dates import parse_days  # most questions have no date

        return parse_days(typed, today=self._today)

    def _following(self, index: int, most: int) -> list[str]:
        """The value at a place and the plain words that directly follow it."""
        token = self._tokens[index]
        typed = [token.values[0]]
        for after in self._tokens[index + 1 : index + 1 + most]:
            side_by_side = after.position - token.position - len(token.text) == 1
            if not after.plain or not side_by_side:
                break
            typed.append(after.leaf.text if after.leaf else after.values[0])
            token = after
        return typed


def _bounded(name: str, typed: str, since: dt.date | None, until: dt.date | None) -> Days:
    """The open range that since:, until:, after: or before: makes of a date."""
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
    """What a name before a colon means: its kind and its own name, or None.

    >>> resolve_field("Lang"), resolve_field("lede"), resolve_field("foo")
    (('facet', 'language'), ('text', 'lead'), None)
    """
    name = typed.lower()
    if name in _TEXT:
        return "text", _TEXT[name]
    if name in _DATES:
        return "date", _DATES[name]
    if name == "id":
        return "facet", "id"
    found = find_facet(name)
    return ("facet", found.name) if found else None


def nearest_field(typed: str) -> str | None:
    """The field whose name is most like what was typed, or None where none is.

    >>> nearest_field("contry"), nearest_field("foo")
    ('country', None)
    """
    import difflib  # only a mistake needs it, and the command line has to start quickly

    near = difflib.get_close_matches(typed.lower(), [*FIELD_NAMES, *_TEXT, *_DATES], n=1, cutoff=0.7)
    found = resolve_field(near[0]) if near else None
    return found[1] if found else None


def resolve_value(name: str, typed: str) -> str | None:
    """The value of a facet that was typed as slug, code, label or alias; None where there is no such value.

    >>> resolve_value("country", "Bosnia and Herzegovina"), resolve_value("year", "2015"), resolve_value("year", "15")
    ('BA', '2015', None)
    """
    if typed in (MISSING, EVERYTHING):
        return typed
    shape = _SHAPES.get(name)
    if shape:
        return typed if shape.fullmatch(typed) else None
    table = facet(name).vocabulary
    if table is None:
        return typed.lower()
    term = vocabulary(table).resolve(typed)
    return term.value if term else None


def nearest_values(name: str, typed: str) -> dict[str, str]:
    """Up to three values of the facet that are most like what was typed, with their labels, the likest first."""
    table = None if name == "id" else facet(name).vocabulary
    return {term.value: term.label for term in vocabulary(table).suggest(typed, 3)} if table else {}


def is_open(name: str) -> bool:
    """Whether a facet has values beside those of its vocabulary, as towns that no table lists."""
    return name == "place"
