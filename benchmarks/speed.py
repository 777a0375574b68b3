"""Speed: osce-search and its peers on the same records and questions → docs/benchmarks.md.

    python -m benchmarks.speed                 everything (about a quarter of an hour)
    python -m benchmarks.speed --only warm     one part; what was measured before stays
    python -m benchmarks.speed --only report   the tables alone

Indexes and numbers are kept in build/bench; an index that is there is used again unless `--rebuild` is given.
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
"""Who is left out where the records are many: one run would take hours."""

BUILDS = 3
"""How often each index is built, in turns, where the records are few."""

_ROOT = Path(__file__).parents[1]


class Run:
    """One run: where indexes are, what was measured, and how often each thing is repeated."""

    def __init__(self, directory: Path, repetitions: int, rebuild: bool) -> None:
        self.directory = directory
        self.repetitions = repetitions
        self.rebuild = rebuild
        self.path = directory / "results.json"
        self.results: dict[str, Any] = json.loads(self.path.read_text()) if self.path.exists() else {}

    def keep(self, part: str, found: Any) -> None:
        """Remember what was measured, with when and at what load."""
        self.results[part] = found
        self.directory.mkdir(parents=True, exist_ok=True)
        self.path.write_text(json.dumps(self.results, indent=1))

    def indexes(self, times: int) -> Path:
        """Where the indexes of so many records are."""
        return self.directory / f"{times}x"

    def index(self, part: str = "index") -> None:
        """Build the index of every engine, `BUILDS` times in turns; a step of its own each time."""
        found: dict[str, list[dict[str, float]]] = {name: [] for name in PEERS}
        for _ in range(BUILDS):
            for name in PEERS:
                say(f"indexing, {name}")
                found[name].append(
                    steps.run("build", peer=name, directory=str(self.indexes(1) / name), times=1)
                )
        self.keep(part, {name: _middle(runs) for name, runs in found.items()})

    def warm(self) -> None:
        """Every case over the records as they are."""
        found: dict[str, Any] = {}
        for case in CASES:
            found |= self._answer(1, [case], list(PEERS))
            self.keep("warm", self.results.get("warm", {}) | found)

    def growth(self) -> None:
        """Some cases over records that are multiplied, with the size and the memory of each index."""
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
        """The peak of memory of a process that answers all questions."""
        for times in SCALES:
            peers = [name for name in PEERS if name not in SLOW.get(times, ())]
            found = {}
            for name in peers:
                say(f"memory {times}x, {name}")
                found[name] = steps.run("memory", peer=name, directory=str(self.indexes(times)))
            self.keep(f"memory {times}x", found)

    def cold(self) -> None:
        """Whole processes, from the command line to the output, in turns."""
        words = [list(ask.words) for ask in asks("top 10, all words")]
        base = self.indexes(1)
        # What the installed command does, whether it is installed or not.
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
        """Pages of 70 KB with all menus, in turns."""
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
        """Write the tables."""
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
    """Measure what was asked for and write the tables."""
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument(
        "--only", choices=PARTS, action="append", help="this part (may be given several times)"
    )
    options.add_argument(
        "--repetitions", type=int, default=15, help="of each question (default: %(default)s)"
    )
    options.add_argument("--work", type=Path, default=_ROOT / "build/bench", help="where indexes are kept")
    options.add_argument("--rebuild", action="store_true", help="index anew")
    chosen = options.parse_args()
    run = Run(chosen.work, chosen.repetitions, chosen.rebuild)
    run.keep("machine", machine())
    for part in chosen.only or PARTS:
        getattr(run, part)()
    if chosen.only and "report" not in chosen.only:
        run.report()


def machine() -> dict[str, Any]:
    """What was measured on, and with what."""
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
    """Tell what is being measured."""
    print(text, file=sys.stderr, flush=True)


def _middle(runs: list[dict[str, float]]) -> dict[str, float]:
    """The run that took the median of the processor's seconds."""
    return sorted(runs, key=lambda run: run["processor"])[len(runs) // 2]


def _spawn(command: list[str]) -> tuple[float, float]:
    """Seconds by the clock and of the processor that a process takes from beginning to end."""
    begun, before = time.perf_counter(), _children()
    subprocess.run(command, cwd=_ROOT, env=steps.environment(), stdout=subprocess.DEVNULL, check=True)
    return time.perf_counter() - begun, _children() - before


def _children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    main()
