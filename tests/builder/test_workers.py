"""Pages and records become releases, in one process or in several."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from osce_search.builder import workers
from osce_search.builder.ingestion import Read, digest, read_item, read_record
from osce_search.builder.workers import read_items
from osce_search.corpus import Item
from osce_search.errors import RecordError


def record(number: int, text: str = "x") -> Item:
    line = f'{{"id": "{number}", "title": "Visit {number}", "text": "{text}"}}'.encode()
    return Item("record", line, "records.jsonl", f"records.jsonl:{number}", hashlib.sha256(line).hexdigest())


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        ({"title": "A" * 2_001}, "the title has 2,001 characters, the limit is 2,000"),
        ({"url": "https://x/" + "a" * 4_000}, "the url has 4,010 characters, the limit is 4,000"),
        ({"type": "t" * 501}, "the type has 501 characters, the limit is 500"),
        ({"place": ["P" * 501]}, "a value of 'place' has 501 characters, the limit is 500"),
        ({"source": [f"S{n}" for n in range(1_001)]}, "'source' has 1,001 values, the limit is 1,000"),
        (
            {"provenance": {"place": [{"value": "Osh", "origin": "dateline", "evidence": "e" * 10_000}]}},
            "the provenance of 'place' has more than 10,000 characters for one value",
        ),
    ],
)
def test_what_would_fill_every_answer_is_refused_with_its_limit(more: dict[str, object], reason: str) -> None:
    line = json.dumps({"id": "1", "title": "Visit", "text": "x" * 100_000} | more).encode()
    read = read_item(Item("record", line, "a.jsonl", "a.jsonl:1", ""))
    assert (read.releases, read.failure) == ((), reason)


def test_a_page_whose_title_never_ends_is_refused() -> None:
    page = json.dumps([{"id": "1", "title": "A" * 5_000, "text": "Forty pupils."}]).encode()
    assert read_item(Item("page", page, "a.html", "a.html", "")).failure == (
        "the title has 5,000 characters, the limit is 2,000"
    )


def test_several_processes_read_what_one_does_in_the_same_order(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workers, "FIRST", 4)
    items = [record(number) for number in range(60)]
    assert list(read_items(items, workers=2)) == list(read_items(items))


def test_few_items_are_read_without_another_process(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(workers: int) -> None:
        raise AssertionError("a process was started")

    monkeypatch.setattr(workers, "_Pool", refuse)
    assert len(list(read_items([record(number) for number in range(10)], workers=8))) == 10


def test_items_are_taken_as_they_are_needed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workers, "FIRST", 2)
    taken = 0

    def items() -> Iterator[Item]:
        nonlocal taken
        for number in range(10_000):
            taken += 1
            yield record(number)

    reads = read_items(items(), workers=2)
    for _ in range(5):
        next(reads)
    reads.close()  # type: ignore[attr-defined]  # it is a generator
    assert taken < 500


@pytest.mark.skipif(os.name == "nt", reason="processes end otherwise there")
def test_a_page_that_brings_its_process_down_is_named_and_the_rest_is_read(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(workers, "FIRST", 0)
    deadly = record(20, text="deadly")
    monkeypatch.setattr(workers, "_read_chunk", _die_on_some)
    reads = list(read_items([*map(record, range(20)), deadly, *map(record, range(21, 60))], workers=2))
    failed = [read for read in reads if read.failure]
    assert [(read.item.where, read.failure) for read in failed] == [
        ("records.jsonl:20", "reading it crashed the process")
    ]
    assert [read.releases[0].id for read in reads if read.releases] == [str(n) for n in range(60) if n != 20]


def _die_on_some(chunk: list[Item]) -> list[tuple[list[str], str]]:
    if any(b"deadly" in item.content for item in chunk):
        os._exit(1)
    return [([release.to_json() for release in read_item(item).releases], "") for item in chunk]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b'{"id": "1"', "not JSON (Expecting ',' delimiter, column 11)"),
        (b'"\xff"', "not UTF-8 (byte 2)"),
        (b"[]", "not a JSON object"),
        (b"[" * 200_000, "JSON nested too deep, or with a number too long"),
        (b'{"id": ' + b"1" * 5000 + b"}", "JSON nested too deep, or with a number too long"),
    ],
)
def test_a_line_that_is_no_record_is_refused_with_the_reason(line: bytes, reason: str) -> None:
    with pytest.raises(RecordError) as caught:
        read_record(line, "records.jsonl:1")
    assert caught.value.reason == reason


def test_the_digest_of_an_item_follows_its_bytes_and_its_kind_alone() -> None:
    item = record(1)
    moved = Item("record", item.content, "elsewhere.jsonl", "elsewhere.jsonl:9", item.sha256)
    page = Item("page", item.content, item.origin, item.where, item.sha256)
    assert digest(item) == digest(moved)
    assert len({digest(item), digest(page), digest(record(2))}) == 3


def test_a_failure_is_a_read_without_releases() -> None:
    (read,) = read_items([record(1, text="\\")])
    assert isinstance(read, Read)
    assert read.releases == ()
    assert read.failure


def test_where_no_process_can_be_started_reading_ends_and_no_page_is_blamed(tmp_path: Path) -> None:
    program = tmp_path / "program.py"
    lines = "".join(f'{{"id": "{number}", "title": "Visit", "text": "x"}}\n' for number in range(200))
    (tmp_path / "records.jsonl").write_text(lines)
    # Each process that is started loads this, and so comes to build before it comes to read.
    program.write_text(
        "from pathlib import Path\nfrom osce_search.builder import build\n"
        "build([Path('records.jsonl')], Path('index'), workers=2)\n"
    )
    root = Path(__file__).resolve().parents[2]
    done = subprocess.run(
        [sys.executable, program],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(root)},
        capture_output=True,
        text=True,
        timeout=600,
    )
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1].startswith(
        "osce_search.errors.SourceError: reading in several processes: no process can be started"
    )
    assert not (tmp_path / "index" / "osce-search.json").exists()
