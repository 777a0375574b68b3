"""Acronyms: the words of OSCE texts that are names and not to be stemmed."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from osce_search.vocabulary.table import FOLDER, read_table

__all__ = ["Acronym", "acronyms"]


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
