"""Contexts: who chairs, pays, speaks or comes from somewhere is not what a text is about."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from osce_search.vocabulary import contexts
from osce_search.vocabulary.contexts import Rule, read_contexts, read_rules
from osce_search.vocabulary.gazetteer import gazetteer

RULES = read_rules()


def reasons(text: str, *chairs: str) -> list[tuple[str, str]]:
    found = read_contexts(text, gazetteer().find(text), chairs)
    return [(reading.mention.words, reading.reason) for reading in found]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "Anna Berg (MP, Finland) and Jan Novak (Cyprus) spoke",
            [("Finland", "affiliation"), ("Cyprus", "affiliation")],
        ),
        ("Ambassador Jan Novak of Germany takes office", [("Germany", "affiliation")]),
        ("Maria Berg of Austria is elected president", [("Austria", "affiliation")]),
        ("a donation jointly with the German Embassy", [("German", "embassy")]),
        ("a letter of the Embassy of Norway", [("Norway", "embassy")]),
        ("money from the U.S. Mission to the OSCE", [("U.S.", "embassy")]),
        (
            "The course was funded by Sweden, Norway and Italy",
            [("Sweden", "donor"), ("Norway", "donor"), ("Italy", "donor")],
        ),
        ("with financial support from the Government of Japan", [("Japan", "donor")]),
        ("The Dublin Ministerial Council decided", [("Dublin", "document")]),
        ("Discussions on Helsinki +40 went on", [("Helsinki", "document")]),
        ("The Astana Commemorative Declaration", [("Astana", "document")]),
        ("a book in Russian and Kyrgyz.", [("Russian", "language"), ("Kyrgyz", "language")]),
        ("Albanian-language broadcasts", [("Albanian", "language")]),
        ("(Georgian and Spanish versions below.)", [("Georgian", "language"), ("Spanish", "language")]),
        ("the Hungarian minority", [("Hungarian", "people")]),
        ("ethnic Albanians", [("Albanians", "people")]),
        ("experts from Estonia", [("Estonia", "expert")]),
        ("the border with China and Kazakhstan", [("Kazakhstan", "")]),
        ("on the border with Kazakhstan", [("Kazakhstan", "border")]),
        ("Later Sofia Novak spoke", [("Sofia", "person's name")]),
        ("the wars in former Yugoslavia", [("Yugoslavia", "former state")]),
        ("a loan of 20 million Swiss francs", [("Swiss", "currency")]),
        ("the UN Bangkok Rules", [("Bangkok", "document")]),
        ("a statement of EU, NATO, OSCE and United States", [("United States", "partner")]),
        ("OSCE and Kazakhstan agree on a project", [("Kazakhstan", "")]),
        ("roundtable in Sofia", [("Sofia", "venue")]),
        ("a paper was fined in Sofia", [("Sofia", "scene")]),
        ("The Madrid conference ended", [("Madrid", "meeting")]),
        ("Towards Vilnius: drafts on the table", [("Vilnius", "venue")]),
        ("She will visit Yerevan and Baku", [("Yerevan", "visit"), ("Baku", "visit")]),
        ("Funded by Norway, a shelter opens", [("Norway", "donor")]),
        ("OSCE thanks Japan for its contribution", [("Japan", "donor")]),
        ("Sweden donates jeeps to border guards", [("Sweden", "donor")]),
        ("Estonian and Latvian experts came", [("Estonian", "person"), ("Latvian", "person")]),
        ("Moldovan and Ukrainian border guards came", [("Moldovan", ""), ("Ukrainian", "")]),
        ("the Spanish Guardia Civil trainers", [("Spanish", "person")]),
        ("Ukrainian judges’ associations met", [("Ukrainian", "")]),
        (
            "the Russian, French and US mediators",
            [("Russian", "mediator"), ("French", "mediator"), ("US", "mediator")],
        ),
        ("mediators from Ukraine and Russia", [("Ukraine", "mediator"), ("Russia", "mediator")]),
        ("France takes over the FSC Chairmanship", [("France", "chairs a meeting")]),
        ("guests from Malta were among the speakers", [("Malta", "participant")]),
        ("the attacks in Brussels", [("Brussels", "meant")]),
        ("The Chair urges Washington to stay", [("Washington", "meant")]),
        ("a pilot from Georgia, US, came", [("Georgia, US", "")]),
        ("from Vancouver to Vladivostok", []),
        ("projects from Tajikistan to Georgia", [("Tajikistan", "range"), ("Georgia", "range")]),
        ("a coach from Chisinau to Odessa", [("Chisinau", ""), ("Odessa", "")]),
        ("Croatia, Poland and nine other countries", [("Croatia", "example"), ("Poland", "example")]),
        ("experience from Estonia helped", [("Estonia", "expert")]),
        ("the Italian FSC Chair", [("Italian", "chairs a meeting")]),
        ("a Hungarian-medium school", [("Hungarian", "language")]),
        ("too few women in Turkish and Hungarian parliaments", [("Turkish", ""), ("Hungarian", "")]),
        ("a handbook in Kyrgyz and Russian.", [("Kyrgyz", "language"), ("Russian", "language")]),
        ("Instructors from Turkey", [("Turkey", "expert")]),
        ("Russian arms left", [("Russian", "force")]),
        ("He spoke with leaders in Skopje", [("Skopje", "meant")]),
        ("Prosecutors from Osh and Batken met", [("Osh", "origin"), ("Batken", "origin")]),
        ("a former Austrian Chancellor", [("Austrian", "person")]),
        ("She thanked Denmark for its hospitality", [("Denmark", "donor")]),
        ("a debate under the Chairmanship of Iceland", [("Iceland", "chairs a meeting")]),
        ("the rapporteur (Belgium) said", [("Belgium", "affiliation")]),
        ("The Mongolian delegation visits a barracks", [("Mongolian", "")]),
        ("Dutch anti-trafficking rapporteur speaks", [("Dutch", "person")]),
        ("She asked Ankara to reconsider", [("Ankara", "meant")]),
        ("A reporter was detained in Warsaw", [("Warsaw", "meant")]),
    ],
)
def test_a_mention_is_read_by_its_surroundings(text: str, expected: list[tuple[str, str]]) -> None:
    assert reasons(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "the Norwegian Foreign Minister",
        "Norway’s Foreign Minister, the Chairperson-in-Office",
        "the Foreign Minister of Norway",
        "Foreign Minister Jan Novak of Norway",
        "the Minister for Foreign and European Affairs and Trade of Norway",
        "the Norwegian Chairmanship",
        "the Norwegian minister who holds the post of Chairman-in-Office",
        "the OSCE Chairpersonship of Norway",
    ],
)
def test_the_chairs_ministers_act_for_the_osce_in_their_year_only(text: str) -> None:
    assert [reason for _, reason in reasons(text, "NO")] in (["office"], ["chair"])
    assert [reason for _, reason in reasons(text)] == [""]


def test_what_fits_the_first_of_a_list_fits_the_rest() -> None:
    text = "the Foreign Ministers of Denmark, Poland and Switzerland met"
    assert [reason for _, reason in reasons(text, "DK", "PL", "CH")] == ["office", "office", "office"]


def test_a_text_of_the_troika_is_not_about_its_states() -> None:
    assert reasons("The Troika of Spain, Finland and Belgium on Georgia", "ES", "FI", "BE") == [
        ("Spain", "chair"),
        ("Finland", "chair"),
        ("Belgium", "chair"),
        ("Georgia", ""),
    ]


def test_a_town_with_its_country_in_parentheses_is_no_affiliation() -> None:
    assert reasons("a school in the town of osh (Kyrgyzstan)") == [("Kyrgyzstan", "")]


def test_traps_are_left_out() -> None:
    assert reasons("Voice of America reported from Armenia") == [("Armenia", "")]


def decide(rule: Rule) -> tuple[str, float]:
    """The reason and the factor of the mention in brackets of a rule's example."""
    begin = rule.example.index("[")
    text = rule.example.replace("[", "").replace("]", "")
    mentions = gazetteer().find(text)
    mention = next(item for item in mentions if item.start == begin)
    chairs = mention.countries if "chair" in rule.kinds else ()
    return next(
        (reading.reason, reading.factor)
        for reading in read_contexts(text, mentions, chairs)
        if reading.mention == mention
    )


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: f"{rule.reason}: {rule.example}")
def test_each_row_of_the_table_decides_its_example(rule: Rule, monkeypatch: pytest.MonkeyPatch) -> None:
    assert decide(rule) == (rule.reason, rule.factor)
    monkeypatch.setattr(contexts, "_rules_of", contexts._rules_of.__wrapped__)
    monkeypatch.setattr(contexts, "_adjective_rules_of", contexts._adjective_rules_of.__wrapped__)
    monkeypatch.setattr(contexts, "read_rules", lambda: tuple(other for other in RULES if other is not rule))
    assert decide(rule) != (rule.reason, rule.factor)


