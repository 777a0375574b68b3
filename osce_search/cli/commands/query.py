"""`osce-search query`: a query → hits and counts."""

from __future__ import annotations

from dataclasses import replace

import click
from click.core import ParameterSource

from osce_search.cli.answering import AnswerOptions, answer, answer_options, found_any
from osce_search.cli.batch import answer_lines
from osce_search.cli.options import (
    Command,
    IndexOptions,
    PageOptions,
    complete,
    index_options,
    page_options,
    section,
    sort_option,
)
from osce_search.cli.output import choose_look, open_output
from osce_search.cli.selection import FilterOptions, filter_options
from osce_search.formats.json_output import to_json, write_reading
from osce_search.query import FacetRequest, Query, Sort

_in_hits = section("Hits")


@click.command(
    "query",
    cls=Command,
    epilog="A word with a minus is left out: osce-search query media -kyiv. What stands behind -- is never an option.",
)
@click.argument("text", nargs=-1, shell_complete=complete("complete_question"))
@index_options
@filter_options
@page_options
@sort_option
@_in_hits("--explain", is_flag=True, help="Explain each score.")
@_in_hits(
    "--as",
    "surface",
    type=click.Choice(["cli", "python", "url", "json"]),
    help="Print the same query as a command, as Python, as an address or as JSON, and do not search.",
)
@_in_hits(
    "--queries",
    metavar="FILE",
    help="Ask each line of a file (- is standard input), text or JSON, and write one JSON answer a line.",
)
@_in_hits("--explain-query", is_flag=True, help="Print how the query was read, and do not search.")
@answer_options
@click.pass_context
def command(
    context: click.Context,
    /,
    text: tuple[str, ...],
    index: IndexOptions,
    filters: FilterOptions,
    page: PageOptions,
    sort: Sort,
    explain: bool,
    surface: str | None,
    queries: str | None,
    explain_query: bool,
    answered: AnswerOptions,
) -> None:
    """Search for TEXT: words, "phrases", AND OR NOT, -word, word*, title:word, country:BA, date:2015..2017.

    All words are required. Filters of one facet are alternatives, facets are conditions. One flag takes several
    values, with commas between.

    \b
    osce-search query media freedom --country BA,RS --since 2015
    osce-search query '"border management" NOT police' --facet country:20
    osce-search query --source odihr --type press-release --sort -date --csv -o odihr.csv
    """
    answered.check(elsewhere=bool(queries or surface))
    query = filters.make_query(text, explain=explain, sort=sort, **page.read())
    if surface:
        _write_surface(context, query, surface, index.path, answered)
    elif queries:
        _answer_lines(context, query, queries, index, answered)
    elif explain_query:
        _write_reading(query, index, answered)
    else:
        results = answer(index, replace(query, facets=answered.list_facets()), answered)
        if not found_any(results) and not answered.exit_zero:
            context.exit(1)


def _write_surface(
    context: click.Context, query: Query, surface: str, index_path: str, options: AnswerOptions
) -> None:
    """Write the query in another form, with the facets that were asked for by name."""
    from osce_search.formats.query_forms import print_address, print_command, print_python

    query = replace(query, facets=tuple(FacetRequest.parse(text, 10) for text in options.facet_texts))
    match surface:
        case "cli":
            # A path from the environment holds for the next command, too.
            typed = context.get_parameter_source("index_path") is ParameterSource.COMMANDLINE
            text = print_command(query, index_path if typed else None)
        case "python":
            text = print_python(query, index_path)
        case "url":
            text = print_address(query)
        case _:
            text = to_json({"query": query.to_record()})
    with open_output(options.form.output) as file:
        file.write(text + "\n")


def _answer_lines(
    context: click.Context, query: Query, path: str, index: IndexOptions, options: AnswerOptions
) -> None:
    if query.text:
        raise click.UsageError("--queries takes its queries from a file; no text can stand beside it.")
    query = replace(query, facets=options.list_facets("json"))
    with index.open() as opened, open_output(options.form.output) as file:
        refused = answer_lines(opened, path, query, file.write)
    if refused:
        context.exit(4)


def _write_reading(query: Query, index: IndexOptions, options: AnswerOptions) -> None:
    with index.open() as opened:
        results = opened.search(query, limit=0, offset=0, facets=())
    with open_output(options.form.output) as file:
        if options.form.name in ("json", "jsonl"):
            write_reading(results, query, file.write)
        else:
            from osce_search.console.cards import print_reading

            look = choose_look(options.look._replace(no_color=True, hyperlinks="never"), options.form.output)
            file.write(print_reading(results, query, look))
