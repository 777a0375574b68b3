"""Tables, trends, likeness and quotations on the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Osce


@pytest.fixture
def index(osce: Osce, tmp_path: Path) -> str:
    records = [
        {
            "id": str(number),
            "title": f"Dogs and {word} in training",
            "text": f"The {word} went on for {number} days – and “ended” well.",
            "date": f"{2010 + number % 3}-05-01",
            "field": ["policing"] if number % 2 else ["elections"],
            "source": ["odihr"],
        }
        for number, word in enumerate(["kennel", "kennel", "border", "border", "lorry", "lorry"])
    ]
    (tmp_path / "records.jsonl").write_text("\n".join(map(json.dumps, records)))
    path = str(tmp_path / "index")
    assert osce("index", str(tmp_path / "records.jsonl"), "--index", path, "-q").code == 0
    return path


def test_a_table_of_two_facets(osce: Osce, index: str) -> None:
    outcome = osce("crosstab", "field", "year", "--index", index)
    assert outcome.out == (
        "           2010  2011  2012\nElections     1     1     1\nPolicing      1     1     1\n"
    )
    outcome = osce("crosstab", "field:1", "year", "--index", index, "--csv")
    assert outcome.out == "field,2010,2011,2012\nElections,1,1,1\n"
    outcome = osce("facets", "field", "--prefix", "pol", "--index", index, "--csv")
    assert outcome.out == "facet,value,label,count,of\nfield,policing,Policing,3,3\n"
    outcome = osce("facets", "field", "--prefix", "xyz", "--index", index)
    assert outcome.code == 1
    assert outcome.err == "no value of field among these releases has a word that begins with 'xyz'\n"
    value = json.loads(osce("crosstab", "field", "source", "kennel", "--index", index, "--json").out)
    assert (value["schema_version"], value["question"], value["total"]) == (1, "kennel", 2)
    assert osce("crosstab", "field", "year", "nothing", "--index", index).code == 1
    assert osce("crosstab", "field", "field", "--index", index).code == 2


def test_a_table_for_programs_has_all_values_and_counts_those_beyond_a_limit(
    osce: Osce, tmp_path: Path
) -> None:
    records = (
        {"id": str(n), "title": "t", "text": "x", "place": [f"Place {n}"], "date": "2010"} for n in range(20)
    )
    (tmp_path / "records.jsonl").write_text("\n".join(map(json.dumps, records)))
    path = str(tmp_path / "index")
    osce("index", str(tmp_path / "records.jsonl"), "--index", path, "-q")
    outcome = osce("crosstab", "place", "year", "--index", path, "--csv")
    assert (len(outcome.out.splitlines()), outcome.err) == (21, "")
    assert len(json.loads(osce("crosstab", "place", "year", "--index", path, "--json").out)["rows"]) == 20
    assert "not shown: 5 more values of place" in osce("crosstab", "place", "year", "--index", path).out
    outcome = osce("crosstab", "place:19", "year", "--index", path, "--csv")
    assert (len(outcome.out.splitlines()), outcome.err) == (20, "note: not shown: 1 more value of place\n")


def test_a_csv_trend_reports_undated_releases_on_stderr(osce: Osce, tmp_path: Path) -> None:
    records = [{"id": n, "title": "t", "text": "x"} | ({"date": "2010"} if n == "1" else {}) for n in "123"]
    (tmp_path / "records.jsonl").write_text("\n".join(map(json.dumps, records)))
    path = str(tmp_path / "index")
    osce("index", str(tmp_path / "records.jsonl"), "--index", path, "-q")
    outcome = osce("trend", "--index", path, "--csv")
    assert (outcome.out, outcome.err) == (
        "year,count,of,share\n2010,1,1,1.0\n",
        "note: 2 without a year, in no row\n",
    )


def test_a_trend(osce: Osce, index: str) -> None:
    outcome = osce("trend", "kennel", "--index", index, "--width", "40", "--ascii")
    assert outcome.out == (
        "2 releases for kennel\n\n"
        "2010  1 of 2   50.0 % ##################\n"
        "2011  1 of 2   50.0 % ##################\n"
    )
    outcome = osce("trend", "kennel", "--index", index, "--csv")
    assert outcome.out == "year,count,of,share\n2010,1,2,0.5\n2011,1,2,0.5\n"
    assert osce("trend", "kennel", "--by", "country", "--index", index).code == 2
    assert osce("trend", "nothing", "--index", index).code == 1


def test_similar_releases(osce: Osce, index: str) -> None:
    assert osce("similar", "0", "--index", index, "--format", "ids", "-n", "1").out == "1\n"
    value = json.loads(osce("similar", "0", "--index", index, "--json").out)
    assert value["terms"][0]["text"] == "kennel"
    assert osce("similar", "osce.org/node/0", "--index", index, "--format", "ids", "-n", "1").out == "1\n"
    assert "like Dogs and kennel in training" in osce("similar", "0", "--index", index).out
    outcome = osce("similar", "0", "--index", index, "--offset", "50")
    assert (outcome.code, outcome.out.splitlines()[-1]) == (1, "No hit on this page; 1 release in all")
    assert "No such option '--sort'" in osce("similar", "0", "--sort", "date", "--index", index).err
    outcome = osce("similar", "99", "--index", index)
    assert (outcome.code, outcome.out) == (1, "")


def test_quotations(osce: Osce, index: str) -> None:
    outcome = osce("quote", "3", 'went on for 3 days - and "ended"', "--index", index)
    assert outcome.code == 0
    assert outcome.out.startswith("The release says exactly this.\nwhere    text, characters 11 to 43\n")
    outcome = osce("quote", "3", "went on for four days and ended", "--index", index)
    assert "differs  “four” is “3” there" in outcome.out
    value = json.loads(osce("quote", "3", "nobody said that sort of thing", "--index", index, "--json").out)
    assert (value["verdict"], len(value["content_sha256"])) == ("no", 64)
    assert osce("quote", "3", "nobody said that sort of thing", "--index", index).code == 1
    assert osce("quote", "3", "?", "--index", index).code == 2
