"""An index is brought up to date with its sources, and nothing is lost on the way."""

from __future__ import annotations

import copy
import dataclasses
import errno
import io
import json
import os
import pickle
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from osce_search.backends import open_index
from osce_search.builder import Collision, Failure, Progress, Report, build, enrich, ingestion
from osce_search.builder.source_records import merge
from osce_search.errors import IndexLocked, IndexUnavailable, SourceError
from osce_search.index.writer import IndexWriter
from osce_search.release import Origin, Release
from tests.builder.conftest import extract_plainly

WritePage = Callable[..., Path]


def counts(report: Report) -> tuple[int, int, int, int]:
    return report.added, report.changed, report.unchanged, report.removed


def held(index: Path) -> dict[str, str]:
    with open_index(index) as handle:
        return {release.id: release.to_json() for release in handle.releases()}


def fingerprint(index: Path) -> str:
    with open_index(index) as handle:
        return handle.fingerprint


def test_paths_may_be_texts_and_a_single_source_needs_no_list(tmp_path: Path, write_page: WritePage) -> None:
    write_page("a.html", {"id": "1"})
    assert build(str(tmp_path / "pages"), str(tmp_path / "index")).added == 1
    assert build([str(tmp_path / "pages")], tmp_path / "index").unchanged == 1
    with IndexWriter(str(tmp_path / "index"), create=False) as writer:
        assert writer.path == tmp_path / "index"


