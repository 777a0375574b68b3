"""Contexts: mentions of countries in a text → how much each says about the subject, and why if little."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from osce_search.vocabulary import clues
from osce_search.vocabulary.gazetteer import Mention

_STATES = frozenset(("US", "USA", "UK"))
"""Acronyms that are the adjectives of their states, too."""
_ADJECTIVES = frozenset(("demonym", "people", "acronym", "assembly"))

_PLACES = frozenset(("city", "venue"))
_AT_PLACES = frozenset(("venue", "scene", "meeting", "origin", "visit"))
"""What is said of a city, and not of the state that is named behind it."""

_BEFORE, _AFTER = 90, 60
"""How many characters on either side of a mention are looked at."""


@dataclass(frozen=True, slots=True)
class Reading:
    """A mention and the part of its usual weight that its surroundings leave it: 1 all, 0 none; `reason` is why."""

    mention: Mention
    factor: float = 1.0
    reason: str = ""


def read_contexts(
    text: str, mentions: Sequence[Mention], chairs: Collection[str] = (), *, troika: bool = False
) -> list[Reading]:
    """What the surroundings of each mention leave of its weight, in the order of the mentions; traps are left out.

    `chairs` are the countries that hold the Chair or sit in the Troika when the text is written: their ministers act
    for the OSCE; `troika` says that the text is about the Troika even if it does not say so. A judgement that fits
    the first of a list of names fits the rest of the list.

    >>> from osce_search.vocabulary.gazetteer import gazetteer
    >>> text = "Equipment funded by Norway and Sweden was handed over in Moldova."
    >>> [(r.mention.words, r.factor, r.reason) for r in read_contexts(text, gazetteer().find(text))]
    [('Norway', 0.0, 'donor'), ('Sweden', 0.0, 'donor'), ('Moldova', 1.0, '')]
    """
    readings: list[Reading] = []
    troika = troika or clues.TROIKA.search(text) is not None
    for number, mention in enumerate(mentions):
        if not mention.countries:
            continue
        if troika and any(country in chairs for country in mention.countries):
            readings.append(Reading(mention, 0.0, "chair"))
            continue
        before = _same_sentence(text[max(0, mention.start - _BEFORE) : mention.start])
        after = text[mention.end : mention.end + _AFTER]
        following = mentions[number + 1] if number + 1 < len(mentions) else None
        previous = readings[-1] if readings else None
        if previous is not None and _is_doubled(previous, mention):
            continue
        if (
            previous is not None
            and previous.reason in (clues.CHAINED if mention.kind in _PLACES else clues.CHAINED - _AT_PLACES)
            and mention.start - previous.mention.end < _AFTER
            and clues.CHAIN.match(text[previous.mention.end : mention.start])
        ):
            readings.append(Reading(mention, previous.factor, previous.reason))
        elif _is_range(text, previous, mention) or (
            following and before.endswith(clues.FROM) and _spans(text, mention, following)
        ):
            readings.append(Reading(mention, 0.3, "range"))
        else:
            reading = _read(mention, before, after, chairs)
            if _is_adjective(mention) and not reading.reason and clues.CHAIN_OPENING.match(after):
                end = _end_of_list(text, mentions, number)
                reading = _read_adjective(mention, before, text[end : end + _AFTER]) or reading
            readings.append(reading)
    return readings


def _spans(text: str, one: Mention, other: Mention) -> bool:
    """Whether "from one to the other" goes from state to state."""
    if one.kind != "name" or other.kind != "name" or not clues.TO.fullmatch(text, one.end, other.start):
        return False
    return not set(one.countries) & set(other.countries)


def _is_range(text: str, previous: Reading | None, mention: Mention) -> bool:
    return previous is not None and previous.reason == "range" and _spans(text, previous.mention, mention)


def _is_adjective(mention: Mention) -> bool:
    return mention.kind == "demonym" or mention.words.replace(".", "") in _STATES


def _is_doubled(previous: Reading, mention: Mention) -> bool:
    """Whether a mention says over again what the one it adjoins was already found to say little of."""
    other = previous.mention
    return previous.factor < 1 and mention.start - other.end < 2 and mention.countries == other.countries


def _end_of_list(text: str, mentions: Sequence[Mention], number: int) -> int:
    """Where a list of adjectives ends that begins with this one: what stands behind the last is said of all."""
    end = mentions[number].end
    for other in mentions[number + 1 :]:
        if not _is_adjective(other) or not clues.CHAIN.match(text[end : other.start]):
            break
        end = other.end
    return end


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
    if kind in ("city", "venue") and (
        clues.DOCUMENT.match(after) or (belongs and clues.DOCUMENT_OF.search(before))
    ):
        return Reading(mention, 0.0, "document")
    if mention.words.lower() in clues.GIVEN_NAMES and _is_given_name(before, after):
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
    if clues.GIVES.match(after) or (
        "hank" in before and clues.THANKS.search(before) and clues.GIVEN.match(after)
    ):
        return Reading(mention, 0.0, "donor")
    if any(country in chairs for country in mention.countries):
        if clues.OFFICE_OF.search(before):
            return Reading(mention, 0.0, "office")
        if clues.OFFICE.match(after):
            return Reading(mention, 0.0, "chair")
    if clues.CHAIRS.match(after) or (belongs and clues.CHAIRED_BY.search(before)):
        return Reading(mention, 0.0, "chairs a meeting")
    return (
        (_read_adjective(mention, before, after) if kind in _ADJECTIVES else None)
        or _read_place(mention, before, after, belongs)
        or Reading(mention)
    )


def _read_adjective(mention: Mention, before: str, after: str) -> Reading | None:
    if clues.CURRENCY.match(after):
        return Reading(mention, 0.0, "currency")
    if mention.kind == "acronym" and not _is_adjective(mention):
        return None
    if mention.kind != "acronym":
        if clues.LANGUAGE.match(after) or (clues.LISTED.match(after) and clues.IN_LANGUAGE.search(before)):
            return Reading(mention, 0.0, "language")
        if clues.PEOPLE.match(after) or clues.ETHNIC.search(before):
            return Reading(mention, 0.3, "people")
    if clues.MEDIATORS.match(after):
        return Reading(mention, 0.0, "mediator")
    if clues.FORMER.search(before) and clues.HELD.match(after):
        return Reading(mention, 0.3, "person")
    if clues.PERSON.match(after):
        return Reading(mention, 0.5, "person")
    return None


def _read_place(mention: Mention, before: str, after: str, belongs: bool) -> Reading | None:
    if belongs and mention.kind != "city" and clues.MEDIATORS_FROM.search(before):
        return Reading(mention, 0.0, "mediator")
    if mention.kind in ("name", "acronym") and clues.OTHERS.match(after):
        return Reading(mention, 0.4, "example")
    if belongs and clues.EXPERTS_FROM.search(before):
        return Reading(mention, 0.4, "expert")
    if belongs and (clues.AMONG.match(after) or clues.AMONG_THEM.search(before)):
        return Reading(mention, 0.4, "participant")
    if before.endswith(clues.BESIDE) and clues.BORDER.search(before):
        return Reading(mention, 0.6, "border")
    if clues.FORCE.match(after):
        return Reading(mention, 1.0, "force")
    if not mention.words[0].isascii() and clues.CYRILLIC_LANGUAGE.match(after):
        return Reading(mention, 0.0, "language")
    if before.endswith(clues.URGED) or (mention.kind == "venue" and clues.STRUCK_IN.search(before)):
        return Reading(mention, 1.0, "meant")
    if mention.kind != "city":
        return None
    if clues.RULES_IN.search(before):
        return Reading(mention, 1.0, "meant")
    if before.endswith(clues.FROM_CITY) and not clues.TO.match(after):
        return Reading(mention, 1.0, "origin")
    if before.endswith(clues.IN):
        meets = clues.MEETING.search(before) or clues.MEETING.search(after)
        return Reading(
            mention, 0.5 if clues.MEETING_IN.search(before) else 1.0, "venue" if meets else "scene"
        )
    if clues.MEETING_OF.match(after):
        return Reading(mention, 1.0, "meeting")
    if clues.TOWARDS.search(before):
        return Reading(mention, 0.5, "venue")
    if clues.VISIT.search(before):
        return Reading(mention, 1.0, "visit")
    return None


def _is_given_name(before: str, after: str) -> bool:
    surname = clues.SURNAME.match(after)
    if not before or surname is None or clues.INSTITUTION.match(surname[0].strip()):
        return False
    return clues.PREPOSITION.search(before) is None


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
    whose = before[:opening].rstrip()
    return clues.NAME_BEFORE.search(whose) is not None or clues.OFFICER_BEFORE.search(whose) is not None


def _is_donor(before: str) -> bool:
    given = list(clues.DONOR.finditer(before))
    if not given:
        return False
    # Between the words of giving and the mention stands nothing but other givers.
    rest = before[given[-1].end() :].lstrip()
    while match := clues.GIVER.match(rest):
        rest = rest[match.end() :]
    return not rest
