"""Suggestions: a plan without hits → what may have been meant: another value, a date, an id, another word.

A search takes words as words, whatever they look like: a text may contain "April 2015" or the year 2015. Only if a
plan has no hits, its words are also read as the date or the id of a release that they may name.
"""

from __future__ import annotations

import contextlib
import itertools
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

from osce_search.engine.facet.names import Names
from osce_search.engine.suggest.diagnosis import MAX_SUGGESTED, MAX_TRIED, count_tries, parts_of
from osce_search.errors import QueryError
from osce_search.index.analyzer import find_tokens, form_of, spans, term_of
from osce_search.index.distance import Words
from osce_search.index.reader import Snapshot
from osce_search.query import And, In, Near, Node, Or, Phrase, Plan, Word, period, print_query, print_tree
from osce_search.results import Suggestion
from osce_search.vocabulary import is_stop_word

if TYPE_CHECKING:
    from osce_search.parser.dates import Days

_MISSPELT = 4
"""The number of unknown words for which others are looked for."""

_BOUNDS = ((8, 2, 1), (6, 2, 0), (3, 1, 0))
"""From how many letters on a word is taken for another: the most edits, and the most if the first letter differs.

Few people mistype the first letter. Lucene's DirectSpellChecker, too, requires it (minPrefix 1) and allows two edits.
"""

_READ, _READ_LENGTH = 5, 100_000
"""The number of releases, and of characters of each, in which a word is looked for that may only be a stem."""

_CANDIDATES = 8
"""The number of similar words that are tried for an unknown one; the nearest and most frequent come first."""

_TOGETHER = 3
"""The same number if several words are unknown and all of them are replaced together."""


def find_missing(snapshot: Snapshot, plan: Plan, count: Callable[[Plan], int]) -> tuple[str, ...]:
    """Return notes on the words and the phrases of a plan that no release has."""
    leaves = [*dict.fromkeys(_leaves(plan.tree))][:MAX_TRIED]
    words = [leaf.text[start:end] for leaf in leaves for _, start, end in _unknown_spans(snapshot, leaf)]
    words = [*dict.fromkeys(words)]
    notes = []
    if words:
        more = f" and {len(words) - _MISSPELT} more" if len(words) > _MISSPELT else ""
        noun = "word" if len(words) == 1 else "words"
        notes.append(f"no release has the {noun} {', '.join(words[:_MISSPELT])}{more}")
    for leaf in leaves:
        if isinstance(leaf, Phrase) and not _unknown_spans(snapshot, leaf) and len(notes) < MAX_SUGGESTED:
            alone = replace(plan, tree=leaf, filters=(), since=None, until=None, relax=False)
            if not count(alone):
                notes.append(f"releases have these words, but none has them as a phrase: {print_tree(leaf)}")
    return tuple(notes)


def _unknown_spans(snapshot: Snapshot, leaf: Word | Phrase) -> list[tuple[str, int, int]]:
    """Return the terms of a leaf that no release has, each with the offsets of its word."""
    return [span for span in spans(leaf.text) if not snapshot.has(span[0])]


def suggest(
    snapshot: Snapshot,
    plan: Plan,
    count: Callable[[Plan], int],
    names_of: Callable[[str], Names],
) -> tuple[Suggestion, ...]:
    """Return other values, dates, ids and words that lead to hits, with the number of hits.

    `count` returns the number of hits of a plan, and `names_of` the names of the values of a facet.
    """
    found = _Alternatives(snapshot, plan, count, names_of)
    return (*found.find_values(), *found.find_dates_and_ids(), *found.find_words())[:MAX_SUGGESTED]


