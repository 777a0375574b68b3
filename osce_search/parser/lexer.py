"""Lexer: typed words → tokens.

A backslash takes any meaning from the character after it; until a token is cut, the two are one character of the
private use area, which no question contains.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from osce_search.parser.fields import Kind, resolve_field
from osce_search.parser.limits import MAX_DEPTH, MAX_PHRASE, MAX_TERMS, check_limit
from osce_search.parser.marks import ESCAPED, Remark, read_boost, read_distance, read_marked
from osce_search.parser.notes import Notes, excerpt
from osce_search.parser.tokens import Token, TokenKind
from osce_search.query import Leaf, MatchAll, Phrase, Word, clean_text, is_address

__all__ = ["tokenize"]

_ESCAPE = re.compile(r"\\(.)")
_OTHER_QUOTES = str.maketrans({"＂": '"', "″": '"', "‟": "“"})
_CLOSING = {
    '"': ('"', "”"),
    "“": ('”"', "“"),
    "„": ('“”"', ""),
    "”": ('”"', ""),
    "«": ("»", '"'),
    "»": ("«»", ""),
}
"""What ends a phrase that begins with this mark, and what ends it where that is not there."""

_MINUS = "\\-\u2010\u2011\u2212\ufe63\uff0d"
_SIGNS = re.compile(f"[{_MINUS}+]+")
_FIELD = re.compile(r"([^\W\d_]\w*):")
_OPERATOR = re.compile(r"(AND|OR|NOT|NEAR(?:/?(\d+))?)(?=[ ()]|$)")
_WORD = re.compile(r"(?:[^ \"“”„«»()\[\]{}<>|;—…,\-]|(?<=\d),(?=\d)|-(?!-))+")
_WEB_ADDRESS = re.compile(r"[^ \"“”„«»<>]+")
_PLURAL = re.compile(r"\((?:es|s|S)\)(?!\w)")
_AFTER_PHRASE = re.compile(r"(\*)|~(\d*)|\^(\d*(?:\.\d+)?)")
_STARLESS = re.compile(r"[^*]+")
_AFTER_GROUP = re.compile(r"\^(\d*(?:\.\d+)?)")
_VALUE = re.compile(r"[^ \"“”„«»(),]+")
_DASHED = re.compile(r"[–—]([^\W_]\w*)")
_OPERATORS: dict[str, TokenKind] = {"AND": "and", "OR": "or", "NOT": "not"}
_DOUBLED = {"&&": "AND", "||": "OR"}
_PART = r"[^ \"“”„«»()\[\]{}<>=,.]*(?:\.(?!\.)[^ \"“”„«»()\[\]{}<>=,.]+)*"
_DATE = re.compile(
    rf"[\[{{][^\[\]{{}}]*[\]}}]"
    rf"|(?:[<>]=?|[≤≥=])?[ ]*{_PART}(?:[ ]*\.\.\.?(?:[ ]*(?=\d))?{_PART}|[ ]+(?:-|–|—|to)[ ]+(?=\d){_PART})?"
)


def tokenize(text: str, notes: Notes) -> list[Token]:
    """The tokens of a question, which has been through clean_text; what is not read as typed is noted.

    Raises LimitExceeded for too many words and too deep parentheses.

    >>> [token.text for token in tokenize('-title:"free press" OR obs*', Notes())]
    ['-', 'title:', '"free press"', 'OR', 'obs*']
    """
    return list(_Lexer(text, notes).tokens())


class _Lexer:
    def __init__(self, text: str, notes: Notes) -> None:
        self.escaped: list[str] = []
        if "\\" in text:
            text = _ESCAPE.sub(self._escape, text)
        self.text = text if text.isascii() else text.translate(_OTHER_QUOTES)
        self.notes = notes
        self.at = 0
        self.terms = 0
        self.after_name = -1  # where a field's name and colon ended
        self.groups: list[tuple[Kind, str]] = [("text", "")]  # what stands in each open parenthesis
        self.never_closed: set[str] = set()

    def tokens(self) -> Iterator[Token]:
        text, size = self.text, len(self.text)
        while self.at < size:
            char = text[self.at]
            if char == " ":
                self.at += 1
            elif char == "(":
                yield self._open()
            elif char == ")":
                yield self._close()
            else:
                yield from self._operand(char)

    def _operand(self, char: str) -> Iterator[Token]:
        """What stands here, with the operator or sign before it."""
        start, (kind, name) = self.at, self.groups[-1]
        if char in _CLOSING:
            yield from self._phrase() if kind == "text" else self._value(kind, name)
        elif is_address(self.text[start : start + 80]):
            yield self._address()
        else:
            yield from self._operator_or_sign()
            if self.at == start:
                yield from self._named()
            if self.at == start:
                yield from self._word() if kind == "text" else self._value(kind, name)

    # Parentheses, operators and signs.

    def _open(self) -> Token:
        named = self.at == self.after_name
        if not named:
            self.groups.append(self.groups[-1])
        check_limit("depth", len(self.groups) - 1, MAX_DEPTH)
        self.at += 1
        return self._token("open", self.at - 1)

    def _close(self) -> Token:
        start, boost = self.at, 1.0
        self.at += 1
        if len(self.groups) > 1:
            self.groups.pop()
        if found := _AFTER_GROUP.match(self.text, self.at):
            boost = read_boost(found[1], self._remark(self.at))
            self.at = found.end()
        return self._token("close", start, number=boost)

    def _operator_or_sign(self) -> list[Token]:
        """An operator or a sign where one may stand: at the beginning, after a space, `(` or a field's name."""
        start = self.at
        if start and start != self.after_name and self.text[start - 1] not in " (":
            return []
        if found := _OPERATOR.match(self.text, start):
            self.at = found.end()
            kind = _OPERATORS.get(found[1], "near")
            number = read_distance(found[2] or "10", self._remark(start)) if kind == "near" else 0
            return [self._token(kind, start, number=number)]
        if found := _SIGNS.match(self.text, start):
            return self._sign(found[0])
        if found := _DASHED.match(self.text, start):
            self.at += 1
            word = excerpt(found[1])
            self._note(f"the dash before {word} is no minus sign", f"read as {word}", start, f"-{word}")
        return []

    def _sign(self, signs: str) -> list[Token]:
        start = self.at
        self.at += len(signs)
        after = self.text[self.at : self.at + 1]
        if after in ("", " ", ")"):
            # A dash between words is punctuation; at the beginning it looks like a slip.
            if len(signs) == 1 and not self.text[:start].strip(" ("):
                self._note(f"{signs} has a space after it", "read without it", start, f"{signs}word")
            return []
        if len(signs) > 1:
            self._note(f"{excerpt(signs)} is no sign", "read without it", start, f"-{self._next_word()}")
            return []
        return [self._token("plus" if signs == "+" else "minus", start)]

    def _next_word(self) -> str:
        found = _WORD.match(self.text, self.at)
        return excerpt(self._raw(self.at, found.end())) if found else "word"

    # Names before a colon.

    def _named(self) -> list[Token]:
        found = _FIELD.match(self.text, self.at)
        if not found:
            return []
        typed, start, after = found[1], self.at, found.end()
        known = resolve_field(typed)
        if known is None:
            if self.text[after : after + 1].isalnum() or self.text[after : after + 1] in (
                "(",
                ESCAPED,
                *_CLOSING,
            ):
                self.at = self.after_name = after
                return [self._token("unknown", start, name=typed)]
            return []
        begin = after
        while self.text[begin : begin + 1] == " ":
            begin += 1
        if begin == len(self.text) or self.text[begin] == ")" or _OPERATOR.match(self.text, begin):
            self._note(f"{typed}: has nothing after it", f"read as the word {typed}", start, f"{typed}:word")
            self._count()
            self.at = after
            return [self._token("leaf", start, leaf=Word(typed))]
        kind, name = known
        self.at = self.after_name = begin
        if begin > after:
            self._note(f"{typed}: has a space after it", "read without it", after, f"{typed}:")
        if self.text[begin] == "(":
            self.groups.append(known)
            return [self._token("field" if kind == "text" else "choice", start, name=name)]
        if kind == "text":
            return [self._token("field", start, name=name)]
        return self._value(kind, name)

    def _value(self, kind: Kind, name: str) -> list[Token]:
        """What stands behind the name of a facet or a date."""
        start, plain = self.at, True
        if self.text[start] in _CLOSING and (inner := self._quoted()):
            values, plain = [self._raw(*inner)], False
        elif kind == "date":
            found = _DATE.match(self.text, start)
            self.at = found.end() if found else start
            values = [self._raw(start, self.at).strip().rstrip(",;:!?")]
        else:
            values, plain = self._bare_values()
        while kind == "facet" and self.text[self.at : self.at + 1] == "," and self._more_values():
            self.at += 1
            if self.text[self.at] in _CLOSING and (inner := self._quoted()):
                values.append(self._raw(*inner))
                plain = False
            else:
                values.extend(self._bare_values()[0])
        values = [value for value in values if value]
        if not values:
            self.at = max(self.at, start + 1)
            return []
        self._count(len(values))
        token_kind: TokenKind = "date" if kind == "date" else "values"
        return [
            self._token(token_kind, start, name=name, values=tuple(values), plain=plain and len(values) == 1)
        ]

    def _bare_values(self) -> tuple[list[str], bool]:
        found = _VALUE.match(self.text, self.at)
        if not found:
            return [], False
        start, self.at = self.at, found.end()
        return [self._raw(start, self.at).rstrip(".;:!?")], True

    def _more_values(self) -> bool:
        return self.text[self.at + 1 : self.at + 2] not in ("", " ", ")", "(", ",")

    # Words, phrases and addresses.

    def _word(self) -> list[Token]:
        start = self.at
        found = _WORD.match(self.text, start)
        self.at = found.end() if found else start + 1
        typed = self._raw(start, self.at)
        node = read_marked(self.text[start : self.at], self._restorer(start), self._remark(start))
        if isinstance(node, MatchAll):
            doubled = self.text[start : start + 2]
            if doubled in _DOUBLED:
                self.at = start + 2
                word = _DOUBLED[doubled]
                self._note(f"{doubled} is no operator", "read without it", start, word)
            return [self._token("all", start)] if typed.startswith("*") and set(typed) <= set("*:") else []
        self._count()
        if plural := _PLURAL.match(self.text, self.at):
            self._note(f"there is a parenthesis in {typed}{plural[0]}", f"read as {typed}", start, typed)
            self.at = plural.end()
        plain = isinstance(node, Word) and node.boost == 1 and ESCAPED not in self.text[start : self.at]
        return [self._token("leaf", start, leaf=node, plain=plain)]

    def _phrase(self) -> list[Token]:
        start = self.at
        inner = self._quoted()
        if inner is None:
            typed = excerpt(self._raw(start, len(self.text)).strip())
            self._note("a quotation mark is not closed", "read without it", start, typed + typed[0])
            self.at = start + 1
            return []
        slop, boost = self._phrase_marks()
        typed = self._raw(*inner)
        if "*" in self.text[slice(*inner)]:
            self._note(f'a * means nothing in "{excerpt(typed)}"', "read without it", start)
            typed = clean_text(
                "".join(self._raw(*part.span()) for part in _STARLESS.finditer(self.text, *inner))
            )
        words = typed.split()
        text = " ".join(words)
        if not any(map(str.isalnum, text)):
            self._note("there are no words between quotation marks", "read without them", start)
            return []
        check_limit("phrase", len(words), MAX_PHRASE)
        self._count(len(words))
        return [self._token("leaf", start, leaf=Phrase(text, slop, None, boost))]

    def _phrase_marks(self) -> tuple[int, float]:
        """The slop and the boost behind a phrase."""
        slop, boost = 0, 1.0
        while found := _AFTER_PHRASE.match(self.text, self.at):
            remark = self._remark(self.at)
            self.at = found.end()
            if found[1]:
                remark("a * cannot stand after a phrase", "read without it", None)
            elif found[2]:
                slop = read_distance(found[2], remark)
            elif found[2] is not None:
                remark('a ~ after a phrase needs a number, as in "free press"~5', "read without it", None)
            else:
                boost = read_boost(found[3], remark)
        return slop, boost

    def _quoted(self) -> tuple[int, int] | None:
        """Where the text between this quotation mark and its other half stands, which is passed; None without one."""
        start = self.at
        for marks in _CLOSING[self.text[start]]:
            ends = [end for mark in marks if (end := self._find(mark, start + 1)) >= 0]
            if ends:
                self.at = min(ends) + 1
                return start + 1, self.at - 1
        return None

    def _find(self, mark: str, start: int) -> int:
        if mark in self.never_closed:
            return -1
        end = self.text.find(mark, start)
        if end < 0:
            self.never_closed.add(mark)
        return end

    def _address(self) -> Token:
        start = self.at
        found = _WEB_ADDRESS.match(self.text, start)
        self.at = start + len(found[0].rstrip(".,;:!?)'")) if found else start + 1
        self._count()
        return self._token("address", start)

    # What all of them need.

    def _token(
        self,
        kind: TokenKind,
        start: int,
        *,
        name: str = "",
        leaf: Leaf | None = None,
        values: tuple[str, ...] = (),
        number: float = 1.0,
        plain: bool = False,
    ) -> Token:
        typed = self._raw(start, self.at).strip()
        return Token(kind, typed, self._position(start), name, leaf, values, number, plain)

    def _escape(self, found: re.Match[str]) -> str:
        self.escaped.append(found[1])
        return ESCAPED

    def _raw(self, start: int, end: int) -> str:
        """A piece of the text, with the characters that stood behind a backslash."""
        piece = self.text[start:end]
        if ESCAPED not in piece:
            return piece
        rest = iter(self.escaped[self.text.count(ESCAPED, 0, start) :])
        return clean_text("".join(next(rest) if char == ESCAPED else char for char in piece))

    def _restorer(self, begin: int) -> Callable[[int, int], str]:
        return lambda start, end: self._raw(begin + start, begin + end)

    def _position(self, at: int) -> int:
        """Where a place of the text stood in the question as typed."""
        return at + self.text.count(ESCAPED, 0, at)

    def _count(self, terms: int = 1) -> None:
        self.terms += terms
        check_limit("terms", self.terms, MAX_TERMS)

    def _note(self, problem: str, reading: str, at: int, suggestion: str | None = None) -> None:
        self.notes.add(problem, reading, self._position(at), suggestion)

    def _remark(self, at: int) -> Remark:
        return lambda problem, reading, suggestion: self._note(problem, reading, at, suggestion)
