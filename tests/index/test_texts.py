"""Texts have the same key if they have the same words in the same order, and different keys otherwise."""

from __future__ import annotations

import tempfile
from itertools import combinations
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from osce_search.index.analyzer import analyze
from osce_search.index.reader import open_snapshot
from osce_search.index.writer import IndexWriter
from osce_search.release import Release

WORDS = st.sampled_from(["border", "Borders", "guard", "the", "U.S.", "co-operation", "", ",", "\n\n"])


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.lists(WORDS, max_size=5).map(" ".join), min_size=2, max_size=12), st.booleans())
def test_keys_distinguish_texts_by_their_words(texts: list[str], is_split: bool) -> None:
    with tempfile.TemporaryDirectory() as directory:
        with IndexWriter(Path(directory), memory=2000 if is_split else 1 << 28) as writer:
            for number, text in enumerate(texts):
                writer.add(Release(id=f"{number:02}", title="A visit", text=text))
            writer.commit()
        snapshot = open_snapshot(Path(directory))
        keys = {snapshot.id(doc): snapshot.text_keys[doc] for doc in snapshot.all_docs.tolist()}
    for (one, text), (other, second) in combinations(enumerate(texts), 2):
        same = analyze(text) == analyze(second)
        assert bool(keys[f"{one:02}"] == keys[f"{other:02}"]) is same
