"""Front matter: the short lines around a title → what they say without a label."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby, takewhile

from osce_search.extraction.candidates import Candidate
from osce_search.extraction.labels import Labels, match_label
from osce_search.extraction.layout import Block, Piece
from osce_search.extraction.lines import (
    ends_sentence,
    is_contact,
    is_date,
    is_front,
    is_placeline,
    is_prompt,
    is_prose,
    is_section,
    line_key,
    names_of,
    spellings_by,
    type_in,
    type_of,
)
from osce_search.vocabulary.written_dates import find_dates

ABOVE, BELOW = 5, 8
"""How many blocks before and after the title are looked at."""

LONGEST = 400
"""A longer block is text, whatever it says."""

NOTICE = 200
"""A line that says when something was published or changed is shorter."""

LONGEST_WORD = 20
"""A word of CUES is shorter."""

SAID = 4
"""A sentence that is a notice has no more words beside its dates; a line without an end has twice as many."""

BYLINE = 300
"""A line that says who posted a text is shorter."""

SHORTEST_TITLE = 20
"""Two lines are joined into a title of at least this many characters."""

MOST = 6
"""A block of more lines is a list."""

CUES = spellings_by("cue ")
"""Words that say what the date behind them is, by the kind of candidate that it makes."""

_AROUND = " ,;:.()[]/|·•–—-"
_DIGIT = re.compile(r"\d")
_PART = re.compile(r"\s*[·•|]\s*|\s+[–—/-]\s+")
_CUE_KINDS = {word: kind for kind, words in CUES.items() for word in words}
_CUE_WORD = re.compile(r"©|[^\W\d_]+(?:['’-][^\W\d_]+)*")
_NAMES = re.compile(
    r"author\b|by-?line\b|posted-?(?:by|on)\b|(?:post|entry|article|blog|news)[-_]?meta(?:data)?\b|\breporter\b",
    re.IGNORECASE,
)
"""How the class of a byline is named."""

_OPENINGS = re.compile(
    r"(?:this (?:entry|post|article) was (?:posted|published)|posted (?:by|on)\b)", re.IGNORECASE
)

SENT = 100
"""A line of an archive that ends in a mail address is shorter."""

# As archives hide addresses: press at osce.org
_SENDER = re.compile(r"\S(?: at |@)[\w-]+(?:\.[\w-]+)+\Z")
_JOINING = re.compile(
    r"\b(?:of|on|from|in|at|to|the|by|for|since|until|before|after|and|от|на|za|od|vom|du|de)\Z", re.I
)


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """What stands unlabelled near the title, told by the vocabularies. A line counts if all of it is understood."""

    blocks: frozenset[int] = frozenset()
    type: str = ""
    placeline: str = ""
    dates: tuple[Candidate, ...] = ()
    sources: tuple[str, ...] = ()
    fields: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()
    section: bool = False


def read_front_matter(blocks: Sequence[Block], labels: Labels, title: int) -> FrontMatter:
    """Return the front matter of the release whose title is the block of that number (-1: it has none)."""
    taken: set[int] = set()
    lines: list[tuple[str, str]] = []
    for number in _around(blocks, labels, title):
        block = blocks[number]
        if number in labels.blocks:
            # Published: March 1999 · OSCE Mission to Croatia
            parts = [
                part for line in block.lines for part in _PART.split(line)[1:] if match_label(part) is None
            ]
            lines.extend(_name_dates(_meaning(part), blocks, number, title) for part in parts)
            continue
        understood = [_name_dates(found, blocks, number, title) for found in _understand(block)]
        if all(meaning for meaning, _ in understood):
            taken.add(number)
            lines.extend(understood)
        elif number > title and is_prose(block.text):
            break
    notices = list(_notices(blocks, labels))
    taken.update(number for number, _ in notices)
    dates = [candidate for _, candidate in notices]
    dates += [Candidate(kind.removeprefix("date:"), text) for kind, text in lines if kind.startswith("date:")]

    def values(meaning: str) -> list[str]:
        return [value for found, value in lines if found == meaning]

    return FrontMatter(
        frozenset(taken),
        type=next(iter(values("type")), ""),
        placeline=next(iter(values("placeline")), ""),
        dates=tuple(dates),
        sources=tuple(dict.fromkeys(values("source"))),
        fields=tuple(dict.fromkeys(values("field"))),
        # One line "Kosovo" may be anything; among other lines of the kind it says what the release is about.
        countries=tuple(dict.fromkeys(values("country"))) if len(lines) > 3 else (),
        section=bool(values("section")),
    )


def is_byline(block: Block) -> bool:
    """Whether a block says who posted the text and when, by its class or its opening.

    >>> is_byline(Block(("This entry was posted on 5 May 2010 and is filed under OSCE.",), "small", (1,)))
    True
    """
    text = block.text
    if len(text) > BYLINE:
        return False
    if block.names and _NAMES.search(block.names):
        return True
    if len(text) < SENT and (" at " in text or "@" in text) and _SENDER.search(text):
        return True
    return _OPENINGS.match(text) is not None


def is_notice(text: str) -> bool:
    """Whether a short line only says when something was published, changed or printed.

    >>> is_notice("Last updated on 5 July 2019"), is_notice("The update of 5 July 2019 was printed.")
    (True, False)
    """
    if len(text) > NOTICE or _DIGIT.search(text) is None or not _cue(text, 2) or type_in(text):
        return False
    end, words = 0, 0
    for date in find_dates(text):
        words += len(_CUE_WORD.findall(text[end : date.start]))
        end = date.end
    words += len(_CUE_WORD.findall(text[end:]))
    return end > 0 and words <= (SAID if ends_sentence(text) else 2 * SAID)


def split_blocks(blocks: Sequence[Block], title: str = "") -> list[Block]:
    """Return the blocks with each line that is metadata in a block of its own, so that none shares one with a title.

    Old pages break lines within one cell: title, date and text stand between `<br>`. A heading may carry its date, too.
    `title` is what the head calls the page: of a heading that is more than that, the rest is parted if it is a date.

    >>> block = Block(("Radio school opens", "14 March 2005"), "td", (1,))
    >>> [part.text for part in split_blocks([block])]
    ['Radio school opens', '14 March 2005']
    """
    parts: list[Block] = []
    for block in _join_title(blocks, line_key(title)):
        if len(block.lines) == 1 and not block.is_heading:
            parts.append(block)
        else:
            parts.extend(_split(block, title))
    return parts


def _join_title(blocks: Sequence[Block], title: str) -> Iterator[Block]:
    """Yield the blocks, with two neighbours as one if the head names them together as the title of the page."""
    held: Block | None = None
    words = frozenset(title.split())
    for block in blocks:
        if held is not None:
            joined = f"{held.text} {block.text}"
            key = line_key(joined) if len(joined) <= len(title) + 20 else ""
            if key and (title == key or title.startswith(key + " ") or title.endswith(" " + key)):
                yield replace(held, lines=(joined,), pieces=())
                held = None
                continue
            yield held
            held = None
        short = len(block.lines) == 1 and len(block.lines[0]) < len(title)
        if short and _first_word(block.lines[0]) in words and line_key(block.text) in title:
            names_it = 2 * len(block.text) > SHORTEST_TITLE and not is_front(block.text)
            held = block if names_it and not is_section(block.text) else None
        if held is None:
            yield block
    if held is not None:
        yield held


def _first_word(text: str) -> str:
    return text.partition(" ")[0].strip("“”„\"'‘’«»().,:;").casefold()


def _split(block: Block, title: str) -> Iterator[Block]:
    lines = block.lines
    if len(lines) == 1 and block.is_heading:
        lines = _without_date(block, title)
        if len(lines) == 1 and lines != block.lines:
            block = replace(block, lines=lines, lead="", pieces=())
    if not 1 < len(lines) <= MOST or len(block.text) > LONGEST or block.is_links or is_contact(lines):
        yield block
        return
    fronts = [is_front(line) for line in lines]
    if not any(fronts) or all(fronts) or any(map(match_label, lines)) or any(map(is_prose, lines)):
        yield block
        return
    tag = "line" if block.tag == "line" else "div"
    for front, group in groupby(lines, is_front):
        if front:
            yield from (Block((line,), tag, block.path, block.names) for line in group)
        else:
            yield replace(block, lines=tuple(group), lead="", pieces=())


def _without_date(block: Block, title: str) -> tuple[str, ...]:
    """Return a heading, parted from a date, a type or a place that stands beside the title in it.

    A note ("Updated", "3 comments") is left out where the head has the title without it.
    """
    text = block.text
    rest = text[len(title) :].strip(" ,|–—-") if title and text.startswith(title) else ""
    if rest and is_date(rest):
        return title, rest
    pieces = block.pieces[0] if block.pieces else ()
    if title and title.startswith(text):
        return (text,)
    if len(pieces) > 1 and pieces[-1].own and is_front(pieces[-1].text):
        before = text[: -len(pieces[-1].text)].rstrip(" ,|–—-")
        if before and text.endswith(pieces[-1].text) and not _JOINING.search(before):
            return before, pieces[-1].text
    if len(pieces) > 1 and pieces[0].own and is_front(pieces[0].text) and text.startswith(pieces[0].text):
        return pieces[0].text, text[len(pieces[0].text) :].lstrip(" ,|:–—-")
    return (_without_note(text, pieces, line_key(title)),)


def _without_note(text: str, pieces: Sequence[Piece], title: str) -> str:
    """Return a heading without prompts behind it, and without an element at its edge that the head's title lacks."""
    if len(pieces) < 2 or line_key(text) in title:
        return text
    rest = text
    for piece in takewhile(lambda piece: piece.own and is_prompt(piece.text), reversed(pieces[1:])):
        rest = rest[: -len(piece.text)].rstrip()
    if rest != text:
        return rest
    first, last = pieces[0], pieces[-1]
    for note, rest in ((last, text[: -len(last.text)].rstrip()), (first, text[len(first.text) :].lstrip())):
        key = line_key(rest)
        named = f"{title} ".startswith(key + " ") or f" {title}".endswith(" " + key)
        if note.own and len(note.text) < len(rest) and len(rest) >= SHORTEST_TITLE and named:
            return rest
    return text


