"""Fixtures of the command line: the program in this process, over a back end with prepared answers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from osce_search import backends
from osce_search.cli import run
from tests.backends.fake import CONFERENCE, HOSTILE, FakeIndex, make_results


@dataclass(frozen=True)
class Outcome:
    """What a command printed, and its exit code."""

    code: int
    out: str
    err: str


Osce = Callable[..., Outcome]


@pytest.fixture
def osce(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Osce:
    """The program, run with some arguments."""
    for name in ("OSCE_SEARCH_INDEX", "OSCE_SEARCH_FORMAT", "NO_COLOR", "FORCE_COLOR", "COLUMNS"):
        monkeypatch.delenv(name, raising=False)

    def call(*arguments: str) -> Outcome:
        code = run(arguments)
        printed = capsys.readouterr()
        return Outcome(code, printed.out, printed.err)

    return call


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> FakeIndex:
    """The index that every command opens."""
    index = FakeIndex(make_results(), (CONFERENCE, HOSTILE))
    monkeypatch.setattr(backends, "open_index", lambda path, **settings: index)
    return index
