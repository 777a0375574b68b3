"""Rules: what an answer must and must not be, said release by release where a mean would hide it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from osce_search.evaluation.entries import Entry, read_entries
from osce_search.evaluation.problems import Problems
from osce_search.evaluation.run import Outcome, Run

__all__ = ["MustNot", "MustTop", "Rule", "SameAs", "Tiers", "Verdict", "Zero", "check_rules", "read_rules"]

SAME = 10
"""Releases from the top that are compared where two topics are to have the same answer, unless told otherwise."""


@dataclass(frozen=True, slots=True)
class MustTop:
    """The release `doc` is among the first `k`."""

    topic: str
    doc: str
    k: int
    path: str = ""
    line: int = 0


@dataclass(frozen=True, slots=True)
class MustNot:
    """The release `doc` is not among the first `k`, or where that is None, not in the answer."""

    topic: str
    doc: str
    k: int | None = None
    path: str = ""
    line: int = 0


@dataclass(frozen=True, slots=True)
class Tiers:
    """Every release of a tier is found, and comes before every release of the tiers after it."""

    topic: str
    tiers: tuple[tuple[str, ...], ...]
    path: str = ""
    line: int = 0


@dataclass(frozen=True, slots=True)
class SameAs:
    """The first `k` releases are those of the topic `other`, in the same order."""

    topic: str
    other: str
    k: int = SAME
    path: str = ""
    line: int = 0


@dataclass(frozen=True, slots=True)
class Zero:
    """There is no hit."""

    topic: str
    path: str = ""
    line: int = 0


Rule = MustTop | MustNot | Tiers | SameAs | Zero


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a run keeps a rule; `message` says what was wanted and what was found."""

    rule: Rule
    passed: bool
    message: str

    def __str__(self) -> str:
        place = f"{self.rule.path}:{self.rule.line}: " if self.rule.path else ""
        return f"{place}{self.rule.topic}: {self.message}"


def read_rules(path: Path, problems: Problems | None = None) -> tuple[Rule, ...]:
    """The rules of a YAML file: a list of records with a `topic` and what is asked of its answer.

    The keys are `must_top: {id: …, k: …}`, `must_not: […]`, `tiers: [[…], […]]`, `same_as: topic` and
    `zero: true`. What is wrong is noted among `problems`; without them EvaluationError is raised with all
    of it.
    """
    found = Problems() if problems is None else problems
    rules = tuple(rule for entry in read_entries(path, found) for rule in _from_entry(entry))
    if problems is None:
        found.check()
    return rules


def _from_entry(entry: Entry) -> Iterator[Rule]:
    entry.expect("topic", "must_top", "must_not", "tiers", "same_as", "zero", "k", "notes")
    topic = entry.text("topic")
    if not topic:
        entry.fail("a rule without a topic")
        return
    rules: list[Rule] = []
    for wanted in entry.entries("must_top"):
        wanted.expect("id", "k")
        docs, k = wanted.texts("id"), wanted.count("k", 1)
        if not docs:
            wanted.fail("must_top needs an id")
        rules.extend(MustTop(topic, doc, k, entry.path, wanted.line) for doc in docs)
    rules.extend(_unwanted(entry, topic))
    if tiers := entry.groups("tiers"):
        if len(tiers) < 2 or not all(tiers):
            entry.fail("tiers are two or more lists of ids, none of them empty", "tiers")
        elif len({doc for tier in tiers for doc in tier}) < sum(map(len, tiers)):
            entry.fail("an id stands twice in tiers", "tiers")
        else:
            rules.append(Tiers(topic, tiers, entry.path, entry.line))
    if other := entry.text("same_as"):
        if other == topic:
            entry.fail("same_as names the topic itself", "same_as")
        rules.append(SameAs(topic, other, entry.count("k", SAME), entry.path, entry.line))
    if entry.flag("zero"):
        rules.append(Zero(topic, entry.path, entry.line))
    if not rules:
        entry.fail(f"the rule for {topic} asks for nothing")
    yield from rules


