"""Metadata: a draft → a release with controlled values, each with where it comes from."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

from osce_search.extraction.addresses import canonical_address, file_number, node_number, path_language
from osce_search.extraction.candidates import Candidate, Draft, choose_date
from osce_search.extraction.lines import is_known, spellings_by, type_in
from osce_search.extraction.markup import Decoded
from osce_search.release import Origin, Release
from osce_search.vocabulary import canonical, vocabulary
from osce_search.vocabulary.datelines import Dateline, read_dateline, split_places
from osce_search.vocabulary.written_dates import find_dates

LOST = 0.3
"""A release is flagged for review if more than this share of what stands between title and end was left out."""

LOST_AT_LEAST = 200
"""Fewer characters than this are no loss to review: a menu entry beside a text of one sentence."""

LONGEST_LABELS = 300
"""A longer label is not looked at for names that are glued together."""

_GAP = re.compile(r"\s+(?=[^\W\da-z_])|(?<=[^\W\dA-Z_)])(?=[^\W\da-z_])")
_ISSUED = re.compile(r"\b(?:issued|published|released) (?:on |at )?(.{6,40})\Z", re.IGNORECASE)
_DOUBLED = re.compile(r"\b([A-ZА-ЯЁІЇЄҐЂЈЉЊЋЏ]{2,15})\1\b")


def complete(draft: Draft, decoded: Decoded, name: str, url: str | None, *, alone: bool) -> Release:
    """Return the release of a draft, with controlled values, a date, places and an id.

    `name` and `url` are those of the page, which count for the release where it is `alone` on it. The publishing date
    comes before the dateline's; where both are whole and disagree, the release is flagged `date_conflict`.
    """
    paragraphs = tuple(undouble([draft.title, *draft.paragraphs]))
    title, paragraphs = paragraphs[0], tuple(part for part in paragraphs[1:] if part)
    text = "\n\n".join(paragraphs)
    origins: dict[str, tuple[Origin, ...]] = {}
    dateline, line = _dateline(draft, paragraphs)
    choice = choose_date(_dates(draft, title, dateline, line))
    date, flags = choice.date, [*draft.flags, *(["date_conflict"] if choice.conflict else [])]
    if choice.origins:
        origins["date"] = choice.origins
    if draft.titled:
        origins["title"] = draft.titled if len(draft.titled) > 1 else (Origin("", draft.titled[0].origin),)
    if draft.dropped:
        lost = sum(len(block) for block, _ in draft.dropped)
        share = lost / (lost + len(text))
        reasons = Counter(reason for _, reason in draft.dropped)
        told = ", ".join(f"{reason} ({count})" for reason, count in reasons.most_common())
        origins["text"] = (Origin(str(len(draft.dropped)), "dropped", told, round(share, 3)),)
        flags += ["text_dropped"] if share > LOST and lost > LOST_AT_LEAST else []
    country_labels = split_values("country", (*draft.labels["country"], *draft.countries))
    values = {
        "place": _places(draft, dateline, line, origins),
        "source": _values(
            "source", draft.labels["source"] or draft.sources, origins, known=not draft.labels["source"]
        ),
        "field": _values(
            "field", draft.labels["field"] or draft.fields, origins, known=not draft.labels["field"]
        ),
        "country": _values("country", country_labels, origins, known=not draft.labels["country"]),
    }
    address = _address(draft, url)
    type_label = next(iter(draft.labels["type"]), "") or draft.type or type_in(title)
    language = detect_language([title, *paragraphs]) or _language(draft.language)
    identity = _identity(draft, address, url, name if alone else "")
    if decoded.repairs:
        origins["encoding"] = (Origin(decoded.encoding, decoded.origin, "; ".join(decoded.repairs)),)
    addresses = (address or "", *(other for _, other in draft.versions))
    shared = identity if identity and _is_shared(identity, addresses) else None
    if shared and node_number(address or "") == shared:
        identity = _version_id(address or "", shared)
    identity = identity or hashlib.sha256(f"{title}\n\n{text}".encode()).hexdigest()[:16]
    return Release(
        id=identity,
        title=title,
        text=text,
        url=address,
        date=date.date if date else None,
        date_precision=date.precision if date else "day",
        type=canonical("type", type_label) if type_label and len(type_label) < 60 else None,
        language=language,
        parser=draft.parser,
        partial=draft.partial,
        flags=tuple(dict.fromkeys(flags)),
        translations=_translations(draft.versions, identity, shared),
        provenance=origins,
        **values,
    )


def _is_shared(number: str, addresses: Iterable[str]) -> bool:
    """Whether a number stands for language versions of several languages among these addresses."""
    return len({path_language(address) for address in addresses if node_number(address) == number}) > 1


def _version_id(address: str, shared: str | None) -> str | None:
    """Return the id of a language version: its number, with the language behind it if several versions share it.

    English has the number alone, so that no version takes the place of another.
    """
    number, language = node_number(address), path_language(address)
    return f"{number}-{language}" if number and number == shared and language else number


def _translations(
    versions: Iterable[tuple[str, str]], identity: str, shared: str | None
) -> Mapping[str, str]:
    """Return the ids of the other language versions of a release, by language."""
    named = (
        (canonical("language", language), _version_id(address, shared)) for language, address in versions
    )
    return {language: id for language, id in named if id and id != identity}


def split_values(name: str, printed: Iterable[str]) -> tuple[str, ...]:
    """Return the labels of lines, split at commas, semicolons and bars, but not inside a name that is known.

    >>> split_values("source", ["OSCE Secretariat, OSCE Mission to Croatia / OSCE Office in Zagreb (closed)"])
    ('OSCE Secretariat', 'OSCE Mission to Croatia / OSCE Office in Zagreb (closed)')
    """
    found: list[str] = []
    for line in printed:
        pieces = [
            piece for piece in (piece.strip() for piece in re.split(r"\s*[;|•·\n]\s*|,\s*", line)) if piece
        ]
        start = 0
        while start < len(pieces):
            # A name may hold a comma: then its pieces are no names, and together they are one.
            end = start + 1
            if not is_known(name, pieces[start]):
                for stop in range(start + 2, min(len(pieces), start + 4) + 1):
                    if is_known(name, pieces[stop - 1]):
                        break
                    if is_known(name, ", ".join(pieces[start:stop])):
                        end = stop
                        break
            found.extend(_split_glued(name, ", ".join(pieces[start:end])))
            start = end
    return tuple(dict.fromkeys(found))


def _split_glued(name: str, label: str) -> Sequence[str]:
    """Split known names of different values that have only a slash, white space or nothing between them.

    >>> _split_glued("field", "Human rightsElections"), _split_glued("field", "Elections / Youth")
    (['Human rights', 'Elections'], ['Elections', 'Youth'])
    """
    slashed = [part for part in re.split(r"\s+/\s+", label) if part]
    if len(slashed) > 1 and len({canonical(name, part) for part in slashed if is_known(name, part)}) == len(
        slashed
    ):
        return slashed
    if len(label) > LONGEST_LABELS or is_known(name, label):
        return [label]
    for gap in _GAP.finditer(label):
        first, rest = label[: gap.start()].strip(), label[gap.end() :].strip()
        if is_known(name, first):
            others = _split_glued(name, rest)
            if all(is_known(name, other) for other in others):
                return [first, *others]
    return [label]


def undouble(texts: Sequence[str]) -> list[str]:
    """Return the texts with acronyms that a glossary doubled (CSCECSCE) written once.

    A short one counts as doubled only where it stands alone elsewhere, so that TARTAR stays what it is.

    >>> undouble(["The CSCECSCE met in TARTAR."])
    ['The CSCE met in TARTAR.']
    """
    doubled = {match[1] for text in texts for match in _DOUBLED.finditer(text)}
    if not doubled:
        return list(texts)
    whole = " ".join(texts)
    doubled = {word for word in doubled if len(word) > 3 or re.search(rf"\b{word}\b", whole)}
    return [_DOUBLED.sub(lambda match: match[1] if match[1] in doubled else match[0], text) for text in texts]


def _address(draft: Draft, given: str | None) -> str | None:
    """Return the address of a release: declared, printed, or given. A listing's address is not its items'."""
    stated = (draft.url, *draft.labels["url"])
    printed = (hint for hint in draft.hints if "://" in hint and node_number(hint))
    found = (canonical_address(address, given or "") for address in (*stated, *printed) if address)
    return next(filter(None, found), None if draft.partial else canonical_address(given or ""))


def _identity(draft: Draft, address: str | None, given: str | None, name: str) -> str | None:
    """Return the node number: of the address, of the given address or name, or of a line or attribute."""
    numbers = [
        node_number(address or ""),
        None if draft.partial else node_number(given or ""),
        file_number(name),
    ]
    return next(filter(None, (*numbers, *map(node_number, draft.hints))), None)


def _dateline(draft: Draft, paragraphs: Sequence[str]) -> tuple[Dateline | None, str]:
    for text in (*paragraphs[:2], draft.placeline):
        line = read_dateline(text)
        if line:
            return line, text[: line.end].strip()
    return None, ""


def _dates(draft: Draft, title: str, dateline: Dateline | None, line: str) -> Iterator[Candidate]:
    """Yield every date that a draft names: of its labels, its lines, its markup, its title and its dateline."""
    yield from (Candidate("label published", text) for text in draft.labels["published"])
    yield from (Candidate("label date", text) for text in draft.labels["date"])
    yield from draft.dates
    placeline = read_dateline(draft.placeline) if draft.placeline else None
    if placeline and placeline.date:
        yield Candidate("place and date", draft.placeline)
    if dateline and dateline.date and line != draft.placeline:
        yield Candidate("dateline", line)
    if issued := _ISSUED.search(title):
        yield Candidate("issued, in the title", issued[1])
    elif type_in(title):
        yield from (
            Candidate("in the title", title[date.start : date.end]) for date in find_dates(title) if date.year
        )


def _places(
    draft: Draft, dateline: Dateline | None, line: str, origins: dict[str, tuple[Origin, ...]]
) -> tuple[str, ...]:
    found: dict[str, Origin] = {}
    for printed in draft.labels["place"] or draft.places:
        for place in split_places(printed):
            value = _place(place)
            found.setdefault(value, Origin(value, "assigned", place))
    for place in dateline.places if dateline else ():
        value = _place(place)
        found.setdefault(value, Origin(value, "dateline", line))
    if found:
        origins["place"] = tuple(found.values())
    return tuple(found)


def _place(written: str) -> str:
    value = canonical("place", written)
    if value == written and written.isupper():
        return re.sub(
            r"[^\W\d_]+", lambda word: word[0].capitalize() if len(word[0]) > 2 else word[0], written
        )
    return value


def _values(
    name: str, printed: Iterable[str], origins: dict[str, tuple[Origin, ...]], *, known: bool = False
) -> tuple[str, ...]:
    found: dict[str, Origin] = {}
    for label in split_values(name, printed):
        if known and not is_known(name, label):
            continue
        value = canonical(name, label)
        found.setdefault(value, Origin(value, "assigned", label))
    if found:
        origins[name] = tuple(found.values())
    return tuple(found)


def _language(declared: str) -> str | None:
    code = re.split(r"[-_]", declared.strip(), maxsplit=1)[0].casefold()
    term = vocabulary("language").resolve(code) if code else None
    return term.value if term else None


# Words that are frequent in one of these languages and rare or unknown in the others of its script.
_WORDS = spellings_by("frequent ")
# Letters that decide by themselves.
_LETTERS = {language: frozenset(letters) for language, letters in spellings_by("letters ").items()}
_SCRIPTS = (("ka", "ა", "ჰ"), ("hy", "ա", "և"), ("ar", "ء", "ي"), ("he", "א", "ת"), ("el", "ά", "ώ"))
_CYRILLIC = frozenset("абвгдежзиклмнопрстуфхцчш")
_LATIN = frozenset("abcdefghijklmnopqrstuvwxyz")
_BY_WORD: dict[str, list[str]] = {}
for _code, _words in _WORDS.items():
    for _word in set(_words):
        _BY_WORD.setdefault(_word, []).append(_code.partition("-")[0])

REACH = 1500
"""How many characters are looked at."""

FEWEST_WORDS = 3
"""Below this many frequent words, nothing is said."""


def detect_language(texts: Iterable[str]) -> str | None:
    """Return the ISO 639-1 code of the language of most of the text, or None if there is too little text.

    >>> detect_language(["Mbi tridhjetë zyrtarë të policisë përfunduan një trajnim për sigurinë e gazetarëve."])
    'sq'
    """
    text = " ".join(texts)[:REACH].casefold()
    letters = set(text)
    foreign = {letter for letter in letters if letter > "\u036f" and letter.isalpha()}
    for language, first, last in _SCRIPTS if foreign else ():
        if any(first <= letter <= last for letter in foreign) and _share(text, first, last) > 0.5:
            return language
    score = dict.fromkeys((language for language in _WORDS if "-" not in language), 0)
    for word in text.split():
        for language in _BY_WORD.get(word, ()):
            score[language] += 1
    cyrillic = len(letters & _CYRILLIC) > len(letters & _LATIN)
    for language, telling in _LETTERS.items():
        seen = sum(map(text.count, letters & telling))
        if seen and (score[language] or cyrillic):
            # One foreign name may bring a letter or two; a text in the language brings them in every line.
            score[language] += min(seen, 2 + len(text) // 40)
    if "ј" in letters:
        # Macedonian is Serbian's neighbour in letters and small words, but it has its articles behind the noun.
        score["mk"] += sum(1 for word in text.split() if word.endswith(("от", "ата", "ите")))
    best = max(score, key=score.__getitem__)
    return best if score[best] >= FEWEST_WORDS else None


def _share(text: str, first: str, last: str) -> float:
    letters = [letter for letter in text if letter.isalpha()]
    return sum(1 for letter in letters if first <= letter <= last) / len(letters)
