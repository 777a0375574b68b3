"""Suite: the files of a relevance test in one directory → what they say, and what is wrong with them."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from osce_search.errors import EvaluationError
from osce_search.evaluation.baseline import Baseline, read_baseline
from osce_search.evaluation.gate import Accepted, read_accepted
from osce_search.evaluation.lines import read_lines
from osce_search.evaluation.problems import Problems, Severity
from osce_search.evaluation.qrels import Judgement, read_judgements
from osce_search.evaluation.rules import MustNot, MustTop, Rule, SameAs, Tiers, Zero, read_rules
from osce_search.evaluation.run import digest_texts
from osce_search.evaluation.topics import Topic, read_topics

if TYPE_CHECKING:
    from osce_search.backends import Index

__all__ = [
    "Paths",
    "Suite",
    "check_against_index",
    "check_suite",
    "find_paths",
    "find_stale",
    "load_suite",
    "meta_path",
]

_TOPICS = ("topics.yaml", "topics.yml", "topics.tsv", "topics.txt")
_QRELS = ("qrels.txt", "qrels.tsv")


@dataclass(frozen=True, slots=True)
class Paths:
    """Where the files are; None for what there is none of. `baseline` is also where one is pinned."""

    topics: Path | None = None
    qrels: Path | None = None
    rules: Path | None = None
    accepted: Path | None = None
    baseline: Path | None = None


@dataclass(frozen=True, slots=True)
class Suite:
    """What the files say."""

    paths: Paths
    topics: tuple[Topic, ...] = ()
    judgements: tuple[Judgement, ...] = ()
    rules: tuple[Rule, ...] = ()
    accepted: tuple[Accepted, ...] = ()
    baseline: Baseline | None = None


def find_paths(directory: Path, topics: Path | None = None) -> Paths:
    """The files of a directory by their usual names, with other `topics` if they are given.

    The names are topics.yaml (or .tsv, .txt), qrels.txt (or .tsv), rules.yaml, accepted.yaml and baseline.json. Raises
    EvaluationError where there are no topics.
    """
    if not directory.is_dir():
        raise EvaluationError(f"{directory}: there is no such directory")
    topics = topics or _first(directory, _TOPICS)
    if topics is None:
        raise EvaluationError(f"{directory}: no topics in it; put them into {' or '.join(_TOPICS)}")
    return Paths(
        topics,
        _first(directory, _QRELS),
        _first(directory, ("rules.yaml", "rules.yml")),
        _first(directory, ("accepted.yaml", "accepted.yml")),
        directory / "baseline.json",
    )


def _first(directory: Path, names: tuple[str, ...]) -> Path | None:
    return next((directory / name for name in names if (directory / name).is_file()), None)


def load_suite(paths: Paths, problems: Problems | None = None) -> Suite:
    """What the files say; what is wrong with single files is noted among `problems`, or raised without them."""
    found = Problems() if problems is None else problems
    suite = Suite(
        paths,
        read_topics(paths.topics, found) if paths.topics else (),
        read_judgements(paths.qrels, found) if paths.qrels else (),
        read_rules(paths.rules, found) if paths.rules else (),
        read_accepted(paths.accepted, found) if paths.accepted else (),
        read_baseline(paths.baseline) if paths.baseline and paths.baseline.exists() else None,
    )
    if problems is None:
        found.check()
    return suite


def find_stale(judgements: tuple[Judgement, ...], known: Callable[[str], bool]) -> tuple[Judgement, ...]:
    """The judgements of releases that the index no longer holds."""
    there: dict[str, bool] = {}
    for item in judgements:
        if item.doc not in there:
            there[item.doc] = known(item.doc)
    return tuple(item for item in judgements if not there[item.doc])


# ── do the files agree? ──────────────────────────────────────────────────────────────────────────────────────


def check_suite(suite: Suite, problems: Problems, severity: Severity = "error") -> None:
    """Note where the files contradict each other: each with file and line.

    `severity` is that of a topic without judgements and of judgements without a topic, which a run can do without.
    """
    note = problems.error if severity == "error" else problems.warn
    topics = {topic.id: topic for topic in suite.topics}
    judged = {item.topic for item in suite.judgements}
    ruled = {rule.topic for rule in suite.rules}
    zeros = {rule.topic for rule in suite.rules if isinstance(rule, Zero)}
    relevant = {item.topic for item in suite.judgements if item.grade > 0}
    for topic in suite.topics:
        if topic.id not in judged and topic.id not in ruled:
            note(topic.path, topic.line, f"the topic {topic.id} has no judgements")
        elif topic.id in judged and topic.id not in relevant and topic.id not in zeros:
            problems.warn(
                topic.path, topic.line, f"no release is relevant to {topic.id}: it can only score 0"
            )
    counts = Counter(item.topic for item in suite.judgements)
    for item in suite.judgements:
        if item.topic not in topics and (count := counts.pop(item.topic, 0)):
            plural = "s" if count > 1 else ""
            note(item.path, item.line, f"{count} judgement{plural} for {item.topic}, which is no topic")
    for rule in suite.rules:
        for name in (rule.topic, rule.other) if isinstance(rule, SameAs) else (rule.topic,):
            if name not in topics:
                problems.error(rule.path, rule.line, f"a rule for {name}, which is no topic")
    for excuse in suite.accepted:
        if excuse.topic not in topics:
            problems.error(excuse.path, excuse.line, f"{excuse.topic} is accepted to fall, but is no topic")
    _check_grades(suite, zeros, problems)


def _check_grades(suite: Suite, zeros: set[str], problems: Problems) -> None:
    """Rules that say the opposite of a judgement."""
    grades = {(item.topic, item.doc): item for item in suite.judgements}
    for item in suite.judgements:
        if item.topic in zeros and item.grade > 0:
            problems.error(
                item.path, item.line, f"{item.doc} answers {item.topic}, which by a rule has no answer"
            )
    for rule in suite.rules:
        if not isinstance(rule, MustTop | MustNot):
            continue
        judged = grades.get((rule.topic, rule.doc))
        if judged is not None and (judged.grade > 0) != isinstance(rule, MustTop):
            problems.warn(
                rule.path,
                rule.line,
                f"{rule.doc} has the grade {judged.grade} for {rule.topic} ({judged.path}:{judged.line}), "
                "which this rule contradicts",
            )


def check_against_index(suite: Suite, index: Index, problems: Problems) -> None:
    """Note which releases the files name and the index does not hold, and whether it changed since."""

    def known(id: str) -> bool:
        return index.get(id) is not None

    for item in find_stale(suite.judgements, known):
        problems.warn(item.path, item.line, f"{item.doc}, judged for {item.topic}, is not in the index")
    for rule, doc in _ruled(suite):
        if not isinstance(rule, MustNot) and not known(doc):
            problems.warn(rule.path, rule.line, f"{doc}, in a rule for {rule.topic}, is not in the index")
    baseline = suite.baseline
    if baseline is not None and baseline.texts != digest_texts(index):
        problems.warn(
            suite.paths.baseline, 0,
            "the texts in the index changed since this was pinned; compare, then pin anew",
        )  # fmt: skip
    _check_meta(suite, index, problems)


def _ruled(suite: Suite) -> Iterator[tuple[Rule, str]]:
    for rule in suite.rules:
        if isinstance(rule, MustTop | MustNot):
            yield rule, rule.doc
        elif isinstance(rule, Tiers):
            yield from ((rule, doc) for tier in rule.tiers for doc in tier)


# ── who judged, when, on what ────────────────────────────────────────────────────────────────────────────────


def meta_path(qrels: Path) -> Path:
    """Where it is noted who gave the judgements of a file, when, and on which index.

    >>> meta_path(Path("relevance/qrels.txt")).name
    'qrels.meta.jsonl'
    """
    return qrels.with_name(f"{qrels.stem}.meta.jsonl")


def _check_meta(suite: Suite, index: Index, problems: Problems) -> None:
    """Note which releases have another text than when they were judged."""
    if suite.paths.qrels is None:
        return
    path = meta_path(suite.paths.qrels)
    if not path.exists():
        return
    judged = {(item.topic, item.doc) for item in suite.judgements}
    for line, text in read_lines(path, problems):
        try:
            entry = json.loads(text)
            topic, doc, digest = entry["topic"], entry["doc"], entry["content_sha256"]
        except (ValueError, KeyError, TypeError, RecursionError):
            problems.error(path, line, "no record with topic, doc and content_sha256")
            continue
        if (topic, doc) not in judged:
            problems.warn(
                path, line, f"{doc} is noted here as judged for {topic}, and is not in {suite.paths.qrels}"
            )
        release = index.get(doc)
        if release is not None and release.content_sha256 != digest:
            problems.warn(
                path, line, f"the text of {doc} changed since it was judged for {topic}; look at it again"
            )
