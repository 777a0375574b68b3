"""A setting is taken from the first place that has it, and a mistake in a file is named with the file."""

from __future__ import annotations

import json
from pathlib import Path

import click
import pytest

from osce_search.cli import program
from osce_search.errors import SettingsError
from osce_search.settings import SETTINGS, Value, load_settings
from tests.cli.conftest import Osce

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working directory, with the configuration of a user and of a system beside it."""
    for name in ("OSCE_SEARCH_INDEX", "OSCE_SEARCH_PROFILE", "OSCE_SEARCH_FORMAT", "OSCE_SEARCH_CONFIG"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "user"))
    monkeypatch.setenv("XDG_CONFIG_DIRS", f"{tmp_path / 'system'}:{tmp_path / 'other'}")
    (tmp_path / "work").mkdir()
    monkeypatch.chdir(tmp_path / "work")
    return tmp_path


def write(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


def test_without_a_file_every_setting_has_its_default(home: Path) -> None:
    assert load_settings() == {item.name: Value(item.default, "default") for item in SETTINGS}


def test_a_file_nearer_to_the_user_wins_and_the_environment_wins_over_files(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(
        home / "other" / "osce-search" / "config.toml",
        "search.limit = 1\nsearch.profile = 'plain'\nlook.width = 99\n",
    )
    write(home / "system" / "osce-search" / "config.toml", "search.limit = 2\nsearch.profile = 'recent'\n")
    user = write(home / "user" / "osce-search" / "config.toml", "[search]\nlimit = 3\nprofile = 'fast'\n")
    write(home / "work" / "osce-search.toml", "search.limit = 4\n")
    found = load_settings()
    assert found["search.limit"] == Value(4, "osce-search.toml")
    assert found["search.profile"] == Value("fast", str(user))
    assert found["look.width"].value == 99
    monkeypatch.setenv("OSCE_SEARCH_PROFILE", "plain")
    assert load_settings()["search.profile"] == Value("plain", "OSCE_SEARCH_PROFILE")


def test_a_file_that_is_named_takes_the_place_of_the_others(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(home / "work" / "osce-search.toml", "search.limit = 4\nlook.width = 70\n")
    named = write(home / "named.toml", "search.limit = 5\n")
    assert load_settings(named)["search.limit"].value == 5
    assert load_settings(named)["look.width"].value is None
    monkeypatch.setenv("OSCE_SEARCH_CONFIG", str(named))
    assert load_settings()["search.limit"] == Value(5, str(named))


def test_a_relative_index_counts_from_the_directory_of_its_file(home: Path) -> None:
    write(home / "user" / "osce-search" / "config.toml", "index.path = 'archive'\n")
    assert load_settings()["index.path"].value == str(home / "user" / "osce-search" / "archive")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("search.limt = 3", "osce-search.toml: there is no setting search.limt; did you mean search.limit?"),
        (
            "[nonsense]\nx = 1",
            "osce-search.toml: there is no setting nonsense.x (the settings are index.path, ",
        ),
        ("limit = 3", "osce-search.toml: there is no setting limit"),
        (
            "search.limit = 'ten'",
            "osce-search.toml: search.limit must be a whole number, at least 0, not 'ten'",
        ),
        (
            "search.limit = true",
            "osce-search.toml: search.limit must be a whole number, at least 0, not true",
        ),
        ("search.limit = -1", "osce-search.toml: search.limit must be a whole number, at least 0, not -1"),
        ("look.ascii = 1", "osce-search.toml: look.ascii must be true or false, not 1"),
        ("look.color = 'red'", "osce-search.toml: look.color must be one of auto, always, never, not 'red'"),
        ("search.format = 'xml'", "osce-search.toml: search.format must be one of table, json, jsonl, csv, "),
        ("search = [", "osce-search.toml: not TOML ("),
    ],
)
def test_a_mistake_in_a_file_is_named_with_the_file(home: Path, osce: Osce, text: str, message: str) -> None:
    write(home / "work" / "osce-search.toml", text)
    with pytest.raises(SettingsError) as caught:
        load_settings()
    assert str(caught.value).startswith(message)
    outcome = osce("query", "media")
    assert (outcome.code, outcome.err.startswith(f"Error: {message}")) == (2, True)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "search.timeout = 'soon'",
            "search.timeout: 'soon' is not a time above 0, such as 5, 2.5s or 500ms.",
        ),
        ("look.width = 10", "look.width: 10 is not in the range 40<=x<=500."),
        ("index.workers = 300", "index.workers: 300 is not in the range 1<=x<=256."),
    ],
)
def test_a_value_that_an_option_refuses_is_named_with_the_file(
    home: Path, osce: Osce, text: str, message: str
) -> None:
    write(home / "work" / "osce-search.toml", text)
    outcome = osce("index") if text.startswith("index") else osce("query", "media")
    assert (outcome.code, outcome.err) == (2, f"Error: osce-search.toml: {message}\n")


def test_a_wrong_value_in_the_environment_is_named_with_its_variable(
    home: Path, osce: Osce, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OSCE_SEARCH_FORMAT", "xml")
    outcome = osce("query", "media")
    assert outcome.code == 2
    assert outcome.err.startswith("Error: OSCE_SEARCH_FORMAT: search.format must be one of table, json, ")


def test_a_format_from_the_environment_is_left_out_by_commands_that_cannot_write_it(
    home: Path, osce: Osce, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OSCE_SEARCH_FORMAT", "bibtex")
    outcome = osce("vocabulary", "type")
    assert (outcome.code, outcome.err) == (0, "")


def test_the_formats_of_the_setting_are_those_of_queries(home: Path) -> None:
    query = program.get_command(click.Context(program), "query")
    assert query is not None
    option = next(option for option in query.params if option.name == "format_name")
    assert isinstance(option.type, click.Choice)
    setting = next(setting for setting in SETTINGS if setting.name == "search.format")
    assert setting.choices == tuple(option.type.choices)


def test_a_limit_of_zero_in_a_file_shows_no_hits(home: Path) -> None:
    write(home / "work" / "osce-search.toml", "search.limit = 0\n")
    assert load_settings()["search.limit"] == Value(0, "osce-search.toml")


def test_an_error_names_the_file_that_was_given_and_is_missing(home: Path, osce: Osce) -> None:
    outcome = osce("--config", "nope.toml", "query", "media")
    assert (outcome.code, outcome.err) == (2, "Error: nope.toml: No such file or directory\n")


def test_settings_are_the_defaults_of_options_and_a_flag_wins(home: Path, osce: Osce) -> None:
    records = (json.dumps({"id": str(n), "title": f"Media day {n}", "text": "It began."}) for n in range(9))
    write(home / "records.jsonl", "\n".join(records))
    assert osce("index", str(home / "records.jsonl"), "--index", str(home / "archive"), "-q").code == 0
    write(
        home / "work" / "osce-search.toml",
        "[index]\npath = '../archive'\n[search]\nlimit = 3\nformat = 'ids'\n",
    )
    assert len(osce("query", "media").out.split()) == 3
    assert len(osce("query", "media", "-n", "5").out.split()) == 5
    assert osce("query", "media", "--count").out == "9\n"
    assert '"total"' in osce("query", "media", "--format", "json").out
    # A format that a command does not have, and the number of hits where values are counted, are left out.
    assert osce("show", "1").out.startswith("Media day 1\n")
    assert osce("facets", "country", "--format", "json").code == 0


def test_config_show_prints_a_file_that_reads_back_and_where_each_value_comes_from(
    home: Path, osce: Osce
) -> None:
    write(home / "work" / "osce-search.toml", "[search]\nlimit = 3\n[look]\npager = false\n")
    shown = osce("config", "show", "--origin").out
    assert "search.limit = 3  # osce-search.toml\n" in shown
    assert 'search.profile = "default"  # default\n' in shown
    assert "# look.width =  # default\n" in shown
    copy = write(home / "copy.toml", osce("config", "show").out)
    values = {name: found.value for name, found in load_settings().items()}
    index = values.pop("index.path")
    assert {
        name: found.value for name, found in load_settings(copy).items() if name != "index.path"
    } == values
    told = json.loads(osce("config", "show", "--json").out)
    assert told["search.limit"] == {"value": 3, "origin": "osce-search.toml"}
    assert told["index.path"] == {"value": index, "origin": "default"}


def test_the_page_on_settings_lists_every_setting_with_its_default_and_meaning() -> None:
    page = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
    for item in SETTINGS:
        environment = f"`{item.environment}`" if item.environment else ""
        default = "" if item.default is None else f"`{json.dumps(item.default)}`"
        assert f"| `{item.name}` | {environment} | {default} | {item.about} |\n" in page
