"""Characters: text from a page → text that a terminal, a spreadsheet or a reader cannot be misled by."""

from __future__ import annotations

import re
from collections.abc import Iterable

# Control characters (C0, DEL, C1), bidirectional embeddings, overrides and isolates, line and paragraph separators,
# interlinear annotation, tags, and halves of surrogate pairs. Direction marks and joiners stay: names need them.
# None of these is printable. So the patterns are compiled only for the first text that is not printable: compiling
# takes longer than the rest of the way to the first line.
_UNSAFE = "[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ufff9-\ufffb\ud800-\udfff\U000e0000-\U000e007f]"
_UNSAFE_IN_JSON = _UNSAFE.replace("\x00-\x1f", "")
_SPACES = "\t\n\v\f\r\x1c\x1d\x1e\x1f\x85\u2028\u2029"
_FORMULA = re.compile(r"\s*[=+\-@＝＋－＠]|[\t\r\n]")


def neutralise(text: str) -> str:
    """Return the text with each character that a terminal obeys replaced by another one.

    Line breaks and tabs become spaces, the others U+FFFD. Offsets into the text stay true.

    >>> neutralise("red \\x1b[31m and \\u202edesrever")
    'red �[31m and �desrever'
    """
    if text.isprintable():
        return text
    return re.sub(_UNSAFE, lambda match: " " if match[0] in _SPACES else "\ufffd", text)


def neutralise_all(texts: Iterable[str]) -> list[str]:
    """Neutralise each text."""
    return [text if text.isprintable() else neutralise(text) for text in texts]


def escape(json: str) -> str:
    """Return the same JSON with each character that a terminal obeys as an escape sequence.

    >>> escape('"\\u202edesrever"')
    '"\\\\u202edesrever"'
    """
    if json.replace("\n", "").isprintable():
        return json
    return re.sub(_UNSAFE_IN_JSON, _escape, json)


def _escape(match: re.Match[str]) -> str:
    code = ord(match[0])
    if code < 0x10000:
        return f"\\u{code:04x}"
    code -= 0x10000
    return f"\\u{0xD800 + (code >> 10):04x}\\u{0xDC00 + (code & 0x3FF):04x}"


def defuse(cell: str) -> str:
    """Return the cell of a spreadsheet with an apostrophe in front if it could be taken for a formula.

    >>> defuse("=1+1"), defuse("1+1")
    ("'=1+1", '1+1')
    """
    return f"'{cell}" if _FORMULA.match(cell) else cell
