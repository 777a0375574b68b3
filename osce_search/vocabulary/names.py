"""Names: what else a state, a place or a body is or was called, and what an acronym is short for."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

from osce_search.vocabulary.acronyms import acronyms
from osce_search.vocabulary.table import FOLDER, read_table
from osce_search.vocabulary.terms import vocabulary

__all__ = ["name_groups"]


@lru_cache(maxsize=1)
def name_groups() -> tuple[tuple[str, ...], ...]:
    """Groups of names of one thing, each group once, the current name first.

    >>> next(group for group in name_groups() if "Kiev" in group)[0]
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
    table = read_table(FOLDER / "names.csv", ("name", "also"))
    for name, also in zip(table.column("name"), table.column("also"), strict=True):
        yield dict.fromkeys((name, *(part.strip() for part in also.split("|"))))


def _is_telling(name: str) -> bool:
    return len(re.split(r"[\s-]", name)) > 1 or sum(letter.isupper() for letter in name) > 1
