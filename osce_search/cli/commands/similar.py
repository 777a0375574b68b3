"""`osce-search similar`: a release → the releases most like it."""

from __future__ import annotations

import click

from osce_search.cli.options import (
    Command,
    Format,
    IndexOptions,
    LookOptions,
    PageOptions,
    complete,
    format_options,
    index_options,
    look_options,
    page_options,
    read_id,
)
from osce_search.cli.output import choose_look, open_output, tell, tell_notes, write_pages
from osce_search.cli.selection import FilterOptions, filter_options
from osce_search.formats.exports import write_ids
from osce_search.formats.json_output import to_json, write_lines


@click.command("similar", cls=Command)
@click.argument("id", shell_complete=complete("complete_id"))
@index_options
@filter_options
@page_options
@format_options(("table", "json", "jsonl", "ids"), "json", "jsonl")
@look_options
@click.pass_context
def command(
    context: click.Context,
    /,
    id: str,
    index: IndexOptions,
    filters: FilterOptions,
    page: PageOptions,
    form: Format,
    look: LookOptions,
) -> None:
    """Print the releases most like the release ID, and the words by which they were found.

    \b
    osce-search similar 574126 --since 2020
    """
    id = read_id(id)
    query = filters.make_query((), **page.read())
    with index.open() as opened:
        release = opened.get(id)
        if release is None:
            tell(f"Error: there is no release {id!r} in {index.path}")
            context.exit(1)
        found = opened.similar(id, query)
        if form.name == "table":
            from osce_search.console.cards import print_likeness

            write_pages(
                print_likeness(release, found, choose_look(look, form.output)), form.output, not look.no_pager
            )
        else:
            tell_notes(found.notes, form.name)
            with open_output(form.output) as file:
                if form.name == "json":
                    file.write(to_json({"id": release.id}, found) + "\n")
                else:
                    (write_ids if form.name == "ids" else write_lines)(found, file.write)
    if not found.hits:
        context.exit(1)
