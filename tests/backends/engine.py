"""The local engine behind an index, for tests that look inside."""

from __future__ import annotations

from osce_search.backends import Index
from osce_search.backends.local import LocalBackend


def local(index: Index) -> LocalBackend:
    """Return the back end of an index that is local."""
    assert isinstance(index.backend, LocalBackend)
    return index.backend
