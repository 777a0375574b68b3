"""Values: what stands behind the name of a facet or a date, cut from the text."""

from __future__ import annotations

import re

from osce_search.parser.fields import Kind
from osce_search.parser.scanner import Scanner
from osce_search.parser.tokens import Token, TokenKind

__all__ = ["read_values"]

_VALUE = re.compile(r"[^ \"“”„«»(),]+")
_PART = r"[^ \"“”„«»()\[\]{}<>=,.]*(?:\.(?!\.)[^ \"“”„«»()\[\]{}<>=,.]+)*"
_DATE = re.compile(
    rf"[\[{{][^\[\]{{}}]*[\]}}]"
    rf"|(?:[<>]=?|[≤≥=])?[ ]*{_PART}(?:[ ]*\.\.\.?(?:[ ]*(?=\d))?{_PART}|[ ]+(?:-|–|—|to)[ ]+(?=\d){_PART})?"
)


def read_values(scanner: Scanner, kind: Kind, name: str) -> list[Token]:
    """The token of the values or the date that stands here; none where there is only punctuation, which is passed."""
    start, text = scanner.at, scanner.text
    quoted = scanner.at_quotation()
    if kind == "date":
        values = [_read_date(scanner)]
    else:
        values = [_read_value(scanner)]
        while text[scanner.at : scanner.at + 1] == "," and text[scanner.at + 1 : scanner.at + 2] not in (
            "",
            *" (),",
        ):
            scanner.at += 1
            quoted = quoted or scanner.at_quotation()
            values.append(_read_value(scanner))
    values = [value for value in values if value]
    if not values:
        scanner.at = max(scanner.at, start + 1)
        return []
    scanner.count(len(values))
    token_kind: TokenKind = "date" if kind == "date" else "values"
    plain = not quoted and len(values) == 1
    return [scanner.token(token_kind, start, name=name, values=tuple(values), plain=plain)]


def _read_value(scanner: Scanner) -> str:
    """One value of a facet, with or without quotation marks."""
    start = scanner.at
    if scanner.at_quotation() and (inner := scanner.quoted()):
        return scanner.raw(*inner)
    found = _VALUE.match(scanner.text, start)
    scanner.at = found.end() if found else start
    return scanner.raw(start, scanner.at).rstrip(".;:!?")


def _read_date(scanner: Scanner) -> str:
    """A date or a range of dates, with or without quotation marks."""
    start = scanner.at
    if scanner.at_quotation() and (inner := scanner.quoted()):
        return scanner.raw(*inner)
    found = _DATE.match(scanner.text, start)
    scanner.at = found.end() if found else start
    return scanner.raw(start, scanner.at).strip().rstrip(",;:!?")
