"""A run of three topics, one answered, one empty and one failed, for the tests of what is printed of runs."""

from __future__ import annotations

from osce_search.evaluation.run import Outcome, Ranked, Run
from osce_search.evaluation.topics import Topic
from osce_search.evaluation.trec import Judgement

__all__ = ["JUDGED", "RUN", "TOPICS"]

TOPICS = [Topic("p", "x", kind="a", weight=3.0), Topic("q", "y", kind="b"), Topic("r", "z", kind="b")]
JUDGED = [Judgement("p", "a", 1), Judgement("q", "a", 1)]
RUN = Run(
    "mine",
    (
        Outcome("p", "answered", (Ranked("a", 2.0),), 1),
        Outcome("q", "empty"),
        Outcome("r", "failed", reason="QueryError: no"),
    ),
)
