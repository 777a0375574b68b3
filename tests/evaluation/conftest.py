"""Fixtures for the tests of evaluation: a small index, and a function that writes files."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from osce_search.backends import Index, open_index
from osce_search.index.writer import IndexWriter
from osce_search.release import Release

RELEASES = (
    Release(
        "1",
        "Border guards trained in Ashgabat",
        "Forty border guards completed a course.\n\nThe course dealt with risk analysis at border crossings.",
        date=dt.date(2008, 5, 6),
        country=("TM",),
        field=("border-management",),
    ),
    Release(
        "2",
        "Media freedom round table in Minsk",
        "Editors met to discuss media freedom.\n\nFreedom of the media needs editors.",
        date=dt.date(2011, 3, 1),
        country=("BY",),
        field=("media-freedom",),
    ),
    Release(
        "3",
        "Election observers open office",
        "Election observers opened an office today.\n\nThe mission will observe media coverage, too.",
        date=dt.date(2015, 9, 9),
        country=("BY",),
        field=("elections",),
    ),
    Release(
        "4",
        "Police and border guards meet",
        "Police officers met border guards.\n\nThey spoke of trafficking, borders and elections.",
        date=dt.date(2019, 1, 20),
        country=("MD",),
        field=("policing", "border-management"),
    ),
)


@pytest.fixture(scope="session")
def index_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An index of four releases."""
    path = tmp_path_factory.mktemp("small") / "index"
    with IndexWriter(path) as writer:
        for release in RELEASES:
            writer.add(release)
        writer.commit()
    return path


@pytest.fixture
def index(index_path: Path) -> Iterator[Index]:
    """That index, open."""
    with open_index(index_path) as opened:
        yield opened


@pytest.fixture
def write(tmp_path: Path) -> Callable[[str, str], Path]:
    """Writes a text to a file of that name, and gives its path."""

    def write_text(name: str, text: str) -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="")
        return path

    return write_text
