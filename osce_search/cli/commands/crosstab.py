"""`osce-search crosstab`: a query → the counts of one facet across another."""

from __future__ import annotations

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
)
from osce_search.cli.output import choose_look, open_output, tell_notes, write_pages
from osce_search.cli.selection import FilterOptions, filter_options
from osce_search.formats.display import list_omissions
from osce_search.formats.exports import DELIMITERS, write_crosstab
from osce_search.formats.json_output import to_json
from osce_search.query import FacetRequest


@click.command("crosstab", cls=Command)
@click.argument("rows", metavar="ROWS", shell_complete=complete("complete_facet"))
@click.argument("columns", metavar="COLUMNS", shell_complete=complete("complete_facet"))
@click.argument("text", nargs=-1, shell_complete=complete("complete_question"))
@index_options
@filter_options
@format_options(("table", "json", "csv", "tsv"), "json", "csv")
@look_options
@click.pass_context
def command(
    context: click.Context,
    /,
    rows: str,
    columns: str,
    text: tuple[str, ...],
    index: IndexOptions,
    filters: FilterOptions,
    form: Format,
    look: LookOptions,
) -> None:
    """Count the releases that match TEXT, or all, by the values of two facets.

    ROWS and COLUMNS are facets, each optionally with a maximum number of values and their order. By default a
    table has the 15 most frequent values and all years, every other format all values.

    \b
    osce-search crosstab country year "border management"
    osce-search crosstab source:8 field:6:label --since 2015 --csv
    """
    down, across = (FacetRequest.parse(name, _choose_limit(name, form.name)) for name in (rows, columns))
    query = filters.make_query(text)
    with index.open() as opened:
        table = opened.crosstab(down, across, query)
    if form.name == "table":
        from osce_search.console.tables import print_crosstab

        write_pages([print_crosstab(table, choose_look(look, form.output))], form.output, not look.no_pager)
    else:
        cut = [f"not shown: {told}" for told in list_omissions(table)]
        tell_notes([*table.notes, *cut], form.name)
        with open_output(form.output) as file:
            if form.name == "json":
                file.write(to_json({"question": query.text}, table) + "\n")
            else:
                write_crosstab(table, file.write, DELIMITERS[form.name])
    if not table.total:
        context.exit(1)


def _choose_limit(name: str, format_name: str) -> int | None:
    """Return None for years and months, and outside of tables; otherwise the number of values that fit a page."""
    return 15 if format_name == "table" and name.partition(":")[0] not in ("year", "month") else None
