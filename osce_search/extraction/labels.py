"""Labels: blocks → what a page prints as metadata, by the label's spelling and its place in the structure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from osce_search.extraction.layout import Block, Piece
from osce_search.extraction.lines import STRONG, is_date, is_prose, names_of, spellings_by, type_of
from osce_search.vocabulary.written_dates import read_date

LONGEST_VALUE = 1000
"""A value of more characters is a paragraph; eighteen fields of work take up 500."""

WIDEST = 12
"""A header row has no more cells."""

RUNNING = 200
"""A line of this many characters above a label is running text."""

MENU = 6
"""A label without a colon, alone, with more values than this is the heading of a menu."""

_LABELS = spellings_by("label ")
_MEANINGS = {spelling: meaning for meaning, forms in reversed(_LABELS.items()) for spelling in forms}
_PHRASES = tuple(spelling for spelling, meaning in _MEANINGS.items() if " " in spelling and meaning in STRONG)
_LONGEST = max(map(len, _MEANINGS))
_WORDS = max(spelling.count(" ") for spelling in _MEANINGS) + 1
_COLON = re.compile(r"\s*[:：]\s*")
_BETWEEN = " \t|·•;,–—-*"
_CAPITALS = "A-ZА-ЯЁІЇЄҐЂЈЉЊЋЏ"
# A word; one that is glued to the word before it begins with its capital: SerbiaDate, 2011Source.
_WORD = re.compile(rf"(?:[{_CAPITALS}]{{2,}}\b|[^\W\d_][^\W\d_{_CAPITALS}]*)(?:['’][^\W\d_]+)?")
_DATED_LABELS = frozenset({"published", "date"})
_NAMED_LABELS = frozenset({"source", "field", "country", "type"})
_CONTACT = re.compile(r"[\s+(]*[\d(][\d\s()/.+-]{5,}\Z|\S+@\S+\.\w+\Z")


def _bare_text(text: str) -> str:
    return text.rstrip(" :：").casefold()


@dataclass(frozen=True, slots=True)
class Label:
    """A label found on a page: its meaning, its values as printed, and the first and last block it takes up.

    `sure` says that a colon or the markup makes it a label, and not its words alone.
    """

    meaning: str
    values: tuple[str, ...]
    first: int
    last: int
    sure: bool = True


@dataclass(frozen=True, slots=True)
class Labels:
    """The labels of one release: values by meaning, and the numbers of the blocks that hold them."""

    values: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    blocks: frozenset[int] = frozenset()

    def __getitem__(self, meaning: str) -> tuple[str, ...]:
        return self.values.get(meaning, ())


def match_label(text: str) -> tuple[str, str] | None:
    """Return what a line's label means and what follows its colon, or None for a line without a known label.

    >>> match_label("Publishing date: 14 March 2005")
    ('published', '14 March 2005')
    >>> match_label("Spot Report 7/2021: a lift of the fog") is None
    True
    """
    colon = _COLON.search(text, 0, _LONGEST + 3) if ":" in text or "：" in text else None
    if colon is None:
        return None
    meaning = _MEANINGS.get(text[: colon.start()].casefold().strip("* "))
    return (meaning, text[colon.end() :]) if meaning else None


def read_labels(blocks: Sequence[Block], found: Sequence[Label]) -> Labels:
    """Return the labels of a page that holds one release; of a label printed twice, the best that has a value.

    Labels of the text itself are left out: an invitation's "Date:" and "Place:" stand below running text, and lack what
    only the frame of a page has.
    """
    values: dict[str, tuple[int, tuple[str, ...]]] = {}
    taken: set[int] = set()
    for group in _of_frame(blocks, found):
        meanings = len({label.meaning for label in group})
        if meanings == 1 and any(not label.sure and len(label.values) > MENU for label in group):
            continue
        for label in group:
            rank = 0 if not label.values else 2 if label.sure or meanings > 1 else 1
            if label.meaning not in values or rank > values[label.meaning][0]:
                values[label.meaning] = (rank, label.values)
            taken.update(range(label.first, label.last + 1))
    return Labels({meaning: found for meaning, (_, found) in values.items()}, frozenset(taken))


def find_labels(blocks: Sequence[Block]) -> Iterator[Label]:
    """Yield every label with its values, in the order of the page.

    A value stands behind the label's colon, in the next piece of the line, in the next element, in the element after
    the one that wraps the label, in the next line of the block, or in the same column of the next row.
    """
    number = 0
    while number < len(blocks):
        block = blocks[number]
        if not _may_hold(block):
            number += 1
            continue
        row = _header_row(blocks, number)
        if row:
            for meaning, below in zip(row, blocks[number + len(row) :], strict=False):
                yield Label(meaning, _clean(meaning, [below]), number, number + 2 * len(row) - 1)
            number += 2 * len(row)
            continue
        inline = list(_lines(block, number))
        if (inline and inline[-1].values) or len(inline) > 1:
            # The last label of a block may have its value in the next one.
            yield from inline
            number += 1
            continue
        sure = bool(inline)
        bare = inline[0].meaning if inline else None
        if bare is None:
            bare, sure = _bare(blocks, number)
        if bare is None:
            number += 1
            continue
        last = _value_end(blocks, number, bare, sure)
        if sure or last > number:
            yield Label(bare, _clean(bare, blocks[number + 1 : last + 1]), number, last, sure)
        number = last + 1


def _may_hold(block: Block) -> bool:
    """Whether there may be a label in a block: most are paragraphs, and soon passed over."""
    if block.lead or len(block.lines) > 1:
        return True
    opening = block.lines[0][: _LONGEST + 3]
    if len(opening) <= _LONGEST + 2 or ":" in opening or "：" in opening:
        return True
    return opening.casefold().startswith(_PHRASES)


def _lines(block: Block, number: int) -> Iterator[Label]:
    """Yield the labels with their values within one block."""
    meaning: str = ""
    values: list[str] = []
    if block.linked > len(block.text) - len(block.lead) and not _COLON.search(block.text):
        return  # A label that is a link is an entry of a menu.
    for at, line in enumerate(block.lines):
        pieces = block.pieces[at] if block.pieces else (Piece(line, False),)
        found = list(_parts(line, pieces)) if len(line) <= 2 * LONGEST_VALUE else []
        if found:
            for label in (*([(meaning, values)] if meaning else ()), *found[:-1]):
                yield Label(label[0], tuple(label[1]), number, number)
            meaning, values = found[-1]
        elif meaning:
            values.extend(_values(meaning, pieces))
        else:
            return
    if meaning and all(map(len, values)) and sum(map(len, values)) <= LONGEST_VALUE:
        yield Label(meaning, tuple(values), number, number)


def _parts(line: str, pieces: Sequence[Piece]) -> Iterator[tuple[str, list[str]]]:
    """Yield the labels of one line with their values; nothing if the line does not begin with a label."""
    meaning, rest = "", list[Piece]()
    for at, piece in enumerate(pieces):
        begun = 0
        bare = _MEANINGS.get(_bare_text(piece.text))
        if bare and _is_label_piece(bare, piece, pieces, at):
            if meaning:
                yield meaning, _values(meaning, rest)
            meaning, rest = bare, []
            continue
        for start, named, end in _labels_in(piece.text, first=not meaning):
            before = piece.text[begun:start].strip(_BETWEEN + "/")
            if meaning:
                if before:
                    rest.append(Piece(before, piece.own))
                yield meaning, _values(meaning, rest)
            meaning, rest, begun = named, [], end
        if not meaning:
            break
        if behind := piece.text[begun:].strip(" |·•:"):
            rest.append(Piece(behind, piece.own and not begun))
    if meaning:
        values = _values(meaning, rest)
        if meaning in _DATED_LABELS or not any(map(_CONTACT.match, values)):
            yield meaning, values
    elif bare_label := _match_bare(line):
        yield bare_label[0], [bare_label[1]]


def _is_label_piece(meaning: str, piece: Piece, pieces: Sequence[Piece], at: int) -> bool:
    """Whether a piece that reads as a label is one: it has a colon, or opens the line and a plausible value follows."""
    following = " ".join(other.text for other in pieces[at + 1 :])
    if piece.text.rstrip().endswith((":", "：")) or following.startswith((":", "：")):
        return True
    if not following or (at and not piece.text[:1].isupper()):
        return False
    if meaning in _DATED_LABELS and is_date(pieces[at + 1].text):
        return True
    return _plausible(meaning, following) and (
        at == 0 or (meaning in STRONG and meaning not in _DATED_LABELS)
    )


def _labels_in(text: str, *, first: bool) -> Iterator[tuple[int, str, int]]:
    """Yield each label with a colon in a text: where it begins, its meaning, and where its value begins.

    The first label of a line opens it. Others follow a value with white space, a bar or nothing between.
    """
    floor = 0
    for colon in _COLON.finditer(text):
        if text[colon.end() : colon.end() + 1] == "/" and colon.end() == colon.start() + 1:
            continue
        words = list(_WORD.finditer(text, max(floor, colon.start() - _LONGEST), colon.start()))[-_WORDS:]
        for word in words:
            meaning = _MEANINGS.get(text[word.start() : colon.start()].casefold())
            if meaning is None:
                continue
            before = text[floor : word.start()].strip(_BETWEEN + "/")
            opens = not before
            if first and floor == 0 and before:
                if not is_date(before):
                    return
                yield 0, "date", 0
            if opens or text[word.start()].isupper():
                yield word.start(), meaning, colon.end()
                floor = colon.end()
                break
        else:
            if first and floor == 0:
                return


def _values(meaning: str, pieces: Sequence[Piece]) -> list[str]:
    """Return the values in the pieces behind a label: each piece, where it is an element of its own or a known name."""
    texts = [text for piece in pieces if (text := piece.text.strip(_BETWEEN[:-4] + "·•"))]
    whole = " ".join(piece.text for piece in pieces).strip(" |·•:")
    if len(texts) < 2:
        return [whole] if whole else []
    if meaning in _NAMED_LABELS and not names_of(meaning, whole):
        own = all(piece.own for piece in pieces if piece.text.strip(_BETWEEN))
        if own or all(names_of(meaning, text) for text in texts):
            return texts
    return [whole]


def _match_bare(line: str) -> tuple[str, str] | None:
    """Return a label of several words that lost its colon, where all that follows is known: "What we do Elections"."""
    opening = line.casefold()
    if not opening.startswith(_PHRASES):
        return None
    for spelling in _PHRASES:
        if opening.startswith(spelling) and line[len(spelling) : len(spelling) + 1] == " ":
            meaning, value = _MEANINGS[spelling], line[len(spelling) + 1 :]
            known = is_date(value) if meaning in _DATED_LABELS else bool(names_of(meaning, value))
            return (meaning, value) if known else None
    return None


def _bare(blocks: Sequence[Block], number: int) -> tuple[str | None, bool]:
    """Return what a block means that is nothing but a label, and whether it is surely one.

    A colon, an element for labels or a class makes it sure. Without these, labels around it or a known value must help.
    """
    block = blocks[number]
    text = _bare_text(block.text)
    meaning = _MEANINGS.get(text)
    if meaning is None or len(block.lines) > 1 or block.is_links:
        return None, False
    if block.text.rstrip().endswith((":", "：")) or block.tag in {"dt", "th"} or "label" in block.names:
        return meaning, True
    # A heading "Source" by itself: what follows must be known by that name.
    if (
        (block.is_heading or block.is_emphasised)
        and number + 1 < len(blocks)
        and names_of(meaning, blocks[number + 1].text)
    ):
        return meaning, False
    # A line "Date" by itself: another label must stand one or two lines on, or before.
    around = (at for at in (number + 2, number + 1, number - 1, number - 2) if 0 <= at < len(blocks))
    among = any(_bare_text(blocks[at].text) in _MEANINGS for at in around)
    return (meaning if among and block.tag != "h1" and meaning != "title" else None), False


def _header_row(blocks: Sequence[Block], number: int) -> list[str]:
    """Return the meanings of a table's header row, where the row below it has as many cells."""
    if blocks[number].tag not in {"th", "td"}:
        return []
    row: list[str] = []
    path = blocks[number].path[:-1]
    for block in blocks[number : number + WIDEST]:
        meaning = _MEANINGS.get(_bare_text(block.text))
        if block.path[:-1] != path or meaning is None:
            break
        row.append(meaning)
    below = blocks[number + len(row) : number + 2 * len(row)]
    is_row = len(row) > 1 and len(below) == len(row) and len({block.path[:-1] for block in below}) == 1
    return row if is_row and below[0].path[:-1] != path else []


