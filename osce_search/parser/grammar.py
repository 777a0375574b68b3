"""Grammar: tokens → tree.

NOT binds most tightly, then NEAR, then AND and words side by side, then OR. An open parenthesis is a `Group` on a
list, so that no depth of parentheses meets Python's limit of recursion.
"""

from __future__ import annotations

from dataclasses import replace

from osce_search.parser.conditions import Conditions
from osce_search.parser.fields import FIELD_NAMES, nearest_field
from osce_search.parser.groups import Clause, Group, Operator, boost_node, join, join_clauses, join_near
from osce_search.parser.notes import Notes, excerpt
from osce_search.parser.tokens import Token
from osce_search.query import (
    In,
    MatchAll,
    Node,
    Phrase,
    Word,
    clean_text,
    conjunction,
    disjunction,
    period,
    print_tree,
    selection,
)
from osce_search.vocabulary import is_stop_word

__all__ = ["build_tree"]


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
