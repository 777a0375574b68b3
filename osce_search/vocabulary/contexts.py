"""Contexts: mentions of countries in a text → how much each says about the subject, and why if little."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from osce_search.vocabulary import clues
from osce_search.vocabulary.gazetteer import Mention

__all__ = ["Reading", "read_contexts"]

_BEFORE, _AFTER = 90, 60
"""How many characters on either side of a mention are looked at."""


@dataclass(frozen=True, slots=True)
class Reading:
    """A mention and the part of its usual weight that its surroundings leave it: 1 all, 0 none; `reason` is why."""

    mention: Mention
    factor: float = 1.0
    reason: str = ""


def read_contexts(text: str, mentions: Sequence[Mention], chairs: Collection[str] = ()) -> list[Reading]:
    """What the surroundings of each mention leave of its weight, in the order of the mentions; traps are left out.

    `chairs` are the countries that hold the Chair or sit in the Troika when the text is written: their ministers act
    for the OSCE. A judgement that fits the first of a list of names fits the rest of the list.

    >>> from osce_search.vocabulary.gazetteer import gazetteer
    >>> text = "Equipment funded by Norway and Sweden was handed over in Moldova."
    >>> [(r.mention.words, r.factor, r.reason) for r in read_contexts(text, gazetteer().find(text))]
    [('Norway', 0.0, 'donor'), ('Sweden', 0.0, 'donor'), ('Moldova', 1.0, '')]
    """
    readings: list[Reading] = []
    for mention in mentions:
        if not mention.countries:
            continue
        before = _same_sentence(text[max(0, mention.start - _BEFORE) : mention.start])
        after = text[mention.end : mention.end + _AFTER]
        previous = readings[-1] if readings else None
        if (
            previous is not None
            and previous.reason in clues.CHAINED
            and mention.start - previous.mention.end < _AFTER
            and clues.CHAIN.match(text[previous.mention.end : mention.start])
        ):
            readings.append(Reading(mention, previous.factor, previous.reason))
        else:
            readings.append(_read(mention, before, after, chairs))
    return readings


def _same_sentence(before: str) -> str:
    ends = [0]
    for end in clues.SENTENCE_END.finditer(before):
        if not clues.ABBREVIATION.search(before, 0, end.start() + 1):
            ends.append(end.end())
    return before[ends[-1] :]


def _read(mention: Mention, before: str, after: str, chairs: Collection[str]) -> Reading:
    kind = mention.kind
    # What ends in a word is looked for only behind that word: most mentions stand behind none of them.
    belongs = before.endswith(clues.OF)
    if kind in ("city", "venue"):
        if clues.DOCUMENT.match(after) or (belongs and clues.DOCUMENT_OF.search(before)):
            return Reading(mention, 0.0, "document")
        if _is_given_name(mention, before, after):
            return Reading(mention, 0.0, "person's name")
    if mention.words.startswith("Yugoslav") and mention.countries == ("RS",) and clues.FORMER.search(before):
        return Reading(mention, 0.0, "former state")
    if _in_parentheses(before, after) or (belongs and _is_persons_origin(before)):
        return Reading(mention, 0.0, "affiliation")
    if clues.EMBASSY.match(after) or (belongs and clues.EMBASSY_OF.search(before)):
        return Reading(mention, 0.0, "embassy")
    if before.endswith(clues.AND) and clues.PARTNER.search(before):
        return Reading(mention, 0.3, "partner")
    if (belongs or before.endswith(clues.GIVING)) and _is_donor(before):
        return Reading(mention, 0.0, "donor")
    if clues.CHAIRS.match(after):
        return Reading(mention, 0.0, "chairs a meeting")
    if any(country in chairs for country in mention.countries):
        if clues.OFFICE_OF.search(before):
            return Reading(mention, 0.0, "office")
        if clues.OFFICE.match(after):
            return Reading(mention, 0.0, "chair")
    return (
        (_read_adjective(mention, before, after) if kind in ("demonym", "people", "acronym") else None)
        or _read_place(mention, before, after, belongs)
        or Reading(mention)
    )


def _read_adjective(mention: Mention, before: str, after: str) -> Reading | None:
    if clues.CURRENCY.match(after):
        return Reading(mention, 0.0, "currency")
    if mention.kind == "acronym":
        return None
    if clues.LANGUAGE.match(after) or (clues.LISTED.match(after) and clues.IN_LANGUAGE.search(before)):
        return Reading(mention, 0.0, "language")
    if clues.PEOPLE.match(after) or clues.ETHNIC.search(before):
        return Reading(mention, 0.3, "people")
    if clues.PERSON.match(after):
        return Reading(mention, 0.5, "person")
    return None


def _read_place(mention: Mention, before: str, after: str, belongs: bool) -> Reading | None:
    if belongs and clues.EXPERTS_FROM.search(before):
        return Reading(mention, 0.4, "expert")
    if before.endswith(clues.BESIDE) and clues.BORDER.search(before):
        return Reading(mention, 0.6, "border")
    if clues.FORCE.match(after):
        return Reading(mention, 1.0, "force")
    if not mention.words[0].isascii() and clues.CYRILLIC_LANGUAGE.match(after):
        return Reading(mention, 0.0, "language")
    if mention.kind == "city" and before.endswith(clues.IN):
        return Reading(mention, 0.5 if clues.MEETING_IN.search(before) else 1.0, "venue")
    return None


def _is_given_name(mention: Mention, before: str, after: str) -> bool:
    if mention.words.lower() not in clues.GIVEN_NAMES or not before:
        return False
    return clues.SURNAME.match(after) is not None and clues.PREPOSITION.search(before) is None


def _is_persons_origin(before: str) -> bool:
    if clues.PERSON_OF.search(before):
        return True
    named = clues.NAME_OF.search(before)
    return named is not None and not clues.INSTITUTION.match(named[1])


def _in_parentheses(before: str, after: str) -> bool:
    opening = before.rfind("(")
    if opening < 0 or ")" in before[opening:] or len(before) - opening > 40:
        return False
    closing = after.find(")")
    if closing < 0 or closing > 40 or "(" in after[:closing]:
        return False
    return clues.NAME_BEFORE.search(before[:opening].rstrip()) is not None


def _is_donor(before: str) -> bool:
    given = list(clues.DONOR.finditer(before))
    if not given:
        return False
    # Between the words of giving and the mention stands nothing but other givers.
    rest = before[given[-1].end() :].lstrip()
    while match := clues.GIVER.match(rest):
        rest = rest[match.end() :]
    return not rest
