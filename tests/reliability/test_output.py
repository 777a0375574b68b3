"""No text of a release controls a terminal or a spreadsheet when it is printed."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from osce_search.cli import run
from tests.reliability.test_hostile import told

OBEYED = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
EVIL = (
    "\x1b]8;;http://x/\x1b\\link\x1b]8;;\x07 \x1b]0;owned\x07 \x1b[2J \u202edesrever\u202c \u2066a\u2069 \x9b31m \x85 "
    "\u2028 \U000e0041 <script>alert(1)</script> [x](javascript:alert(1)) ![y](http://x/y) `code` | a *visit*"
)
FORMATS = {
    "query visit": "table json jsonl csv tsv md ids bibtex ris csl-json",
    "query visit --explain --facet source --facet country --facet field --facet place --color always": "table md",
    "query visit --explain-query": "table",
    "show 7": "text json jsonl bibtex ris csl-json",
    "show 7 --why --color always": "text json",
    "facets source": "table json csv tsv md",
    "facets place": "table json csv tsv md",
    "crosstab source place": "table json csv tsv",
    "trend visit": "table json csv tsv",
    "similar 7": "table json jsonl ids",
    "quote 7 visit": "text json",
    "stats": "table json",
}
ASKED = (
    *(
        ["query", EVIL, *more]
        for more in ([], ["--explain-query"], ["--as", "cli"], ["--as", "url"], ["--strict"])
    ),
    *(["query", "visit", option, EVIL] for option in ("--country", "--since", "--fields", "--profile")),
    ["query", "visit", "--filter", f"source={EVIL}", "--strict"],
    ["query", "visit", "--filter", EVIL],
    ["facets", EVIL],
    ["facets", "source", "--prefix", EVIL],
    ["show", EVIL],
    ["similar", EVIL],
    ["quote", "7", EVIL],
    ["replay", EVIL],
    ["index", EVIL],
)


@pytest.fixture(scope="module")
def hostile_index(tmp_path_factory: pytest.TempPathFactory) -> str:
    """An index of a release with harmful text in every field."""
    folder = tmp_path_factory.mktemp("hostile")
    named = {name: [EVIL] for name in ("place", "source", "field", "country", "flags")}
    said = dict.fromkeys(("title", "text", "type", "parser"), EVIL)
    origin = {"value": EVIL, "origin": EVIL, "evidence": EVIL}
    record = {"id": "7", **named, **said, "url": f"https://x/{EVIL}", "provenance": {"source": [origin]}}
    sums = {
        "id": "=8",
        "title": "=1+1",
        "text": "@visit",
        "source": ["+1"],
        "place": ["-1"],
        "url": "javascript:x",
    }
    told(folder, "a\x1b[31m.jsonl", f"{json.dumps(record)}\n{json.dumps(sums)}".encode())
    return str(folder / "index")


@pytest.mark.parametrize(
    "command",
    [
        *(
            [*command.split(), "--format", name]
            for command, names in FORMATS.items()
            for name in names.split()
        ),
        *ASKED,
    ],
    ids=" ".join,
)
def test_terminal_sequences_are_not_printed(
    hostile_index: str, capsys: pytest.CaptureFixture[str], command: list[str]
) -> None:
    assert run([*command, "--index", hostile_index]) in (0, 1, 2)
    printed = capsys.readouterr()
    # The colours come from us, and the format of RIS asks for its line ends.
    plain = re.sub(r"\x1b\[[\d;]*m", "", printed.out + printed.err).replace("\r\n", "\n")
    assert not OBEYED.search(plain)
    if {"csv", "tsv"} & set(command):
        assert not re.search(r"(?:^|[,\t])\"?[=+@-]", plain, re.MULTILINE)
    if "md" in command:
        plain = re.sub(
            r"\(<https:[^<>\n]*>\)", "", plain
        )  # Between these brackets an address is all that can be.
        assert not re.search(r"(?<!\\)<script|(?<!\\)\]\(<?javascript|(?<!\\)!\[", plain)


def test_a_failure_names_a_hostile_file_on_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source = tmp_path / "source"
    source.mkdir()
    (source / "a\n\x1b[31m\u202e.jsonl").write_text("{")
    run(["index", str(source), "--index", str(tmp_path / "index")])
    printed = capsys.readouterr()
    assert not OBEYED.search(printed.out + printed.err)
