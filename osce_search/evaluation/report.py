"""Report: scores, comparisons and gates → text for a terminal, Markdown and JSON."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

from osce_search.evaluation.comparison import Comparison, Difference, Moved, Mover
from osce_search.evaluation.measures import JUDGED, Scores
from osce_search.evaluation.run import Run, Status
from osce_search.evaluation.statistics import FEW, bootstrap_interval
from osce_search.evaluation.topics import Topic

__all__ = [
    "few_topics",
    "print_comparison",
    "print_json",
    "print_p",
    "print_scores",
    "print_table",
    "record_comparison",
    "record_scores",
]

REPORT_VERSION = 1


def print_table(head: Sequence[str], rows: Iterable[Sequence[str]], *, markdown: bool = False) -> str:
    """Cells in columns: the first to the left, numbers to the right.

    >>> print(print_table(["measure", "mean"], [["AP", "0.4"], ["nDCG@10", "0.55"]]))
    measure  mean
    AP        0.4
    nDCG@10  0.55
    """
    table = [list(head), *map(list, rows)]
    if markdown:
        rule = ["---", *["---:"] * (len(head) - 1)]
        return "\n".join(f"| {' | '.join(row)} |" for row in [table[0], rule, *table[1:]])
    widths = [max(len(row[column]) for row in table) for column in range(len(head))]
    lines = [
        "  ".join(
            cell.rjust(width) if column else cell.ljust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in table
    ]
    return "\n".join(lines)


def few_topics(count: int) -> str:
    """A warning where there are too few topics for a mean to be steady; empty where there are enough.

    >>> few_topics(30)
    '30 topics: with fewer than 50, a difference of one point is noise'
    >>> few_topics(50)
    ''
    """
    topics = "1 topic" if count == 1 else f"{count} topics"
    return f"{topics}: with fewer than {FEW}, a difference of one point is noise" if count < FEW else ""


def print_p(value: float, digits: int = 3) -> str:
    """A p-value, which is never 0.

    >>> print_p(0.0421), print_p(0.00001), print_p(0.00001, 4)
    ('0.042', '<0.001', '<0.0001')
    """
    least = 10.0**-digits
    return f"{value:.{digits}f}" if value >= least else f"<{least:.{digits}f}"


# ── one run ──────────────────────────────────────────────────────────────────────────────────────────────────


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
        lines.append(f"Without judgements, and in no mean: {_enumerate(scores.unjudged)}.")
    if scores.unasked:
        lines.append(f"Judged but not in the run, and in no mean: {_enumerate(scores.unasked)}.")
    if scores.stale:
        docs = tuple(dict.fromkeys(item.doc for item in scores.stale))
        lines.append(f"Judged and no longer in the index: {_enumerate(docs)}.")
    if warning := few_topics(len(scores.topics)):
        lines.append(f"{warning}.")
    return lines


def _enumerate(names: Sequence[str], limit: int = 10) -> str:
    return ", ".join(names[:limit]) + (f" and {len(names) - limit} more" if len(names) > limit else "")


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


# ── two runs ─────────────────────────────────────────────────────────────────────────────────────────────────


def print_comparison(comparison: Comparison, *, movers: int = 5, markdown: bool = False) -> str:
    """Means side by side with the test of their difference, then the questions that fell and rose most."""
    before, after = comparison.tags
    head = ["measure", before, after, "change", "95 %", "p", "p (Holm)", "better", "worse", "equal"]
    table = print_table(head, map(_cells, comparison.differences), markdown=markdown)
    judged = _judged(comparison)
    stale = comparison.after.stale
    counted = "unknown" if stale is None else str(len(stale))
    shares = f"judged@10: {judged[0]:.0%} and {judged[1]:.0%}"
    lines = [f"{shares}; stale judgements: {counted}; {comparison.differences[0].topics} topics."]
    if comparison.left_out:
        lines.append(f"Left out, since only one of the two ran them: {_enumerate(comparison.left_out)}.")
    for scores, tag in ((comparison.before, before), (comparison.after, after)):
        if scores.failed:
            lines.append(f"Did not run in {tag}: {_enumerate(scores.failed)}.")
    if warning := few_topics(comparison.differences[0].topics):
        lines.append(f"{warning}.")
    parts = [table, "\n".join(lines)]
    for title, chosen in (("Fell most", comparison.worst), ("Rose most", comparison.best)):
        if chosen:
            shown = "\n".join(_print_mover(mover, markdown=markdown) for mover in chosen[:movers])
            more = (
                f"\n{'- ' if markdown else '  '}… and {len(chosen) - movers} more"
                if len(chosen) > movers
                else ""
            )
            parts.append(
                f"{'### ' if markdown else ''}{title}\n{'' if not markdown else chr(10)}{shown}{more}"
            )
    return "\n\n".join(parts) + "\n"


def _judged(comparison: Comparison) -> list[float]:
    """The share of the first ten that is judged, of both runs, over the topics that both ran."""
    both = (comparison.before, comparison.after)
    shared = set(both[0].topics) & set(both[1].topics)
    return [sum(scores.values[JUDGED][topic] for topic in shared) / len(shared) for scores in both]


def _cells(item: Difference) -> list[str]:
    return [
        item.measure,
        f"{item.before:.4f}",
        f"{item.after:.4f}",
        f"{item.change:+.4f}",
        f"{item.low:+.3f}…{item.high:+.3f}",
        print_p(item.p),
        print_p(item.p_holm),
        str(item.better),
        str(item.worse),
        str(item.equal),
    ]


def _print_mover(mover: Mover, *, markdown: bool) -> str:
    dash, indent = ("- ", "  - ") if markdown else ("  ", "      ")
    question = f"  {mover.query}" if mover.query else ""
    lines = [f"{dash}{mover.topic}{question}  {mover.before:.4f} → {mover.after:.4f} ({mover.change:+.4f})"]
    lines += [f"{indent}in  {_print_moved(item)}" for item in mover.came]
    lines += [f"{indent}out {_print_moved(item)}" for item in mover.went]
    return "\n".join(lines)


def _print_moved(item: Moved) -> str:
    grade = "not judged" if item.grade is None else f"grade {item.grade}"
    return f"{item.doc} ({grade}), from {item.before or 'nowhere'} to {item.after or 'nowhere'}"


def record_comparison(comparison: Comparison) -> dict[str, Any]:
    """The same as `print_comparison` tells, with all movers, as a JSON object."""
    stale = comparison.after.stale
    return {
        "schema_version": REPORT_VERSION,
        "tags": list(comparison.tags),
        "measures": [
            {
                "measure": item.measure,
                "before": item.before,
                "after": item.after,
                "change": item.change,
                "interval": [item.low, item.high],
                "p": item.p,
                "p_holm": item.p_holm,
                "topics": item.topics,
                "better": item.better,
                "worse": item.worse,
                "equal": item.equal,
            }
            for item in comparison.differences
        ],
        "judged@10": _judged(comparison),
        "stale": None if stale is None else [{"topic": item.topic, "doc": item.doc} for item in stale],
        "left_out": list(comparison.left_out),
        "failed": [list(comparison.before.failed), list(comparison.after.failed)],
        "movers": [
            {
                "topic": mover.topic,
                "query": mover.query,
                "before": mover.before,
                "after": mover.after,
                "in": [_record_moved(item) for item in mover.came],
                "out": [_record_moved(item) for item in mover.went],
            }
            for mover in comparison.movers
        ],
        "warnings": [text for text in (few_topics(comparison.differences[0].topics),) if text],
    }


def _record_moved(item: Moved) -> dict[str, Any]:
    return {"doc": item.doc, "grade": item.grade, "before": item.before, "after": item.after}


def print_json(record: dict[str, Any]) -> str:
    """A JSON object as text with a line break at its end."""
    return json.dumps(record, ensure_ascii=False, indent=1, allow_nan=False) + "\n"
