"""A handle that was closed says so, however often it is closed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from osce_search.backends import Index, open_index
from osce_search.errors import IndexUnavailable
from osce_search.index.writer import IndexWriter
from osce_search.release import Release


@pytest.mark.parametrize(
    "ask",
    [
        lambda index: index.search("guards"),
        lambda index: index.get("1"),
        lambda index: index.count(),
        lambda index: index.refresh(),
        lambda index: index.fingerprint,
        lambda index: list(index.releases()),
    ],
)
def test_a_closed_handle_answers_no_more_and_what_it_answered_stays(
    tmp_path: Path, ask: Callable[[Index], object]
) -> None:
    with IndexWriter(tmp_path) as writer:
        writer.add(Release(id="1", title="A visit", text="Border guards were trained."))
        writer.commit()
    with open_index(tmp_path) as index:
        results = index.search("guards", facets=["year"])
        index.close()
        index.close()
        with pytest.raises(IndexUnavailable, match="this handle was closed; open the index anew"):
            ask(index)
        assert [hit.release.title for hit in results.hits] == ["A visit"]
        assert results.facets["year"].missing == 1
