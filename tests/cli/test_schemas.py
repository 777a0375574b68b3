"""Every JSON that a command writes follows the schema that is published for it."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest

from tests.cli.conftest import Osce

SCHEMAS = Path(__file__).parents[2] / "docs" / "schema"


def validate(text: str, name: str) -> None:
    schema = json.loads((SCHEMAS / f"{name}-1.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator(schema).validate(json.loads(text))


@pytest.mark.parametrize("path", sorted(SCHEMAS.glob("*.json")), ids=lambda path: path.stem)
def test_each_schema_is_valid(path: Path) -> None:
    jsonschema.Draft202012Validator.check_schema(json.loads(path.read_text(encoding="utf-8")))


def test_output_for_the_sample_pages_follows_its_schema(osce: Osce, corpus: Path, tmp_path: Path) -> None:
    index = ("--index", str(tmp_path / "index"))
    validate(osce("index", str(corpus), *index, "--json", "--workers", "1").out, "report")
    answer = osce(
        "query", "border guards", "--country", "GE,MD", "--explain", "--collapse", "text", *index, "--json"
    ).out
    validate(answer, "answer")
    validate(osce("query", "zzzqqq borders", "--strict", "--lang", "en", *index, "--json").out, "answer")
    validate(osce("query", "border", "--explain-query", *index, "--json").out, "reading")
    validate(osce("stats", *index, "--json").out, "stats")
    validate(osce("vocabulary", "source", "--json").out, "vocabulary")
    validate(osce("crosstab", "country", "year", "border", *index, "--json").out, "crosstab")
    validate(osce("trend", "border", "--by", "month", *index, "--json").out, "trend")
    id = json.loads(answer)["hits"][0]["id"]
    validate(osce("similar", id, *index, "--json").out, "similar")
    validate(osce("quote", id, "border guards said nothing at all", *index, "--json").out, "quotation")
    validate(osce("quote", id, "border", *index, "--json").out, "quotation")
    validate(osce("show", id, *index, "--json").out, "releases")
    (tmp_path / "answer.json").write_text(answer)
    validate(osce("replay", str(tmp_path / "answer.json"), *index, "--json").out, "replay")


def test_every_record_of_the_sample_pages_follows_its_schema(osce: Osce, corpus: Path) -> None:
    lines = osce("extract", str(corpus)).out.splitlines()
    assert len(lines) > 100
    for line in lines:
        validate(line, "record")
