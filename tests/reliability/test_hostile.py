"""Harmful input is refused and named after a bounded amount of work; the rest is read."""

from __future__ import annotations

import gzip
import json
import os
import random
import re
import socket
import threading
from collections import Counter
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

import osce_search.corpus
from osce_search.backends import open_index
from osce_search.builder import build
from osce_search.corpus import Item, Rejected, read_sources
from osce_search.errors import EvaluationError, OsceSearchError, VocabularyError
from osce_search.evaluation.rankings import IndexSearch, ask_topics
from osce_search.evaluation.topics import read_topics
from osce_search.evaluation.trec import read_judgements
from osce_search.extraction import extract
from osce_search.vocabulary.table import read_table
from tests.work import count_work

SOUND = {"id": "1", "title": "A visit", "text": "It began."}


def told(tmp_path: Path, name: str, content: bytes) -> tuple[int, list[str]]:
    """Return the number of releases read from a file beside a sound one, and the messages about the rest."""
    source = tmp_path / "source"
    source.mkdir(exist_ok=True)
    (source / "sound.jsonl").write_text(json.dumps(SOUND))
    (source / name).write_bytes(content)
    report = build([source], tmp_path / "index")
    return report.total - 1, [f"{failure.where}: {failure.reason}" for failure in report.failures]


DEEP = 100_000


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b'{"id": "2", "title": "A", "text": ' + b"[" * DEEP + b"]" * DEEP + b"}", "nested too deep"),
        (b'{"id":' * DEEP + b"1" + b"}" * DEEP, "nested too deep"),
        (b'{"id": "2", "title": "A", "text": ' + b"9" * 1_000_000 + b"}", "number too long|text"),
        (b'{"id": "2", "title": "A", "text": NaN}', "text|NaN"),
        (b'{"id": "2", "title": "A", "text": "B", "date": 1e999}', "date"),
        (b'{"id": "2", "title": "A", "text": "B", "date": "2010-02-30"}', "date"),
        (b'{"id": "../../etc\\n/passwd", "title": "A", "text": "B"}', "id"),
        (b'{"id": "2", "title": "A", "text": "\xff\xfe"}', "UTF-8"),
        (b'{"id": "2"', "not JSON"),
        (b"[1, 2, 3]", "object"),
        (b"\x00" * 1000, "not"),
    ],
)
def test_a_hostile_record_is_refused_by_its_line_and_others_are_read(
    tmp_path: Path, line: bytes, reason: str
) -> None:
    count, failures = told(tmp_path, "hostile.jsonl", line + b"\n" + json.dumps(SOUND | {"id": "3"}).encode())
    assert count == 1
    assert len(failures) == 1
    assert "hostile.jsonl:1" in failures[0]
    assert re.search(reason, failures[0])


def test_half_characters_and_repeated_keys_are_read_as_text_that_can_be_written(
    tmp_path: Path,
) -> None:
    line = b'{"id": "2", "id": "4", "title": "half \\ud800", "text": "B \\udfff \\u0000"}'
    assert told(tmp_path, "a.jsonl", line) == (1, [])
    with open_index(tmp_path / "index") as index:
        release = index.get("4")
        assert release
        assert "\ud800" not in release.title
        release.to_json().encode()


def test_a_line_and_a_page_beyond_the_limit_are_refused_before_they_are_read(tmp_path: Path) -> None:
    count, failures = told(tmp_path, "long.jsonl", b'{"id": "' + b"x" * (17 << 20) + b'"}')
    assert count == 0
    assert re.search(r"the line has 17\.0 MB, the limit is 16", failures[0])
    count, failures = told(tmp_path, "long.html", b"<p>" * (6 << 20))
    assert any("the page has 18.0 MB, the limit is 5" in failure for failure in failures)


def test_a_gzip_bomb_is_abandoned_at_a_hundred_times_its_size(tmp_path: Path) -> None:
    line = json.dumps(SOUND | {"id": "2"}).encode() + b"\n"
    bomb = gzip.compress(line + b" " * (100 << 20), 9)
    assert len(bomb) < 200_000
    count, failures = told(tmp_path, "bomb.jsonl.gz", bomb)
    assert count == 1
    assert any("unpacks to more than 100 times its size" in failure for failure in failures)
    packed = tmp_path / "bomb.jsonl.gz"
    packed.write_bytes(bomb)
    *_, last = read_sources([packed], tmp_path)
    assert isinstance(last, Rejected)
    # At most one line, of 16 MB, is read beyond the limit.
    assert 64 << 20 < last.size < (64 + 17) << 20


