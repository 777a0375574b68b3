"""Word lists: the stop words, the acronyms and the synonyms of OSCE texts."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import NamedTuple

from osce_search.vocabulary.table import FOLDER, read_table
from osce_search.vocabulary.terms import vocabulary

STOP_WORDS = frozenset(
    " ".join(read_table(FOLDER / "stopwords.csv", ("class", "words")).column("words")).split()
)
"""English function words, in lower case.

In a query, stop words side by side with other words (`role of women in elections`) are not required. They are
required in a phrase, beside a written AND, OR or NEAR, after NOT, `-`, `+` or the name of a field, and if the query has
no other words (`who is who`). In capitals they are acronyms (`WHO`, `IT`, `US`) unless the whole query is in capitals.
"""

ASK_WORDS = frozenset(
    " ".join(read_table(FOLDER / "askwords.csv", ("class", "words")).column("words")).split()
)
"""Words that say how something is asked, in lower case (`tell`, `concerning`, `between`).

A query of which any word may match leaves them out like stop words. If all words are required, they are required too.
"""

_FORMS = STOP_WORDS | {word.capitalize() for word in STOP_WORDS}


_ASK_FORMS = _FORMS | ASK_WORDS | {word.capitalize() for word in ASK_WORDS}


def is_stop_word(word: str, *, all_capitals: bool = False, ask_words: bool = False) -> bool:
    """Return whether a word is a stop word, or with `ask_words` one of those.

    `all_capitals` says that the whole query is in capitals.

    >>> is_stop_word("Of"), is_stop_word("WHO"), is_stop_word("WHO", all_capitals=True)
    (True, False, True)
    >>> is_stop_word("tell"), is_stop_word("tell", ask_words=True)
    (False, True)
    """
    forms = _ASK_FORMS if ask_words else _FORMS
    return word.replace("’", "'") in forms or (all_capitals and word.lower() in forms)


def drop_stop_words(
    words: Iterable[str], *, all_capitals: bool = False, ask_words: bool = False
) -> list[str]:
    """Return the words that are not stop words; see `is_stop_word`.

    >>> drop_stop_words(["Role", "of", "the", "WHO"])
    ['Role', 'WHO']
    """
    return [word for word in words if not is_stop_word(word, all_capitals=all_capitals, ask_words=ask_words)]


class Acronym(NamedTuple):
    """An acronym as written, its expansion, and the facet and value that it stands for (empty if none)."""

    acronym: str
    expansion: str
    facet: str = ""
    value: str = ""


@lru_cache(maxsize=1)
def acronyms() -> tuple[Acronym, ...]:
    """Return every acronym of the table. The analyzer does not stem them.

    Raise VocabularyError if an acronym stands twice, in whatever case.

    >>> next(item.expansion for item in acronyms() if item.acronym == "HCNM")
    'High Commissioner on National Minorities'
    """
    table = read_table(FOLDER / "acronyms.csv", ("acronym", "expansion", "facet", "value"))
    seen: set[str] = set()
    for row in table.rows:
        lowered = row.cells[0].lower()
        if lowered in seen:
            raise table.error(row, f"the acronym {row.cells[0]!r} stands twice")
        seen.add(lowered)
    columns = (table.column(name) for name in Acronym._fields)
    return tuple(Acronym(*cells) for cells in zip(*columns, strict=True))


@lru_cache(maxsize=1)
def synonyms() -> tuple[tuple[str, ...], ...]:
    """Return groups of names for one thing, the current name first.

    The groups are the labels and aliases of countries, places and sources, each acronym with its expansion, and the
    rows of tables/synonyms.csv. Of the names of a source, those of one ordinary word ("Chair") are left out.

    >>> next(group for group in synonyms() if "Kiev" in group)[0]
    'Kyiv'
    """
    return tuple(group for group in map(tuple, _groups()) if len(group) > 1)


def _groups() -> Iterator[Iterable[str]]:
    for term in vocabulary("country"):
        yield dict.fromkeys(term.names)
    for term in vocabulary("place"):
        if not term.ambiguous:
            yield dict.fromkeys(term.names)
    for term in vocabulary("source"):
        yield dict.fromkeys(name for name in term.names if not _is_ordinary_word(name))
    for item in acronyms():
        yield (item.acronym, item.expansion)
    table = read_table(FOLDER / "synonyms.csv", ("name", "also"))
    for name, also in zip(table.column("name"), table.column("also"), strict=True):
        yield dict.fromkeys((name, *(part.strip() for part in also.split("|"))))


def _is_ordinary_word(name: str) -> bool:
    return not re.search(r"[\s-]", name) and sum(map(str.isupper, name)) < 2
