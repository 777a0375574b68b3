"""Clues: the words around the name of a country that say it is not what a text is about, as named patterns.

Patterns for what stands before a name end in `$`, those for what stands after it are matched at its end.
"""

from __future__ import annotations

import re

SENTENCE_END = re.compile(r"[.!?]['’”\")]*\s+(?=[A-ZÀ-Ž“\"])|\n")
ABBREVIATION = re.compile(r"\b(?:Mr|Mrs|Ms|Dr|St|Prof|U\.S|No|Amb)\.\s*$")

# Agreements, meetings and standards are named after the city they were made in.
DOCUMENT = re.compile(
    r"(?:['’]s)?\s+(?:(?:Final|Concluding|Commemorative|Human|Political|Peace|Framework|Follow-up|Foreign) ){0,2}"
    r"(?:Ministerial|Summit|Document|Declaration|Convention|Treaty|Protocol|Process|[Aa]greements?|[Aa]ccords?"
    r"|Recommendations|Guidelines|Rules|Standards|Charter|Group|Commission|Act|Principles|Statute|Memorandum|Package|Format"
    r"|Conference|Dimension|Decalogue|Mechanism|Criteria|Consensus|Strategy|Plan of Action|Action Plan)\b"
    r"|\s*\+\s*\d"
)
DOCUMENT_OF = re.compile(r"\b(?:Charter|Treaty|Convention|Declaration|Statute|[Ss]pirit|Act|Accords?) of\s$")

# Who speaks for a state abroad, or pays, is not the subject.
EMBASSY = re.compile(
    r"(?:['’]s?)?\s+(?:(?:Government|Federal|Royal)\s+)?"
    r"(?:[Ee]mbass(?:y|ies)|Mission to the OSCE|Permanent (?:Mission|Representati|Delegation)"
    r"|[Aa]mbassadors?\b|[Dd]elegation\b(?! (?:visit|learn|stud|tour|observe|sees))"
    r"|Chargé|Consul|Agency for (?:International )?Development"
    r"|(?:International )?Development (?:Agency|Co-?operation))"
)
EMBASSY_OF = re.compile(
    r"\b(?:[Ee]mbass(?:y|ies)|[Aa]mbassadors?|Permanent (?:Mission|Representations?|Representatives?|Delegations?)"
    r"|[Dd]elegations?|Consul(?:ate)?)\s(?:of|from)\s(?:[Tt]he\s)?(?:\w+\sof\s)?$"
)
DONOR = re.compile(
    r"\b(?:[Ff]unded|[Ff]inanced|[Ss]ponsored|[Cc]o-?funded|[Cc]o-?financed|[Dd]onated|[Ss]ubsidized|[Pp]aid for)"
    r"(?:\s\w+){0,3}\sby"
    r"|\b(?:funds?|funding|contributions?|donations?|grants?|money|financ(?:ial|ing)(?:\s(?:support|assistance|help|contributions?))?"
    r"|support|assistance)\s(?:provided\s|given\s|received\s)?(?:from|of|by)\b"
    r"|\b[Tt]hanks to(?:\s\w+){0,3}\s(?:from|of|by)\b|\bdonated jointly with\b"
    r"|\b[Dd]onors?\s(?:such as|including|are)\b"
)
GIVES = re.compile(
    r"\s(?:donates?|donated|funds|funded|finances?|financed|sponsors?|sponsored|pledges?|pledged|contributes?|contributed)\b"
    r"|\ssupports? (?:the )?(?:OSCE|training|projects?|courses?|work of)\b|['’]s? (?:donations?|grants?|funding)\b"
)
THANKS = re.compile(r"\b(?:[Tt]hanks?|[Tt]hanked)\s(?:the )?(?:\w+ of (?:the )?)?$")
GIVEN = re.compile(
    r"[^.;]{0,40}\bfor\s(?:(?:its|their|the|a|generous|financial|recent|new|\w+ed)\s){0,4}"
    r"(?:contribut|donat|support|fund|grant|help|assistance|gift|pledge|hospitality|hosting)"
)
GIVER = re.compile(
    r"(?:(?i:the|and|both|of|by|from|as|well|governments?|kingdom|republic|federal|principality|generous|states?|ministry"
    r"|foreign|affairs)\b|&|[A-ZÀ-Ž][^\s,]*)[\s,]*"
)
# A state among organizations speaks with them: "the Missions of the EU, NATO, OSCE and United States".
PARTNER = re.compile(
    r"\b(?:(?:EU|NATO|UN|OSCE|ODIHR|UNDP|UNHCR|IOM|UNMIK|OHR|European Union|United Nations|Council of Europe)"
    r"(?:,|,? and)\s){2,}(?:the\s)?$"
)

