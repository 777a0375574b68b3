"""Occurrences: a leaf of the tree (word, phrase, prefix, fuzzy word, NEAR) → where it occurs, field by field."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from osce_search.engine.match.expansion import Also
from osce_search.engine.resources import spend
from osce_search.engine.scoring import idf
from osce_search.errors import LimitExceeded
from osce_search.index.analyzer import analyze
from osce_search.index.reader import FieldDocs, Snapshot
from osce_search.index.segment.postings import FIELDS
from osce_search.index.storage.arrays import find_run_starts
from osce_search.query import Fuzzy, Near, Phrase, Prefix, Word

MAX_EXPANSION = 10_000
"""The number of terms that a prefix or a fuzzy word may stand for."""

MAX_PHRASE = 100
"""The number of words that a phrase may have."""

Leaf = Word | Phrase | Prefix | Fuzzy | Near | Also
Ids = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]

_NONE = FieldDocs(np.empty(0, np.int64), np.empty(0))
_NOWHERE = (_NONE,) * len(FIELDS)


class Occurrences(NamedTuple):
    """The documents where a leaf occurs, its frequencies in each text field, and its rarity."""

    docs: Ids
    fields: tuple[FieldDocs, ...]
    idf: float


def find(snapshot: Snapshot, leaf: Leaf) -> Occurrences:
    """Return the occurrences of a leaf."""
    if isinstance(leaf, Near):
        return _near(snapshot, leaf)
    if isinstance(leaf, Also):
        return _also(snapshot, leaf)
    if isinstance(leaf, Prefix | Fuzzy):
        return _simple(snapshot, _merged(snapshot, terms_of(snapshot, leaf)), leaf.field)
    terms = analyze(leaf.text)
    if len(terms) == 1:
        found = snapshot.term(terms[0])
        return _simple(snapshot, _NOWHERE if found is None else found.fields, leaf.field)
    return _phrase(snapshot, terms, leaf.slop if isinstance(leaf, Phrase) else 0, leaf.field)


def terms_of(snapshot: Snapshot, leaf: Prefix | Fuzzy) -> list[str]:
    """Return the terms that a prefix or a fuzzy word stands for, sorted. Raise LimitExceeded if there are too many."""
    if isinstance(leaf, Prefix):
        return snapshot.prefixed(leaf.text, MAX_EXPANSION)
    return snapshot.within(leaf.text, leaf.distance, MAX_EXPANSION)


def _chosen(field: str | None) -> Sequence[int]:
    return range(len(FIELDS)) if field is None else (FIELDS.index(field),)


def _simple(snapshot: Snapshot, fields: Sequence[FieldDocs], field: str | None) -> Occurrences:
    """Return occurrences whose rarity follows from the number of their documents."""
    kept = tuple(found if number in _chosen(field) else _NONE for number, found in enumerate(fields))
    docs = snapshot.union([found.docs for found in kept])
    return Occurrences(docs, kept, idf(snapshot.count, len(docs)))


def _together(snapshot: Snapshot, fields: Sequence[FieldDocs], terms: Iterable[str]) -> Occurrences:
    """Return the occurrences of words found together. Their rarity is the sum of that of all words."""
    docs = snapshot.union([found.docs for found in fields])
    single = [found for found in map(snapshot.term, dict.fromkeys(terms)) if found is not None]
    return Occurrences(docs, tuple(fields), sum(idf(snapshot.count, len(found.docs)) for found in single))


def _merged(snapshot: Snapshot, terms: Sequence[str]) -> tuple[FieldDocs, ...]:
    """Return the postings of several terms as those of one term, with their frequencies added."""
    found = []
    for name in terms:
        term = snapshot.term(name)
        if term is not None:
            spend(24 * sum(len(part.docs) for part in term.fields))
            found.append(term.fields)
    return _added(found, snapshot.size)


def _added(found: Sequence[tuple[FieldDocs, ...]], size: int) -> tuple[FieldDocs, ...]:
    if len(found) < 2:
        return found[0] if found else _NOWHERE
    fields = []
    for parts in zip(*found, strict=True):
        sums = np.zeros(size)
        for part in parts:
            sums[part.docs] += part.freqs
        docs = sums.nonzero()[0]
        fields.append(FieldDocs(docs, sums[docs]))
    return tuple(fields)


def _also(snapshot: Snapshot, leaf: Also) -> Occurrences:
    """Return the occurrences of other names. Their rarity is that of the names and what was typed together."""
    typed = [find(snapshot, part).docs for part in leaf.typed]
    both = functools.reduce(np.intersect1d, typed)
    fields = _added([find(snapshot, name).fields for name in leaf.names], snapshot.size)
    docs = snapshot.union([found.docs for found in fields])
    return Occurrences(docs, fields, idf(snapshot.count, len(snapshot.union([docs, both]))))


def _phrase(snapshot: Snapshot, terms: Sequence[str], slop: int, field: str | None) -> Occurrences:
    if len(terms) > MAX_PHRASE:
        raise LimitExceeded(
            f"a phrase of {len(terms)} words: at most {MAX_PHRASE} are looked for; shorten it",
            name="phrase",
            limit=MAX_PHRASE,
        )
    fields = list(_NOWHERE)
    for number in _chosen(field) if terms else ():
        fields[number] = _by_document(_ends(snapshot, terms, number, slop))
    return _together(snapshot, fields, terms)


def _near(snapshot: Snapshot, leaf: Near) -> Occurrences:
    left, right = analyze(leaf.left.text), analyze(leaf.right.text)
    fields = list(_NOWHERE)
    for number in _chosen(leaf.left.field) if left and right else ():
        first, second = (
            _ends(snapshot, terms, number, side.slop if isinstance(side, Phrase) else 0)
            for terms, side in ((left, leaf.left), (right, leaf.right))
        )
        after = _followed(first, second, leaf.distance + len(right))
        before = _preceded(first, second, leaf.distance + len(left))
        fields[number] = _by_document(first[after | before])
    return _together(snapshot, fields, (*left, *right))


def _by_document(keys: Ids) -> FieldDocs:
    docs = keys >> 32
    first = find_run_starts(docs)
    freqs = np.diff(first, append=len(docs))
    return FieldDocs(docs[first], freqs.astype(np.float64))


def _ends(snapshot: Snapshot, terms: Sequence[str], field: int, slop: int) -> Ids:
    """Return the position keys of the last word of each occurrence in order, with at most `slop` words between."""
    ends = begins = snapshot.positions(terms[0], field)
    spend(24 * len(ends))
    for term in terms[1:]:
        if not len(ends):
            break
        keys = snapshot.positions(term, field)
        spend(24 * len(keys))
        following = keys.searchsorted(ends, side="right")
        inside = following < len(keys)
        begins, following, ends = begins[inside], following[inside], ends[inside]
        reached = keys[following]
        # The nearest occurrence of the next word leaves the most room for the words after it.
        close = (reached >> 32 == ends >> 32) & (reached - ends <= slop + 1)
        begins, ends = begins[close], reached[close]
    return ends[ends - begins <= len(terms) - 1 + slop]


def _followed(first: Ids, second: Ids, distance: int) -> Mask:
    """Return which of `first` have one of `second` at most `distance` after them, in the same document."""
    if not len(first) or not len(second):
        return np.zeros(len(first), bool)
    place = second.searchsorted(first, side="right")
    inside = place < len(second)
    reached = second[np.where(inside, place, 0)]
    followed: Mask = inside & (reached >> 32 == first >> 32) & (reached - first <= distance)
    return followed


def _preceded(first: Ids, second: Ids, distance: int) -> Mask:
    """Return which of `first` have one of `second` at most `distance` before them, in the same document."""
    if not len(first) or not len(second):
        return np.zeros(len(first), bool)
    place = second.searchsorted(first, side="left") - 1
    reached = second[np.maximum(place, 0)]
    preceded: Mask = (place >= 0) & (reached >> 32 == first >> 32) & (first - reached <= distance)
    return preceded
