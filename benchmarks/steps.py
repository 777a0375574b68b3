"""Steps: one measurement in a new process → JSON on standard output.

`python -m benchmarks.steps NAME JSON` calls the function NAME with the arguments in JSON. `run` starts such a process
and returns its output.
"""

from __future__ import annotations

import json
import os
import resource
import shutil
import subprocess
import sys
import time
from collections import deque
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.peers import VARIANTS, load
from benchmarks.questions import asks

if TYPE_CHECKING:
    from osce_search.builder import Report

__all__ = ["environment", "run"]

_ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")

_ROOT = Path(__file__).parents[1]


def environment() -> dict[str, str]:
    """Return the environment of this process, with numerical libraries limited to one thread.

    Byte code may be cached, as for installed packages, and the syntax warnings of Whoosh are turned off.
    """
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return kept | _ONE_THREAD | {"PYTHONWARNINGS": "ignore::SyntaxWarning"}


def run(name: str, **arguments: Any) -> Any:
    """Run a step in a new process, and return its result."""
    command = [sys.executable, "-m", "benchmarks.steps", name, json.dumps(arguments)]
    done = subprocess.run(
        command, cwd=_ROOT, env=environment(), stdout=subprocess.PIPE, check=True, text=True
    )
    return json.loads(done.stdout.splitlines()[-1])


def build(peer: str, directory: str, times: int) -> dict[str, float]:
    """Index the records, and return wall-clock and CPU seconds, bytes on disk, and peak memory in bytes."""
    from benchmarks.records import records

    engine = load(peer)
    path = Path(directory)
    shutil.rmtree(path, ignore_errors=True)
    path.mkdir(parents=True)
    # The original records are read before the clock starts. Copies would not fit into memory, so the time of making
    # them is measured separately and subtracted.
    source = list(records(times)) if times == 1 else records(times)
    made = _timed(lambda: deque(records(times), maxlen=0)) if times > 1 else (0.0, 0.0)
    taken = _timed(lambda: engine.build(source, path))
    return {
        "seconds": taken[0] - made[0],
        "processor": taken[1] - made[1],
        "bytes": _size(path),
        "peak": _peak(),
    }


def _timed(work: Callable[[], object]) -> tuple[float, float]:
    """Return the wall-clock and CPU seconds of a call."""
    begun = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - begun[0], time.process_time() - begun[1]


def answer(peers: list[str], directory: str, cases: list[str], repetitions: int) -> Any:
    """Return the seconds of each query of each case, by peer and clock, and the sums of the totals."""
    from benchmarks.timing import Entrant, measure

    # Each variant is a separate engine, because one clears its caches and another keeps them.
    engines = {name: load(name) for name in [*peers, *VARIANTS]}
    for name, engine in engines.items():
        engine.open(Path(directory) / ("osce-search" if name in VARIANTS else name))
    found: dict[str, Any] = {}
    for case in cases:
        questions = asks(case)
        able = {name: e for name, e in engines.items() if all(e.can(ask) for ask in questions)}
        calls = {name: [engine.prepare(ask) for ask in questions] for name, engine in able.items()}
        entrants = {
            name: Entrant(calls[name], engine.forget if name == "first touch" else None)
            for name, engine in able.items()
        }
        totals = {
            name: sum(engine.read(call()).total or 0 for call in calls[name]) for name, engine in able.items()
        }
        print(f"  {case}", file=sys.stderr, flush=True)
        times = measure(entrants, repetitions)
        found[case] = {
            "seconds": {name: item.processor for name, item in times.items()},
            "wall": {name: item.wall for name, item in times.items()},
            "totals": totals,
        }
    return found


def memory(peer: str, directory: str) -> dict[str, float]:
    """Return the peak memory in bytes after opening, and after every query that the engine can answer."""
    engine = load(peer)
    engine.open(Path(directory) / peer)
    opened = _peak()
    from benchmarks.questions import CASES

    for case in CASES:
        for ask in asks(case):
            if engine.can(ask):
                engine.prepare(ask)()
    return {"opened": opened, "answered": _peak()}


def pages_osce(directory: str, times: int, workers: int) -> dict[str, float]:
    """Index pages with menus with osce-search, and return the seconds and the number of pages."""
    from osce_search.builder import build as build_index

    path = Path(directory)
    source, target = path / "pages", path / "pages-osce"
    shutil.rmtree(target, ignore_errors=True)
    count = _write_pages(source, times)
    reports: list[Report] = []
    taken = _timed(lambda: reports.append(build_index([source], target, workers=workers)))
    return {"seconds": taken[0], "processor": taken[1], "pages": count, "indexed": reports[0].total}


def pages_peer(directory: str, times: int) -> dict[str, float]:
    """Read the same files with BeautifulSoup, write them with stock Whoosh, and return seconds and number of pages.

    The ids of the menus are known and their elements removed. No labels and no countries are extracted.
    """
    from bs4 import BeautifulSoup

    from benchmarks.pages import MENUS
    from benchmarks.peers.whoosh import Whoosh

    path = Path(directory)
    source, target = path / "pages", path / "pages-peer"
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    count = _write_pages(source, times)

    def read() -> Any:
        for file in sorted(source.iterdir()):
            soup = BeautifulSoup(file.read_bytes(), "lxml")
            for node in [*soup(["script", "style", "nav", "head"]), *(soup.find(id=name) for name in MENUS)]:
                if node is not None:
                    node.decompose()
            heading = soup.find(["h1", "h2"])
            title = heading.get_text(" ", strip=True) if heading else ""
            yield {"id": file.stem, "title": title, "text": soup.get_text(" ", strip=True)}

    taken = _timed(lambda: Whoosh().build(read(), target))
    return {"seconds": taken[0], "processor": taken[1], "pages": count}


def pages_read(reader: str, times: int) -> dict[str, float]:
    """Read pages from memory with `extract`, or only parse them with BeautifulSoup, without an index."""
    from bs4 import BeautifulSoup

    from benchmarks.pages import pages
    from osce_search.extraction import extract

    contents = [page.content for page in pages(times)]
    read = extract if reader == "extract" else lambda content: BeautifulSoup(content, "lxml")
    for content in contents[:20]:
        read(content)
    taken = _timed(lambda: deque(map(read, contents), maxlen=0))
    return {"seconds": taken[0], "processor": taken[1], "pages": len(contents)}


def _write_pages(directory: Path, times: int) -> int:
    from benchmarks.pages import pages

    directory.mkdir(parents=True, exist_ok=True)
    count = 0
    for page in pages(times):
        (directory / page.name).write_bytes(page.content)
        count += 1
    return count


def _size(directory: Path) -> int:
    return sum(file.stat().st_size for file in directory.rglob("*") if file.is_file())


def _peak() -> int:
    """Return the peak resident set size of this process in bytes.

    On Linux, `ru_maxrss` includes the parent process before exec; /proc/self/status does not.
    """
    status = Path("/proc/self/status")
    if status.exists():
        lines = status.read_text().splitlines()
        return 1024 * next(int(line.split()[1]) for line in lines if line.startswith("VmHWM"))
    usage = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return usage if sys.platform == "darwin" else 1024 * usage


STEPS: dict[str, Callable[..., Any]] = {
    function.__name__: function for function in (build, answer, memory, pages_osce, pages_peer, pages_read)
}

if __name__ == "__main__":
    print(json.dumps(STEPS[sys.argv[1]](**json.loads(sys.argv[2]))))
