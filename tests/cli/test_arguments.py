"""Whatever is typed, the program ends with a documented exit code and never with a traceback."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from osce_search.cli import run

# Bytes that are no UTF-8 come in as halves of surrogate pairs.
BYTES = st.characters(min_codepoint=0xDC80, max_codepoint=0xDCFF)
ANYTHING = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0") | BYTES, max_size=12)
FLAGS = (
    "--country", "--field", "--source", "--type", "--place", "--lang", "--year", "--filter", "--not", "--match-all",
    "--missing", "--since", "--until", "--on", "--facet", "-n", "--offset", "--page", "--sort", "--tags", "--collapse",
    "--fields", "--format", "--width", "--color", "--profile", "--prefix", "--order", "--by", "--timeout", "--as",
    "--hyperlinks", "--schema",
)  # fmt: skip
SWITCHES = (
    "--any", "--strict", "--no-expand", "--all", "--json", "--jsonl", "--csv", "-0", "--count", "-q", "--explain",
    "--explain-query", "--no-facets", "--facets-only", "--exit-zero", "--no-color", "--ascii",
)  # fmt: skip
VALUES = ANYTHING | st.sampled_from(
    ["BA", "RS,BA", "country", "country=BA", "year", "month=2015-04", "2015", "2015-02-30", "country:3:lift", "0", "-1",
     "99999999999", "id,title", "json", "ids", "relevance", "_missing", "Turkey", "30 days ago", "2015..2017", "80"]
)  # fmt: skip
COMMANDS = (
    "query", "facets", "crosstab", "trend", "similar", "quote", "show", "vocabulary", "list", "nonsense",
)  # fmt: skip
ARGUMENT = (
    st.tuples(st.sampled_from(FLAGS), VALUES) | st.tuples(st.sampled_from(SWITCHES)) | st.tuples(ANYTHING)
)


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = tmp_path_factory.mktemp("arguments")
    records = (
        {"id": str(n), "title": f"Visit {n}", "text": "It began.", "country": ["BA"], "date": f"201{n}-04"}
        for n in range(5)
    )
    (folder / "records.jsonl").write_text("\n".join(map(json.dumps, records)))
    assert run(["index", str(folder / "records.jsonl"), "--index", str(folder / "index"), "-q"]) == 0
    return str(folder / "index")


@settings(
    max_examples=300,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    st.sampled_from(COMMANDS),
    st.lists(ARGUMENT, max_size=5),
)
def test_any_arguments_end_with_a_documented_exit_code(
    index: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    command: str,
    arguments: list[tuple[str, ...]],
) -> None:
    monkeypatch.setenv("OSCE_SEARCH_INDEX", index)
    monkeypatch.chdir(tmp_path)
    code = run([command, *(word for words in arguments for word in words)])
    told = capsys.readouterr()
    assert code in (0, 1, 2, 3, 4, 20, 21)
    assert "Traceback" not in told.err
    assert (code == 2) <= bool(told.err)
    printed = told.out.replace("\x1b[", "") if "--color" in str(arguments) else told.out
    assert not {"\x1b", "\x9b", "\u202e"} & set(printed)
