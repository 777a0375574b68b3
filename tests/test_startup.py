"""The command line starts without what it does not need."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
HEAVY = ("numpy", "whoosh", "lxml", "bs4", "rich", "Stemmer", "ir_measures")


def loaded(*arguments: str) -> set[str]:
    """The modules that a command has loaded when it ends."""
    program = (
        "import sys\nsys.argv = ['osce-search', *sys.argv[1:]]\n"
        "from osce_search.cli import main\n"
        "try:\n    main()\nexcept SystemExit:\n    pass\n"
        "print('\\n'.join(sys.modules), file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, *arguments], capture_output=True, text=True, check=True
    )
    return set(done.stderr.splitlines())


@pytest.mark.parametrize("arguments", [("--help",), ("--version",), ("query", "--help"), ("index", "--help")])
def test_help_loads_nothing_heavy(arguments: tuple[str, ...]) -> None:
    assert loaded(*arguments).isdisjoint(HEAVY)


def test_importing_the_package_loads_nothing_heavy() -> None:
    program = "import sys, osce_search; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert set(done.stdout.split()).isdisjoint(HEAVY)


def test_help_loads_few_modules_and_calls_few_functions() -> None:
    """Help starts within 150 ms of the bare interpreter: it loads some 100 modules, and calls 75,000 functions."""
    bare = "import sys; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", bare], capture_output=True, text=True, check=True)
    assert len(loaded("--help") - set(done.stdout.split())) < 150
    program = (
        "import sys\nfrom tests.work import count_work\nsys.argv = ['osce-search', '--help']\n"
        "with count_work() as work:\n"
        "    from osce_search.cli import main\n"
        "    try:\n        main()\n    except SystemExit:\n        pass\n"
        "print(work.calls, file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert int(done.stderr) < 150_000
