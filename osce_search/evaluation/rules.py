"""Rules: what an answer must and must not contain, and relations that hold between answers without judgements."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from osce_search.evaluation.files import Entry, Problems, collect_problems, read_entries
from osce_search.evaluation.rankings import Run, plain_words, rank_hits
from osce_search.query import FacetRequest
from osce_search.results import Results

_SAME = 10
"""Number of places from the top that two topics must share, unless a rule gives another."""

_FACETS = ("country", "field", "source", "type", "year")
_MAX_VALUES = 3
_MAX_WORDS = 6

# A relation, a question about two words, and one whose answer contains the answer to the first.
_CONTAINED = (
    ("OR contains each arm", "{0}", "{0} OR {1}"),
    ("OR contains each arm", "{1}", "{0} OR {1}"),
    ("a phrase is within its AND", '"{0} {1}"', "{0} AND {1}"),
)


# ── rules for topics ─────────────────────────────────────────────────────────────────────────────────────────

Rankings = Mapping[str, Sequence[str]]
"""The ids of the answer to each topic, best first."""

Known = Callable[[str], bool]
"""Whether a release is in the index."""

Judged = tuple[bool, str]
"""Whether a rule is kept, and what was expected and found."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Origin:
    """The place where a rule was read."""

    path: str = ""
    line: int = 0


@dataclass(frozen=True, slots=True)
class MustTop(_Origin):
    """The release `doc` is among the first `k`."""

    topic: str
    doc: str
    k: int

    def judge(self, rankings: Rankings, known: Known) -> Judged:
        """Return whether the rule is kept, and why."""
        place = _find_place(self.doc, rankings[self.topic])
        found = f"is at {place}" if place else _explain_absence(self.doc, known)
        kept = place is not None and place <= self.k
        return kept, f"{self.doc} must be in the first {self.k}; it {found}"


@dataclass(frozen=True, slots=True)
class MustNot(_Origin):
    """The release `doc` is not among the first `k`, or not in the answer if `k` is None."""

    topic: str
    doc: str
    k: int | None = None

    def judge(self, rankings: Rankings, known: Known) -> Judged:
        """Return whether the rule is kept, and why."""
        place = _find_place(self.doc, rankings[self.topic])
        where = f"in the first {self.k}" if self.k else "in the answer"
        found = f"is at {place}" if place else "is not found"
        kept = place is None or (self.k is not None and place > self.k)
        return kept, f"{self.doc} must not be {where}; it {found}"


@dataclass(frozen=True, slots=True)
class Tiers(_Origin):
    """Every release of a tier is found, and comes before every release of the next tiers."""

    topic: str
    tiers: tuple[tuple[str, ...], ...]

    def judge(self, rankings: Rankings, known: Known) -> Judged:
        """Return whether the rule is kept, and why."""
        places: dict[str, int] = {}
        for doc in list_required(self):
            place = _find_place(doc, rankings[self.topic])
            if place is None:
                return False, f"{doc}, of a tier, {_explain_absence(doc, known)}"
            places[doc] = place
        for upper, lower in itertools.pairwise(self.tiers):
            last, first = max(upper, key=places.__getitem__), min(lower, key=places.__getitem__)
            if places[last] > places[first]:
                found = f"is at {places[last]} after {places[first]}"
                return False, f"{last} must come before {first}, but {found}"
        return True, "the tiers are in order"


@dataclass(frozen=True, slots=True)
class SameAs(_Origin):
    """The first `k` releases are those of the topic `other`, in the same order."""

    topic: str
    other: str
    k: int = _SAME

    def judge(self, rankings: Rankings, known: Known) -> Judged:
        """Return whether the rule is kept, and why."""
        pairs = itertools.zip_longest(rankings[self.topic][: self.k], rankings[self.other][: self.k])
        at = next((place for place, (mine, other) in enumerate(pairs, 1) if mine != other), None)
        differs = f"; they differ from place {at} on" if at else ""
        return at is None, f"the first {self.k} must be those of {self.other}{differs}"


@dataclass(frozen=True, slots=True)
class Zero(_Origin):
    """The answer is empty."""

    topic: str

    def judge(self, rankings: Rankings, known: Known) -> Judged:
        """Return whether the rule is kept, and why."""
        ranking = rankings[self.topic]
        found = f"; the first is {ranking[0]}" if ranking else ""
        return not ranking, f"there must be no hit{found}"