# A person's origin: an affiliation in parentheses, `Ambassador … of Germany`, experts from abroad.
NAME_BEFORE = re.compile(r"[A-ZÀ-Ž][^\W\d_.’'-]*[\w.’'-]*\s?$")
OFFICER_BEFORE = re.compile(
    r"\b(?:rapporteur|[Cc]hair(?:man|person|woman)?|[Hh]ead|[Pp]resident|member|delegate|leader)$"
)
PERSON_OF = re.compile(
    r"\b(?:Ambassadors?|Mr|Ms|Mrs|Dr|Prof|Professor|Judge|Senator|Lord|Baroness|Sir|General|Colonel|Dame|MPs?)\.?\s"
    r"(?:[A-ZÀ-Ž][\w.’'-]*\s){1,4}of\s(?:the\s)?$"
)
NAME_OF = re.compile(
    r"(?:^|(?<=[a-z,:;])(?<!Minister)(?<!President)(?<!Speaker)\s)"
    r"[A-ZÀ-Ž][a-zà-ž]+\s(?:[A-Z]\.\s)?([A-ZÀ-Ž][\w’'-]+)\sof\s$"
)
INSTITUTION = re.compile(
    r"(?i:academy|affairs|agency|alliance|army|assembly|association|authorit|bank|bar|board|bureau|cabinet|cent[re]|chamber"
    r"|church|city|commission|committee|constitution|council|court|defen[cs]e|department|direct|district|education|election"
    r"|embassy|federation|forces|foundation|general|government|head|health|inspect|institut|interior|journalist|judiciary"
    r"|justice|kingdom|league|media|minist|mission|movement|network|office|ombuds|parliament|party|people|police|presiden"
    r"|prosecut|region|republic|rights|school|senate|service|society|speaker|state|supreme|teacher|union|universit|women"
    r"|youth)"
)
EXPERTS_FROM = re.compile(
    r"\b(?i:experts?|trainers?|instructors?|lecturers?|speakers?|practitioners?|consultants?|facilitators?|diplomats?"
    r"|politicians?|lawmakers?|senators?|ministers?|envoys?|members?|rapporteurs?|experience"
    r"|examples?|practices?|comes?|hails?)"
    r"\s(?:and\s\w+\s)?from\s(?:the\s)?$"
)
MEDIATORS = re.compile(
    r"\s(?:[Cc]o-?[Mm]ediators?|[Mm]ediators?|[Cc]o-[Cc]hairs?|[Gg]uarantors?|[Gg]o-betweens?)\b"
)
MEDIATORS_FROM = re.compile(r"\b(?:[Mm]ediators?|[Cc]o-[Cc]hairs?|[Gg]uarantors?)\s(?:from|of)\s(?:the\s)?$")
# "From Minsk to Ankara" and "Croatia, Poland and nine others" are everywhere, and nowhere in particular.
FROM = ("from ", "From ", "from the ", "From the ")
TO = re.compile(r"\s(?:to|through to|via)\s(?:the\s)?")
OTHERS = re.compile(
    r"(?:, [^,.;]{2,30}){0,4},? (?:and|as well as) (?:[\w-]+ ){0,2}(?:other|more)\b (?:\w+ )?"
    r"(?:countries|States|nations)"
)
AMONG = re.compile(r"[^.;]{0,60}\b(?:(?:is|are|was|were) (?:also )?among|count(?:s|ed)? among)\b")
AMONG_THEM = re.compile(
    r"\b[Aa]mong (?:them|the (?:participants|speakers|guests|delegates|audience))\b[^.;]{0,40}\bfrom\s(?:the\s)?$"
)
PERSON = re.compile(
    r"\s(?:(?:[\w-]+\s){0,2}(?:[Ee]xperts?|[Tt]rainers?|[Ii]nstructors?|[Ll]ecturers?|[Cc]onsultants?|[Dd]iplomats?|[Rr]apporteurs?)"
    r"|(?:\w+\s)?(?:MPs?|[Pp]arliamentarians?|[Ll]awmakers?|[Ll]egislators?|[Ss]enators?|[Ll]awyers?|[Jj]udges?|[Pp]rofessors?"
    r"|[Gg]enerals?(?! (?:election|assembl|prosecut|public))|[Cc]olonels?"
    r"|[Oo]fficers? [A-Z]|nationals?))\b(?!['’])"
)

