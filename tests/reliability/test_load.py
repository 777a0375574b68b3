"""A writer never disturbs readers; the long runs are `make damage` and `make soak`."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from osce_search.backends import open_index
from tests.reliability.history import QUESTIONS, Step, answer, answer_all, find_answers, make_history, run
from tests.reliability.load import crowd, soak
from tests.reliability.test_crash import run_alone

# Tests that start and kill processes run one after another, so that they do not wait for each other.
pytestmark = pytest.mark.xdist_group("processes")


def test_every_answer_is_that_of_the_state_that_it_names() -> None:
    found = crowd(10, 6, processes=2, threads=6)
    assert found["commits"] == 9
    assert found["answers"] > 100


@pytest.mark.skipif(not Path("/proc/self/maps").exists(), reason="what a process holds is read from /proc")
def test_memory_stays_flat() -> None:
    found, prints = soak(0, 6, every=0, readers=2, least=18)
    assert found["commits"] >= len(prints) >= 18


def test_a_reader_outlives_any_number_of_updates_merges_and_rebuilds(tmp_path: Path) -> None:
    history = make_history(8, 12, 20)
    answers = find_answers(history)
    first = run(tmp_path, history[0])
    with open_index(tmp_path) as index:
        for step in history[1:]:
            run(tmp_path, step)
        assert tuple(answer(index, question) for question in QUESTIONS) == answers[first]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork")
def test_an_application_may_fork_after_opening() -> None:
    code = """
import os, tempfile
from pathlib import Path
from osce_search.backends import open_index
from tests.reliability.history import *
from tests.reliability.history import QUESTIONS
path = Path(tempfile.mkdtemp())
history = make_history(8, 3, 20)
answers = find_answers(history)
first = run(path, history[0])
index = open_index(path)
index.search("border")
children = []
for _ in range(4):
    pid = os.fork()
    if pid == 0:
        same = tuple(answer(index, question) for question in QUESTIONS) == answers[first]
        os._exit(0 if same else 1)
    children.append(pid)
second = run(path, history[1])
assert all(os.waitpid(pid, 0)[1] == 0 for pid in children)
assert tuple(answer(index, question) for question in QUESTIONS) == answers[first]
assert index.refresh()
assert tuple(answer(index, question) for question in QUESTIONS) == answers[second]
"""
    assert run_alone(code) == ""


def test_an_empty_index_has_no_hits(tmp_path: Path) -> None:
    run(tmp_path, Step((), ()))
    assert {told[1] for told in answer_all(tmp_path)} == {0}
