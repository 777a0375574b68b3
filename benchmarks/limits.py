"""Limits: input that was made to take long → a table of times, and exit code 1 beyond a limit.

    python -m benchmarks.limits

For the same input, the tests bound the number of function calls (`tests/work.py`), which does not depend on the
machine. This module measures CPU seconds, the best of three.
"""

from __future__ import annotations

import contextlib
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from osce_search import build, open_index
from osce_search.errors import OsceSearchError
from osce_search.extraction import extract
from osce_search.parser import parse
from osce_search.vocabulary.countries import infer_countries
from tests.extraction.test_hostile import COSTLY
from tests.parser.test_limits import UNITS, repeat
from tests.reliability.test_hostile import PAGES
from tests.test_bad_input import FACETS, LONG

_ROOT = Path(__file__).parents[1]
_Case = tuple[str, float, Callable[[], object]]


def cases(index: Path) -> Iterator[_Case]:
    """Yield the name of each input, its limit in seconds, and a call that reads it."""
    command = [sys.executable, "-m", "osce_search", "--help"]
    yield "--help", 0.3, partial(subprocess.run, command, stdout=subprocess.DEVNULL, check=True)
    for unit in UNITS:
        yield f"question of {unit!r}", 0.1, partial(parse, repeat(unit))
    opened = open_index(index)
    for name, text in LONG.items():
        yield f"search of {name}", 0.1, partial(opened.search, text[:10_000], facets=FACETS)
    paragraphs = ["The Head met judges, editors and mayors in several towns of Armenia. " * 4] * 9
    yield "countries of a release", 0.005, partial(infer_countries, "Courts discussed", paragraphs)
    for name, page in COSTLY.items():
        yield f"page with {name}", 3, partial(extract, page, "page.html")
    for name, make in PAGES.items():
        yield f"page of {name}", 3, partial(extract, make(), "page.html")


def measure(call: Callable[[], object]) -> float:
    """Return the CPU seconds of a call, including its child processes, the best of three."""
    best = float("inf")
    for _ in range(3):
        begun = _spent()
        with contextlib.suppress(OsceSearchError):
            call()
        best = min(best, _spent() - begun)
    return best


def _spent() -> float:
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + children.ru_utime + children.ru_stime


def main() -> int:
    """Measure everything, and return the number of inputs beyond their limit."""
    slow = 0
    with tempfile.TemporaryDirectory() as folder:
        build([_ROOT / "corpus"], Path(folder, "index"))
        for name, limit, call in cases(Path(folder, "index")):
            taken = measure(call)
            slow += taken > limit
            print(f"{taken:8.4f} s of {limit:5g}  {name}{'  TOO SLOW' if taken > limit else ''}")
    return slow


if __name__ == "__main__":
    sys.exit(main() > 0)
