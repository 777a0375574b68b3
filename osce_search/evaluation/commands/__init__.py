"""Commands: `osce-search eval run|compare|gate|label|lint`; each loads what it needs when it is called."""

from __future__ import annotations

import click

from osce_search.evaluation.commands.gating import gate, lint
from osce_search.evaluation.commands.judging import label
from osce_search.evaluation.commands.measuring import compare, run

__all__ = ["eval"]


@click.group(
    commands=[run, compare, gate, label, lint],
    context_settings={"help_option_names": ["-h", "--help"]},
)
def eval() -> None:  # noqa: A001
    """Measure how well an index answers, compare, and keep it so.

    \b
    osce-search eval run --topics topics.tsv --qrels qrels.txt --measures nDCG@10,AP --run-out run.txt
    osce-search eval compare default fast --topics topics.tsv --qrels qrels.txt
    osce-search eval gate tests/relevance
    """
