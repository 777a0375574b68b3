"""docs/cli.md is what the commands say of themselves."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def test_the_reference_regenerates_without_a_difference() -> None:
    done = subprocess.run([sys.executable, str(ROOT / "scripts" / "docs"), "--check"], check=False)
    assert done.returncode == 0, "run scripts/docs and commit docs/cli.md"
