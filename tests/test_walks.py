"""The walks of ARCHITECTURE.md name functions that are called, in the order of their first call."""

from __future__ import annotations

import itertools
import re
import sys
from collections.abc import Callable
from pathlib import Path
from types import FrameType

import pytest

from osce_search.backends import open_index
from osce_search.builder import build
from osce_search.cli import run

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "osce_search"

PAGE = """<html><head><title>Guards train in Osh | OSCE</title></head><body><h1>Guards train in Osh</h1>
<p>OSH, 3 May 2010 - Twenty border guards learned to read maps at a course of the OSCE Centre in Bishkek.</p>
<p>The course ends on Friday. It is the third of its kind, and the next one is held in autumn.</p></body></html>"""


def trace(call: Callable[[], object]) -> list[str]:
    """The functions of the package that a call visits, as module:name, in the order of every call."""
    visited: list[str] = []

    def note(frame: FrameType, event: str, argument: object) -> None:
        code = frame.f_code
        if event == "call" and code.co_filename.startswith(str(PACKAGE)):
            module = Path(code.co_filename).relative_to(PACKAGE).with_suffix("").as_posix().replace("/", ".")
            visited.append(f"{module.removesuffix('.__init__')}:{code.co_qualname}")

    sys.setprofile(note)
    try:
        call()
    finally:
        sys.setprofile(None)
    return visited


def read_walk(name: str) -> list[str]:
    """The functions that ARCHITECTURE.md lists for a walk."""
    text = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    section = re.split(r"^#+ ", text[text.index(f"\n## {name}") + 4 :], flags=re.M)[0]
    return re.findall(r"^\d+\. `([\w.]+:[\w.]+)`", section, re.M)


def ask(index: Path) -> None:
    assert run(["query", "border", "--country", "UA", "--index", str(index)]) == 0


def count(index: Path) -> None:
    with open_index(index) as opened:
        results = opened.search("border", filters={"country": "UA"}, facets=["country"])
        assert results.facets["country"].buckets


@pytest.fixture
def calls(tmp_path: Path, sample_index: Path) -> dict[str, Callable[[], object]]:
    (tmp_path / "page.html").write_text(PAGE)
    return {
        "A question": lambda: ask(sample_index),
        "A page": lambda: build([tmp_path / "page.html"], tmp_path / "index"),
        "A count": lambda: count(sample_index),
    }


@pytest.mark.parametrize("name", ["A question", "A page", "A count"])
def test_a_walk_names_functions_in_the_order_of_their_first_call(
    calls: dict[str, Callable[[], object]], name: str
) -> None:
    listed = read_walk(name)
    assert len(listed) > 9
    first = list(dict.fromkeys(trace(calls[name])))
    assert [function for function in listed if function not in first] == []
    assert [function for function in first if function in listed] == listed


def test_a_question_visits_few_files_and_seldom_goes_from_one_to_another(sample_index: Path) -> None:
    def ask_plainly() -> None:
        assert run(["query", "border", "--index", str(sample_index)]) == 0

    ask_plainly()  # What is read once for the process is read now.
    visited = [function.partition(":")[0] for function in trace(ask_plainly)]
    changes = sum(one != other for one, other in itertools.pairwise(visited))
    assert len(set(visited)) <= 40
    assert changes <= 400
