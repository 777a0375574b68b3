"""Parser: typed words → a question's tree, with notes on how they were read."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from dataclasses import dataclass

from osce_search.errors import QueryError
from osce_search.parser.conditions import Conditions, Known
from osce_search.parser.grammar import Operator, build_tree
from osce_search.parser.lexer import tokenize
from osce_search.parser.notes import MAX_LENGTH, MAX_NOTES, MAX_PHRASE, MAX_TERMS, Notes, check_limit
from osce_search.query import And, MatchAll, Node, Or, Word, clean_text, print_tree
from osce_search.vocabulary import STOP_WORDS, is_stop_word

__all__ = [
    "MAX_LENGTH",
    "MAX_NOTES",
    "MAX_PHRASE",
    "MAX_TERMS",
    "STOP_WORDS",
    "Known",
    "Operator",
    "Reading",
    "parse",
]

_PLAIN_WORDS = re.compile(r"[^\W_]+(?:[-'’][^\W_]+)*(?: [^\W_]+(?:[-'’][^\W_]+)*)*")
_OPERATORS = frozenset(("AND", "OR", "NOT"))


@dataclass(frozen=True, slots=True)
class Reading:
    """How a question was read: its tree in normal form, and notes where it was not read as typed."""

    tree: Node
    notes: tuple[str, ...]

    @property
    def canonical(self) -> str:
        """The text that reads back to the same tree, under any default."""
        return print_tree(self.tree)


def parse(
    text: str,
    *,
    operator: Operator = "all",
    strict: bool = False,
    today: dt.date | None = None,
    known: Known | None = None,
) -> Reading:
    """How a question is read; docs/query.md is the language.

    Any text can be read: what is no well-formed question is read in the most plausible way, and a note says how.
    With `strict` the first such place is a QueryError instead, with position and suggestion. Past a limit of
    `osce_search.parser.notes` it is always LimitExceeded. `operator` says whether words side by side are
    all required or any of them; relative dates count from `today`; `known` are facet values, by facet, that
    count as known though no vocabulary has them.

    >>> parse('role of the media -title:"press release"').canonical
    'role AND media AND NOT title:"press release"'
    >>> parse("media OR").notes
    ('OR has nothing after it: read without it',)
    """
    check_limit("length", len(text), MAX_LENGTH)
    if operator not in ("all", "any"):
        raise QueryError(f"{operator!r} is not an operator; there are all, any")
    reading = _read_plain(text, operator)
    return _read(text, operator, strict, today, known) if reading is None else reading


def _read(text: str, operator: Operator, strict: bool, today: dt.date | None, known: Known | None) -> Reading:
    text = clean_text(text)
    notes = Notes(strict)
    tokens = tokenize(text, notes)
    conditions = Conditions(tokens, notes, today, known or {})
    tree = build_tree(tokens, conditions, notes, operator, shouted=text.isupper())
    found = notes.texts()
    if isinstance(tree, MatchAll) and not found and not set(text) <= set(" *:"):
        notes.add("there is no word in the question", "read as all releases", 0)
        found = notes.texts()
    return Reading(tree, found)


def _read_plain(text: str, operator: Operator) -> Reading | None:
    """The reading of a question of nothing but words, as most are; None where it may be more than that."""
    if not _PLAIN_WORDS.fullmatch(text) or "NEAR" in text:
        return None
    if not (text.isascii() or unicodedata.is_normalized("NFC", text)):
        return None
    words = text.split(" ")
    if not _OPERATORS.isdisjoint(words):
        return None
    check_limit("terms", len(words), MAX_TERMS)
    shouted = len(words) > 1 and text.isupper()
    kept = dict.fromkeys([word for word in words if not is_stop_word(word, shouted=shouted)] or words)
    leaves = tuple([Word(word) for word in kept])
    if len(leaves) == 1:
        return Reading(leaves[0], ())
    return Reading(Or(leaves) if operator == "any" else And(leaves), ())
