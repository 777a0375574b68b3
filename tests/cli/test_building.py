"""From files on disk to an answer, as people do it."""

from __future__ import annotations

import contextlib
import json
from pathlib import Path

import pytest

from tests.cli.conftest import Osce

PAGE = """<!doctype html><html><head><title>{title}</title>
<link rel="canonical" href="https://www.osce.example/fom/{id}"></head><body><main><h1>{title}</h1>
<dl><dt>Date:</dt><dd>23 April 2015</dd><dt>Source:</dt><dd>OSCE Mission to Skopje</dd></dl>
<p>SKOPJE, 23 April 2015 – {text}</p></main></body></html>"""


@pytest.fixture
def pages(tmp_path: Path) -> Path:
    folder = tmp_path / "pages"
    folder.mkdir()
    for id, title, text in (
        ("900123", "Training for border guards", "Thirty border guards took part in a training today."),
        ("900124", "Concert for two schools", "Pupils of two schools sang together in the town hall."),
    ):
        (folder / f"{id}.html").write_text(PAGE.format(id=id, title=title, text=text))
    return folder


def test_pages_go_in_and_a_ranked_answer_comes_out(osce: Osce, pages: Path, tmp_path: Path) -> None:
    index = str(tmp_path / "index")
    outcome = osce("index", str(pages), "--index", index, "--workers", "1")
    assert outcome.code == 0
    assert outcome.out.splitlines()[:2] == [
        f"2 releases in {index}",
        "2 added, 0 changed, 0 unchanged, 0 removed",
    ]
    assert outcome.err == ""
    value = json.loads(osce("query", "border guards", "--json", "--index", index).out)
    assert [hit["id"] for hit in value["hits"]] == ["900123"]
    assert value["receipt"]["software"].startswith("osce-search ")
    assert (
        osce("query", "--format", "ids", "--source", "Mission to Skopje", "--index", index).out
        == "900123\n900124\n"
    )
    assert osce("query", "border", "--until", "2014", "--index", index).code == 1
    assert "Training for border guards" in osce("show", "900123", "--index", index).out


@pytest.mark.parametrize("columns", ["", "40", "200"])
def test_a_path_stands_on_one_line_where_no_terminal_shows_it(
    osce: Osce, pages: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, columns: str
) -> None:
    monkeypatch.setenv("COLUMNS", columns)
    index = str(tmp_path / f"an index with {'a long ' * 20}name")
    report = osce("index", str(pages), "--index", index, "--workers", "1").out
    assert report.splitlines()[0] == f"2 releases in {index}"
    assert osce("stats", "--index", index).out.splitlines()[0] == f"2 releases in {index}"
    assert osce("verify", "--index", index).out.startswith(f"{index}: sound; ")
    shown = osce("show", "900123", "--index", index, "--width", "60").out
    assert max(map(len, shown.splitlines())) <= 60


def test_a_text_is_not_wrapped_where_no_terminal_shows_it(osce: Osce, tmp_path: Path) -> None:
    title = "A training for guards " + "of many borders " * 10 + "ends"
    (tmp_path / "records.jsonl").write_text(json.dumps({"id": "1", "title": title, "text": "It ended."}))
    index, file = str(tmp_path / "index"), tmp_path / "answer.txt"
    osce("index", str(tmp_path / "records.jsonl"), "--index", index, "-q")
    for arguments in (("query", "guards"), ("show", "1"), ("similar", "1")):
        printed = osce(*arguments, "--index", index).out
        osce(*arguments, "--index", index, "-o", str(file))
        assert file.read_text() == printed
        assert sum(title in line.replace("**", "") for line in printed.splitlines()) == 1


def test_the_report_is_also_there_as_json(osce: Osce, pages: Path, tmp_path: Path) -> None:
    outcome = osce("index", str(pages), "--index", str(tmp_path / "index"), "--json", "--workers", "1")
    value = json.loads(outcome.out)
    assert (value["schema_version"], value["added"], value["total"], value["failures"]) == (1, 2, 2, [])


def test_what_is_not_read_is_named_on_stderr_and_in_the_quarantine(
    osce: Osce, pages: Path, tmp_path: Path
) -> None:
    (pages / "paper.html").write_bytes(b"%PDF-1.7\n\xff\xfe\x00")
    (pages / "empty.html").touch()
    quarantine = tmp_path / "quarantine.jsonl"
    arguments = ("index", str(pages), "--index", str(tmp_path / "index"), "--quarantine", str(quarantine))
    outcome = osce(*arguments)
    assert outcome.code == 0
    assert f"skipped: {pages}/empty.html: the file is empty" in outcome.err
    assert f"skipped: {pages}/paper.html: " in outcome.err
    names = {Path(json.loads(line)["where"]).name for line in quarantine.read_text().splitlines()}
    assert names == {"empty.html", "paper.html"}
    assert osce(*arguments, "--max-failures", "1").code == 4
    assert osce(*arguments, "--max-failures", "2").code == 0


