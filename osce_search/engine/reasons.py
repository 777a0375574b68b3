"""Reasons: a tree that was searched × a document → which parts of the question the document has, and where."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from osce_search.engine.expansion import Also
from osce_search.engine.occurrences import Leaf, Occurrences, find
from osce_search.index.reader import Snapshot
from osce_search.index.segment.postings import FIELDS
from osce_search.query import And, Fuzzy, Near, Node, Or, Phrase, Prefix, Word, print_tree
from osce_search.results import Reason

__all__ = ["Reasons"]

Typed = Word | Phrase | Prefix | Fuzzy | Near


class Reasons:
    """Looks up the leaves of one tree, each once, for any number of documents."""

    def __init__(self, snapshot: Snapshot, tree: Node) -> None:
        self._snapshot = snapshot
        self._leaves = list(dict.fromkeys(_leaves(tree)))
        self._found: dict[Typed, Occurrences] = {}

    def of(self, doc: int) -> tuple[Reason, ...]:
        """The leaves that a document has, in the order of the question, other names behind what they stand for."""
        return tuple(
            Reason(_print(leaf), fields, typed)
            for leaf, typed in self._leaves
            if (fields := self._fields(leaf, doc))
        )

    def _fields(self, leaf: Typed, doc: int) -> tuple[str, ...]:
        found = self._found.get(leaf)
        if found is None:
            found = self._found[leaf] = find(self._snapshot, leaf)
        return tuple(
            name
            for name, field in zip(FIELDS, found.fields, strict=True)
            if (place := int(field.docs.searchsorted(doc))) < len(field.docs) and field.docs[place] == doc
        )


def _leaves(node: Node) -> Iterator[tuple[Typed, str | None]]:
    """What is looked for, each with what was typed in its place where it is another name of that."""
    if isinstance(node, And | Or):
        for child in node.children:
            yield from _leaves(child)
    elif isinstance(node, Leaf):
        leaf: Typed | Also = node
        if isinstance(leaf, Also):
            typed = " ".join(part.text for part in leaf.typed)
            yield from ((name, typed) for name in leaf.names)
        else:
            yield leaf, None


def _print(leaf: Typed) -> str:
    """The leaf as canonical text, without the boost, which says nothing of what was found."""
    return print_tree(replace(leaf, boost=1.0))
