"""Sources on disk become pages and records, and what cannot be read is reported."""

from __future__ import annotations

import gzip
import io
import os
import sys
from pathlib import Path

import pytest

from osce_search import corpus
from osce_search.corpus import Item, Rejected, Scope, print_path, read_sources
from osce_search.errors import SourceError


def read(*sources: Path, base: Path) -> tuple[list[Item], list[Rejected]]:
    entries = list(read_sources(sources, base))
    items = [entry for entry in entries if isinstance(entry, Item)]
    return items, [entry for entry in entries if isinstance(entry, Rejected)]


def test_a_directory_is_read_with_all_beneath_it_in_the_order_of_names(tmp_path: Path) -> None:
    for name in ("b/two.html", "a/one.txt", "records.jsonl"):
        path = tmp_path / "corpus" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("{}\n\n{ }\n" if name.endswith("jsonl") else "text")
    items, rejected = read(tmp_path / "corpus", base=tmp_path)
    assert [(item.kind, item.origin) for item in items] == [
        ("record", "corpus/records.jsonl"),
        ("record", "corpus/records.jsonl"),
        ("page", "corpus/a/one.txt"),
        ("page", "corpus/b/two.html"),
    ]
    assert [item.where.rpartition(":")[2] for item in items[:2]] == ["1", "3"]
    assert rejected == []


def test_hidden_files_readmes_and_tables_are_passed_over_in_silence(tmp_path: Path) -> None:
    for name in (".hidden.html", ".git/page.html", "README.md", "readme.txt", "page.toml", "page.html"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text("text")
    items, rejected = read(tmp_path, base=tmp_path)
    assert [item.origin for item in items] == ["page.html"]
    assert rejected == []


def test_links_are_followed_inside_of_the_source_directory_only(tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text("outside")
    (tmp_path / "elsewhere").mkdir()
    source = tmp_path / "source"
    source.mkdir()
    (source / "page.txt").write_text("inside")
    (source / "again.txt").symlink_to("page.txt")
    (source / "out.txt").symlink_to("../secret.txt")
    (source / "folder").symlink_to("../elsewhere")
    items, rejected = read(source, base=tmp_path)
    assert [item.content for item in items] == [b"inside", b"inside"]
    assert [(entry.origin, entry.reason) for entry in rejected] == [
        ("source/folder", "a symbolic link to a directory is not followed"),
        ("source/out.txt", "a symbolic link out of the source directory is not followed"),
    ]


def test_a_file_that_is_empty_too_large_or_of_another_kind_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(corpus, "PAGE_LIMIT", 2**20)
    (tmp_path / "empty.html").touch()
    (tmp_path / "large.html").write_bytes(b" " * (2**20 + 1))
    (tmp_path / "paper.pdf").write_bytes(b"%PDF")
    (tmp_path / "good.html").write_text("text")
    items, rejected = read(tmp_path, base=tmp_path)
    assert [item.origin for item in items] == ["good.html"]
    assert {entry.origin: entry.reason for entry in rejected} == {
        "empty.html": "the file is empty",
        "large.html": "the page has 1.0 MB, the limit is 1",
        "paper.pdf": (
            "not an HTML, text, feed, e-mail or JSONL file (.html .htm .xhtml .txt .eml .xml .jsonl .jsonl.gz)"
        ),
    }


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no pipes in this file system")
def test_a_pipe_in_a_directory_does_not_stop_the_reading(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.txt")
    items, rejected = read(tmp_path, base=tmp_path)
    assert items == []
    assert rejected[0].reason == "not a regular file"


def test_a_line_that_is_too_long_is_passed_over_and_the_rest_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(corpus, "RECORD_LIMIT", 10)
    monkeypatch.setattr(corpus, "_CHUNK", 7)
    (tmp_path / "records.jsonl").write_bytes(b"one\n" + b"x" * 50 + b"\nthree\n" + b"y" * 30)
    items, rejected = read(tmp_path, base=tmp_path)
    assert [(item.content, item.where.rpartition(":")[2]) for item in items] == [
        (b"one", "1"),
        (b"three", "3"),
    ]
    assert [(entry.where.rpartition(":")[2], entry.size) for entry in rejected] == [("2", 51), ("4", 30)]


def test_records_are_unpacked_whatever_the_file_is_called(tmp_path: Path) -> None:
    packed = gzip.compress(b'\xef\xbb\xbf{"id": "1"}\r\n{"id": "2"}')
    (tmp_path / "a.jsonl.gz").write_bytes(packed)
    (tmp_path / "b.jsonl").write_bytes(packed)
    items, rejected = read(tmp_path, base=tmp_path)
    assert [item.content for item in items] == [b'{"id": "1"}', b'{"id": "2"}'] * 2
    assert rejected == []


def test_of_a_damaged_packed_file_the_good_part_is_read(tmp_path: Path) -> None:
    lines = b"".join(b'{"id": "%d"}\n' % number for number in range(20_000))
    (tmp_path / "cut.jsonl.gz").write_bytes(gzip.compress(lines)[:-1000])
    items, rejected = read(tmp_path, base=tmp_path)
    assert len(items) > 1000
    assert "the gzip file is damaged from here on" in rejected[0].reason


def test_a_packed_file_made_to_fill_memory_is_given_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(corpus, "_UNPACKED_FREE", 2**14)
    (tmp_path / "bomb.jsonl.gz").write_bytes(gzip.compress(b"\n" * 2**19))
    items, rejected = read(tmp_path, base=tmp_path)
    assert items == []
    assert "unpacks to more than 100 times its size" in rejected[0].reason
    assert rejected[0].size < 2**17


def test_a_source_that_is_not_there_is_refused_before_anything_is_read(tmp_path: Path) -> None:
    (tmp_path / "good.html").write_text("text")
    with pytest.raises(SourceError, match="missing: there is no such file or directory"):
        next(read_sources([tmp_path / "good.html", tmp_path / "missing"], tmp_path))


def test_a_file_named_twice_is_read_once(tmp_path: Path) -> None:
    (tmp_path / "good.html").write_text("text")
    items, _ = read(tmp_path, tmp_path / "good.html", base=tmp_path)
    assert len(items) == 1


def test_records_come_from_standard_input(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b'{"id": "1"}\n')))
    items, _ = read(Path("-"), base=tmp_path)
    assert [(item.origin, item.where) for item in items] == [("-", "standard input:1")]


def test_a_file_is_known_by_the_same_name_from_wherever_it_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "corpus").mkdir()
    (tmp_path / "corpus" / "page.html").write_text("text")
    monkeypatch.chdir(tmp_path / "corpus")
    items, _ = read(Path("page.html"), base=tmp_path)
    assert (items[0].origin, items[0].where) == ("corpus/page.html", "page.html")
    assert (
        Scope([Path("/elsewhere/page.html")], tmp_path).name(Path("/elsewhere/page.html"))
        == "/elsewhere/page.html"
    )


