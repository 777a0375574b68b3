"""Countries: a release is about the country an indexer would name, and each value can say why."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from osce_search.vocabulary import vocabulary
from osce_search.vocabulary.countries import infer_countries, weigh_countries
from tests.work import count_work


def inferred(
    title: str,
    lead: str = "",
    sources: tuple[str, ...] = (),
    places: tuple[str, ...] = (),
    year: int | None = 2010,
) -> set[str]:
    return {item.value for item in infer_countries(title, [lead] if lead else [], sources, places, year)}


def test_the_title_names_the_subject_and_the_lead_supports_it() -> None:
    assert inferred("Judges in Moldova study case law", "Judges from all Moldovan courts met.") == {"MD"}


def test_a_country_the_lead_only_mentions_is_none_beside_the_titles() -> None:
    assert inferred(
        "Talks on Transdniestria resume", "After votes in Moldova and Ukraine the sides met."
    ) == {"MD"}


def test_the_field_operation_that_speaks_gives_its_country() -> None:
    assert inferred("Head of Mission welcomes new law", "The law is good.", ("mission-to-montenegro",)) == {
        "ME"
    }


def test_a_release_that_names_no_country_has_none() -> None:
    assert (
        inferred(
            "World day marked", "The OSCE and its 57 participating States marked the day.", ("secretariat",)
        )
        == set()
    )


def test_a_seat_in_the_dateline_is_no_subject_and_a_field_town_is() -> None:
    assert inferred("Radio and the vote", "Editors met today.", places=("Vienna", "Warsaw")) == set()
    assert inferred("Radio and the vote", "Editors met today.", places=("Baku",)) == {"AZ"}


def test_the_chairs_capital_is_a_seat_in_its_year() -> None:
    assert inferred("Reform debated", "Ambassadors met.", places=("Tirana",), year=2020) == set()
    assert inferred("Reform debated", "Ambassadors met.", places=("Tirana",), year=2013) == {"AL"}


def test_the_chairs_country_is_no_subject_where_it_chairs() -> None:
    lead = "The Chairman-in-Office, Bulgarian Foreign Minister, welcomed the pardon."
    assert inferred("Chairman pleased with Azerbaijani pardon", lead, year=2004) == {"AZ"}
    assert inferred("Chairman pleased with pardon", lead, year=2004) == set()


def test_the_chairs_country_is_the_subject_where_it_takes_over() -> None:
    assert inferred("Finland takes over OSCE Chairmanship", "Its programme has three parts.", year=2008) == {
        "FI"
    }


@pytest.mark.parametrize(
    ("title", "lead", "codes"),
    [
        ("Peers discuss Helsinki +40 and the Dublin Ministerial Council", "Lord Smith spoke.", set()),
        ("Minsk Group Co-Chairs meet in Paris", "The Co-Chairs spoke about Nagorno-Karabakh.", {"AM", "AZ"}),
        ("Geneva International Discussions resume", "The Co-Chairs met.", {"GE"}),
        ("Mission mourns Croatian Serb councillor", "He was a good man.", {"HR"}),
        ("Roma in Kosovo need homes", "They live in camps.", {"XK"}),
        (
            "Servers for Kosovo’s election commission",
            "They were donated jointly with the German Embassy.",
            {"XK"},
        ),
        ("Observers criticize vote", "Jan Novak (MP, Sweden) led the observers in Belarus.", {"BY"}),
        ("Journalists arrested in Northern Ireland", "Two journalists were arrested.", {"GB"}),
        ("Journalist of Voice of America attacked", "It happened in Bishkek, Kyrgyzstan.", {"KG"}),
        ("British diplomat to head OSCE Mission in Kosovo", "", {"XK"}),
        ("Aarhus Centres hold fair", "Centres from Serbia, Montenegro and Albania met.", {"RS", "ME", "AL"}),
    ],
)
def test_the_traps_are_no_evidence(title: str, lead: str, codes: set[str]) -> None:
    assert inferred(title, lead) == codes


def test_the_dateline_before_the_text_is_not_read_as_text() -> None:
    assert inferred("Reform debated", "OSLO, 19 March 1999 - Ambassadors met.", year=1999) == set()
    assert inferred("Reform debated", "ROME – Ambassadors met.", year=1999) == set()


def test_the_cities_of_a_dateline_count_where_no_places_are_given() -> None:
    assert inferred("Radio and the vote", "BAKU, 30 May 2008- Editors met today.", year=2008) == {"AZ"}
    assert inferred("Radio and the vote", "VIENNA, 30 May 2008- Editors met today.", year=2008) == set()


def test_a_disclaimer_is_passed_over() -> None:
    paragraphs = [
        "This text is given for information only.",
        "Liechtenstein was visited by members of the Assembly.",
    ]
    assert {item.value for item in infer_countries("Text for the media", paragraphs, (), (), 2011)} == {"LI"}


def test_central_asia_means_its_states_unless_one_of_them_is_named() -> None:
    assert inferred("Youth of Central Asia meet") == {"KG", "KZ", "TJ", "TM", "UZ"}
    assert inferred("Youth of Central Asia meet in Dushanbe, Tajikistan") == {"TJ"}
    lead = "Pupils from Kyrgyzstan and Uzbekistan took part."
    assert inferred("Central Asian pupils visit Belgium", lead) == {"KG", "UZ", "BE"}


def test_a_state_whose_forces_act_is_a_subject_beside_the_titles() -> None:
    lead = "The attack by Russian Armed Forces destroyed a theatre in Ukraine."
    assert inferred("Bombing in Mariupol condemned", lead, year=2022) == {"UA", "RU"}


def test_a_title_that_names_forces_says_nothing_of_where_they_are() -> None:
    lead = "The report on Ukraine lists 40 cases."
    assert inferred("Report on violations by Russian forces", lead, year=2022) == {"RU", "UA"}


def test_a_state_named_in_one_breath_with_that_of_the_title_is_a_subject_too() -> None:
    lead = "Officials from Slovakia and Hungary discussed schools."
    assert inferred("Guidelines presented in Slovakia", lead, year=2009) == {"HU", "SK"}
    assert inferred("Guidelines presented in Slovakia", "Hungary sent guests.", year=2009) == {"SK"}


def test_the_states_that_mediate_are_no_subjects() -> None:
    lead = "The Presidents of Armenia and Azerbaijan met in Russia."
    assert inferred("Summit ends", lead, ("minsk-group",), year=2011) == {"AM", "AZ"}


def test_a_town_where_it_happened_is_the_subject_where_nothing_else_is() -> None:
    title = "Editor's release urged"
    assert inferred(title, "He was sentenced in Almaty two years ago.", year=2012) == {"KZ"}
    assert inferred(title, "Judges at a conference in Almaty said so.", year=2012) == set()


def test_central_asia_is_not_only_the_state_in_which_its_people_meet() -> None:
    lead = "Reporters from five countries took part."
    assert inferred("Central Asian journalists meet in Almaty", lead, year=2011) == {
        "KG",
        "KZ",
        "TJ",
        "TM",
        "UZ",
    }


def test_a_dateline_of_a_field_operations_country_counts_beside_what_the_text_names() -> None:
    assert inferred("Rules agreed", "The union with Serbia may end.", (), ("Podgorica",), 2006) == {
        "ME",
        "RS",
    }


@pytest.mark.parametrize(
    ("title", "code"),
    [
        ("OSZE-Beauftragte kritisiert Sperren in der Türkei", "TR"),
        ("Mission de l'OSCE en Géorgie", "GE"),
        ("Представитель ОБСЕ обеспокоен арестом журналиста в Минске", "BY"),
        ("Наблюдатели приступили к работе в Бишкеке", "KG"),
    ],
)
def test_states_and_towns_are_known_in_the_languages_of_releases(title: str, code: str) -> None:
    assert inferred(title) == {code}


def test_the_incoming_chair_is_the_subject_by_its_demonym_too() -> None:
    assert inferred("Incoming Finnish Chair lays out plans", "It will be a full year.", year=2024) == {"FI"}


def test_the_country_that_a_title_names_as_the_chair_counts_for_less_in_the_text() -> None:
    lead = "Officers met in the Serbian capital."
    assert inferred("Serbian Chairmanship hosts conference", lead, ("chairpersonship",), year=2015) == set()


def test_until_1998_what_happens_in_kosovo_concerns_yugoslavia_too() -> None:
    assert inferred("Fighting in Kosovo must stop", year=1998) == {"XK", "RS"}
    assert inferred("Fighting in Kosovo must stop", year=2004) == {"XK"}


def test_every_value_says_on_which_words_it_rests_and_where_they_stand() -> None:
    (found,) = infer_countries(
        "Tajik police trained", ["A course ended in Khujand."], ("programme-office-in-dushanbe",)
    )
    assert (found.value, found.where) == ("TJ", "source")
    assert found.words == "Programme Office in Dushanbe; Tajik; Khujand"
    assert found.weight > 0.95


def test_what_stays_below_the_threshold_can_be_asked_for() -> None:
    weighed = weigh_countries("Talks on Transdniestria resume", ["After a vote in Ukraine the sides met."])
    assert [(item.value, item.weight >= 0.5) for item in weighed] == [("MD", True), ("UA", False)]


def test_a_release_of_three_thousand_characters_costs_few_calls() -> None:
    sentence = "The Head met judges, editors and mayors in several towns of Armenia and spoke about courts. "
    paragraphs = [sentence * 3] * 9
    infer_countries("Courts discussed", paragraphs)
    with count_work() as work:
        infer_countries("Courts discussed", paragraphs)
    assert work.calls < 6_000


def test_a_paragraph_of_megabytes_costs_no_more_than_a_long_one() -> None:
    text = "(Finland of Norway and Sweden, funded by " * 50_000
    with count_work() as work:
        infer_countries(text, [text, text])
    assert work.calls < 120_000


@settings(max_examples=50)
@given(st.text(max_size=300), st.lists(st.text(max_size=300), max_size=3), st.integers(1990, 2030))
def test_any_text_gives_countries_of_the_vocabulary_with_weights_between_none_and_all(
    title: str, paragraphs: list[str], year: int
) -> None:
    for item in weigh_countries(title, paragraphs, ("nonsense",), ("Vienna", "Nowhere"), year):
        assert item.value in vocabulary("country")
        assert 0.0 <= item.weight <= 1.0
        assert item.words


def test_the_troika_of_the_title_is_that_of_the_text() -> None:
    lead = "The ministers of Portugal, Romania and the Netherlands want to revive talks."
    assert inferred("Troika to visit Caucasus", lead, year=2002) == {"AM", "AZ", "GE"}


def test_a_meeting_named_after_its_city_says_nothing_of_a_country_without_a_field_operation() -> None:
    found = infer_countries(
        "Montreux meeting on floods", ["Floods know no borders."], (), ("Montreux",), 2014
    )
    assert found == ()
    assert inferred("Montreux meeting on floods", "Switzerland hosts it.", year=2014) == {"CH"}
    assert inferred("Dushanbe meeting on floods", "Floods know no borders.", year=2014) == {"TJ"}


def test_where_forces_strike_the_text_says_after_its_first_paragraph() -> None:
    lead = "The destruction of power stations by Russian missiles was condemned."
    assert inferred("Winter without light", lead, year=2022) == {"RU"}
    paragraphs = [lead, "Survivors from Kharkiv and Mariupol were heard."]
    found = infer_countries("Winter without light", paragraphs, year=2022)
    assert {item.value for item in found} == {"RU", "UA"}


def test_the_line_of_contact_with_capitals_is_that_of_nagorno_karabakh() -> None:
    assert inferred("Monitors visit Line of Contact", "The night was calm.") == {"AM", "AZ"}


def test_a_people_of_one_region_stands_for_its_country() -> None:
    assert inferred("Ban on assembly of Crimean Tatars condemned", "It must be lifted.") == {"UA"}


def test_a_list_of_states_counts_beside_a_title_that_names_only_the_venue() -> None:
    lead = "Analysts from Albania, Montenegro and Serbia traced payments."
    assert inferred("Course ends in Budapest", lead) >= {"AL", "ME", "RS"}


def test_the_chair_is_the_subject_of_its_priorities() -> None:
    assert inferred("Swiss Chairmanship presents its priorities", "A community of all.", year=2014) == {"CH"}


def test_talks_between_two_states_concern_the_one_that_the_title_does_not_name() -> None:
    lead = "The monitoring of the Line of Contact passed without incident."
    assert inferred("Monitors see trenches at Horadiz", lead) == {"AM", "AZ"}


def test_the_capital_of_the_chair_is_a_seat_in_titles_too() -> None:
    assert inferred("Helsinki: Ministers end Council", "They adopted decisions.", year=2008) == set()
    assert inferred("Helsinki: voters trust the count", "They did so again.", year=2011) == {"FI"}
    # A capital with a field operation is more than a seat.
    assert inferred("Skopje: voters trust the count", "They did so again.", year=2023) == {"MK"}


def test_cities_that_people_come_from_are_the_subject_where_nothing_else_is() -> None:
    lead = "Prosecutors from Sarajevo, Zagreb and Belgrade agreed to exchange evidence."
    assert inferred("Verdict should not stop trials", lead) == {"BA", "HR", "RS"}
    assert inferred("Verdict should not stop trials in Italy", "Judges from Skopje came.") == {"IT"}


def test_what_the_leaders_in_a_capital_are_told_concerns_their_country() -> None:
    lead = "The minister spoke by telephone with party leaders in Skopje."
    assert inferred("Leaders must restore trust", lead, year=2015) == {"MK"}
