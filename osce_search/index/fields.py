"""Fields: the schema of a release and the analyzer, declared for Whoosh.

Whoosh pickles the name of this module into tables of contents, so it must not be renamed.
"""

from __future__ import annotations

import importlib.metadata
import warnings
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from osce_search.errors import OsceSearchError
from osce_search.index.analyzer import TOKEN, term_of
from osce_search.index.segment.columns import INDEXED
from osce_search.schema import TEXT_FIELDS

_DISTRIBUTIONS = ("whoosh", "whoosh-reloaded", "whoosh3")


def check_whoosh(installed: Sequence[str]) -> None:
    """Raise OsceSearchError if several distributions of Whoosh are installed: they overwrite each other's files.

    >>> check_whoosh(["whoosh"])
    """
    if len(installed) > 1:
        raise OsceSearchError(
            f"{' and '.join(installed)} are installed side by side and overwrite each other; uninstall them all, "
            f"then install one: pip uninstall {' '.join(installed)} && pip install {installed[0]}"
        )


check_whoosh([name for name in _DISTRIBUTIONS if any(importlib.metadata.Distribution.discover(name=name))])

with warnings.catch_warnings():
    # Whoosh 2.7.4 predates raw strings for its regular expressions.
    warnings.simplefilter("ignore", SyntaxWarning)
    warnings.simplefilter("ignore", DeprecationWarning)
    from whoosh.analysis import Filter, RegexTokenizer
    from whoosh.fields import DATETIME, ID, KEYWORD, TEXT, Schema


class TermFilter(Filter):  # type: ignore[misc]  # Whoosh has no types
    """Replaces the text of each token by its term."""

    def __call__(self, tokens: Iterable[Any]) -> Iterator[Any]:
        for token in tokens:
            token.text = term_of(token.text)
            yield token


def release_analyzer() -> Any:
    """Return the analyzer of `osce_search.index.analyzer` as a Whoosh pipeline.

    >>> [token.text for token in release_analyzer()("The OSCE's co-ordinators")]
    ['the', 'osce', 'coordin']
    """
    return RegexTokenizer(TOKEN) | TermFilter()


def whoosh_schema() -> Schema:
    """Return the schema of an index: text fields, facets as keywords, `id` and `date`."""
    fields: dict[str, Any] = {
        "id": ID(stored=True, unique=True, sortable=True),
        "date": DATETIME(sortable=True),
    }
    fields.update((field.name, TEXT(analyzer=release_analyzer(), phrase=True)) for field in TEXT_FIELDS)
    fields.update((facet.name, KEYWORD(commas=True)) for facet in INDEXED)
    return Schema(**fields)