def _unwanted(entry: Entry, topic: str) -> Iterator[MustNot]:
    """What `must_not` names: ids, or records with an id and how far down it must not be."""
    value = entry.values.get("must_not")
    items = () if value is None else value.content if isinstance(value.content, tuple) else (value,)
    for item in items:
        if isinstance(item.content, str):
            yield MustNot(topic, item.content, None, entry.path, item.line)
        elif isinstance(item.content, Entry):
            item.content.expect("id", "k")
            k = item.content.count("k", 0) or None
            for doc in item.content.texts("id"):
                yield MustNot(topic, doc, k, entry.path, item.line)
        else:
            entry.fail("must_not is to be ids, or records with id and k", "must_not")


# ── is it kept? ──────────────────────────────────────────────────────────────────────────────────────────────


def check_rules(
    rules: Iterable[Rule], run: Run, known: Callable[[str], bool] | None = None
) -> tuple[Verdict, ...]:
    """A verdict for each rule; a topic that did not run keeps none.

    `known` says whether a release is in the index: "not there at all" is another finding than "ranked low".
    """
    outcomes = {outcome.topic: outcome for outcome in run.outcomes}
    return tuple(_judge(rule, outcomes, known or (lambda _: True)) for rule in rules)


def _judge(rule: Rule, outcomes: dict[str, Outcome], known: Callable[[str], bool]) -> Verdict:
    for topic in (rule.topic, rule.other) if isinstance(rule, SameAs) else (rule.topic,):
        outcome = outcomes.get(topic)
        if outcome is None or not outcome.ran:
            why = "is no topic of the run" if outcome is None else f"{outcome.status}: {outcome.reason}"
            return Verdict(rule, False, f"did not run, so no rule is kept ({topic} {why})")
    ranking = [item.doc for item in outcomes[rule.topic].ranking]
    if isinstance(rule, MustTop):
        return _judge_top(rule, ranking, known)
    if isinstance(rule, MustNot):
        place = _place(rule.doc, ranking)
        bad = place is not None and (rule.k is None or place <= rule.k)
        where = f"in the first {rule.k}" if rule.k else "in the answer"
        found = "is not found" if place is None else f"is at {place}"
        return Verdict(rule, not bad, f"{rule.doc} must not be {where}; it {found}")
    if isinstance(rule, Tiers):
        return _judge_tiers(rule, ranking, known)
    if isinstance(rule, SameAs):
        other = [item.doc for item in outcomes[rule.other].ranking][: rule.k]
        mine = ranking[: rule.k]
        at = next((n for n in range(max(len(mine), len(other))) if mine[n : n + 1] != other[n : n + 1]), None)
        differs = "" if at is None else f"; they differ from place {at + 1} on"
        return Verdict(rule, at is None, f"the first {rule.k} must be those of {rule.other}{differs}")
    total = len(ranking)
    return Verdict(
        rule, not total, "there must be no hit" + (f"; the first is {ranking[0]}" if total else "")
    )


def _judge_top(rule: MustTop, ranking: Sequence[str], known: Callable[[str], bool]) -> Verdict:
    place = _place(rule.doc, ranking)
    if place is not None:
        found = f"is at {place}"
    else:
        found = "is not found" if known(rule.doc) else "is no longer in the index"
    return Verdict(
        rule, place is not None and place <= rule.k, f"{rule.doc} must be in the first {rule.k}; it {found}"
    )


def _judge_tiers(rule: Tiers, ranking: Sequence[str], known: Callable[[str], bool]) -> Verdict:
    places = {doc: _place(doc, ranking) for tier in rule.tiers for doc in tier}
    for doc, place in places.items():
        if place is None:
            found = "is not found" if known(doc) else "is no longer in the index"
            return Verdict(rule, False, f"{doc}, of a tier, {found}")
    for upper, lower in zip(rule.tiers, rule.tiers[1:], strict=False):
        last = max(upper, key=lambda doc: places[doc] or 0)
        first = min(lower, key=lambda doc: places[doc] or 0)
        if (places[last] or 0) > (places[first] or 0):
            return Verdict(
                rule,
                False,
                f"{last} must come before {first}, but is at {places[last]} after {places[first]}",
            )
    return Verdict(rule, True, "the tiers are in order")


def _place(doc: str, ranking: Sequence[str]) -> int | None:
    """Where a release stands, from 1, or None."""
    return ranking.index(doc) + 1 if doc in ranking else None
