"""Harness: the files of a relevance test → a search measured by them, and the problems in the files."""

from __future__ import annotations

import functools
import json
import math
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from osce_search.backends import Index, open_index
from osce_search.errors import EvaluationError
from osce_search.evaluation import Paths
from osce_search.evaluation.files import Place, Problems, Severity, digest_lines, read_lines
from osce_search.evaluation.gate import (
    Accepted,
    Baseline,
    Measurement,
    read_accepted,
    read_baseline,
)
from osce_search.evaluation.measures import DEFAULT_MEASURES, check_measures, measure_run
from osce_search.evaluation.rankings import DEPTH, Conditions, IndexSearch, Search, ask_topics
from osce_search.evaluation.rules import (
    Known,
    MustNot,
    MustTop,
    Rule,
    Zero,
    check_rules,
    list_required,
    list_topics,
    read_rules,
)
from osce_search.evaluation.topics import Operator, Topic, digest_topics, read_topics
from osce_search.evaluation.trec import Judgement, notes_path, read_judgements

_NAMES = {
    "topics": ("topics.yaml", "topics.yml", "topics.tsv", "topics.txt"),
    "qrels": ("qrels.txt", "qrels.tsv"),
    "rules": ("rules.yaml", "rules.yml"),
    "accepted": ("accepted.yaml", "accepted.yml"),
}


# ── the files ────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Suite:
    """The content of the files of a relevance test."""

    paths: Paths
    topics: tuple[Topic, ...] = ()
    judgements: tuple[Judgement, ...] = ()
    rules: tuple[Rule, ...] = ()
    accepted: tuple[Accepted, ...] = ()
    baseline: Baseline | None = None


def find_paths(directory: Path | None, given: Paths | None = None) -> Paths:
    """Return the given files, and the other files of a directory by their usual names.

    The names are topics.yaml (or .tsv, .txt), qrels.txt (or .tsv), rules.yaml, accepted.yaml and baseline.json.
    Raise EvaluationError if the directory has no topics and none are given.
    """
    given = given or Paths()
    if directory is None:
        return given
    if not directory.is_dir():
        raise EvaluationError(f"{directory}: there is no such directory")
    found = {
        field: next((directory / name for name in names if (directory / name).is_file()), None)
        for field, names in _NAMES.items()
    }
    found |= {"baseline": directory / "baseline.json"}
    paths = Paths(*(path or found[field] for field, path in given._asdict().items()))
    if paths.topics is None:
        raise EvaluationError(f"{directory}: no topics in it; put them into {' or '.join(_NAMES['topics'])}")
    return paths


def load_suite(paths: Paths, problems: Problems) -> Suite:
    """Return the content of the files. Errors in a single file are added to `problems`."""
    return Suite(
        paths,
        read_topics(paths.topics, problems) if paths.topics else (),
        read_judgements(paths.qrels, problems) if paths.qrels else (),
        read_rules(paths.rules, problems) if paths.rules else (),
        read_accepted(paths.accepted, problems) if paths.accepted else (),
        read_baseline(paths.baseline) if paths.baseline and paths.baseline.exists() else None,
    )


def find_stale(judgements: tuple[Judgement, ...], index: Index) -> tuple[Judgement, ...]:
    """Return the judgements of releases that the index does not hold."""
    known = _look_up(index)
    return tuple(item for item in judgements if not known(item.doc))


def digest_texts(index: Index) -> str:
    """Return a digest of ids, titles and texts, independent of their order. It reads every release.

    Facets are left out: judgements stay true if countries are inferred in another way.
    """
    return digest_lines(f"{release.id} {release.content_sha256}" for release in index.releases())


def _look_up(index: Index) -> Known:
    return functools.cache(lambda id: index.get(id) is not None)


# ── whether the files agree ──────────────────────────────────────────────────────────────────────────────────


def check_suite(suite: Suite, problems: Problems, severity: Severity = "error") -> None:
    """Add to `problems` where the files contradict each other.

    `severity` is that of topics without judgements and judgements without a topic, which a run can do without.
    """
    note = problems.error if severity == "error" else problems.warn
    topics = {topic.id for topic in suite.topics}
    judged = {item.topic for item in suite.judgements}
    relevant = {item.topic for item in suite.judgements if item.grade > 0}
    ruled = {rule.topic for rule in suite.rules}
    zeros = {rule.topic for rule in suite.rules if isinstance(rule, Zero)}
    for topic in suite.topics:
        if topic.id not in judged | ruled:
            note(topic, f"the topic {topic.id} has no judgements")
        elif topic.id in judged - relevant - zeros:
            problems.warn(topic, f"no release is relevant to {topic.id}: it can only score 0")
    counts = Counter(item.topic for item in suite.judgements)
    for item in suite.judgements:
        if item.topic not in topics and (count := counts.pop(item.topic, 0)):
            plural = "s" if count > 1 else ""
            note(item, f"{count} judgement{plural} for {item.topic}, which is no topic")
    for rule in suite.rules:
        for name in list_topics(rule):
            if name not in topics:
                problems.error(rule, f"a rule for {name}, which is no topic")
    for excuse in suite.accepted:
        if excuse.topic not in topics:
            problems.error(excuse, f"{excuse.topic} is accepted to fall, but is no topic")
    for item in suite.judgements:
        if item.topic in zeros and item.grade > 0:
            problems.error(item, f"{item.doc} answers {item.topic}, which has no answer according to a rule")
    grades = {(item.topic, item.doc): item for item in suite.judgements}
    for rule in suite.rules:
        if not isinstance(rule, MustTop | MustNot) or (rule.topic, rule.doc) not in grades:
            continue
        item = grades[rule.topic, rule.doc]
        if (item.grade > 0) != isinstance(rule, MustTop):
            grade = f"{item.doc} has the grade {item.grade} for {item.topic} ({item.path}:{item.line})"
            problems.warn(rule, f"{grade}, which this rule contradicts")