def _value_end(blocks: Sequence[Block], number: int, meaning: str, sure: bool) -> int:
    """Return the number of the last block of a bare label's value; the label's own where it has none."""
    label = blocks[number]
    if number + 1 >= len(blocks):
        return number
    first = blocks[number + 1]
    if _starts_label(blocks, number + 1) or not _plausible(meaning, first.text):
        return number
    last = number + 1
    if not sure and meaning in _NAMED_LABELS and not _is_known(meaning, first.text):
        return number
    if label.tag == "line" or first.tag == "line" or (label.tag == "li" and len(label.path) == 1):
        # In a text copy the bullet is all there is: a bulleted label has a bulleted value.
        if first.tag != label.tag:
            return number
        for block in blocks[last + 1 :]:
            if block.tag != label.tag or not _is_known(meaning, block.text):
                break
            last += 1
        return last
    pairs = zip(label.path, first.path, strict=False)
    shared = next((at for at, (a, b) in enumerate(pairs) if a != b), min(len(label.path), len(first.path)))
    element, around = first.path[: shared + 1], label.path[:shared]
    # Nothing but the label and its values stands in the element around them.
    alone = number == 0 or blocks[number - 1].path[:shared] != around
    while last + 1 < len(blocks):
        block = blocks[last + 1]
        within = block.path[: len(element)] == element
        alike = block.path[:shared] == around and (block.tag, block.names) == (first.tag, first.names)
        named = _is_known(meaning, block.text) or (alone and not is_prose(block.text))
        if not within and not (alike and named and meaning in _NAMED_LABELS):
            break
        if _starts_label(blocks, last + 1) or not _plausible(meaning, block.text):
            break
        last += 1
    return last


