"""Analysing: counts across facets and over time, likeness, and quotations."""

from __future__ import annotations

from typing import Any

import click

from osce_search.cli.command import Command, section
from osce_search.cli.opening import open_chosen
from osce_search.cli.options import (
    color_options,
    complete,
    filter_options,
    format_options,
    index_option,
    page_options,
    read_format,
    timeout_option,
)
from osce_search.cli.output import choose_look, open_output, tell, tell_notes, write_pages

__all__ = ["crosstab", "quote", "similar", "trend"]

in_table = section("Table")


@click.command(cls=Command, short_help="Count one facet across another.")
@click.argument("rows", metavar="ROWS", shell_complete=complete("complete_facet"))
@click.argument("columns", metavar="COLUMNS", shell_complete=complete("complete_facet"))
@click.argument("text", nargs=-1)
@index_option
@timeout_option
@filter_options
@format_options(("table", "json", "csv", "tsv"), "json", "csv")
@color_options
@click.pass_context
def crosstab(
    context: click.Context, /, rows: str, columns: str, text: tuple[str, ...], **options: Any
) -> None:
    """Count the releases that match TEXT, or all, by the values of two facets.

    ROWS and COLUMNS are facets, each with how many values at most and their order behind it. Where that is not said, a
    table has the 15 most frequent values and all years, every other format has all values.

    \b
    osce-search crosstab country year "border management"
    osce-search crosstab source:8 field:6:label --since 2015 --csv
    """
    from osce_search.cli.questions import read_asked
    from osce_search.query import FacetRequest

    format_name = read_format(options)
    down, across = (FacetRequest.parse(name, _choose_limit(name, format_name)) for name in (rows, columns))
    asked = read_asked(text, options)
    with open_chosen(context, options) as index:
        table = index.crosstab(down, across, asked)
    if format_name == "table":
        from osce_search.console.tables import print_crosstab

        _print(print_crosstab(table, choose_look(options)), options)
    else:
        from osce_search.formats.tables import list_cut, write_crosstab

        cut = [f"not shown: {told}" for told in list_cut(table)]
        tell_notes([*table.notes, *cut], format_name)
        with open_output(options["output"]) as file:
            write_crosstab(table, asked.text, format_name, file.write)
    if not table.total:
        context.exit(1)


@click.command(cls=Command, short_help="Follow a question over the years.")
@click.argument("text", nargs=-1)
@index_option
@timeout_option
@in_table(
    "--by",
    type=click.Choice(["year", "month"]),
    default="year",
    show_default=True,
    help="Over years or months.",
)
@filter_options
@format_options(("table", "json", "csv", "tsv"), "json", "csv")
@color_options
@click.pass_context
def trend(context: click.Context, /, text: tuple[str, ...], **options: Any) -> None:
    """Count the releases that match TEXT in each year, and their share of all releases of that year.

    \b
    osce-search trend "climate change"
    osce-search trend trafficking --country MD --by month --since 2015 --csv
    """
    from osce_search.cli.questions import read_asked

    format_name = read_format(options)
    asked = read_asked(text, options)
    by = options["by"]
    with open_chosen(context, options) as index:
        measured = index.trend(asked, by=by)
    if format_name == "table":
        from osce_search.console.tables import print_trend

        _print(print_trend(measured, choose_look(options)), options)
    else:
        from osce_search.formats.tables import write_trend

        undated = [f"{measured.undated:,} without a {by}, in no row"] if measured.undated else []
        tell_notes([*measured.notes, *undated], format_name)
        with open_output(options["output"]) as file:
            write_trend(measured, asked.text, format_name, file.write)
    if not measured.total:
        context.exit(1)


@click.command(cls=Command, short_help="Find releases like one release.")
@click.argument("id")
@index_option
@timeout_option
@filter_options
@page_options
@format_options(("table", "json", "jsonl", "ids"), "json", "jsonl")
@color_options
@click.pass_context
def similar(context: click.Context, /, id: str, **options: Any) -> None:
    """Print the releases most like the release ID, and the words by which they were found.

    \b
    osce-search similar 574126 --since 2020
    """
    from osce_search.cli.questions import read_asked, read_id, read_page

    format_name = read_format(options)
    id = read_id(id)
    asked = read_asked((), options, **read_page(options))
    with open_chosen(context, options) as index:
        release = index.get(id)
        if release is None:
            tell(f"there is no release {id!r} in {options['index_path']}")
            context.exit(1)
        found = index.similar(id, asked)
        if format_name == "table":
            from osce_search.console.likeness import print_likeness

            write_pages(
                print_likeness(release, found, choose_look(options)),
                options["output"],
                not options["no_pager"],
            )
        else:
            from osce_search.formats.likeness import write_likeness

            tell_notes(found.notes, format_name)
            with open_output(options["output"]) as file:
                write_likeness(release, found, format_name, file.write)
    if not found.hits:
        context.exit(1)


@click.command(cls=Command, short_help="Check a quotation.")
@click.argument("id")
@click.argument("words", nargs=-1, required=True, metavar="QUOTATION...")
@index_option
@format_options(("text", "json"), "json")
@color_options
@click.pass_context
def quote(context: click.Context, /, id: str, words: tuple[str, ...], **options: Any) -> None:
    """Tell whether the release ID says this: exactly, nearly or not; and where.

    Three dots leave something out. The offsets count characters of the field; the SHA-256 is that of title and text.
    Exits with 1 where the release does not say it.

    \b
    osce-search quote 574126 "the number of identified child victims ... has grown"
    """
    from osce_search.cli.questions import read_id

    format_name = read_format(options, "text")
    id = read_id(id)
    from osce_search.quotation import find_quotation

    with open_chosen(context, options) as index:
        release = index.get(id)
    if release is None:
        tell(f"there is no release {id!r} in {options['index_path']}")
        context.exit(1)
    found = find_quotation(release, " ".join(words))
    if format_name == "text":
        from osce_search.console.likeness import print_quotation

        _print(print_quotation(release, found, choose_look(options)), options)
    else:
        from osce_search.formats.likeness import write_quotation

        with open_output(options["output"]) as file:
            write_quotation(release, found, file.write)
    if found.verdict == "no":
        context.exit(1)


def _choose_limit(name: str, format_name: str) -> int | None:
    """All years and months; of other facets in a table so many values as fit a page, and all elsewhere."""
    return 15 if format_name == "table" and name.partition(":")[0] not in ("year", "month") else None


def _print(text: str, options: dict[str, Any]) -> None:
    write_pages([text], options["output"], not options["no_pager"])
