"""Runs for tests: one made of rankings written as letters, and one of three topics for the tests of reports."""

from __future__ import annotations

from osce_search.evaluation.rankings import Conditions, Outcome, Ranked, Run
from osce_search.evaluation.topics import Topic
from osce_search.evaluation.trec import Judgement


def run_of(tag: str = "x", conditions: Conditions | None = None, /, **rankings: str | None) -> Run:
    """Return a run in which each letter is a release. An empty ranking is an empty answer, None a failure."""
    return Run(tag, tuple(_make_outcome(*item) for item in rankings.items()), conditions or Conditions())


def _make_outcome(topic: str, docs: str | None) -> Outcome:
    if docs is None:
        return Outcome(topic, "failed", reason="boom")
    ranking = tuple(Ranked(doc, 1.0) for doc in docs)
    return Outcome(topic, "answered" if docs else "empty", ranking, len(ranking))


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
