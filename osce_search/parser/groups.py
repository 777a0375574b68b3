"""Groups: the operands between two parentheses, joined by what stands between them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import product
from typing import Literal

from osce_search.parser.tokens import Token
from osce_search.query import (
    And,
    DateRange,
    In,
    MatchAll,
    Node,
    Not,
    Or,
    bound_boost,
    conjunction,
    disjunction,
    negation,
    proximity,
)

__all__ = ["Clause", "Group", "Operator", "boost_node", "join", "join_clauses", "join_near"]

Operator = Literal["all", "any"]
"""Whether of words side by side all are required, or any."""

_MAX_PAIRS = 16  # that (a OR b) NEAR (c OR d) may stand for


@dataclass(slots=True)
class Clause:
    """One operand of a group: `joined` says that an AND is written before it, `last` what a NEAR after it joins."""

    node: Node
    last: Node
    negated: bool = False
    required: bool = False
    joined: bool = False
    stop_word: bool = False

    @property
    def signed(self) -> Node:
        return negation(self.node) if self.negated else self.node

    @property
    def narrows(self) -> bool:
        """Whether it restricts what the others find, whatever joins them."""
        return self.negated or isinstance(self.node, In | DateRange | Not)


@dataclass(slots=True)
class Group:
    """What was read since a parenthesis opened: finished alternatives of an OR, the operands since, what waits."""

    text_field: str | None = None
    choice: bool = False
    position: int = 0
    alternatives: list[Node] = field(default_factory=list)
    clauses: list[Clause] = field(default_factory=list)
    # What waits for the next operand.
    operator: Token | None = None
    near: Token | None = None
    negations: list[Token] = field(default_factory=list)
    plus: Token | None = None
    unknown: list[Node] = field(default_factory=list)
    next_field: str | None = None
    next_choice: bool = False
    ignored: bool = False  # whether an operand was left out, so that an operator beside it is no slip

    def settle(self) -> None:
        """Let nothing wait any more."""
        self.operator = self.near = self.plus = self.next_field = None
        self.negations, self.unknown, self.next_choice = [], [], False

    def waiting(self) -> list[Token]:
        """The operators and signs that wait for an operand."""
        return [token for token in (self.operator, self.near, *self.negations, self.plus) if token]


def join(nodes: Sequence[Node], operator: Operator) -> Node:
    """Nodes side by side; MatchAll where there are none."""
    return disjunction(nodes) if operator == "any" and nodes else conjunction(nodes)


def join_clauses(group: Group, operator: Operator) -> Node:
    """What the clauses of a group since the last OR mean together.

    Where any word is enough, and among the values of one facet, what stands side by side is alternatives, which
    a written AND joins first. Conditions and exclusions bind all the same, and so does a `+`; what has none then
    only adds to scores, which is written `a OR *`.
    """
    clauses = _without_stop_words(group.clauses)
    if operator == "all" and not group.choice:
        return conjunction(clause.signed for clause in clauses)
    chains: list[list[Clause]] = []
    for clause in clauses:
        if clause.joined and chains:
            chains[-1].append(clause)
        else:
            chains.append([clause])
    must: list[Node] = []
    may: list[Node] = []
    for chain in chains:
        first = chain[0]
        narrows = len(chain) == 1 and (first.negated if group.choice else first.narrows)
        needed = narrows or any(clause.required for clause in chain)
        (must if needed else may).append(conjunction(clause.signed for clause in chain))
    if may and any(clause.required for clause in clauses):
        may.append(MatchAll())
    return conjunction([disjunction(may), *must] if may else must)


def _without_stop_words(clauses: list[Clause]) -> list[Clause]:
    """The clauses without stop words that no written AND holds, unless no other word would be left."""
    kept = []
    joined = True  # whether an AND, or nothing, stands before the clause
    for clause, after in zip(clauses, [*clauses[1:], None], strict=True):
        held = joined and (after is None or after.joined)
        joined = after is not None and after.joined
        if not clause.stop_word or held:
            kept.append(clause)
        elif joined and after is not None:
            after.joined = joined = False
    return kept if any(not clause.narrows for clause in kept) else clauses


def join_near(left: Node, right: Node, distance: int) -> Node | None:
    """Near of two words or phrases, or of each pair where a side is an OR of them; None for anything else."""
    sides = [node.children if isinstance(node, Or) else (node,) for node in (left, right)]
    if len(sides[0]) * len(sides[1]) > _MAX_PAIRS:
        return None
    pairs = [proximity(one, other, distance) for one, other in product(*sides)]
    found = [pair for pair in pairs if pair is not None]
    return disjunction(found) if len(found) == len(pairs) else None


def boost_node(node: Node, factor: float) -> Node:
    """The node with every score in it multiplied; what is excluded does not score."""
    if isinstance(node, And | Or):
        parts = []
        for child in node.children:  # no comprehension: each would be one more frame on the stack
            parts.append(boost_node(child, factor))
        return conjunction(parts) if isinstance(node, And) else disjunction(parts)
    if isinstance(node, Not | In | DateRange | MatchAll):
        return node
    return replace(node, boost=bound_boost(node.boost * factor))
