"""Gate: a run against rules, floors and the pinned baseline → whether it passes, and which questions fell."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from osce_search.errors import EvaluationError, GateFailed
from osce_search.evaluation.files import (
    Problems,
    collect_problems,
    list_problems,
    read_entries,
    read_text,
    replace_text,
)
from osce_search.evaluation.measures import JUDGED, Scores
from osce_search.evaluation.rankings import Run
from osce_search.evaluation.rules import Verdict
from osce_search.evaluation.trec import Judgement, digest_judgements
from osce_search.formats.display import count_of

BASELINE_VERSION = 1

TOLERANCE = 0.005
"""How far the mean may fall unless the baseline says otherwise. The same code gives the same scores."""

DROP = 0.1
"""How far a single topic may fall unless the baseline says otherwise."""

_DIGITS = 4
_HALF_DIGIT = 10**-_DIGITS / 2
_EPSILON = 1e-9

# The keys of fields in the file that have another name, and what a value is read as by the type of its field.
_KEYS = {"judged": "judged@10", "fingerprint": "index"}
_CONVERTERS: dict[Any, Callable[[Any], Any]] = {
    "str": str,
    "float": float,
    "Mapping[str, float]": lambda read: {str(name): float(value) for name, value in read.items()},
}


# ── the baseline ─────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Baseline:
    """The scores that a ranking reached, tied to the texts, topics and judgements they were measured with.

    `values` are those of `measure` by topic, `means` the means of all measures. `tolerance` is how far the
    mean of `measure` may fall, `drop` how far a single topic may. `fingerprint` and `software` are for people.
    """

    measure: str
    tolerance: float
    drop: float
    means: Mapping[str, float]
    judged: float
    profile: str
    software: str
    fingerprint: str
    texts: str
    topics: str
    judgements: str
    values: Mapping[str, float]

    @property
    def mean(self) -> float:
        """The mean of the measure."""
        return self.means[self.measure]


def make_baseline(
    run: Run, scores: Scores, judgements: Sequence[Judgement], tolerance: float, drop: float
) -> Baseline:
    """Return the baseline of a run; the gate goes by its first measure.

    Raise EvaluationError if a topic failed, or if tolerance or drop would let everything pass.
    """
    if not (tolerance >= 0 and drop >= 0):
        raise EvaluationError(f"tolerance {tolerance:g}, drop {drop:g}: both must be 0 or more")
    if scores.failed:
        raise EvaluationError(f"{', '.join(scores.failed)} did not run; a baseline needs all topics")
    measure = next(iter(scores.values))
    # Judged@10 is in every baseline, but a measure only if the gate goes by it.
    names = [name for name in scores.values if name == measure or name != JUDGED]
    return Baseline(
        measure,
        tolerance,
        drop,
        {name: round(scores.mean(name).value, _DIGITS) for name in names},
        round(scores.mean(JUDGED).value, _DIGITS),
        run.conditions.profile,
        run.conditions.software,
        run.conditions.fingerprint,
        run.conditions.texts,
        run.conditions.topics,
        digest_judgements(judgements),
        {topic: round(value, _DIGITS) for topic, value in sorted(scores.values[measure].items())},
    )


def read_baseline(path: Path) -> Baseline:
    """Return the baseline of a file. Raise EvaluationError if the file does not hold one."""
    try:
        read = json.loads(read_text(path), parse_constant=_refuse_constant)
        if read["schema_version"] != BASELINE_VERSION:
            version = read["schema_version"]
            raise EvaluationError(f"{path}: a baseline of version {version}; pin it anew with --pin")
        if read["measure"] not in read["means"]:
            raise ValueError(f"no mean of {read['measure']}")
        return Baseline(
            **{
                item.name: _CONVERTERS[item.type](read[_KEYS.get(item.name, item.name)])
                for item in dataclasses.fields(Baseline)
            }
        )
    except json.JSONDecodeError as error:
        raise EvaluationError(f"{path}:{error.lineno}: not JSON ({error.msg})") from error
    except (KeyError, TypeError, ValueError, AttributeError, RecursionError) as error:
        reason = f"{type(error).__name__}: {error}"
        raise EvaluationError(
            f"{path}: not a baseline ({reason}); pin one with: osce-search eval gate --pin"
        ) from error


def _refuse_constant(constant: str) -> float:
    # Python reads NaN and Infinity, which JSON does not have: no value would ever be below them.
    raise ValueError(f"{constant} is not a number")


def pin_baseline(
    path: Path, baseline: Baseline, *, accepted: Iterable[str] = (), lower: bool = False
) -> None:
    """Write a baseline. Raise EvaluationError if it is lower than that of the file, unless `lower` is true.

    It is lower if the mean fell, a topic fell by more than its drop and is not `accepted`, a topic is no
    longer pinned, or a tolerance is wider. Other texts, topics or judgements are no excuse.
    """
    if path.exists() and not lower:
        lowered = "; ".join(_list_lowered(read_baseline(path), baseline, set(accepted)))
        if lowered:
            raise EvaluationError(f"{path}: {lowered}; look at each, and if it is meant, use --pin --lower")
    fields = dataclasses.asdict(baseline).items()
    content = {"schema_version": BASELINE_VERSION} | {_KEYS.get(name, name): value for name, value in fields}
    replace_text(path, json.dumps(content, indent=1, ensure_ascii=False) + "\n")


def _list_lowered(before: Baseline, now: Baseline, accepted: set[str]) -> Iterator[str]:
    mean = now.means.get(before.measure)
    if now.measure != before.measure or mean is None:
        yield f"pinned for {before.measure}, not for {now.measure}: name it first"
        return
    if mean < before.mean - _HALF_DIGIT:
        yield f"{before.measure} would be lowered from {before.mean:.4f} to {mean:.4f}"
    for topic, value in before.values.items():
        if topic not in now.values:
            yield f"{topic} would no longer be pinned"
        elif now.values[topic] < value - before.drop - _HALF_DIGIT and topic not in accepted:
            yield f"{topic} would be lowered from {value:.4f} to {now.values[topic]:.4f}"
    for name, old, new in (("tolerance", before.tolerance, now.tolerance), ("drop", before.drop, now.drop)):
        if new > old:
            yield f"{name} would be widened from {old:g} to {new:g}"


# ── accepted falls ───────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Accepted:
    """A topic that may fall, and why; with a `floor`, to that value and no further."""

    topic: str
    reason: str
    floor: float = 0.0
    path: str = ""
    line: int = 0


def read_accepted(path: Path, problems: Problems | None = None) -> tuple[Accepted, ...]:
    """Return the topics of a YAML file that may fall, in which each entry has `topic`, `reason` and maybe `floor`.

    Errors are added to `problems`; without it, raise EvaluationError with all of them.
    """
    read: dict[str, Accepted] = {}
    with collect_problems(problems) as found:
        for entry in read_entries(path, found):
            entry.expect("topic", "reason", "floor", "author", "date")
            topic, reason, floor = entry.text("topic"), entry.text("reason"), entry.number("floor", 0.0)
            if not topic:
                entry.fail("an entry without a topic")
            elif not reason:
                entry.fail(f"{topic} may fall, but no reason is given")
            elif topic in read:
                entry.fail(f"{topic} is already accepted in line {read[topic].line}")
            else:
                read[topic] = Accepted(topic, reason, floor, entry.path, entry.line)
    return tuple(read.values())


# ── the gate ─────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class GateReport:
    """What keeps a run from passing (`failures`), and what is worth knowing all the same (`notes`)."""

    failures: tuple[str, ...]
    notes: tuple[str, ...]

    def check(self) -> None:
        """Raise GateFailed with all failures if there are any."""
        if self.failures:
            count = f"{len(self.failures)} finding{'s' if len(self.failures) > 1 else ''}"
            raise GateFailed(f"the gate is closed by {count}:\n{list_problems(self.failures)}", self.failures)


@dataclass(frozen=True, slots=True)
class Measurement:
    """The scores of a search, with the rules, floors and baseline that the gate checks them against."""

    run: Run
    scores: Scores
    judgements: Sequence[Judgement] = ()
    verdicts: Sequence[Verdict] = ()
    floors: Mapping[str, float] = field(default_factory=dict)
    accepted: Sequence[Accepted] = ()
    baseline: Baseline | None = None

    def report(self) -> GateReport:
        """Check the scores at the gate. Raise EvaluationError if there are no rules, floors and baseline.

        They pass if every topic ran, every rule is kept, every mean reaches its floor, the mean has not fallen
        below the baseline by more than the tolerance, and no topic by more than the drop unless it is accepted.
        A baseline of other texts, topics or judgements lets nothing pass until it is pinned anew.
        """
        if not (self.floors or self.verdicts or self.baseline):
            needed = "give floors, such as nDCG@10 0.7, rules or a baseline"
            raise EvaluationError(f"nothing to hold the search to: {needed}")
        scores = self.scores
        failures = [f"{item.topic} did not run ({item.reason})" for item in self.run.with_status("failed")]
        failures += [str(verdict) for verdict in self.verdicts if not verdict.passed]
        notes = [f"{item.topic} was skipped ({item.reason})" for item in self.run.with_status("skipped")]
        if self.floors and not scores.topics:
            failures.append("no topic both ran and has judgements, so no floor is reached")
        for measure, floor in self.floors.items() if scores.topics else ():
            mean = scores.mean(measure)
            if mean.value < floor - _EPSILON:
                found = f"{measure} is {mean.value:.4f}, below its floor of {floor:g}"
                failures.append(f"{found} ({count_of(mean.topics, 'topic')})")
        if self.baseline is not None:
            failures += _compare_origin(self.run, self.judgements, self.baseline)
            accepted = {item.topic: item for item in self.accepted}
            _compare_values(scores, self.baseline, accepted, failures, notes)
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
        f"the {what} changed since the baseline was pinned (then {_shorten(then)}, now {_shorten(now)}); "
        "look at the differences, then pin anew with --pin"
        for what, then, now in pairs
        if then != now
    ]


def _shorten(digest: str) -> str:
    """Return the first digits of a digest, which are enough to tell it from another."""
    kind, colon, digits = digest.partition(":")
    return f"{kind}:{digits[:12]}" if colon else digest or "unknown"


def _compare_values(
    scores: Scores,
    baseline: Baseline,
    accepted: Mapping[str, Accepted],
    failures: list[str],
    notes: list[str],
) -> None:
    """Add to `failures` and `notes` what changed since the baseline was pinned."""
    measure = baseline.measure
    values = scores.values.get(measure)
    if values is None:
        failures.append(
            f"{measure}, for which the baseline was pinned, was not measured; add it to the measures"
        )
        return
    mean = scores.mean(measure).value if values else 0.0
    if mean < baseline.mean - baseline.tolerance - _EPSILON:
        fell = f"{measure} fell from {baseline.mean:.4f} to {mean:.4f}"
        failures.append(f"{fell}, by more than {baseline.tolerance:g}")
    for topic, before in baseline.values.items():
        now = values.get(topic)
        excuse = accepted.get(topic)
        if now is None:
            failures.append(f"{topic} has a pinned {measure} of {before:.4f} and was not measured")
            continue
        fell = f"{topic} fell from {before:.4f} to {now:.4f}"
        if now >= before - baseline.drop - _EPSILON:
            if excuse:
                place = f"{excuse.path}:{excuse.line}"
                notes.append(f"{topic} is accepted to fall and has not; remove it from the file ({place})")
        elif excuse is None:
            failures.append(f"{fell}, by more than {baseline.drop:g}")
        elif now < excuse.floor - _EPSILON:
            failures.append(f"{fell}, below its accepted floor {excuse.floor:g}")
        else:
            notes.append(f"{fell}, accepted: {excuse.reason}")
    new = sorted(values.keys() - baseline.values.keys())
    if new:
        notes.append(f"not yet pinned: {', '.join(new)}")
