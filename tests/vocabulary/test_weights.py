"""Weights: every row of the table decides how sure some country is."""

from __future__ import annotations

import pytest

from osce_search.vocabulary.countries import weigh_countries
from osce_search.vocabulary.weighing import THRESHOLD, WEIGHTS

Example = tuple[str, list[str], tuple[str, ...], tuple[str, ...], int]

EXAMPLES: dict[str, Example] = {
    "name": ("Judges in Moldova", [], (), (), 2010),
    "acronym": ("A law of BiH", [], (), (), 2010),
    "region": ("Youth of Transdniestria", [], (), (), 2010),
    "process": ("Minsk Group Co-Chairs", [], (), (), 2010),
    "demonym": ("Tajik border guards", [], (), (), 2010),
    "assembly": ("The Verkhovna Rada votes", [], (), (), 2010),
    "city": ("Khujand: guards trained", [], (), (), 2010),
    "group": ("Youth of Central Asia", [], (), (), 2010),
    "people": ("Chechen villages", [], (), (), 2010),
    "venue": ("Vienna: guards trained", [], (), (), 2010),
    "lead": ("A law", ["Judges of Moldova met."], (), (), 2010),
    "body": ("A law", ["Judges met.", "They are of Moldova."], (), (), 2010),
    "venue in text": ("A law", ["Judges at a conference in Budva."], (), (), 2010),
    "meeting": ("Montreux meeting on floods", [], (), (), 2014),
    "hosting": ("Serbian Chairmanship hosts conference", ["Officers met in Serbia."], (), (), 2015),
    "mediator": ("Summit ends", ["The sides met in Russia."], ("minsk-group",), (), 2011),
    "source": ("A law", [], ("mission-to-montenegro",), (), 2010),
    "dateline": ("A law", [], (), ("Baku",), 2010),
    "dateline elsewhere": ("A law", [], (), ("Rome",), 2010),
    "dateline beside title": ("A law of Moldova", [], (), ("Baku",), 2010),
    "dateline beside lead": ("A law", ["Judges of Moldova met."], (), ("Baku",), 2010),
    "text beside title": ("A law of Moldova", ["Judges of Ukraine met."], (), (), 2010),
    "text beside source": ("A law", ["Judges of Ukraine met."], ("mission-to-moldova",), (), 2010),
    "venue beside title": ("Moldova: conference in Budva", [], (), (), 2010),
    "force": ("A law of Ukraine", ["Russian troops left."], (), (), 2022),
    "understood": ("Fighting in Kosovo must stop", [], (), (), 1998),
}


def weights(example: Example) -> dict[str, float]:
    title, paragraphs, sources, places, year = example
    return {item.value: item.weight for item in weigh_countries(title, paragraphs, sources, places, year)}


def test_every_row_has_an_example() -> None:
    assert list(EXAMPLES) == list(WEIGHTS)


@pytest.mark.parametrize("name", EXAMPLES)
def test_each_row_weighs_its_example(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    before = weights(EXAMPLES[name])
    monkeypatch.setitem(WEIGHTS, name, WEIGHTS[name] * 0.9)
    assert weights(EXAMPLES[name]) != before


def test_the_weights_of_the_examples() -> None:
    assert THRESHOLD == 0.5
    assert {name: weights(example) for name, example in EXAMPLES.items()} == {
        "name": {"MD": 0.95},
        "acronym": {"BA": 0.9},
        "region": {"MD": 0.9},
        "process": {"AM": 0.9, "AZ": 0.9},
        "demonym": {"TJ": 0.85},
        "assembly": {"UA": 0.8},
        "city": {"TJ": 0.8},
        "group": {"KG": 0.55, "KZ": 0.55, "TJ": 0.55, "TM": 0.55, "UZ": 0.55},
        "people": {"RU": 0.3},
        "venue": {"AT": 0.15},
        "lead": {"MD": 0.589},
        "body": {"MD": 0.114},
        "venue in text": {"ME": 0.198},
        "meeting": {"CH": 0.44},
        "hosting": {"RS": 0.294},
        "mediator": {"AM": 0.9, "AZ": 0.9, "RU": 0.124},
        "source": {"ME": 0.9},
        "dateline": {"AZ": 0.6},
        "dateline elsewhere": {"IT": 0.4},
        "dateline beside title": {"MD": 0.95, "AZ": 0.198},
        "dateline beside lead": {"MD": 0.589, "AZ": 0.54},
        "text beside title": {"MD": 0.95, "UA": 0.265},
        "text beside source": {"MD": 0.9, "UA": 0.412},
        "venue beside title": {"MD": 0.95, "ME": 0.2},
        "force": {"UA": 0.95, "RU": 0.55},
        "understood": {"XK": 0.95, "RS": 0.6},
    }
