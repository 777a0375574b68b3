"""Contexts: mentions of countries in a text → how much each says about the subject, and why if little.

The rules are the rows of tables/contexts.tsv; docs/metadata.md explains them.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from functools import lru_cache
from typing import NamedTuple

from osce_search.vocabulary.gazetteer import KINDS, Mention
from osce_search.vocabulary.table import FOLDER, read_table

TROIKA = re.compile(r"\bTroika\b")

_OF = (" of ", " of the ", " from ", " from the ", " by ", " by the ")
_AND = (" and ", " and the ")
_BEHIND: dict[str, tuple[str, ...]] = {
    "": (),
    "of": _OF,
    "and": _AND,
    "giving": (*_OF, *_AND, " with ", " with the ", ", ", " as ", " including ", " are "),
    "beside": (
        " of ", " of the ", "with ", "with the ", "to ", "to the ", "ing ", "ing the ", "meets ", "border ", "borders ",
    ),
    "urging": (
        "urge ", "urges ", "urged ", "Urges ", "call on ", "calls on ", "called on ", "call upon ", "calls upon ",
        "called upon ", " ask ", " asks ", " asked ", "appeal to ", "appeals to ", "appealed to ",
    ),
    "from": ("from ", "From "),
    "in": ("in ", "In ", "in the ", "at ", "At ", "at the "),
}  # fmt: skip
"""The words before a mention that the column `behind` of the table names."""

_STATES = frozenset(("US", "USA", "UK"))
"""Acronyms that are also the adjectives of their states."""
_ADJECTIVES = frozenset(("demonym", "people", "acronym", "assembly", "US"))
_PLACES = frozenset(("city", "venue"))

_OF_PLACES = frozenset(("venue", "scene", "meeting", "origin", "visit"))
_OF_LISTS = _OF_PLACES | frozenset(
    ("donor", "embassy", "office", "chair", "expert", "language", "participant", "mediator")
)
"""Reasons that hold for a whole list of names if they hold for its first one; some of them for cities only."""

_SENTENCE_END = re.compile(r"[.!?]['’”\")]*\s+(?=[A-ZÀ-Ž“\"])|\n")
_ABBREVIATION = re.compile(r"\b(?:Mr|Mrs|Ms|Dr|St|Prof|U\.S|No|Amb)\.\s*$")
_CHAIN = re.compile(
    r"(?:['’]s?)?(?:\s*\([^()]{0,30}\))?\s*(?:,|and|or|&|as well as|,\s*and)\s*(?:from |of |by )?(?:the )?"
    r"(?:(?:Governments?|Kingdom|Republic|Principality) of )?(?:the )?\Z"
)
_CHAIN_OPENING = re.compile(r"\s?(?:,|and|or|&|-|/)\s?")
# "From Minsk to Ankara" is everywhere, and nowhere in particular.
_FROM = ("from ", "From ", "from the ", "From the ")
_TO = re.compile(r"\s(?:to|through to|via)\s(?:the\s)?")
_RANGE = 0.3

_BEFORE, _AFTER = 90, 60
"""The number of characters before and after a mention that the rules see."""


class Reading(NamedTuple):
    """A mention, the part of its usual weight that its context leaves (1 all, 0 none), and the reason if not all."""

    mention: Mention
    factor: float = 1.0
    reason: str = ""


class Rule(NamedTuple):
    """One row of the table of contexts; a condition that is empty always holds."""

    reason: str
    factor: float
    kinds: frozenset[str]
    words: re.Pattern[str] | None
    behind: tuple[str, ...]
    before: re.Pattern[str] | None
    after: re.Pattern[str] | None
    example: str

    def fits(self, mention: Mention, before: str, after: str) -> bool:
        """Whether a mention of one of the kinds stands in this context."""
        if self.behind and not before.endswith(self.behind):
            return False
        if self.words and not self.words.fullmatch(mention.words):
            return False
        if self.after and not self.after.match(after):
            return False
        return not self.before or self.before.search(before) is not None


def read_contexts(
    text: str, mentions: Sequence[Mention], chairs: Collection[str] = (), *, troika: bool = False
) -> list[Reading]:
    """Return what the context of each mention leaves of its weight, in the order of the mentions, without traps.

    `chairs` are the countries that hold the Chair or sit in the Troika when the text is written: their ministers act
    for the OSCE. `troika` says that the text is about the Troika even if it does not say so.

    >>> from osce_search.vocabulary.gazetteer import gazetteer
    >>> text = "Equipment funded by Norway and Sweden was handed over in Moldova."
    >>> [(r.mention.words, r.factor, r.reason) for r in read_contexts(text, gazetteer().find(text))]
    [('Norway', 0.0, 'donor'), ('Sweden', 0.0, 'donor'), ('Moldova', 1.0, '')]
    """
    readings: list[Reading] = []
    troika = troika or TROIKA.search(text) is not None
    for number, mention in enumerate(mentions):
        if not mention.countries:
            continue
        chair = any(country in chairs for country in mention.countries)
        if troika and chair:
            readings.append(Reading(mention, 0.0, "chair"))
            continue
        before = _same_sentence(text[max(0, mention.start - _BEFORE) : mention.start])
        after = text[mention.end : mention.end + _AFTER]
        following = mentions[number + 1] if number + 1 < len(mentions) else None
        previous = readings[-1] if readings else None
        if previous and _repeats(mention, previous):
            continue
        if previous and _continues_list(text, mention, previous):
            readings.append(Reading(mention, previous.factor, previous.reason))
        elif (previous and previous.reason == "range" and _spans(text, previous.mention, mention)) or (
            following and before.endswith(_FROM) and _spans(text, mention, following)
        ):
            readings.append(Reading(mention, _RANGE, "range"))
        else:
            kind = _kind(mention)
            reading = _apply(_rules_of(kind, chair), mention, before, after)
            if kind in ("demonym", "US") and not reading.reason and _CHAIN_OPENING.match(after):
                end = _end_of_list(text, mentions, number)
                reading = _apply(_adjective_rules_of(kind), mention, before, text[end : end + _AFTER])
            readings.append(reading)
    return readings


def _apply(candidates: Iterable[Rule], mention: Mention, before: str, after: str) -> Reading:
    for rule in candidates:
        if rule.fits(mention, before, after):
            return Reading(mention, rule.factor, rule.reason)
    return Reading(mention)


def _kind(mention: Mention) -> str:
    return "US" if mention.words.replace(".", "") in _STATES else mention.kind


def _repeats(mention: Mention, previous: Reading) -> bool:
    """Whether a mention names the country of the one beside it again, of which it is known to say little."""
    other = previous.mention
    return previous.factor < 1 and mention.start - other.end < 2 and mention.countries == other.countries


def _continues_list(text: str, mention: Mention, previous: Reading) -> bool:
    """Whether a mention follows another in a list of which all names stand in the same context."""
    if previous.reason not in _OF_LISTS or (previous.reason in _OF_PLACES and mention.kind not in _PLACES):
        return False
    end = previous.mention.end
    return mention.start - end < _AFTER and _CHAIN.match(text[end : mention.start]) is not None


def _spans(text: str, one: Mention, other: Mention) -> bool:
    """Whether "from one to the other" goes from state to state."""
    if one.kind != "name" or other.kind != "name" or not _TO.fullmatch(text, one.end, other.start):
        return False
    return not set(one.countries) & set(other.countries)


def _end_of_list(text: str, mentions: Sequence[Mention], number: int) -> int:
    """Return the end of a list of adjectives that begins with this one: the words after it belong to all of them."""
    end = mentions[number].end
    for other in mentions[number + 1 :]:
        if _kind(other) not in ("demonym", "US") or not _CHAIN.match(text[end : other.start]):
            break
        end = other.end
    return end


def _same_sentence(before: str) -> str:
    ends = [0]
    for end in _SENTENCE_END.finditer(before):
        if not _ABBREVIATION.search(before, 0, end.start() + 1):
            ends.append(end.end())
    return before[ends[-1] :]


@lru_cache
def _rules_of(kind: str, chair: bool) -> tuple[Rule, ...]:
    """The rules for a kind of mention in their order; `chair` adds those for states of the Chair."""
    wanted = {kind, "any", "chair"} if chair else {kind, "any"}
    return tuple(rule for rule in read_rules() if not wanted.isdisjoint(rule.kinds))


@lru_cache
def _adjective_rules_of(kind: str) -> tuple[Rule, ...]:
    return tuple(rule for rule in _rules_of(kind, False) if rule.kinds <= _ADJECTIVES)


@lru_cache(maxsize=1)
def read_rules() -> tuple[Rule, ...]:
    """Return the rows of tables/contexts.tsv in their order.

    Raise VocabularyError, naming file and line, for an unknown kind or an unknown name in the column `behind`.
    """
    table = read_table(FOLDER / "contexts.tsv", Rule._fields)
    parts: dict[str, str] = {}
    found: list[Rule] = []
    for row in table.rows:
        reason, factor, kinds, words, behind, before, after, example = row.cells
        if reason.startswith("%"):
            parts[f"{reason}%"] = before or after
            continue
        of = frozenset(kinds.split())
        if not of or not of <= KINDS | {"US", "any", "chair"}:
            raise table.error(row, f"{kinds!r}: kinds are {', '.join(sorted(KINDS))}, US, any, chair")
        if behind not in _BEHIND:
            raise table.error(row, f"{behind!r} is not one of {', '.join(filter(None, _BEHIND))}")
        patterns = [_compile(pattern, parts) if pattern else None for pattern in (words, before, after)]
        found.append(
            Rule(reason, float(factor), of, patterns[0], _BEHIND[behind], patterns[1], patterns[2], example)
        )
    return tuple(found)


def _compile(pattern: str, parts: dict[str, str]) -> re.Pattern[str]:
    for name, part in parts.items():
        pattern = pattern.replace(name, part)
    return re.compile(pattern)
