"""Terms: a label, slug, code or former name as found → the controlled value it stands for."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

from osce_search.errors import VocabularyError
from osce_search.vocabulary.normalisation import label_key
from osce_search.vocabulary.table import FOLDER, Row, Table, read_table

VOCABULARIES = ("field", "country", "source", "type", "place", "language")
"""The names of the vocabularies: each has the name of its facet."""

_MIN_SIMILARITY = 0.7  # With 0.6, Atlantis would be Albania.
"""Names that are not more similar than this are not suggested."""
_YEARS = re.compile(r"(.*?)\s*\[(\d{4})?-(\d{4})?\]")
_DASH = re.compile("[\u2010-\u2015\u2212]")
_PARENTHESIS = re.compile(r"\s*\([^()]*\)")
_PARTS = re.compile(r"\s*/\s*|\s+[|·•]\s+")


class Alias(NamedTuple):
    """Another name of a term. `since` and `until` are the first and last year in which it was in use; None is open."""

    name: str
    since: int | None = None
    until: int | None = None


class Term(NamedTuple):
    """One controlled value.

    `closed` says that the body or place no longer exists. The other fields are empty in vocabularies that do not have
    them: `kind` (`participating-state`, `field-operation`, `capital` …), `countries` (of a source or a place),
    `seats` (the cities that a source writes from, or the sources that sit in a place), `since` and `until` (years
    of a source), `alpha3` and `numeric` (ISO 3166-1, ISO 639-2), `ambiguous` (a place whose name has other meanings).
    """

    value: str
    label: str
    parent: str | None = None
    closed: bool = False
    aliases: tuple[Alias, ...] = ()
    kind: str = ""
    countries: tuple[str, ...] = ()
    seats: tuple[str, ...] = ()
    since: int | None = None
    until: int | None = None
    alpha3: str = ""
    numeric: str = ""
    ambiguous: bool = False

    @property
    def names(self) -> tuple[str, ...]:
        """The label and every alias, current and former."""
        return (self.label, *(alias.name for alias in self.aliases))


class Vocabulary:
    """The controlled values of one facet, in the order in which their table lists them."""

    __slots__ = ("_by_key", "_by_value", "_table", "name", "terms")

    def __init__(self, name: str, table: Table) -> None:
        self.name = name
        self.terms = tuple(_terms(table))
        self._table = table
        self._by_value = _index_values(table, self.terms)
        self._by_key: dict[str, Term] | None = None

    def __repr__(self) -> str:
        return f"<Vocabulary {self.name}: {len(self)} terms>"

    def __iter__(self) -> Iterator[Term]:
        return iter(self.terms)

    def __len__(self) -> int:
        return len(self.terms)

    def __contains__(self, value: object) -> bool:
        return value in self._by_value

    def resolve(self, text: str) -> Term | None:
        """Return the term for a value, label, code or alias, or None if there is no such term.

        Case, diacritics, spaces, kinds of dashes, a leading `OSCE` or `The`, `(closed)` and the year of a Chair
        make no difference. In a label of several names (`A / B`) the known names must agree; in `A (B)` the first
        name counts.

        >>> vocabulary("source").resolve("OSCE Centre in Bishkek").value
        'programme-office-in-bishkek'
        >>> vocabulary("country").resolve("the former Yugoslav Republic of Macedonia").label
        'North Macedonia'
        """
        found = self._find(text)
        if found is None and "(" in text:
            text = _PARENTHESIS.sub("", text)
            found = self._find(text)
        if found is None and len(parts := _PARTS.split(text)) > 1:
            known = {term.value: term for part in parts if (term := self._find(part))}
            found = next(iter(known.values())) if len(known) == 1 else None
        return found

    def _find(self, text: str) -> Term | None:
        return self._by_value.get(text) or self._keys().get(label_key(text))

    def term(self, value: str) -> Term | None:
        """Return the term with exactly this value, or None."""
        return self._by_value.get(value)

    def label(self, value: str) -> str:
        """Return the current label of a value; an unknown value is its own label.

        >>> vocabulary("country").label("TR"), vocabulary("country").label("Atlantis")
        ('Türkiye', 'Atlantis')
        """
        found = self._by_value.get(value)
        return found.label if found else value

    def labels_of(self, values: Iterable[str]) -> list[str]:
        """Return the current label of each value, in order; an unknown value is its own label.

        >>> vocabulary("country").labels_of(["TR", "Atlantis"])
        ['Türkiye', 'Atlantis']
        """
        known = self._by_value
        return [known[value].label if value in known else value for value in values]

    def suggest(self, text: str, n: int = 3, min_similarity: float = _MIN_SIMILARITY) -> list[Term]:
        """Return up to `n` terms with the most similar value, label or alias, the most similar first.

        Terms with a similarity of at most `min_similarity` (0 to 1) are left out.

        >>> [term.value for term in vocabulary("field").suggest("electons", 1)]
        ['elections']
        """
        import difflib  # only a misspelt label needs it

        wanted = label_key(text)
        if not wanted:
            return []
        asked = {*wanted.split()}
        matcher = difflib.SequenceMatcher(autojunk=False)
        matcher.set_seq2(wanted)
        score: dict[str, float] = {}
        for key, term in self._keys().items():
            if asked <= {*key.split()} or (len(wanted) > 3 and key.startswith(wanted)):
                similarity = 0.8 + 0.2 * len(wanted) / len(key)
                score[term.value] = max(similarity, score.get(term.value, 0.0))
                continue
            # Similarity to one word of a name counts a little less than to the whole name.
            words = (word for word in key.split() if len(word) > 3 and word != key)
            for part, share in ((key, 1.0), *((word, 0.9) for word in words)):
                known = score.get(term.value, min_similarity)
                matcher.set_seq1(part)
                if share * matcher.real_quick_ratio() > known and share * matcher.quick_ratio() > known:
                    score[term.value] = max(share * matcher.ratio(), score.get(term.value, 0.0))
        score = {value: found for value, found in score.items() if found > min_similarity}
        best = sorted(score, key=lambda value: (-score[value], value))
        return [self._by_value[value] for value in best[:n]]

    def lineages_of(self, values: Iterable[str]) -> dict[str, tuple[str, ...]]:
        """Map each value to itself and the values above it, the nearest first.

        >>> vocabulary("field").lineages_of(["media-laws", "Basket weaving"])
        {'media-laws': ('media-laws', 'media-freedom'), 'Basket weaving': ('Basket weaving',)}
        """
        lineages: dict[str, tuple[str, ...]] = {}
        for value in values:
            above = [value]
            while (term := self._by_value.get(above[-1])) and term.parent:
                above.append(term.parent)
            lineages[value] = tuple(above)
        return lineages

    def _keys(self) -> dict[str, Term]:
        # Folding every name is half the cost of loading a table; the labels of values do not need it.
        if self._by_key is None:
            self._by_key = _index_names(self._table, self.terms)
        return self._by_key


@cache
def vocabulary(name: str) -> Vocabulary:
    """Return the vocabulary of that name (one of VOCABULARIES), which is read once from its table.

    Raise VocabularyError if there is no such vocabulary, or if its table contradicts itself.
    """
    if name not in VOCABULARIES:
        raise VocabularyError(f"there is no vocabulary called {name!r} (there are {', '.join(VOCABULARIES)})")
    return Vocabulary(name, read_table(FOLDER / f"{name}.csv", ("value",)))


def canonical(name: str, label: str) -> str:
    """Return the value for a label, slug, code or alias, or an unknown label in one spelling.

    An unknown label loses surrounding spaces, its dashes become hyphens, and in fields and sources a label of several
    words in small letters begins with a capital, so that values that differ in this alone are one value. A single word
    may be the code of another application, and stays.

    >>> canonical("source", "OSCE Chairmanship"), canonical("field", " basket–weaving for all ")
    ('chairpersonship', 'Basket-weaving for all')
    >>> canonical("field", "acq")
    'acq'

    For a facet without a vocabulary, every label is unknown.
    """
    found = vocabulary(name).resolve(label) if name in VOCABULARIES else None
    if found:
        return found.value
    spelt = _DASH.sub("-", " ".join(label.split()))
    is_phrase = name in ("field", "source") and " " in spelt and spelt.islower()
    return spelt[0].upper() + spelt[1:] if is_phrase else spelt


def load_vocabulary(name: str, path: Path) -> Vocabulary:
    """Read the vocabulary in a table and check all of it.

    Raise VocabularyError, naming file and line, for a value that stands twice, a name of two values, a parent that
    does not exist or is its own descendant, or a malformed year.
    """
    loaded = Vocabulary(name, read_table(path, ("value",)))
    loaded._keys()
    return loaded


def _index_values(table: Table, terms: tuple[Term, ...]) -> dict[str, Term]:
    by_value: dict[str, Term] = {}
    for row, term in zip(table.rows, terms, strict=True):
        if term.value in by_value:
            raise table.error(row, f"the value {term.value!r} stands twice")
        by_value[term.value] = term
    for row, term in zip(table.rows, terms, strict=True):
        seen, parent = {term.value}, term.parent
        while parent:
            if parent not in by_value:
                raise table.error(row, f"the parent {parent!r} is not a value of this table")
            if parent in seen:
                raise table.error(row, f"{term.value!r} is its own ancestor")
            seen.add(parent)
            parent = by_value[parent].parent
    return by_value


def _index_names(table: Table, terms: tuple[Term, ...]) -> dict[str, Term]:
    by_key: dict[str, Term] = {}
    for row, term in zip(table.rows, terms, strict=True):
        for spelling in dict.fromkeys((term.value, term.alpha3, *term.names)):
            key = label_key(spelling)
            if key and by_key.setdefault(key, term) is not term:
                other = by_key[key].value
                raise table.error(row, f"{spelling!r} means both {other!r} and {term.value!r}")
    return by_key


def _terms(table: Table) -> Iterator[Term]:
    names = ("value", "label", "parent", "closed", "aliases", "kind", "country", "seat", "since", "until")
    columns = (table.column(name) for name in (*names, "alpha3", "numeric", "ambiguous"))
    for row, cells in zip(table.rows, zip(*columns, strict=True), strict=True):
        (
            value,
            label,
            parent,
            closed,
            aliases,
            kind,
            country,
            seat,
            since,
            until,
            alpha3,
            numeric,
            ambiguous,
        ) = cells
        yield Term(
            value,
            label or value,
            parent or None,
            _flag(table, row, "closed", closed),
            tuple(_aliases(table, row, aliases)) if aliases else (),
            kind,
            _several(country) if country else (),
            _several(seat) if seat else (),
            _year(table, row, since) if since else None,
            _year(table, row, until) if until else None,
            alpha3,
            numeric,
            _flag(table, row, "ambiguous", ambiguous),
        )


def _several(cell: str) -> tuple[str, ...]:
    return tuple(part for part in map(str.strip, cell.split("|")) if part) if "|" in cell else (cell,)


def _aliases(table: Table, row: Row, cell: str) -> Iterator[Alias]:
    for part in _several(cell):
        if not part.endswith("]"):
            yield Alias(part)
        elif (match := _YEARS.fullmatch(part)) and match[1]:
            since, until = (int(year) if year else None for year in match.groups()[1:])
            if since and until and since > until:
                raise table.error(row, f"{part!r} ends before it begins")
            yield Alias(match[1], since, until)
        else:
            raise table.error(row, f"{part!r}: years are written [from-until], as in [1993-2019] or [-2016]")


def _year(table: Table, row: Row, cell: str) -> int:
    if len(cell) != 4 or not cell.isdigit():
        raise table.error(row, f"{cell!r} is not a year")
    return int(cell)


def _flag(table: Table, row: Row, name: str, cell: str) -> bool:
    if cell not in ("", "yes"):
        raise table.error(row, f"{name!r} is {cell!r}; it must be yes or empty")
    return cell == "yes"
