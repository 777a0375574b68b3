"""Narrowed: the matches of a question under its filters, and what each facet is counted over."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from osce_search.engine.matching import Matched
from osce_search.query import Node

__all__ = ["Narrowed"]

Ids = npt.NDArray[np.int64]


class Narrowed(NamedTuple):
    """The matches that are answered.

    `docs` are sorted, `scores` as long or None, `tree` is what was evaluated. `without` has for each filtered facet the
    matches under all the other filters. `matched` is what the tree matches before any filter.
    """

    tree: Node
    docs: Ids
    scores: npt.NDArray[np.float64] | None
    without: Mapping[str, Ids]
    matched: Matched

    def keep(self, kept: npt.NDArray[np.bool_]) -> Narrowed:
        """Those of the matches alone; `kept` is as long as `docs`."""
        scores = None if self.scores is None else self.scores[kept]
        return self._replace(docs=self.docs[kept], scores=scores)
