"""Terms: labels as found lead to one value each."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from osce_search.errors import VocabularyError
from osce_search.vocabulary import Alias, Vocabulary, canonical, vocabulary
from osce_search.vocabulary.terms import VOCABULARIES, load_vocabulary


@pytest.mark.parametrize("name", VOCABULARIES)
def test_the_table_contradicts_itself_nowhere(name: str) -> None:
    shipped = vocabulary(name)
    assert load_vocabulary(name, shipped._table.path).terms == shipped.terms


@pytest.mark.parametrize("name", VOCABULARIES)
def test_every_table_states_its_source(name: str) -> None:
    assert "Source:" in vocabulary(name)._table.comment


@pytest.mark.parametrize("name", VOCABULARIES)
def test_every_name_in_any_case_leads_to_its_term(name: str) -> None:
    terms = vocabulary(name)
    for term in terms:
        for spelling in (term.value, *term.names):
            for varied in (spelling, spelling.upper(), f" {spelling}\u00a0", f"The {spelling}"):
                found = terms.resolve(varied)
                assert found is not None, varied
                assert found.value == term.value


@pytest.mark.parametrize(
    ("label", "value"),
    [
        ("OSCE Chairmanship", "chairpersonship"),
        ("OSCE Chairpersonship", "chairpersonship"),
        ("Chairman-in-Office", "chairpersonship"),
        ("OSCE Centre in Bishkek", "programme-office-in-bishkek"),
        ("OSCE Programme Office in Bishkek", "programme-office-in-bishkek"),
        ("OSCE Centre in Almaty", "programme-office-in-astana"),
        ("OSCE Special Monitoring Mission to Ukraine (closed)", "special-monitoring-mission-to-ukraine"),
        ("OSCE Special Monitoring Mission to Ukraine", "special-monitoring-mission-to-ukraine"),
        ("OSCE\u00a0Mission  to Croatia (CLOSED)", "mission-to-croatia"),
        ("OSCE Mission to Croatia / OSCE Office in Zagreb (closed)", "mission-to-croatia"),
        ("Office for Democratic Institutions and Human Rights (ODIHR)", "odihr"),
        ("OSCE/ODIHR", "odihr"),
        ("OSCE Forum for Security Cooperation", "forum-for-security-co-operation"),
        ("Forum for Security Co\u2011operation", "forum-for-security-co-operation"),
        ("OSCE Mission to the Federal Republic of Yugoslavia", "mission-to-serbia"),
        ("Spillover Monitor Mission to Skopje", "mission-to-skopje"),
        ("OSCE Advisory and Monitoring Group in Belarus", "office-in-minsk"),
        ("OSCE", "osce"),
        ("POiD", "programme-office-in-dushanbe"),
        ("CiB", "programme-office-in-bishkek"),
        ("OSCE SMM to Ukraine", "special-monitoring-mission-to-ukraine"),
        ("Representative on Freedom of Media", "rfom"),
        ("OSCE Mission to Bosnia–Herzegovina", "mission-to-bosnia-and-herzegovina"),
        ("OSCE Chairmanship 2015", "chairpersonship"),
        ("2025 Finnish OSCE Chairpersonship", "chairpersonship"),
    ],
)
def test_a_source_resolves_under_every_name_it_had(label: str, value: str) -> None:
    assert canonical("source", label) == value


@pytest.mark.parametrize(
    ("label", "value"),
    [
        ("Czech Republic", "CZ"),
        ("Czechia", "CZ"),
        ("Turkey", "TR"),
        ("TÜRKİYE", "TR"),
        ("The Netherlands", "NL"),
        ("netherlands", "NL"),
        ("fYROM", "MK"),
        ("the former Yugoslav Republic of Macedonia", "MK"),
        ("Finland – OSCE Chairpersonship 2025", "FI"),
        ("Switzerland - OSCE Chairpersonship 2026", "CH"),
        ("Bosnia & Herzegovina", "BA"),
        ("BIH", "BA"),
        ("usa", "US"),
        ("U.S.", "US"),
        ("south-korea", "KR"),
        ("Kosovo", "XK"),
        ("de", "DE"),
        ("DEU", "DE"),
    ],
)
def test_a_country_resolves_under_every_name_and_code(label: str, value: str) -> None:
    assert canonical("country", label) == value


@pytest.mark.parametrize(
    ("names", "value"),
    [
        ("Germany Allemagne Deutschland Germania Германия Alemania", "DE"),
        ("Greece Grèce Griechenland Grecia Греция Ελλάδα", "GR"),
        ("Kyrgyzstan Kirghizistan Kirgisistan Киргизия Kirguistán Kirgizia Кыргызстан", "KG"),
        ("Sweden Suède Schweden Svezia Швеция Suecia Sverige", "SE"),
        ("Morocco Maroc Marokko Marocco Марокко Marruecos", "MA"),
        ("Kosovo Kosova Косово", "XK"),
    ],
)
def test_a_country_resolves_in_the_official_languages_of_the_osce_and_its_own(names: str, value: str) -> None:
    assert {canonical("country", name) for name in names.split()} == {value}


@pytest.mark.parametrize(
    ("label", "value"),
    [
        ("PRISHTINE/PRISTINA", "Pristina"),
        ("WASHINGTON D.C.", "Washington DC"),
        ("WASHINGTON, DC", "Washington DC"),
        ("SKOPE", "Skopje"),
        ("YERAVAN", "Yerevan"),
        ("KIEV", "Kyiv"),
        ("TIRANË", "Tirana"),
        ("АШХАБАД", "Ashgabat"),
        ("Kamensk-Shakhtinskiy", "Kamensk-Shakhtinsky"),
    ],
)
def test_a_city_has_one_value_in_every_language_and_spelling(label: str, value: str) -> None:
    assert canonical("place", label) == value


def test_a_label_no_table_knows_is_kept_without_surrounding_space() -> None:
    assert canonical("field", "  Basket\u00a0 weaving ") == "Basket weaving"
    assert canonical("year", " 2004 ") == "2004"


def test_a_label_of_two_different_bodies_is_neither() -> None:
    assert vocabulary("source").resolve("OSCE Mission to Serbia / OSCE Mission to Moldova") is None


def test_narrower_terms_stand_below_their_field() -> None:
    fields = vocabulary("field")
    assert fields.lineages_of(["safety-of-journalists", "media-freedom"]) == {
        "safety-of-journalists": ("safety-of-journalists", "media-freedom"),
        "media-freedom": ("media-freedom",),
    }
    assert "water-management" in [term.value for term in fields if term.parent == "environmental-activities"]
    assert sum(term.parent is None for term in fields) == 23


def test_the_countries_are_57_states_11_partners_and_kosovo() -> None:
    kinds = [term.kind for term in vocabulary("country")]
    assert kinds.count("participating-state") == 57
    assert kinds.count("asian-partner") == 5
    assert kinds.count("mediterranean-partner") == 6
    assert len(kinds) == 69


def test_a_former_name_has_the_years_in_which_it_was_the_name() -> None:
    turkiye = vocabulary("country").term("TR")
    assert turkiye is not None
    assert Alias("Turkey", 1923, 2022) in turkiye.aliases


def test_countries_and_seats_of_other_tables_are_values_of_their_own() -> None:
    countries, places, sources = vocabulary("country"), vocabulary("place"), vocabulary("source")
    for term in (*places, *sources):
        assert all(code in countries for code in term.countries), term
    for term in sources:
        assert all(seat in places for seat in term.seats), term
    for term in places:
        assert all(seat in sources for seat in term.seats), term


@pytest.mark.parametrize(
    ("name", "typed", "value"),
    [
        ("country", "Moldva", "MD"),
        ("country", "Macedona", "MK"),
        ("field", "trafficking", "combating-trafficking"),
        ("field", "traficking", "combating-trafficking"),
        ("country", "Tajikstan", "TJ"),
        ("source", "human rights office", "odihr"),
        ("source", "yerevan", "office-in-yerevan"),
        ("place", "Sarajvo", "Sarajevo"),
    ],
)
def test_the_nearest_value_is_suggested_first(name: str, typed: str, value: str) -> None:
    assert vocabulary(name).suggest(typed)[0].value == value


def test_nothing_is_suggested_for_nothing() -> None:
    assert vocabulary("country").suggest("…") == []
    assert vocabulary("country").suggest("qqqqqqqq") == []


@given(st.text(max_size=60))
def test_resolving_never_fails_and_canonical_is_idempotent(text: str) -> None:
    for name in VOCABULARIES:
        once = canonical(name, text)
        assert canonical(name, once) == once


HEADING = "# Source: invented\nvalue,label,parent,aliases\n"


def load(folder: Path, rows: str) -> Vocabulary:
    (folder / "made.csv").write_text(HEADING + rows, encoding="utf-8")
    return load_vocabulary("field", folder / "made.csv")


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ("a,A,,\na,B,,\n", "made.csv, line 4: the value 'a' stands twice"),
        ("a,A,,Ant\nb,B,,ant\n", "made.csv, line 4: 'ant' means both 'a' and 'b'"),
        ("a,A,z,\n", "made.csv, line 3: the parent 'z' is not a value of this table"),
        ("a,A,b,\nb,B,a,\n", "made.csv, line 3: 'a' is its own ancestor"),
        ("a,A,,Ant [2004-1999]\n", "made.csv, line 3: 'Ant [2004-1999]' ends before it begins"),
        (
            "a,A,,Ant [now]\n",
            "made.csv, line 3: 'Ant [now]': years are written [from-until], as in [1993-2019] or [-2016]",
        ),
        ("a,A,\n", "made.csv, line 3: 3 cells, but 4 columns; quote a cell with a comma"),
        (",A,,\n", "made.csv, line 3: 'value' is empty"),
        ('a,"A,,\n', "made.csv, line 3: 2 cells, but 4 columns; quote a cell with a comma"),
    ],
)
def test_a_table_that_contradicts_itself_is_refused_by_file_and_line(
    tmp_path: Path, rows: str, message: str
) -> None:
    with pytest.raises(VocabularyError) as caught:
        load(tmp_path, rows)
    assert str(caught.value) == message


def test_a_table_without_heading_or_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "made.csv").write_text("# nothing\n", encoding="utf-8")
    with pytest.raises(VocabularyError, match="no heading"):
        load_vocabulary("field", tmp_path / "made.csv")
    with pytest.raises(VocabularyError, match="cannot be read"):
        load_vocabulary("field", tmp_path / "other.csv")
    (tmp_path / "made.csv").write_text("name\nx\n", encoding="utf-8")
    with pytest.raises(VocabularyError, match="line 1: the column 'value' is missing"):
        load_vocabulary("field", tmp_path / "made.csv")


def test_an_unknown_vocabulary_is_refused_by_name() -> None:
    with pytest.raises(VocabularyError, match="no vocabulary called 'colour'"):
        vocabulary("colour")


@pytest.mark.parametrize(
    ("one", "other", "value"),
    [
        ("peace, love", "Peace, love", "Peace, love"),
        ("Basket–weaving", "Basket-weaving", "Basket-weaving"),
        ("basket‑weaving for all", " Basket-weaving for all ", "Basket-weaving for all"),
    ],
)
def test_unknown_labels_that_differ_in_a_capital_or_a_dash_are_one_value(
    one: str, other: str, value: str
) -> None:
    assert canonical("field", one) == canonical("field", other) == value
    assert canonical("field", value) == value


def test_an_unknown_label_of_one_word_may_be_a_code_and_stays() -> None:
    assert canonical("field", "acq") == "acq"
    assert canonical("source", "desk-7") == "desk-7"
