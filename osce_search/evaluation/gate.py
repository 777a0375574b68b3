"""Gate: a run against rules, floors and what was pinned → whether it may pass, and if not, which questions fell."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from osce_search.errors import GateFailed
from osce_search.evaluation.baseline import Baseline
from osce_search.evaluation.entries import read_entries
from osce_search.evaluation.measures import Scores
from osce_search.evaluation.problems import Problems, list_problems
from osce_search.evaluation.qrels import Judgement, digest_judgements
from osce_search.evaluation.rules import Verdict
from osce_search.evaluation.run import Run

__all__ = ["DROP", "TOLERANCE", "Accepted", "GateReport", "check_gate", "read_accepted"]

TOLERANCE = 0.005
"""How far the mean may fall unless the baseline says otherwise; the same code gives the same scores."""

DROP = 0.1
"""How far a single topic may fall unless the baseline says otherwise."""

_EPSILON = 1e-9


@dataclass(frozen=True, slots=True)
class Accepted:
    """A topic that may fall, and why; with a `floor`, to that value and no further."""

    topic: str
    reason: str
    floor: float = 0.0
    path: str = ""
    line: int = 0


@dataclass(frozen=True, slots=True)
class GateReport:
    """What keeps a run from passing (`failures`) and what should be known all the same (`notes`)."""

    failures: tuple[str, ...]
    notes: tuple[str, ...]

    @property
    def passed(self) -> bool:
        """Whether nothing keeps it."""
        return not self.failures

    def check(self) -> None:
        """Raise GateFailed with all failures, if there are any."""
        if self.failures:
            count = f"{len(self.failures)} finding{'s' if len(self.failures) > 1 else ''}"
            raise GateFailed(f"the gate is closed by {count}:\n{list_problems(self.failures)}", self.failures)


def read_accepted(path: Path, problems: Problems | None = None) -> tuple[Accepted, ...]:
    """The topics of a YAML file that may fall: records of `topic`, `reason` and, if wanted, `floor`.

    One without a reason is an error. Errors are noted among `problems`; without them EvaluationError is raised.
    """
    found = Problems() if problems is None else problems
    read: dict[str, Accepted] = {}
    for entry in read_entries(path, found):
        entry.expect("topic", "reason", "floor", "author", "date")
        item = Accepted(
            entry.text("topic"), entry.text("reason"), entry.number("floor", 0.0), entry.path, entry.line
        )
        if not item.topic:
            entry.fail("a record without a topic")
        elif not item.reason:
            entry.fail(f"{item.topic} may fall, but no reason is given")
        elif item.topic in read:
            entry.fail(f"{item.topic} is accepted already, in line {read[item.topic].line}")
        else:
            read[item.topic] = item
    if problems is None:
        found.check()
    return tuple(read.values())


def check_gate(
    run: Run,
    scores: Scores,
    *,
    verdicts: Iterable[Verdict] = (),
    baseline: Baseline | None = None,
    accepted: Iterable[Accepted] = (),
    judgements: Sequence[Judgement] = (),
    floors: Mapping[str, float] | None = None,
) -> GateReport:
    """What the gate says to a run.

    It passes if every topic ran, every rule is kept, every mean reaches its floor, and measured against the
    baseline the mean has not fallen by more than the tolerance and no topic by more than the drop, unless
    it is accepted. A baseline of other texts, topics or judgements says nothing, and lets nothing pass
    until it is pinned anew.
    """
    failures = [
        f"{outcome.topic} did not run ({outcome.reason})" for outcome in run.with_status("failed")
    ] + [str(verdict) for verdict in verdicts if not verdict.passed]
    notes = [f"{outcome.topic} was skipped ({outcome.reason})" for outcome in run.with_status("skipped")]
    if floors and not scores.topics:
        failures.append("no topic both ran and has judgements, so no floor is reached")
    for measure, floor in (floors or {}).items() if scores.topics else ():
        mean = scores.mean(measure)
        if mean.value < floor - _EPSILON:
            failures.append(
                f"{measure} is {mean.value:.4f}, below its floor of {floor:g} ({mean.topics} topics)"
            )
    if baseline is not None:
        failures.extend(_compare_origin(run, judgements, baseline))
        fallen, told = _compare_values(scores, baseline, {item.topic: item for item in accepted})
        failures.extend(fallen)
        notes.extend(told)
    if scores.stale:
        names = ", ".join(f"{item.doc} ({item.topic})" for item in scores.stale[:5])
        more = f" and {len(scores.stale) - 5} more" if len(scores.stale) > 5 else ""
        notes.append(f"judged and no longer in the index: {names}{more}")
    return GateReport(tuple(failures), tuple(notes))


def _compare_origin(run: Run, judgements: Sequence[Judgement], baseline: Baseline) -> list[str]:
    pairs = (
        ("texts in the index", baseline.texts, run.conditions.texts),
        ("topics", baseline.topics, run.conditions.topics),
        ("judgements", baseline.judgements, digest_judgements(judgements)),
        ("ranking profile", baseline.profile, run.conditions.profile),
    )
    return [
        f"the {what} changed since the baseline was pinned (then {_short(then)}, now {_short(now)}); "
        "look at the differences, then pin anew with --pin"
        for what, then, now in pairs
        if then != now
    ]


def _short(name: str) -> str:
    """The beginning of a digest, by which a person tells one from the other."""
    kind, colon, digits = name.partition(":")
    return f"{kind}:{digits[:12]}" if colon else name or "unknown"


def _compare_values(
    scores: Scores, baseline: Baseline, accepted: Mapping[str, Accepted]
) -> tuple[list[str], list[str]]:
    measure = baseline.measure
    values = scores.values.get(measure)
    if values is None:
        return [f"{measure}, for which the baseline was pinned, was not measured; add it to the measures"], []
    failures, notes = [], []
    mean = scores.mean(measure).value if values else 0.0
    if mean < baseline.mean - baseline.tolerance - _EPSILON:
        failures.append(
            f"{measure} fell from {baseline.mean:.4f} to {mean:.4f}, by more than {baseline.tolerance:g}"
        )
    for topic, before in baseline.values.items():
        now = values.get(topic)
        if now is None:
            failures.append(f"{topic} has a pinned {measure} of {before:.4f} and was not measured")
            continue
        excuse = accepted.get(topic)
        fell = now < before - baseline.drop - _EPSILON
        if not fell:
            if excuse is not None:
                notes.append(
                    f"{topic} is accepted to fall and has not: strike it out ({excuse.path}:{excuse.line})"
                )
        elif excuse is None:
            failures.append(f"{topic} fell from {before:.4f} to {now:.4f}, by more than {baseline.drop:g}")
        elif now < excuse.floor - _EPSILON:
            failures.append(
                f"{topic} fell from {before:.4f} to {now:.4f}, below its accepted floor {excuse.floor:g}"
            )
        else:
            notes.append(f"{topic} fell from {before:.4f} to {now:.4f}, accepted: {excuse.reason}")
    new = sorted(values.keys() - baseline.values.keys())
    if new:
        notes.append(f"not yet pinned: {', '.join(new)}")
    return failures, notes
