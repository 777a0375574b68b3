"""Run report: the scores of a run → text for a terminal, Markdown and JSON."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, get_args

from osce_search.evaluation.measures import JUDGED, Scores, bootstrap_interval
from osce_search.evaluation.rankings import Run, Status
from osce_search.evaluation.topics import Topic
from osce_search.formats.display import count_of

REPORT_VERSION = 1
"""Version of the JSON of reports and comparisons."""

FEW = 50
"""Number of topics below which a mean moves by a point through chance (Voorhees and Buckley, SIGIR 2002)."""


def print_scores(run: Run, scores: Scores, topics: Sequence[Topic] = (), *, markdown: bool = False) -> str:
    """Return the means of a run with their intervals, and what they depend on, as text."""
    judged = f"{scores.mean(JUDGED).value:.0%}"
    stale = "?" if scores.stale is None else str(len(scores.stale))
    weighted = len(set(scores.weights.values()) | {1.0}) > 1
    head = ["measure", "mean", "95 %", *(["weighted"] if weighted else []), "topics", "judged@10", "stale"]
    names = [name for name in scores.values if name != JUDGED]
    rows = []
    for name in names or [JUDGED]:
        mean = scores.mean(name)
        low, high = _find_interval(scores, name)
        plain = [name, f"{mean.value:.4f}", f"{low:.3f}–{high:.3f}"]
        rows.append(
            [*plain, *([f"{mean.weighted:.4f}"] if weighted else []), str(mean.topics), judged, stale]
        )
    kinds = []
    for kind in sorted({topic.kind for topic in topics if topic.kind}):
        members = {topic.id for topic in topics if topic.kind == kind}.intersection(scores.topics)
        if members:
            sums = [sum(scores.values[name][topic] for topic in sorted(members)) for name in names]
            kinds.append([kind, *(f"{value / len(members):.4f}" for value in sums), str(len(members))])
    parts = [
        print_table(head, rows, markdown=markdown),
        *([print_table(["kind", *names, "topics"], kinds, markdown=markdown)] if kinds else []),
        "\n".join(_list_remarks(run, scores)),
    ]
    return "\n\n".join(parts) + "\n"


def _list_remarks(run: Run, scores: Scores) -> list[str]:
    failed, skipped = run.with_status("failed"), run.with_status("skipped")
    statuses = ((status, len(run.with_status(status))) for status in get_args(Status))
    counts = ", ".join(f"{count} {status}" for status, count in statuses if count)
    stale = tuple(dict.fromkeys(item.doc for item in scores.stale or ()))
    listed = {
        "Without judgements, and in no mean": scores.unjudged,
        "Judged but not in the run, and in no mean": scores.unasked,
        "Judged and no longer in the index": stale,
    }
    return [
        f"{count_of(len(run.outcomes) - len(skipped), 'topic')} attempted: {counts or 'none'}.",
        *(f"Failed, and not counted as zero: {item.topic} ({item.reason})." for item in failed),
        *(f"Skipped: {item.topic} ({item.reason})." for item in skipped),
        *(f"{what}: {list_names(names)}." for what, names in listed.items() if names),
        *(f"{warning}." for warning in warn_few(len(scores.topics))),
    ]


def describe_scores(run: Run, scores: Scores) -> dict[str, Any]:
    """Return what `print_scores` prints, with the values of each topic, as a JSON object."""
    means = {}
    for name in scores.values:
        mean = scores.mean(name)
        means[name] = {
            "value": mean.value,
            "weighted": mean.weighted,
            "topics": mean.topics,
            "interval": list(_find_interval(scores, name)),
            "judged@10": scores.mean(JUDGED).value,
        }
    topics = [
        {
            "id": item.topic,
            "status": item.status,
            "reason": item.reason,
            "hits": item.total,
            "values": {
                name: values[item.topic] for name, values in scores.values.items() if item.topic in values
            },
        }
        for item in run.outcomes
    ]
    return {
        "schema_version": REPORT_VERSION,
        "tag": run.tag,
        "profile": run.conditions.profile,
        "index": run.conditions.fingerprint,
        "means": means,
        "topics": topics,
        "unjudged": list(scores.unjudged),
        "unasked": list(scores.unasked),
        "stale": describe_stale(scores),
        "warnings": warn_few(len(scores.topics)),
    }


def describe_stale(scores: Scores) -> list[dict[str, str]] | None:
    """Return the stale judgements as JSON objects, or None if they are not known."""
    return None if scores.stale is None else [{"topic": i.topic, "doc": i.doc} for i in scores.stale]


def _find_interval(scores: Scores, measure: str) -> tuple[float, float]:
    return bootstrap_interval([scores.values[measure][topic] for topic in scores.topics])


# ── words and columns ────────────────────────────────────────────────────────────────────────────────────────


def print_table(head: Sequence[str], rows: Iterable[Sequence[str]], *, markdown: bool = False) -> str:
    """Return cells in columns, the first aligned to the left and the others, numbers, to the right.

    >>> print(print_table(["measure", "mean"], [["AP", "0.4"], ["nDCG@10", "0.55"]]))
    measure  mean
    AP        0.4
    nDCG@10  0.55
    """
    table = [list(head), *map(list, rows)]
    if markdown:
        table = [[cell.replace("|", "\\|") for cell in row] for row in table]
        rule = ["---", *["---:"] * (len(head) - 1)]
        return "\n".join(f"| {' | '.join(row)} |" for row in [table[0], rule, *table[1:]])
    first, *others = (max(map(len, column)) for column in zip(*table, strict=True))
    return "\n".join(
        "  ".join([row[0].ljust(first), *map(str.rjust, row[1:], others)]).rstrip() for row in table
    )


def print_p(value: float, digits: int = 3) -> str:
    """Return a p-value as text, which is never 0.

    >>> print_p(0.0421), print_p(0.00001), print_p(0.00001, 4)
    ('0.042', '<0.001', '<0.0001')
    """
    least = 10.0**-digits
    return f"{value:.{digits}f}" if value >= least else f"<{least:.{digits}f}"


def warn_few(count: int) -> list[str]:
    """Return a warning if there are too few topics for a steady mean, else an empty list.

    >>> warn_few(30), warn_few(50)
    (['30 topics: with fewer than 50, a difference of one point is noise'], [])
    """
    return (
        [f"{count_of(count, 'topic')}: with fewer than {FEW}, a difference of one point is noise"]
        if count < FEW
        else []
    )


def list_names(names: Sequence[str], limit: int = 10) -> str:
    """Return the first names with commas between them, and how many more there are.

    >>> list_names(["a", "b", "c"], 2)
    'a, b and 1 more'
    """
    return ", ".join(names[:limit]) + (f" and {len(names) - limit} more" if len(names) > limit else "")
