"""Tokens: the pieces that a question is made of."""

from __future__ import annotations

from typing import Literal, NamedTuple

from osce_search.query import Leaf

__all__ = ["Token", "TokenKind"]

TokenKind = Literal[
    "and", "or", "not", "near", "plus", "minus", "open", "close", "field", "choice", "unknown", "leaf", "all", "values",
    "date", "address",
]  # fmt: skip


class Token(NamedTuple):
    """One piece of a question: `text` is what was typed, `position` where.

    `leaf` is the node of a word or phrase, still without its field. `name` is the field of a `field` (a text
    field before anything), `choice` (a facet or date before a parenthesis), `values` or `date`, and the name that is
    no field of an `unknown`. `values` are what was listed behind a facet. `number` is the distance of `near` and
    the boost of `close`. `plain` says that nothing is attached: no mark to a word, no quotes to a value.
    """

    kind: TokenKind
    text: str
    position: int
    name: str = ""
    leaf: Leaf | None = None
    values: tuple[str, ...] = ()
    number: float = 1.0
    plain: bool = False
