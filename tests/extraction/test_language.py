"""Language: told by letters and small words."""

from __future__ import annotations

import pytest

from osce_search.extraction.metadata import detect_language


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("The pupils of the school have been on the air for a week, and they are to go on with it.", "en"),
        ("Участники семинара обсудили доступ к питьевой воде и работу районных служб в области.", "ru"),
        ("Учасники семінару обговорили доступ до питної води та роботу районних служб у місті.", "uk"),
        ("Учесници семинара су разговарали о приступу пијаћој води и о раду општинских служби.", "sr"),
        (
            "Učesnici seminara su razgovarali o pristupu pijaćoj vodi i o radu opštinskih službi u gradu.",
            "sr",
        ),
        (
            "Pjesmëmarrësit e seminarit diskutuan për ujin e pijshëm dhe për punën e shërbimeve në komunë.",
            "sq",
        ),
        (
            "Учесниците на семинарот разговараа за пристапот до вода за пиење, а потоа ја видоа работата на службите.",
            "mk",
        ),
        ("Die Teilnehmer des Seminars sprachen über das Trinkwasser und die Arbeit der Dienste.", "de"),
        (
            "Les participants au séminaire ont parlé de l'eau potable et du travail des services de la ville.",
            "fr",
        ),
        (
            "Семинардын катышуучулары ичүүчү суу жана кызматтардын иши жөнүндө сүйлөшүштү, ал эми шаар үчүн план бар.",
            "ky",
        ),
        ("სემინარის მონაწილეებმა სასმელ წყალზე ისაუბრეს", "ka"),
    ],
)
def test_a_text_tells_its_language(text: str, language: str) -> None:
    assert detect_language([text]) == language


@pytest.mark.parametrize("text", ["", "OSCE", "12 34 56", "Osh Bishkek Vienna"])
def test_too_little_text_tells_none(text: str) -> None:
    assert detect_language([text]) is None


def test_a_foreign_name_does_not_make_the_language() -> None:
    text = "The Head of Mission met Đorđe Žižić and Shpëtim Kërçova in the town hall of Gjilan to speak about the bus."
    assert detect_language([text]) == "en"
