"""Answer: results that print their question when somebody reads it, as most callers never do."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from osce_search.query import Plan, print_query
from osce_search.results import Receipt, Results

__all__ = ["Answer"]


class Answer(Results):
    """Results whose `read_as` and `receipt` are made when they are looked at."""

    __slots__ = ("_make_receipt", "_question")
    _make_receipt: Callable[[], Receipt]
    _question: Plan

    def __init__(self, question: Plan, make_receipt: Callable[[], Receipt], **fields: Any) -> None:
        write = object.__setattr__
        write(self, "_question", question)
        write(self, "_make_receipt", make_receipt)
        for name, value in fields.items():
            write(self, name, value)

    @property
    def read_as(self) -> str:
        return print_query(self._question)

    @property
    def receipt(self) -> Receipt:
        return self._make_receipt()
