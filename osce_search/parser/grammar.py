"""Grammar: tokens → tree.

NOT binds most tightly, then NEAR, then AND and words side by side, then OR. Each open parenthesis is a `Group` on an
explicit stack, so that no depth of parentheses meets the recursion limit of Python.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import product

from osce_search.parser.conditions import FIELD_NAMES, Conditions, nearest_field
from osce_search.parser.lexer import tokenize
from osce_search.parser.notes import MAX_LENGTH, Notes, check_limit, excerpt
from osce_search.parser.scanner import Token
from osce_search.query import (
    And,
    DateRange,
    In,
    MatchAll,
    Node,
    Not,
    Operator,
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

_MAX_PAIRS = 16  # of words that (a OR b) NEAR (c OR d) may stand for


def read_query(
    text: str, operator: Operator, strict: bool, today: dt.date | None, known: Mapping[str, Container[str]]
) -> tuple[Node, tuple[str, ...]]:
    """Return the tree of a query in normal form, and the notes on it; see `osce_search.parser.parse`."""
    check_limit("length", len(text), MAX_LENGTH)
    text = clean_text(text)
    notes = Notes(strict)
    tokens = tokenize(text, notes)
    conditions = Conditions(tokens, notes, today, known)
    tree = _Builder(tokens, conditions, notes, operator, text.isupper()).build()
    if isinstance(tree, MatchAll) and not set(text) <= set(" *:"):
        notes.add("the query has no words", "read as all releases", 0)
    return tree, notes.texts()


@dataclass(slots=True)
class Clause:
    """An operand of a group.

    `last` is the part of it that a NEAR after it joins. `joined` says that an AND is written before it.
    """

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
    def filters(self) -> bool:
        """Whether the clause restricts the matches of the others, whatever joins them."""
        return self.negated or isinstance(self.node, In | DateRange | Not)


@dataclass(slots=True)
class Group:
    """What was read since a parenthesis opened.

    `alternatives` are the finished operands of OR, `clauses` those since the last OR. `choice` says that the group
    lists values of a facet or dates. The fields from `operator` on apply to the next operand.
    """

    text_field: str | None = None
    choice: bool = False
    position: int = 0
    alternatives: list[Node] = field(default_factory=list)
    clauses: list[Clause] = field(default_factory=list)
    ignored: bool = False  # whether an operand was left out, so that an operator beside it is no mistake
    operator: Token | None = None
    near: Token | None = None
    negations: list[Token] = field(default_factory=list)
    plus: Token | None = None
    unknown: list[Node] = field(default_factory=list)
    next_field: str | None = None
    next_choice: bool = False

    def settle(self) -> None:
        """Clear everything that applied to the next operand."""
        self.operator = self.near = self.plus = self.next_field = None
        self.negations, self.unknown, self.next_choice = [], [], False


class _Builder:
    """Builds the tree of a query's tokens. `all_capitals` says that the whole query is in capitals."""

    def __init__(
        self,
        tokens: list[Token],
        conditions: Conditions,
        notes: Notes,
        operator: Operator,
        all_capitals: bool,
    ) -> None:
        self.tokens = tokens
        self.conditions = conditions
        self.notes = notes
        self.operator = operator
        self.all_capitals = all_capitals
        self.groups = [Group()]
        self.stray: list[tuple[Token, str]] = []  # operators without an operand, each with the problem

    def build(self) -> Node:
        """Return the tree; MatchAll if the tokens ask for nothing."""
        index = 0
        while index < len(self.tokens):
            index += self._read(index)
        while len(self.groups) > 1:
            self.notes.add("a ( is not closed", "read as closed at the end", self.groups[-1].position, ")")
            self._close(1.0)
        tree = self._finish(self.groups[0])
        for token, problem in self.stray:
            as_word = tree is None and token.text.isalpha()
            reading = f"read as the word {token.text}" if as_word else "read without it"
            self.notes.add(problem, reading, token.position)
        if tree is None:
            return join([Word(token.text) for token, _ in self.stray if token.text.isalpha()], self.operator)
        return tree

    def _read(self, index: int) -> int:
        """Read the token at an index; return the number of tokens read."""
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
        stop_word = alone and is_stop_word(
            leaf.text, all_capitals=self.all_capitals, ask_words=self.operator == "any"
        )
        self._add(leaf, stop_word=stop_word)

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
        hint = ""
        if near:
            hint = f" (did you mean {near}?)"
        elif self.notes.strict:
            hint = f" (the fields are {', '.join(FIELD_NAMES)})"
        problem = f"there is no field called {excerpt(token.name)}{hint}"
        self.notes.add(problem, "read as words", token.position, f"{near}:" if near else None)
        self.groups[-1].unknown.append(Word(token.name, self.groups[-1].text_field))

    def _address(self, token: Token) -> Node:
        """Return what a pasted web address asks for."""
        from osce_search.parser.address import read_address  # few queries are addresses

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
        problem = f"{excerpt(token.text)} is an address"
        self.notes.add(problem, f"read as {excerpt(shown, 80)}", token.position, shown)
        if found.order:
            problem = f"the order {found.order} is not part of a query"
            self.notes.add(problem, f"read without it (--sort {found.order})", token.position)
        for term in found.unknown:
            self.notes.add(f"the number {excerpt(term)} is unknown", "read without it", token.position)
        return node

    def _add(self, node: Node, *, stop_word: bool = False) -> None:
        """Add an operand to the open group, with the operators and signs before it."""
        group = self.groups[-1]
        if group.unknown:
            node, stop_word = join([*group.unknown, node], self.operator), False
        near = group.near
        clause = Clause(
            node,
            node,
            len(group.negations) % 2 == 1,
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
                self.notes.add("the ^ has no effect here", "read without it", group.position)
            node = boosted
        self._add(node)

    def _finish(self, group: Group) -> Node | None:
        """Return the meaning of a group, or None if it is empty."""
        self._lose(group.operator, group.near, *group.negations, group.plus)
        if group.unknown:
            node = join(group.unknown, self.operator)
            group.clauses.append(Clause(node, node))
        if group.clauses:
            group.alternatives.append(join_clauses(group, self.operator))
        return disjunction(group.alternatives) if group.alternatives else None

    # Operators.

    def _operator(self, token: Token) -> None:
        group, before = self.groups[-1], self.groups[-1].operator
        self._lose(group.near, *group.negations, group.plus)
        group.settle()
        if before is not None and (before.kind == "or" or before.kind == token.kind):
            group.operator = before
            self.stray.append((token, f"{token.text} has nothing before it"))
            return
        self._lose(before)
        if not group.clauses:
            if not group.ignored:
                self.stray.append((token, f"{token.text} has nothing before it"))
        elif token.kind == "near":
            group.near = token
        else:
            group.operator = token
            if token.kind == "or":
                group.alternatives.append(join_clauses(group, self.operator))
                group.clauses = []

    def _lose(self, *tokens: Token | None) -> None:
        """Note operators and signs that no operand follows."""
        for token in tokens:
            if token is not None:
                self.stray.append((token, f"{token.text} has nothing after it"))

    def _near(self, token: Token, left: Clause, right: Clause) -> bool:
        """Join two clauses by NEAR in the left one; return False, with a note, if that is impossible."""
        near = None if right.negated else join_near(left.last, right.node, int(token.number))
        if near is None:
            why = "cannot have NOT after it" if right.negated else "joins only words and phrases of one field"
            self.notes.add(f"{token.text} {why}", "read as AND", token.position, "AND")
            return False
        first = left.last is left.node
        shown = print_tree(near)
        if not first:
            self.notes.add(f"{token.text} joins two", f"read as AND {excerpt(shown, 80)}", token.position)
        elif left.negated:
            problem = f"NOT stands before {token.text}"
            self.notes.add(problem, f"read as NOT ({excerpt(shown, 80)})", token.position)
        elif _field_of(left.last) != _field_of(right.node):
            problem = f"{token.text} searches one field"
            self.notes.add(problem, f"read as {excerpt(shown, 80)}", token.position, shown)
        left.node = near if first else conjunction((left.node, near))
        left.last, left.stop_word = right.node, False
        left.required = left.required or right.required
        return True


def _field_of(node: Node) -> str | None:
    return node.field if isinstance(node, Word | Phrase) else None


def join(nodes: Sequence[Node], operator: Operator) -> Node:
    """Join nodes that stand side by side; without nodes return MatchAll."""
    return disjunction(nodes) if operator == "any" and nodes else conjunction(nodes)


def join_clauses(group: Group, operator: Operator) -> Node:
    """Join the clauses of a group since the last OR.

    If the operator is `any`, and among the values of a facet, clauses side by side are alternatives; a written AND
    binds more tightly. Filters and negations apply to all of them, and so does a `+`: the clauses without one then
    only add to scores, which is written `a OR *`.
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
        filters = len(chain) == 1 and (first.negated if group.choice else first.filters)
        required = filters or any(clause.required for clause in chain)
        (must if required else may).append(conjunction(clause.signed for clause in chain))
    if may and any(clause.required for clause in clauses):
        may.append(MatchAll())
    return conjunction([disjunction(may), *must] if may else must)


def _without_stop_words(clauses: list[Clause]) -> list[Clause]:
    """Drop the stop words that no written AND binds, unless no other word would be left."""
    kept = []
    joined = True  # whether an AND, or nothing, stands before the clause
    for clause, after in zip(clauses, [*clauses[1:], None], strict=True):
        bound = joined and (after is None or after.joined)
        joined = after is not None and after.joined
        if not clause.stop_word or bound:
            kept.append(clause)
        elif joined and after is not None:
            after.joined = joined = False
    return kept if any(not clause.filters for clause in kept) else clauses


def join_near(left: Node, right: Node, distance: int) -> Node | None:
    """Join two words or phrases by Near, or each pair if a side is an OR of them; return None for other nodes."""
    sides = [node.children if isinstance(node, Or) else (node,) for node in (left, right)]
    if len(sides[0]) * len(sides[1]) > _MAX_PAIRS:
        return None
    pairs = [proximity(one, other, distance) for one, other in product(*sides)]
    found = [pair for pair in pairs if pair is not None]
    return disjunction(found) if len(found) == len(pairs) else None


def boost_node(node: Node, factor: float) -> Node:
    """Multiply every boost in a node; negated nodes and filters do not score and stay as they are."""
    if isinstance(node, And | Or):
        parts = list(map(boost_node, node.children, [factor] * len(node.children)))
        return conjunction(parts) if isinstance(node, And) else disjunction(parts)
    if isinstance(node, Not | In | DateRange | MatchAll):
        return node
    return replace(node, boost=bound_boost(node.boost * factor))
