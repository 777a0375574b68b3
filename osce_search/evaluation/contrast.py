"""Contrast: a comparison of two runs → text for a terminal, Markdown and JSON."""

from __future__ import annotations

from typing import Any

from osce_search.evaluation.comparison import Comparison, Difference, Moved, Mover
from osce_search.evaluation.measures import JUDGED
from osce_search.evaluation.tables import REPORT_VERSION, enumerate_names, few_topics, print_p, print_table

__all__ = ["print_comparison", "record_comparison"]


def print_comparison(comparison: Comparison, *, movers: int = 5, markdown: bool = False) -> str:
    """Means side by side with the test of their difference, then the questions that fell and rose most."""
    before, after = comparison.tags
    head = ["measure", before, after, "change", "95 %", "p", "p (Holm)", "better", "worse", "equal"]
    table = print_table(head, map(_cells, comparison.differences), markdown=markdown)
    judged = _judged(comparison)
    stale = comparison.after.stale
    counted = "unknown" if stale is None else str(len(stale))
    shares = f"judged@10: {judged[0]:.0%} and {judged[1]:.0%}"
    topics = comparison.differences[0].topics
    lines = [f"{shares}; stale judgements: {counted}; {topics} topic{'s' if topics > 1 else ''}."]
    if comparison.left_out:
        lines.append(f"Left out, since only one of the two ran them: {enumerate_names(comparison.left_out)}.")
    for scores, tag in ((comparison.before, before), (comparison.after, after)):
        if scores.failed:
            lines.append(f"Did not run in {tag}: {enumerate_names(scores.failed)}.")
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