CURRENCY = re.compile(
    r"\s(?:dlrs?|dollars?|francs?|marks?|crowns?|pounds?|lira|roubles?|rubles?|guilders?)\b", re.I
)

# Languages, peoples and churches bear the name of a state.
LANGUAGE = re.compile(
    r"(?:,? (?:and |or )?[A-Z]\w+){0,3}[\s-](?:languages?\b|medium\b|speak\w*|versions?\b|translations?\b|scripts?\b)"
)
IN_LANGUAGE = re.compile(
    r"\b(?:in|into|from|speaks?|learn|both|in both"
    r"|(?:teach\w*|lessons?|knowledge|courses?|textbooks?|speakers|learning) (?:of|in))"
    r"\s(?:the\s)?(?:[A-Z]\w+(?:,| and| or)\s)*$"
)
CYRILLIC_LANGUAGE = re.compile(r"(?:,?\s\w+){0,5}\s(?:язык|мов)")
TOWARDS = re.compile(r"\b(?:[Tt]owards?|[Rr]oad to|[Oo]n the way to|[Rr]un-up to|[Cc]ountdown to)\s$")
# A city of meetings is meant itself where something struck it, or where its government is called upon.
STRUCK_IN = re.compile(
    r"\b(?:[Aa]ttacks?|[Bb]omb\w*|[Ss]hootings?|[Ee]xplosions?|[Bb]lasts?|[Rr]iots?|[Pp]rotests?|[Mm]urders?|[Kk]illings?"
    r"|[Tt]error\w*|[Vv]iolence|[Ss]tabbings?|[Vv]ictims|[Ff]ire|detained|arrested|beaten|assaulted|killed|sentenced|jailed"
    r"|fined|searched|shot|wounded|injured|hurt)\b[^.;]{0,30}\b(?:in|on|at|near)\s(?:central\s)?$"
)
RULES_IN = re.compile(
    r"\b(?:[Ll]eaders?|[Ll]eadership|[Aa]uthorit(?:y|ies)|[Gg]overnments?|[Oo]fficials?|[Ll]awmakers|[Mm]inistr(?:y|ies)"
    r"|[Pp]oliticians)\sin\s$"
)
FROM_CITY = ("from ", "From ")
URGED = (
    *("urge ", "urges ", "urged ", "Urges "),
    *("call on ", "calls on ", "called on ", "call upon ", "calls upon ", "called upon "),
    *(" ask ", " asks ", " asked ", "appeal to ", "appeals to ", "appealed to "),
)
VISIT = re.compile(
    r"\b(?:[Vv]isit(?:s|ed|ing)?|[Tt]ours?|[Tt]ravels?(?: to)?|[Tt]rips? to|[Jj]ourneys? to)\s(?:to\s)?$"
)
MEETING_OF = re.compile(
    r"\s(?:[Cc]onference|[Mm]eeting|[Ff]orum|[Ss]ummit|[Ss]ession|[Cc]ongress|[Tt]alks|[Ss]eminar|[Rr]ound of"
    r"|[Ww]orkshop|[Cc]ourse|[Ee]xercise|[Ss]imulation|[Cc]onsultations?|[Rr]etreat|[Ss]ummer [Ss]chool)s?\b"
)
MEETING = re.compile(
    r"\b(?:[Cc]onference|[Mm]eet|[Mm]et\b|[Ff]orum|[Ss]ummit|[Ss]ession|[Cc]ongress|[Ss]eminar|[Ww]orkshop|[Rr]ound\W?table"
    r"|[Cc]ourse|[Tt]raining|[Ee]vent|[Gg]ather|[Tt]alks|[Hh]eld|[Ss]peech|[Aa]ddress|[Tt]old|[Ss]poke|[Bb]riefing|[Vv]isit|[Cc]ollege|[Gg]raduat|[Cc]ertificate|[Ee]xhibition)"
)
MEETING_IN = re.compile(
    r"\b(?:[Cc]onference|[Mm]eeting|[Ff]orum|[Ss]ummit|[Ss]ession|[Cc]ongress)s?\b[^.;:]{0,40}\b[Ii]n\s$"
)
LISTED = re.compile(
    r"\s*(?:[,.;:)]|(?:and|or) [A-Z]\w+\s*(?:[,.;:)]|and\b|or\b|$|(?:languages?|versions?)\b)|$)"
)
PEOPLE = re.compile(
    r"[\s-](?:minorit|communit|diaspora|origin\b|Orthodox|Catholic|Muslim|ethnic|descent|majority|returnees|refugees)"
)
ETHNIC = re.compile(r"\b[Ee]thnic(?:ally)?\s$")
FORMER = re.compile(r"\b(?:[Ff]ormer\s|[Ee]x-)$")
HELD = re.compile(
    r"\s(?:\w+\s)?(?:[Pp]resident|[Cc]hancellor|(?:[Pp]rime |[Ff]oreign )?[Mm]inister|[Aa]mbassador|[Gg]eneral"
    r"|[Ss]peaker|[Dd]iplomat|[Ss]enator)\b"
)
BORDER = re.compile(
    r"\b(?:border(?:s|ing)?|frontiers?|boundary)\s(?:(?:area|region|crossing)s?\s)?(?:with\s|to\s|of\s)?(?:the\s)?$"
    r"|\b[Nn]eighbouring\s$|\bclose to\s$|\bmeets\s$"
)