@dataclass(frozen=True, slots=True)
class _Alternatives:
    """Finds plans with hits that are similar to one without."""

    snapshot: Snapshot
    plan: Plan
    count: Callable[[Plan], int]
    names_of: Callable[[str], Names]

    def find_dates_and_ids(self) -> Iterator[Suggestion]:
        """Suggest the date or the id that words name."""
        parts = parts_of(self.plan.tree)
        if len(parts) > MAX_TRIED:
            return
        for found in date_suggestions(parts, lambda id: self.snapshot.find(id) is not None):
            tree = And((*found.rest, found.meant)) if found.rest else found.meant
            total = self.count(replace(self.plan, tree=tree, relax=False))
            if total:
                yield Suggestion(found.typed, print_tree(found.meant), total)

    def find_values(self) -> Iterator[Suggestion]:
        """Suggest the nearest values for all unknown values of filters, if that leads to hits."""
        filters = self.plan.filters
        unknown = [
            place
            for place, item in enumerate(filters)
            if item.mode != "none" and not all(map(self.names_of(item.facet).knows, item.values))
        ]
        if not 0 < len(unknown) <= MAX_SUGGESTED or any(len(filters[place].values) > 1 for place in unknown):
            return
        nearest = [self.names_of(filters[place].facet).likely(filters[place].values[0]) for place in unknown]
        for values in [*itertools.product(*nearest)][:MAX_SUGGESTED]:
            others = list(filters)
            for place, value in zip(unknown, values, strict=True):
                others[place] = filters[place]._replace(values=(value,))
            total = self.count(replace(self.plan, filters=tuple(others), relax=False))
            if total:
                typed, instead = (
                    print_query(Plan(filters=tuple(chosen[place] for place in unknown)))
                    for chosen in (filters, others)
                )
                yield Suggestion(typed, instead, total)
                return

    def find_words(self) -> tuple[Suggestion, ...]:
        """Suggest words of the index for words that no release has."""
        unknown = self._unknown()
        if not unknown:
            return ()
        alike = {word: self._alike(word) for word in unknown}
        tried = [[(word, *near)] for word in unknown for near in alike[word]]
        if len(unknown) > 1:
            # If all words are required, replacing one of them does not help.
            lists = [[(word, *near) for near in alike[word][:_TOGETHER]] for word in unknown]
            together = sorted(
                map(list, itertools.product(*lists)), key=lambda change: sum(near[1] for near in change)
            )
            tried = together if isinstance(self.plan.tree, And) else [*tried, *together]
        found = []
        for change in tried[: count_tries(parts_of(self.plan.tree))]:
            instead = {word: other for word, _, other in change}
            total = self.count(replace(self.plan, tree=_replaced(self.plan.tree, instead), relax=False))
            if total:
                distance = sum(near[1] for near in change)
                found.append(
                    (distance, -total, Suggestion(" ".join(instead), " ".join(instead.values()), total))
                )
        return tuple(item for _, _, item in sorted(found, key=lambda entry: entry[:2])[:MAX_SUGGESTED])

    def _unknown(self) -> list[str]:
        """Return the first words, as typed, that no release has."""
        found: dict[str, None] = {}
        for leaf in _leaves(self.plan.tree):
            for _, start, end in _unknown_spans(self.snapshot, leaf):
                word = leaf.text[start:end]
                if len(word) > 2 and not any(map(str.isdigit, word)):
                    found[word] = None
                    if len(found) == _MISSPELT:
                        return list(found)
        return list(found)

    def _alike(self, word: str) -> list[tuple[int, str]]:
        """Return similar words of the index with their distance, the nearest and then the most frequent first."""
        form = form_of(word)
        near = _bound(form, self.snapshot.words)
        # A word with capitals inside, such as RFoM, is not a misspelt stop word.
        named = word[1:] != word[1:].lower()
        terms = {
            other: term_of(other)
            for _, other in near
            if len(other) > 2 and not (named and is_stop_word(other, all_capitals=True))
        }
        frequency = {term: self.snapshot.frequency(term) for term in set(terms.values())}
        ordered = sorted(
            (-frequency[terms[other]], distance, other) for distance, other in near if other in terms
        )
        # Words with one stem find the same releases: only the nearest is kept.
        found: dict[str, tuple[int, str]] = {}
        for _, distance, other in sorted(ordered, key=lambda entry: entry[1]):
            if terms[other] not in found and self._is_written(other):
                found[terms[other]] = distance, other
                if len(found) == _CANDIDATES:
                    break
        return list(found.values())

    def _is_written(self, word: str) -> bool:
        """Whether texts have a word as it stands, and not only as the stem of other words."""
        if self.snapshot.is_form(word) or not self.snapshot.has_forms(word):
            return True
        found = self.snapshot.term(word)
        for doc in found.docs[:_READ].tolist() if found else ():
            release = self.snapshot.release(doc)
            if word in map(form_of, find_tokens(f"{release.title} {release.text[:_READ_LENGTH]}")):
                return True
        return False