def is_metadata(block: Block) -> bool:
    """Whether all of a block is understood to be front matter: dates, types, names of sources, fields and countries."""
    return all(meaning for meaning, _ in _understand(block))


def _around(blocks: Sequence[Block], labels: Labels, title: int) -> Iterator[int]:
    for number in range(title - 1, max(-1, title - 1 - ABOVE), -1):
        # Links above a title are a path or a menu, whatever they are called.
        in_copy = blocks[number].tag == "li" and len(blocks[number].path) == 1
        if not blocks[number].is_links and not in_copy:
            yield number
    yield from range(title + 1, min(len(blocks), title + 1 + BELOW + len(labels.blocks)))


def _name_dates(found: tuple[str, str], blocks: Sequence[Block], number: int, title: int) -> tuple[str, str]:
    """Name a date by where its line stands."""
    meaning, value = found
    if meaning != "date":
        return found
    if number > title:
        return "date:line below the title", value
    block, above = blocks[number], blocks[title]
    depth = next(
        (at for at, (a, b) in enumerate(zip(block.path, above.path, strict=False)) if a != b),
        min(len(block.path), len(above.path)),
    )
    # A clock stands in another part of the page. A copy has no parts, and there the line must be next to the title.
    near = depth > 1 or (len(above.path) == 1 and title - number <= 2)
    return ("date:line above the title" if near else "date:line apart from the title"), value


