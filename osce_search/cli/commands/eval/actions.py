"""Actions: the typed options of `osce-search eval` → what each of its commands does."""

from __future__ import annotations

import contextlib
import functools
import json
import sys
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import click

from osce_search.backends import Index
from osce_search.cli.commands.eval import Asking
from osce_search.cli.options import Format, IndexOptions
from osce_search.cli.output import open_output, tell, write_pages
from osce_search.engine.scoring import profile as check_profile
from osce_search.errors import EvaluationError
from osce_search.evaluation import Paths
from osce_search.evaluation.comparison_report import compare_runs, describe_comparison, print_comparison
from osce_search.evaluation.files import Problems, list_problems
from osce_search.evaluation.gate import DROP, TOLERANCE, GateReport, Measurement, make_baseline, pin_baseline
from osce_search.evaluation.harness import (
    Harness,
    Suite,
    check_against_index,
    check_suite,
    find_paths,
    find_stale,
    load_suite,
)
from osce_search.evaluation.measures import DEFAULT_MEASURES, JUDGED, check_measures, measure_run
from osce_search.evaluation.rankings import IndexSearch, Run, ask_topics, pool_unjudged
from osce_search.evaluation.rules import check_relations
from osce_search.evaluation.run_report import describe_scores, print_scores, warn_few
from osce_search.evaluation.topics import Topic
from osce_search.evaluation.trec import Judgement, append_judgement, read_run, write_run
from osce_search.formats.characters import escape, neutralise
from osce_search.formats.display import count_of
from osce_search.release import Release

_PARTIAL = 4
_GRADES = ("0", "1", "2", "3", "s", "q")


# ── run and compare ──────────────────────────────────────────────────────────────────────────────────────────


def run(
    files: Paths,
    run_path: Path | None,
    run_out: Path | None,
    measures: str,
    kinds: Collection[str],
    tag: str | None,
    index: IndexOptions,
    profile: str,
    asking: Asking,
    form: Format,
) -> None:
    """Ask topics, or read a run, and print its scores."""
    if not files.topics and not run_path:
        raise click.UsageError("--topics is missing; it says what is to be asked.")
    if not files.qrels and not run_out:
        raise click.UsageError("--qrels or --run-out is missing; without either the answers would be lost.")
    names = check_measures(measures) or DEFAULT_MEASURES
    suite = _load_suite(files)
    stale = None
    if run_path:
        made = _read_run(run_path)
    else:
        with index.open() as opened:
            made = _ask_topics(opened, suite.topics, profile, asking, tag, kinds)
            stale = find_stale(suite.judgements, opened)
    if run_out:
        write_run(made, run_out)
        tell(f"Wrote {run_out} and its manifest.")
    scores = measure_run(made, suite.judgements, names, topics=suite.topics, stale=stale)
    failed = made.with_status("failed")
    if not files.qrels or (failed and not scores.topics):
        for outcome in failed:
            tell(f"{outcome.topic} failed: {outcome.reason}")
        answered, empty = len(made.with_status("answered")), len(made.with_status("empty"))
        tell(
            f"{count_of(len(made.outcomes), 'topic')}: {answered} answered, {empty} empty, {len(failed)} failed."
        )
    else:
        print_text = functools.partial(print_scores, made, scores, suite.topics)
        _print_report(form, functools.partial(describe_scores, made, scores), print_text)
    if failed:
        tell(f"Only in part: {len(failed)} of {count_of(len(made.outcomes), 'topic')} failed.")
        raise click.exceptions.Exit(_PARTIAL)


def compare(
    before: str,
    after: str,
    files: Paths,
    measures: str,
    movers: int,
    index: IndexOptions,
    asking: Asking,
    form: Format,
) -> None:
    """Compare two runs, each read from a file or made with a profile, and print the comparison."""
    if not files.qrels:
        raise click.UsageError("--qrels is missing; without judgements nothing can be better or worse.")
    names = check_measures(measures) or DEFAULT_MEASURES
    suite = _load_suite(files)
    runs, stale = [], None
    for name in (before, after):
        if Path(name).is_file():
            runs.append(replace(_read_run(Path(name)), tag=Path(name).stem))
            continue
        if not files.topics:
            raise click.UsageError(f"{name} is not a file; to compare ranking profiles, give --topics.")
        with index.open() as opened:
            runs.append(_ask_topics(opened, suite.topics, name, asking))
            stale = find_stale(suite.judgements, opened)
    compared = compare_runs(runs[0], runs[1], suite.judgements, names, topics=suite.topics, stale=stale)
    print_text = functools.partial(print_comparison, compared, movers=movers)
    _print_report(form, functools.partial(describe_comparison, compared), print_text)
    if compared.before.failed or compared.after.failed:
        raise click.exceptions.Exit(_PARTIAL)


def _load_suite(files: Paths) -> Suite:
    """Return topics and judgements, and print a warning where one is without the other."""
    with _tell_problems() as problems:
        suite = load_suite(files, problems)
        problems.check()
        if files.topics and files.qrels:
            check_suite(suite, problems, "warning")
    return suite