@pytest.mark.parametrize(("line", "records"), [(b"\n", 0), (b"{}\n", (1 << 20) + 1)])
def test_a_million_of_endless_short_lines_in_a_gzip_file_are_read(
    tmp_path: Path, line: bytes, records: int
) -> None:
    packed = tmp_path / "lines.jsonl.gz"
    packed.write_bytes(gzip.compress(line * (4 << 20), 9))
    assert packed.stat().st_size < 50_000
    kinds: Counter[type[Item | Rejected]] = Counter()
    for last in read_sources([packed], tmp_path):
        kinds[type(last)] += 1
    assert (kinds[Item], kinds[Rejected]) == (records, 1)
    # A line counts for 64 bytes, and 64 MB may be unpacked.
    assert last.where == f"{packed}:{(1 << 20) + 1}"


@pytest.mark.parametrize("line", [b"\n", b"{\n", b"\r\n", b"{}\n"])
def test_endless_short_lines_in_a_gzip_file_are_reported_and_others_are_read(
    tmp_path: Path, line: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(osce_search.corpus, "_UNPACKED_FREE", 1 << 20)
    content = json.dumps(SOUND | {"id": "2"}).encode() + b"\n" + line * (1 << 20)
    count, failures = told(tmp_path, "lines.jsonl.gz", gzip.compress(content, 9))
    assert count == 1
    assert any("a line counts for 64 bytes at least" in failure for failure in failures)


def test_records_of_a_few_words_are_read_from_a_gzip_file_to_the_last(tmp_path: Path) -> None:
    records = b"".join(b'{"id":"%d","title":"a","text":""}\n' % number for number in range(300_000))
    packed = tmp_path / "small.jsonl.gz"
    packed.write_bytes(gzip.compress(records, 9))
    assert sum(isinstance(item, Item) for item in read_sources([packed], tmp_path)) == 300_000


def test_an_archive_is_not_unpacked_and_a_packed_page_is_not_read(tmp_path: Path) -> None:
    for name, content in (
        ("a.zip", b"PK\3\4"),
        ("a.tar.gz", gzip.compress(b"x")),
        ("a.html.gz", b"\x1f\x8b"),
    ):
        count, failures = told(tmp_path, name, content)
        assert count == 0
        assert any("not an HTML, text, feed, e-mail or JSONL file" in failure for failure in failures)


def test_a_symbolic_link_out_of_the_source_is_not_followed(tmp_path: Path) -> None:
    source = tmp_path / "source"
    source.mkdir()
    (tmp_path / "secret.jsonl").write_text(json.dumps(SOUND | {"id": "secret"}))
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "a.jsonl").write_text(json.dumps(SOUND | {"id": "secret"}))
    (source / "link.jsonl").symlink_to("../secret.jsonl")
    (source / "linked").symlink_to("../folder")
    (source / "loop.jsonl").symlink_to("loop.jsonl")
    os.mkfifo(source / "pipe.jsonl")
    count, failures = told(tmp_path, "own.jsonl", json.dumps(SOUND | {"id": "2"}).encode())
    assert count == 1
    assert len([f for f in failures if "symbolic link" in f]) >= 2
    assert any("not a regular file" in failure for failure in failures)


PAGES: dict[str, Callable[[], bytes]] = {
    "deep": lambda: b"<div>" * 200_000 + b"<h1>A</h1><p>Text of a release.",
    "wide": lambda: b"<h1>A</h1>" + b"<p>x" * 300_000,
    "attributes": lambda: b"<h1>A</h1><p " + b"a=b " * 500_000 + b">Text",
    "entities": lambda: b"<h1>A</h1><p>" + b"&amp;lt;&#x110000;&#0;&bogus;" * 50_000,
    "laughs": lambda: (
        b'<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "ha">'
        + b"".join(b'<!ENTITY %c "%s">' % (98 + n, b"&%c;" % (97 + n) * 10) for n in range(12))
        + b"]><rss><channel><item><title>&m;</title><description>&m;</description></item></channel></rss>"
    ),
    "outside": lambda: (
        b'<?xml version="1.0"?><!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]><rss><channel><item><title>&x;'
        b"</title><description>&x; and more</description></item></channel></rss>"
    ),
    "letters": lambda: b"From: a\nSubject: " + b"=?utf-8?q?a?= " * 100_000 + b"\n\nText",
    "parts": lambda: (
        b"From: a\nSubject: s\nMIME-Version: 1.0\n"
        + b"".join(b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(3000))
    ),
    "dates": lambda: b"<h1>A</h1><p>" + b"VIENNA, 1 January 2010 - " * 50_000,
    "spaces": lambda: b"<h1>A</h1><p>" + b" \t\n" * 500_000 + b"x",
    "letters of no end": lambda: b"<h1>A</h1><p>" + b"a" * 4_000_000,
    "noise": lambda: random.Random(1).randbytes(1_000_000),
}


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("ending", [".html", ".txt", ".xml", ".eml"])
def test_a_hostile_page_is_read_or_refused_after_a_bounded_number_of_steps(name: str, ending: str) -> None:
    page = PAGES[name]()
    with count_work() as work:
        try:
            releases = extract(page, f"page{ending}")
        except OsceSearchError as error:
            assert str(error)
        else:
            for release in releases:
                text = release.to_json()
                assert "root:" not in text
                assert len(text) < 40_000_000
    assert work.calls < 10_000_000


