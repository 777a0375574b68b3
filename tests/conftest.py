"""What all tests share."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

ROOT = Path(__file__).resolve().parents[1]

# No test depends on a clock: examples have no deadline, and a question has far more time than it needs.
settings.register_profile("suite", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("suite")
if not os.access(ROOT, os.W_OK):
    settings.register_profile("suite of another user", settings.get_profile("suite"), database=None)
    settings.load_profile("suite of another user")
os.environ["OSCE_SEARCH_SECONDS"] = "600"


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
