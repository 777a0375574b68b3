"""Searching: a question → hits and counts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

from osce_search.cli.answering import (
    answer,
    answer_options,
    found_any,
    read_requests,
    refuse_conflicts,
    says_relaxed,
    write_answer_as,
)
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
    sort_option,
    timeout_option,
)
from osce_search.cli.output import choose_look, open_output, tell_notes

if TYPE_CHECKING:
    from osce_search.query import Query

__all__ = ["facets", "query"]

in_facets, in_hits = section("Facets"), section("Hits")


@click.command(
    cls=Command,
    short_help="Search, with counts beneath.",
    epilog="A word with a minus is left out: osce-search query media -kyiv. What stands behind -- is never an option.",
)
@click.argument("text", nargs=-1)
@index_option
@timeout_option
@filter_options
@page_options
@sort_option
@in_hits("--explain", is_flag=True, help="Tell how each score comes about.")
@in_hits(
    "--as",
    "surface",
    type=click.Choice(["cli", "python", "url", "json"]),
    help="Print the same question as a command, as Python, as an address or as JSON, and do not search.",
)
@in_hits(
    "--queries",
    metavar="FILE",
    help="Ask each line of a file (- is standard input), text or JSON, and write one JSON answer a line.",
)
@in_hits("--explain-query", is_flag=True, help="Tell how the question was read, and do not search.")
@answer_options
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
    refuse_conflicts(options, format_name)
    asked = read_asked(text, options, explain=options["explain"], **read_page(options))
    if options["surface"]:
        _write_surface(context, asked, options)
        return
    if options["queries"]:
        _answer_lines(context, asked, options)
        return
    if options["explain_query"]:
        _write_reading(context, asked, format_name, options)
        return
    asked = replace(asked, facets=read_requests(options, format_name))
    results = answer(context, asked, format_name, options)
    if not found_any(results) and not options["exit_zero"]:
        context.exit(1)


@click.command(cls=Command, short_help="Count the values of a facet.")
@click.argument("facet", shell_complete=complete("complete_facet"))
@click.argument("text", nargs=-1)
@index_option
@timeout_option
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
    from osce_search.cli.questions import read_asked
    from osce_search.query import FacetRequest

    format_name = read_format(options)
    request = FacetRequest.parse(facet, None)
    order = options["order"] or request.order
    limit = None if options["prefix"] else options["limit"]
    asked = read_asked(text, options, facets=(FacetRequest(request.name, limit, order),), limit=0)
    with open_chosen(context, options) as index:
        results = index.search(asked, relax=says_relaxed(format_name))
        tell_notes(results.notes, format_name)
        if options["prefix"]:
            from osce_search.engine.filtering import choose
            from osce_search.formats.prefix import keep_prefix

            def count(values: tuple[str, ...]) -> int:
                plan = index.read(asked)
                filters = choose(plan.filters, request.name, *values)
                return index.ask(replace(plan, filters=filters, facets=(), relax=results.relaxed)).total

            results = keep_prefix(results, request.name, options["prefix"], options["limit"], count)
        chosen = options | {"facets_only": True, "fields": None}
        write_answer_as(format_name, results, asked, index.count(), chosen)
    if results.relaxed or not any(counts.buckets or counts.missing for counts in results.facets.values()):
        context.exit(1)


def _write_surface(context: click.Context, asked: Query, options: Mapping[str, Any]) -> None:
    """The question for another surface; the facets are those that were asked for."""
    from osce_search.formats.answer import SCHEMA_VERSION, print_object
    from osce_search.formats.surfaces import print_address, print_command, print_python
    from osce_search.query import FacetRequest

    requests = tuple(FacetRequest.parse(text, 10) for text in options["facet_texts"])
    asked = replace(asked, facets=requests)
    path = options["index_path"]
    match options["surface"]:
        case "cli":
            # What the environment says holds for the next command, too.
            typed = context.get_parameter_source("index_path") is ParameterSource.COMMANDLINE
            text = print_command(asked, path if typed else None)
        case "python":
            text = print_python(asked, path)
        case "url":
            text = print_address(asked)
        case _:
            text = print_object({"schema_version": SCHEMA_VERSION, "query": asked.to_record()})
    with open_output(options["output"]) as file:
        file.write(text + "\n")


def _answer_lines(context: click.Context, asked: Query, options: Mapping[str, Any]) -> None:
    from osce_search.cli.batch import answer_lines

    if asked.text:
        raise click.UsageError("--queries takes its questions from a file; no text can stand beside it.")
    asked = replace(asked, facets=read_requests(options, "json"))
    with (
        open_chosen(context, options) as index,
        open_output(options["output"]) as file,
    ):
        refused = answer_lines(index, options["queries"], asked, file.write)
    if refused:
        context.exit(4)


def _write_reading(
    context: click.Context, asked: Query, format_name: str, options: Mapping[str, Any]
) -> None:
    with open_chosen(context, options) as index:
        results = index.search(asked, limit=0, offset=0, facets=())
    with open_output(options["output"]) as file:
        if format_name in ("json", "jsonl"):
            from osce_search.formats.answer import write_reading

            write_reading(results, asked, file.write)
        else:
            from osce_search.console.answer import print_reading

            look = choose_look({**options, "no_color": True, "hyperlinks": "never"})
            file.write(print_reading(results, asked, look))