# The Chair of a year and its partners in the Troika act for the OSCE.
OFFICE = re.compile(
    r"(?:['’]s?)?\s(?:(?:and|current|incoming|outgoing|OSCE|Deputy|Federal|State)\s){0,3}"
    r"(?:Foreign (?:Minister|and|Affairs)|Minister (?:of|for) (?:Foreign|European)|Prime Minister and"
    r"|Chair\w*|Troika|Presidency|Federal Councillor|Secretary of State|State Secretary)"
    r"|(?:\s\w+){0,2}\s[Mm]inister\b[^.;]{0,50}\b(?:Chair|presid|leads? the Organi)"
    r"|\s(?:President|Prime Minister|Chancellor|Secretary of State|State Secretary|Vice-Chancellor)\b[^.;]{0,30}\bChair"
    r"|,? (?:who|which) (?:is |holds |currently )?\w* ?Chair"
)
OFFICE_OF = re.compile(
    r"\b(?:Foreign Ministers?|Ministers? (?:of|for) (?:[\w,]+\s){0,4}Affairs(?: (?:and|,) [\w ,]{3,30})?"
    r"|Foreign Affairs Ministers?|Chair[\w-]*(?:,? (?:and )?(?:the )?(?:President|Prime Minister|Chancellor))?)"
    r"\s(?:[A-ZÀ-Ž][\w.’'-]*\s){0,4}(?:of|from|held by)\s"
    r"(?:the\s)?(?:Republic of\s)?$"
    r"|\bChair(?:manship|personship),?\s(?:the\s)?$"
)
CHAIRED_BY = re.compile(
    r"\b[Uu]nder (?:the )?(?:current |rotating )?(?:[Cc]hair(?:(?:man|person)ship)?|[Pp]residency)"
    r" (?:of|held by)\s(?:the\s)?$"
)
INCOMING = re.compile(r"\b(?:[Ii]ncoming|[Ff]uture|[Nn]ext|[Pp]riorit(?:y|ies)|[Pp]rogramme for)\b")
TROIKA = re.compile(r"\bTroika\b")
FORCE = re.compile(
    r"(?:['’]s?)?\s(?:(?:full-scale|military|armed|unprovoked|continued|ongoing|latest|illegal|air|missile|drone)\s){0,3}"
    r"(?:[Ww]ar\b|[Ii]nvasion|[Aa]ggression|[Aa]ttacks?\b|[Ff]orces|[Tt]roops|[Aa]rmed|[Mm]ilitary|[Ss]helling|[Ss]trikes?\b"
    r"|[Oo]ccupation|[Mm]issiles?\b|[Dd]rones?\b|[Aa]rms\b(?! (?:control|trade|export|embargo))|[Aa]mmunition\b"
    r"|[Ss]oldiers\b|[Ss]ervicemen\b|[Pp]eacekeepers\b|[Tt]anks\b|[Aa]rtillery\b)"
)
CHAIRS = re.compile(
    r"(?:['’]s?)?\s(?:chairs\b|chaired\b|as chair\b|to chair\b|[Cc]hair(?:man|person)?ship of the"
    r"|FSC [Cc]hair|Chair\b(?!-)"
    r"|(?:takes?|took|hands?|handed|assum\w+|begins?|ends?|opens?) (?:over |on |up )?(?:the |its )?"
    r"(?:FSC|Forum|[Cc]hair(?:(?:man|person)ship)? of (?:the )?(?:FSC|Forum|OSCE Forum)))"
)

