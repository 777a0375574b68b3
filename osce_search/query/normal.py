"""Normal form: equal query texts give equal trees."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from osce_search.errors import LimitExceeded
from osce_search.query.nodes import (
    And,
    DateRange,
    Fuzzy,
    In,
    Leaf,
    MatchAll,
    Near,
    Node,
    Not,
    Or,
    Phrase,
    Prefix,
    Word,
)
from osce_search.query.words import clean_text

MAX_DEPTH = 32
"""The maximum depth of nested parentheses in a query text."""

_MAX_LEVELS = 5 * MAX_DEPTH + 5  # A parenthesis gives at most five levels of a tree.


MAX_DISTANCE = 1000
"""The largest slop of a phrase and distance of NEAR; a larger one is the same as `a AND b`."""

MIN_PREFIX = 2
"""The minimum number of letters or digits before the `*` of a prefix."""

MIN_BOOST, MAX_BOOST = 0.001, 1000.0
"""The smallest and the largest boost."""


def conjunction(nodes: Iterable[Node]) -> Node:
    """Return the And of the nodes: flattened, without repetitions and MatchAll; a single node as it is.

    >>> conjunction([Word("a"), And((Word("b"), Word("a"))), MatchAll()])
    And(children=(Word(text='a', field=None, boost=1.0), Word(text='b', field=None, boost=1.0)))
    """
    flat = dict.fromkeys(
        part
        for node in nodes
        for part in (node.children if isinstance(node, And) else (node,))
        if not isinstance(part, MatchAll)
    )
    if len(flat) > 1:
        return And(tuple(flat))
    return next(iter(flat), MatchAll())


def disjunction(nodes: Iterable[Node]) -> Node:
    """Return the Or of the nodes: flattened, without repetitions, with the values of one facet in one In.

    MatchAll stays: `a OR *` means all releases, those with `a` first. No nodes at all match nothing.
    """
    flat: dict[Node, None] = {}
    facets: dict[str, tuple[str, ...]] = {}
    for node in nodes:
        for part in node.children if isinstance(node, Or) else (node,):
            if isinstance(part, In):
                before = facets.get(part.facet, ())
                facets[part.facet] = before + part.values
                flat.setdefault(In(part.facet, ()))
            else:
                flat[part] = None
    merged = tuple(
        selection(part.facet, facets[part.facet]) if isinstance(part, In) else part for part in flat
    )
    if len(merged) > 1:
        return Or(merged)
    return merged[0] if merged else Not(MatchAll())


def negation(node: Node) -> Node:
    """Return the Not of a node; that of a Not is its child."""
    return node.child if isinstance(node, Not) else Not(node)


def selection(facet: str, values: Iterable[str]) -> Node:
    """Return the In of these values, sorted and without repetitions; without values it matches nothing."""
    kept = sorted({text for value in values if (text := _squeeze(value))})
    return In(facet, tuple(kept)) if kept else Not(MatchAll())


def period(since: dt.date | None, until: dt.date | None) -> Node:
    """Return the DateRange between two days, given in either order."""
    if since and until and since > until:
        since, until = until, since
    return DateRange(since, until) if since or until else MatchAll()


def proximity(left: Node, right: Node, distance: int, boost: float = 1.0) -> Node | None:
    """Return the Near of two nodes; None unless both are words or phrases of one field."""
    if not isinstance(left, Word | Phrase) or not isinstance(right, Word | Phrase):
        return None
    if left.field != right.field:
        if left.field and right.field:
            return None
        field = left.field or right.field
        left, right = _in_field(left, field), _in_field(right, field)
    return Near(left, right, min(max(distance, 0), MAX_DISTANCE), bound_boost(boost))


def bound_boost(boost: float) -> float:
    """Return the allowed boost that is nearest to this one."""
    return min(max(boost, MIN_BOOST), MAX_BOOST) if boost == boost else 1.0


def bound_fuzziness(text: str, distance: int) -> int:
    """Return the allowed edit distance for a word: 0 under three letters, at most 1 under five, otherwise at most 2.

    >>> bound_fuzziness("osce", 2), bound_fuzziness("kyiv's", 2), bound_fuzziness("eu", 1)
    (1, 2, 0)
    """
    length = _letters(text)
    return max(0, min(distance, 0 if length < 3 else 1 if length < 5 else 2))


def normalize(tree: Node) -> Node:
    """Return the tree in normal form, which `parse(print_tree(tree)).tree` gives too.

    Nested And and Or are flattened, repetitions and double negations go, text is cleaned and in NFC,
    facet values are sorted, and what cannot be typed becomes what its text is read as: a prefix of one
    letter is a word, a word without any letter or digit is no condition. Raises LimitExceeded where the
    tree is deeper than any question could be.

    >>> normalize(And((Not(Not(Word("media"))), Prefix("f"), Word("?"))))
    And(children=(Word(text='media', field=None, boost=1.0), Word(text='f', field=None, boost=1.0)))
    """
    return _normal(tree, _MAX_LEVELS)


def _normal(node: Node, room: int) -> Node:
    if room < 0:
        raise LimitExceeded(
            f"the question nests deeper than {MAX_DEPTH} parentheses; simplify it",
            name="depth",
            limit=MAX_DEPTH,
        )
    match node:
        case And(children) | Or(children):
            parts = []
            for child in children:  # A comprehension would add a second frame to the stack.
                parts.append(_normal(child, room - 1))
            return conjunction(parts) if isinstance(node, And) else disjunction(parts)
        case Not(child):
            return negation(_normal(child, room - 1))
        case Near(left, right, distance, boost):
            sides = _normal(left, room - 1), _normal(right, room - 1)
            return proximity(*sides, distance, boost) or conjunction(sides)
        case In(facet, values):
            return selection(facet, values)
        case DateRange(since, until):
            return period(since, until)
        case MatchAll():
            return node
        case _:
            return normalize_leaf(node)


def normalize_leaf(node: Leaf) -> Leaf | MatchAll:
    """Return the leaf as it can be typed; MatchAll if it holds no letter or digit.

    >>> normalize_leaf(Fuzzy("osce", 2))
    Fuzzy(text='osce', distance=1, field=None, boost=1.0)
    """
    text, field, boost = _squeeze(node.text), node.field, bound_boost(node.boost)
    letters = _letters(text)
    if not letters:
        return MatchAll()
    match node:
        case Phrase(slop=slop):
            return Phrase(text, min(max(slop, 0), MAX_DISTANCE), field, boost)
        case Prefix() if letters >= MIN_PREFIX:
            return Prefix(text, field, boost)
        case Fuzzy(distance=distance) if bound_fuzziness(text, distance):
            return Fuzzy(text, bound_fuzziness(text, distance), field, boost)
        case _:
            return Word(text, field, boost)


def _in_field(node: Word | Phrase, field: str | None) -> Word | Phrase:
    if isinstance(node, Word):
        return Word(node.text, field, node.boost)
    return Phrase(node.text, node.slop, field, node.boost)


def _letters(text: str) -> int:
    return sum(map(str.isalnum, text))


def _squeeze(text: str) -> str:
    return " ".join(clean_text(text).split())
