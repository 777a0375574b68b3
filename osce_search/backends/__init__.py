"""Backends: Query → Results, wherever the arrays live."""

from __future__ import annotations

from osce_search.backends.handle import Index, open_index
from osce_search.backends.protocol import ALL_CAPABILITIES, Backend, Capability
from osce_search.backends.resolution import resolve
from osce_search.engine.resources import Budget, read_budget

__all__ = [
    "ALL_CAPABILITIES",
    "Backend",
    "Budget",
    "Capability",
    "Index",
    "open_index",
    "read_budget",
    "resolve",
]
