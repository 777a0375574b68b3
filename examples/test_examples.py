"""Every example runs, and shows what it says."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import nbclient
import nbformat
import pytest
from django.test import Client
from starlette.testclient import TestClient

import osce_search

HERE = Path(__file__).parent


@pytest.fixture(scope="session", autouse=True)
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An index of the sample pages, which the environment names to the examples."""
    path = tmp_path_factory.mktemp("examples") / "index"
    osce_search.build([HERE.parent / "corpus"], path)
    os.environ["OSCE_SEARCH_INDEX"] = str(path)
    return path


def test_the_examples_run_with_the_wheel() -> None:
    assert "site-packages" in Path(osce_search.__file__).parts


def test_starlette_answers_as_json_under_filters() -> None:
    from starlette_app import app

    with TestClient(app, raise_server_exceptions=False) as client:
        everywhere = client.get("/search", params={"q": "border"}).json()
        there = client.get("/search", params={"q": "border", "country": "TJ"})
        assert there.status_code == 200
        counts = {value["value"]: value["count"] for value in everywhere["facets"]["country"]}
        assert there.json()["total"] == counts["TJ"] == len(there.json()["hits"]) > 0


def test_starlette_refuses_a_bad_question_with_its_message() -> None:
    from starlette_app import app

    with TestClient(app, raise_server_exceptions=False) as client:
        refused = client.get("/search", params={"q": "border", "since": "tomorrowish"})
    assert refused.status_code == 400
    assert "tomorrowish" in refused.json()["error"]


def test_django_shows_hits_marks_and_facets() -> None:
    import django_site  # noqa: F401

    page = Client().get("/", {"q": "border"}).content.decode()
    total = re.search(r"<p>(\d+) releases</p>", page)
    assert total
    assert int(total[1]) > 10
    assert "<mark>border</mark>" in page.lower()
    assert '<a href="?q=border&amp;country=TJ">Tajikistan</a>' in page


def test_django_escapes_what_was_typed() -> None:
    import django_site  # noqa: F401

    assert "<script>" not in Client().get("/", {"q": "<script>alert(1)</script>"}).content.decode()


def test_the_relevance_test_fails_when_ranking_gets_worse(tmp_path: Path) -> None:
    shutil.copytree(HERE / "relevance", tmp_path / "relevance", ignore=shutil.ignore_patterns("__pycache__"))
    (tmp_path / "pytest.ini").write_text("[pytest]\n")
    search = tmp_path / "relevance" / "search.py"
    search.write_text(search.read_text("utf-8").replace("limit=20", 'limit=20, sort="-date"'), "utf-8")
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "relevance"]
    run = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert run.returncode == 1
    assert "media: 2 must be in the first 1; it is at 3" in run.stdout


def test_the_notebook_runs_from_top_to_bottom() -> None:
    notebook = nbformat.read(HERE / "notebook.ipynb", as_version=4)
    assert not any(cell.get("outputs") for cell in notebook.cells), "clear the outputs before a commit"
    nbclient.NotebookClient(notebook, timeout=None, kernel_name="python3").execute()
    printed = json.dumps([cell.get("outputs") for cell in notebook.cells], ensure_ascii=False)
    assert "Tajikistan" in printed
