"""Measuring: a run and its measures, and two runs side by side."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from osce_search.evaluation.commands.options import (
    FILE,
    PARTIAL,
    Command,
    ask_index,
    asking_options,
    default_measures,
    format_options,
    index_option,
    load_files,
    measures_option,
    open_asked,
    qrels_option,
    read_format,
    read_run_file,
    show,
    tell,
    topics_option,
)

if TYPE_CHECKING:
    from osce_search.evaluation.measures import Scores
    from osce_search.evaluation.qrels import Judgement
    from osce_search.evaluation.run import Run
    from osce_search.evaluation.suite import Suite

__all__ = ["compare", "run"]


@click.command(cls=Command)
@topics_option
@qrels_option
@index_option
@measures_option
@click.option(
    "--run-out", type=FILE, metavar="FILE", help="Write the run in TREC's format, with its manifest."
)
@click.option("--run", "run_path", type=FILE, metavar="FILE", help="Measure this run; ask no index.")
@click.option("--profile", default="default", show_default=True, help="The ranking profile.")
@click.option(
    "--kind", "kinds", multiple=True, metavar="KIND", help="Only topics of this kind; others are skipped."
)
@click.option("--tag", help="The name of the run.  [default: the profile]")
@asking_options
@format_options
@click.pass_context
def run(context: click.Context, /, **options: Any) -> None:
    """Ask every topic, and measure the answers where there are judgements.

    A topic that fails is no zero: it is named, left out of the means, and the exit code is 4. An empty
    answer is zero.

    \b
    osce-search eval run --topics topics.yaml --qrels qrels.txt
    osce-search eval run --topics topics.tsv --qrels qrels.txt --measures nDCG@10,AP --run-out run.txt
    osce-search eval run --run run.txt --qrels qrels.txt
    """
    from osce_search.evaluation.measures import check_measures, measure_run
    from osce_search.evaluation.runfile import write_run
    from osce_search.evaluation.suite import Paths, find_stale

    if not options["topics"] and not options["run_path"]:
        raise click.UsageError("--topics is missing; say what is to be asked.")
    if not options["qrels"] and not options["run_out"]:
        raise click.UsageError("--qrels or --run-out is missing; without either the answers would be lost.")
    measures = check_measures(options["measures"] or "") or default_measures()
    suite = load_files(Paths(options["topics"], options["qrels"]))
    stale: tuple[Judgement, ...] | None = None
    if options["run_path"]:
        made = read_run_file(options["run_path"])
    else:
        with open_asked(context, options) as index:
            made = ask_index(index, suite.topics, options["profile"], options)
            stale = find_stale(suite.judgements, lambda id: index.get(id) is not None)
    if options["run_out"]:
        write_run(made, options["run_out"])
        tell(f"Wrote {options['run_out']} and its manifest.")
    failed = made.with_status("failed")
    scores = measure_run(made, suite.judgements, measures, topics=suite.topics, stale=stale)
    if suite.paths.qrels and (scores.topics or not failed):
        _print_scores(made, scores, suite, read_format(options))
    else:
        for outcome in failed:
            tell(f"{outcome.topic} failed: {outcome.reason}")
        tell(f"{len(made.outcomes)} topics: {len(made.with_status('answered'))} answered, "
              f"{len(made.with_status('empty'))} empty, {len(failed)} failed.")  # fmt: skip
    if failed:
        tell(f"Only in part: {len(failed)} of {len(made.outcomes)} topics failed.")
        context.exit(PARTIAL)


def _print_scores(made: Run, scores: Scores, suite: Suite, format_name: str) -> None:
    from osce_search.evaluation.report import print_scores, record_scores
    from osce_search.evaluation.tables import print_json

    if format_name == "json":
        click.echo(print_json(record_scores(made, scores)), nl=False)
    else:
        show(print_scores(made, scores, suite.topics, markdown=format_name == "md").rstrip("\n"))


@click.command(cls=Command)
@click.argument("before")
@click.argument("after")
@topics_option
@qrels_option
@index_option
@measures_option
@click.option(
    "--movers",
    type=click.IntRange(0),
    default=5,
    show_default=True,
    help="Questions shown that fell, and that rose.",
)
@asking_options
@format_options
@click.pass_context
def compare(context: click.Context, /, before: str, after: str, **options: Any) -> None:
    """Compare BEFORE with AFTER: each a file with a run, or the name of a ranking profile.

    Means side by side over the topics that both ran, a permutation test and a bootstrap interval of their
    difference, and the questions that fell and rose most with the releases that went out of and came into
    the first ten.

    \b
    osce-search eval compare default fast --topics topics.yaml --qrels qrels.txt
    osce-search eval compare old.txt new.txt --qrels qrels.txt --format md
    """
    from osce_search.evaluation.comparison import compare_runs
    from osce_search.evaluation.contrast import print_comparison, record_comparison
    from osce_search.evaluation.measures import check_measures
    from osce_search.evaluation.suite import Paths, find_stale
    from osce_search.evaluation.tables import print_json

    if not options["qrels"]:
        raise click.UsageError("--qrels is missing; without judgements nothing can be better or worse.")
    measures = check_measures(options["measures"] or "") or default_measures()
    suite = load_files(Paths(options["topics"], options["qrels"]))
    old, new = (_run_of(context, name, suite, options) for name in (before, after))
    stale = None
    if not all(Path(name).is_file() for name in (before, after)):
        with open_asked(context, options) as index:
            stale = find_stale(suite.judgements, lambda id: index.get(id) is not None)
    compared = compare_runs(old, new, suite.judgements, measures, topics=suite.topics, stale=stale)
    format_name = read_format(options)
    if format_name == "json":
        click.echo(print_json(record_comparison(compared)), nl=False)
    else:
        text = print_comparison(compared, movers=options["movers"], markdown=format_name == "md")
        show(text.rstrip("\n"))
    if compared.before.failed or compared.after.failed:
        context.exit(PARTIAL)


def _run_of(context: click.Context, name: str, suite: Suite, options: dict[str, Any]) -> Run:
    """The run of a file, or made with the profile of that name."""
    if Path(name).is_file():
        return replace(read_run_file(Path(name)), tag=Path(name).stem)
    if not suite.topics:
        raise click.UsageError(f"{name} is no file; to compare ranking profiles, give --topics.")
    with open_asked(context, options) as index:
        return ask_index(index, suite.topics, name, options)
