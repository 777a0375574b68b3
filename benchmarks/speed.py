"""Speed: osce-search and its peers on the same records and queries → docs/benchmarks.md.

    python -m benchmarks.speed                 everything (about a quarter of an hour)
    python -m benchmarks.speed --only warm     one part; earlier measurements of other parts stay
    python -m benchmarks.speed --only report   only the tables

Indexes and measurements are kept in build/bench. An existing index is used again unless `--rebuild` is given.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks import report, steps
from benchmarks.peers import PEERS, load
from benchmarks.questions import CASES, asks
from benchmarks.records import count, source

__all__ = ["main"]

SCALES = (1, 4, 16)
GROWTH = (
    "top 10, any word",
    "top 10, all words",
    "facets, any word",
    "facets, all words",
    "facets under two filters, any word",
    "facets under two filters, all words",
)
SLOW = {4: ("Whoosh",), 16: ("Whoosh", "FTS5")}
"""Peers that are left out at each number of copies, because a run would take hours."""

BUILDS = 3
"""The number of times that each index of the original records is built, in turns."""

_ROOT = Path(__file__).parents[1]


class Run:
    """A run of the benchmarks: the directory of the indexes, the measurements, and the number of repetitions."""

    def __init__(self, directory: Path, repetitions: int, rebuild: bool) -> None:
        self.directory = directory
        self.repetitions = repetitions
        self.rebuild = rebuild
        self.path = directory / "results.json"
        self.results: dict[str, Any] = json.loads(self.path.read_text()) if self.path.exists() else {}

    def keep(self, part: str, found: Any) -> None:
        """Store the measurements of a part."""
        self.results[part] = found
        self.directory.mkdir(parents=True, exist_ok=True)
        self.path.write_text(json.dumps(self.results, indent=1))

    def indexes(self, times: int) -> Path:
        """Return the directory of the indexes of `times` copies of the records."""
        return self.directory / f"{times}x"

    def index(self, part: str = "index") -> None:
        """Build the index of every engine `BUILDS` times in turns, each in a new process."""
        found: dict[str, list[dict[str, float]]] = {name: [] for name in PEERS}
        for _ in range(BUILDS):
            for name in PEERS:
                say(f"indexing, {name}")
                found[name].append(
                    steps.run("build", peer=name, directory=str(self.indexes(1) / name), times=1)
                )
        self.keep(part, {name: _middle(runs) for name, runs in found.items()})

    def warm(self) -> None:
        """Measure every case over the original records."""
        found: dict[str, Any] = {}
        for case in CASES:
            found |= self._answer(1, [case], list(PEERS))
            self.keep("warm", self.results.get("warm", {}) | found)

    def growth(self) -> None:
        """Measure some cases over several copies of the records, with the size and memory of each index."""
        for times in SCALES[1:]:
            peers = [name for name in PEERS if name not in SLOW[times]]
            built = self.results.get(f"index {times}x", {})
            for name in peers:
                path = self.indexes(times) / name
                if self.rebuild or not path.exists() or name not in built:
                    say(f"indexing {times}x, {name}")
                    built[name] = steps.run("build", peer=name, directory=str(path), times=times)
                    self.keep(f"index {times}x", built)
            self.keep(f"warm {times}x", self._answer(times, list(GROWTH), peers))

    def memory(self) -> None:
        """Measure the peak memory of a process that answers all queries."""
        for times in SCALES:
            peers = [name for name in PEERS if name not in SLOW.get(times, ())]
            found = {}
            for name in peers:
                say(f"memory {times}x, {name}")
                found[name] = steps.run("memory", peer=name, directory=str(self.indexes(times)))
            self.keep(f"memory {times}x", found)

    def cold(self) -> None:
        """Measure whole processes, from the start of the command to its output, in turns."""
        words = [list(ask.words) for ask in asks("top 10, all words")]
        base = self.indexes(1)
        # The same as the installed command, without the need to install it.
        ours = [sys.executable, "-c", "from osce_search.cli import main; main()"]
        ask = [sys.executable, "-m", "benchmarks.ask"]
        commands: dict[str, Callable[[list[str]], list[str]]] = {
            "python -c pass": lambda _: [sys.executable, "-c", "pass"],
            "python -c 'import numpy, click'": lambda _: [sys.executable, "-c", "import numpy, click"],
            "osce-search query … --json": lambda w: [
                *ours, "query", "--json", "--index", str(base / "osce-search"), *w
            ],
        }  # fmt: skip
        for name in ("tantivy", "FTS5", "Whoosh"):
            commands[name] = lambda w, name=name: [*ask, name, str(base / name), *w]  # type: ignore[misc]
        say("cold processes")
        for command in commands.values():
            _spawn(command(words[0]))
        times: dict[str, list[tuple[float, float]]] = {name: [] for name in commands}
        for repetition in range(max(self.repetitions, 15)):
            for name, command in commands.items():
                times[name].append(_spawn(command(words[repetition % len(words)])))
        found = {}
        for name, taken in times.items():
            wall, processor = (statistics.median(pair[clock] for pair in taken) for clock in (0, 1))
            found[name] = {"seconds": wall, "processor": processor}
        self.keep("cold", found)

    def pages(self) -> None:
        """Measure the reading of pages of 70 KB with all menus, in turns."""
        where = {"directory": str(self.directory), "times": 4}
        kinds: dict[str, tuple[str, dict[str, Any]]] = {
            "osce-search, one process": ("pages_osce", where | {"workers": 1}),
            "osce-search, two processes": ("pages_osce", where | {"workers": 2}),
            report.SLOW_PAGES: ("pages_peer", where),
            "`extract` alone": ("pages_read", {"reader": "extract", "times": 4}),
            "BeautifulSoup parse alone": ("pages_read", {"reader": "soup", "times": 1}),
        }
        found: dict[str, list[dict[str, float]]] = {name: [] for name in kinds}
        for _ in range(BUILDS):
            for name, (step, arguments) in kinds.items():
                say(f"pages, {name}")
                found[name].append(steps.run(step, **arguments))
        self.keep("pages", {name: _middle(runs) for name, runs in found.items()})

    def report(self) -> None:
        """Write the tables of docs/benchmarks.md."""
        report.write(_ROOT / "docs/benchmarks.md", self.results)

    def _answer(self, times: int, cases: list[str], peers: list[str]) -> dict[str, Any]:
        say(f"{times}x, {', '.join(cases)}")
        found: dict[str, Any] = steps.run(
            "answer",
            peers=peers,
            directory=str(self.indexes(times)),
            cases=cases,
            repetitions=self.repetitions,
        )
        return found


PARTS = ("index", "warm", "cold", "pages", "growth", "memory", "report")


def main() -> None:
    """Measure the chosen parts and write the tables."""
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("--only", choices=PARTS, action="append", help="measure this part (can be repeated)")
    options.add_argument(
        "--repetitions",
        type=int,
        default=15,
        help="number of repetitions of each query (default: %(default)s)",
    )
    options.add_argument("--work", type=Path, default=_ROOT / "build/bench", help="directory of the indexes")
    options.add_argument("--rebuild", action="store_true", help="build existing indexes again")
    chosen = options.parse_args()
    run = Run(chosen.work, chosen.repetitions, chosen.rebuild)
    run.keep("machine", machine())
    for part in chosen.only or PARTS:
        getattr(run, part)()
    if chosen.only and "report" not in chosen.only:
        run.report()


def machine() -> dict[str, Any]:
    """Describe the machine, the records and the versions."""
    model = platform.processor() or platform.machine()
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        names = [
            line.split(":", 1)[1].strip() for line in cpuinfo.read_text().splitlines() if "model name" in line
        ]
        model = names[0] if names else model
    return {
        "processor": f"{model}, {os.cpu_count()} processors",
        "system": f"{platform.system()} {platform.machine()}, Python {platform.python_version()}",
        "records": f"{source()}, {count(1)} records",
        "versions": {name: load(name).version() for name in PEERS if "," not in name},
        "date": time.strftime("%Y-%m-%d"),
    }


def say(text: str) -> None:
    """Report progress on stderr."""
    print(text, file=sys.stderr, flush=True)


def _middle(runs: list[dict[str, float]]) -> dict[str, float]:
    """Return the run with the median CPU time."""
    return sorted(runs, key=lambda run: run["processor"])[len(runs) // 2]


def _spawn(command: list[str]) -> tuple[float, float]:
    """Run a process, and return its wall-clock and CPU seconds."""
    begun, before = time.perf_counter(), _children()
    subprocess.run(command, cwd=_ROOT, env=steps.environment(), stdout=subprocess.DEVNULL, check=True)
    return time.perf_counter() - begun, _children() - before


def _children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    main()
