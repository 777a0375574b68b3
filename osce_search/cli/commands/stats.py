"""`osce-search stats`: an index → what it holds."""

from __future__ import annotations

import click

from osce_search.cli.options import (
    Command,
    Format,
    IndexOptions,
    LookOptions,
    format_options,
    index_option,
    look_options,
)
from osce_search.cli.output import choose_look, open_output, write_pages
from osce_search.coverage import measure
from osce_search.formats.json_output import to_json


@click.command("stats", cls=Command)
@index_option
@format_options(("table", "json"), "json")
@look_options
def command(index: IndexOptions, form: Format, look: LookOptions) -> None:
    """Print what the index holds: releases by year and type, and how complete their labels are."""

    with index.open() as opened:
        coverage = measure(opened.releases())
        fingerprint, generation = opened.fingerprint, opened.generation
    if form.name == "json":
        with open_output(form.output) as file:
            file.write(to_json({"index": fingerprint, "generation": generation}, coverage) + "\n")
        return
    from osce_search.console.tables import print_coverage

    text = print_coverage(coverage, index.path, fingerprint, choose_look(look, form.output))
    write_pages([text], form.output, not look.no_pager)
