"""A value is found by the beginning of any word of any of its names."""

from __future__ import annotations

import pytest

from osce_search.formats.prefix import keep_prefix
from tests.backends.fake import make_results


@pytest.mark.parametrize("prefix", ["bos", "HERZ", "ba", "BiH"])
def test_case_and_which_name_it_is_make_no_difference(prefix: str) -> None:
    counts = keep_prefix(make_results(), "country", prefix).facets["country"]
    assert [bucket.value for bucket in counts.buckets] == ["BA"]
    assert (counts.missing, counts.other.values) == (0, 0)


def test_a_limit_tells_how_many_values_it_cut_off() -> None:
    counts = keep_prefix(make_results(), "country", "", limit=1).facets["country"]
    assert len(counts.buckets) == 1
    assert counts.other.values == 1