def test_a_scope_holds_what_is_beneath_its_sources_and_nothing_beside_them(tmp_path: Path) -> None:
    scope = Scope([tmp_path / "corpus", tmp_path / "one.jsonl"], tmp_path)
    names = ("corpus/a.html", "corpus", "corpus-2/a.html", "one.jsonl", "one.jsonl.gz", "-")
    assert [name in scope for name in names] == [True, True, False, True, False, False]


@pytest.mark.parametrize("above", [0, 1])
def test_a_scope_at_the_base_or_above_it_holds_all_beneath_and_nothing_from_elsewhere(
    tmp_path: Path, above: int
) -> None:
    base = tmp_path / "base"
    scope = Scope([(base, tmp_path)[above]], base)
    names = ("a.html", "corpus/a.html", f"{tmp_path}/other/a.html", "/elsewhere/a.html", "-", "")
    assert [name in scope for name in names] == [True, True, above == 1, False, False, False]


def test_a_scope_of_the_whole_disk_holds_every_file(tmp_path: Path) -> None:
    scope = Scope([Path("/")], tmp_path)
    assert ["a.html" in scope, "/elsewhere/a.html" in scope, "-" in scope] == [True, True, False]


def test_the_name_of_a_file_that_is_no_text_can_be_printed() -> None:
    assert print_path(Path(os.fsdecode(b"a\xff\x1b.html"))) == "a\\xff\\x1b.html"


def test_a_line_as_long_as_the_limit_is_read_and_one_past_it_costs_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("osce_search.corpus.RECORD_LIMIT", 10)
    path = tmp_path / "a.jsonl"
    path.write_bytes(b"a" * 10 + b"\nb\n" + b"c" * 11 + b"\nd\n" + b"e" * 12 + b"\nf\n" + b"g" * 13)
    read = list(read_sources([path], tmp_path))
    assert [item.content[:1] for item in read if isinstance(item, Item)] == [b"a", b"b", b"d", b"f"]
    assert [item.where[-1] for item in read if isinstance(item, Rejected)] == ["3", "5", "7"]
