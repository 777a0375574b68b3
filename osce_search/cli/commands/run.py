"""`osce-search run`: a saved search → its answer."""

from __future__ import annotations

from dataclasses import replace

import click

from osce_search.cli.answering import AnswerOptions, answer, answer_options, found_any, select_all
from osce_search.cli.options import (
    Command,
    IndexOptions,
    PageOptions,
    complete,
    index_options,
    page_options,
)
from osce_search.searches import find_store


@click.command("run", cls=Command)
@click.argument("name", shell_complete=complete("complete_search"))
@index_options
@page_options
@answer_options
@click.pass_context
def command(
    context: click.Context, /, name: str, index: IndexOptions, page: PageOptions, answered: AnswerOptions
) -> None:
    """Ask the query that was saved as NAME. Its hits are no longer new afterwards.

    The page of hits is the one that was saved, unless options choose another.
    """
    answered.check()
    store = find_store()
    search = store.load(name)
    query = page.change(search.query)
    # All ids are read before the answer: what a writer adds in between is then reported as new again, not never.
    with index.open() as opened:
        found = [hit.id for hit in opened.ask(select_all(search.query)).hits]
    results = answer(index, replace(query, facets=answered.list_facets()), answered)
    store.save(search.note(found))
    if not found_any(results) and not answered.exit_zero:
        context.exit(1)
