"""Keeping: questions under a name, what is new, and answers asked again."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import click

from osce_search.cli.answering import answer, answer_options, found_any, read_requests, refuse_conflicts
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
from osce_search.cli.output import choose_look, open_output, tell, write_pages

if TYPE_CHECKING:
    from osce_search.query import Query
    from osce_search.results import Results

__all__ = ["list_searches", "new", "replay", "run", "save"]

in_hits = section("Hits")


@click.command(cls=Command, short_help="Save a question under a name.")
@click.argument("name")
@click.argument("text", nargs=-1)
@filter_options
@page_options
@sort_option
@click.option("--remove", is_flag=True, help="Forget the question of that name.")
def save(name: str, text: tuple[str, ...], **options: Any) -> None:
    """Save a question as NAME, for `osce-search run NAME` and `osce-search new NAME`.

    \b
    osce-search save moldova-elections elections --country MD --sort -date
    """
    from osce_search.backends import resolve
    from osce_search.cli.questions import read_asked, read_page
    from osce_search.searches import Search, find_shelf

    if options["remove"]:
        find_shelf().remove(name)
        return
    asked = read_asked(text, options, **read_page(options))
    resolve(asked)  # A query that cannot be read is refused now rather than when it is run.
    find_shelf().save(Search(name, asked))


@click.command(cls=Command, name="list", short_help="List saved questions.")
def list_searches() -> None:
    """Print each saved question, as the command that asks it."""
    from osce_search.errors import QueryError
    from osce_search.formats.surfaces import print_command
    from osce_search.searches import find_shelf

    shelf = find_shelf()
    for name in shelf.names():
        try:
            query = shelf.load(name).query
        except QueryError as error:  # One that cannot be read hides no other.
            tell(str(error))
            continue
        click.echo(f"{name}\t{print_command(query)}")


@click.command(cls=Command, short_help="Ask a saved question.")
@click.argument("name", shell_complete=complete("complete_search"))
@index_option
@timeout_option
@answer_options
@click.pass_context
def run(context: click.Context, /, name: str, **options: Any) -> None:
    """Ask the question that was saved as NAME; what it answers is not new any more."""
    from osce_search.searches import find_shelf

    format_name = read_format(options, "ids" if options["nul"] else "table")
    refuse_conflicts(options, format_name)
    shelf = find_shelf()
    search = shelf.load(name)
    query = replace(search.query, facets=read_requests(options, format_name))
    # First, so that what a writer adds in between is told as new once more, and not never.
    found = _find_all(context, search.query, options)
    results = answer(context, query, format_name, options)
    shelf.save(search.note(found))
    if not found_any(results) and not options["exit_zero"]:
        context.exit(1)


@click.command(cls=Command, short_help="Tell what is new since a saved question was last asked.")
@click.argument("name", shell_complete=complete("complete_search"))
@index_option
@timeout_option
@in_hits("--keep", is_flag=True, help="Tell the same the next time, too.")
@answer_options
@click.pass_context
def new(context: click.Context, /, name: str, keep: bool, **options: Any) -> None:
    """Print the hits of the question NAME that it had not answered before.

    New is what was not in the index, or did not match; a release that was only edited is not. Nothing new is folded.
    Exits with 1 where nothing is new.
    """
    from osce_search.results import alter
    from osce_search.searches import find_shelf

    format_name = read_format(options, "ids" if options["nul"] else "table")
    refuse_conflicts(options, format_name)
    shelf = find_shelf()
    search = shelf.load(name)
    seen = search.seen or frozenset()
    found: list[str] = []

    def choose(results: Results) -> Results:
        found.extend(hit.id for hit in results.hits)
        hits = tuple(hit for hit in results.hits if hit.id not in seen)
        return alter(results, hits=hits, total=len(hits), facets={})

    results = answer(context, search.query, format_name, options, choose)
    if not keep:
        shelf.save(search.note(found))
    if not found_any(results) and not options["exit_zero"]:
        context.exit(1)


@click.command(cls=Command, short_help="Ask again what was asked, and compare.")
@click.argument("answer_file", metavar="ANSWER")
@index_option
@timeout_option
@format_options(("text", "json"), "json")
@color_options
@click.pass_context
def replay(context: click.Context, /, answer_file: str, **options: Any) -> None:
    """Ask again the question of ANSWER, a file that `osce-search query --json` wrote, and tell what is different.

    Exits with 5 where the answer is another: other hits, another order, other text.

    \b
    osce-search query elections --country MD --json > answer.json
    osce-search replay answer.json
    """
    import json

    format_name = read_format(options, "text")
    from osce_search.errors import QueryError
    from osce_search.replay import read_kept
    from osce_search.replay import replay as ask_again

    try:
        with click.open_file(answer_file, encoding="utf-8") as file:
            kept = read_kept(json.load(file))
    except OSError as error:
        raise click.FileError(answer_file, error.strerror or str(error)) from error
    except (ValueError, RecursionError) as error:
        raise QueryError(f"{answer_file}: no JSON ({error})") from error
    with open_chosen(context, options) as index:
        compared = ask_again(index, kept)
        if format_name == "json":
            from osce_search.formats.replay import print_replay as print_json

            with open_output(options["output"]) as out:
                out.write(print_json(compared) + "\n")
        else:
            from osce_search.console.replay import print_replay

            look = choose_look(options)
            write_pages([print_replay(compared, look)], options["output"], not options["no_pager"])
    if not compared.same:
        context.exit(5)


def _find_all(context: click.Context, query: Query, options: dict[str, Any]) -> list[str]:
    """The ids of all hits, not only of those on a page or of the first of each series."""
    with open_chosen(context, options) as index:
        found = index.search(query, limit=None, offset=0, facets=(), relax=False, collapse="none")
        return [hit.id for hit in found.hits]
