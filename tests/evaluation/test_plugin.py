"""The plugin gives the tests of any application a fixture, and loads nothing until it is used."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

pytest_plugins = ["pytester"]

TEST = """
import pytest

@pytest.mark.relevance(topics="topics.tsv", qrels="qrels.txt", floors={"nDCG@10": FLOOR})
def test_search(relevance):
    relevance.check(lambda topic: {"p": ["1"], "q": ["2", "3"]}[topic.id])
"""


def run(pytester: pytest.Pytester, source: str) -> pytest.RunResult:
    pytester.makefile(".tsv", topics="p\tborder guards\nq\tmedia freedom\n")
    pytester.makefile(".txt", qrels="p 0 1 3\nq 0 3 1\n")
    pytester.makepyfile(source)
    return pytester.runpytest_inprocess("-p", "osce_search.evaluation.plugin", "--strict-markers")


def test_a_search_that_reaches_its_floors_passes(pytester: pytest.Pytester) -> None:
    run(pytester, TEST.replace("FLOOR", "0.8")).assert_outcomes(passed=1)


def test_a_search_that_falls_short_fails_and_says_why(pytester: pytest.Pytester) -> None:
    result = run(pytester, TEST.replace("FLOOR", "0.9"))
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*nDCG@10 is 0.8155, below its floor of 0.9 (2 topics)*"])
    result.stdout.no_fnmatch_line("*harness.py*")
    result.stdout.no_fnmatch_line("*another exception occurred*")


@pytest.mark.parametrize(
    "source",
    [
        "def test_search(relevance):\n    pass\n",
        "def test_search():\n    pass\n",
        "class TestSearch:\n    def test_search(self, relevance):\n        pass\n",
    ],
)
def test_a_marked_test_that_checks_nothing_fails(pytester: pytest.Pytester, source: str) -> None:
    head = TEST.partition("def")[0].replace("FLOOR", "0.8")
    result = run(pytester, head + source)
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*the test is marked relevance and has checked nothing*"])


@pytest.mark.parametrize(("body", "outcome"), [("pytest.skip()", "skipped"), ("raise ValueError", "failed")])
def test_a_marked_test_that_ends_before_it_checks_says_why(
    pytester: pytest.Pytester, body: str, outcome: str
) -> None:
    result = run(
        pytester, TEST.replace("FLOOR", "0.8").replace("relevance.check", f"{body}; relevance.check")
    )
    result.assert_outcomes(**{outcome: 1})
    result.stdout.no_fnmatch_line("*has checked nothing*")


def test_a_directory_can_be_given_instead_of_files(pytester: pytest.Pytester) -> None:
    rule = "- {topic: q, must_top: {id: 3, k: 1}}\n"
    pytester.makefile(".yaml", rules=rule)
    result = run(
        pytester, TEST.replace('topics="topics.tsv", qrels="qrels.txt", floors={"nDCG@10": FLOOR}', '"."')
    )
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*rules.yaml:1: q: 3 must be in the first 1; it is at 2*"])


@pytest.mark.parametrize(
    ("marker", "message"),
    [
        ("", "*the fixture relevance needs its marker*"),
        ('@pytest.mark.relevance(qrels="qrels.txt")', "*the marker relevance names no topics*"),
        ('@pytest.mark.relevance(topic="topics.tsv")', "*the marker relevance does not take topic*"),
        ('@pytest.mark.relevance(topics="none.tsv", floors={"AP": 1})', "*none.tsv: there is no such file*"),
    ],
)
def test_a_marker_that_cannot_be_used_says_so(pytester: pytest.Pytester, marker: str, message: str) -> None:
    result = run(
        pytester, f"import pytest\n{marker}\ndef test_search(relevance):\n    relevance.check(list)\n"
    )
    result.stdout.fnmatch_lines([message])


def test_the_plugin_loads_nothing_but_pytest() -> None:
    program = (
        "import pytest, sys; before = set(sys.modules); import osce_search.evaluation.plugin; "
        "print(sorted(name for name in set(sys.modules) - before if 'osce_search' in name or name in "
        "('numpy', 'yaml', 'ir_measures', 'scipy', 'whoosh')))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True,
        cwd=Path(__file__).resolve().parents[2],
    )  # fmt: skip
    assert done.stdout.strip() == "['osce_search', 'osce_search.evaluation', 'osce_search.evaluation.plugin']"