def _bound(form: str, words: Words) -> list[tuple[int, str]]:
    """Return the words that a form may be mistyped for, with their distance.

    >>> _bound("killed", Words(["filled", "kill", "billed"]))
    [(2, 'kill')]
    """
    for length, edits, first in _BOUNDS:
        if len(form) >= length:
            return [
                (distance, word)
                for distance, word in words.within(form, edits)
                if distance <= first or word[0] == form[0]
            ]
    return []


def _leaves(node: Node) -> Iterator[Word | Phrase]:
    if isinstance(node, Word | Phrase):
        yield node
    elif isinstance(node, Near):
        yield from (node.left, node.right)
    elif isinstance(node, And | Or):
        for child in node.children:
            yield from _leaves(child)


def _replaced(node: Node, instead: Mapping[str, str]) -> Node:
    """Return the tree with some words replaced."""
    if isinstance(node, Word | Phrase):
        return _respelt(node, instead)
    if isinstance(node, Near):
        return replace(node, left=_respelt(node.left, instead), right=_respelt(node.right, instead))
    if isinstance(node, And | Or):
        children = tuple(_replaced(child, instead) for child in node.children)
        # A stop word that replaces another word is not required, as if it had been typed.
        kept = (
            tuple(child for child in children if child in node.children or not _is_stop_word(child))
            or children
        )
        return replace(node, children=kept) if len(kept) > 1 else kept[0]
    return node


def _is_stop_word(node: Node) -> bool:
    return isinstance(node, Word) and node.field is None and is_stop_word(node.text)


def _respelt(leaf: Word | Phrase, instead: Mapping[str, str]) -> Word | Phrase:
    text = leaf.text
    for _, start, end in reversed(spans(leaf.text)):
        text = text[:start] + instead.get(text[start:end], text[start:end]) + text[end:]
    return leaf if text == leaf.text else replace(leaf, text=text)


_LONGEST = 4
"""The number of words that a date may have, as in Tuesday 7 April 2015."""

_SIGNS = {
    "since": ">=",
    "after": ">",
    "until": "<=",
    "till": "<=",
    "before": "<",
    "between": "",
    "during": "",
}
"""The sign of the date language that a word before a date stands for."""

_DATED = re.compile(r"(?<!\d)\d{4}(?!\d)")


class _Reading(NamedTuple):
    """Words as typed, what they may mean, and the other parts of the tree."""

    typed: str
    meant: Node
    rest: tuple[Node, ...]


def date_suggestions(parts: Sequence[Node], is_id: Callable[[str], bool]) -> Iterator[_Reading]:
    """Iterate over what words of a tree may mean: all dates together as one period, then each id of a release.

    >>> from osce_search.parser import parse
    >>> parts = parse("elections in Albania between June 2015 and 2017").tree.children
    >>> [(found.typed, found.meant) for found in date_suggestions(parts, lambda id: False)]
    [('between June 2015 2017', DateRange(since=datetime.date(2015, 6, 1), until=datetime.date(2017, 12, 31)))]
    """
    texts = [part.text if isinstance(part, Word) and part.field is None else "" for part in parts]
    dated = _read_dates(texts)
    if dated:
        places = {place for start, end, _ in dated for place in range(start, end)}
        rest = tuple(part for place, part in enumerate(parts) if place not in places)
        typed = " ".join(text for place, text in enumerate(texts) if place in places)
        since, until = zip(*(days for *_, days in dated), strict=True)
        first = None if None in since else min(filter(None, since))
        last = None if None in until else max(filter(None, until))
        yield _Reading(typed, period(first, last), rest)
    for place, text in enumerate(texts):
        if text and any(map(str.isdigit, text)) and is_id(text):
            yield _Reading(text, In("id", (text,)), (*parts[:place], *parts[place + 1 :]))


def _read_dates(texts: Sequence[str]) -> list[tuple[int, int, Days]]:
    """Return where dates begin and end among words, with their days. The longest date at a place counts."""
    from osce_search.parser.dates import parse_days  # few plans have no hits

    found: list[tuple[int, int, Days]] = []
    start = 0
    while start < len(texts):
        sign = _SIGNS.get(texts[start].lower())
        begin = start + (sign is not None)
        for end in range(min(begin + _LONGEST, len(texts)), begin, -1):
            text = " ".join(texts[begin:end])
            if not all(texts[begin:end]) or not _DATED.search(text):
                continue
            with contextlib.suppress(QueryError):
                found.append((start, end, parse_days(f"{sign or ''}{text}")))
                start = end - 1
                break
        start += 1
    return found
