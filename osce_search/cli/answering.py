"""Answering: a question → its answer in the format asked for, and an exit code."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import click

from osce_search.cli.command import section
from osce_search.cli.opening import open_chosen
from osce_search.cli.options import color_options, complete, format_options
from osce_search.cli.output import choose_look, open_output, tell_notes, write_pages

if TYPE_CHECKING:
    from osce_search.query import FacetRequest, Query
    from osce_search.results import Results

__all__ = [
    "answer",
    "answer_options",
    "found_any",
    "read_requests",
    "refuse_conflicts",
    "says_relaxed",
    "write_answer_as",
]

_FORMATS = ("table", "json", "jsonl", "csv", "tsv", "md", "ids", "bibtex", "ris", "csl-json")
_WITH_FACETS = ("table", "json", "md")
_WITH_FIELDS = ("json", "jsonl", "csv", "tsv")
_SHOWN = 6
"""So many values of a facet are printed for people unless they ask for more."""


def answer_options(command: Any) -> Any:
    """What is told of an answer, and how."""
    in_facets, in_format = section("Facets"), section("Format")
    options = [
        in_facets(
            "--facet",
            "facet_texts",
            multiple=True,
            metavar="FACET[:N[:ORDER]]",
            shell_complete=complete("complete_facet"),
            help="Count the values of this facet: so many (or 'all'), by count, label, lift or date.",
        ),
        in_facets("--no-facets", is_flag=True, help="Count no facets."),
        in_facets("--facets-only", is_flag=True, help="Counts alone, no hits."),
        in_format("--count", "count_only", is_flag=True, help="Print the number of hits, nothing else."),
        in_format("-q", "--quiet", is_flag=True, help="Print nothing; the exit code tells."),
        in_format("--exit-zero", is_flag=True, help="Exit with 0 where nothing was found, too."),
        format_options(_FORMATS, "json", "jsonl", "csv"),
        in_format("--json-out", metavar="FILE", help="Write the answer as JSON to a file, too."),
        in_format("--fields", metavar="NAMES", help="What to tell of each hit: id,title,date,…"),
        in_format("-0", "nul", is_flag=True, help="Ids with a NUL after each."),
        in_format("--schema", type=int, default=1, help="Which version of the JSON.  [default: 1]"),
        color_options,
    ]
    for option in reversed(options):
        command = option(command)
    return command


def answer(
    context: click.Context,
    query: Query,
    format_name: str,
    options: Mapping[str, Any],
    choose: Callable[[Results], Results] | None = None,
) -> Results:
    """Ask, and write the answer as the options say; `choose` may narrow it first, and sees all of it."""

    changes: dict[str, Any] = {}
    if choose:
        changes = {"limit": None, "offset": 0, "facets": (), "relax": False, "collapse": "none"}
    elif options["count_only"] or options["quiet"]:
        changes = {"limit": 0, "offset": 0, "facets": ()}
    elif options["facets_only"]:
        changes = {"limit": 0, "offset": 0}
    if options["count_only"] or options["quiet"] or not says_relaxed(format_name):
        changes["relax"] = False
    # What is kept says what was asked, so that it can be asked again.
    query = replace(query, **changes)
    with open_chosen(context, options) as index:
        results = index.ask(query)
        if choose:
            results = choose(results)
        if options["count_only"] and not options["quiet"]:
            tell_notes(results.notes, "a number")
            with open_output(options["output"]) as file:
                file.write(f"{results.total}\n")
        elif not options["quiet"]:
            tell_notes(results.notes, format_name)
            write_answer_as(format_name, results, query, index.count(), options)
        if options["json_out"]:
            _write_json(results, query, options["json_out"], options["fields"])
    return results


def found_any(results: Results) -> bool:
    """Whether any release matches all of the question: what scripts go by."""
    return bool(results.total) and not results.relaxed


def says_relaxed(format_name: str) -> bool:
    """Whether a format can say that the hits match in part: else they would be taken for hits."""
    return format_name in ("table", "json", "md")


def refuse_conflicts(options: Mapping[str, Any], format_name: str) -> None:
    """Refuse options that exclude each other."""
    if options["nul"] and format_name != "ids":
        raise click.UsageError(f"-0 goes with --format ids, not {format_name}.")
    if options["facets_only"] and options["no_facets"]:
        raise click.UsageError("--facets-only and --no-facets exclude each other.")
    if options["facets_only"] and format_name not in ("table", "json", "csv", "tsv", "md"):
        raise click.UsageError(f"--facets-only does not go with --format {format_name}.")
    kept = options["json_out"] or options.get("queries") or options.get("surface")
    if options["facet_texts"] and not (options["facets_only"] or kept) and format_name not in _WITH_FACETS:
        sheets = ", or --facets-only for the counts alone" if format_name in ("csv", "tsv") else ""
        raise click.UsageError(
            f"--format {format_name} has no place for --facet; --json-out FILE keeps the counts beside it{sheets}."
        )
    if options["fields"] is not None and not kept and format_name not in _WITH_FIELDS:
        raise click.UsageError(f"--fields goes with {', '.join(_WITH_FIELDS)}, not {format_name}.")
    if options["schema"] != 1:
        click.echo(f"Error: JSON is written in version 1 of the schema, not {options['schema']}.", err=True)
        click.get_current_context().exit(20 if options["schema"] < 1 else 21)


def read_requests(options: Mapping[str, Any], format_name: str) -> tuple[FacetRequest, ...]:
    """The facets to count: those asked for, else the usual ones where the format shows any."""
    from osce_search.query import FacetRequest

    shown = format_name in _WITH_FACETS or options["facets_only"] or options["json_out"]
    if options["no_facets"] or not (shown or options["facet_texts"]):
        return ()
    default = _SHOWN if format_name == "table" else 10
    if options["facet_texts"]:
        requests = [FacetRequest.parse(text, default) for text in options["facet_texts"]]
        return tuple({request.name: request for request in requests}.values())
    usual = [FacetRequest(name, default) for name in ("country", "field", "source", "type")]
    return (*usual, FacetRequest("year", None, "date"))


def write_answer_as(
    format_name: str, results: Results, query: Query, of: int, options: Mapping[str, Any]
) -> None:
    """Write an answer in a format; `of` is how many releases the index holds."""
    if format_name == "table":
        from osce_search.console.answer import print_answer

        look = choose_look(options)
        pieces = print_answer(results, query, look, of)
        write_pages(pieces, options["output"], not options["no_pager"])
        return
    write_format = _find_writer(results, query, format_name, options)
    with open_output(options["output"]) as file:
        write_format(file.write)


def _find_writer(
    results: Results, query: Query, format_name: str, options: Mapping[str, Any]
) -> Callable[[Any], None]:
    if format_name in ("json", "jsonl"):
        from osce_search.formats.answer import choose_fields, write_answer, write_lines

        fields = choose_fields(options["fields"])
        if format_name == "jsonl":
            return lambda write: write_lines(results, write, fields)
        return lambda write: write_answer(results, query, write, fields)
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

        return lambda write: write_markdown(results, write, query.offset)
    from osce_search.formats.citation import CITATIONS, today

    write_citations = CITATIONS[format_name]
    return lambda write: write_citations((hit.release for hit in results.hits), write, today())


def _write_json(results: Results, query: Query, path: str, fields: str | None) -> None:
    from osce_search.formats.answer import choose_fields, write_answer

    with open_output(path) as file:
        write_answer(results, query, file.write, choose_fields(fields))