def test_a_file_named_by_hand_that_cannot_be_read_is_exit_code_4(
    osce: Osce, pages: Path, tmp_path: Path
) -> None:
    (tmp_path / "empty.html").touch()
    outcome = osce("index", str(pages), str(tmp_path / "empty.html"), "--index", str(tmp_path / "index"))
    assert outcome.code == 4
    assert "2 releases" in outcome.out


def test_a_file_named_by_hand_is_not_lost_among_many_that_cannot_be_read(
    osce: Osce, pages: Path, tmp_path: Path
) -> None:
    for number in range(1000):
        (pages / f"empty-{number}.html").touch()
    (tmp_path / "late.html").touch()
    index = str(tmp_path / "index")
    assert osce("index", str(pages), str(tmp_path / "late.html"), "--index", index).code == 4
    assert osce("index", str(pages), "--index", index).code == 0


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (
            '{"id": 4, "title": "A visit", "text": "It began."}',
            "'id' is a number and must be a string: write \"4\"",
        ),
        ("{", "not JSON"),
        ('"' + "a" * (16 * 2**20) + '"', "the line has 16.0 MB, the limit is 16"),
    ],
)
@pytest.mark.parametrize("named", [True, False])
def test_a_record_that_cannot_be_read_is_exit_code_4(
    osce: Osce, tmp_path: Path, line: str, reason: str, named: bool
) -> None:
    good = json.dumps({"id": "1", "title": "A visit", "text": "It began."})
    folder = tmp_path / "records"
    folder.mkdir()
    (folder / "records.jsonl").write_text(f"{good}\n{line}\n")
    source = folder / "records.jsonl" if named else folder
    arguments = ("index", str(source), "--index", str(tmp_path / "index"), "--workers", "1")
    outcome = osce(*arguments)
    assert outcome.code == 4
    assert outcome.out.startswith("1 release in ")
    assert f"records.jsonl:2: {reason}" in outcome.err
    assert osce(*arguments, "--max-failures", "1").code == 0


@pytest.mark.parametrize("address", ["https://www.osce.org/node/574126", "HTTP://www.osce.org/"])
def test_an_address_is_no_source(osce: Osce, tmp_path: Path, address: str) -> None:
    for command in (("index", "--index", str(tmp_path / "index")), ("extract",)):
        outcome = osce(*command, address)
        assert outcome.code == 2
        assert outcome.err == (
            f"Error: {address.rstrip('/')}: osce-search reads files and directories, not addresses; "
            "save the page, and index its file\n"
        )


def test_a_directory_in_the_place_of_the_output_is_exit_code_2(osce: Osce, pages: Path) -> None:
    outcome = osce("extract", str(pages), "-o", str(pages))
    assert outcome.code == 2
    assert f"Could not open file '{pages}': Is a directory" in outcome.err


def test_a_source_that_is_not_there_is_exit_code_2(osce: Osce, tmp_path: Path) -> None:
    outcome = osce("index", str(tmp_path / "missing"), "--index", str(tmp_path / "index"))
    assert outcome.code == 2
    assert "missing: there is no such file or directory" in outcome.err


def test_no_index_is_exit_code_3(osce: Osce, tmp_path: Path) -> None:
    outcome = osce("query", "media", "--index", str(tmp_path / "nowhere"))
    assert outcome.code == 3
    assert outcome.err == (
        f"Error: {tmp_path}/nowhere: no such directory; make one with: osce-search index SOURCE… --index "
        f"{tmp_path}/nowhere\n"
    )
    with contextlib.chdir(tmp_path):
        assert osce("query", "media").err == (
            "Error: index: no such directory; make one with: osce-search index corpus, or, in a checkout with its "
            "sample pages: make demo\n"
        )
    (tmp_path / "README.md").write_text("something else")
    assert osce("query", "media", "--index", str(tmp_path)).code == 3


def test_records_that_were_extracted_are_indexed_like_the_pages(
    osce: Osce, pages: Path, tmp_path: Path
) -> None:
    records = tmp_path / "records.jsonl"
    assert osce("extract", str(pages), "-o", str(records)).code == 0
    assert [json.loads(line)["id"] for line in records.read_text().splitlines()] == ["900123", "900124"]
    fingerprints = []
    for source in (pages, records):
        index = str(tmp_path / f"index of {source.name}")
        osce("index", str(source), "--index", index, "--workers", "1", "-q")
        fingerprints.append(json.loads(osce("stats", "--index", index, "--json").out)["index"])
    assert fingerprints[0] == fingerprints[1]


def test_a_failed_extraction_has_an_exit_code(osce: Osce, pages: Path, tmp_path: Path) -> None:
    (tmp_path / "empty.html").touch()
    outcome = osce("extract", str(pages), str(tmp_path / "empty.html"))
    assert (outcome.code, outcome.out.count("\n")) == (4, 2)
    assert "empty.html: the file is empty" in outcome.err
    assert osce("extract", str(tmp_path / "empty.html")).code == 2
