"""Fixtures for the relevance tests: an index of the sample pages, and the files of this directory."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from osce_search.backends import Index, open_index
from osce_search.evaluation.harness import Harness, find_paths


@pytest.fixture(scope="session")
def sample_path(sample_index: Path) -> Path:
    """The directory of an index of the sample pages."""
    return sample_index


@pytest.fixture
def sample(sample_path: Path) -> Iterator[Index]:
    """That index, open."""
    with open_index(sample_path) as index:
        yield index


@pytest.fixture(scope="session")
def harness() -> Harness:
    """The topics, judgements, rules and pinned scores of this directory."""
    return Harness(find_paths(Path(__file__).parent))
