"""Lexer: typed words → tokens."""

from __future__ import annotations

import re
from collections.abc import Iterator

from osce_search.parser.conditions import Kind, resolve_field, resolve_value
from osce_search.parser.notes import MAX_PHRASE, Notes, check_limit, excerpt
from osce_search.parser.scanner import ESCAPED, Scanner, Token, TokenKind
from osce_search.query import MAX_DEPTH, MatchAll, Phrase, Word, clean_text, is_address, is_headline

_MINUS = "\\-\u2010\u2011\u2212\ufe63\uff0d"
_SIGNS = re.compile(f"[{_MINUS}+]+")
_FIELD = re.compile(r"([^\W\d_]\w*):")
_OPERATOR = re.compile(r"(AND|OR|NOT|NEAR(?:/?(\d+))?)(?=[ ()]|$)")
_WORD = re.compile(r"(?:[^ \"“”„«»()\[\]{}<>|;—…,\-]|(?<=\d),(?=\d)|-(?!-))+")
_PLAIN_WORD = re.compile(r"(?!(?:AND|OR|NOT|NEAR\d*)\b)[^\W_]+(?=[ )]|$)")
_WEB_ADDRESS = re.compile(r"[^ \"“”„«»<>]+")
_BEGINS_VALUE = re.compile(f'[("“”„«»{ESCAPED}]|[^\\W_]')
_FIRST_VALUE = re.compile(r'"[^"]*"|[^ ()]+')
_SENTENCE = ".,;:!?'"
_PLURAL = re.compile(r"\((?:es|s|S)\)(?!\w)")
_AFTER_PHRASE = re.compile(r"(\*)|~(\d*)|\^(\d*(?:\.\d+)?)")
_STARLESS = re.compile(r"[^*]+")
_AFTER_GROUP = re.compile(r"\^(\d*(?:\.\d+)?)")
_DASHED = re.compile(r"[–—]([^\W_]\w*)")
_OPERATORS: dict[str, TokenKind] = {"AND": "and", "OR": "or", "NOT": "not"}
_EVERYTHING = set("*:")
_DOUBLED = {"&&": "AND", "||": "OR"}
_VALUE = re.compile(r"[^ \"“”„«»(),]+")
_PART = r"[^ \"“”„«»()\[\]{}<>=,.]*(?:\.(?!\.)[^ \"“”„«»()\[\]{}<>=,.]+)*"
_DATE = re.compile(
    rf"[\[{{][^\[\]{{}}]*[\]}}]"
    rf"|(?:[<>]=?|[≤≥=])?[ ]*{_PART}(?:[ ]*\.\.\.?(?:[ ]*(?=\d))?{_PART}|[ ]+(?:-|–|—|to)[ ]+(?=\d){_PART})?"
)


def tokenize(text: str, notes: Notes) -> list[Token]:
    """Cut the text of a query, cleaned by `clean_text`, into tokens.

    Raise LimitExceeded for too many words or too deep parentheses.

    >>> [token.text for token in tokenize('-title:"free press" OR obs*', Notes())]
    ['-', 'title:', '"free press"', 'OR', 'obs*']
    """
    return list(_Lexer(text, notes).tokens())


