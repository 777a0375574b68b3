"""Answering: a Query → its answer in the format asked for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import click

from osce_search.cli.options import (
    LOOK,
    Format,
    IndexOptions,
    LookOptions,
    complete,
    group,
    list_format_options,
    make_format,
    section,
)
from osce_search.cli.output import choose_look, open_output, tell_notes, write_pages
from osce_search.formats import json_output
from osce_search.query import FacetRequest, Query
from osce_search.settings import FORMATS

if TYPE_CHECKING:
    from osce_search.results import Results

_WITH_FACETS = ("table", "json", "md")
_WITH_FIELDS = ("json", "jsonl", "csv", "tsv")

_TABLE_VALUES = 6
"""The number of values of a facet that are printed for people by default."""

_USUAL_FACETS = ("country", "field", "source", "type")


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerOptions:
    """What to print of an answer, and how."""

    form: Format
    look: LookOptions
    facet_texts: tuple[str, ...] = ()
    no_facets: bool = False
    facets_only: bool = False
    count_only: bool = False
    quiet: bool = False
    exit_zero: bool = False
    json_out: str | None = None
    fields: str | None = None
    nul: bool = False
    schema: int = 1

    def check(self, *, elsewhere: bool = False) -> None:
        """Raise UsageError for options that exclude each other; `elsewhere` says that facets and fields go there."""
        name = self.form.name
        if self.nul and name != "ids":
            raise click.UsageError(f"-0 goes with --format ids, not {name}.")
        if self.facets_only and self.no_facets:
            raise click.UsageError("--facets-only and --no-facets exclude each other.")
        if self.facets_only and name not in ("table", "json", "csv", "tsv", "md"):
            raise click.UsageError(f"--facets-only does not go with --format {name}.")
        kept = elsewhere or self.json_out
        if self.facet_texts and not (self.facets_only or kept) and name not in _WITH_FACETS:
            sheets = ", or --facets-only for the counts alone" if name in ("csv", "tsv") else ""
            raise click.UsageError(
                f"--format {name} has no place for --facet; --json-out FILE keeps the counts beside it{sheets}."
            )
        if self.fields is not None and not kept and name not in _WITH_FIELDS:
            raise click.UsageError(f"--fields goes with {', '.join(_WITH_FIELDS)}, not {name}.")
        if self.schema != 1:
            click.echo(f"Error: JSON is written in version 1 of the schema, not {self.schema}.", err=True)
            click.get_current_context().exit(20 if self.schema < 1 else 21)

    def list_facets(self, format_name: str | None = None) -> tuple[FacetRequest, ...]:
        """Return the facets to count: those asked for, otherwise the usual ones if the format shows any."""
        name = format_name or self.form.name
        shown = name in _WITH_FACETS or self.facets_only or self.json_out
        if self.no_facets or not (shown or self.facet_texts):
            return ()
        default = _TABLE_VALUES if name == "table" else 10
        if self.facet_texts:
            requests = [FacetRequest.parse(text, default) for text in self.facet_texts]
            return tuple({request.name: request for request in requests}.values())
        usual = [FacetRequest(facet, default) for facet in _USUAL_FACETS]
        return (*usual, FacetRequest("year", None, "date"))


def _make_answer_options(**values: Any) -> AnswerOptions:
    look = LookOptions(*(values.pop(name) for name in LookOptions._fields))
    own = {name: values.pop(name) for name in AnswerOptions.__slots__ if name in values}
    form = make_format("ids" if own["nul"] else FORMATS[0], **values)
    return AnswerOptions(form=form, look=look, **own)


_in_facets, _in_format = section("Facets"), section("Format")

answer_options = group(
    "answered",
    _make_answer_options,
    [
        _in_facets(
            "--facet",
            "facet_texts",
            multiple=True,
            metavar="FACET[:N[:ORDER]]",
            shell_complete=complete("complete_facet"),
            help="Count the values of this facet: at most N (or 'all'), by count, label, lift or date.",
        ),
        _in_facets("--no-facets", is_flag=True, help="Count no facets."),
        _in_facets("--facets-only", is_flag=True, help="Print the counts alone, no hits."),
        _in_format("--count", "count_only", is_flag=True, help="Print only the number of hits."),
        _in_format("-q", "--quiet", is_flag=True, help="Print nothing; only set the exit code."),
        _in_format("--exit-zero", is_flag=True, help="Exit with 0 even if nothing was found."),
        *list_format_options(FORMATS, ("json", "jsonl", "csv")),
        _in_format("--json-out", metavar="FILE", help="Also write the answer as JSON to a file."),
        _in_format("--fields", metavar="NAMES", help="The fields of each hit to write: id,title,date,…"),
        _in_format("-0", "nul", is_flag=True, help="Write ids, each followed by a NUL."),
        _in_format("--schema", type=int, default=1, help="The version of the JSON schema.  [default: 1]"),
        *LOOK,
    ],
)
"""What to print of an answer, and how."""


def answer(
    index: IndexOptions,
    query: Query,
    options: AnswerOptions,
    choose: Callable[[Results], Results] | None = None,
) -> Results:
    """Ask, and write the answer as the options say. `choose` may narrow the answer first; it sees every hit."""
    changes: dict[str, Any] = {}
    if choose:
        query = select_all(query)
    elif options.count_only or options.quiet:
        changes = {"limit": 0, "offset": 0, "facets": ()}
    elif options.facets_only:
        changes = {"limit": 0, "offset": 0}
    name = options.form.name
    if options.count_only or options.quiet or not shows_relaxed(name):
        changes["relax"] = False
    # The answer that is written states the query that was asked, so that it can be asked again.
    query = replace(query, **changes)
    with index.open() as opened:
        results = opened.ask(query)
        if choose:
            results = choose(results)
        if options.count_only and not options.quiet:
            tell_notes(results.notes, "a number")
            with open_output(options.form.output) as file:
                file.write(f"{results.total}\n")
        elif not options.quiet:
            tell_notes(results.notes, name)
            write_answer(results, query, opened.count(), options)
        if options.json_out:
            with open_output(options.json_out) as file:
                _find_writer(results, query, "json", options)(file.write)
    return results


def select_all(query: Query) -> Query:
    """Return the query that finds every hit of this one: all pages, nothing folded, no partial matches, no facets."""
    return replace(query, limit=None, offset=0, facets=(), relax=False, collapse="none")


def found_any(results: Results) -> bool:
    """Whether any release matches the whole query: this decides the exit code."""
    return bool(results.total) and not results.relaxed


def shows_relaxed(format_name: str) -> bool:
    """Whether a format can say that the hits match only in part; otherwise they would be taken for hits."""
    return format_name in ("table", "json", "md")


def write_answer(results: Results, query: Query, of: int, options: AnswerOptions) -> None:
    """Write an answer in the format of the options; `of` is the number of releases in the index."""
    if options.form.name == "table":
        from osce_search.console.cards import print_answer

        pieces = print_answer(results, query, choose_look(options.look, options.form.output), of)
        write_pages(pieces, options.form.output, not options.look.no_pager)
        return
    write_format = _find_writer(results, query, options.form.name, options)
    with open_output(options.form.output) as file:
        write_format(file.write)


def _find_writer(
    results: Results, query: Query, name: str, options: AnswerOptions
) -> Callable[[Callable[[str], object]], None]:
    fields = options.fields
    if name == "json":
        return lambda write: json_output.write_answer(
            results, query, write, json_output.choose_fields(fields)
        )
    if name == "jsonl":
        return lambda write: json_output.write_lines(results, write, json_output.choose_fields(fields))
    from osce_search.formats.exports import choose_writer

    return choose_writer(
        name, results, query.offset, fields, facets_only=options.facets_only, nul=options.nul
    )
