"""Rankings: topics asked of a search → a run: a ranking for each topic, and a record of what ran and what did not."""

from __future__ import annotations

import datetime as dt
import random
import re
import time
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from osce_search.backends import Index
from osce_search.errors import EvaluationError
from osce_search.evaluation.topics import Operator, Topic, digest_topics
from osce_search.index.analyzer import TOKEN
from osce_search.query import is_operator
from osce_search.results import Hit, Results

DEPTH = 1000
"""Number of releases kept of each answer, as in TREC."""

Status = Literal["answered", "empty", "failed", "skipped"]


@dataclass(frozen=True, slots=True)
class Ranked:
    """A release in an answer, with the score that the engine gave it."""

    doc: str
    score: float


@dataclass(frozen=True, slots=True)
class Answer:
    """The best releases for a topic in their order, and the number of all that match."""

    ranking: tuple[Ranked, ...]
    total: int
    relaxed: bool = False


@dataclass(frozen=True, slots=True)
class Outcome:
    """The result of asking a topic; an empty answer is a result, a failure is not.

    `reason` says why a topic failed or was skipped.
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
        """Whether there is an answer to measure, which may be empty."""
        return self.status in ("answered", "empty")


@dataclass(frozen=True, slots=True)
class Conditions:
    """The circumstances of a run; a value is empty if it is not known.

    `fingerprint` is that of the whole index; `texts` is a digest of ids, titles and texts, on which judgements
    depend; `topics` is a digest of the questions.
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
    """The outcomes of all topics that were asked or skipped; `tag` names the run in TREC files."""

    tag: str
    outcomes: tuple[Outcome, ...]
    conditions: Conditions = field(default_factory=Conditions)

    def with_status(self, *statuses: Status) -> tuple[Outcome, ...]:
        """Return the outcomes that have one of these statuses."""
        return tuple(outcome for outcome in self.outcomes if outcome.status in statuses)

    @property
    def rankings(self) -> Mapping[str, tuple[Ranked, ...]]:
        """The ranking of each topic that ran, including empty ones."""
        return {outcome.topic: outcome.ranking for outcome in self.outcomes if outcome.ran}


# ── asking ───────────────────────────────────────────────────────────────────────────────────────────────────

Search = Callable[[Topic], Answer | Results | Sequence[str | int | Hit]]
"""A function that answers a topic, such as the search of an application; it may return ids, best first."""


@dataclass(frozen=True, slots=True)
class IndexSearch:
    """A search that asks an index with a ranking profile.

    `operator` overrides that of the topics. Without it, the topics of TREC files are bags of words, and all
    words of the others are required.
    """

    index: Index
    profile: str = "default"
    operator: Operator | None = None
    depth: int = DEPTH
    expand: bool = True
    software: str = ""

    def __call__(self, topic: Topic) -> Results:
        """Return the answer of the index."""
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
        """Return the circumstances of a run over these topics."""
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
    """Return the outcome of each topic, in their order. `skip` maps the topics to skip to the reason.

    Whatever a search raises becomes a failed outcome with the error as its reason: one bad question does not
    hide the others, and does not count as zero.
    """
    if conditions is None:
        conditions = (
            search.conditions(topics)
            if isinstance(search, IndexSearch)
            else Conditions(topics=digest_topics(topics))
        )
    skip = skip or {}
    outcomes = [
        Outcome(topic.id, "skipped", reason=skip[topic.id])
        if topic.id in skip
        else _ask_topic(topic, search, conditions.depth)
        for topic in topics
    ]
    return Run(tag, tuple(outcomes), conditions)


def _ask_topic(topic: Topic, search: Search, depth: int) -> Outcome:
    begun = time.perf_counter()
    try:
        answer = _read_answer(search(topic))
    except Exception as error:  # The error becomes the reason of the outcome.
        return Outcome(topic.id, "failed", reason=f"{type(error).__name__}: {error}")
    spent = round((time.perf_counter() - begun) * 1000, 3)
    status: Status = "answered" if answer.ranking else "empty"
    return Outcome(topic.id, status, answer.ranking[:depth], answer.total, answer.relaxed, "", spent)


def _read_answer(answer: Answer | Results | Sequence[str | int | Hit]) -> Answer:
    if isinstance(answer, Results):
        answer = Answer(rank_hits(answer), answer.total, answer.relaxed)
    elif not isinstance(answer, Answer):
        ids = map(_read_id, answer)
        ranking = tuple(Ranked(id, float(-place)) for place, id in enumerate(ids))
        answer = Answer(ranking, len(ranking))
    seen: set[str] = set()
    for item in answer.ranking:
        if item.doc in seen:
            raise EvaluationError(f"the answer holds {item.doc} twice")
        seen.add(item.doc)
    return answer


def _read_id(item: object) -> str:
    if isinstance(item, Hit):
        return item.id
    if isinstance(item, str | int):
        return str(item)
    raise EvaluationError(f"the answer holds a {type(item).__name__} instead of the id of a release")


def rank_hits(results: Results) -> tuple[Ranked, ...]:
    """Return the ids and scores of hits in their order, without loading releases if the hits allow that."""
    given = getattr(results.hits, "ranking", None)
    pairs = given() if given else [(hit.id, hit.score) for hit in results.hits]
    return tuple(Ranked(doc, score) for doc, score in pairs)


_CONTRACTION = r"[^\W_]+['’](?:[tTmMdD]|ll|re|ve)(?![^\W_])"  # don't, I'm, they've


def plain_words(text: str) -> str:
    """Return the words of a text without anything that the query language takes for syntax.

    >>> plain_words('"heat-conduction": AND (slabs) -steel')
    'heat conduction and slabs steel'
    """
    words = re.findall(rf"{_CONTRACTION}|{TOKEN}", text)
    return " ".join(word.lower() if is_operator(word) else word for word in words)


# ── pooling ──────────────────────────────────────────────────────────────────────────────────────────────────


def pool_unjudged(
    runs: Sequence[Run], judged: Collection[tuple[str, str]], *, depth: int, seed: int = 0
) -> list[tuple[str, str]]:
    """Return the releases among the first `depth` of any run that are not judged, topic by topic.

    The releases and `judged` are pairs of topic and id. The rankings are interleaved, so that the order does not tell
    which of them found a release, nor at which place; the same `seed` gives the same order.
    """
    rankings = [run.rankings for run in runs]
    pool = []
    for topic in dict.fromkeys(outcome.topic for run in runs for outcome in run.outcomes):
        tops = [[item.doc for item in ranked.get(topic, ())[:depth]] for ranked in rankings]
        pool += [(topic, doc) for doc in interleave(tops, f"{seed} {topic}") if (topic, doc) not in judged]
    return pool


def interleave(rankings: Sequence[Sequence[str]], seed: str = "") -> list[str]:
    """Merge rankings without repetitions: in each round every ranking, in random order, adds its next release.

    This is team-draft interleaving (Radlinski, Kurup and Joachims, CIKM 2008).

    >>> sorted(interleave([["a", "b"], ["b", "c"]]))
    ['a', 'b', 'c']
    """
    chance = random.Random(seed)
    rest = [list(reversed(ranking)) for ranking in rankings]
    taken: dict[str, None] = {}
    while any(rest):
        for ranking in chance.sample(rest, len(rest)):
            while ranking and ranking[-1] in taken:
                ranking.pop()
            if ranking:
                taken[ranking.pop()] = None
    return list(taken)
