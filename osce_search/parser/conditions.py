"""Conditions: what stands behind the name of a facet or a date → In or DateRange."""

from __future__ import annotations

import datetime as dt
from collections.abc import Container, Mapping
from typing import TYPE_CHECKING

from osce_search.errors import QueryError
from osce_search.parser.fields import EVERYTHING, is_open, nearest_values, resolve_value
from osce_search.parser.notes import Notes, excerpt
from osce_search.parser.tokens import Token
from osce_search.query import MISSING, In, Node, Not, disjunction, period, print_tree, selection

if TYPE_CHECKING:
    from osce_search.parser.dates import Days

__all__ = ["Conditions", "Known"]

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