CHAIN = re.compile(
    r"(?:['’]s?)?(?:\s*\([^()]{0,30}\))?\s*(?:,|and|or|&|as well as|,\s*and)\s*(?:from |of |by )?(?:the )?"
    r"(?:(?:Governments?|Kingdom|Republic|Principality) of )?(?:the )?\Z"
)
CHAIN_OPENING = re.compile(r"\s?(?:,|and|or|&|-|/)\s?")
CHAINED = frozenset(
    (
        "donor",
        "embassy",
        "office",
        "chair",
        "expert",
        "language",
        "venue",
        "scene",
        "meeting",
        "origin",
        "visit",
        "participant",
        "mediator",
    )
)

GIVEN_NAMES = frozenset(
    ("sofia", "paris", "jordan", "israel", "samara", "adana", "vienna", "florence", "chelsea", "georgia")
)
PREPOSITION = re.compile(
    r"\b(?:in|at|to|from|of|near|for|and|between|via|with|on|by|around|outside|through)\s$"
)
SURNAME = re.compile(r"\s[A-ZÀ-Ž][a-zà-ž]+")


OF = (" of ", " of the ", " from ", " from the ", " by ", " by the ")
AND = (" and ", " and the ")
GIVING = (*AND, " with ", " with the ", ", ", " as ", " including ", " are ")
BESIDE = (
    " of ",
    " of the ",
    "with ",
    "with the ",
    "to ",
    "to the ",
    "ing ",
    "ing the ",
    "meets ",
    "border ",
    "borders ",
)
IN = ("in ", "In ", "in the ", "at ", "At ", "at the ")
