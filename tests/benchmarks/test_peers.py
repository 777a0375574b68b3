"""All engines answer the same questions with the same numbers, or their times could not be compared."""

from __future__ import annotations

import importlib.util
from collections.abc import Mapping
from pathlib import Path

import pytest

from benchmarks import records
from benchmarks.peers import PEERS, Peer, load
from benchmarks.questions import asks

STEMMED_APART = {"quarter", "quarterly"}
"""One word to the English stemmer, two to Porter's first one, which FTS5 and Whoosh have."""

LIBRARIES = {"tantivy": "tantivy", "tantivy, plain": "tantivy", "bm25s": "bm25s"}


def open_peer(name: str, directory: Path) -> Peer:
    """An engine that has indexed all records."""
    if name in LIBRARIES and importlib.util.find_spec(LIBRARIES[name]) is None:
        pytest.skip(f"{name} is not installed")
    peer = load(name)
    peer.build(records.records(2), directory)
    peer.open(directory)
    return peer


@pytest.fixture
def few_records(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Four hundred synthetic records instead of nineteen thousand news items."""
    monkeypatch.setattr(records, "REUTERS", tmp_path / "absent")
    monkeypatch.setattr(records, "SYNTHETIC", 400)


@pytest.mark.parametrize("name", [name for name in PEERS if name not in ("osce-search", "bm25s")])
@pytest.mark.usefixtures("few_records")
def test_every_engine_finds_and_counts_what_this_one_does(name: str, tmp_path: Path) -> None:
    (tmp_path / "ours").mkdir()
    (tmp_path / "theirs").mkdir()
    ours, theirs = open_peer("osce-search", tmp_path / "ours"), open_peer(name, tmp_path / "theirs")
    for case in ("facets, any word", "facets under two filters, any word", "date range, any word"):
        found = 0
        for ask in asks(case):
            if STEMMED_APART.intersection(ask.words):
                continue
            expected, given = ours.read(ours.prepare(ask)()), theirs.read(theirs.prepare(ask)())
            assert given.total == expected.total, (case, ask)
            for facet in ask.facets:
                assert ten_most(given.counts.get(facet, {})) == ten_most(expected.counts[facet]), (case, ask)
            found += expected.total or 0
        assert found > 0, case


def ten_most(counts: Mapping[str, int]) -> list[int]:
    """The ten largest counts: which of several equally common values comes tenth is each engine's own affair."""
    return sorted(filter(None, counts.values()), reverse=True)[:10]


@pytest.mark.usefixtures("few_records")
def test_bm25s_gives_ten_ids_for_any_word(tmp_path: Path) -> None:
    peer = open_peer("bm25s", tmp_path)
    answers = [peer.read(peer.prepare(ask)()).ids for ask in asks("top 10, any word")]
    assert {len(ids) for ids in answers} == {10}
    assert not peer.can(asks("phrase")[0])
