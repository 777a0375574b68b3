"""Chairs: each year has one, and its capital is a seat in that year only."""

from __future__ import annotations

from osce_search.vocabulary import vocabulary
from osce_search.vocabulary.countries import chair, seats


def test_every_year_from_1993_on_has_a_chair_whose_country_and_city_are_known() -> None:
    for year in range(1993, 2027):
        held = chair(year)
        assert held is not None
        assert held.country in vocabulary("country")
        city = vocabulary("place").term(held.city)
        assert city is not None
        assert city.countries == (held.country,)


def test_the_capital_of_the_chair_is_a_seat_in_its_year_alone() -> None:
    assert "Skopje" in seats(2023)
    assert "Skopje" not in seats(2022)
    assert {"Vienna", "Warsaw", "The Hague", "Copenhagen"} <= seats()


def test_a_year_without_a_chair_has_the_lasting_seats() -> None:
    assert chair(1950) is None
    assert seats(1950) == seats(None)
