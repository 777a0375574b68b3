"""Gating: what a ranking is held to, and whether the files of it are in order."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from osce_search.evaluation.commands.options import (
    FILE,
    Command,
    asking_options,
    directory_argument,
    find_files,
    index_option,
    measures_option,
    name_software,
    open_asked,
    show,
    suite_options,
    tell,
)

if TYPE_CHECKING:
    from osce_search.backends import Index
    from osce_search.evaluation.harness import Held
    from osce_search.evaluation.suite import Suite

__all__ = ["gate", "lint"]


@click.command(cls=Command)
@directory_argument
@suite_options
@index_option
@measures_option
@click.option("--profile", default="default", show_default=True, help="The ranking profile.")
@click.option(
    "--floor", "floors", multiple=True, metavar="MEASURE=VALUE", help="A mean that must be reached."
)
@click.option("--relations", is_flag=True, help="Also check what must hold without judgements.")
@click.option("--pin", is_flag=True, help="Write the baseline instead of comparing with it.")
@click.option("--lower", is_flag=True, help="With --pin: even where that lowers it.")
@click.option("--tolerance", type=click.FloatRange(0, 1), help="With --pin: how far the mean may fall.")
@click.option("--drop", type=click.FloatRange(0, 1), help="With --pin: how far one question may fall.")
@asking_options
@click.pass_context
def gate(context: click.Context, /, directory: Path | None, **options: Any) -> None:
    """Fail with exit code 5 where ranking is worse than what was pinned, and say which questions fell.

    DIRECTORY holds topics.yaml, qrels.txt, rules.yaml, accepted.yaml and baseline.json, as far as there are
    any. The gate opens where every rule is kept, the mean has not fallen by more than its tolerance, and no
    question by more than its drop unless accepted.yaml names it with a reason.

    \b
    osce-search eval gate tests/relevance
    osce-search eval gate tests/relevance --pin
    osce-search eval gate --topics topics.tsv --qrels qrels.txt --floor nDCG@10=0.7
    """
    from osce_search.evaluation.gate import GateReport
    from osce_search.evaluation.harness import Harness
    from osce_search.evaluation.measures import check_measures

    if options["lower"] and not options["pin"]:
        raise click.UsageError("--lower goes with --pin.")
    harness = Harness(
        find_files(directory, options),
        dict(map(_read_floor, options["floors"])),
        options["profile"],
        options["operator"],
        options["depth"],
        not options["no_expand"],
        check_measures(options["measures"] or ""),
        name_software(context),
    )
    with open_asked(context, options) as index:
        held = harness.hold(index)
        violations = _violations(index, held.suite) if options["relations"] else ()
    _tell_scores(held)
    if held.baseline is None and not options["pin"]:
        tell("Note: nothing is pinned; only rules and floors are held to")
    report = (_pin(held, options) if options["pin"] else held).report()
    for note in report.notes:
        tell(f"Note: {note}")
    GateReport((*report.failures, *map(str, violations)), report.notes).check()


def _tell_scores(held: Held) -> None:
    """The first mean with what it stands on, and how many rules are kept."""
    from osce_search.evaluation.tables import few_topics

    kept = f"{sum(item.passed for item in held.verdicts)} of {len(held.verdicts)} rules kept"
    if not held.scores.topics:
        click.echo(kept)
        return
    mean, judged = held.scores.mean(held.measures[0]), held.scores.mean("Judged@10").value
    click.echo(
        f"{mean.measure} {mean.value:.4f} over {mean.topics} topics, {judged:.0%} judged@10, "
        f"{len(held.scores.stale or ())} stale; {kept}"
    )
    if warning := few_topics(mean.topics):
        tell(f"Note: {warning}")


def _pin(held: Held, options: dict[str, Any]) -> Held:
    """Write the baseline; the same with it in place."""
    from dataclasses import replace

    from osce_search.evaluation.baseline import make_baseline, pin_baseline
    from osce_search.evaluation.gate import DROP, TOLERANCE

    path, before = held.suite.paths.baseline, held.suite.baseline
    if path is None:
        raise click.UsageError("--baseline is missing; say where to pin it.")
    tolerance = (
        options["tolerance"]
        if options["tolerance"] is not None
        else before.tolerance
        if before
        else TOLERANCE
    )
    drop = options["drop"] if options["drop"] is not None else before.drop if before else DROP
    pinned = make_baseline(held.run, held.scores, held.suite.judgements, tolerance, drop)
    pin_baseline(path, pinned, accepted=[item.topic for item in held.suite.accepted], lower=options["lower"])
    tell(f"Pinned {pinned.measure} {pinned.mean:.4f} over {len(pinned.values)} topics in {path}.")
    return replace(held, baseline=pinned)


def _read_floor(text: str) -> tuple[str, float]:
    from osce_search.evaluation.measures import check_measures

    name, _, value = text.rpartition("=")
    try:
        return check_measures(name)[0], float(value)
    except (ValueError, IndexError) as error:
        raise click.UsageError(f"--floor {text}: write it as nDCG@10=0.7.") from error


def _violations(index: Index, suite: Suite) -> Sequence[object]:
    from osce_search.evaluation.relations import check_relations

    return check_relations(index.search, [topic.query for topic in suite.topics])


@click.command(cls=Command)
@directory_argument
@suite_options
@click.option(
    "--run", "run_paths", type=FILE, multiple=True, metavar="FILE", help="A run to be checked, too."
)
@click.option("--index", "index_path", type=FILE, help="Also check against this index.")
@click.option("--strict", is_flag=True, help="Warnings are errors.")
@click.pass_context
def lint(context: click.Context, /, directory: Path | None, **options: Any) -> None:
    """Check topics, judgements, rules and runs: everything wrong, with file and line.

    Exits with 2 where there is an error, such as a malformed line, an id given twice, a topic without
    judgements, judgements without a topic, or an empty run. With --index it warns of judged releases that
    are gone or have another text.

    \b
    osce-search eval lint tests/relevance --index index
    osce-search eval lint --topics topics.tsv --qrels qrels.txt --run run.txt
    """
    from osce_search.errors import EvaluationError
    from osce_search.evaluation.problems import Problems
    from osce_search.evaluation.runfile import read_run
    from osce_search.evaluation.suite import check_against_index, check_suite, load_suite

    problems = Problems()
    paths = find_files(directory, options, needed=not options["run_paths"])
    try:
        suite = load_suite(paths, problems)
        if suite.topics and (suite.paths.qrels or suite.paths.rules or suite.paths.accepted):
            check_suite(suite, problems)
        for path in options["run_paths"]:
            read_run(path, problems)
        if options["index_path"]:
            with open_asked(context, options) as index:
                check_against_index(suite, index, problems)
    finally:
        for problem in problems.all:
            show(str(problem))
    errors = len(problems.errors)
    warnings = f"{len(problems.warnings)} warning{'' if len(problems.warnings) == 1 else 's'}"
    if errors or (options["strict"] and problems.warnings):
        raise EvaluationError(f"{errors or 'no'} error{'' if errors == 1 else 's'}, {warnings}")
    tell(f"{len(suite.topics)} topics, {len(suite.judgements)} judgements, {len(suite.rules)} rules: "
          f"no error, {warnings}.")  # fmt: skip
