"""Searching: a question → hits and counts."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click

from osce_search.cli.options import (
    Command,
    color_options,
    filter_options,
    format_options,
    index_option,
    page_options,
    read_format,
    section,
)
from osce_search.cli.output import choose_look, open_output, write_pages

if TYPE_CHECKING:
    from osce_search.cli.questions import Asked
    from osce_search.query import FacetRequest

__all__ = ["facets", "query"]

in_hits, in_facets, in_format = map(section, ("Hits", "Facets", "Format"))

_FORMATS = ("table", "json", "jsonl", "csv", "tsv", "md", "ids", "bibtex", "ris", "csl-json")
_SHOWN = 6
"""So many values of a facet are printed for people unless they ask for more."""


@click.command(
    cls=Command,
    short_help="Search, with counts beneath.",
    epilog="Put -- before a question that begins with a minus: osce-search query -- -kyiv media",
)
@click.argument("text", nargs=-1)
@index_option
@filter_options
@page_options
@in_facets(
    "--facet",
    "facet_texts",
    multiple=True,
    metavar="FACET[:N[:ORDER]]",
    help="Count the values of this facet: so many (or 'all'), by count, label, lift or date.",
)
@in_facets("--no-facets", is_flag=True, help="Count no facets.")
@in_facets("--facets-only", is_flag=True, help="Counts alone, no hits.")
@in_format("--count", "count_only", is_flag=True, help="Print the number of hits, nothing else.")
@in_format("-q", "--quiet", is_flag=True, help="Print nothing; the exit code tells.")
@in_format("--exit-zero", is_flag=True, help="Exit with 0 where nothing was found, too.")
@in_hits("--explain", is_flag=True, help="Tell how each score comes about.")
@in_hits("--explain-query", is_flag=True, help="Tell how the question was read, and do not search.")
@format_options(_FORMATS, "json", "jsonl", "csv")
@in_format("--json-out", metavar="FILE", help="Write the answer as JSON to a file, too.")
@in_format("--fields", metavar="NAMES", help="What to tell of each hit: id,title,date,…")
@in_format("-0", "nul", is_flag=True, help="Ids with a NUL after each.")
@in_format("--schema", type=int, default=1, help="Which version of the JSON.  [default: 1]")
@color_options
@click.pass_context
def query(context: click.Context, /, text: tuple[str, ...], **options: Any) -> None:
    """Search for TEXT: words, "phrases", AND OR NOT, -word, word*, title:word, country:BA, date:2015..2017.

    All words are required. Filters of one facet are alternatives, facets are conditions; several values may
    stand behind one flag, with commas between.

    \b
    osce-search query media freedom --country BA,RS --since 2015
    osce-search query '"border management" NOT police' --facet country:20
    osce-search query --source odihr --type press-release --sort -date --csv -o odihr.csv
    """
    from osce_search.cli.questions import read_asked, read_page

    format_name = read_format(options, "ids" if options["nul"] else "table")
    _refuse_conflicts(options, format_name)
    asked = read_asked(
        text,
        options,
        facets=_read_requests(options, format_name),
        explain=options["explain"],
        **read_page(options),
    )
    from osce_search.backends import open_index

    with open_index(options["index_path"], software=context.obj) as index:
        if options["explain_query"]:
            _write_reading(index, asked, format_name, options)
            return
        changes: dict[str, Any] = {}
        if options["count_only"] or options["quiet"]:
            changes = {"limit": 0, "offset": 0, "facets": ()}
        elif options["facets_only"]:
            changes = {"limit": 0, "offset": 0}
        results = asked.search(index, **changes)
        if options["count_only"] and not options["quiet"]:
            click.echo(results.total)
        elif not options["quiet"]:
            _write(results, asked, index, format_name, options)
        if options["json_out"]:
            _write_json(results, asked, options["json_out"], options["fields"])
    if not results.total and not options["exit_zero"]:
        context.exit(1)


@click.command(cls=Command, short_help="Count the values of a facet.")
@click.argument("facet")
@click.argument("text", nargs=-1)
@index_option
@filter_options
@in_facets("-n", "--limit", type=click.IntRange(0), metavar="N", help="So many values.  [default: all]")
@in_facets("--order", type=click.Choice(["count", "label", "lift", "date"]), help="In which order.")
@in_facets("--prefix", metavar="LETTERS", help="Only values whose name has a word that begins so.")
@format_options(("table", "json", "csv", "tsv", "md"), "json", "csv")
@color_options
@click.pass_context
def facets(context: click.Context, /, facet: str, text: tuple[str, ...], **options: Any) -> None:
    """Count the values of FACET over the releases that match TEXT, or over all.

    The facets are field, country, source, year, month, type, place and language.

    \b
    osce-search facets country
    osce-search facets source "trafficking" --since 2020 --order lift
    osce-search facets country --prefix bos
    """
    from osce_search.cli.questions import read_asked, read_facet_request
    from osce_search.query import FacetRequest

    format_name = read_format(options)
    request = read_facet_request(facet, None)
    order = options["order"] or request.order
    limit = None if options["prefix"] else options["limit"]
    asked = read_asked(text, options, facets=(FacetRequest(request.name, limit, order),), limit=0)
    from osce_search.backends import open_index

    with open_index(options["index_path"], software=context.obj) as index:
        results = asked.search(index)
        if options["prefix"]:
            from osce_search.formats.prefix import keep_prefix

            results = keep_prefix(results, request.name, options["prefix"], options["limit"])
        _write(results, asked, index, format_name, options | {"facets_only": True, "fields": None})
    if not any(counts.buckets or counts.missing for counts in results.facets.values()):
        context.exit(1)


def _refuse_conflicts(options: dict[str, Any], format_name: str) -> None:
    if options["nul"] and format_name != "ids":
        raise click.UsageError(f"-0 goes with --format ids, not {format_name}.")
    if options["facets_only"] and options["no_facets"]:
        raise click.UsageError("--facets-only and --no-facets exclude each other.")
    if options["facets_only"] and format_name not in ("table", "json", "csv", "tsv", "md"):
        raise click.UsageError(f"--facets-only does not go with --format {format_name}.")
    if options["schema"] != 1:
        click.echo(f"Error: JSON is written in version 1 of the schema, not {options['schema']}.", err=True)
        click.get_current_context().exit(20 if options["schema"] < 1 else 21)


def _read_requests(options: dict[str, Any], format_name: str) -> tuple[FacetRequest, ...]:
    """The facets to count: those asked for, else the usual ones where the format shows any."""
    from osce_search.cli.questions import read_facet_request
    from osce_search.query import FacetRequest

    shown = format_name in ("table", "json", "md") or options["facets_only"] or options["json_out"]
    if options["no_facets"] or not (shown or options["facet_texts"]):
        return ()
    default = _SHOWN if format_name == "table" else 10
    if options["facet_texts"]:
        requests = [read_facet_request(text, default) for text in options["facet_texts"]]
        return tuple({request.name: request for request in requests}.values())
    usual = [FacetRequest(name, default) for name in ("country", "field", "source", "type")]
    return (*usual, FacetRequest("year", None, "date"))


def _write(results: Any, asked: Asked, index: Any, format_name: str, options: dict[str, Any]) -> None:
    if format_name == "table":
        from osce_search.console.answer import print_answer

        look = choose_look(
            "never" if options["no_color"] else options["color"], options["width"], options["plain"]
        )
        pieces = print_answer(results, asked.query, look, index.count())
        write_pages(pieces, options["output"], not options["no_pager"])
        return
    write_format = _find_writer(results, asked, format_name, options)
    with open_output(options["output"]) as file:
        write_format(file.write)


def _find_writer(
    results: Any, asked: Asked, format_name: str, options: dict[str, Any]
) -> Callable[[Any], None]:
    if format_name in ("json", "jsonl"):
        from osce_search.formats.answer import choose_fields, write_answer, write_lines

        fields = choose_fields(options["fields"])
        if format_name == "jsonl":
            return lambda write: write_lines(results, write, fields)
        return lambda write: write_answer(results, asked.query, write, fields)
    if format_name in ("csv", "tsv"):
        from osce_search.formats.answer import choose_fields
        from osce_search.formats.sheet import COLUMNS, write_facet_rows, write_sheet

        delimiter = "\t" if format_name == "tsv" else ","
        if options["facets_only"]:
            return lambda write: write_facet_rows(results.facets.values(), write, delimiter)
        columns = choose_fields(options["fields"], COLUMNS)
        return lambda write: write_sheet(results, write, columns, delimiter)
    if format_name == "ids":
        from osce_search.formats.sheet import write_ids

        return lambda write: write_ids(results, write, "\0" if options["nul"] else "\n")
    if format_name == "md":
        from osce_search.formats.markdown import write_markdown

        return lambda write: write_markdown(results, write, asked.query.offset)
    from osce_search.formats.citation import CITATIONS, today

    write_citations = CITATIONS[format_name]
    return lambda write: write_citations((hit.release for hit in results.hits), write, today())


def _write_json(results: Any, asked: Asked, path: str, fields: str | None) -> None:
    from osce_search.formats.answer import choose_fields, write_answer

    with open_output(path) as file:
        write_answer(results, asked.query, file.write, choose_fields(fields))


def _write_reading(index: Any, asked: Asked, format_name: str, options: dict[str, Any]) -> None:
    results = asked.search(index, limit=0, offset=0, facets=())
    with open_output(options["output"]) as file:
        if format_name in ("json", "jsonl"):
            from osce_search.formats.answer import write_reading

            write_reading(results, asked.query, file.write)
        else:
            from osce_search.console.answer import print_reading

            look = choose_look("never", options["width"], options["plain"])
            file.write(print_reading(results, asked.query, look))
