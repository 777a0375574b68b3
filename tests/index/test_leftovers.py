"""A writer removes only files that a writer made."""

from __future__ import annotations

from pathlib import Path

import pytest

from osce_search.errors import IndexUnavailable
from osce_search.index.writer import IndexWriter
from osce_search.release import Release


def write(path: Path) -> None:
    with IndexWriter(path) as writer:
        writer.add(Release(id="1", title="A visit", text="Border guards were trained."))
        writer.commit()


def test_files_whose_names_only_begin_like_ours_stay(tmp_path: Path) -> None:
    kept = ["MAIN_notes.txt", "MAIN_STREET.jpg", "MAIN_0123456789abcdef", "_MAIN_plan.toc.txt", "MAIN_.text"]
    left = ["MAIN_0123456789abcdef.text", "MAIN_0123456789abcdef.89abcdef.deleted", "_MAIN_7.toc"]
    left += ["MAIN_0123456789abcdef.text.k3_x", "_MAIN_7.toc.1700000000.25", "osce-search.json.new"]
    for name in kept + left:
        (tmp_path / name).write_text("x")
    write(tmp_path)
    there = {path.name for path in tmp_path.iterdir()}
    assert [name for name in kept if name not in there] == []
    assert [name for name in left if name in there] == []


def test_an_index_made_with_whoosh_alone_is_neither_removed_nor_overwritten(tmp_path: Path) -> None:
    from whoosh.fields import TEXT, Schema
    from whoosh.index import create_in, open_dir

    with create_in(str(tmp_path), Schema(text=TEXT)).writer() as writer:
        writer.add_document(text="a book that somebody keeps")
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    with pytest.raises(IndexUnavailable, match="made with Whoosh alone; name another directory"):
        write(tmp_path)
    assert {name: (tmp_path / name).read_bytes() for name in before} == before
    assert open_dir(str(tmp_path)).doc_count() == 1
