"""`osce-search index`: sources → an index."""

from __future__ import annotations

import contextlib
import os
import re
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from osce_search.cli.options import Command, IndexOptions, LookOptions, index_option, look_options
from osce_search.cli.output import choose_look, open_output, tell_failures, write_pages
from osce_search.corpus import print_path
from osce_search.formats.json_output import print_object, to_json

if TYPE_CHECKING:
    from osce_search.builder import Failure, Progress, Report


_LINE = re.compile(r"(?:\.jsonl(?:\.gz)?|^standard input):\d+$", re.IGNORECASE)
"""The name of one line of a file of records."""


@click.command("index", cls=Command)
@click.argument("sources", nargs=-1, metavar="[SOURCE]...")
@index_option
@click.option(
    "--rebuild", is_flag=True, help="Start from nothing; the old index stays readable until all is written."
)
@click.option(
    "--workers",
    type=click.IntRange(1, 256),
    metavar="N",
    help="The number of processes that read pages.  [default: one for each core]",
)
@click.option("--quarantine", metavar="FILE", help="Write what was not read, and why, to a file of JSONL.")
@click.option(
    "--max-failures",
    type=click.IntRange(0),
    metavar="N",
    help="Exit with 4 if more than N pages and records could not be read.",
)
@click.option(
    "--wait",
    type=click.FloatRange(0),
    default=0,
    metavar="SECONDS",
    help="Wait for another writer to finish.",
)
@click.option("-q", "--quiet", is_flag=True, help="Print nothing but errors.")
@click.option("--json", "as_json", is_flag=True, help="Print the report as JSON.")
@look_options
@click.pass_context
def command(
    context: click.Context,
    /,
    sources: tuple[str, ...],
    index: IndexOptions,
    rebuild: bool,
    workers: int | None,
    quarantine: str | None,
    max_failures: int | None,
    wait: float,
    quiet: bool,
    as_json: bool,
    look: LookOptions,
) -> None:
    """Read pages and records into an index. Sources that were read before and have not changed are skipped.

    A SOURCE is a directory, a page (.html .htm .xhtml .txt .eml .xml), a file of records (.jsonl .jsonl.gz),
    or - for records on standard input. The default is the directory corpus. What cannot be read is named,
    and everything else is indexed. Exits with 4 if a file given by name or a record could not be read.

    \b
    osce-search index
    osce-search index corpus more-pages records.jsonl.gz --index /var/lib/osce
    """
    from osce_search.builder import build

    paths = [Path(source) for source in sources or ("corpus",)]
    named = {print_path(path) for path in paths}
    is_partial = False

    def note(failure: Failure) -> None:
        nonlocal is_partial
        # A directory may hold pages without a release, but whoever gives a file or writes a record means it.
        if failure.kind != "review" and failure.where in named:
            is_partial = True
        if max_failures is None and (failure.kind == "record" or _LINE.search(failure.where)):
            is_partial = True
        if write_failure:
            write_failure(failure)

    with _open_quarantine(quarantine) as write_failure, _show_progress(quiet) as progress:
        report = build(
            paths,
            Path(index.path),
            rebuild=rebuild,
            workers=workers or _count_cores(),
            wait=wait,
            software=context.obj,
            on_failure=note,
            on_progress=progress,
        )
    tell_failures(report.failures, report.failed)
    if as_json:
        click.echo(to_json(report))
    elif not quiet:
        from osce_search.console.summaries import print_report

        write_pages([print_report(report, index.path, choose_look(look))], None, False)
    if is_partial or _is_partial(report, max_failures):
        context.exit(4)


def _count_cores() -> int:
    """Return the number of cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


@contextlib.contextmanager
def _open_quarantine(path: str | None) -> Iterator[Callable[[Failure], None] | None]:
    """Open a file for failures, one JSON object a line; it is empty if there are none."""
    if path is None:
        yield None
        return

    with open_output(path) as file:

        def write(failure: Failure) -> None:
            file.write(print_object(asdict(failure)) + "\n")

        yield write


@contextlib.contextmanager
def _show_progress(quiet: bool) -> Iterator[Callable[[Progress], None] | None]:
    """Report the progress of a build on stderr: in place on a terminal, otherwise once a minute."""
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


def _is_partial(report: Report, limit: int | None) -> bool:
    """Whether more sources failed than `limit` allows, or all of them."""
    if limit is not None and report.failed > limit:
        return True
    return report.failed > 0 and not (report.added or report.changed or report.unchanged)
