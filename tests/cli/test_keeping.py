"""Questions are saved, run, and watched for what is new; answers are asked again."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from osce_search.cli.answering import answer
from osce_search.index.writer import IndexWriter
from osce_search.release import Release
from tests.cli.conftest import Osce


@pytest.fixture
def index(osce: Osce, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    add(osce, tmp_path, {"1": "media law", "2": "media prize"})
    return str(tmp_path / "index")


def add(osce: Osce, folder: Path, titles: dict[str, str]) -> None:
    records = ({"id": id, "title": title, "text": "It was said today."} for id, title in titles.items())
    (folder / "records.jsonl").write_text("\n".join(map(json.dumps, records)))
    assert osce("index", str(folder / "records.jsonl"), "--index", str(folder / "index"), "-q").code == 0


def test_a_saved_question_is_run_by_its_name(osce: Osce, index: str) -> None:
    assert osce("save", "law", "media", "law", "--sort", "title").code == 0
    assert osce("run", "law", "--index", index, "--format", "ids").out == "1\n"
    assert osce("list").out == 'law\tosce-search query --sort title -- "media law"\n'
    assert osce("save", "law", "--remove").code == 0
    outcome = osce("run", "law", "--index", index)
    assert outcome.code == 2
    assert "no search is saved as 'law' (saved searches: none)" in outcome.err


def test_new_is_what_was_not_there_before(osce: Osce, index: str, tmp_path: Path) -> None:
    osce("save", "media", "media", "-n", "1")
    ids = ("--index", index, "--format", "ids")
    assert sorted(osce("new", "media", *ids, "--keep").out.split()) == ["1", "2"]
    assert sorted(osce("new", "media", *ids).out.split()) == ["1", "2"]
    outcome = osce("new", "media", *ids)
    assert (outcome.code, outcome.out) == (1, "")
    add(osce, tmp_path, {"1": "media law edited", "3": "media day", "4": "concert"})
    assert osce("new", "media", "--index", index, "--count", "--keep").out == "1\n"
    assert osce("new", "media", *ids).out == "3\n"
    assert osce("run", "media", *ids, "-q").code == 0
    assert osce("new", "media", *ids).code == 1


@pytest.mark.parametrize("command", ["new", "run"])
def test_a_release_added_during_an_answer_is_new_the_next_time(
    osce: Osce, index: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    osce("save", "media", "media")

    def write_and_add(*arguments: Any) -> Any:
        results = answer(*arguments)
        with IndexWriter(tmp_path / "index") as writer:
            writer.add(Release("9", "media day", "It was said today."))
            writer.commit()
        return results

    with monkeypatch.context() as patch:
        patch.setattr(f"osce_search.cli.commands.{command}.answer", write_and_add)
        assert osce(command, "media", "--index", index, "--format", "ids").code == 0
    assert osce("new", "media", "--index", index, "--format", "ids").out == "9\n"


def test_a_saved_question_that_cannot_be_read_hides_no_other(osce: Osce, index: str, tmp_path: Path) -> None:
    assert osce("save", "law", "media").code == 0
    (tmp_path / "state" / "osce-search" / "searches" / "bad.json").write_text("[")
    outcome = osce("list")
    assert (outcome.code, outcome.out) == (0, "law\tosce-search query -- media\n")
    assert "bad.json: not a saved search" in outcome.err
    assert osce("save", "bad", "--remove").code == 0
    assert osce("list").err == ""


@pytest.mark.parametrize("command", ["new", "run"])
def test_a_release_folded_beneath_another_is_new_once(
    osce: Osce, tmp_path: Path, index: str, command: str
) -> None:
    def report(number: int, title: str) -> None:
        with IndexWriter(Path(index)) as writer:
            writer.add(Release(f"r{number}", title, "Nothing happened.", type="daily-report"))
            writer.commit()

    report(1, "A report")
    report(2, "B report")
    osce("save", "reports", "report", "--collapse", "series", "--sort", "title")
    ids = ("--index", index, "--format", "ids")
    osce(command, "reports", *ids)
    assert osce("new", "reports", *ids).out == ""
    report(3, "C report")
    report(0, "0 report")
    assert osce("new", "reports", *ids).out.split() == ["r0", "r3"]
    assert osce("new", "reports", *ids).out == ""


def test_a_question_that_cannot_be_read_is_not_saved(osce: Osce, index: str) -> None:
    assert osce("save", "bad", "media AND (law", "--strict").code == 2
    assert osce("save", "../bad", "media").code == 2
    assert (
        "no ranking profile 'fats'; did you mean fast?" in osce("save", "bad", "m", "--profile", "fats").err
    )
    assert osce("list").out == ""


def test_an_answer_is_asked_again(osce: Osce, index: str, tmp_path: Path) -> None:
    path = tmp_path / "answer.json"
    osce("query", "media", "--index", index, "--json", "-o", str(path))
    outcome = osce("replay", str(path), "--index", index)
    assert outcome.code == 0
    assert outcome.out.startswith("The answer is the same.\n")
    add(osce, tmp_path, {"2": "media prize", "3": "media day"})
    outcome = osce("replay", str(path), "--index", index)
    assert outcome.code == 5
    assert "index    other releases" in outcome.out
    value = json.loads(osce("replay", str(path), "--index", index, "--json").out)
    assert {change["id"] for change in value["changes"]} >= {"1", "3"}
    assert value["total"] == {"before": 2, "now": 2}


@pytest.mark.parametrize(
    "options",
    [
        ("media", "--facets-only", "--json"),
        ("media", "--count", "--json-out"),
        ("media", "-q", "--json-out"),
        ("law", "prize", "--json"),
        ("law", "prize", "--format", "csv", "--json-out"),
        ("law", "prize", "--offset", "1", "--json"),
    ],
)
def test_an_answer_of_any_kind_is_the_same_when_it_is_asked_again(
    osce: Osce, index: str, tmp_path: Path, options: tuple[str, ...]
) -> None:
    path = str(tmp_path / "answer.json")
    kept = (path,) if options[-1] == "--json-out" else ("-o", path)
    osce("query", "--index", index, *options, *kept)
    outcome = osce("replay", path, "--index", index)
    assert (outcome.code, outcome.out.splitlines()[0]) == (0, "The answer is the same.")


def test_a_file_that_is_no_answer_is_refused(osce: Osce, index: str, tmp_path: Path) -> None:
    path = tmp_path / "answer.json"
    for content, message in (
        ("{}", "answer.json: not an answer"),
        ("[", "not JSON"),
        ("[" * 100_000, "not JSON"),
    ):
        path.write_text(content)
        outcome = osce("replay", str(path), "--index", index)
        assert outcome.code == 2
        assert message in outcome.err
    osce("query", "media", "--index", index, "--json", "--fields", "title", "-o", str(path))
    outcome = osce("replay", str(path), "--index", index)
    assert (outcome.code, "'id' is missing; write it without --fields" in outcome.err) == (2, True)
    assert osce("replay", str(tmp_path / "missing"), "--index", index).code == 2


def test_a_question_is_printed_for_other_surfaces(osce: Osce) -> None:
    arguments = ("query", "media", "--country", "BA", "--as")
    assert osce(*arguments, "url").out == "/search?q=media&country=BA\n"
    assert osce(*arguments, "cli").out == "osce-search query --country BA -- media\n"
    assert 'index.search("media", filters={"country": ["BA"]})' in osce(*arguments, "python").out
    assert json.loads(osce(*arguments, "json").out)["query"]["filters"] == {"country": {"any": ["BA"]}}


def test_a_surface_asks_the_index_that_was_chosen(osce: Osce, monkeypatch: pytest.MonkeyPatch) -> None:
    outcome = osce("query", "media", "--index", "mine", "--as", "cli")
    assert outcome.out == "osce-search query --index mine -- media\n"
    monkeypatch.setenv("OSCE_SEARCH_INDEX", "theirs")
    assert osce("query", "media", "--as", "cli").out == "osce-search query -- media\n"
    assert 'open_index("theirs")' in osce("query", "media", "--as", "python").out


def test_what_matches_only_in_part_is_never_new(osce: Osce, index: str, tmp_path: Path) -> None:
    osce("save", "court", "media", "court")
    assert osce("new", "court", "--index", index).code == 1
    add(osce, tmp_path, {"1": "media law", "2": "media prize", "3": "media in court"})
    assert osce("new", "court", "--index", index, "--format", "ids").out == "3\n"


def test_a_question_with_bytes_that_are_no_text_is_saved_and_run(osce: Osce, index: str) -> None:
    assert osce("save", "law", "media\udcff").code == 0
    assert osce("run", "law", "--index", index, "--count").out == "2\n"
    assert "\\xff" in osce("query", "media\udcff", "--as", "cli").out
    assert osce("query", "media\udcff\ud800", "--as", "url").out == "/search?q=media%ED%B3%BF%ED%A0%80\n"


@pytest.mark.parametrize(
    ("saved", "typed", "answered"),
    [
        ((), (), "1\n2\n"),
        ((), ("-n", "1"), "1\n"),
        (("-n", "1"), (), "1\n"),
        (("-n", "1"), ("--page", "2"), "2\n"),
        (("-n", "1"), ("--offset", "1"), "2\n"),
        (("-n", "1"), ("--all",), "1\n2\n"),
        (("--all",), ("--offset", "1"), "2\n"),
        (("--all",), ("--page", "2"), ""),
    ],
)
def test_a_saved_question_is_run_with_its_page_or_the_page_that_is_typed(
    osce: Osce, index: str, saved: tuple[str, ...], typed: tuple[str, ...], answered: str
) -> None:
    assert osce("save", "media", "media", "--sort", "title", *saved).code == 0
    ids = ("--index", index, "--format", "ids")
    assert osce("run", "media", *ids, *typed).out == answered


def test_a_saved_question_is_replaced_only_when_that_is_asked_for(osce: Osce, index: str) -> None:
    assert osce("save", "mine", "media").code == 0
    outcome = osce("save", "mine", "law")
    assert outcome.code == 2
    assert outcome.err == (
        "Error: a search is saved as 'mine' already; replace it with --replace, or take another name\n"
    )
    assert osce("list").out == "mine\tosce-search query -- media\n"
    assert osce("save", "mine", "law", "--replace").code == 0
    assert osce("list").out == "mine\tosce-search query -- law\n"


def test_new_says_how_many_matched_before_where_nothing_is_new(osce: Osce, index: str) -> None:
    osce("save", "media", "media")
    osce("save", "zebra", "zebra")
    osce("run", "media", "--index", index, "-q")
    assert osce("new", "media", "--index", index).out.splitlines()[0] == (
        "Nothing is new: 2 releases matched before"
    )
    told = osce("new", "media", "--index", index, "--format", "ids")
    assert (told.code, told.err) == (1, "note: nothing is new: 2 releases matched before\n")
    notes = json.loads(osce("new", "media", "--index", index, "--json").out)["query"]["notes"]
    assert notes == ["nothing is new: 2 releases matched before"]
    assert osce("new", "zebra", "--index", index).out.splitlines()[0] == "No release matches"
