"""Whoosh gets every field, and there is one distribution of it."""

from __future__ import annotations

import pytest

from osce_search.errors import OsceSearchError
from osce_search.index.fields import check_whoosh, whoosh_schema


def test_two_distributions_side_by_side_are_refused_with_what_to_do() -> None:
    with pytest.raises(
        OsceSearchError, match=r"whoosh and whoosh3 are installed .* pip uninstall whoosh whoosh3"
    ):
        check_whoosh(["whoosh", "whoosh3"])


def test_whoosh_knows_every_text_field_and_stored_facet() -> None:
    names = {"id", "date", "title", "lead", "body", "field", "country", "source", "type", "place", "language"}
    assert set(whoosh_schema().names()) == names