def _notices(blocks: Sequence[Block], labels: Labels) -> Iterator[tuple[int, Candidate]]:
    """Yield the dates of the lines that say what they are dates of: bylines, "Published …", "Printed on …"."""
    for number, block in enumerate(blocks):
        text = block.text
        if number in labels.blocks or len(text) > BYLINE or not (block.time or _DIGIT.search(text)):
            continue
        byline = is_byline(block)
        timed = block.time and len(text) < NOTICE and _cue(text, 3)
        if not (byline or timed or is_notice(text)):
            continue
        end, found = 0, False
        for date in find_dates(text):
            kind = _cue(text[end : date.start], None) or ("byline" if byline else "")
            if date.year is not None and kind:
                yield number, Candidate(kind, text[date.start : date.end])
                found = True
            end = date.end
        if timed and block.time and not found:
            yield number, Candidate(timed, block.time)


def _cue(text: str, within: int | None) -> str:
    """Return the kind of the last word of CUES in a text, among its first words if `within` says so, or ""."""
    words = _CUE_WORD.findall(text if within is None else text[: within * LONGEST_WORD])[:within]
    return next((kind for word in reversed(words) if (kind := _CUE_KINDS.get(word.casefold()))), "")


def _understand(block: Block) -> Iterator[tuple[str, str]]:
    if len(block.text) > LONGEST:
        yield "", block.text
        return
    if block.time and not is_prose(block.text) and not type_of(block.text):
        yield ("date" if not _cue(block.text, 3) else "other"), block.time
        if len(block.text) < 40:
            return
    for line in block.lines:
        whole = len(line) > LONGEST // 2 or _meaning(line)[0]
        for part in [line] if whole else _PART.split(line):
            if part:
                yield from _part_meanings(part, block)


