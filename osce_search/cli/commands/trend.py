"""`osce-search trend`: a query → its hits over years or months."""

from __future__ import annotations

from typing import Literal

import click

from osce_search.cli.options import (
    Command,
    Format,
    IndexOptions,
    LookOptions,
    complete,
    format_options,
    index_options,
    look_options,
    section,
)
from osce_search.cli.output import choose_look, open_output, tell_notes, write_pages
from osce_search.cli.selection import FilterOptions, filter_options
from osce_search.formats.exports import DELIMITERS, write_trend
from osce_search.formats.json_output import to_json


@click.command("trend", cls=Command)
@click.argument("text", nargs=-1, shell_complete=complete("complete_question"))
@index_options
@section("Table")(
    "--by",
    type=click.Choice(["year", "month"]),
    default="year",
    show_default=True,
    help="Over years or months.",
)
@filter_options
@format_options(("table", "json", "csv", "tsv"), "json", "csv")
@look_options
@click.pass_context
def command(
    context: click.Context,
    /,
    text: tuple[str, ...],
    index: IndexOptions,
    by: Literal["year", "month"],
    filters: FilterOptions,
    form: Format,
    look: LookOptions,
) -> None:
    """Count the releases that match TEXT in each year, and their share of all releases of that year.

    \b
    osce-search trend "climate change"
    osce-search trend trafficking --country MD --by month --since 2015 --csv
    """
    query = filters.make_query(text)
    with index.open() as opened:
        trend = opened.trend(query, by=by)
    if form.name == "table":
        from osce_search.console.tables import print_trend

        write_pages([print_trend(trend, choose_look(look, form.output))], form.output, not look.no_pager)
    else:
        undated = [f"{trend.undated:,} without a {by}, in no row"] if trend.undated else []
        tell_notes([*trend.notes, *undated], form.name)
        with open_output(form.output) as file:
            if form.name == "json":
                file.write(to_json({"question": query.text}, trend) + "\n")
            else:
                write_trend(trend, file.write, DELIMITERS[form.name])
    if not trend.total:
        context.exit(1)