Rule = MustTop | MustNot | Tiers | SameAs | Zero


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a run keeps a rule, with what was expected and found."""

    rule: Rule
    passed: bool
    message: str

    def __str__(self) -> str:
        place = f"{self.rule.path}:{self.rule.line}: " if self.rule.path else ""
        return f"{place}{self.rule.topic}: {self.message}"


def list_topics(rule: Rule) -> tuple[str, ...]:
    """Return the topics that a rule needs an answer to."""
    return (rule.topic, rule.other) if isinstance(rule, SameAs) else (rule.topic,)


def list_required(rule: Rule) -> tuple[str, ...]:
    """Return the releases that a rule requires in the answer."""
    if isinstance(rule, MustTop):
        return (rule.doc,)
    return tuple(itertools.chain.from_iterable(rule.tiers)) if isinstance(rule, Tiers) else ()


def check_rules(rules: Iterable[Rule], run: Run, known: Known | None = None) -> tuple[Verdict, ...]:
    """Return a verdict on each rule; a topic that did not run keeps none.

    `known` tells a release that is ranked low from one that is no longer in the index.
    """
    outcomes = {outcome.topic: outcome for outcome in run.outcomes}
    rankings = {topic: [item.doc for item in ranking] for topic, ranking in run.rankings.items()}
    verdicts = []
    for rule in rules:
        missing = next((topic for topic in list_topics(rule) if topic not in rankings), None)
        if missing is None:
            verdicts.append(Verdict(rule, *rule.judge(rankings, known or (lambda _: True))))
            continue
        outcome = outcomes.get(missing)
        why = f"{outcome.status}: {outcome.reason}" if outcome else "is no topic of the run"
        verdicts.append(Verdict(rule, False, f"did not run, so no rule is kept ({missing} {why})"))
    return tuple(verdicts)


def _find_place(doc: str, ranking: Sequence[str]) -> int | None:
    """Return the place of a release, from 1, or None."""
    return ranking.index(doc) + 1 if doc in ranking else None


def _explain_absence(doc: str, known: Known) -> str:
    return "is not found" if known(doc) else "is no longer in the index"


def read_rules(path: Path, problems: Problems | None = None) -> tuple[Rule, ...]:
    """Return the rules of a YAML file, in which each entry has a `topic` and conditions on its answer.

    The keys are `must_top: {id: …, k: …}`, `must_not: […]`, `tiers: [[…], […]]`, `same_as: topic` and
    `zero: true`. Errors are added to `problems`; without it, raise EvaluationError with all of them.
    """
    with collect_problems(problems) as found:
        return tuple(rule for entry in read_entries(path, found) for rule in _read_entry(entry))


def _read_entry(entry: Entry) -> Iterator[Rule]:
    entry.expect("topic", "must_top", "must_not", "tiers", "same_as", "zero", "k", "notes")
    topic = entry.text("topic")
    if not topic:
        entry.fail("a rule without a topic")
        return
    rules = [*_read_must_top(entry, topic), *_read_must_not(entry, topic)]
    if tiers := entry.groups("tiers"):
        if len(tiers) < 2 or not all(tiers):
            entry.fail("tiers must be two or more lists of ids, none of them empty", "tiers")
        elif len({doc for tier in tiers for doc in tier}) < sum(map(len, tiers)):
            entry.fail("an id is given twice in tiers", "tiers")
        else:
            rules.append(Tiers(topic, tiers, path=entry.path, line=entry.line))
    if other := entry.text("same_as"):
        if other == topic:
            entry.fail("same_as names the topic itself", "same_as")
        rules.append(SameAs(topic, other, entry.count("k", _SAME), path=entry.path, line=entry.line))
    if entry.flag("zero"):
        rules.append(Zero(topic, path=entry.path, line=entry.line))
    if not rules:
        entry.fail(f"the rule for {topic} has no condition")
    yield from rules


def _read_must_top(entry: Entry, topic: str) -> Iterator[Rule]:
    for wanted in entry.entries("must_top"):
        wanted.expect("id", "k")
        docs, k = wanted.texts("id"), wanted.count("k", 1)
        if not docs:
            wanted.fail("must_top needs an id")
        for doc in docs:
            yield MustTop(topic, doc, k, path=entry.path, line=wanted.line)


def _read_must_not(entry: Entry, topic: str) -> Iterator[Rule]:
    for item in entry.items("must_not"):
        if isinstance(item.content, str):
            yield MustNot(topic, item.content, path=entry.path, line=item.line)
        elif isinstance(item.content, Entry):
            item.content.expect("id", "k")
            k = item.content.count("k", 0) or None
            for doc in item.content.texts("id"):
                yield MustNot(topic, doc, k, path=entry.path, line=item.line)
        else:
            entry.fail("must_not must be ids, or entries with id and k", "must_not")


# ── relations between answers ────────────────────────────────────────────────────────────────────────────────

Ask = Callable[..., Results]
"""`Index.search`, or a function with the same arguments."""


@dataclass(frozen=True, slots=True)
class Violation:
    """A relation that does not hold for a question."""

    relation: str
    question: str
    message: str

    def __str__(self) -> str:
        return f"{self.relation}: {self.question!r}: {self.message}"


def check_relations(ask: Ask, questions: Iterable[str]) -> tuple[Violation, ...]:
    """Return the violations of all relations by questions made of the words of these questions.

    Relaxed answers, to questions whose words no release has together, are left out.
    """
    found: list[Violation] = []
    for question in questions:
        words = list(dict.fromkeys(plain_words(question).split()))[:_MAX_WORDS]
        if words:
            found.extend(violation for check in RELATIONS for violation in check(ask, words))
    return tuple(found)


def filter_never_adds(ask: Ask, words: Sequence[str]) -> Iterator[Violation]:
    """Check that a filter adds no hits, and leaves as many as the facet counts."""
    question = " ".join(words)
    free = ask(question, facets=[FacetRequest(name, _MAX_VALUES) for name in _FACETS], limit=None)
    if free.relaxed:
        return
    for name in _FACETS:
        for bucket in free.facets[name].buckets:
            filtered = ask(question, filters={name: [bucket.value]}, limit=None)
            if extra := _list_extra(_list_ids(filtered), _list_ids(free)):
                yield Violation("a filter never adds hits", question, f"{name}={bucket.value} adds {extra}")
            if filtered.total != bucket.count:
                message = f"{name}={bucket.value} counts {bucket.count} and has {filtered.total}"
                yield Violation("a count is the number of hits", question, message)


def contained_in_wider(ask: Ask, words: Sequence[str]) -> Iterator[Violation]:
    """Check that a wider question about two neighbouring words has all hits of a narrower one."""
    for pair in itertools.pairwise(words):
        for relation, narrow, wide in _CONTAINED:
            narrower, wider = narrow.format(*pair), wide.format(*pair)
            if extra := _list_extra(_list_ids(ask(narrower, limit=None)), _list_ids(ask(wider, limit=None))):
                yield Violation(relation, wider, f"{narrower} also has {extra}")


def order_is_free(ask: Ask, words: Sequence[str]) -> Iterator[Violation]:
    """Check that the order of words does not change the hits.

    The question is not expanded by other names, since a name of several words is one only in its order.
    """
    question = " ".join(words)
    hits = set(_list_ids(ask(question, limit=None, expand=False)))
    for other in (list(reversed(words)), sorted(words), [*words[1:], *words[:1]]):
        if hits != set(_list_ids(ask(" ".join(other), limit=None, expand=False))):
            message = f"as {' '.join(other)!r} it has other hits"
            yield Violation("word order does not matter", question, message)
            return


RELATIONS: tuple[Callable[[Ask, Sequence[str]], Iterator[Violation]], ...] = (
    filter_never_adds,
    contained_in_wider,
    order_is_free,
)
"""The relations; each yields the violations by the words of one question."""


def _list_ids(results: Results) -> list[str]:
    return [] if results.relaxed else [item.doc for item in rank_hits(results)]


def _list_extra(smaller: Iterable[str], larger: Iterable[str]) -> str:
    """Return the releases of the smaller answer that the larger one lacks, as text, or an empty text."""
    extra = sorted(set(smaller) - set(larger))
    return ", ".join(extra[:3]) + (" …" if len(extra) > 3 else "")
