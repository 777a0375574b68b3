"""Errors are one tree, and keep their message and fields when they cross processes."""

from __future__ import annotations

import copy
import pickle
from pathlib import Path

import pytest

from osce_search import errors
from osce_search.errors import (
    CapabilityMissing,
    GateFailed,
    IndexDamaged,
    IndexIncompatible,
    IndexMissing,
    LimitExceeded,
    OsceSearchError,
    QueryError,
    SettingsError,
    SourceError,
    UnknownFacet,
    UnknownValue,
)


@pytest.mark.parametrize(
    "error",
    [
        QueryError("no word", position=3, suggestion="media"),
        LimitExceeded("too long", name="length", limit=9),
        UnknownFacet("contry", ["country"], "country"),
        UnknownValue("country", "Atlantis", ["AL"], ["Albania"]),
        CapabilityMissing(["near"]),
        SourceError("page.html", "no text"),
        IndexMissing("nothing there", path="index"),
        IndexDamaged("index/a.text", "cut short"),
        GateFailed("closed", ["topic 1 fell"]),
        SettingsError("osce-search.toml: not TOML"),
    ],
)
def test_an_error_pickles_and_copies_with_its_message_and_fields(error: OsceSearchError) -> None:
    for twin in (pickle.loads(pickle.dumps(error)), copy.deepcopy(error)):
        assert type(twin) is type(error)
        assert (str(twin), twin.args, vars(twin)) == (str(error), error.args, vars(error))


def test_every_error_that_is_listed_is_of_the_tree() -> None:
    assert all(issubclass(getattr(errors, name), OsceSearchError) for name in errors.__all__)


def test_the_advice_about_a_damaged_index_names_the_index(tmp_path: Path) -> None:
    place = f"--index {tmp_path}"
    for path in (tmp_path, tmp_path / "MAIN_1.text"):
        assert f"osce-search verify --repair {place}, or " in str(IndexDamaged(path, "cut short"))
        assert str(IndexDamaged(path, "cut short")).endswith(f"osce-search index SOURCE… --rebuild {place}")
        assert str(IndexIncompatible(path, "format 9")).endswith(
            f"osce-search index SOURCE… --rebuild {place}"
        )