def _is_known(meaning: str, text: str) -> bool:
    return type_of(text) is not None if meaning == "type" else bool(names_of(meaning, text))


def _starts_label(blocks: Sequence[Block], number: int) -> bool:
    return bool(match_label(blocks[number].text) or _bare(blocks, number)[0])


def _plausible(meaning: str, text: str) -> bool:
    if meaning in _DATED_LABELS:
        return len(text) <= 80 and read_date(text, short=True) is not None
    longest = 100 if meaning in {"place", "type", "language"} else LONGEST_VALUE
    if (text.endswith(".") and meaning != "place") or _CONTACT.match(text):
        return False
    return len(text) <= longest and not re.search(r"[.!?]\s+\w+\s|\d{4}\s*[-–—]", text)


def _clean(meaning: str, blocks: Sequence[Block]) -> tuple[str, ...]:
    if meaning in _DATED_LABELS:
        times = [block.time for block in blocks if block.time]
        if times and not any(read_date(block.text) for block in blocks):
            return tuple(times)
    found: list[str] = []
    for block in blocks:
        lines: Iterable[Sequence[Piece]] = block.pieces or [(Piece(line, False),) for line in block.lines]
        for pieces in lines:
            found.extend(_values(meaning, pieces))
    return tuple(found)


def _of_frame(blocks: Sequence[Block], found: Sequence[Label]) -> Iterator[list[Label]]:
    """Yield the groups of labels that stand in the frame of a page, and not in its text."""
    groups: list[list[Label]] = []
    for label in found:
        if groups and label.first - groups[-1][-1].last <= 3:
            groups[-1].append(label)
        else:
            groups.append([label])
    for group in groups:
        strong = {label.meaning for label in group} & STRONG
        above = blocks[: group[0].first]
        # "Location:" alone below a text, however short, may be that of who posted it.
        if strong == {"country"}:
            below = any(is_prose(block.text) for block in above)
        else:
            prose = [len(block.text) for block in above if is_prose(block.text)]
            # Where the frame has labels, those below two paragraphs are of the text.
            again = group is not groups[0] and len(prose) > 1
            below = not strong and (max(prose, default=0) > RUNNING or again)
        if not below:
            yield group