def _read_run(path: Path) -> Run:
    with _tell_problems() as problems:
        return read_run(path, problems)


@contextlib.contextmanager
def _tell_problems() -> Iterator[Problems]:
    """Yield a collection of problems; print its warnings, and raise EvaluationError for its errors."""
    problems = Problems()
    yield problems
    _tell_lines(list_problems(problems.warnings))
    problems.check()


def _ask_topics(
    index: Index,
    topics: Sequence[Topic],
    profile: str,
    asking: Asking,
    tag: str | None = None,
    kinds: Collection[str] = (),
) -> Run:
    """Return the run of an index with a profile; if `kinds` are given, topics of other kinds are skipped."""
    check_profile(profile)
    others = [topic for topic in topics if kinds and topic.kind not in kinds]
    reasons = {topic.id: f"its kind is {topic.kind or 'not given'}" for topic in others}
    search = IndexSearch(index, profile, **asking.settings())
    return ask_topics(topics, search, tag=tag or profile, skip=reasons)


def _print_report(form: Format, describe: Callable[[], object], print_text: Callable[..., str]) -> None:
    """Write a report as JSON, or as text for people."""
    if form.name != "json":
        _print_lines(print_text(markdown=form.name == "md"), form.output)
        return
    text = json.dumps(describe(), ensure_ascii=False, indent=1, allow_nan=False)
    with open_output(form.output) as file:
        file.write(f"{escape(text)}\n")


def _print_lines(text: str, output: str | None = None) -> None:
    write_pages((f"{neutralise(line)}\n" for line in _split_lines(text)), output, pager=False)


def _tell_lines(text: str) -> None:
    for line in _split_lines(text):
        tell(line)


def _split_lines(text: str) -> list[str]:
    # Not `splitlines`: other separators come from topics and releases, and are not to make lines of their own.
    return text.removesuffix("\n").split("\n") if text else []


# ── gate and lint ────────────────────────────────────────────────────────────────────────────────────────────


def gate(
    directory: Path | None,
    files: Paths,
    measures: str,
    floors: Sequence[str],
    relations: bool,
    pin: bool,
    lower: bool,
    tolerance: float | None,
    drop: float | None,
    index: IndexOptions,
    profile: str,
    asking: Asking,
) -> None:
    """Measure an index, and compare it with the baseline or pin it."""
    if lower and not pin:
        raise click.UsageError("--lower goes with --pin.")
    paths, floor = _find_paths(directory, files), dict(map(_read_floor, floors))
    harness = Harness(paths, floor, profile, measures=check_measures(measures), **asking.settings())
    with index.open() as opened:
        measured = harness.measure(opened)
        questions = [topic.query for topic in harness.load().topics] if relations else ()
        violations = check_relations(opened.search, questions)
    _print_measurement(measured)
    if pin:
        measured = _pin_baseline(paths.baseline, measured, tolerance, drop, lower)
    elif measured.baseline is None:
        tell("Note: no baseline is pinned; the gate checks rules and floors alone")
    report = measured.report()
    for note in report.notes:
        tell(f"Note: {note}")
    GateReport((*report.failures, *map(str, violations)), report.notes).check()


def _find_paths(directory: Path | None, files: Paths) -> Paths:
    paths = find_paths(directory, files)
    if paths.topics is None:
        raise click.UsageError("Name a directory with topics and judgements, or give --topics.")
    return paths


def _read_floor(text: str) -> tuple[str, float]:
    name, _, value = text.rpartition("=")
    try:
        return check_measures(name)[0], float(value)
    except (ValueError, IndexError) as error:
        raise click.UsageError(f"--floor {text}: write it as nDCG@10=0.7.") from error


def _print_measurement(measured: Measurement) -> None:
    scores = measured.scores
    kept = f"{sum(item.passed for item in measured.verdicts)} of {len(measured.verdicts)} rules kept"
    if not scores.topics:
        click.echo(kept)
        return
    mean, judged = scores.mean(next(iter(scores.values))), scores.mean(JUDGED).value
    value = f"{mean.measure} {mean.value:.4f} over {count_of(mean.topics, 'topic')}"
    click.echo(f"{value}, {judged:.0%} judged@10, {len(scores.stale or ())} stale; {kept}")
    for warning in warn_few(mean.topics):
        tell(f"Note: {warning}")


def _pin_baseline(
    path: Path | None, measured: Measurement, tolerance: float | None, drop: float | None, lower: bool
) -> Measurement:
    """Write the baseline, with the limits given or those of the baseline before, and return it in its place."""
    before = measured.baseline
    if path is None:
        raise click.UsageError("--baseline is missing; say where to pin it.")
    if tolerance is None:
        tolerance = before.tolerance if before else TOLERANCE
    if drop is None:
        drop = before.drop if before else DROP
    pinned = make_baseline(measured.run, measured.scores, measured.judgements, tolerance, drop)
    pin_baseline(path, pinned, accepted=[item.topic for item in measured.accepted], lower=lower)
    tell(f"Pinned {pinned.measure} {pinned.mean:.4f} over {count_of(len(pinned.values), 'topic')} in {path}.")
    return replace(measured, baseline=pinned)


