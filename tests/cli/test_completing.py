"""A shell is offered commands, facets and values with their counts, and is never kept waiting by a failure."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import Osce

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def folder(osce: Osce, tmp_path: Path) -> Path:
    records = [
        {
            "id": str(n),
            "title": "t",
            "text": "x",
            "country": ["BA"] if n else ["RS"],
            "place": ["Andorra la Vella"],
        }
        for n in range(3)
    ]
    (tmp_path / "records.jsonl").write_text("\n".join(map(json.dumps, records)))
    assert osce("index", str(tmp_path / "records.jsonl"), "--index", str(tmp_path / "index"), "-q").code == 0
    return tmp_path


def offer(folder: Path, line: str, shell: str = "zsh") -> list[str]:
    """What the shell is told for a line that ends where the cursor stands."""
    words = line.split(" ")
    environ = {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "XDG_CACHE_HOME": str(folder / "cache"),
        "XDG_STATE_HOME": str(folder / "state"),
        "_OSCE_SEARCH_COMPLETE": f"{shell}_complete",
        "COMP_WORDS": line,
        "COMP_CWORD": str(len(words) - 1),
    }
    code = "import sys; sys.argv = ['osce-search']; from osce_search.cli import main; main()"
    done = subprocess.run(
        [sys.executable, "-c", code], env=environ, cwd=folder, capture_output=True, text=True, check=True
    )
    assert done.stderr == ""
    return [line for line in done.stdout.splitlines() if line]


@pytest.mark.parametrize(
    ("line", "offered"),
    [
        ("osce-search vocabulary co", ["country"]),
        ("osce-search query --profile f", ["fast"]),
        ("osce-search trend --by ", ["year", "month"]),
    ],
)
def test_names_of_vocabularies_profiles_and_periods_are_completed(
    folder: Path, line: str, offered: list[str]
) -> None:
    assert offer(folder, line, "bash") == [f"plain,{name}" for name in offered]


def test_a_value_with_a_comma_is_completed_as_its_option_takes_it(osce: Osce, tmp_path: Path) -> None:
    record = {"id": "1", "title": "t", "text": "x", "source": ["Bureau, Office of Nothing"]}
    (tmp_path / "records.jsonl").write_text(json.dumps(record))
    path = str(tmp_path / "index")
    assert osce("index", str(tmp_path / "records.jsonl"), "--index", path, "-q").code == 0
    value = offer(tmp_path, "osce-search query --source bur")[1]
    assert value == "Bureau\\, Office of Nothing"
    assert osce("query", "--source", value, "--index", path, "--count").out == "1\n"


def test_commands_are_completed(folder: Path) -> None:
    assert offer(folder, "osce-search voc") == [
        "plain",
        "vocabulary",
        "List controlled values, or resolve labels.",
    ]


@pytest.mark.parametrize("typed", ["bos", "BA", "herz"])
def test_values_are_found_by_any_of_their_names_and_shown_with_their_counts(folder: Path, typed: str) -> None:
    assert offer(folder, f"osce-search query --country {typed}") == [
        "plain",
        "BA",
        "Bosnia and Herzegovina, 2",
    ]


def test_several_values_stand_behind_commas_and_conditions_behind_equals_signs(folder: Path) -> None:
    assert offer(folder, "osce-search query --country BA,ser")[1:] == ["BA,RS", "Serbia, 1"]
    assert offer(folder, "osce-search query --not country=ser")[1:] == ["country=RS", "Serbia, 1"]
    assert offer(folder, "osce-search query --not coun")[1:] == ["country=", "Country"]
    assert offer(folder, "osce-search facets lan")[1:] == ["language", "Language"]


def test_bash_is_given_a_value_that_stays_one_word(folder: Path) -> None:
    assert offer(folder, "osce-search query --place and", "bash") == ["plain,Andorra\\ la\\ Vella"]


@pytest.mark.parametrize("shell", ["bash", "zsh"])
def test_a_value_that_a_terminal_would_obey_is_not_offered(folder: Path, osce: Osce, shell: str) -> None:
    places = ["Pforte\x1b[31m", "Pferd\u202e", "Pfad\x00", "Pfalz"]
    record = {"id": "7", "title": "t", "text": "x", "place": places}
    (folder / "more.jsonl").write_text(json.dumps(record))
    assert osce("index", str(folder / "more.jsonl"), "--index", str(folder / "index"), "-q").code == 0
    offered = "\n".join(offer(folder, "osce-search query --place pf", shell))
    assert "Pfalz" in offered
    assert not any(part in offered for part in ("Pforte", "Pferd", "Pfad"))


def test_the_kept_values_are_those_of_the_index_as_it_is(folder: Path, osce: Osce) -> None:
    assert offer(folder, "osce-search query --country ser") != []
    (folder / "records.jsonl").write_text('{"id": "9", "title": "t", "text": "x", "country": ["MD"]}\n')
    osce("index", str(folder / "records.jsonl"), "--index", str(folder / "index"), "-q")
    assert offer(folder, "osce-search query --country ser") == []
    assert offer(folder, "osce-search query --country mol")[1] == "MD"


def test_without_an_index_nothing_is_offered_and_nothing_is_said(folder: Path) -> None:
    assert offer(folder, "osce-search query --index nowhere --country bos") == []
    (folder / "index" / "osce-search.json").write_text("damaged")
    assert offer(folder, "osce-search query --country bos") == []


def test_saved_searches_are_completed(folder: Path, osce: Osce, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(folder / "state"))
    osce("save", "media-law", "media", "law")
    assert offer(folder, "osce-search new med")[1] == "media-law"


@pytest.mark.parametrize(
    ("line", "offered"),
    [
        ("query border country:b", ["country\\:BA", "Bosnia and Herzegovina, 2"]),
        ("facets place border (country:ser", ["(country\\:RS", "Serbia, 1"]),
        ("trend country:BA,ser", ["country\\:BA,RS", "Serbia, 1"]),
        ("query place:and", ['place\\:"Andorra la Vella"', "3"]),
        ('query place:"and', ['place\\:"Andorra la Vella"', "3"]),
        ("query border coun", ["country\\:", "Country"]),
        ("query nothing:b", []),
        ("query border ", []),
    ],
)
def test_facets_and_their_values_are_completed_within_a_question(
    folder: Path, line: str, offered: list[str]
) -> None:
    # zsh is given a colon behind a backslash: what stands behind a bare one describes the value.
    assert offer(folder, f"osce-search {line}")[1:] == offered


@pytest.mark.parametrize(
    ("line", "offered"),
    [
        ("query country : ser", ["plain,RS"]),
        ("query country :", ["plain,BA", "plain,RS"]),
        ("query border place : and", ['plain,\\"Andorra\\ la\\ Vella\\"']),
    ],
)
def test_bash_which_takes_a_colon_for_a_word_is_given_what_stands_behind_it(
    folder: Path, line: str, offered: list[str]
) -> None:
    assert offer(folder, f"osce-search {line}", "bash") == offered


@pytest.mark.parametrize("command", ["show", "show 1", "similar", "quote"])
def test_ids_are_completed_with_their_titles(folder: Path, osce: Osce, command: str) -> None:
    record = {"id": "900123", "title": "A visit\x1b[31m", "text": "x", "date": "2015"}
    (folder / "more.jsonl").write_text(json.dumps(record))
    assert osce("index", str(folder / "more.jsonl"), "--index", str(folder / "index"), "-q").code == 0
    kind, id, title = offer(folder, f"osce-search {command} 90")
    assert (kind, id) == ("plain", "900123")
    assert title.startswith("A visit")
    assert "\x1b" not in title
    assert offer(folder, f"osce-search {command} 7") == []
