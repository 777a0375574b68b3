"""Run: topics asked of an index → a ranking for each, with a record of what ran and what did not."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Literal

from osce_search.errors import EvaluationError
from osce_search.evaluation.topics import Operator, Topic, digest_topics
from osce_search.results import Hit, Results

if TYPE_CHECKING:
    from osce_search.backends import Index

__all__ = [
    "DEPTH",
    "Answer",
    "Conditions",
    "IndexSearch",
    "Outcome",
    "Ranked",
    "Run",
    "Search",
    "Status",
    "ask_topics",
    "digest_texts",
    "plain_words",
    "rank_hits",
]

DEPTH = 1000
"""Releases that are kept of each answer, as TREC does."""

Status = Literal["answered", "empty", "failed", "skipped"]


@dataclass(frozen=True, slots=True)
class Ranked:
    """A release in an answer; `score` is as the engine gave it."""

    doc: str
    score: float


@dataclass(frozen=True, slots=True)
class Answer:
    """What was answered to a topic: the best releases in their order, and how many match in all."""

    ranking: tuple[Ranked, ...]
    total: int
    relaxed: bool = False


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a topic.

    It was answered; or the answer was empty, which is a result; or asking failed; or it was skipped.
    `reason` says why, in the two last cases.
    """

    topic: str
    status: Status
    ranking: tuple[Ranked, ...] = ()
    total: int = 0
    relaxed: bool = False
    reason: str = ""
    milliseconds: float | None = None

    @property
    def ran(self) -> bool:
        """Whether there is an answer to be measured, an empty one included."""
        return self.status in ("answered", "empty")


@dataclass(frozen=True, slots=True)
class Conditions:
    """What a run was made with; empty where that is not known.

    `fingerprint` is the index's own, of all that it holds; `texts` that of ids, titles and texts, on which
    judgements rest.
    """

    fingerprint: str = ""
    texts: str = ""
    releases: int = 0
    profile: str = ""
    operator: str = ""
    depth: int = DEPTH
    topics: str = ""
    software: str = ""
    made: str = ""


@dataclass(frozen=True, slots=True)
class Run:
    """One outcome for each topic that was attempted or skipped; `tag` names the run in TREC files."""

    tag: str
    outcomes: tuple[Outcome, ...]
    conditions: Conditions = field(default_factory=Conditions)

    def with_status(self, *statuses: Status) -> tuple[Outcome, ...]:
        """The outcomes that have one of these statuses."""
        return tuple(outcome for outcome in self.outcomes if outcome.status in statuses)

    @property
    def rankings(self) -> Mapping[str, tuple[Ranked, ...]]:
        """The rankings of topics that ran, the empty ones included."""
        return {outcome.topic: outcome.ranking for outcome in self.outcomes if outcome.ran}


Search = Callable[[Topic], Answer | Results | Sequence[str | int | Hit]]
"""Anything that answers a topic: an application's own search may give the ids, best first."""


class IndexSearch:
    """Asks an index: a profile, and the operator for topics that do not name one.

    Topics of TREC files are bags of words unless `operator` says otherwise; the others are asked as people ask them.
    """

    def __init__(
        self,
        index: Index,
        *,
        profile: str = "default",
        operator: Operator | None = None,
        depth: int = DEPTH,
        expand: bool = True,
        software: str = "",
    ) -> None:
        self.index = index
        self.profile = profile
        self.operator = operator
        self.depth = depth
        self.expand = expand
        self.software = software

    def __call__(self, topic: Topic) -> Results:
        """The answer of the index."""
        return self.index.search(
            plain_words(topic.query) if topic.plain else topic.query,
            filters=topic.filters,
            since=topic.since,
            until=topic.until,
            operator=self.operator or topic.operator or "all",
            profile=self.profile,
            limit=self.depth,
            expand=self.expand,
        )

    def conditions(self, topics: Iterable[Topic]) -> Conditions:
        """What a run over these topics is made with."""
        return Conditions(
            self.index.fingerprint,
            releases=self.index.count(),
            profile=self.profile,
            operator=self.operator or "as the topics say",
            depth=self.depth,
            topics=digest_topics(topics),
            software=self.software,
            made=dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
        )


