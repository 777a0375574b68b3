"""Saved searches come back as they were saved, and from nowhere else."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings

from osce_search.errors import QueryError
from osce_search.query import Query
from osce_search.searches import SavedSearch, SearchStore, find_store
from tests.questions import QUERY


@settings(deadline=None)
@given(QUERY)
def test_a_search_comes_back_as_it_was_saved(tmp_path_factory: pytest.TempPathFactory, query: Query) -> None:
    store = SearchStore(tmp_path_factory.getbasetemp() / "store")
    search = SavedSearch("name", query).note(["2", "1"])
    store.save(search)
    assert store.load("name") == search


def test_what_was_seen_once_stays_seen() -> None:
    search = SavedSearch("name", Query()).note(["1", "2"]).note(["2", "3"])
    assert search.seen == frozenset("123")


@pytest.mark.parametrize("name", ["", "../evil", "a/b", ".hidden", "-x", "a" * 65, "a\n", "ä"])
def test_a_name_is_never_a_path(tmp_path: Path, name: str) -> None:
    with pytest.raises(QueryError, match="cannot be the name of a search"):
        SearchStore(tmp_path).save(SavedSearch(name, Query()))
    assert list(tmp_path.iterdir()) == []


def test_an_unknown_name_is_told_with_those_that_are_known(tmp_path: Path) -> None:
    store = SearchStore(tmp_path)
    with pytest.raises(QueryError, match=r"no search is saved as 'media' \(saved searches: none\)"):
        store.load("media")
    store.save(SavedSearch("elections", Query()))
    with pytest.raises(QueryError, match=r"\(saved searches: elections\)"):
        store.remove("media")
    store.remove("elections")
    assert store.names() == []


@pytest.mark.parametrize(
    "content", ["", "[]", "{}", '{"syntax_version": 1, "query": [], "seen": null}', "[" * 100_000, "\xff"]
)
def test_a_damaged_file_is_named(tmp_path: Path, content: str) -> None:
    (tmp_path / "media.json").write_text(content)
    with pytest.raises(QueryError):
        SearchStore(tmp_path).load("media")


def test_another_version_of_the_language_is_refused(tmp_path: Path) -> None:
    store = SearchStore(tmp_path)
    store.save(SavedSearch("media", Query()))
    value = json.loads((tmp_path / "media.json").read_text())
    (tmp_path / "media.json").write_text(json.dumps(value | {"syntax_version": 9}))
    with pytest.raises(QueryError, match="another version of the query language"):
        store.load("media")


def test_the_shelf_is_where_state_belongs(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    assert find_store().directory == tmp_path / "osce-search" / "searches"
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("XDG_STATE_HOME", "state")
    assert find_store().directory == tmp_path / "home" / ".local" / "state" / "osce-search" / "searches"


def test_a_search_that_cannot_be_read_can_be_removed(tmp_path: Path) -> None:
    store = SearchStore(tmp_path)
    (tmp_path / "media.json").write_text("{")
    store.remove("media")
    assert store.names() == []
    with pytest.raises(QueryError, match="no search is saved as 'media'"):
        store.remove("media")
