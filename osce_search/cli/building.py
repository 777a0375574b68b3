"""Building: sources → an index, or records on stdout."""

from __future__ import annotations

import contextlib
import os
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

import click

from osce_search.cli.command import Command
from osce_search.cli.options import color_options, index_option
from osce_search.cli.output import choose_look, open_output, tell, write_pages

if TYPE_CHECKING:
    from osce_search.builder import Failure, Progress, Report

__all__ = ["extract", "index"]

_TOLD = 20
"""So many failures are told on stderr."""


@click.command(cls=Command, short_help="Read pages and records into an index.")
@click.argument("sources", nargs=-1, metavar="[SOURCE]...")
@index_option
@click.option(
    "--rebuild", is_flag=True, help="Start from nothing; what is there stays readable until all is written."
)
@click.option(
    "--workers",
    type=click.IntRange(1, 256),
    metavar="N",
    help="Processes that read pages.  [default: one for each core]",
)
@click.option("--quarantine", metavar="FILE", help="Name what was not read, and why, in a file of JSONL.")
@click.option(
    "--max-failures", type=click.IntRange(0), metavar="N", help="Exit with 4 where more could not be read."
)
@click.option(
    "--wait", type=click.FloatRange(0), default=0, metavar="SECONDS", help="Wait so long for another writer."
)
@click.option("-q", "--quiet", is_flag=True, help="Print nothing but errors.")
@click.option("--json", "as_json", is_flag=True, help="Print the report as JSON.")
@color_options
@click.pass_context
def index(context: click.Context, /, sources: tuple[str, ...], **options: Any) -> None:
    """Read pages and records into an index; what was read before and has not changed is passed over.

    A SOURCE is a directory, a page (.html .htm .xhtml .txt .eml .xml), a file of records (.jsonl .jsonl.gz),
    or - for records on standard input. Without any, it is the directory corpus. What cannot be read is named,
    and all else is indexed all the same.

    \b
    osce-search index
    osce-search index corpus more-pages records.jsonl.gz --index /var/lib/osce
    """
    from pathlib import Path

    from osce_search.builder import build
    from osce_search.corpus import print_path

    paths = [Path(source) for source in sources or ("corpus",)]
    unread = {print_path(path): False for path in paths}

    def note(failure: Failure) -> None:
        if failure.where in unread:
            unread[failure.where] = True
        if write_failure:
            write_failure(failure)

    with (
        _open_quarantine(options["quarantine"]) as write_failure,
        _show_progress(options["quiet"]) as progress,
    ):
        report = build(
            paths,
            Path(options["index_path"]),
            rebuild=options["rebuild"],
            workers=options["workers"] or _count_cores(),
            wait=options["wait"],
            software=context.obj,
            on_failure=note,
            on_progress=progress,
        )
    _tell_failures(report.failures, report.failed)
    if options["as_json"]:
        from osce_search.formats.report import print_report as print_json

        click.echo(print_json(report))
    elif not options["quiet"]:
        from osce_search.console.report import print_report

        look = choose_look(options)
        write_pages([print_report(report, options["index_path"], look)], None, False)
    if any(unread.values()) or _is_partial(report, options["max_failures"]):
        context.exit(4)


@click.command(cls=Command, short_help="Print the releases in pages as records.")
@click.argument("sources", nargs=-1, required=True, metavar="SOURCE...")
@click.option("-o", "--output", metavar="FILE", help="Write to a file.")
@click.pass_context
def extract(context: click.Context, /, sources: tuple[str, ...], output: str | None) -> None:
    """Print the releases in pages as records, one JSON object a line, without an index.

    \b
    osce-search extract page.html
    osce-search extract pages/ | osce-search index -
    """
    from pathlib import Path

    from osce_search.builder import Failure, extract_sources
    from osce_search.formats.answer import print_object

    written, failures = 0, []
    with open_output(output) as file:
        for found in extract_sources([Path(source) for source in sources]):
            if isinstance(found, Failure):
                failures.append(found)
            else:
                file.write(print_object(found.to_record()) + "\n")
                written += 1
    _tell_failures(failures, len(failures))
    if failures:
        context.exit(4 if written else 2)


def _count_cores() -> int:
    """The cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


@contextlib.contextmanager
def _open_quarantine(path: str | None) -> Iterator[Callable[[Failure], None] | None]:
    """What writes failures to a file, one JSON object a line; the file is there, empty, when there are none."""
    if path is None:
        yield None
        return
    from dataclasses import asdict

    from osce_search.formats.answer import print_object

    with open_output(path) as file:

        def write(failure: Failure) -> None:
            file.write(print_object(asdict(failure)) + "\n")

        yield write


@contextlib.contextmanager
def _show_progress(quiet: bool) -> Iterator[Callable[[Progress], None] | None]:
    """What tells on stderr how far a build has come: in place on a terminal, else once a minute."""
    terminal = sys.stderr.isatty()
    begun = told = time.monotonic()
    every = 0.1 if terminal else 60

    def show(progress: Progress) -> None:
        nonlocal told
        now = time.monotonic()
        if now - told >= every:
            told = now
            rate = progress.read / (now - begun)
            line = f"{progress.read:,} read, {progress.failed:,} not readable, {rate:,.0f}/s"
            click.echo(f"\r{line}\x1b[K" if terminal else line, err=True, nl=not terminal)

    yield None if quiet else show
    if terminal and not quiet and told > begun:
        click.echo("\r\x1b[K", err=True, nl=False)


def _tell_failures(failures: Sequence[Failure], failed: int) -> None:
    for failure in failures[:_TOLD]:
        tell(f"not read: {failure.where}: {failure.reason}")
    if failed > _TOLD:
        tell(f"not read: {failed - _TOLD:,} more; --quarantine FILE names them all")


def _is_partial(report: Report, most: int | None) -> bool:
    """Whether more could not be read than was allowed, or nothing could."""
    if most is not None and report.failed > most:
        return True
    return report.failed > 0 and not (report.added or report.changed or report.unchanged)
