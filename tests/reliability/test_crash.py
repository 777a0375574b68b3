"""A killed writer leaves the state before its commit or after it; the long run is `make crash`."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

pytestmark = [
    pytest.mark.skipif(not hasattr(os, "fork"), reason="writers are forked"),
    pytest.mark.xdist_group("processes"),
]


def run_alone(code: str) -> str:
    """Return the output of a program that runs in a process of its own, with one thread."""
    environ = os.environ | {"OPENBLAS_NUM_THREADS": "1", "PYTHONPATH": str(ROOT)}
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=environ, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_writers_killed_at_any_point_leave_a_complete_state() -> None:
    told = run_alone("from tests.reliability.crash import *; print(kill_writers(24, 3, size=60).total())")
    assert told == "24\n"


def test_commands_killed_at_any_point_leave_a_complete_state() -> None:
    assert run_alone("from tests.reliability.crash import *; print(kill_commands(3, 3).total())") == "3\n"


def test_a_limit_on_the_size_of_files_leaves_the_old_state() -> None:
    told = run_alone("from tests.reliability.refusals import *; print(limit_file_sizes(3).total())")
    assert told == "12\n"


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="processes are found in /proc")
def test_the_processes_that_read_pages_for_a_writer_end_when_it_is_killed(tmp_path: Path) -> None:
    source = tmp_path / "source"
    source.mkdir()
    for number in range(1500):
        page = f"<h1>Radio day {number}</h1><p>OSH, Kyrgyzstan, 14 March 2006 - Forty pupils went on the air."
        (source / f"{number}.html").write_text(page + "<p>They read the news." * 200)
    words = ["index", str(source), "--index", str(tmp_path / "index"), "--workers", "2", "--quiet"]
    process = subprocess.Popen([sys.executable, "-m", "osce_search", *words], cwd=ROOT)
    children: list[int] = []
    while len(children) < 3 and process.poll() is None:
        found = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
        children = [int(child) for child in found]
        time.sleep(0.02)
    time.sleep(1.5)
    process.kill()
    process.wait()
    assert len(children) >= 3
    until = time.monotonic() + 300
    while any(map(is_there, children)) and time.monotonic() < until:
        time.sleep(0.1)
    assert [child for child in children if is_there(child)] == []


def is_there(pid: int) -> bool:
    """Return whether a process runs."""
    try:
        return ") Z " not in Path(f"/proc/{pid}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return False
