"""Word lists: the stop words, the acronyms and the synonyms of OSCE texts."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import NamedTuple

from osce_search.vocabulary.table import FOLDER, read_table
from osce_search.vocabulary.terms import vocabulary

_ARTICLES = "a an the this that these those some any each both such"
_CONJUNCTIONS = "and or nor but if then than so as because while although though whether"
_PREPOSITIONS = "of in on at by for from to into onto with within about over under upon via"
_PRONOUNS = (
    "i me my we our ours you your yours he him his she her hers it its they them their theirs "
    "what which who whom whose where when why how there here"
)
_AUXILIARIES = (
    "am is are was were be been being do does did done has have had having "
    "can could shall should will would must"
)
_PARTICLES = "not no also only just very too"

STOP_WORDS = frozenset(
    " ".join((_ARTICLES, _CONJUNCTIONS, _PREPOSITIONS, _PRONOUNS, _AUXILIARIES, _PARTICLES)).split()
)
"""Function words of English, in lower case.

Where words stand side by side (`role of women in elections`), those of this list are left out of what a release
must contain. They count inside a phrase, beside a written AND, OR or NEAR, after NOT, `-`, `+` or a field's name,
and where nothing else was asked (`who is who`). In capitals they are acronyms (`WHO`, `IT`, `US`) unless the whole
question is in capitals. Words with a meaning of their own in releases (against, between, without, all, may) are not in
the list.
"""

_FORMS = STOP_WORDS | {word.capitalize() for word in STOP_WORDS}


def is_stop_word(word: str, *, shouted: bool = False) -> bool:
    """Whether the word is of the list; `shouted` says that the whole question is in capitals.

    >>> is_stop_word("Of"), is_stop_word("WHO"), is_stop_word("WHO", shouted=True)
    (True, False, True)
    """
    return word in _FORMS or (shouted and word.lower() in STOP_WORDS)


class Acronym(NamedTuple):
    """An acronym as written, what it is short for, and the facet and value it stands for (empty if none)."""

    acronym: str
    expansion: str
    facet: str = ""
    value: str = ""


@lru_cache(maxsize=1)
def acronyms() -> tuple[Acronym, ...]:
    """Every acronym of the table, each once.

    >>> next(item.expansion for item in acronyms() if item.acronym == "HCNM")
    'High Commissioner on National Minorities'

    Raises VocabularyError for one that is there twice, whatever its case.
    """
    table = read_table(FOLDER / "acronyms.csv", ("acronym", "expansion", "facet", "value"))
    seen: set[str] = set()
    for row in table.rows:
        lowered = row.cells[0].lower()
        if lowered in seen:
            raise table.error(row, f"the acronym {row.cells[0]!r} is there twice")
        seen.add(lowered)
    columns = (table.column(name) for name in ("acronym", "expansion", "facet", "value"))
    return tuple(Acronym(*cells) for cells in zip(*columns, strict=True))


@lru_cache(maxsize=1)
def synonyms() -> tuple[tuple[str, ...], ...]:
    """Groups of names of one thing, each group once, the current name first.

    >>> next(group for group in synonyms() if "Kiev" in group)[0]
    'Kyiv'

    Bodies are known by acronyms and by names of several words: a word such as "Chair" means too much else.
    """
    return tuple(group for group in map(tuple, _groups()) if len(group) > 1)


def _groups() -> Iterator[Iterable[str]]:
    for term in vocabulary("country"):
        yield dict.fromkeys((term.label, *(alias.name for alias in term.aliases)))
    for term in vocabulary("place"):
        if not term.ambiguous:
            yield dict.fromkeys((term.label, *(alias.name for alias in term.aliases)))
    for term in vocabulary("source"):
        names = (term.label, *(alias.name for alias in term.aliases))
        yield dict.fromkeys(name for name in names if _is_telling(name))
    for item in acronyms():
        yield (item.acronym, item.expansion)
    table = read_table(FOLDER / "synonyms.csv", ("name", "also"))
    for name, also in zip(table.column("name"), table.column("also"), strict=True):
        yield dict.fromkeys((name, *(part.strip() for part in also.split("|"))))


def _is_telling(name: str) -> bool:
    return len(re.split(r"[\s-]", name)) > 1 or sum(letter.isupper() for letter in name) > 1
