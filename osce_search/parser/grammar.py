"""Grammar: tokens → tree.

NOT binds most tightly, then NEAR, then AND and words side by side, then OR. An open parenthesis is a `Group` on a
list, so that no depth of parentheses meets Python's limit of recursion.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import product
from typing import Literal

from osce_search.parser.conditions import FIELD_NAMES, Conditions, nearest_field
from osce_search.parser.notes import Notes, excerpt
from osce_search.parser.scanner import Token
from osce_search.query import (
    And,
    DateRange,
    In,
    MatchAll,
    Node,
    Not,
    Or,
    Phrase,
    Word,
    bound_boost,
    clean_text,
    conjunction,
    disjunction,
    negation,
    period,
    print_tree,
    proximity,
    selection,
)
from osce_search.vocabulary import is_stop_word

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


def build_tree(
    tokens: list[Token], conditions: Conditions, notes: Notes, operator: Operator, *, shouted: bool = False
) -> Node:
    """The tree of a question's tokens, in normal form; MatchAll where nothing is asked.

    `operator` joins what stands side by side; `shouted` says that the whole question is in capitals.
    """
    return _Builder(tokens, conditions, notes, operator, shouted).build()


class _Builder:
    def __init__(
        self, tokens: list[Token], conditions: Conditions, notes: Notes, operator: Operator, shouted: bool
    ) -> None:
        self.tokens = tokens
        self.notes = notes
        self.operator = operator
        self.shouted = shouted
        self.conditions = conditions
        self.groups = [Group()]
        self.stray: list[tuple[Token, str]] = []  # operators without an operand, and what is wrong with them

    def build(self) -> Node:
        index = 0
        while index < len(self.tokens):
            index += self._read(index)
        while len(self.groups) > 1:
            self.notes.add("a ( is not closed", "read as closed at the end", self.groups[-1].position, ")")
            self._close(1.0)
        tree = self._finish(self.groups[0])
        self._note_stray(tree is None)
        if tree is None:
            tree = join([Word(token.text) for token, _ in self.stray if token.text.isalpha()], self.operator)
        return tree

    def _read(self, index: int) -> int:
        """Read the token at a place; how many tokens that took."""
        token, group = self.tokens[index], self.groups[-1]
        match token.kind:
            case "and" | "or" | "near":
                self._operator(token)
            case "not" | "minus":
                group.negations.append(token)
            case "plus":
                group.plus = token
            case "field":
                group.next_field = token.name
            case "choice":
                group.next_choice = True
            case "unknown":
                self._unknown(token)
            case "open":
                text_field = group.next_field or group.text_field
                self.groups.append(Group(text_field, group.next_choice or group.choice, token.position))
            case "close":
                if len(self.groups) > 1:
                    self._close(token.number)
                else:
                    self.notes.add("a ) has no ( before it", "read without it", token.position)
            case "values" | "date":
                return self._condition(index)
            case "address":
                self._add(self._address(token))
            case "all":
                self._add(MatchAll())
            case "leaf":
                self._leaf(token)
        return 1

    # Operands.

    def _leaf(self, token: Token) -> None:
        group, leaf = self.groups[-1], token.leaf
        assert leaf is not None
        named = group.next_field
        if named or group.text_field:
            leaf = replace(leaf, field=named or group.text_field)
        alone = token.plain and not named
        self._add(leaf, stop_word=alone and is_stop_word(leaf.text, shouted=self.shouted))

    def _condition(self, index: int) -> int:
        node, size = self.conditions.read(index)
        if node is None:
            self.groups[-1].settle()
            self.groups[-1].ignored = True
        else:
            self._add(node)
        return size

    def _unknown(self, token: Token) -> None:
        near = None if self.notes.full else nearest_field(token.name)
        known = ""
        if near:
            known = f" (did you mean {near}?)"
        elif self.notes.strict:
            known = f" (the fields are {', '.join(FIELD_NAMES)})"
        self.notes.add(
            f"there is no field called {excerpt(token.name)}{known}",
            "read as words",
            token.position,
            f"{near}:" if near else None,
        )
        self.groups[-1].unknown.append(Word(token.name, self.groups[-1].text_field))

    def _address(self, token: Token) -> Node:
        """What a pasted address asks for."""
        from osce_search.parser.address import read_address  # few questions are addresses

        found = read_address(token.text)
        if found.id:
            node: Node = In("id", (found.id,))
        else:
            text_field = self.groups[-1].text_field
            words = [Word(clean_text(word), text_field) for word in found.words]
            facets = dict.fromkeys(name for name, _ in found.values)
            chosen = [selection(name, (value for of, value in found.values if of == name)) for name in facets]
            node = conjunction([join(words, self.operator), *chosen, period(*found.days)])
        shown = print_tree(node)
        shortened = excerpt(token.text)
        self.notes.add(f"{shortened} is an address", f"read as {excerpt(shown, 80)}", token.position, shown)
        if found.order:
            problem = f"the order {found.order} is no part of a question"
            self.notes.add(problem, f"read without it (--sort {found.order})", token.position)
        for term in found.unknown:
            self.notes.add(f"{excerpt(term)} has no name here", "read without it", token.position)
        return node

    def _add(self, node: Node, *, stop_word: bool = False) -> None:
        """Put an operand to those of the open group, with all that waited for it."""
        group = self.groups[-1]
        if group.unknown:
            node, stop_word = join([*group.unknown, node], self.operator), False
        near, negated = group.near, len(group.negations) % 2 == 1
        clause = Clause(
            node,
            node,
            negated,
            group.plus is not None,
            group.operator is not None and group.operator.kind == "and",
            stop_word and not group.plus and not group.negations,
        )
        group.settle()
        if near is None or not self._near(near, group.clauses[-1], clause):
            clause.joined = clause.joined or near is not None
            group.clauses.append(clause)

    def _close(self, boost: float) -> None:
        group = self.groups.pop()
        node = self._finish(group)
        if node is None:
            self.notes.add("there is nothing between parentheses", "read without them", group.position)
            return
        if boost != 1:
            boosted = boost_node(node, boost)
            if boosted == node:
                self.notes.add("what a ^ stands behind does not score", "read without it", group.position)
            node = boosted
        self._add(node)

    # Operators.

    def _operator(self, token: Token) -> None:
        group, before = self.groups[-1], self.groups[-1].operator
        for lost in (group.near, *group.negations, group.plus):
            self._stray(lost, "has nothing after it")
        group.settle()
        if before is not None and (before.kind == "or" or before.kind == token.kind):
            group.operator = before
            self._stray(token, "has nothing before it")
            return
        self._stray(before, "has nothing after it")
        if not group.clauses:
            self._stray(None if group.ignored else token, "has nothing before it")
        elif token.kind == "near":
            group.near = token
        else:
            group.operator = token
            if token.kind == "or":
                group.alternatives.append(join_clauses(group, self.operator))
                group.clauses = []

    def _stray(self, token: Token | None, problem: str) -> None:
        if token is not None:
            self.stray.append((token, f"{token.text} {problem}"))

    def _note_stray(self, nothing_else: bool) -> None:
        for token, problem in self.stray:
            as_word = nothing_else and token.text.isalpha()
            reading = f"read as the word {token.text}" if as_word else "read without it"
            self.notes.add(problem, reading, token.position)

    def _near(self, token: Token, left: Clause, right: Clause) -> bool:
        """Let the left clause take in the right one, at a distance; False where that cannot be."""
        near = None if right.negated else join_near(left.last, right.node, int(token.number))
        if near is None:
            what = (
                "cannot have NOT after it" if right.negated else "joins words and phrases of one field only"
            )
            self.notes.add(f"{token.text} {what}", "read as AND", token.position, "AND")
            return False
        first = left.last is left.node
        shown = print_tree(near)
        if not first:
            self.notes.add(f"{token.text} joins two", f"read as AND {excerpt(shown, 80)}", token.position)
        elif left.negated:
            self.notes.add(
                f"NOT stands before {token.text}", f"read as NOT ({excerpt(shown, 80)})", token.position
            )
        elif _field_of(left.last) != _field_of(right.node):
            self.notes.add(
                f"{token.text} looks in one field", f"read as {excerpt(shown, 80)}", token.position, shown
            )
        left.node = near if first else conjunction((left.node, near))
        left.last, left.stop_word = right.node, False
        left.required = left.required or right.required
        return True

    # Groups.

    def _finish(self, group: Group) -> Node | None:
        """What a group means; None where there is nothing in it."""
        for lost in group.waiting():
            self._stray(lost, "has nothing after it")
        if group.unknown:
            node = join(group.unknown, self.operator)
            group.clauses.append(Clause(node, node))
        if group.clauses:
            group.alternatives.append(join_clauses(group, self.operator))
        return disjunction(group.alternatives) if group.alternatives else None


def _field_of(node: Node) -> str | None:
    return node.field if isinstance(node, Word | Phrase) else None


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