def test_no_page_reaches_into_the_network(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    class Listener(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_error(404)

        def log_message(self, *_: object) -> None:
            """Log nothing."""

    with HTTPServer(("127.0.0.1", 0), Listener) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        there = f"http://127.0.0.1:{server.server_port}"
        page = (
            f'<!DOCTYPE html SYSTEM "{there}/dtd" [<!ENTITY e SYSTEM "{there}/entity">]><base href="{there}/base/">'
            f'<link rel=stylesheet href="{there}/style"><script src="{there}/script"></script><img src="{there}/img">'
            f"<h1>A visit</h1><p>VIENNA, 1 June 2010 - It began. &e;<iframe src={there}/frame></iframe>"
        ).encode()
        feed = page.replace(
            b"<base", b"<rss><channel><item><title>A</title><description>&e;</description></item>"
        )

        def refuse(_: socket.socket, address: object) -> None:
            asked.append(str(address))
            raise ConnectionRefusedError

        monkeypatch.setattr(socket.socket, "connect", refuse)
        for name, content in (("a.html", page), ("a.xml", feed), ("a.eml", b"Subject: a\n\n" + page)):
            told(tmp_path, name, content)
        server.shutdown()
    assert asked == []


def test_no_name_in_a_page_becomes_the_name_of_a_file(tmp_path: Path) -> None:
    before = set(tmp_path.parent.iterdir())
    line = {
        "id": "../../../escape",
        "title": "/etc/cron.d/x",
        "text": "B",
        "url": "file:///etc/passwd",
        "place": ["../x"],
    }
    told(tmp_path, "a.jsonl", json.dumps(line).encode())
    assert {path.name for path in tmp_path.iterdir()} == {"source", "index"}
    assert set(tmp_path.parent.iterdir()) == before
    assert all(re.match(r"_?MAIN_|osce-search\.json", path.name) for path in (tmp_path / "index").iterdir())


@pytest.mark.parametrize(
    "text",
    [
        "- " * 5000,
        "a: &a [x, x]\nb: &b [*a, *a]\nc: &c [*b, *b]\nd: [*c, *c]",
        "!!python/object/apply:os.system ['touch marker']",
        "[" * 20_000,
        "topics: 1",
        "\x00",
        "1 0 2 3 4 5 6",
        "1 0 2 9999999999999999999999999",
        "1 0 2 NaN",
    ],
)
def test_hostile_topics_and_judgements_are_refused_with_their_line(
    tmp_path: Path, text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("topics.yaml", "topics.tsv", "topics.jsonl", "qrels.txt", "qrels.tsv"):
        path = tmp_path / name
        path.write_text(text)
        with count_work() as work, pytest.raises(EvaluationError, match=re.escape(f"{path}:")):
            (read_judgements if "qrels" in name else read_topics)(path)
        assert work.calls < 200_000
    assert not (tmp_path / "marker").exists()


def test_an_endless_question_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "topics.tsv"
    path.write_text("1\t" + "a " * 500_000)
    (topic,) = read_topics(path)
    told(tmp_path, "own.jsonl", json.dumps(SOUND | {"id": "2"}).encode())
    with open_index(tmp_path / "index") as index:
        run = ask_topics([topic], IndexSearch(index))
    assert run.outcomes[0].reason.startswith("LimitExceeded: ")


def test_packed_topics_that_fill_the_memory_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "topics.tsv.gz"
    path.write_bytes(gzip.compress(b"1\tborder\n" + b" " * (100 << 20), 9))
    with pytest.raises(EvaluationError, match="unpacks to more than 100 times its size"):
        read_topics(path)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "code\n",
        'code,label\n"AL',
        "code,label\nAL",
        "code,label\n,Albania",
        "code,label\nAL," + "a" * 200_000,
        "\x00",
    ],
)
def test_a_hostile_vocabulary_is_refused_with_its_line(tmp_path: Path, text: str) -> None:
    path = tmp_path / "countries.csv"
    path.write_text(text)
    with pytest.raises(VocabularyError, match=r"countries\.csv"):
        read_table(path, ("code", "label"))
