"""Contexts: mentions of countries in a text → how much each says about the subject, and why if little."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

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


_SENTENCE_END = re.compile(r"[.!?]['’”\")]*\s+(?=[A-ZÀ-Ž“\"])|\n")
_ABBREVIATION = re.compile(r"\b(?:Mr|Mrs|Ms|Dr|St|Prof|U\.S|No|Amb)\.\s*$")

# Agreements, meetings and standards are named after the city they were made in.
_DOCUMENT = re.compile(
    r"(?:['’]s)?\s+(?:(?:Final|Concluding|Commemorative|Human|Political|Peace|Framework|Follow-up|Foreign) ){0,2}"
    r"(?:Ministerial|Summit|Document|Declaration|Convention|Treaty|Protocol|Process|[Aa]greements?|[Aa]ccords?"
    r"|Recommendations|Guidelines|Rules|Standards|Charter|Group|Commission|Act|Principles|Statute|Memorandum|Package|Format"
    r"|Conference|Dimension|Decalogue|Mechanism|Criteria|Consensus|Strategy|Plan of Action|Action Plan)\b"
    r"|\s*\+\s*\d"
)
_DOCUMENT_OF = re.compile(r"\b(?:Charter|Treaty|Convention|Declaration|Statute|[Ss]pirit|Act|Accords?) of\s$")

# Who speaks for a state abroad, or pays, is not the subject.
_EMBASSY = re.compile(
    r"(?:['’]s?)?\s+(?:(?:Government|Federal|Royal)\s+)?"
    r"(?:[Ee]mbass(?:y|ies)|Mission to the OSCE|Permanent (?:Mission|Representati|Delegation)"
    r"|[Aa]mbassadors?\b|[Dd]elegation\b|Chargé|Consul|Agency for (?:International )?Development"
    r"|(?:International )?Development (?:Agency|Co-?operation))"
)
_EMBASSY_OF = re.compile(
    r"\b(?:[Ee]mbass(?:y|ies)|[Aa]mbassadors?|Permanent (?:Mission|Representations?|Representatives?|Delegations?)"
    r"|[Dd]elegations?|Consul(?:ate)?)\s(?:of|from)\s(?:[Tt]he\s)?(?:\w+\sof\s)?$"
)
_DONOR = re.compile(
    r"\b(?:funded|financed|sponsored|co-?funded|co-?financed|donated|subsidized)(?:\s\w+){0,3}\sby"
    r"|\b(?:funds?|funding|contributions?|donations?|grants?|money|financ(?:ial|ing)(?:\s(?:support|assistance|help|contributions?))?"
    r"|support|assistance)\s(?:provided\s|given\s|received\s)?(?:from|of|by)\b"
    r"|\bthanks to(?:\s\w+){0,3}\s(?:from|of|by)\b|\bdonated jointly with\b|\b[Dd]onors?\s(?:such as|including|are)\b"
)
_GIVER = re.compile(
    r"(?:(?i:the|and|both|of|by|from|as|well|governments?|kingdom|republic|federal|principality|generous|states?|ministry"
    r"|foreign|affairs)\b|&|[A-ZÀ-Ž][^\s,]*)[\s,]*"
)
# A person's origin: an affiliation in parentheses, `Ambassador … of Germany`, experts from abroad.
_NAME_BEFORE = re.compile(r"[A-ZÀ-Ž][^\W\d_.’'-]*[\w.’'-]*\s?$")
_PERSON_OF = re.compile(
    r"\b(?:Ambassadors?|Mr|Ms|Mrs|Dr|Prof|Professor|Judge|Senator|Lord|Baroness|Sir|General|Colonel|Dame|MPs?)\.?\s"
    r"(?:[A-ZÀ-Ž][\w.’'-]*\s){1,4}of\s(?:the\s)?$"
)
_NAME_OF = re.compile(
    r"(?:^|(?<=[a-z,:;])(?<!Minister)(?<!President)(?<!Speaker)\s)"
    r"[A-ZÀ-Ž][a-zà-ž]+\s(?:[A-Z]\.\s)?([A-ZÀ-Ž][\w’'-]+)\sof\s$"
)
_INSTITUTION = re.compile(
    r"(?i:academy|affairs|agency|alliance|army|assembly|association|authorit|bank|bar|board|bureau|cabinet|cent[re]|chamber"
    r"|church|city|commission|committee|constitution|council|court|defen[cs]e|department|direct|district|education|election"
    r"|embassy|federation|forces|foundation|general|government|head|health|inspect|institut|interior|journalist|judiciary"
    r"|justice|kingdom|league|media|minist|mission|movement|network|office|ombuds|parliament|party|people|police|presiden"
    r"|prosecut|region|republic|rights|school|senate|service|society|speaker|state|supreme|teacher|union|universit|women"
    r"|youth)"
)
_EXPERTS_FROM = re.compile(
    r"\b(?:experts?|trainers?|instructors?|lecturers?|speakers?|practitioners?|consultants?|facilitators?)"
    r"\s(?:and\s\w+\s)?from\s(?:the\s)?$"
)
_PERSON = re.compile(
    r"\s(?:\w+\s)?(?:[Dd]iplomats?|[Ee]xperts?|[Tt]rainers?|[Ii]nstructors?|[Ll]ecturers?|[Cc]onsultants?|MPs?"
    r"|[Pp]arliamentarians?|[Ll]awyers?|[Jj]udges?|[Pp]rofessors?|[Gg]enerals?\b|[Cc]olonels?|[Oo]fficers? [A-Z]"
    r"|nationals?\b)"
)

_CURRENCY = re.compile(
    r"\s(?:dlrs?|dollars?|francs?|marks?|crowns?|pounds?|lira|roubles?|rubles?|guilders?)\b", re.I
)

# Languages, peoples and churches bear the name of a state.
_LANGUAGE = re.compile(
    r"(?:,? (?:and |or )?[A-Z]\w+){0,3}[\s-](?:languages?\b|speak\w*|versions?\b|translations?\b|scripts?\b)"
)
_IN_LANGUAGE = re.compile(
    r"\b(?:in|into|from|speaks?|learn|both|in both"
    r"|(?:teach\w*|lessons?|knowledge|courses?|textbooks?|speakers|learning) (?:of|in))"
    r"\s(?:the\s)?(?:[A-Z]\w+(?:,| and| or)\s)*$"
)
_CYRILLIC_LANGUAGE = re.compile(r"(?:,?\s\w+){0,5}\s(?:язык|мов)")
_MEETING_IN = re.compile(
    r"\b(?:[Cc]onference|[Mm]eeting|[Ff]orum|[Ss]ummit|[Ss]ession|[Cc]ongress)s?\b[^.;:]{0,40}\b[Ii]n\s$"
)
_LISTED = re.compile(r"\s*(?:[,.;:)]|and [A-Z]|or [A-Z]|$)")
_PEOPLE = re.compile(
    r"[\s-](?:minorit|communit|diaspora|origin\b|Orthodox|Catholic|Muslim|ethnic|descent|majority|returnees|refugees)"
)
_ETHNIC = re.compile(r"\b[Ee]thnic(?:ally)?\s$")
_FORMER = re.compile(r"\b(?:[Ff]ormer\s|[Ee]x-)$")
_BORDER = re.compile(
    r"\b(?:border(?:s|ing)?|frontiers?|boundary)\s(?:(?:area|region|crossing)s?\s)?(?:with\s|to\s|of\s)?(?:the\s)?$"
    r"|\b[Nn]eighbouring\s$|\bclose to\s$|\bmeets\s$"
)

# The Chair of a year and its partners in the Troika act for the OSCE.
_OFFICE = re.compile(
    r"(?:['’]s?)?\s(?:(?:and|current|incoming|outgoing|OSCE|Deputy|Federal|State)\s){0,3}"
    r"(?:Foreign (?:Minister|and|Affairs)|Minister (?:of|for) (?:Foreign|European)|Prime Minister and"
    r"|Chair\w*|Troika|Presidency|Federal Councillor|Secretary of State|State Secretary)"
    r"|(?:\s\w+){0,2}\s[Mm]inister\b[^.;]{0,50}\b(?:Chair|presid|leads? the Organi)"
    r"|,? (?:who|which) (?:is |holds |currently )?\w* ?Chair"
)
_OFFICE_OF = re.compile(
    r"\b(?:Foreign Ministers?|Ministers? (?:of|for) (?:[\w,]+\s){0,4}Affairs(?: (?:and|,) [\w ,]{3,30})?"
    r"|Foreign Affairs Ministers?|Chair\w*)\s(?:[A-ZÀ-Ž][\w.’'-]*\s){0,4}(?:of|from|held by)\s"
    r"(?:the\s)?(?:Republic of\s)?$"
    r"|\bChair(?:manship|personship),?\s(?:the\s)?$"
)
_FORCE = re.compile(
    r"(?:['’]s?)?\s(?:(?:full-scale|military|armed|unprovoked|continued|ongoing|latest|illegal|air|missile|drone)\s){0,3}"
    r"(?:[Ww]ar\b|[Ii]nvasion|[Aa]ggression|[Aa]ttacks?\b|[Ff]orces|[Tt]roops|[Aa]rmed|[Mm]ilitary|[Ss]helling|[Ss]trikes?\b"
    r"|[Oo]ccupation|[Mm]issiles?\b|[Dd]rones?\b)"
)
_VENUE = re.compile(r"\b(?:[Ii]n|[Aa]t)\s(?:the\s)?$")
_CHAIRS = re.compile(
    r"(?:['’]s?)?\s(?:chairs\b|chaired\b|as chair\b|to chair\b|[Cc]hairmanship of the"
    r"|takes? (?:over|on) (?:the )?(?:FSC|Forum))"
)

_CHAIN = re.compile(
    r"(?:['’]s?)?(?:\s*\([^()]{0,30}\))?\s*(?:,|and|or|&|as well as|,\s*and)\s*(?:from |of |by )?(?:the )?"
    r"(?:(?:Governments?|Kingdom|Republic|Principality) of )?(?:the )?\Z"
)
_CHAINED = frozenset(("donor", "embassy", "office", "chair", "expert", "language"))

_GIVEN_NAMES = frozenset(
    ("sofia", "paris", "jordan", "israel", "samara", "adana", "vienna", "florence", "chelsea")
)
_PREPOSITION = re.compile(
    r"\b(?:in|at|to|from|of|near|for|and|between|via|with|on|by|around|outside|through)\s$"
)
_SURNAME = re.compile(r"\s[A-ZÀ-Ž][a-zà-ž]+")


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
        before = text[max(0, mention.start - _BEFORE) : mention.start]
        for end in _SENTENCE_END.finditer(before):
            if not _ABBREVIATION.search(before, 0, end.start() + 1):
                before = before[end.end() :]
                break
        after = text[mention.end : mention.end + _AFTER]
        previous = readings[-1] if readings else None
        if (
            previous is not None
            and previous.reason in _CHAINED
            and mention.start - previous.mention.end < _AFTER
            and _CHAIN.match(text[previous.mention.end : mention.start])
        ):
            readings.append(Reading(mention, previous.factor, previous.reason))
        else:
            readings.append(_read(mention, before, after, chairs))
    return readings


def _read(mention: Mention, before: str, after: str, chairs: Collection[str]) -> Reading:
    kind = mention.kind
    if kind in ("city", "venue"):
        if _DOCUMENT.match(after) or _DOCUMENT_OF.search(before):
            return Reading(mention, 0.0, "document")
        if (
            mention.words.lower() in _GIVEN_NAMES
            and _SURNAME.match(after)
            and before
            and not _PREPOSITION.search(before)
        ):
            return Reading(mention, 0.0, "person's name")
    if mention.words.startswith("Yugoslav") and mention.countries == ("RS",) and _FORMER.search(before):
        return Reading(mention, 0.0, "former state")
    if _in_parentheses(before, after) or _PERSON_OF.search(before):
        return Reading(mention, 0.0, "affiliation")
    if (named := _NAME_OF.search(before)) and not _INSTITUTION.match(named[1]):
        return Reading(mention, 0.0, "affiliation")
    if _EMBASSY.match(after) or _EMBASSY_OF.search(before):
        return Reading(mention, 0.0, "embassy")
    if _is_donor(before):
        return Reading(mention, 0.0, "donor")
    if _CHAIRS.match(after):
        return Reading(mention, 0.0, "chairs a meeting")
    if any(country in chairs for country in mention.countries):
        if _OFFICE_OF.search(before):
            return Reading(mention, 0.0, "office")
        if _OFFICE.match(after):
            return Reading(mention, 0.0, "chair")
    if kind in ("demonym", "acronym") and _CURRENCY.match(after):
        return Reading(mention, 0.0, "currency")
    if kind in ("demonym", "people"):
        if _LANGUAGE.match(after) or (_IN_LANGUAGE.search(before) and _LISTED.match(after)):
            return Reading(mention, 0.0, "language")
        if _ETHNIC.search(before) or _PEOPLE.match(after):
            return Reading(mention, 0.3, "people")
        if _PERSON.match(after):
            return Reading(mention, 0.5, "person")
    if _EXPERTS_FROM.search(before):
        return Reading(mention, 0.4, "expert")
    if _BORDER.search(before):
        return Reading(mention, 0.6, "border")
    if _FORCE.match(after):
        return Reading(mention, 1.0, "force")
    if not mention.words[0].isascii() and _CYRILLIC_LANGUAGE.match(after):
        return Reading(mention, 0.0, "language")
    if kind == "city" and _MEETING_IN.search(before):
        return Reading(mention, 0.5, "venue")
    if kind == "city" and _VENUE.search(before):
        return Reading(mention, 1.0, "venue")
    return Reading(mention)


def _in_parentheses(before: str, after: str) -> bool:
    opening = before.rfind("(")
    if opening < 0 or ")" in before[opening:] or len(before) - opening > 40:
        return False
    closing = after.find(")")
    if closing < 0 or closing > 40 or "(" in after[:closing]:
        return False
    return _NAME_BEFORE.search(before[:opening].rstrip()) is not None


def _is_donor(before: str) -> bool:
    given = list(_DONOR.finditer(before))
    if not given:
        return False
    # Between the words of giving and the mention stands nothing but other givers.
    rest = before[given[-1].end() :].lstrip()
    while match := _GIVER.match(rest):
        rest = rest[match.end() :]
    return not rest
