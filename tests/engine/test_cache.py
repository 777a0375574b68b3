"""What is kept for the next question takes no more memory than is set aside for it."""

from __future__ import annotations

import tracemalloc
from pathlib import Path

from osce_search.engine.match.matcher import Matcher
from osce_search.engine.resources import Cache
from osce_search.engine.scoring import profile
from osce_search.index.reader import open_snapshot
from osce_search.index.writer import IndexWriter
from osce_search.query import In
from osce_search.release import Release


def test_what_was_kept_first_goes_first() -> None:
    cache = Cache(100)
    for name in "abc":
        cache.put(name, name, 40)
    assert [cache.get(name) for name in "abc"] == [None, "b", "c"]
    cache.put("d", "d", 1000)
    assert (len(cache), cache.get("d")) == (1, "d")
    cache.clear()
    assert (len(cache), cache.get("d")) == (0, None)


def test_long_conditions_on_few_releases_count_with_what_is_kept_under_them(tmp_path: Path) -> None:
    with IndexWriter(tmp_path) as writer:
        writer.add(Release("1", "A visit", "It began."))
        writer.commit()
    matcher = Matcher(open_snapshot(tmp_path), profile("plain"), cache=100_000)
    tracemalloc.start()
    try:
        for number in range(1000):
            matcher.mask(In("place", tuple(f"value {number} {other}" for other in range(100))), "both")
        taken, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    # A thousand lists of a hundred values take more than five megabytes.
    assert taken < 1_000_000
