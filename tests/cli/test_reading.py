"""One release, the index as a whole, and the vocabularies."""

from __future__ import annotations

import json

import pytest

from tests.backends.fake import FakeIndex
from tests.cli.conftest import Osce


def test_a_release_is_shown_as_text_or_record(osce: Osce, fake: FakeIndex) -> None:
    assert "inferred from the text" in osce("show", "900123", "--why").out
    assert "inferred from the text" not in osce("show", "900123").out
    value = json.loads(osce("show", "900123", "--json").out)
    assert value["schema_version"] == 1
    assert value["releases"][0]["country"] == ["BA", "RS"]
    assert len(value["releases"][0]["content_sha256"]) == 64
    assert osce("show", "900123", "900124", "--format", "bibtex").out.count("@misc") == 2


def test_the_address_of_a_page_stands_for_its_id(osce: Osce, fake: FakeIndex) -> None:
    shown = osce("show", "900123", "--jsonl").out
    assert osce("show", "https://www.osce.org/node/900123", "osce.org/fom/900123", "--jsonl").out == shown
    assert osce("quote", "https://www.osce.org/node/900123", "A conference opened").code == 0
    outcome = osce("show", "https://www.osce.org/about", "--jsonl")
    assert outcome.err == "Error: there is no release 'https://www.osce.org/about' in index\n"


def test_an_unknown_id_is_reported_and_the_others_are_shown(osce: Osce, fake: FakeIndex) -> None:
    outcome = osce("show", "1", "900123", "--jsonl")
    assert outcome.code == 1
    assert outcome.err == "Error: there is no release '1' in index\n"
    assert json.loads(outcome.out)["id"] == "900123"


@pytest.mark.parametrize("arguments", [("show", "1"), ("quote", "1", "a visit"), ("similar", "1")])
def test_every_command_reports_an_unknown_id_in_the_same_words(
    osce: Osce, fake: FakeIndex, arguments: tuple[str, ...]
) -> None:
    outcome = osce(*arguments)
    assert (outcome.code, outcome.err) == (1, "Error: there is no release '1' in index\n")


def test_stats_show_years_types_and_the_origin_of_labels(osce: Osce, fake: FakeIndex) -> None:
    outcome = osce("stats", "--width", "80")
    assert outcome.code == 0
    assert "2 releases in index" in outcome.out
    assert "Country                      2    50.0 %       0 %   50.0 %" in outcome.out
    value = json.loads(osce("stats", "--json").out)
    assert value["years"] == {"2015": {"press-release": 1}, "2016": {"no type": 1}}
    assert value["index"] == "0123abcd"


def test_a_label_is_resolved_to_its_value(osce: Osce) -> None:
    outcome = osce("vocabulary", "country", "Turkey", "fYROM", "--csv")
    assert [line.partition(",")[0] for line in outcome.out.splitlines()] == ["value", "TR", "MK"]
    outcome = osce("vocabulary", "country", "Turkey", "TR", "Turkey", "--csv")
    assert (outcome.code, outcome.out.count("TR,")) == (0, 1)
    outcome = osce("vocabulary", "field", "electons")
    assert outcome.code == 1
    assert "the nearest are elections (Elections)" in outcome.err


def test_vocabularies_are_listed(osce: Osce) -> None:
    assert "country" in osce("vocabulary").out
    outcome = osce("vocabulary", "--json")
    assert (outcome.code, outcome.out) == (2, "")
    assert "Which vocabulary as json? There are field, country," in outcome.err
    value = json.loads(osce("vocabulary", "field", "--json").out)
    assert {"value": "water-management", "parent": "environmental-activities"}.items() <= next(
        term for term in value["terms"] if term["value"] == "water-management"
    ).items()
    outcome = osce("vocabulary", "year")
    assert outcome.code == 2
    assert "year has no vocabulary" in outcome.err


def test_completion_scripts_name_the_program(osce: Osce) -> None:
    for shell in ("bash", "zsh", "fish"):
        assert "_OSCE_SEARCH_COMPLETE" in osce("completion", shell).out