def test_the_factor_of_each_reason_in_the_table() -> None:
    assert len(RULES) == 44
    assert sorted({(rule.factor, rule.reason) for rule in RULES}) == [
        (0.0, "affiliation"),
        (0.0, "chair"),
        (0.0, "chairs a meeting"),
        (0.0, "currency"),
        (0.0, "document"),
        (0.0, "donor"),
        (0.0, "embassy"),
        (0.0, "former state"),
        (0.0, "language"),
        (0.0, "mediator"),
        (0.0, "office"),
        (0.0, "person's name"),
        (0.3, "partner"),
        (0.3, "people"),
        (0.3, "person"),
        (0.4, "example"),
        (0.4, "expert"),
        (0.4, "participant"),
        (0.5, "person"),
        (0.5, "venue"),
        (0.6, "border"),
        (1.0, "force"),
        (1.0, "meant"),
        (1.0, "meeting"),
        (1.0, "origin"),
        (1.0, "scene"),
        (1.0, "venue"),
        (1.0, "visit"),
    ]


@given(st.text(alphabet="NORWAYnorway of()', \n.-and the", max_size=400))
def test_any_surroundings_are_read_and_factors_stay_between_none_and_all(text: str) -> None:
    for reading in read_contexts(text, gazetteer().find(text), ("NO",)):
        assert 0.0 <= reading.factor <= 1.0
