"""Harness: topics, judgements and floors, to which any search can be held in a test."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from osce_search.errors import EvaluationError
from osce_search.evaluation.baseline import Baseline
from osce_search.evaluation.gate import GateReport, check_gate
from osce_search.evaluation.measures import DEFAULT_MEASURES, Scores, check_measures, measure_run
from osce_search.evaluation.problems import Problems
from osce_search.evaluation.qrels import Judgement
from osce_search.evaluation.rules import Verdict, check_rules
from osce_search.evaluation.run import DEPTH, IndexSearch, Run, Search, ask_topics
from osce_search.evaluation.suite import Paths, Suite, check_suite, find_stale, load_suite
from osce_search.evaluation.topics import Operator

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

    def hold(self, search: Index | Search | str | Path) -> Held:
        """A search held to the files: an index, its directory, or a function from a topic to ids, best first.

        A baseline counts where an index is asked; what an application's own search rests on is not known.
        """
        if isinstance(search, str | Path):
            from osce_search.backends import open_index

            with open_index(search) as index:
                return self._hold(index)
        return self._hold(search)

    def check(self, search: Index | Search | str | Path) -> Held:
        """The same; raises GateFailed, naming the questions, where the gate stays closed."""
        held = self.hold(search)
        held.report().check()
        return held

    def _hold(self, search: Index | Search) -> Held:
        from osce_search.backends import Index

        suite = self.load()
        floors = {check_measures(name)[0]: floor for name, floor in self.floors.items()}
        baseline = suite.baseline if isinstance(search, Index) else None
        asked = self.measures or (tuple(baseline.means) if baseline else ())
        measures = check_measures((*asked, *floors)) or DEFAULT_MEASURES
        known: Callable[[str], bool] | None = None
        stale: tuple[Judgement, ...] | None = None
        if isinstance(search, Index):
            index = search
            known = functools.cache(lambda id: index.get(id) is not None)
            stale = find_stale(suite.judgements, known)
            search = IndexSearch(
                index,
                profile=self.profile,
                operator=self.operator,
                depth=self.depth,
                expand=self.expand,
                software=self.software,
            )
        run = ask_topics(suite.topics, search)
        scores = measure_run(run, suite.judgements, measures, topics=suite.topics, stale=stale)
        verdicts = check_rules(suite.rules, run, known)
        return Held(suite, run, measures, scores, verdicts, floors, baseline)
