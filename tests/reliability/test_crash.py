"""A writer that is killed leaves the state before it or after it; the long run is `make crash`."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="writers are forked")


def run_alone(code: str) -> str:
    """What a program prints that runs in a process of its own, with one thread."""
    environ = os.environ | {"OPENBLAS_NUM_THREADS": "1", "PYTHONPATH": str(ROOT)}
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=environ, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_writers_killed_at_any_point_leave_a_whole_state() -> None:
    told = run_alone("from tests.reliability.crash import *; print(kill_writers(24, 3, size=60).total())")
    assert told == "24\n"


def test_commands_killed_at_any_point_leave_a_whole_state() -> None:
    assert run_alone("from tests.reliability.crash import *; print(kill_commands(3, 3).total())") == "3\n"


def test_a_limit_on_the_size_of_files_leaves_the_old_state() -> None:
    told = run_alone("from tests.reliability.refusals import *; print(limit_file_sizes(3).total())")
    assert told == "12\n"
