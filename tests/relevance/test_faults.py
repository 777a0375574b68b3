"""The gate works: each fault that is planted in the ranking closes it."""

from __future__ import annotations

import dataclasses
import json
import random
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from osce_search.backends import Index, open_index
from osce_search.engine import scoring
from osce_search.evaluation.harness import Harness
from osce_search.evaluation.rankings import IndexSearch, rank_hits
from osce_search.evaluation.topics import Topic
from osce_search.index.writer import IndexWriter
from osce_search.release import Release
from osce_search.results import Results

Change = Callable[[scoring.Profile], dict[str, Any]]


def failures(
    harness: Harness, search: Callable[[Topic], Results | list[str]], index: Index
) -> tuple[str, ...]:
    """What keeps the gate closed, the mark of another corpus apart: that alone would prove nothing."""
    found = harness.measure(search, index=index).report().failures
    return tuple(failure for failure in found if "changed since the baseline was pinned" not in failure)


def test_without_a_fault_the_gate_is_open(harness: Harness, sample: Index) -> None:
    assert failures(harness, IndexSearch(sample), sample) == ()


def test_a_shuffled_order_closes_the_gate(harness: Harness, sample: Index) -> None:
    chance = random.Random(1)

    def search(topic: Topic) -> list[str]:
        ids = [item.doc for item in rank_hits(IndexSearch(sample)(topic))]
        chance.shuffle(ids)
        return ids

    assert failures(harness, search, sample)


def test_a_reversed_order_closes_the_gate(harness: Harness, sample: Index) -> None:
    def search(topic: Topic) -> list[str]:
        return [item.doc for item in reversed(rank_hits(IndexSearch(sample)(topic)))]

    assert failures(harness, search, sample)


def test_sorting_by_date_closes_the_gate(harness: Harness, sample: Index) -> None:
    def search(topic: Topic) -> Results:
        return sample.search(
            topic.query, filters=topic.filters, since=topic.since, until=topic.until, limit=1000, sort="-date",
            operator=topic.operator or "all",
        )  # fmt: skip

    assert failures(harness, search, sample)


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda kept: {"weights": (0.0, *kept.weights[1:])}, id="title ignored"),
        pytest.param(lambda kept: {"weights": (kept.weights[0], 0.0, kept.weights[2])}, id="lead ignored"),
        pytest.param(lambda kept: {"weights": (*kept.weights[:2], 0.0)}, id="body ignored"),
        pytest.param(lambda kept: {"b_title": 0.0, "b_text": 0.0}, id="length normalisation off"),
    ],
)
def test_a_ranking_that_ignores_something_closes_the_gate(
    harness: Harness, sample_path: Path, monkeypatch: pytest.MonkeyPatch, change: Change
) -> None:
    kept = scoring.PROFILES["default"]
    monkeypatch.setitem(scoring.PROFILES, "default", dataclasses.replace(kept, **change(kept)))
    with open_index(sample_path) as index:
        assert failures(harness, IndexSearch(index), index)


@pytest.mark.parametrize(
    "field",
    [
        pytest.param(lambda release: dataclasses.replace(release, title="-"), id="title"),
        pytest.param(lambda release: dataclasses.replace(release, text=f"-\n\n{release.body}"), id="lead"),
        pytest.param(lambda release: dataclasses.replace(release, text=release.lead), id="body"),
        pytest.param(lambda release: dataclasses.replace(release, date=None), id="date"),
    ],
)
def test_a_field_that_is_dropped_closes_the_gate(
    harness: Harness, sample: Index, tmp_path: Path, field: Callable[[Release], Release]
) -> None:
    with IndexWriter(tmp_path / "index") as writer:
        for release in sample.releases():
            writer.add(field(release))
        writer.commit()
    with open_index(tmp_path / "index") as index:
        assert failures(harness, IndexSearch(index), index)


UNSTEMMED = """
import json, sys
from pathlib import Path
from typing import Any
from osce_search.index import analyzer
analyzer.term_of = analyzer.form_of  # before anything else has taken a term
from osce_search.backends import open_index
from osce_search.evaluation.harness import Harness
from osce_search.evaluation.harness import find_paths
from osce_search.index.writer import IndexWriter
with open_index(sys.argv[1]) as stemmed, IndexWriter(Path(sys.argv[2])) as writer:
    for release in stemmed.releases():
        writer.add(release)
    writer.commit()
print(json.dumps(Harness(find_paths(Path(sys.argv[3]))).measure(sys.argv[2]).report().failures))
"""


def test_words_that_are_not_stemmed_close_the_gate(sample_path: Path, tmp_path: Path) -> None:
    # In a process of its own: terms are kept in tables for as long as it lives.
    here = Path(__file__).parent
    done = subprocess.run(
        [sys.executable, "-c", UNSTEMMED, sample_path, tmp_path / "index", here],
        capture_output=True, text=True, check=True, cwd=here.parents[1],
    )  # fmt: skip
    assert any("fell" in failure for failure in json.loads(done.stdout))
