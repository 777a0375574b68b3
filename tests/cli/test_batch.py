"""Many questions in, as many answers out, in their order."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from pathlib import Path

import pytest

from osce_search.cli import batch
from tests.cli.conftest import Osce

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def index(osce: Osce, tmp_path: Path) -> str:
    titles = {"1": "media law", "2": "media prize", "3": "border guards"}
    records = ({"id": id, "title": title, "text": "x", "country": ["BA"]} for id, title in titles.items())
    (tmp_path / "records.jsonl").write_text("\n".join(map(json.dumps, records)))
    path = str(tmp_path / "index")
    assert osce("index", str(tmp_path / "records.jsonl"), "--index", path, "-q").code == 0
    return path


def test_each_line_has_its_answer_in_its_place(osce: Osce, index: str, tmp_path: Path) -> None:
    lines = (
        "media law",
        '{"input": "media", "sort": "title", "limit": 1}',
        "",
        '{"schema_version": 1, "query": {"input": "border", "filters": {"country": {"any": ["RS"]}}}}',
        '{"input": "media", "limit": -1}',
        "{broken",
        "guards",
    )
    (tmp_path / "questions.txt").write_text("\n".join(lines))
    outcome = osce("query", "--queries", str(tmp_path / "questions.txt"), "--index", index, "--country", "BA")
    assert outcome.code == 4
    answers = [json.loads(line) for line in outcome.out.splitlines()]
    totals = [
        answer["total"]["value"] if "total" in answer else answer["error"]["line"] for answer in answers
    ]
    assert totals == [1, 2, 0, 5, 6, 1]
    assert answers[0]["query"]["filters"] == {"country": {"any": ["BA"]}}
    assert len(answers[1]["hits"]) == 1
    assert answers[3]["error"]["detail"] == "-1 is not a valid limit"


def test_a_line_with_an_unknown_name_is_refused(osce: Osce, index: str, tmp_path: Path) -> None:
    lines = ('{"text": "media"}', '{"query": {"text": "media"}}', '{"query": []}', '{"input": "media"}')
    (tmp_path / "questions.txt").write_text("\n".join(lines))
    outcome = osce("query", "--queries", str(tmp_path / "questions.txt"), "--index", index)
    *refused, last = map(json.loads, outcome.out.splitlines())
    assert "a query has no 'text' (its names are input, " in refused[0]["error"]["detail"]
    assert refused[1]["error"]["detail"] == "a query under 'query' has its text under 'input'"
    assert "not a query" in refused[2]["error"]["detail"]
    assert last["total"]["value"] == 2


def test_a_line_that_is_too_long_is_refused_and_the_next_is_answered(
    osce: Osce, index: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batch, "LONGEST", 100)
    (tmp_path / "questions.txt").write_text("x" * 1000 + "\nmedia\n")
    outcome = osce("query", "--queries", str(tmp_path / "questions.txt"), "--index", index)
    first, second = map(json.loads, outcome.out.splitlines())
    assert "more than 100 characters" in first["error"]["detail"]
    assert second["total"]["value"] == 2


def test_questions_come_from_standard_input(index: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "osce_search", "query", "--queries", "-", "--index", index, "--no-facets"],
        input="media\nprize\n",
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert [json.loads(line)["total"]["value"] for line in io.StringIO(done.stdout)] == [2, 1]


def test_a_text_beside_a_file_and_a_missing_file_are_refused(osce: Osce, index: str) -> None:
    assert osce("query", "media", "--queries", "-", "--index", index).code == 2
    assert osce("query", "--queries", "/nowhere/questions", "--index", index).code == 2
