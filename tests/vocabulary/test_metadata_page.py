"""The page on metadata shows what happens."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from osce_search.extraction.candidates import RANKS

PAGE = Path(__file__).parents[2] / "docs" / "metadata.md"
BLOCKS = re.findall(r"^```python\n(.*?)^```", PAGE.read_text(encoding="utf-8"), re.S | re.M)


@pytest.mark.parametrize("block", BLOCKS)
def test_its_examples_hold(block: str) -> None:
    exec(compile(block, "docs/metadata.md", "exec"), {})


def test_every_table_it_names_is_there() -> None:
    tables = Path(__file__).parents[2] / "osce_search" / "vocabulary" / "tables"
    named = set(re.findall(r"`(\w+\.[ct]sv)`", PAGE.read_text(encoding="utf-8")))
    assert named <= {path.name for path in tables.glob("*.?sv")}
    assert {path.name for path in tables.glob("*.?sv")} - named == {"acronyms.csv"}


def test_the_ranks_of_dates_are_those_of_the_code() -> None:
    printed = [
        int(rank) for rank in re.findall(r"^\| [^|]+ \| (\d+) \|$", PAGE.read_text(encoding="utf-8"), re.M)
    ]
    assert printed[: len(RANKS) - 1] == [rank for rank, _ in RANKS.values() if rank]
