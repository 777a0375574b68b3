"""Parser: typed words → a query tree, with notes on how they were read."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Container, Mapping
from dataclasses import dataclass

from osce_search.errors import QueryError
from osce_search.parser.notes import MAX_LENGTH, MAX_NOTES, MAX_PHRASE, MAX_TERMS
from osce_search.query import And, Node, Operator, Or, Word, print_tree
from osce_search.vocabulary import drop_stop_words

__all__ = ["MAX_LENGTH", "MAX_NOTES", "MAX_PHRASE", "MAX_TERMS", "Reading", "parse"]

_PLAIN_WORDS = re.compile(r"[^\W_]+(?:[-'’][^\W_]+)*(?: [^\W_]+(?:[-'’][^\W_]+)*)*")
_OPERATORS = frozenset(("AND", "OR", "NOT"))


@dataclass(frozen=True, slots=True)
class Reading:
    """How a query was read: its tree in normal form, and a note for each place that was not read as typed."""

    tree: Node
    notes: tuple[str, ...]

    @property
    def canonical(self) -> str:
        """The text that reads back to the same tree, whatever the default operator."""
        return print_tree(self.tree)


def parse(
    text: str,
    *,
    operator: Operator = "all",
    strict: bool = False,
    today: dt.date | None = None,
    known: Mapping[str, Container[str]] | None = None,
) -> Reading:
    """Read the text of a query in the language of docs/query.md.

    Every text can be read: malformed syntax gets its most plausible meaning and a note. `operator` says whether all
    words side by side are required, or any. Relative dates count from `today`. `known` maps facets to values that
    need not be in a vocabulary.

    Raise LimitExceeded if the text is larger than the limits in `osce_search.parser.notes`. With `strict`, raise
    QueryError, with position and suggestion, in place of the first note.

    >>> parse('role of the media -title:"press release"').canonical
    'role AND media AND NOT title:"press release"'
    >>> parse("media OR").notes
    ('OR has nothing after it: read without it',)
    """
    if operator not in ("all", "any"):
        raise QueryError(f"{operator!r} is not an operator; the operators are all, any")
    plain = _parse_plain_words(text, operator)
    if plain:
        return plain
    from osce_search.parser.grammar import read_query  # not loaded for plain words, as most queries are

    return Reading(*read_query(text, operator, strict, today, known or {}))


def _parse_plain_words(text: str, operator: Operator) -> Reading | None:
    """Read a query of words alone as the grammar does, in a fraction of the time; return None for other queries."""
    if len(text) > MAX_LENGTH or not _PLAIN_WORDS.fullmatch(text) or "NEAR" in text:
        return None
    if not (text.isascii() or unicodedata.is_normalized("NFC", text)):
        return None
    words = text.split(" ")
    if len(words) > MAX_TERMS or not _OPERATORS.isdisjoint(words):
        return None
    all_capitals = len(words) > 1 and text.isupper()
    any_word = operator == "any"
    kept = drop_stop_words(words, all_capitals=all_capitals, ask_words=any_word) or words
    distinct = tuple(map(Word, dict.fromkeys(kept)))
    if len(distinct) == 1:
        return Reading(distinct[0], ())
    return Reading(Or(tuple(map(Word, kept))) if any_word else And(distinct), ())
