"""An index from a stranger runs no code: its pickle for Whoosh is written and never loaded."""

from __future__ import annotations

import ast
import contextlib
import pickle
import re
import subprocess
import sys
from pathlib import Path

import pytest

from osce_search.backends import open_index
from osce_search.index.check.repair import repair
from osce_search.index.check.verification import verify
from osce_search.index.storage.generation import FILE
from osce_search.index.writer import IndexWriter
from osce_search.release import Release

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "osce_search"


class Payload:
    """An object that creates a file when it is unpickled."""

    def __init__(self, marker: Path) -> None:
        self.marker = marker

    def __reduce__(self) -> tuple[object, tuple[object, ...]]:
        return Path.touch, (self.marker,)


def make(path: Path) -> None:
    with IndexWriter(path) as writer:
        writer.add(Release(id="1", title="A visit", text="Border guards were trained."))
        writer.commit()


@pytest.fixture
def crafted(tmp_path: Path) -> tuple[Path, Path]:
    """An index whose table of contents creates a file when it is unpickled, and the path of that file."""
    path, marker = tmp_path / "index", tmp_path / "marker"
    make(path)
    toc = next(path.glob("_MAIN_*.toc"))
    from whoosh.fields import Schema
    from whoosh.filedb.filestore import FileStorage
    from whoosh.index import TOC

    toc.unlink()
    TOC(Schema(), [Payload(marker)], int(toc.stem.split("_")[-1])).write(FileStorage(str(path)), "MAIN")
    return path, marker


def test_stock_whoosh_runs_the_crafted_table_of_contents(crafted: tuple[Path, Path]) -> None:
    from whoosh.index import open_dir

    path, marker = crafted
    assert not marker.exists()
    with contextlib.suppress(Exception):  # How Whoosh fails afterwards makes no difference.
        open_dir(str(path)).reader()
    assert marker.exists()


def test_opening_searching_verifying_and_writing_do_not_run_it(crafted: tuple[Path, Path]) -> None:
    path, marker = crafted
    with open_index(path) as index:
        assert index.search("guards").total == 1
    toc = next(path.glob("_MAIN_*.toc"))
    found = verify(path, full=True)
    assert [problem.file for problem in found.problems] == [toc.name]
    with IndexWriter(path) as writer:
        writer.delete("9")
        assert writer.digests() == {"1": ""}
    repair(path, found=found)
    assert verify(path, full=True).problems == ()
    assert not marker.exists()


@pytest.mark.parametrize("command", [["query", "guards"], ["show", "1"], ["stats"], ["verify"], ["index"]])
def test_no_command_runs_it(crafted: tuple[Path, Path], tmp_path: Path, command: list[str]) -> None:
    path, marker = crafted
    if command == ["index"]:
        (tmp_path / "a.jsonl").write_text('{"id": "2", "title": "A", "text": "B"}\n')
        command = ["index", str(tmp_path / "a.jsonl")]
    words = [sys.executable, "-m", "osce_search", *command, "--index", str(path)]
    done = subprocess.run(words, cwd=ROOT, check=False, capture_output=True)
    assert done.returncode == (5 if command == ["verify"] else 0)
    assert not marker.exists()


def test_a_pickle_in_place_of_any_file_of_ours_is_refused_and_not_run(tmp_path: Path) -> None:
    path, marker = tmp_path / "index", tmp_path / "marker"
    make(path)
    for name in [file.name for file in path.iterdir() if file.name != "MAIN_WRITELOCK"]:
        whole = (path / name).read_bytes()
        (path / name).write_bytes(pickle.dumps(Payload(marker)))
        try:
            with open_index(path) as index:
                index.search("guards")
            verify(path)
        except Exception as error:
            assert type(error).__name__ in ("IndexDamaged", "IndexUnavailable"), name
        (path / name).write_bytes(whole)
    assert (path / FILE).exists()
    assert not marker.exists()


_RUNS = {"eval", "exec", "compile", "__import__"}
_UNPICKLES = {"pickle", "marshal", "shelve", "dill", "joblib", "cloudpickle", "code", "imp"}


def test_nothing_in_the_package_can_run_what_it_reads() -> None:
    """Search the names that modules import and call for pickle, eval and shells."""
    found = []
    for file in sorted(PACKAGE.rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            names: list[str] = []
            if isinstance(node, ast.Import):
                names = [alias.name.split(".")[0] for alias in node.names]
            elif isinstance(node, ast.ImportFrom):
                names = [(node.module or "").split(".")[0]]
            elif isinstance(node, ast.Call):
                if isinstance(node.func, ast.Name) and node.func.id in _RUNS:
                    found.append(f"{file.name}: {node.func.id}()")
                for keyword in node.keywords:
                    if keyword.arg in ("shell", "allow_pickle") and ast.unparse(keyword.value) != "False":
                        found.append(f"{file.name}: {keyword.arg}=")
            elif isinstance(node, ast.Attribute) and re.fullmatch(
                r"(yaml\.(unsafe_|full_)?load(_all)?|os\.system|os\.popen|np\.load|np\.fromfile)",
                ast.unparse(node),
            ):
                found.append(f"{file.name}: {ast.unparse(node)}")
            found.extend(f"{file.name}: import {name}" for name in names if name in _UNPICKLES)
    assert found == []


def test_readers_do_not_even_load_whoosh(tmp_path: Path) -> None:
    make(tmp_path)
    code = (
        "import sys; from osce_search.backends import open_index; open_index(sys.argv[1]).search('guards'); "
        "sys.exit('whoosh' in sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code, str(tmp_path)], cwd=ROOT, check=True)
