"""A disk that refuses one write, or all later ones, leaves a complete state and a clear error."""

from __future__ import annotations

from tests.reliability.refusals import refuse_each


def test_each_kind_of_write_can_be_refused() -> None:
    found = refuse_each(4, steps=4, size=12, every=5)
    assert found["told, the old state is there"] > 30
    assert sum(found.values()) > 50
