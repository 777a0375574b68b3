"""Fuzz: pages, questions, records and indexes altered at random → only documented errors, within a time.

`python -m tests.reliability.fuzz TARGET MINUTES SEED` alters samples; with a fourth argument `guided` and the package
atheris it searches for inputs that reach new code. Each defect is named once for its place in the code.
"""

from __future__ import annotations

import hashlib
import importlib
import json
import math
import random
import re
import shutil
import signal
import sys
import tempfile
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

import numpy as np

from osce_search.backends import open_index
from osce_search.builder.ingestion import read_item
from osce_search.corpus import Item
from osce_search.errors import BudgetExceeded, ExtractionError, IndexUnavailable, QueryError
from osce_search.extraction import extract
from osce_search.formats.characters import neutralise
from osce_search.index.check.verification import verify
from osce_search.index.storage import generation
from osce_search.index.storage.arrays import ArrayReader, ArrayWriter
from osce_search.index.storage.generation import FILE
from osce_search.index.writer import IndexWriter
from osce_search.parser import parse
from osce_search.query import print_tree
from osce_search.release import Release
from tests.reliability.history import answer_all, make_history, run

__all__ = ["TARGETS", "Findings", "fuzz"]

ROOT = Path(__file__).resolve().parents[2]
_OBEYED = re.compile("[\0-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
SECONDS = 20
"""The processor time that one input may take, in seconds."""

_TOKENS = {
    "page": "<table> <td> </div> <!-- --> <![CDATA[ ]]> <script> <svg> <meta charset=utf-16> <title> <h1> &#0; "
    "&#x110000; &amp; <p> <a href='/node/1'> <br> <base href=x> <time datetime='9999-99-99'> "
    "<!DOCTYPE [<!ENTITY a 'b'>]> &a; "
    "VIENNA, 31 February 2010 From: Subject: Date: MIME-Version: Content-Type: multipart/mixed; boundary=a --a <rss> "
    "<item> <entry> \x00 \ufeff \u202e \ud7ff 29 1 January 0000",
    "question": '" ( ) [ ] { } ~ ^ * ? : - + AND OR NOT NEAR/3 TO country: date: year: title: id: >= <= .. /a/ \\ '
    "~2 ^3 2010-02-30 9999 -1 1e9 \u202e \x00 \u0130 \u1e9e \ud55c",
    "record": '{ } [ ] , : null true NaN Infinity -0 1e999 "id" "title" "text" "date" "country" "provenance" "\\ud800" '
    '"\\u0000" "9999-12-31" "0001-01-01" "-1" {"a":{"a":{}}} [[[[]]]]',
}


@dataclass
class Findings:
    """The number of inputs, and for each defect its place, its message and the first input that showed it."""

    inputs: int = 0
    defects: dict[str, tuple[str, bytes]] = field(default_factory=dict)


class TooSlow(Exception):
    """An input takes too long."""


def fuzz(name: str, seed: int, *, seconds: float = math.inf, inputs: float = math.inf) -> Findings:
    """Alter the samples of a target at random, and pass each of them to it.

    Stop after a number of inputs, or when the processor has spent the seconds on them. Ctrl-C stops it before that;
    the findings until then are returned.
    """
    dice = random.Random(seed)
    target, samples = TARGETS[name]()
    findings = Findings()
    until = time.process_time() + seconds
    tokens = [token.encode("utf-8", "surrogatepass") for token in _TOKENS.get(name, "").split(" ") if token]
    # Processor time does not depend on the load of the machine.
    signal.signal(signal.SIGPROF, _stop)
    while findings.inputs < inputs and time.process_time() < until:
        data = _alter(dice, samples, tokens)
        findings.inputs += 1
        signal.setitimer(signal.ITIMER_PROF, SECONDS)
        try:
            target(data)
        except KeyboardInterrupt:
            return findings
        except Exception as error:
            frames = traceback.extract_tb(error.__traceback__)
            place = next((f for f in reversed(frames) if "osce_search" in f.filename), frames[-1])
            key = f"{type(error).__name__} at {Path(place.filename).name}:{place.lineno}"
            findings.defects.setdefault(key, (f"{error}"[:300], data))
        finally:
            signal.setitimer(signal.ITIMER_PROF, 0)
    return findings


def _stop(_: int, __: FrameType | None) -> None:
    raise TooSlow(f"more than {SECONDS} seconds")


def _alter(dice: random.Random, samples: list[bytes], tokens: list[bytes]) -> bytes:
    data = bytearray(dice.choice(samples))
    for _ in range(dice.choice((1, 1, 2, 4, 8, 32))):
        place = dice.randint(0, len(data))
        kind = dice.randrange(7)
        if kind == 0 and data:
            data[place % len(data)] ^= 1 << dice.randrange(8)
        elif kind == 1:
            data[place:place] = dice.choice(tokens or [dice.randbytes(4)])
        elif kind == 2:
            del data[place : place + dice.choice((1, 4, 30, 300))]
        elif kind == 3:
            data[place:place] = data[place : place + dice.choice((5, 50, 500))] * dice.choice((1, 2, 20, 200))
        elif kind == 4:
            other = dice.choice(samples)
            start = dice.randint(0, len(other))
            data[place:place] = other[start : start + dice.choice((10, 100, 1000))]
        elif kind == 5:
            data[place:place] = dice.choice(tokens or [b"\0"]) * dice.choice((2, 50, 3000))
        else:
            data[place : place + 2] = chr(
                dice.choice((dice.randrange(0xD800), dice.randrange(0xE000, 0x110000)))
            ).encode()
        if len(data) > 300_000:
            del data[300_000:]
    return bytes(data)


def _pages() -> tuple[Callable[[bytes], None], list[bytes]]:
    folder = ROOT / "corpus" / "pages"
    samples = [file.read_bytes() for file in sorted(folder.iterdir()) if file.suffix != ".toml"]

    def target(data: bytes) -> None:
        try:
            releases = extract(data, ("page.html", "page.txt", "page.eml")[len(data) % 3])
        except ExtractionError as error:
            assert str(error)
        else:
            for release in releases:
                assert Release.from_record(json.loads(release.to_json()), resolve=False) == release
        _read("page", data)

    return target, samples


def _read(kind: str, data: bytes) -> tuple[Release, ...]:
    read = read_item(Item(kind, data, "a", "a", hashlib.sha256(data).hexdigest()))  # type: ignore[arg-type]
    assert "defect to report" not in read.failure, read.failure
    for release in read.releases:
        release.to_json().encode()
    return read.releases


def _records() -> tuple[Callable[[bytes], None], list[bytes]]:
    samples = [release.to_json().encode() for step in make_history(1, 3, 10) for release in step.added]
    waiting: list[Release] = []

    def target(data: bytes) -> None:
        for line in data.splitlines()[:5]:
            waiting.extend(_read("record", line))
        if len(waiting) > 300:
            with tempfile.TemporaryDirectory() as directory:
                releases = {release.id: release for release in waiting}
                waiting.clear()
                with IndexWriter(Path(directory)) as writer:
                    for release in releases.values():
                        writer.add(release)
                    writer.commit()
                assert verify(Path(directory), full=True).problems == ()
                with open_index(directory) as index:
                    found = index.search("", facets=["country", "source", "year"], limit=None)
                    assert {hit.id for hit in found.hits} == set(releases)
                    assert all(index.get(id) == release for id, release in releases.items())

    return target, samples


def _questions() -> tuple[Callable[[bytes], None], list[bytes]]:
    samples = [
        b'"election observers" AND (police OR border*) -training country:BA date:2010..2012 title:"media freedom"~2',
        b"water~ NEAR/5 museum^2 source:odihr NOT (a OR b) year:2010 id:12",
        "Свобода СМИ в Молдове и Приднестровье".encode(),
        b"date:[2004-02 TO 2005] type:press-release,news place:Vienna",
    ]
    path = Path(tempfile.mkdtemp())
    run(path, make_history(1, 1, 60)[0])
    index = open_index(path)

    def target(data: bytes) -> None:
        text = data.decode("utf-8", "surrogateescape" if len(data) % 2 else "replace")
        for strict in (False, True):
            try:
                reading = parse(text, strict=strict, operator="any" if len(data) % 3 else "all")
                printed = print_tree(reading.tree)
                assert parse(printed).tree == reading.tree, f"{printed!r} is read as another question"
                for _ in index.search(text, strict=strict, facets=["country", "year"]).hits:
                    pass
            except (QueryError, BudgetExceeded) as error:
                assert not _OBEYED.search(neutralise(str(error)))

    return target, samples


def _indexes() -> tuple[Callable[[bytes], None], list[bytes]]:
    """Indexes with forged numbers and right checksums; the input chooses the numbers."""
    whole = Path(tempfile.mkdtemp()) / "whole"
    for step in make_history(5, 4, 30):
        run(whole, step)
    right = answer_all(whole)
    names = [
        file.name
        for file in sorted(whole.iterdir())
        if file.suffix in (".text", ".columns", ".records", ".deleted", ".neighbours")
    ]

    def target(data: bytes) -> None:
        dice = random.Random(data)
        path = whole.with_name("forged")
        shutil.rmtree(path, ignore_errors=True)
        shutil.copytree(whole, path)
        _forge(path, dice.choice(names), dice)
        try:
            problems = verify(path, full=True).problems
        except IndexUnavailable:
            return
        if problems:
            return
        try:
            told = answer_all(path)
        except IndexUnavailable:
            return
        assert [item[1:] for item in told] == [item[1:] for item in right], "verified, and answers wrongly"

    return target, [bytes(range(8))]


def _forge(path: Path, name: str, dice: random.Random) -> None:
    """Alter one array of a file, and make all checksums right again."""
    reader = ArrayReader(path / name)
    arrays = {key: np.array(reader.array(key)) for key in reader.names()}
    key = dice.choice([key for key, array in arrays.items() if len(array)])
    array = arrays[key]
    kind = dice.randrange(6)
    if kind == 0:
        array[dice.randrange(len(array))] ^= array.dtype.type(
            1 << dice.randrange(array.dtype.itemsize * 8 - 1)
        )
    elif kind == 1:
        array[dice.randrange(len(array))] = array[dice.randrange(len(array))]
    elif kind == 2:
        arrays[key] = np.delete(array, dice.randrange(len(array)))
    elif kind == 3:
        arrays[key] = np.append(array, array[-1:])
    elif kind == 4:
        # The same bytes as signed numbers.
        arrays[key] = array.view(np.dtype(f"i{array.dtype.itemsize}"))
    else:
        arrays[key] = np.roll(array, 1)
    (path / name).unlink()
    with ArrayWriter(path / name) as writer:
        for other, content in arrays.items():
            writer.write(other, content)
    text = json.loads((path / FILE).read_text())["index"]
    for segment in text["segments"]:
        for number, part in enumerate(("text", "columns", "records")):
            if f"{segment['name']}.{part}" == name:
                segment["stamps"][number] = writer.stamp
        if segment.get("deleted", {}).get("file") == name:
            segment["deleted"]["stamp"] = writer.stamp
    if text["neighbours"]["file"] == name:
        text["neighbours"]["stamp"] = writer.stamp
    forged = {"sha256": generation._checksum(text), "index": text}
    (path / FILE).write_text(json.dumps(forged))


TARGETS: dict[str, Callable[[], tuple[Callable[[bytes], None], list[bytes]]]] = {
    "page": _pages,
    "question": _questions,
    "record": _records,
    "index": _indexes,
}


def _fuzz_guided(name: str, seconds: float, seed: int) -> None:
    """Let atheris alter the samples until the first defect."""
    atheris = importlib.import_module("atheris")
    target, samples = TARGETS[name]()
    atheris.instrument_all()
    folder = tempfile.mkdtemp()
    for number, sample in enumerate(samples):
        Path(folder, str(number)).write_bytes(sample)
    options = [
        f"-max_total_time={seconds:.0f}",
        f"-seed={seed}",
        f"-timeout={SECONDS}",
        "-max_len=100000",
        "-verbosity=0",
    ]
    atheris.Setup([sys.argv[0], *options, "-print_final_stats=1", folder], target)
    atheris.Fuzz()


if __name__ == "__main__":
    chosen, minutes, first = sys.argv[1], float(sys.argv[2]), int(sys.argv[3])
    if sys.argv[4:] == ["guided"]:
        _fuzz_guided(chosen, minutes * 60, first)
    told = fuzz(chosen, first, seconds=minutes * 60)
    spent = time.process_time() / 60
    print(
        f"{chosen}: {told.inputs:,} inputs in {spent:.1f} minutes of a processor, {len(told.defects)} defects"
    )
    for key, (message, data) in told.defects.items():
        print(f"  {key}: {message}\n    {data[:400]!r}")
    sys.exit(bool(told.defects))
