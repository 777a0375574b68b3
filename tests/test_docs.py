"""What the documents show works as they show it."""

from __future__ import annotations

import doctest
import importlib
import json
import re
import shutil
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[1]


def blocks(page: str) -> list[str]:
    """The Python blocks of a document."""
    return re.findall(r"^```python\n(.*?)^```", (ROOT / page).read_text(encoding="utf-8"), re.S | re.M)


def test_the_page_on_python_runs_from_top_to_bottom(
    sample_index: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copytree(sample_index, tmp_path / "index")
    monkeypatch.chdir(tmp_path)
    names: dict[str, Any] = {}
    for block in blocks("docs/python.md"):
        exec(compile(block, "docs/python.md", "exec"), names)
    printed = capsys.readouterr().out.splitlines()
    assert int(printed[0]) == len([line for line in printed if re.match(r"\S+ \d{4}-", line)]) > 0
    assert names["search"]("border") > 0
    application: Callable[[dict[str, str], Any], Iterable[bytes]] = names["application"]
    answer: list[str] = []
    body = json.loads(
        b"".join(
            application({"QUERY_STRING": "q=border&country=GE"}, lambda status, _: answer.append(status))
        )
    )
    assert answer == ["200 OK"]
    assert body["total"] == {value: count for value, _, count in body["facets"]["country"]}["GE"]
    refused = application(
        {"QUERY_STRING": "q=border&country=GE&q=a"}, lambda status, _: answer.append(status)
    )
    assert json.loads(b"".join(refused))["total"] > 0


def test_the_first_screen_shows_what_the_command_prints(
    sample_index: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from osce_search.cli import run

    (command, shown) = re.findall(
        r"^\$ osce-search (query [^\n]*)\n(.*?)^```",
        (ROOT / "README.md").read_text(encoding="utf-8"),
        re.S | re.M,
    )[0]
    assert f"osce-search {command}\n" in (ROOT / "Makefile").read_text(encoding="utf-8")
    assert run([*command.split(), "--index", str(sample_index)]) == 0
    # All but the last line, which names the releases by a fingerprint.
    assert capsys.readouterr().out.rpartition("\n\n")[0] + "\n" == shown


def test_the_first_lines_of_python_print_what_they_show(
    sample_index: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(sample_index, tmp_path / "index")
    monkeypatch.chdir(tmp_path)
    test = doctest.DocTestParser().get_doctest(blocks("README.md")[0], {}, "README.md", "README.md", 0)
    assert doctest.DocTestRunner().run(test) == doctest.TestResults(0, 5)


def test_the_page_on_an_answer_names_functions_that_exist_and_runs(
    sample_index: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = (ROOT / "docs" / "answer.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| \[`[^`]+`\]\(\.\./([\w/]+)\.py\) \| `([\w.]+)` \|", page, re.M)
    assert len(rows) > 15
    for path, name in rows:
        found: object = importlib.import_module(path.removesuffix("/__init__").replace("/", "."))
        for part in name.split("."):
            assert hasattr(found, part), f"docs/answer.md: {path} has no {name}"
            found = getattr(found, part)
    shutil.copytree(sample_index, tmp_path / "index")
    monkeypatch.chdir(tmp_path)
    session = doctest.DocTestParser().get_doctest(page, {}, "docs/answer.md", "docs/answer.md", 0)
    assert doctest.DocTestRunner().run(session) == doctest.TestResults(0, 14)


def test_every_public_name_is_documented() -> None:
    import osce_search

    text = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "docs").glob("*.md"))
    assert [name for name in osce_search.__all__ if name not in text and not name.startswith("__")] == []
