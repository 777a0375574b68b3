"""Ranked, faceted, citable search over the press releases of the OSCE.

>>> import osce_search
>>> osce_search.__version__
'0.1.0'

What is public loads when it is first used, so that importing the package costs nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from osce_search.backends import Index, open_index
    from osce_search.builder import build
    from osce_search.errors import OsceSearchError
    from osce_search.extraction import extract
    from osce_search.query import FacetRequest, Filter, Query
    from osce_search.release import Release
    from osce_search.results import Bucket, FacetCounts, Hit, Results

__all__ = [
    "Bucket",
    "FacetCounts",
    "FacetRequest",
    "Filter",
    "Hit",
    "Index",
    "OsceSearchError",
    "Query",
    "Release",
    "Results",
    "__version__",
    "build",
    "extract",
    "open_index",
]

__version__ = "0.1.0"

_HOMES = {
    "Bucket": "results",
    "FacetCounts": "results",
    "FacetRequest": "query",
    "Filter": "query",
    "Hit": "results",
    "Index": "backends",
    "OsceSearchError": "errors",
    "Query": "query",
    "Release": "release",
    "Results": "results",
    "build": "builder",
    "extract": "extraction",
    "open_index": "backends",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'osce_search' has no attribute {name!r}")
    import importlib

    value = getattr(importlib.import_module(f"osce_search.{_HOMES[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return __all__
