"""Marks: a word with what is attached to it (`obs*`, `media~1`, `press^2`) → a leaf of the tree."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable

from osce_search.query import (
    MAX_BOOST,
    MAX_DISTANCE,
    MIN_BOOST,
    MIN_PREFIX,
    Fuzzy,
    Leaf,
    MatchAll,
    Prefix,
    Word,
    bound_boost,
    is_acronym,
    normalize_leaf,
)

__all__ = ["ESCAPED", "Remark", "read_boost", "read_distance", "read_marked", "trim"]

ESCAPED = "\ue000"
"""What stands for a character behind a backslash until its token is cut."""

Remark = Callable[[str, str, str | None], None]
"""Takes a problem, how it was read, and what to type instead."""

_MARK = re.compile(r"[*~^]")
_MARKS = re.compile(r"(\*+)|~(\d*(?:\.\d+)?)|\^(\d*(?:\.\d+)?)")
_QUESTIONED = re.compile(r"[^\W_]+(?:\?[^\W_]+){1,2}")
_ENDINGS = ".:!?'’"


def trim(piece: str) -> tuple[int, int]:
    """Where the word within a piece begins and ends, without the punctuation around it.

    >>> trim("(«Désir»!"), trim("U.S.,"), trim("--")
    ((2, 7), (0, 4), (2, 2))
    """
    start, end = 0, len(piece)
    while start < end and _is_punctuation(piece[start]):
        start += 1
    while end > start and _is_punctuation(piece[end - 1]):
        end -= 1
    if piece[end : end + 1] == "." and is_acronym(piece[start : end + 1]):
        end += 1
    return start, end


def _is_punctuation(char: str) -> bool:
    return not char.isalnum() and char != ESCAPED and unicodedata.category(char)[0] != "M"


def read_marked(piece: str, restore: Callable[[int, int], str], remark: Remark) -> Leaf | MatchAll:
    """The word, prefix or fuzzy word that a piece without spaces means; MatchAll where it has no letter.

    `restore` gives a part of the piece with the characters that stood behind a backslash.
    """
    found = _MARK.search(piece)
    size = found.start() if found else len(piece)
    start, end = trim(piece[:size])
    if start == end:
        return _read_led(piece, size, restore, remark)
    text = restore(start, end)
    if " " in text:
        text = " ".join(text.split())
    if not any(map(str.isalnum, text)):
        return MatchAll()
    if not found:
        return _read_questioned(text, remark) if "?" in piece[start:end] else Word(text)
    marks = piece[size:].rstrip(_ENDINGS)
    parts = list(_MARKS.finditer(marks))
    if sum(len(part[0]) for part in parts) < len(marks):
        return _read_inner(piece, text, size, restore, remark)
    return _attach(text, parts, remark)


def _read_led(piece: str, size: int, restore: Callable[[int, int], str], remark: Remark) -> Leaf | MatchAll:
    """A piece that has a mark before any letter."""
    rest = piece[size:].lstrip("*~^?" + _ENDINGS)
    if not any(char.isalnum() or char == ESCAPED for char in rest):
        return MatchAll()
    skipped = len(piece) - len(rest)
    node = read_marked(rest, lambda start, end: restore(skipped + start, skipped + end), remark)
    if "*" in piece[:skipped]:
        # Of stars on both sides, as around **news**, one is left.
        shown = f"{rest.rstrip('*')}*" if isinstance(node, Prefix) else rest
        remark(f"a * cannot stand before a word, as in {piece}", f"read as {shown}", shown)
    return node


def _read_inner(
    piece: str, text: str, size: int, restore: Callable[[int, int], str], remark: Remark
) -> Leaf | MatchAll:
    """A piece with a mark inside of it: `organi*ation`, but also `a~b`, which is only an odd word."""
    if piece[size] != "*":
        start, end = trim(piece)
        return normalize_leaf(Word(restore(start, end)))
    node = normalize_leaf(Prefix(text))
    shown = text + "*" if isinstance(node, Prefix) else text
    remark(f"a * can only end a word, not stand inside as in {piece}", f"read as {shown}", shown)
    return node


def _read_questioned(text: str, remark: Remark) -> Leaf | MatchAll:
    """A word with `?` inside, as in wom?n: one letter more or less."""
    if not _QUESTIONED.fullmatch(text):
        return Word(text)
    node = normalize_leaf(Fuzzy(text.replace("?", ""), text.count("?")))
    if not isinstance(node, Fuzzy):
        return Word(text)
    shown = f"{node.text}~{node.distance}"
    remark(f"? does not stand for a letter, as in {text}", f"read as {shown}", shown)
    return node


def _attach(text: str, parts: list[re.Match[str]], remark: Remark) -> Leaf | MatchAll:
    """The word with each of its marks."""
    boost, prefix, distance = 1.0, False, 0
    for part in parts:
        if part[1]:
            prefix = True
        elif part[2] is not None:
            distance = _read_fuzziness(text, part[2], remark)
        else:
            boost = read_boost(part[3], remark)
    if prefix and distance:
        remark(f"{text} cannot have both * and ~", f"read as {text}*", f"{text}*")
    node: Word | Prefix | Fuzzy = Word(text, None, boost)
    if prefix:
        node = Prefix(text, None, boost)
    elif distance:
        node = Fuzzy(text, distance, None, boost)
    kept = normalize_leaf(node)
    if prefix and isinstance(kept, Word):
        remark(f"{text}* is too short: {MIN_PREFIX} letters must stand before a *", f"read as {text}", text)
    elif distance and isinstance(kept, Word):
        remark(f"{text}~ is too short: ~ needs a word of 3 letters, ~2 one of 5", f"read as {text}", text)
    elif isinstance(kept, Fuzzy) and kept.distance < distance:
        remark(
            f"{text}~{distance} is too short: ~2 needs a word of 5 letters", f"read as {text}~1", f"{text}~1"
        )
    return kept


def _read_fuzziness(text: str, digits: str, remark: Remark) -> int:
    if digits in ("", "1", "2"):
        return int(digits or 1)
    if digits.strip("0.") == "":
        return 0
    distance = 1 if digits.startswith(("0", ".")) else 2
    remark(
        f"{text}~{digits}: the distance of a fuzzy word is 1 or 2",
        f"read as {text}~{distance}",
        f"{text}~{distance}",
    )
    return distance


def read_distance(digits: str, remark: Remark) -> int:
    """A number of words, at most MAX_DISTANCE."""
    distance = int(digits) if len(digits) <= len(str(MAX_DISTANCE)) else MAX_DISTANCE + 1
    if distance <= MAX_DISTANCE:
        return distance
    remark(f"a distance of {digits[:12]} words is too large", f"read as {MAX_DISTANCE}", str(MAX_DISTANCE))
    return MAX_DISTANCE


def read_boost(digits: str, remark: Remark) -> float:
    """The number behind a ^, within its bounds; 1 where there is none."""
    if not digits:
        remark("a ^ needs a number behind it, as in press^2", "read without it", None)
        return 1.0
    boost = float(digits)
    kept = bound_boost(boost)
    if kept != boost:
        remark(f"a boost is a number from {MIN_BOOST} to {MAX_BOOST:g}", f"read as ^{kept:g}", f"^{kept:g}")
    return kept
