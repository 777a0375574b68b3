"""An unusable file of an index is named, with what to do, and exit code 3."""

from __future__ import annotations

import json
import struct
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest

from osce_search.cli import run as osce
from osce_search.index.storage.arrays import MAGIC
from osce_search.index.storage.generation import FILE, _checksum
from tests.reliability.history import make_history, run

HEAD = struct.Struct("<8sIQIII")


def of_another_format(data: bytes) -> bytes:
    """Rewrite a file of arrays as another version would, complete and with the right checksum."""
    fields = list(HEAD.unpack(data[: HEAD.size]))
    assert fields[0] == MAGIC
    fields[1] = 99
    head = HEAD.pack(*fields)[:-4]
    return head + struct.pack("<I", zlib.crc32(head)) + data[HEAD.size :]


CHANGES: dict[str, Callable[[bytes], bytes | None]] = {
    "missing": lambda data: None,
    "empty": lambda data: b"",
    "cut short to its header": lambda data: data[: HEAD.size],
    "cut short by one byte": lambda data: data[:-1],
    "longer by one byte": lambda data: data + b"\0",
    "altered in its header": lambda data: data[:9] + bytes([data[9] ^ 1]) + data[10:],
    "all zeros": lambda data: bytes(len(data)),
    "of another format": of_another_format,
}


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """Return the files of an index with deletions."""
    path = tmp_path_factory.mktemp("whole")
    first, *_ = make_history(4, 1, 30)
    run(path, first)
    run(path, type(first)((), (first.added[0].id,)))
    return {file.name: file.read_bytes() for file in path.iterdir()}


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("part", ["text", "columns", "records", "deleted", "neighbours"])
@pytest.mark.parametrize("command", [["query", "border"], ["show", "1"]], ids=" ".join)
def test_a_file_that_cannot_be_used_is_named_with_what_to_do(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    whole: dict[str, bytes],
    change: str,
    part: str,
    command: list[str],
) -> None:
    (name,) = (name for name in whole if name.endswith(f".{part}"))
    for other, data in whole.items():
        changed = CHANGES[change](data) if other == name else data
        if changed is not None:
            (tmp_path / other).write_bytes(changed)
    assert osce([*command, "--index", str(tmp_path)]) == 3
    told = " ".join(capsys.readouterr().err.split())
    assert name in told
    assert "osce-search index" in told
    assert "--rebuild" in told


@pytest.mark.parametrize("change", [{"format": 99}, {"analyzer": "release-latin-7"}])
def test_an_index_of_another_version_says_so(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], whole: dict[str, bytes], change: dict[str, object]
) -> None:
    for name, data in whole.items():
        (tmp_path / name).write_bytes(data)
    content = json.loads(whole[FILE])["index"] | change
    (tmp_path / FILE).write_text(json.dumps({"sha256": _checksum(content), "index": content}))
    assert osce(["query", "border", "--index", str(tmp_path)]) == 3
    told = " ".join(capsys.readouterr().err.split())
    assert str(next(iter(change.values()))) in told
    assert "--rebuild" in told
    assert osce(["verify", "--index", str(tmp_path)]) == 3
