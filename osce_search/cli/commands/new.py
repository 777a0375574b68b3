"""`osce-search new`: a saved search → the hits that it had not answered before."""

from __future__ import annotations

from dataclasses import replace

import click

from osce_search.cli.answering import AnswerOptions, answer, answer_options, found_any
from osce_search.cli.options import Command, IndexOptions, complete, index_options, section
from osce_search.formats.display import count_of
from osce_search.results import NOTHING_NEW, Results
from osce_search.searches import find_store


@click.command("new", cls=Command)
@click.argument("name", shell_complete=complete("complete_search"))
@index_options
@section("Hits")("--keep", is_flag=True, help="Report the same hits as new the next time.")
@answer_options
@click.pass_context
def command(
    context: click.Context, /, name: str, index: IndexOptions, keep: bool, answered: AnswerOptions
) -> None:
    """Print the hits of the query NAME that it had not answered before.

    A release is new if it was not in the index, or did not match; one that was only edited is not. New hits are not
    folded into series. Exits with 1 if nothing is new.
    """
    answered.check()
    store = find_store()
    search = store.load(name)
    seen = search.seen or frozenset()
    found: list[str] = []

    def choose(results: Results) -> Results:
        found.extend(hit.id for hit in results.hits)
        hits = tuple(hit for hit in results.hits if hit.id not in seen)
        notes = results.notes
        if found and not hits:
            notes = (*notes, f"{NOTHING_NEW}: {count_of(len(found), 'release')} matched before")
        return replace(results, hits=hits, total=len(hits), facets={}, notes=notes)

    results = answer(index, search.query, answered, choose)
    if not keep:
        store.save(search.note(found))
    if not found_any(results) and not answered.exit_zero:
        context.exit(1)
