"""Harness: topics, judgements and floors, to which any search can be held in a test."""

from __future__ import annotations

import functools
import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from osce_search.errors import EvaluationError
from osce_search.evaluation.baseline import Baseline
from osce_search.evaluation.gate import GateReport, check_gate
from osce_search.evaluation.measures import DEFAULT_MEASURES, Scores, check_measures, measure_run
from osce_search.evaluation.problems import Problems
from osce_search.evaluation.rules import Verdict, check_rules
from osce_search.evaluation.run import DEPTH, Conditions, IndexSearch, Run, Search, ask_topics, digest_texts
from osce_search.evaluation.suite import Paths, Suite, check_suite, find_stale, load_suite
from osce_search.evaluation.topics import Operator, digest_topics

if TYPE_CHECKING:
    from osce_search.backends import Index

__all__ = ["Harness", "Held"]


@dataclass(frozen=True, slots=True)
class Held:
    """What came of asking a search the topics of a suite; the first of `measures` is the one that counts most."""

    suite: Suite
    run: Run
    measures: tuple[str, ...]
    scores: Scores
    verdicts: tuple[Verdict, ...]
    floors: Mapping[str, float]
    baseline: Baseline | None

    def report(self) -> GateReport:
        """What the gate says; raises EvaluationError where there is nothing to hold the search to."""
        if not (self.floors or self.suite.rules or self.baseline):
            raise EvaluationError(
                "nothing to hold the search to: give floors, such as nDCG@10 0.7, rules or a baseline"
            )
        return check_gate(
            self.run,
            self.scores,
            verdicts=self.verdicts,
            baseline=self.baseline,
            accepted=self.suite.accepted,
            judgements=self.suite.judgements,
            floors=self.floors,
        )


@dataclass(frozen=True, slots=True)
class Harness:
    """The files of a relevance test, and how their topics are asked.

    `floors` are means that must be reached, by measure. `profile`, `operator` and `expand` go to an index,
    and mean nothing to an application's own search.
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
        """What the files say; raises EvaluationError with everything that is wrong in them or between them."""
        problems = Problems()
        suite = load_suite(self.paths, problems)
        problems.check()
        if suite.topics:
            check_suite(suite, problems)
            problems.check()
        return suite

    def hold(self, search: Index | Search | str | Path, *, index: Index | None = None) -> Held:
        """A search held to the files: an index, its directory, or a function from a topic to ids, best first.

        For a function `index` is what it answers from. A baseline counts where there is an index, and so does what
        the index no longer holds.
        """
        from osce_search.backends import Index, open_index

        if isinstance(search, str | Path):
            with open_index(search) as opened:
                return self.hold(opened)
        if isinstance(search, Index):
            index = search
            search = self._ask(index)
        return self._hold(self.load(), search, index)

    def check(self, search: Index | Search | str | Path, *, index: Index | None = None) -> Held:
        """The same; raises GateFailed, naming the questions, where the gate stays closed."""
        held = self.hold(search, index=index)
        held.report().check()
        return held

    def _hold(self, suite: Suite, search: Search, index: Index | None) -> Held:
        floors = {check_measures(name)[0]: floor for name, floor in self.floors.items()}
        if wrong := [name for name, floor in floors.items() if not math.isfinite(floor)]:
            raise EvaluationError(f"the floor of {wrong[0]} is {floors[wrong[0]]}, which is no number")
        baseline = suite.baseline if index is not None else None
        asked = self.measures or (tuple(baseline.means) if baseline else ())
        measures = check_measures((*asked, *floors)) or DEFAULT_MEASURES
        conditions = self._conditions(suite, index)
        run = ask_topics(suite.topics, search, conditions=conditions)
        if index is None:
            scores = measure_run(run, suite.judgements, measures, topics=suite.topics)
            return Held(suite, run, measures, scores, check_rules(suite.rules, run), floors, None)
        known = functools.cache(lambda id: index.get(id) is not None)
        stale = find_stale(suite.judgements, known)
        scores = measure_run(run, suite.judgements, measures, topics=suite.topics, stale=stale)
        return Held(suite, run, measures, scores, check_rules(suite.rules, run, known), floors, baseline)

    def _ask(self, index: Index) -> IndexSearch:
        return IndexSearch(
            index,
            profile=self.profile,
            operator=self.operator,
            depth=self.depth,
            expand=self.expand,
            software=self.software,
        )

    def _conditions(self, suite: Suite, index: Index | None) -> Conditions:
        """What the run is made with; the texts are read only where a baseline could rest on them."""
        if index is None:
            return Conditions(depth=self.depth, topics=digest_topics(suite.topics), software=self.software)
        conditions = self._ask(index).conditions(suite.topics)
        return replace(conditions, texts=digest_texts(index)) if self.paths.baseline else conditions