def ask_topics(
    topics: Sequence[Topic],
    search: Search,
    *,
    tag: str = "osce-search",
    skip: Mapping[str, str] | None = None,
    conditions: Conditions | None = None,
) -> Run:
    """The outcome of each topic, in their order; `skip` gives the reason by topic for those not to be asked.

    Whatever a search raises becomes a failed outcome that says what it was: one bad question does not hide
    the others, and is no zero.
    """
    outcomes = [
        Outcome(topic.id, "skipped", reason=skip[topic.id])
        if skip and topic.id in skip
        else _ask(topic, search, conditions.depth if conditions else DEPTH)
        for topic in topics
    ]
    if conditions is None:
        made = (
            search.conditions(topics)
            if isinstance(search, IndexSearch)
            else Conditions(topics=digest_topics(topics))
        )
        conditions = made
    return Run(tag, tuple(outcomes), conditions)


def _ask(topic: Topic, search: Search, depth: int) -> Outcome:
    begun = time.perf_counter()
    try:
        answer = _read_answer(search(topic), depth)
    except Exception as error:  # reported with the topic, and never counted as an answer
        return Outcome(topic.id, "failed", reason=f"{type(error).__name__}: {error}")
    spent = round((time.perf_counter() - begun) * 1000, 3)
    status: Status = "answered" if answer.ranking else "empty"
    return Outcome(topic.id, status, answer.ranking, answer.total, answer.relaxed, "", spent)


def _read_answer(answer: Answer | Results | Sequence[str | int | Hit], depth: int) -> Answer:
    if isinstance(answer, Results):
        answer = Answer(rank_hits(answer), answer.total, answer.relaxed)
    elif not isinstance(answer, Answer):
        docs = [_read_id(item) for item in answer]
        answer = Answer(tuple(Ranked(doc, float(-place)) for place, doc in enumerate(docs)), len(docs))
    docs = [item.doc for item in answer.ranking]
    if len(set(docs)) < len(docs):
        twice = next(doc for place, doc in enumerate(docs) if doc in docs[:place])
        raise EvaluationError(f"the answer holds {twice} twice")
    return replace(answer, ranking=answer.ranking[:depth])


def _read_id(item: object) -> str:
    """The id of what an answer holds; raises EvaluationError for what is none, which no judgement would ever name."""
    if isinstance(item, Hit):
        return item.id
    if isinstance(item, str | int):
        return str(item)
    raise EvaluationError(f"the answer holds a {type(item).__name__} where the id of a release is needed")


def digest_texts(index: Index) -> str:
    """A name for the ids, titles and texts of an index, whatever their order; it reads every release.

    Facets are not in it: another inference of countries leaves judgements as true as they were.
    """
    lines = sorted(f"{release.id} {release.content_sha256}" for release in index.releases())
    return "sha256:" + hashlib.sha256("\n".join(lines).encode()).hexdigest()


def rank_hits(results: Results) -> tuple[Ranked, ...]:
    """The ids and scores of hits in their order, without loading the releases where the back end can do without."""
    given = getattr(results.hits, "ranking", None)
    pairs = given() if given else [(hit.id, hit.score) for hit in results.hits]
    return tuple(Ranked(doc, score) for doc, score in pairs)


def plain_words(text: str) -> str:
    """The words of a text, none of which is read as syntax.

    >>> plain_words('"heat-conduction": AND (slabs) -steel')
    'heat conduction and slabs steel'
    """
    from osce_search.index.analyzer import TOKEN
    from osce_search.query import is_operator

    words = re.findall(TOKEN, text)
    return " ".join(word.lower() if is_operator(word) else word for word in words)