def _part_meanings(part: str, block: Block) -> Iterator[tuple[str, str]]:
    meaning, value = _meaning(part)
    if meaning == "date" and (kind := _type_beside(part)):
        yield "type", kind
    elif meaning == "type" and is_date(part):
        yield "date", part
    if not meaning and block.pieces:
        pieces = [piece.text for pieces in block.pieces for piece in pieces if piece.text.strip(" ,|·•/")]
        if len(pieces) > 1 and all(_meaning(piece)[0] for piece in pieces):
            yield from map(_meaning, pieces)
            return
    if not meaning and (beside := list(_names_beside(part))):
        yield from beside
        return
    for name in names_of(meaning, value) if meaning in {"source", "field", "country"} else (value,):
        yield (meaning, name) if meaning or not block.time else ("other", part)


def _names_beside(line: str) -> Iterator[tuple[str, str]]:
    """Yield the date of a line and the names beside it, if all are known: "News, 30 June 2013, OSCE Secretariat"."""
    date = next(find_dates(line), None)
    if date is None or date.year is None or len(line) > NOTICE:
        return
    beside = (line[: date.start].strip(_AROUND), line[date.end :].strip(_AROUND))
    found = [_meaning(text) for text in beside if text]
    if found and all(meaning in {"type", "source", "field", "country"} for meaning, _ in found):
        yield "date", line[date.start : date.end]
        for meaning, value in found:
            yield from ((meaning, name) for name in names_of(meaning, value) or (value,))


def _type_beside(line: str) -> str | None:
    """Return the type in a line of type and date: "Press release, 12 May 2009"."""
    date = next(find_dates(line))
    return type_of(f"{line[: date.start]} {line[date.end :]}".strip(_AROUND))


def _meaning(text: str) -> tuple[str, str]:
    if is_placeline(text):
        return "placeline", text
    if " / " in text and next(find_dates(text), None):
        return "", ""  # A vocabulary would find its way through names joined by strokes.
    if kind := type_of(text):
        return "type", kind
    if is_date(text):
        return ("date" if _cue(text, 3) != "clock" else "other"), text
    if is_section(text):
        return "section", text
    for name in ("source", "field", "country") if "," in text or not is_prose(text) else ():
        if names_of(name, text):
            return name, text
    return "", ""