def test_only_what_is_new_is_read(
    tmp_path: Path, write_page: WritePage, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_page("a.html", {"id": "1"})
    write_page("b.html", {"id": "2"})
    index = tmp_path / "index"
    assert counts(build([tmp_path / "pages"], index)) == (2, 0, 0, 0)
    opened: list[str] = []

    def watch(content: bytes, name: str = "") -> object:
        opened.append(Path(name).name)
        return extract_plainly(content, name)

    monkeypatch.setattr(ingestion, "extract", watch)
    write_page("b.html", {"id": "2", "title": "Another visit"})
    write_page("c.html", {"id": "3"})
    report = build([tmp_path / "pages"], index)
    assert counts(report) == (1, 1, 1, 0)
    assert opened == ["b.html", "c.html"]
    assert counts(build([tmp_path / "pages"], index)) == (0, 0, 3, 0)


def test_a_release_whose_page_is_gone_is_removed_and_those_of_other_sources_stay(
    tmp_path: Path, write_page: WritePage
) -> None:
    page = write_page("a.html", {"id": "1"})
    records = tmp_path / "records.jsonl"
    records.write_text('{"id": "2", "title": "t", "text": "x"}\n{"id": "3", "title": "t", "text": "y"}\n')
    index = tmp_path / "index"
    build([tmp_path / "pages", records], index)
    page.unlink()
    records.write_text('{"id": "3", "title": "t", "text": "y"}\n')
    assert counts(build([tmp_path / "pages"], index)) == (0, 0, 2, 1)
    assert sorted(held(index)) == ["2", "3"]
    assert counts(build([records], index)) == (0, 0, 1, 1)
    assert sorted(held(index)) == ["3"]


def test_what_is_read_again_when_the_reader_changed_is_everything(
    tmp_path: Path, write_page: WritePage, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_page("a.html", {"id": "1"})
    build([tmp_path / "pages"], tmp_path / "index")
    monkeypatch.setattr(ingestion, "_digest_reader", lambda: b"another version of the code")
    assert counts(build([tmp_path / "pages"], tmp_path / "index")) == (0, 1, 0, 0)


def test_a_listing_is_completed_by_the_page_whichever_comes_first(
    tmp_path: Path, write_page: WritePage
) -> None:
    teaser = {"id": "1", "text": "It…", "type": "Press release", "partial": True}
    for listing, page in (("a.html", "b.html"), ("b.html", "a.html")):
        shutil.rmtree(tmp_path / "pages", ignore_errors=True)
        write_page(listing, teaser, {"id": "2", "text": "Another…", "partial": True})
        write_page(page, {"id": "1", "source": ["OSCE Mission to Skopje"]})
        index = tmp_path / listing.removesuffix(".html")
        report = build([tmp_path / "pages"], index)
        assert (report.total, report.merged, report.partial) == (2, 1, 1)
        release = json.loads(held(index)["1"])
        assert (release["text"], release["type"]) == ("It began.", "press-release")
        assert "partial" not in release
    assert fingerprint(tmp_path / "a") == fingerprint(tmp_path / "b")


def test_a_listing_is_completed_in_a_later_run_and_stands_alone_again_when_the_page_is_gone(
    tmp_path: Path, write_page: WritePage
) -> None:
    index = tmp_path / "index"
    write_page("listing.html", {"id": "1", "text": "It…", "type": "News", "partial": True}, {"id": "2"})
    build([tmp_path / "pages"], index)
    page = write_page("page.html", {"id": "1"})
    assert counts(build([tmp_path / "pages"], index)) == (0, 1, 1, 0)
    assert json.loads(held(index)["1"])["type"] == "news"
    page.unlink()
    assert counts(build([tmp_path / "pages"], index)) == (0, 1, 1, 0)
    assert json.loads(held(index)["1"])["partial"] is True


def test_two_pages_of_one_release_are_one_release(tmp_path: Path, write_page: WritePage) -> None:
    write_page("a.html", {"id": "1", "title": "First"})
    write_page("b.html", {"id": "1", "title": "Last"})
    report = build([tmp_path / "pages"], tmp_path / "index")
    assert (report.total, report.added, report.repeated) == (1, 1, 1)
    assert report.collisions == (Collision("1", "pages/b.html", ("pages/a.html",)),)
    assert json.loads(held(tmp_path / "index")["1"])["title"] == "Last"


def test_what_cannot_be_read_is_told_and_all_else_is_indexed(tmp_path: Path, write_page: WritePage) -> None:
    write_page("good.html", {"id": "1"})
    (tmp_path / "pages" / "bad.html").write_bytes(b"\xff\xfe%PDF")
    (tmp_path / "pages" / "empty.html").touch()
    lines = (
        '{"id": "2", "title": "t", "text": "x"}',
        "not JSON",
        '{"id": "3"}',
        "[" * 100_000,
        '{"id": "4", "title": "t", "text": "x", "date": "2015-02-30"}',
        '{"id": "5\\u0007", "title": "t", "text": "x"}',
        '{"id": "6", "title": "t", "text": "half \\ud800"}',
    )
    (tmp_path / "pages" / "records.jsonl").write_text("\n".join(lines))
    told: list[Failure] = []
    report = build([tmp_path / "pages"], tmp_path / "index", on_failure=told.append)
    assert sorted(held(tmp_path / "index")) == ["1", "2", "6"]
    assert "half \ufffd" in held(tmp_path / "index")["6"]
    reasons = {Path(failure.where).name: failure.reason for failure in told}
    assert reasons == {
        "bad.html": "no list of records",
        "empty.html": "the file is empty",
        "records.jsonl:2": "not JSON (Expecting value, column 1)",
        "records.jsonl:3": "'title' is missing",
        "records.jsonl:4": "JSON nested too deep, or with a number too long",
        "records.jsonl:5": "'2015-02-30' is not a date such as 2015-04-23, 2015-04 or 2015",
        "records.jsonl:6": "the id '5\\x07' is not one line of at most 200 printable characters",
    }
    assert report.failed == len(told) == 7
    assert report.failures == tuple(told)


def test_a_reader_that_fails_on_one_page_does_not_end_the_reading(
    tmp_path: Path, write_page: WritePage, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_page("a.html", {"id": "1"})
    write_page("b.html", {"id": "2"})

    def fail_once(content: bytes, name: str = "") -> object:
        if name.endswith("a.html"):
            raise ZeroDivisionError("by nothing")
        return extract_plainly(content, name)

    monkeypatch.setattr(ingestion, "extract", fail_once)
    report = build([tmp_path / "pages"], tmp_path / "index")
    assert report.added == 1
    assert "a defect to report (ZeroDivisionError: by nothing)" in report.failures[0].reason


def test_a_release_whose_page_can_no_longer_be_read_stays(tmp_path: Path, write_page: WritePage) -> None:
    index = tmp_path / "index"
    page = write_page("page.html", {"id": "1"})
    listing = write_page("listing.html", {"id": "1", "text": "It…", "partial": True}, {"id": "2"})
    build([tmp_path / "pages"], index)
    before = held(index)["1"]
    page.write_text("damaged")
    write_page("listing.html", {"id": "1", "text": "It be…", "partial": True}, {"id": "2"})
    report = build([tmp_path / "pages"], index)
    assert (report.kept, report.failed) == (1, 1)
    assert held(index)["1"] == before
    listing.write_text("damaged, too")
    assert build([tmp_path / "pages"], index).removed == 0
    assert sorted(held(index)) == ["1", "2"]


def write_records(path: Path, *records: dict[str, object] | str) -> Path:
    """A file of records; what is text is a line as it stands."""
    lines = [
        line if isinstance(line, str) else json.dumps({"title": "A visit", "text": "It began."} | line)
        for line in records
    ]
    path.write_text("\n".join(lines) + "\n")
    return path


def test_a_line_that_cannot_be_read_holds_up_no_other_line_of_its_file(tmp_path: Path) -> None:
    records, index = tmp_path / "records.jsonl", tmp_path / "index"
    build([write_records(records, {"id": "1"}, {"id": "2"}, {"id": "3"}, "no JSON")], index)
    write_records(records, {"id": "1", "title": "Another visit"}, {"id": "2"}, "no JSON")
    report = build([records], index)
    assert counts(report) == (0, 1, 2, 0)
    assert json.loads(held(index)["1"])["title"] == "Another visit"
    assert report.kept == 1  # The line that cannot be read may be that of the third.
    assert sorted(held(index)) == ["1", "2", "3"]


def test_a_full_text_is_indexed_though_another_page_of_it_cannot_be_read(
    tmp_path: Path, write_page: WritePage
) -> None:
    index = tmp_path / "index"
    page = write_page("z.html", {"id": "1", "title": "Old"})
    build([tmp_path / "pages"], index)
    page.write_text("damaged")
    write_page("a.html", {"id": "1", "title": "New"})
    for expected in ((0, 1, 0, 0), (0, 0, 1, 0)):
        assert counts(build([tmp_path / "pages"], index)) == expected
        assert json.loads(held(index)["1"])["title"] == "New"
    write_page("z.html", {"id": "1", "title": "Old"})
    assert build([tmp_path / "pages"], index).repeated == 1
    assert json.loads(held(index)["1"])["title"] == "Old"


def test_a_teaser_takes_nothing_from_a_text_that_cannot_be_read_again(tmp_path: Path) -> None:
    full, index = tmp_path / "full.jsonl", tmp_path / "index"
    build([write_records(full, {"id": "1", "text": "It began. It ended."})], index)
    full.unlink()
    teaser = {"id": "1", "text": "It…", "type": "news", "partial": True}
    listing = write_records(tmp_path / "listing.jsonl", teaser)
    report = build([listing], index)
    assert (report.changed, report.merged, report.repeated, report.partial) == (1, 1, 0, 0)
    release = json.loads(held(index)["1"])
    assert (release["text"], release["type"]) == ("It began. It ended.", "news")
    assert counts(build([listing], index)) == (0, 0, 1, 0)
    write_records(listing, {"id": "2"})
    assert counts(build([listing], index)) == (1, 1, 0, 0)
    assert json.loads(held(index)["1"])["text"] == "It began. It ended."


def test_a_full_text_takes_the_place_of_one_that_was_read_from_elsewhere(tmp_path: Path) -> None:
    full, index = tmp_path / "full.jsonl", tmp_path / "index"
    build([write_records(full, {"id": "1", "text": "It began. It ended."})], index)
    full.rename(tmp_path / "moved.jsonl")
    moved = write_records(tmp_path / "moved.jsonl", {"id": "1", "text": "It began."})
    assert counts(build([moved], index)) == (0, 1, 0, 0)
    assert json.loads(held(index)["1"])["text"] == "It began."
    moved.write_text("\n")
    assert counts(build([moved], index)) == (0, 0, 0, 1)


def test_what_came_from_elsewhere_stays_when_the_directory_of_the_index_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    base, index = tmp_path / "base", tmp_path / "base" / "index"
    index.mkdir(parents=True)
    elsewhere = write_records(tmp_path / "elsewhere.jsonl", {"id": "1"})
    own = write_records(base / "own.jsonl", {"id": "2"})
    build([elsewhere, own], index)
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b'{"id": "3", "title": "t", "text": "x"}')))
    build([Path("-")], index)
    with IndexWriter(index) as writer:
        writer.add(Release("4", "A visit", "It began."))
        writer.commit()
    own.unlink()
    assert build([base], index).removed == 1
    assert sorted(held(index)) == ["1", "3", "4"]
    elsewhere.unlink()
    assert build([tmp_path], index).removed == 1
    assert sorted(held(index)) == ["3", "4"]