def check_against_index(suite: Suite, index: Index, problems: Problems) -> None:
    """Add to `problems` the releases that the index does not hold, and what changed since the files were made."""
    known = _look_up(index)
    for item in find_stale(suite.judgements, index):
        problems.warn(item, f"{item.doc}, judged for {item.topic}, is not in the index")
    for rule in suite.rules:
        for doc in list_required(rule):
            if not known(doc):
                problems.warn(rule, f"{doc}, in a rule for {rule.topic}, is not in the index")
    if suite.baseline is not None and suite.baseline.texts != digest_texts(index):
        message = "the texts in the index changed since this was pinned; compare, then pin anew"
        problems.warn(Place(str(suite.paths.baseline)), message)
    if suite.paths.qrels is not None:
        _check_notes(suite, suite.paths.qrels, index, problems)


def _check_notes(suite: Suite, qrels: Path, index: Index, problems: Problems) -> None:
    """Add to `problems` the releases whose text has changed since they were judged."""
    path = notes_path(qrels)
    if not path.exists():
        return
    judged = {(item.topic, item.doc) for item in suite.judgements}
    for place, text in read_lines(path, problems):
        try:
            note = json.loads(text)
            topic, doc, digest = note["topic"], note["doc"], note["content_sha256"]
        except (ValueError, KeyError, TypeError, RecursionError):
            problems.error(place, "not a record with topic, doc and content_sha256")
            continue
        if (topic, doc) not in judged:
            problems.warn(place, f"{doc} is noted here as judged for {topic}, and is not in {qrels}")
        release = index.get(doc)
        if release is not None and release.content_sha256 != digest:
            message = f"the text of {doc} changed since it was judged for {topic}; look at it again"
            problems.warn(place, message)


# ── measuring a search by them ───────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Harness:
    """The files of a relevance test, and how their topics are asked.

    `floors` maps measures to the means that they must reach. `profile`, `operator` and `expand` are settings
    of an index, and have no effect on the search of an application.
    """

    paths: Paths
    floors: Mapping[str, float] = field(default_factory=dict)
    profile: str = "default"
    operator: Operator | None = None
    depth: int = DEPTH
    expand: bool = True
    measures: tuple[str, ...] = ()
    software: str = ""

    def load(self) -> Suite:
        """Return the content of the files. Raise EvaluationError with all errors in them and between them."""
        problems = Problems()
        suite = load_suite(self.paths, problems)
        problems.check()
        if suite.topics:
            check_suite(suite, problems)
            problems.check()
        return suite

    def measure(self, search: Index | Search | str | Path, *, index: Index | None = None) -> Measurement:
        """Ask all topics of an index, of the index in a directory, or of a function from a topic to ids.

        `index` is the index that such a function answers from. With an index, the baseline counts, and
        judgements of releases that it does not hold are stale.
        """
        if isinstance(search, str | Path):
            with open_index(search) as opened:
                return self.measure(opened)
        suite = self.load()
        if isinstance(search, Index):
            index = search
            search = self._search(index)
        floors = {check_measures(name)[0]: floor for name, floor in self.floors.items()}
        for name, floor in floors.items():
            if not math.isfinite(floor):
                raise EvaluationError(f"the floor of {name} is {floor}, which is not a number")
        baseline = suite.baseline if index is not None else None
        wanted = self.measures or (tuple(baseline.means) if baseline else ())
        measures = check_measures((*wanted, *floors)) or DEFAULT_MEASURES
        run = ask_topics(suite.topics, search, conditions=self._conditions(suite, index))
        stale = find_stale(suite.judgements, index) if index is not None else None
        scores = measure_run(run, suite.judgements, measures, topics=suite.topics, stale=stale)
        verdicts = check_rules(suite.rules, run, _look_up(index) if index is not None else None)
        return Measurement(run, scores, suite.judgements, verdicts, floors, suite.accepted, baseline)

    def check(self, search: Index | Search | str | Path, *, index: Index | None = None) -> Measurement:
        """Measure a search. Raise GateFailed, with the topics that fell, if it does not pass the gate."""
        measurement = self.measure(search, index=index)
        measurement.report().check()
        return measurement

    def _search(self, index: Index) -> IndexSearch:
        return IndexSearch(index, self.profile, self.operator, self.depth, self.expand, self.software)

    def _conditions(self, suite: Suite, index: Index | None) -> Conditions:
        if index is None:
            return Conditions(depth=self.depth, topics=digest_topics(suite.topics), software=self.software)
        conditions = self._search(index).conditions(suite.topics)
        # The digest reads every release, and only a baseline depends on it.
        return replace(conditions, texts=digest_texts(index)) if self.paths.baseline else conditions
