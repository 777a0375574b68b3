"""`osce-search save`: a query → a saved search."""

from __future__ import annotations

import click

from osce_search.cli.options import Command, PageOptions, complete, page_options, sort_option
from osce_search.cli.selection import FilterOptions, filter_options
from osce_search.query import Sort
from osce_search.searches import SavedSearch, find_store


@click.command("save", cls=Command)
@click.argument("name")
@click.argument("text", nargs=-1, shell_complete=complete("complete_question"))
@filter_options
@page_options
@sort_option
@click.option("--replace", is_flag=True, help="Save it in place of the query of that name.")
@click.option("--remove", is_flag=True, help="Remove the saved query of that name.")
def command(
    name: str,
    text: tuple[str, ...],
    filters: FilterOptions,
    page: PageOptions,
    sort: Sort,
    replace: bool,
    remove: bool,
) -> None:
    """Save a query as NAME, for `osce-search run NAME` and `osce-search new NAME`.

    A name that is taken is refused, unless --replace is given. What the old query had found is then forgotten.

    \b
    osce-search save moldova-elections elections --country MD --sort -date
    """
    from osce_search.backends import resolve

    if remove:
        find_store().remove(name)
        return
    query = filters.make_query(text, sort=sort, **page.read())
    resolve(query)  # A query that cannot be read is refused now rather than when it is run.
    find_store().add(SavedSearch(name, query), replace=replace)
