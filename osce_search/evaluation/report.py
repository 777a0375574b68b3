"""Report: the scores of a run → text for a terminal, Markdown and JSON."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from osce_search.evaluation.measures import JUDGED, Scores
from osce_search.evaluation.run import Run, Status
from osce_search.evaluation.statistics import bootstrap_interval
from osce_search.evaluation.tables import REPORT_VERSION, enumerate_names, few_topics, print_table
from osce_search.evaluation.topics import Topic

__all__ = ["print_scores", "record_scores"]


def print_scores(run: Run, scores: Scores, topics: Sequence[Topic] = (), *, markdown: bool = False) -> str:
    """The means of a run with their intervals, how many topics they stand on and how far these are judged."""
    judged = scores.mean(JUDGED).value
    weighted = len(set(scores.weights.values()) | {1.0}) > 1
    head = ["measure", "mean", "95 %", *(["weighted"] if weighted else []), "topics", "judged@10", "stale"]
    rows = []
    for name in scores.values:
        if name == JUDGED and len(scores.values) > 1:
            continue
        mean = scores.mean(name)
        low, high = bootstrap_interval([scores.values[name][topic] for topic in scores.topics])
        rows.append(
            [
                name,
                f"{mean.value:.4f}",
                f"{low:.3f}–{high:.3f}",
                *([f"{mean.weighted:.4f}"] if weighted else []),
                str(mean.topics),
                f"{judged:.0%}",
                "?" if scores.stale is None else str(len(scores.stale)),
            ]
        )
    parts = [print_table(head, rows, markdown=markdown)]
    kinds = {topic.id: topic.kind for topic in topics if topic.kind}
    if kinds:
        parts.append(_print_kinds(scores, kinds, markdown=markdown))
    parts.append("\n".join(_remarks(run, scores)))
    return "\n\n".join(part for part in parts if part) + "\n"


def _print_kinds(scores: Scores, kinds: dict[str, str], *, markdown: bool) -> str:
    """The means of each kind of topic."""
    names = [name for name in scores.values if name != JUDGED]
    rows = []
    for kind in sorted(set(kinds.values())):
        mine = [topic for topic in scores.topics if kinds.get(topic) == kind]
        if mine:
            means = [f"{sum(scores.values[name][topic] for topic in mine) / len(mine):.4f}" for name in names]
            rows.append([kind, *means, str(len(mine))])
    return print_table(["kind", *names, "topics"], rows, markdown=markdown) if rows else ""


def _remarks(run: Run, scores: Scores) -> list[str]:
    """What one has to know to read the means."""
    statuses: tuple[Status, ...] = ("answered", "empty", "failed", "skipped")
    counts = {status: len(run.with_status(status)) for status in statuses}
    told = ", ".join(f"{count} {status}" for status, count in counts.items() if count)
    lines = [f"{len(run.outcomes) - counts['skipped']} topics attempted: {told or 'none'}."]
    lines += [
        f"Failed, and not counted as zero: {item.topic} ({item.reason})."
        for item in run.with_status("failed")
    ]
    lines += [f"Skipped: {item.topic} ({item.reason})." for item in run.with_status("skipped")]
    if scores.unjudged:
        lines.append(f"Without judgements, and in no mean: {enumerate_names(scores.unjudged)}.")
    if scores.unasked:
        lines.append(f"Judged but not in the run, and in no mean: {enumerate_names(scores.unasked)}.")
    if scores.stale:
        docs = tuple(dict.fromkeys(item.doc for item in scores.stale))
        lines.append(f"Judged and no longer in the index: {enumerate_names(docs)}.")
    if warning := few_topics(len(scores.topics)):
        lines.append(f"{warning}.")
    return lines


def record_scores(run: Run, scores: Scores) -> dict[str, Any]:
    """The same as `print_scores` tells, as a JSON object."""
    names = list(scores.values)
    return {
        "schema_version": REPORT_VERSION,
        "tag": run.tag,
        "profile": run.conditions.profile,
        "index": run.conditions.fingerprint,
        "means": {
            name: {
                "value": (mean := scores.mean(name)).value,
                "weighted": mean.weighted,
                "topics": mean.topics,
                "interval": list(bootstrap_interval([scores.values[name][topic] for topic in scores.topics])),
                "judged@10": scores.mean(JUDGED).value,
            }
            for name in names
        },
        "topics": [
            {
                "id": outcome.topic,
                "status": outcome.status,
                "reason": outcome.reason,
                "hits": outcome.total,
                "values": {
                    name: scores.values[name][outcome.topic]
                    for name in names
                    if outcome.topic in scores.values[name]
                },
            }
            for outcome in run.outcomes
        ],
        "unjudged": list(scores.unjudged),
        "unasked": list(scores.unasked),
        "stale": None if scores.stale is None else [{"topic": i.topic, "doc": i.doc} for i in scores.stale],
        "warnings": [text for text in (few_topics(len(scores.topics)),) if text],
    }
