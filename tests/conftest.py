"""What all tests share."""

from __future__ import annotations

from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The measuring data beside the project; a test that asks for it is skipped where it is not there."""
    path = ROOT.parent / "shared" / "data"
    if not path.is_dir():
        pytest.skip("no measuring data beside the project")
    return path


@pytest.fixture(scope="session")
def corpus() -> Path:
    """The sample pages."""
    return ROOT / "corpus"
