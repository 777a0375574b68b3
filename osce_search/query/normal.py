"""Normal form: of characters, of words, and of trees, so that equal query texts give equal trees."""

from __future__ import annotations

import datetime as dt
import re
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
from osce_search.vocabulary import normalise

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
    """Return the Or of the nodes: flattened, with the values of one facet in one In.

    Only words are repeated, because a word that stands twice counts more.
    MatchAll stays: `a OR *` means all releases, those with `a` first. No nodes at all match nothing.
    """
    flat: list[Node] = []
    seen: set[Node] = set()
    facets: dict[str, tuple[str, ...]] = {}
    for node in nodes:
        for part in node.children if isinstance(node, Or) else (node,):
            if isinstance(part, In):
                before = facets.get(part.facet, ())
                facets[part.facet] = before + part.values
                part = In(part.facet, ())
            if part not in seen or isinstance(part, Word):
                seen.add(part)
                flat.append(part)
    merged = tuple(
        selection(part.facet, facets[part.facet]) if isinstance(part, In) else part for part in flat
    )
    if len(seen) > 1:
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


# ── characters and words ─────────────────────────────────────────────────────────────────────────────────────────────

# Every character here is unprintable. The pattern is compiled for the first text that has an unprintable character:
# compiling it takes longer than parsing a query.
_SPACES = (
    "[\x00-\x1f\x7f-\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
    "\ud800-\udfff\ue000-\uf8ff\U000f0000-\U0010ffff]"
)

_HEADLINE = 4
"""The number of other words in a headline in capitals for each OR, NOT or NEAR in it."""

_INVISIBLE = (
    "[\xad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\U000e0000-\U000e007f]"
)
_PLAIN = re.compile(r"[^\W_]+(?:[-'’./&@+_][^\W_]+)*")
_NUMBERS = re.compile(r"\d+(?:[:,]\d+)+")
_ACRONYM = re.compile(r"(?:[^\W\d_]\.){2,}")
_OPERATOR = re.compile(r"AND|OR|NOT|NEAR(?:/?\d+)?")
_GROUPED = re.compile(
    r"\([^()]*\b(?:AND|OR|NOT|NEAR)\b|\b(?:AND|OR|NOT|NEAR(?:/?\d+)?) *[(\"“„«]|[\"”“»] *(?:AND|OR|NOT|NEAR)\b"
)
_HEADLINE_OPERATOR = re.compile(r"OR|NOT|NEAR(?:/?\d+)?")
_SIGN = re.compile(r"[\\*~^|&]|(?<!\S)[-+]\S|[^\W\d]:\S")
_ADDRESS = re.compile(r"https?://|www\.|(?:[\w-]+\.)*osce\.org/", re.IGNORECASE)


def clean_text(text: str) -> str:
    """Return the text in NFC, with a space for each control character and without soft hyphens and other invisibles.

    >>> clean_text("me\\u00addia\\x1b[31m free\\u200bdom")
    'media [31m freedom'
    """
    if not text.isprintable():
        text = re.sub(_INVISIBLE, "", re.sub(_SPACES, " ", text))
    return text if text.isascii() else normalise("NFC", text)


def is_operator(word: str) -> bool:
    """Whether the word is AND, OR, NOT, NEAR or NEAR/10."""
    return _OPERATOR.fullmatch(word) is not None


def is_headline(text: str) -> bool:
    """Whether a text is a headline in capitals, in which OR, NOT and NEAR are words like the others.

    Such a text has at least four other words for each of them and no field or other query syntax. Parentheses and
    quotation marks may stand in it, but not beside or around an operator.

    >>> is_headline("MINISTERS DO NOT AGREE ON TEXT"), is_headline("MEDIA OR PRESS"), is_headline("(A B C D OR E)")
    (True, False, False)
    """
    if not text.isupper() or _SIGN.search(text) or _GROUPED.search(text):
        return False
    words = text.split()
    operators = sum(_HEADLINE_OPERATOR.fullmatch(word) is not None for word in words)
    others = len(words) - operators - words.count("AND")
    return 0 < operators * _HEADLINE <= others


def is_address(word: str) -> bool:
    """Whether the word begins as the address of a web page does."""
    return _ADDRESS.match(word) is not None


def is_acronym(word: str) -> bool:
    """Whether the word consists of letters with a full stop after each, as in D.C. or U.S.A."""
    return _ACRONYM.fullmatch(word) is not None


def is_plain(word: str) -> bool:
    """Whether the word is parsed as one word wherever it stands, without a backslash."""
    return bool(_PLAIN.fullmatch(word) or _ACRONYM.fullmatch(word)) and not (
        is_operator(word) or is_address(word)
    )
