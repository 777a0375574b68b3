"""`osce-search extract`: pages → records on standard output."""

from __future__ import annotations

from pathlib import Path

import click

from osce_search.cli.options import Command
from osce_search.cli.output import open_output, tell_failures
from osce_search.formats.json_output import print_object


@click.command("extract", cls=Command)
@click.argument("sources", nargs=-1, required=True, metavar="SOURCE...")
@click.option("-o", "--output", metavar="FILE", help="Write to a file.")
@click.option("--show-dropped", is_flag=True, help="Add what was left out of each text, with the reasons.")
@click.pass_context
def command(
    context: click.Context, /, sources: tuple[str, ...], output: str | None, show_dropped: bool
) -> None:
    """Print the releases in pages as records, one JSON object a line, without an index.

    \b
    osce-search extract page.html
    osce-search extract pages/ | osce-search index -
    osce-search extract --show-dropped page.html
    """
    from osce_search.builder import Failure, extract_dropped, extract_sources

    written, failures = 0, []
    with open_output(output) as file:
        paths = [Path(source) for source in sources]
        for found in extract_dropped(paths) if show_dropped else extract_sources(paths):
            if isinstance(found, Failure):
                failures.append(found)
                continue
            release, dropped = found if isinstance(found, tuple) else (found, ())
            record = release.to_record()
            if show_dropped:
                record["dropped"] = [{"text": text, "reason": reason} for text, reason in dropped]
            file.write(print_object(record) + "\n")
            written += 1
    tell_failures(failures, len(failures))
    if failures:
        context.exit(4 if written else 2)
