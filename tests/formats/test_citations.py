"""Reference managers get what a citation needs."""

from __future__ import annotations

import datetime as dt
import io
import json
import re

import pytest

from osce_search.formats.citations import CITATIONS, today, write_bibtex, write_csl, write_ris
from osce_search.release import Release
from tests.backends.fake import CONFERENCE, HOSTILE

ACCESSED = dt.date(2024, 2, 29)


def test_bibtex_has_corporate_authors_date_and_address() -> None:
    out = io.StringIO()
    write_bibtex([CONFERENCE], out.write, ACCESSED)
    assert out.getvalue() == (
        "@misc{osce900123,\n"
        "  title = {{Media freedom conference opens in Sarajevo}},\n"
        "  author = {{Representative on Freedom of the Media}},\n"
        "  date = {2015-04-23},\n"
        "  year = {2015},\n"
        "  month = apr,\n"
        "  publisher = {{Organization for Security and Co-operation in Europe}},\n"
        "  note = {Press release},\n"
        "  url = {https://www.osce.example/fom/900123},\n"
        "  urldate = {2024-02-29}\n"
        "}\n\n"
    )


def test_bibtex_of_a_hostile_page_stays_one_entry() -> None:
    out = io.StringIO()
    write_bibtex([HOSTILE], out.write, ACCESSED)
    text = out.getvalue()
    assert "url = {javascript:alert(1)//�[2J%7B%7D}" in text
    assert "author = {{+49 (unknown)}}" in text
    assert "publisher" not in text
    assert text.count("{") == text.count("}")


@pytest.mark.parametrize(
    "title", ["A { lone brace", "A } lone brace", r"\{ and } and \\", "@misc{x, title = {y}}"]
)
def test_no_title_ends_an_entry_of_bibtex_or_keeps_it_open(title: str) -> None:
    out = io.StringIO()
    write_bibtex([Release("1", title, "…"), Release("2", "Another", "…")], out.write, ACCESSED)
    entries, depth = [""], 0
    for char in out.getvalue().rstrip():
        depth += (char == "{") - (char == "}")
        entries[-1] += char
        if char == "}" and not depth:
            entries.append("")
    assert [entry.strip()[:12] for entry in entries] == ["@misc{osce1,", "@misc{osce2,", ""]


def test_releases_of_different_ids_have_different_keys_in_bibtex() -> None:
    out = io.StringIO()
    ids = ("a/b", "a-b", "a b", "ф", "ы", "574126")
    write_bibtex([Release(id, "A visit", "…") for id in ids], out.write, ACCESSED)
    keys = re.findall(r"@misc\{([A-Za-z0-9:.-]+),", out.getvalue())
    assert len(set(keys)) == len(ids)
    assert {"oscea-b", "osce574126"} <= set(keys)


def test_ris_lines_have_a_tag_and_end_with_cr_lf() -> None:
    out = io.StringIO()
    write_ris([CONFERENCE, HOSTILE], out.write, ACCESSED)
    first, second, rest = out.getvalue().split("ER  - \r\n\r\n")
    assert first.split("\r\n") == [
        "TY  - ELEC",
        "ID  - 900123",
        "TI  - Media freedom conference opens in Sarajevo",
        "AU  - Representative on Freedom of the Media",
        "PY  - 2015",
        "DA  - 2015/04/23/",
        "PB  - Organization for Security and Co-operation in Europe",
        "M3  - Press release",
        "CY  - Sarajevo",
        "KW  - Media freedom and development",
        "KW  - Bosnia and Herzegovina",
        "KW  - Serbia",
        "LA  - en",
        "UR  - https://www.osce.example/fom/900123",
        "Y2  - 2024/02/29/",
        "",
    ]
    assert "DA  - 2016///" in second
    assert rest == ""


def test_csl_json_is_an_array_of_web_pages() -> None:
    out = io.StringIO()
    write_csl([CONFERENCE, HOSTILE], out.write, ACCESSED)
    items = json.loads(out.getvalue())
    assert items[0] == {
        "id": "900123",
        "type": "webpage",
        "genre": "Press release",
        "title": "Media freedom conference opens in Sarajevo",
        "author": [{"literal": "Representative on Freedom of the Media"}],
        "issued": {"date-parts": [[2015, 4, 23]]},
        "publisher": "Organization for Security and Co-operation in Europe",
        "publisher-place": "Sarajevo",
        "language": "en",
        "URL": "https://www.osce.example/fom/900123",
        "accessed": {"date-parts": [[2024, 2, 29]]},
    }
    assert items[1]["issued"] == {"date-parts": [[2016]]}
    out = io.StringIO()
    write_csl([], out.write, ACCESSED)
    assert json.loads(out.getvalue()) == []


def test_the_day_of_access_can_be_set_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "86400")
    assert today() == dt.date(1970, 1, 2)


@pytest.mark.parametrize("epoch", ["9" * 20, "9" * 5_000, "-1", "soon"])
def test_a_day_that_no_calendar_has_is_passed_over(monkeypatch: pytest.MonkeyPatch, epoch: str) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", epoch)
    assert today() == dt.date.today()


@pytest.mark.parametrize("name", CITATIONS)
def test_a_kind_that_no_page_told_is_not_made_up(name: str) -> None:
    out = io.StringIO()
    CITATIONS[name]([Release(id="1", title="A visit", text=".")], out.write, dt.date(2026, 1, 1))
    assert "elease" not in out.getvalue()
    assert "A visit" in out.getvalue()
