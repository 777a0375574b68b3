"""Input altered at random leads to documented errors only; the long run is `make fuzz`."""

from __future__ import annotations

import pytest

from tests.reliability.fuzz import TARGETS, fuzz

INPUTS = {"page": 200, "question": 500, "record": 15_000, "index": 70}


@pytest.mark.parametrize("name", list(TARGETS))
def test_altered_input_is_refused_or_read(name: str) -> None:
    findings = fuzz(name, 11, inputs=INPUTS[name])
    assert findings.defects == {}
    assert findings.inputs == INPUTS[name]