class _Lexer(Scanner):
    """A scanner that knows the syntax. Each reading method passes what it reads."""

    def __init__(self, text: str, notes: Notes) -> None:
        super().__init__(text, notes)
        self._headline = is_headline(text)
        self._after_name = -1  # the offset after the last name of a field and its colon
        self._groups: list[tuple[Kind, str]] = [("text", "")]  # what each open parenthesis holds

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
        """Read an operand, or the operator, sign or name before one."""
        start, (kind, name) = self.at, self._groups[-1]
        if kind == "text" and (found := _PLAIN_WORD.match(self.text, start)):
            # Most words are plain; everything below would read them in the same way.
            self.at = found.end()
            self.count()
            yield self.token("leaf", start, leaf=Word(found[0]), plain=True)
        elif self.at_quotation():
            yield from self._phrase() if kind == "text" else self._values(kind, name)
        elif is_address(self.text[start : start + 80]):
            yield self._address()
        else:
            yield from self._operator_or_sign()
            if self.at == start:
                yield from self._named()
            if self.at == start:
                yield from self._word() if kind == "text" else self._values(kind, name)

    # Parentheses, operators and signs.

    def _open(self) -> Token:
        if self.at != self._after_name:
            self._groups.append(self._groups[-1])
        check_limit("depth", len(self._groups) - 1, MAX_DEPTH)
        self.at += 1
        return self.token("open", self.at - 1)

    def _close(self) -> Token:
        start, boost = self.at, 1.0
        self.at += 1
        if len(self._groups) > 1:
            self._groups.pop()
        if found := _AFTER_GROUP.match(self.text, self.at):
            boost = self.boost(found[1], self.at)
            self.at = found.end()
        return self.token("close", start, number=boost)

    def _operator_or_sign(self) -> list[Token]:
        """Read an operator or sign, which stands at the beginning or after a space, a `(` or the name of a field."""
        start = self.at
        if start and start != self._after_name and self.text[start - 1] not in " (":
            return []
        found = _OPERATOR.match(self.text, start)
        if found and self._headline and found[1] != "AND":
            problem = f"{found[1]} stands in a headline all in capitals"
            self.note(problem, f"read as the word {found[1]}", start, f"\\{found[1]}")
            return []
        if found:
            self.at = found.end()
            kind = _OPERATORS.get(found[1], "near")
            number = self.distance(found[2] or "10", start) if kind == "near" else 0
            return [self.token(kind, start, number=number)]
        if found := _SIGNS.match(self.text, start):
            return self._sign(found[0])
        if found := _DASHED.match(self.text, start):
            self.at += 1
            word = excerpt(found[1])
            self.note(f"the dash before {word} is not a minus sign", f"read as {word}", start, f"-{word}")
        return []

    def _sign(self, signs: str) -> list[Token]:
        start = self.at
        self.at += len(signs)
        after = self.text[self.at : self.at + 1]
        if after in ("", " ", ")"):
            # A dash between words is punctuation; at the beginning it is probably a mistake.
            if len(signs) == 1 and not self.text[:start].strip(" ("):
                self.note(f"{signs} has a space after it", "read without it", start, f"{signs}word")
            return []
        if len(signs) > 1:
            found = _WORD.match(self.text, self.at)
            word = excerpt(self.raw(self.at, found.end())) if found else "word"
            self.note(f"{excerpt(signs)} is not a sign", "read without it", start, f"-{word}")
            return []
        return [self.token("plus" if signs == "+" else "minus", start)]

    # Names before a colon, and the values after it.

    def _named(self) -> list[Token]:
        """Read the name of a field with its colon, and the values of a facet or a date after it."""
        found = _FIELD.match(self.text, self.at)
        if not found:
            return []
        typed, start, after = found[1], self.at, found.end()
        known = resolve_field(typed)
        if known is None:
            if not _BEGINS_VALUE.match(self.text, after):
                return []  # a colon as in any sentence
            self.at = self._after_name = after
            return [self.token("unknown", start, name=typed)]
        begin = after
        while self.text[begin : begin + 1] == " ":
            begin += 1
        kind, name = known
        empty = begin == len(self.text) or self.text[begin] == ")" or _OPERATOR.match(self.text, begin)
        if empty or (begin > after and not self._is_name(kind, name, start, begin)):
            problem = f"{typed}: has {'nothing' if empty else 'a space'} after it"
            self.note(problem, f"read as the word {typed}", start, f"{typed}:{'word' if empty else ''}")
            self.count()
            self.at = after
            return [self.token("leaf", start, leaf=Word(typed))]
        self.at = self._after_name = begin
        if begin > after:
            self.note(f"{typed}: has a space after it", "read without it", after, f"{typed}:")
        if self.text[begin] == "(":
            self._groups.append(known)
            return [self.token("field" if kind == "text" else "choice", start, name=name)]
        if kind == "text":
            return [self.token("field", start, name=name)]
        return self._values(kind, name)

    def _is_name(self, kind: Kind, name: str, start: int, begin: int) -> bool:
        """Return whether a word, a colon and a space name a field, and are not part of a sentence.

        They do at the beginning of the query, and before a value of that facet or a date.
        """
        if not self.text[:start].strip():
            return True
        value = _FIRST_VALUE.match(self.text, begin)
        if kind == "text" or not value:
            return False
        if kind == "date":
            return any(map(str.isdigit, value[0]))
        return resolve_value(name, value[0].strip('"').rstrip(".;:!?,")) is not None

    def _values(self, kind: Kind, name: str) -> list[Token]:
        """Read the values of a facet, or a date; return no token if there is only punctuation."""
        start, text = self.at, self.text
        quoted = self.at_quotation()
        if kind == "date":
            values = [self._value(_DATE, " ,;:!?")]
        else:
            values = [self._value(_VALUE, ".;:!?")]
            while text[self.at : self.at + 1] == "," and text[self.at + 1 : self.at + 2] not in ("", *" (),"):
                self.at += 1
                quoted = quoted or self.at_quotation()
                values.append(self._value(_VALUE, ".;:!?"))
        values = [value for value in values if value]
        if not values:
            self.at = max(self.at, start + 1)
            return []
        self.count(len(values))
        plain = not quoted and len(values) == 1
        token_kind: TokenKind = "date" if kind == "date" else "values"
        return [self.token(token_kind, start, name=name, values=tuple(values), plain=plain)]

    def _value(self, pattern: re.Pattern[str], endings: str) -> str:
        """Read one value in quotation marks, or as a pattern says and without the punctuation after it."""
        start = self.at
        if self.at_quotation() and (inner := self.quoted()):
            return self.raw(*inner)
        found = pattern.match(self.text, start)
        self.at = found.end() if found else start
        return self.raw(start, self.at).rstrip(endings)

    # Words, phrases and addresses.

    def _word(self) -> list[Token]:
        start = self.at
        found = _WORD.match(self.text, start)
        if not found:
            return self._punctuation()
        self.at = found.end()
        typed = self.raw(start, self.at)
        node = self.marked(start, self.at)
        if isinstance(node, MatchAll):
            if set(typed) <= _EVERYTHING and typed.startswith("*"):
                return [self.token("all", start)]
            self.at = start
            return self._punctuation(len(found[0]))
        self.count()
        if plural := _PLURAL.match(self.text, self.at):
            self.note(f"there is a parenthesis in {typed}{plural[0]}", f"read as {typed}", start, typed)
            self.at = plural.end()
        plain = isinstance(node, Word) and node.boost == 1 and ESCAPED not in found[0]
        return [self.token("leaf", start, leaf=node, plain=plain)]

    def _punctuation(self, size: int = 1) -> list[Token]:
        """Pass punctuation, with a note if it is an operator in other languages; return no token."""
        doubled = self.text[self.at : self.at + 2]
        if doubled in _DOUBLED:
            self.note(f"{doubled} is not an operator", "read without it", self.at, _DOUBLED[doubled])
            size = max(size, 2)
        self.at += size
        return []

    def _phrase(self) -> list[Token]:
        start = self.at
        inner = self.quoted()
        if inner is None:
            typed = excerpt(self.raw(start, start + 60).strip())
            self.note("a quotation mark is not closed", "read without it", start, typed + typed[0])
            self.at = start + 1
            return []
        slop, boost = self._phrase_marks()
        typed = self.raw(*inner)
        if "*" in self.text[slice(*inner)]:
            self.note(f'a * has no meaning in "{excerpt(typed)}"', "read without it", start)
            typed = clean_text(
                "".join(self.raw(*part.span()) for part in _STARLESS.finditer(self.text, *inner))
            )
        words = typed.split()
        text = " ".join(words)
        if not any(map(str.isalnum, text)):
            self.note("there are no words between quotation marks", "read without them", start)
            return []
        check_limit("phrase", len(words), MAX_PHRASE)
        self.count(len(words))
        return [self.token("leaf", start, leaf=Phrase(text, slop, None, boost))]

    def _phrase_marks(self) -> tuple[int, float]:
        """Read the slop and the boost after a phrase."""
        slop, boost = 0, 1.0
        while found := _AFTER_PHRASE.match(self.text, self.at):
            start, self.at = self.at, found.end()
            if found[1]:
                self.note("a * cannot stand after a phrase", "read without it", start)
            elif found[2]:
                slop = self.distance(found[2], start)
            elif found[2] is not None:
                self.note('a ~ after a phrase needs a number, as in "free press"~5', "read without it", start)
            else:
                boost = self.boost(found[3], start)
        return slop, boost

    def _address(self) -> Token:
        """Read a web address, without the punctuation of the sentence around it."""
        start = self.at
        found = _WEB_ADDRESS.match(self.text, start)
        typed = found[0].rstrip(_SENTENCE) if found else self.text[start]
        surplus = typed.count(")") - typed.count("(")
        while surplus > 0 and typed.endswith(")"):
            typed = typed[:-1].rstrip(_SENTENCE)
            surplus -= 1
        self.at = start + len(typed)
        self.count()
        return self.token("address", start)
