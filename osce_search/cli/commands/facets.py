"""`osce-search facets`: a query → the counts of one facet."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import click

from osce_search.cli.answering import AnswerOptions, shows_relaxed, write_answer
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
from osce_search.cli.output import tell, tell_notes
from osce_search.cli.selection import FilterOptions, filter_options
from osce_search.formats.display import keep_prefix
from osce_search.query import FacetRequest, Order, Query
from osce_search.results import Results

if TYPE_CHECKING:
    from osce_search.backends import Index

_in_facets = section("Facets")


@click.command("facets", cls=Command)
@click.argument("facet", shell_complete=complete("complete_facet"))
@click.argument("text", nargs=-1, shell_complete=complete("complete_question"))
@index_options
@filter_options
@_in_facets(
    "-n", "--limit", type=click.IntRange(0), metavar="N", help="The number of values.  [default: all]"
)
@_in_facets("--order", type=click.Choice(["count", "label", "lift", "date"]), help="The order of the values.")
@_in_facets("--prefix", metavar="LETTERS", help="Only values with a word that begins with these letters.")
@format_options(("table", "json", "csv", "tsv", "md"), "json", "csv")
@look_options
@click.pass_context
def command(
    context: click.Context,
    /,
    facet: str,
    text: tuple[str, ...],
    index: IndexOptions,
    filters: FilterOptions,
    limit: int | None,
    order: Order | None,
    prefix: str | None,
    form: Format,
    look: LookOptions,
) -> None:
    """Count the values of FACET over the releases that match TEXT, or over all.

    The facets are field, country, source, year, month, type, place and language.

    \b
    osce-search facets country
    osce-search facets source "trafficking" --since 2020 --order lift
    osce-search facets country --prefix bos
    """
    request = FacetRequest.parse(facet, None)
    request = FacetRequest(request.name, None if prefix else limit, order or request.order)
    query = filters.make_query(text, facets=(request,), limit=0)
    with index.open() as opened:
        results = opened.search(query, relax=shows_relaxed(form.name))
        tell_notes(results.notes, form.name)
        if prefix:
            results = _keep_prefix(opened, query, results, prefix, limit)
            if results.total and not results.facets[request.name].buckets:
                tell(
                    f"no value of {request.name} among these releases has a word that begins with {prefix!r}"
                )
        options = AnswerOptions(form=form, look=look, facets_only=True)
        write_answer(results, query, opened.count(), options)
    if results.relaxed or not any(counts.buckets or counts.missing for counts in results.facets.values()):
        context.exit(1)


def _keep_prefix(opened: Index, query: Query, results: Results, prefix: str, limit: int | None) -> Results:
    """Keep the values that begin with a prefix, at most `limit` of them, and count what the limit cuts off."""
    from osce_search.engine.match.filters import choose

    name = query.facets[0].name

    def count(values: tuple[str, ...]) -> int:
        plan = opened.read(query)
        filters = choose(plan.filters, name, *values)
        return opened.ask(replace(plan, filters=filters, facets=(), relax=results.relaxed)).total

    return keep_prefix(results, name, prefix, limit, count)
