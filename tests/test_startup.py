"""The command line starts without what it does not need."""

from __future__ import annotations

import resource
import subprocess
import sys

import pytest

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


def processor_seconds(*command: str) -> float:
    """What a command takes of the processor, which other processes disturb less than the time on the wall."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([sys.executable, *command], capture_output=True, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def test_help_starts_within_150_ms_of_the_bare_interpreter() -> None:
    """Or within nine times what that takes: on a machine so busy that its caches are cold, both take twice as long."""
    help_takes = bare_takes = float("inf")
    for _ in range(25):
        bare_takes = min(bare_takes, processor_seconds("-c", "pass"))
        help_takes = min(help_takes, processor_seconds("-m", "osce_search", "--help"))
        if help_takes - bare_takes < max(0.15, 9 * bare_takes):
            return
    pytest.fail(f"--help takes {help_takes:.3f} s, the bare interpreter {bare_takes:.3f} s")
