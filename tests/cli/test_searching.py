"""Flags become one call of the library, and its answer becomes text in the format asked for."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
from pathlib import Path

import pytest

from osce_search.index.writer import IndexWriter
from osce_search.query import MISSING, FacetRequest, Filter
from osce_search.release import Release
from tests.backends.fake import FakeIndex, make_results
from tests.cli.conftest import Osce


def test_words_and_flags_are_passed_on(osce: Osce, fake: FakeIndex) -> None:
    outcome = osce(
        *(
            "query",
            "media",
            "freedom",
            "--country",
            "BA,Serbia",
            "--country",
            "XK",
            "--filter",
            "topic=elections",
        ),
        *(
            "--not",
            "type=news",
            "--missing",
            "place",
            "--match-all",
            "country",
            "--since",
            "2015",
            "--until",
            "2016-02",
        ),
        *(
            "--sort",
            "-date",
            "--page",
            "3",
            "-n",
            "20",
            "--facet",
            "country:5:alpha",
            "--facet",
            "year:all",
            "--any",
        ),
        *("--no-expand", "--strict", "--tags", "assigned", "--profile", "plain"),
    )
    assert outcome.code == 0
    assert fake.asked == [
        {
            "text": "media freedom",
            "filters": (
                Filter("country", ("BA", "Serbia", "XK"), "all"),
                Filter("field", ("elections",)),
                Filter("place", (MISSING,)),
                Filter("type", ("news",), "none"),
            ),
            "since": dt.date(2015, 1, 1),
            "until": dt.date(2016, 2, 29),
            "facets": (FacetRequest("country", 5, "label"), FacetRequest("year", None, "date")),
            "limit": 20,
            "offset": 40,
            "sort": "-date",
            "profile": "plain",
            "operator": "any",
            "strict": True,
            "expand": False,
            "explain": False,
            "tags": "assigned",
            "collapse": "none",
            "relax": True,
        }
    ]


def test_a_label_that_holds_a_comma_is_one_value(osce: Osce, fake: FakeIndex) -> None:
    osce("query", "--country", "Macedonia, the former Yugoslav Republic of")
    values = fake.asked[0]["filters"][0].values
    assert values in (
        ("Macedonia, the former Yugoslav Republic of",),
        ("Macedonia", "the former Yugoslav Republic of"),
    )
    osce("query", "--country", "BA, RS ,")
    assert fake.asked[1]["filters"][0].values == ("BA", "RS")


def test_a_day_a_month_or_a_year_is_a_period(osce: Osce, fake: FakeIndex) -> None:
    osce("query", "--on", "2015-02")
    assert (fake.asked[0]["since"], fake.asked[0]["until"]) == (dt.date(2015, 2, 1), dt.date(2015, 2, 28))


def test_usual_facets_are_counted_where_the_format_shows_them(osce: Osce, fake: FakeIndex) -> None:
    for arguments in ((), ("--json",), ("--csv",), ("--no-facets",), ("--format", "ids")):
        osce("query", *arguments)
    names = [[request.name for request in asked["facets"]] for asked in fake.asked]
    usual = ["country", "field", "source", "type", "year"]
    assert names == [usual, usual, [], [], []]
    assert fake.asked[0]["facets"][-1] == FacetRequest("year", None, "date")


@pytest.mark.parametrize("name", ["table", "md", "ids", "ris"])
def test_fields_are_refused_where_the_format_has_its_own(osce: Osce, fake: FakeIndex, name: str) -> None:
    outcome = osce("query", "media", "--format", name, "--fields", "id")
    assert outcome.code == 2
    assert f"--fields goes with json, jsonl, csv, tsv, not {name}" in outcome.err


def test_counts_without_a_place_in_the_format_go_to_the_json_file(
    osce: Osce, fake: FakeIndex, tmp_path: Path
) -> None:
    kept = str(tmp_path / "answer.json")
    outcome = osce("query", "--format", "ids", "--facet", "country", "--fields", "id", "--json-out", kept)
    assert outcome.code == 0
    assert [request.name for request in fake.asked[0]["facets"]] == ["country"]


def test_the_number_of_hits_goes_to_the_file_that_was_named(
    osce: Osce, fake: FakeIndex, tmp_path: Path
) -> None:
    outcome = osce("query", "media", "--count", "-o", str(tmp_path / "number"))
    assert (outcome.code, outcome.out) == (0, "")
    assert (tmp_path / "number").read_text() == osce("query", "media", "--count").out


def test_all_is_without_a_limit(osce: Osce, fake: FakeIndex) -> None:
    osce("query", "--all", "--jsonl")
    assert (fake.asked[0]["limit"], fake.asked[0]["offset"]) == (None, 0)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--json", "--csv"), "--json and --csv exclude each other"),
        (("--json", "--format", "md"), "--json and --format md exclude each other"),
        (("--all", "-n", "5"), "--all excludes --limit and --page"),
        (("--page", "2", "--offset", "5"), "--page and --offset exclude each other"),
        (("--csv", "--facet", "country"), "or --facets-only for the counts alone"),
        (
            ("--format", "ids", "--facet", "country"),
            "--format ids has no place for --facet; --json-out FILE keeps",
        ),
        (("--on", "2015", "--since", "2014"), "--on excludes --since and --until"),
        (("--since", "2016", "--until", "2015"), "--since 2016 is later than --until 2015; exchange them"),
        (("--since", "2015-13"), "--since: there is no month 13 in '2015-13'"),
        (("--until", "2015-02-30"), "--until: "),
        (
            ("--filter", "country"),
            "--filter takes a facet and a value, as in country=BA; 'country' has no '='",
        ),
        (("--country", ","), "the value of country is empty"),
        (("--match-all", "country"), "--match-all country needs values of country"),
        (("--not", "contry=BA"), "there is no facet called 'contry'; did you mean country?"),
        (("--facet", "cuntry"), "did you mean country?"),
        (
            ("--facet", "country:many"),
            "'many' is neither a number of values, nor 'all', nor an order (count, ",
        ),
        (("--fields", "id,name"), "a hit has no field 'name'"),
        (("--json", "-0"), "-0 goes with --format ids, not json"),
        (("--facets-only", "--no-facets"), "exclude each other"),
        (("--facets-only", "--format", "ris"), "--facets-only does not go with --format ris"),
        (("--nonsense",), "No such option"),
        (("-n", "-1"), "Invalid value"),
        (("--timeout", "0"), "'0' is not a time above 0, such as 5, 2.5s or 500ms."),
        (("--timeout", "soon"), "'soon' is not a time above 0"),
        (("--sort", "best"), "Invalid value"),
    ],
)
def test_a_mistake_gives_a_sentence_and_exit_code_2(
    osce: Osce, fake: FakeIndex, arguments: tuple[str, ...], message: str
) -> None:
    if "--fields" in arguments:
        arguments = (*arguments, "--json")
    outcome = osce("query", "media", *arguments)
    assert outcome.code == 2
    assert message in " ".join(outcome.err.split())
    assert outcome.out == ""


def test_no_hits_is_exit_code_1_unless_told_otherwise(osce: Osce, fake: FakeIndex) -> None:
    fake.results = make_results(total=0, hits=(), facets={})
    assert osce("query", "media").code == 1
    assert osce("query", "media", "--exit-zero").code == 0
    assert osce("query", "media", "--json").code == 1


def test_count_is_a_number_and_quiet_is_nothing(osce: Osce, fake: FakeIndex) -> None:
    assert osce("query", "media", "--count").out == "143\n"
    assert osce("query", "media", "-q").out == ""
    assert [(asked["limit"], asked["facets"]) for asked in fake.asked] == [(0, ()), (0, ())]


def test_json_goes_to_stdout_and_beside_other_output_to_a_file(
    osce: Osce, fake: FakeIndex, tmp_path: Path
) -> None:
    outcome = osce("query", "media", "--json", "--fields", "id")
    value = json.loads(outcome.out)
    assert value["hits"] == [{"id": "900123"}, {"id": "900124"}]
    assert outcome.err == ""
    osce("query", "media", "--json-out", str(tmp_path / "answer.json"), "--fields", "id")
    assert json.loads((tmp_path / "answer.json").read_text())["hits"] == value["hits"]


def test_output_goes_to_a_file_whole_or_not_at_all(osce: Osce, fake: FakeIndex, tmp_path: Path) -> None:
    path = tmp_path / "hits.csv"
    path.write_text("before")
    assert osce("query", "media", "--csv", "--fields", "name", "-o", str(path)).code == 2
    assert path.read_text() == "before"
    assert osce("query", "media", "--csv", "--fields", "id", "-o", str(path)).out == ""
    assert path.read_text() == "id\n900123\n900124\n"
    assert [entry.name for entry in tmp_path.iterdir()] == ["hits.csv"]
    outcome = osce("query", "media", "--csv", "-o", str(tmp_path / "missing" / "hits.csv"))
    assert outcome.code == 2
    assert "No such file or directory" in outcome.err


@pytest.mark.parametrize(
    "name", ["json", "jsonl", "csv", "tsv", "md", "ids", "bibtex", "ris", "csl-json", "table"]
)
def test_no_format_lets_a_page_reach_the_terminal(osce: Osce, fake: FakeIndex, name: str) -> None:
    outcome = osce("query", "media", "--format", name)
    assert outcome.code == 0
    assert "900123" in outcome.out
    assert not {"\x1b", "\x07", "\x9b", "\u202e"} & set(outcome.out)


def test_ids_can_end_with_nul(osce: Osce, fake: FakeIndex) -> None:
    assert osce("query", "media", "-0").out == "900123\x00900124\x00"


def test_colour_is_for_terminals_and_for_those_who_ask(
    osce: Osce, fake: FakeIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "\x1b[" not in osce("query", "media").out
    assert "\x1b[1;31m" in osce("query", "media", "--color", "always").out
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert "\x1b[1;31m" in osce("query", "media").out
    assert "\x1b[" not in osce("query", "media", "--no-color").out


def test_the_format_can_come_from_the_environment(
    osce: Osce, fake: FakeIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OSCE_SEARCH_FORMAT", "ids")
    assert osce("query", "media").out == "900123\n900124\n"
    assert osce("query", "media", "--json").out.startswith("{")


def test_another_version_of_the_schema_has_exit_codes_of_its_own(osce: Osce, fake: FakeIndex) -> None:
    assert osce("query", "media", "--json", "--schema", "0").code == 20
    assert osce("query", "media", "--json", "--schema", "2").code == 21


def test_explain_query_prints_the_reading_without_hits(osce: Osce, fake: FakeIndex) -> None:
    assert "read as  media AND freedom" in osce("query", "media", "--explain-query").out
    value = json.loads(osce("query", "media", "--explain-query", "--json").out)
    assert value["query"]["parsed"] == "media AND freedom AND country:BA"
    assert fake.asked[0]["limit"] == 0


def test_counts_alone(osce: Osce, fake: FakeIndex) -> None:
    outcome = osce("query", "media", "--facets-only", "--csv")
    rows = list(csv.reader(io.StringIO(outcome.out)))
    assert rows[0] == ["facet", "value", "label", "count", "of"]
    assert ["country", "_missing", "(not specified)", "9", ""] in rows
    assert fake.asked[0]["limit"] == 0


def test_one_facet_is_counted_whole_unless_limited(osce: Osce, fake: FakeIndex) -> None:
    counts = make_results().facets["country"]
    fake.results = make_results(facets={"country": counts}, hits=())
    outcome = osce("facets", "countries", "media", "--since", "2015", "--order", "lift", "--csv")
    assert outcome.code == 0
    assert fake.asked[0]["facets"] == (FacetRequest("country", None, "lift"),)
    assert fake.asked[0]["text"] == "media"
    assert "country,BA,Bosnia and Herzegovina,61,812" in outcome.out
    assert "BA" in osce("facets", "country", "--prefix", "herz", "--csv").out
    assert osce("facets", "country", "--prefix", "zzz").code == 1


def test_values_with_the_prefix_beyond_the_limit_are_counted_in_releases(osce: Osce, tmp_path: Path) -> None:
    with IndexWriter(tmp_path) as writer:
        for id, country in (("1", ("AL",)), ("2", ("AL", "AM", "AZ")), ("3", ("AM",)), ("4", ("HU",))):
            writer.add(Release(id, "A visit", "It began.", country=country))
        writer.commit()
    limited = ("facets", "country", "--prefix", "a", "-n", "1", "--index", str(tmp_path), "--csv")
    assert osce(*limited).out.splitlines()[1:] == [
        "country,AL,Albania,2,2",
        "country,_other,2 other values,2,",
    ]
    assert osce(*limited, "--country", "HU").out.splitlines()[-1] == "country,_other,2 other values,2,"
    assert osce(*limited, "--not", "country=AL").out.splitlines()[1:] == ["country,AM,Armenia,1,2"]


@pytest.mark.parametrize("name", ["csv", "tsv"])
def test_csv_counts_never_include_partial_matches(osce: Osce, fake: FakeIndex, name: str) -> None:
    outcome = osce("facets", "country", "media", "--format", name)
    assert fake.asked[0]["relax"] is False
    assert (outcome.code, outcome.err) == (0, "note: the word 'the' was left out\n")


@pytest.mark.parametrize("name", ["table", "json", "md"])
def test_counts_of_partial_matches_have_the_exit_code_of_no_hits(
    osce: Osce, fake: FakeIndex, name: str
) -> None:
    fake.results = make_results(relaxed=True)
    assert osce("facets", "country", "media", "--format", name).code == 1
    assert fake.asked[0]["relax"] is True


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        (("--", "-kyiv", "media"), "-kyiv media"),
        (("media", "-kyiv"), "media -kyiv"),
        (("-kyiv", "media"), "-kyiv media"),
        (("elections", "-observers", "-n", "5", "-note"), "elections -observers -note"),
        (("media", "-2015", "--country", "BA", "-q0x", "--", "--json", "-n"), "media -2015 -q0x --json -n"),
        (("media", "-"), "media -"),
        (("media", "-spot report"), "media -spot report"),
    ],
)
def test_a_word_with_a_minus_belongs_to_the_question(
    osce: Osce, fake: FakeIndex, arguments: tuple[str, ...], text: str
) -> None:
    assert osce("query", *arguments).code == 0
    assert fake.asked[0]["text"] == text


def test_short_options_stay_options_beside_words(osce: Osce, fake: FakeIndex, tmp_path: Path) -> None:
    assert osce("query", "media", "-n5", "-o", str(tmp_path / "-out"), "--json").code == 0
    assert fake.asked[0]["limit"] == 5
    assert (tmp_path / "-out").exists()
    assert osce("query", "media", "-q").out == ""
    assert "Usage" in osce("query", "media", "-h").out
    assert osce("query", "media", "-x").code == 2
    assert osce("query", "media", "--not").code == 2
    assert osce("query", "media", "--country", "-BA").code == 0
    assert fake.asked[-1]["filters"] == (Filter("country", ("-BA",)),)


@pytest.mark.parametrize("name", ["csv", "tsv", "jsonl", "ids", "bibtex", "ris", "csl-json"])
def test_a_format_without_notes_never_lists_partial_matches(osce: Osce, fake: FakeIndex, name: str) -> None:
    osce("query", "media", "--format", name)
    assert fake.asked[0]["relax"] is False
    assert osce("query", "media", "--format", name).err == "note: the word 'the' was left out\n"
    for arguments in (("--count",), ("-q",)):
        osce("query", "media", *arguments)
        assert fake.asked[-1]["relax"] is False


def test_a_number_of_hits_comes_with_the_notes_on_how_the_question_was_read(
    osce: Osce, fake: FakeIndex
) -> None:
    assert osce("query", "media", "--count").err == "note: the word 'the' was left out\n"
    assert osce("query", "media", "--count", "--quiet").err == ""


@pytest.mark.parametrize("name", ["table", "json", "md"])
def test_partial_matches_have_the_exit_code_of_no_hits(osce: Osce, fake: FakeIndex, name: str) -> None:
    fake.results = make_results(relaxed=True)
    assert osce("query", "media", "--format", name).code == 1
    assert osce("query", "media", "--format", name, "--exit-zero").code == 0
    assert "relax" not in fake.asked[0] or fake.asked[0]["relax"]
