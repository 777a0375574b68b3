"""Report: the measurements of a run → the tables of docs/benchmarks.md."""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

__all__ = ["SLOW_PAGES", "write"]

SLOW_PAGES = "BeautifulSoup and Whoosh"
"""The baseline of the table of pages."""

Numbers = Mapping[str, Any]

_OURS = "osce-search"
_VARIANTS = ("first touch", "fast profile")
_PEERS = ("tantivy", "tantivy, plain", "FTS5", "Whoosh", "bm25s")


def write(path: Path, results: Numbers) -> None:
    """Replace the text between each pair of markers, `<!-- NAME -->` and `<!-- /NAME -->`, with its table."""
    text = path.read_text(encoding="utf-8")
    for name, make in _TABLES.items():
        opening, closing = f"<!-- {name} -->", f"<!-- /{name} -->"
        before, rest = text.split(opening)
        table = make(results) if _has(results, name) else "Not measured yet."
        text = f"{before}{opening}\n{table}\n{closing}{rest.split(closing)[1]}"
    path.write_text(text, encoding="utf-8")


def _has(results: Numbers, name: str) -> bool:
    return all(part in results for part in _NEEDS.get(name, (name,)))


def _machine(results: Numbers) -> str:
    found = results["machine"]
    versions = ", ".join(f"{name} {version}" for name, version in found["versions"].items())
    return "\n".join(
        [
            f"* Measured on {found['date']}: {found['processor']}, {found['system']}.",
            f"* Records: {found['records']}.",
            f"* Versions: {versions}.",
        ]
    )


def _warm(results: Numbers) -> str:
    rows = []
    for case, found in results["warm"].items():
        times = {name: _mean(taken) for name, taken in found["seconds"].items()}
        ours = times[_OURS]
        rows.append([case, _ms(ours), *_ours(times), *_against(times, ours)])
    return _table(["ms per query", _OURS, *_VARIANTS, *_PEERS], rows)


def _quiet(results: Numbers) -> str:
    """Return the ratios of wall-clock to CPU time, which show how busy the machine was."""
    parts = []
    for name in (_OURS, *_PEERS):
        found = [case for case in results["warm"].values() if name in case["seconds"]]
        if not found:
            continue
        wall = sum(sum(case["wall"][name]) for case in found)
        processor = sum(sum(case["seconds"][name]) for case in found)
        parts.append(f"{name} {wall / processor:.2f}")
    return f"Wall-clock time is longer by these factors: {', '.join(parts)}."


def _totals(results: Numbers) -> str:
    rows = [
        [case, *(_number(found["totals"].get(name)) for name in (_OURS, *_PEERS[:-1]))]
        for case, found in results["warm"].items()
        if not case.startswith("top 10,")
    ]
    return _table(["hits of all queries", _OURS, *_PEERS[:-1]], rows)


def _growth(results: Numbers) -> str:
    rows = []
    for case in results["warm 4x"]:
        for times in ("1x", "4x", "16x"):
            found = results["warm" if times == "1x" else f"warm {times}"].get(case)
            if found is None:
                continue
            taken = {name: _mean(seconds) for name, seconds in found["seconds"].items()}
            ours = taken[_OURS]
            rows.append([case, times.replace("x", " ×"), _ms(ours), *_ours(taken), *_against(taken, ours)])
    return _table(["ms per query", "records", _OURS, *_VARIANTS, *_PEERS], rows)


def _cold(results: Numbers) -> str:
    found = results["cold"]
    base = found["python -c 'import numpy, click'"]
    rows = []
    for name, run in found.items():
        cells = [
            [f"{run[kind] * 1000:.0f}", f"{run[kind] / base[kind]:.2f}"] for kind in ("seconds", "processor")
        ]
        rows.append([f"`{name}`", *cells[0], *cells[1]])
    times = "relative to `import numpy, click`"
    return _table(["process", "ms", times, "CPU ms", times], rows)


def _index(results: Numbers) -> str:
    found, records = results["index"], int(results["machine"]["records"].split()[-2])
    ours = found[_OURS]
    return _table(
        [
            "",
            "records per second",
            "relative",
            "CPU, s",
            "relative",
            "index, MB",
            "relative",
        ],
        [
            [
                name,
                f"{records / run['seconds']:,.0f}",
                f"{ours['seconds'] / run['seconds']:.2f}",
                f"{run['processor']:.1f}",
                f"{run['processor'] / ours['processor']:.2f}",
                f"{run['bytes'] / 1e6:.1f}",
                f"{run['bytes'] / ours['bytes']:.2f}",
            ]
            for name, run in found.items()
        ],
    )


def _sizes(results: Numbers) -> str:
    rows = []
    for times in ("1x", "4x", "16x"):
        found = results["index" if times == "1x" else f"index {times}"]
        memory = results[f"memory {times}"]
        for name, run in found.items():
            answering = memory.get(name, {})
            rows.append(
                [
                    times.replace("x", " ×"),
                    name,
                    f"{run['bytes'] / 1e6:.1f}",
                    f"{run['seconds']:.1f}",
                    f"{run['peak'] / 1e6:.0f}",
                    f"{answering['opened'] / 1e6:.0f}" if answering else "",
                    f"{answering['answered'] / 1e6:.0f}" if answering else "",
                ]
            )
    header = [
        "records",
        "",
        "index, MB",
        "build time, s",
        "peak building, MB",
        "after opening, MB",
        "peak answering, MB",
    ]
    return _table(header, rows)


def _pages(results: Numbers) -> str:
    found = results["pages"]
    slow = found[SLOW_PAGES]
    rows = []
    for name, run in found.items():
        ratios = [run["pages"] / slow["pages"] * slow[kind] / run[kind] for kind in ("seconds", "processor")]
        times = [
            f"{run['seconds'] / run['pages'] * 1000:.1f}",
            f"{run['processor'] / run['pages'] * 1000:.1f}",
        ]
        if "two processes" in name:
            times[1], ratios[1] = "–", 0
        rows.append([name, times[0], _ratio(ratios[0]), times[1], _ratio(ratios[1]) if ratios[1] else "–"])
    return _table(["", "ms per page", "times as fast", "CPU ms", "times as fast"], rows)


def _ours(times: Mapping[str, float]) -> Iterable[str]:
    return (_ms(times[name]) if name in times else "–" for name in _VARIANTS)


def _against(times: Mapping[str, float], ours: float) -> Iterable[str]:
    """Yield the time of each peer and its ratio to the time of osce-search."""
    for name in _PEERS:
        yield f"{_ms(times[name])} ({_ratio(times[name] / ours)})" if name in times else "–"


def _mean(seconds: Sequence[float]) -> float:
    return statistics.fmean(seconds)


def _ms(seconds: float) -> str:
    ms = seconds * 1000
    return f"{ms:.3f}" if ms < 1 else f"{ms:.2f}" if ms < 10 else f"{ms:.1f}"


def _ratio(ratio: float) -> str:
    return f"{ratio:.2f} ×" if ratio < 10 else f"{ratio:.0f} ×"


def _number(value: int | None) -> str:
    return "–" if value is None else f"{value:,}"


def _table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


_TABLES = {
    "machine": _machine,
    "warm": _warm,
    "quiet": _quiet,
    "totals": _totals,
    "growth": _growth,
    "cold": _cold,
    "index": _index,
    "sizes": _sizes,
    "pages": _pages,
}
_NEEDS = {
    "quiet": ("warm",),
    "totals": ("warm",),
    "growth": ("warm", "warm 4x", "warm 16x"),
    "sizes": ("index", "index 4x", "index 16x", "memory 1x", "memory 4x", "memory 16x"),
}
