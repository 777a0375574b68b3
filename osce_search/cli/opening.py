"""Opening: the index and the time that options name → an index that answers within it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from osce_search.backends import Index

__all__ = ["Seconds", "open_chosen"]

_DURATION = re.compile(r"(\d+(?:\.\d+)?|\.\d+)\s*(ms|s)?")


class Seconds(click.ParamType[float]):
    """A time above 0, in seconds, or in milliseconds where it says so."""

    name = "seconds"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """The seconds that a text such as 5, 2.5s or 500ms says.

        >>> Seconds().convert("500ms", None, None)
        0.5
        """
        found = _DURATION.fullmatch(str(value).strip())
        seconds = float(found[1]) / (1000 if found[2] == "ms" else 1) if found else 0.0
        if not 0 < seconds < float("inf"):
            self.fail(f"{value!r} is no time above 0, as in 5, 2.5s or 500ms.", param, ctx)
        return seconds


def open_chosen(context: click.Context, options: Mapping[str, Any]) -> Index:
    """The index that was chosen, which gives each question the time that `--timeout` allows."""
    from osce_search import backends

    seconds = options.get("timeout")
    if seconds is None:
        return backends.open_index(options["index_path"], software=context.obj)
    from dataclasses import replace

    from osce_search.engine.budget import read_budget

    budget = replace(read_budget(), seconds=seconds)
    return backends.open_index(options["index_path"], software=context.obj, budget=budget)
