"""Gazetteer: names in running text are found whole, in every form, and never inside other words."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from osce_search.errors import VocabularyError
from osce_search.vocabulary import vocabulary
from osce_search.vocabulary.gazetteer import KINDS, gazetteer, load_gazetteer


def countries(text: str) -> list[str]:
    return [code for mention in gazetteer().find(text) for code in mention.countries]


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("Moldova’s new law", ["MD"]),
        ("Two Azeri editors", ["AZ"]),
        ("the former Yugoslav Republic of Macedonia", ["MK"]),
        ("fYROM and FYROM", ["MK", "MK"]),
        ("Serbia & Montenegro", ["RS", "ME"]),
        ("in BiH and in the FRY", ["BA", "RS"]),
        ("U.S. and US officials told us", ["US", "US"]),
        ("the UK and the U.K.", ["GB", "GB"]),
        ("Bosnia & Herzegovina", ["BA"]),
        ("TURKEY AND GREECE", ["TR", "GR"]),
        ("Türkiye", ["TR"]),
        ("Nagorno-Karabakh", ["AM", "AZ"]),
        ("Kamensk-Shakhtinskiy", ["RU"]),
        ("Prishtinë/Priština", ["XK", "XK"]),
        ("Transdniestrian and Trandniestrian", ["MD", "MD"]),
        ("Khatlon, Sughd and Khujand", ["TJ", "TJ", "TJ"]),
        ("a vote in the Verkhovna Rada", ["UA"]),
        ("5+2 talks", ["MD"]),
        ("Security Council resolution 1244", ["XK"]),
        ("the SMM and the TCG", ["UA", "UA"]),
        ("депутаты Туркменистана и Узбекистана", ["TM", "UZ"]),
        ("Srbija i Kosovo", ["RS", "XK"]),
    ],
)
def test_a_country_is_found_under_its_names_demonyms_towns_regions_and_acronyms(
    text: str, codes: list[str]
) -> None:
    assert countries(text) == codes


@pytest.mark.parametrize(
    "text",
    [
        "Voice of America and Deutsche Welle",
        "the Roma and Sinti",
        "the Venice Commission",
        "the Norwegian Nobel Committee and the Danish Refugee Council",
        "the Helsinki Final Act",
        "Latin American and African American",
        "the Serbian Orthodox Church",
        "a split bar, a nice batch, polish and china",
        "Serbs and Croats and Bosniacs",
        "Michael Georg Linkov",
        "South-Eastern Europe and the Western Balkans",
    ],
)
def test_what_only_sounds_like_a_country_stands_for_none(text: str) -> None:
    assert countries(text) == []


def test_northern_ireland_is_not_ireland() -> None:
    assert countries("in Northern Ireland") == ["GB"]


def test_the_minsk_group_is_not_about_belarus_and_kosovo_serbs_are_not_about_serbia() -> None:
    assert countries("the Minsk Group") == ["AM", "AZ"]
    assert countries("Kosovo Serbs, Croatian Serbs and Kosovo Albanians") == ["XK", "HR", "XK"]


def test_donetsk_in_the_rostov_region_is_the_russian_town() -> None:
    assert countries("Donetsk, Rostov region") == ["RU"]
    assert countries("Donetsk") == ["UA"]


def test_mentions_say_where_they_stand() -> None:
    text = "A bridge at Osh, and one in Narva."
    assert [text[m.start : m.end] for m in gazetteer().find(text)] == ["Osh", "Narva"]


def test_every_country_is_known_by_label_and_by_a_demonym() -> None:
    demonyms = {code for m in gazetteer().find(_all_rows("demonym")) for code in m.countries}
    for term in vocabulary("country"):
        assert countries(term.label)[-1] == term.value
        assert term.value in demonyms


def _all_rows(kind: str) -> str:
    lines = (
        (vocabulary("country")._table.path.parent / "gazetteer.csv").read_text(encoding="utf-8").splitlines()
    )
    return ". ".join(line.split(",")[0] for line in lines if f",{kind}," in line)


@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=200))
def test_mentions_never_overlap_and_their_words_are_those_of_the_text(text: str) -> None:
    end = 0
    for mention in gazetteer().find(text):
        assert mention.start >= end
        assert text[mention.start : mention.end] == mention.words
        assert mention.kind in KINDS
        end = mention.end


HEADING = "# Source: invented\nname,kind,country,note\n"


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("Ruritania,kingdom,AT,\n", "made.csv, line 3: 'kingdom' is not a kind"),
        (
            "Ruritania,region,RU | ZZ,\n",
            "made.csv, line 3: 'ZZ' is not a value of the vocabulary of countries",
        ),
        (
            "Ruritania,region,,\n",
            "made.csv, line 3: 'Ruritania': a trap has no country, everything else has one",
        ),
        (
            "Ruritania,trap,AT,\n",
            "made.csv, line 3: 'Ruritania': a trap has no country, everything else has one",
        ),
        (
            "Ruritania,region,AT,\nRuritania,region,DE,\n",
            "made.csv, line 4: the name 'Ruritania' stands twice",
        ),
    ],
)
def test_a_table_that_contradicts_itself_is_refused_by_file_and_line(
    tmp_path: Path, row: str, message: str
) -> None:
    (tmp_path / "made.csv").write_text(HEADING + row, encoding="utf-8")
    with pytest.raises(VocabularyError) as caught:
        load_gazetteer(tmp_path / "made.csv")
    assert str(caught.value).startswith(message)
