"""Canonical text: a tree → one text, which the parser reads back to the same tree."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata

from osce_search.query.nodes import (
    MISSING,
    And,
    DateRange,
    Fuzzy,
    In,
    MatchAll,
    Near,
    Node,
    Not,
    Or,
    Phrase,
    Prefix,
    Word,
)
from osce_search.query.normal import is_headline, is_operator, is_plain, normalize
from osce_search.query.query import Filter, Plan

_IN_QUOTES = re.compile(r'[\\"*]')  # what has a meaning between quotation marks
_PLAIN_VALUE = re.compile(r"[^\W_]+(?:[-_/][^\W_]+)*")


def print_tree(tree: Node) -> str:
    """Return the canonical text of a tree. Every operator is written, so that it means the same under any default.

    The parser reads it back to the normal form of the tree. A backslash protects a character that would be read as an
    operator, and parentheses a text that would be read as a headline in capitals.

    >>> print_tree(And((Or((Word("media"), Phrase("free press", 2))), Not(In("country", ("RS", "BA"))))))
    '(media OR "free press"~2) AND NOT country:BA,RS'
    >>> print_tree(Word("AND")), print_tree(Word("a:b", field="title", boost=2))
    ('\\\\AND', 'title:a\\\\:b^2')
    """
    text = _text(normalize(tree), _OR)
    return f"({text})" if is_headline(text) else text


def print_query(plan: Plan) -> str:
    """Return the canonical text of everything in a plan that selects releases: tree, filters and dates.

    >>> narrow = (Filter("country", ("BA", "RS")),)
    >>> print_query(Plan(tree=Word("media"), filters=narrow, since=dt.date(2015, 1, 1)))
    'media AND country:BA,RS AND date:2015..'
    """
    filters = map(_condition, plan.filters)
    return print_tree(And((plan.tree, *filters, DateRange(plan.since, plan.until))))


def _condition(item: Filter) -> Node:
    if item.mode == "all":
        return And(tuple(In(item.facet, (value,)) for value in item.values))
    any_of = In(item.facet, item.values)
    return Not(any_of) if item.mode == "none" else any_of


_OR, _AND, _NEAR, _NOT, _ATOM = range(5)  # the tighter an operator binds, the greater


def _text(node: Node, least: int) -> str:
    """Return the text of a node in normal form, in parentheses if it binds less tightly than `least`."""
    text, binding = _printed(node)
    return f"({text})" if binding < least else text


def _printed(node: Node) -> tuple[str, int]:
    match node:
        case And(children) | Or(children):
            operator, least, binding = (
                (" AND ", _NEAR, _AND) if isinstance(node, And) else (" OR ", _AND, _OR)
            )
            parts = []
            for child in children:  # A comprehension would add a second frame to the stack.
                parts.append(_text(child, least))
            return operator.join(parts), binding
        case Not(child):
            return f"NOT {_text(child, _ATOM)}", _NOT
        case Near(left, right, distance, boost):
            near = f"{_text(left, _ATOM)} NEAR/{distance} {_text(right, _ATOM)}"
            return (near, _NEAR) if boost == 1 else (f"({near}){_print_boost(boost)}", _ATOM)
        case In(facet, values):
            return f"{facet}:{','.join(map(_print_value, values))}", _ATOM
        case DateRange(since, until):
            return f"date:{_print_period(since, until)}", _ATOM
        case MatchAll():
            return "*", _ATOM
        case Phrase(text, slop):
            shown = _quote(text) + (f"~{slop}" if slop else "")
        case Prefix(text):
            shown = _escape(text) + "*"
        case Fuzzy(text, distance):
            shown = f"{_escape(text)}~{distance}"
        case Word(text):
            shown = _escape(text)
    field = f"{node.field}:" if node.field else ""
    return field + shown + _print_boost(node.boost), _ATOM


def _escape(text: str) -> str:
    if is_plain(text):
        return text
    shown, before = [], ""
    for char in text:
        # A combining mark belongs to the letter before it.
        joined = unicodedata.category(char)[0] == "M" and (before.isalnum() or before == "mark")
        shown.append(char if char.isalnum() or joined else "\\" + char)
        before = "mark" if joined else char
    escaped = "".join(shown)
    return "\\" + text if escaped == text and is_operator(text) else escaped


def _quote(text: str) -> str:
    return '"' + _IN_QUOTES.sub(r"\\\g<0>", text) + '"'


def _print_value(value: str) -> str:
    plain = value == MISSING or (_PLAIN_VALUE.fullmatch(value) and not is_operator(value))
    return value if plain else _quote(value)


def _print_period(since: dt.date | None, until: dt.date | None) -> str:
    """Return the shortest text of a period: `2015`, `2015-04`, `2015-04-07`, `2015..2017`, `..2016-05`."""
    first = since.isoformat()[: 4 if _begins_year(since) else 7 if since.day == 1 else 10] if since else ""
    last = until.isoformat()[: 4 if _ends_year(until) else 7 if _ends_month(until) else 10] if until else ""
    if since and until:
        if since == until:
            return since.isoformat()
        if _begins_year(since) and _ends_year(until) and since.year == until.year:
            return last
        if since.day == 1 and _ends_month(until) and (since.year, since.month) == (until.year, until.month):
            return until.isoformat()[:7]
    return f"{first}..{last}"


def _begins_year(day: dt.date) -> bool:
    return (day.month, day.day) == (1, 1)


def _ends_year(day: dt.date) -> bool:
    return (day.month, day.day) == (12, 31)


def _ends_month(day: dt.date) -> bool:
    import calendar  # Only a date needs it, and the command line has to start quickly.

    return day.day == calendar.monthrange(day.year, day.month)[1]


def _print_boost(boost: float) -> str:
    return "" if boost == 1 else f"^{int(boost) if boost == int(boost) else boost!r}"
