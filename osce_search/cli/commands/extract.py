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
@click.pass_context
def command(context: click.Context, /, sources: tuple[str, ...], output: str | None) -> None:
    """Print the releases in pages as records, one JSON object a line, without an index.

    \b
    osce-search extract page.html
    osce-search extract pages/ | osce-search index -
    """
    from osce_search.builder import Failure, extract_sources

    written, failures = 0, []
    with open_output(output) as file:
        for found in extract_sources([Path(source) for source in sources]):
            if isinstance(found, Failure):
                failures.append(found)
            else:
                file.write(print_object(found.to_record()) + "\n")
                written += 1
    tell_failures(failures, len(failures))
    if failures:
        context.exit(4 if written else 2)
