"""Records are the same in every run, and every copy of them is its own."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks import records


@pytest.fixture(autouse=True)
def few_records(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Fifty synthetic records."""
    monkeypatch.setattr(records, "REUTERS", tmp_path / "absent")
    monkeypatch.setattr(records, "SYNTHETIC", 50)


def test_synthetic_records_are_the_same_every_time() -> None:
    assert list(records.records()) == list(records.records())
    assert records.source() == "synthetic records of seed 1987"


def test_copies_have_ids_and_years_of_their_own() -> None:
    copies = list(records.records(4))
    assert records.count(4) == len(copies) == 200
    assert len({record["id"] for record in copies}) == 200
    assert {record["date"][:4] for record in copies} == {"1987", "1988", "1989", "1990"}