def lint(
    directory: Path | None, files: Paths, run_paths: Sequence[Path], index_path: str | None, strict: bool
) -> None:
    """Print every problem in the files and between them."""
    problems = Problems()
    paths = find_paths(directory, files) if run_paths else _find_paths(directory, files)
    try:
        suite = load_suite(paths, problems)
        if suite.topics and (paths.qrels or paths.rules or paths.accepted):
            check_suite(suite, problems)
        for path in run_paths:
            read_run(path, problems)
        if index_path:
            with IndexOptions(index_path).open() as index:
                check_against_index(suite, index, problems)
    finally:
        _print_lines("\n".join(map(str, problems.all)))
    errors, warnings = len(problems.errors), len(problems.warnings)
    warned = count_of(warnings, "warning")
    if errors or (strict and warnings):
        raise EvaluationError(f"{count_of(errors, 'error') if errors else 'no errors'}, {warned}")
    sizes = {"topic": suite.topics, "judgement": suite.judgements, "rule": suite.rules}
    counts = ", ".join(count_of(len(items), noun) for noun, items in sizes.items())
    tell(f"{counts}: no error, {warned}.")


# ── label ────────────────────────────────────────────────────────────────────────────────────────────────────


def label(
    files: Paths,
    run_paths: Sequence[Path],
    pool: int,
    author: str,
    seed: int,
    list_only: bool,
    from_stdin: bool,
    index: IndexOptions,
    profiles: Sequence[str],
    asking: Asking,
) -> None:
    """Pool rankings, and list or judge the releases that have no judgement."""
    if not files.topics or not files.qrels:
        raise click.UsageError("--topics and --qrels are needed: what is asked, and where judgements go.")
    if not list_only and not from_stdin and not sys.stdin.isatty():
        raise click.UsageError(
            "stdin is no terminal; list what is not judged with --list, or give grades with --stdin."
        )
    there = files.qrels.exists() and files.qrels.stat().st_size
    suite = _load_suite(files if there else files._replace(qrels=None))
    with index.open() as opened:
        runs = list(map(_read_run, run_paths))
        names = profiles or (() if runs else ("default",))
        runs += [_ask_topics(opened, suite.topics, name, asking) for name in names]
        judged = {(item.topic, item.doc) for item in suite.judgements}
        questions = {topic.id: topic for topic in suite.topics}
        pooled = pool_unjudged(runs, judged, depth=pool, seed=seed)
        candidates = _choose_judgeable(pooled, questions, files.topics)
        if list_only:
            for id, doc in candidates:
                release = opened.get(doc)
                click.echo(f"{id}\t{doc}\t{neutralise(release.title) if release else ''}")
            return
        given = 0
        for number, (id, doc) in enumerate(candidates, 1):
            release = opened.get(doc)
            if release is None:
                tell(f"{doc} is not in the index, and cannot be judged.")
                continue
            _tell_lines(f"\n[{number}/{len(candidates)}] {_print_candidate(questions[id], release)}")
            grade = _read_grade(from_stdin)
            if grade == "q":
                break
            if grade != "s":
                append_judgement(
                    files.qrels, Judgement(id, doc, int(grade)), author=author,
                    fingerprint=opened.fingerprint, content_sha256=release.content_sha256,
                )  # fmt: skip
                given += 1
    tell(f"{given} of {len(candidates)} judged.")


def _choose_judgeable(
    pooled: Sequence[tuple[str, str]], questions: Mapping[str, Topic], path: Path
) -> list[tuple[str, str]]:
    """Return the pairs whose topic is known and whose id a file of judgements can hold; name the others."""
    for id in dict.fromkeys(id for id, _ in pooled if id not in questions):
        tell(f"{id}, of a run, is no topic of {path}, and is left out.")
    for doc in dict.fromkeys(doc for _, doc in pooled if doc.split() != [doc]):
        tell(f"{doc!r} has a space in it, which judgements cannot hold, and is left out.")
    return [(id, doc) for id, doc in pooled if id in questions and doc.split() == [doc]]


def _print_candidate(topic: Topic, release: Release) -> str:
    intent = f"  {topic.intent}\n" if topic.intent else ""
    text = "\n\n".join(release.paragraphs)
    head = f"  {release.title}\n  {release.date or 'no date'}\n"
    return f"{topic.id}: {topic.query}\n{intent}\n{head}\n{text}\n\n"


def _read_grade(from_stdin: bool) -> str:
    """Return 0, 1, 2, 3, s (skip) or q (quit); the end of the input is q."""
    while True:
        if from_stdin:
            grade = (sys.stdin.readline() or "q").strip()
        else:
            grade = click.prompt("Grade (0–3, s skip, q quit)", prompt_suffix=" ", err=True).strip()
        if grade in _GRADES:
            return grade
        if from_stdin:
            raise click.UsageError(f"{grade!r} is not a grade; each line is one of {', '.join(_GRADES)}.")
        tell(f"{grade!r} is not a grade.")