def test_releases_of_a_directory_that_cannot_be_read_stay(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source, index = tmp_path / "pages", tmp_path / "index"
    (source / "2015").mkdir(parents=True)
    write_records(source / "a.jsonl", {"id": "1"})
    write_records(source / "2015" / "b.jsonl", {"id": "2"})
    build([source], index)
    scan = os.scandir

    def refuse(path: str) -> object:
        if Path(path).name == "2015":
            raise PermissionError(errno.EACCES, "Permission denied", path)
        return scan(path)

    with monkeypatch.context() as patch:
        patch.setattr(os, "scandir", refuse)
        report = build([source], index)
    assert counts(report) == (0, 0, 2, 0)
    assert (report.kept, report.failures[0].reason) == (1, "cannot be read (Permission denied)")
    shutil.rmtree(source / "2015")
    assert counts(build([source], index)) == (0, 0, 1, 1)


def test_labels_that_no_vocabulary_knows_are_kept_and_counted(tmp_path: Path, write_page: WritePage) -> None:
    weaving = ["Basket weaving"]
    write_page("a.html", {"id": "1", "field": ["Elections", *weaving]}, {"id": "2", "field": weaving})
    write_page("b.html", {"id": "1", "country": ["Atlantis"], "field": weaving})
    report = build([tmp_path / "pages"], tmp_path / "index")
    assert [(item.facet, item.label, item.count) for item in report.unknown] == [
        ("field", "Basket weaving", 2),
        ("country", "Atlantis", 1),
    ]


def test_a_source_that_is_missing_leaves_the_index_as_it_was(tmp_path: Path, write_page: WritePage) -> None:
    write_page("a.html", {"id": "1"})
    build([tmp_path / "pages"], tmp_path / "index")
    with pytest.raises(SourceError):
        build([tmp_path / "pages", tmp_path / "missing"], tmp_path / "index")
    assert sorted(held(tmp_path / "index")) == ["1"]


def test_a_second_writer_is_refused(tmp_path: Path, write_page: WritePage) -> None:
    write_page("a.html", {"id": "1"})
    with IndexWriter(tmp_path / "index"), pytest.raises(IndexLocked):
        build([tmp_path / "pages"], tmp_path / "index")


def test_a_rebuild_starts_from_nothing(tmp_path: Path, write_page: WritePage) -> None:
    page = write_page("a.html", {"id": "1"})
    write_page("b.html", {"id": "2"})
    index = tmp_path / "index"
    build([tmp_path / "pages"], index)
    assert build([page], index, rebuild=True).total == 1
    assert sorted(held(index)) == ["1"]


def test_a_corpus_that_was_moved_is_read_from_where_it_is(tmp_path: Path, write_page: WritePage) -> None:
    write_page("a.html", {"id": "1"})
    index = tmp_path / "index"
    build([tmp_path / "pages"], index)
    (tmp_path / "pages").rename(tmp_path / "moved")
    assert counts(build([tmp_path / "moved"], index)) == (0, 1, 0, 0)
    assert counts(build([tmp_path / "moved"], index)) == (0, 0, 1, 0)


def test_progress_is_told_as_it_is_made(tmp_path: Path, write_page: WritePage) -> None:
    write_page("a.html", {"id": "1"})
    (tmp_path / "pages" / "bad.html").write_text("bad")
    told: list[Progress] = []
    build([tmp_path / "pages"], tmp_path / "index", on_progress=told.append)
    assert told[-1] == Progress(read=2, written=1, failed=1)


Content = dict[str, list[tuple[str, bool, str]]]
_ACCOUNT = st.tuples(st.sampled_from("1234"), st.booleans(), st.sampled_from(["news", "statement", ""]))
_FILES = st.dictionaries(
    st.sampled_from(["a.html", "b.html", "c.html", "d.jsonl"]), st.lists(_ACCOUNT, max_size=3)
)


@settings(max_examples=12, deadline=None)
@given(st.lists(_FILES, min_size=2, max_size=4))
def test_an_index_brought_up_to_date_is_the_index_built_anew(states: list[Content]) -> None:
    import tempfile

    with tempfile.TemporaryDirectory() as name, pytest.MonkeyPatch.context() as patch:
        patch.setattr(ingestion, "extract", extract_plainly)
        root = Path(name)
        for state in states:
            shutil.rmtree(root / "pages", ignore_errors=True)
            (root / "pages").mkdir()
            for file, accounts in state.items():
                _write_state(root / "pages" / file, accounts)
            report = build([root / "pages"], root / "index")
            build([root / "pages"], root / "fresh", rebuild=True)
            assert held(root / "index") == held(root / "fresh")
            assert fingerprint(root / "index") == fingerprint(root / "fresh")
            assert report.total == report.added + report.changed + report.unchanged


_LINE = st.one_of(st.just("no JSON"), st.tuples(st.sampled_from("123"), st.sampled_from(["x", "xx"])))
_RUN = st.tuples(
    st.sampled_from(["full", "teaser", "both"]), st.lists(_LINE, max_size=4), st.lists(_LINE, max_size=4)
)


@settings(max_examples=12, deadline=None)
@given(st.lists(_RUN, min_size=1, max_size=4))
def test_full_texts_stay_whatever_is_read_apart_and_all_of_it_ends_as_the_index_built_anew(
    runs: list[Any],
) -> None:
    import tempfile

    with tempfile.TemporaryDirectory() as name:
        root = Path(name)
        paths = {kind: root / f"{kind}.jsonl" for kind in ("full", "teaser")}
        told: set[str] = set()
        for kind, *contents in (*runs, ("both", *(_drop_bad(content) for content in runs[-1][1:]))):
            for path, content in zip(paths.values(), contents, strict=True):
                lines = (
                    line
                    if isinstance(line, str)
                    else {"id": line[0], "text": line[1], "partial": path.stem == "teaser"}
                    for line in content
                )
                write_records(path, *lines)
            build(list(paths.values()) if kind == "both" else [paths[kind]], root / "index")
            if kind != "teaser":
                told = {line[0] for line in contents[0] if not isinstance(line, str)}
            there = held(root / "index")
            assert [id for id in told if '"partial"' in there[id]] == []
        build(list(paths.values()), root / "fresh", rebuild=True)
        assert held(root / "index") == held(root / "fresh")


def _drop_bad(content: list[Any]) -> list[Any]:
    return [line for line in content if not isinstance(line, str)]


def _write_state(path: Path, accounts: list[tuple[str, bool, str]]) -> None:
    records = [
        {
            "id": id,
            "title": f"{path.name} {place}",
            "text": "x" * place,
            "partial": partial,
            "type": type_ or None,
        }
        for place, (id, partial, type_) in enumerate(accounts)
    ]
    lines = path.suffix == ".jsonl"
    path.write_text("\n".join(map(json.dumps, records)) + "\n" if lines else json.dumps(records))


def test_a_full_temporary_directory_is_told_and_the_index_stays(
    tmp_path: Path, write_page: WritePage, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_page("a.html", {"id": "1"})
    build([tmp_path / "pages"], tmp_path / "index")
    before = fingerprint(tmp_path / "index")
    write_page("b.html", {"id": "2"})

    class Full(io.BytesIO):
        def write(self, _: object, /) -> int:
            raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("tempfile.TemporaryFile", Full)
    with pytest.raises(IndexUnavailable, match=r"/.*no space is left .*The index is unchanged"):
        build([tmp_path / "pages"], tmp_path / "index")
    assert fingerprint(tmp_path / "index") == before


def test_a_release_that_lost_a_large_share_of_its_text_is_indexed_and_named_for_review(
    tmp_path: Path, write_page: WritePage
) -> None:
    dropped = {"value": "9", "origin": "dropped", "evidence": "caption (9)", "weight": 0.6}
    page = write_page("bees.html", {"id": "7", "flags": ["text_dropped"], "provenance": {"text": [dropped]}})
    named: list[Failure] = []
    report = build([page], tmp_path / "index", on_failure=named.append)
    assert (report.total, report.failed, report.dropped, report.dropped_share, report.review) == (
        1,
        0,
        9,
        0.6,
        1,
    )
    assert [(failure.kind, failure.where) for failure in named] == [("review", str(page))]
    assert "release 7 is in the index without 60%" in named[0].reason


def test_an_enriched_and_a_merged_release_can_be_pickled_copied_and_turned_into_a_dictionary() -> None:
    full = enrich(Release(id="1", title="Tajik border guards trained", text="A course began."))
    teaser = Release(
        "1", "", "A…", type="news", partial=True, provenance={"type": (Origin("news", "assigned"),)}
    )
    for release in (full, merge([full, teaser])):
        assert pickle.loads(pickle.dumps(release)) == copy.deepcopy(release) == release
        assert dataclasses.asdict(release)["country"] == ("TJ",)
