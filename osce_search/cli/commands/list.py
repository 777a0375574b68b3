"""`osce-search list`: the saved searches, each as the command that asks it."""

from __future__ import annotations

import click

from osce_search.cli.options import Command
from osce_search.cli.output import tell
from osce_search.errors import QueryError
from osce_search.formats.query_forms import print_command
from osce_search.searches import find_store


@click.command("list", cls=Command)
def command() -> None:
    """Print each saved query, as the command that asks it."""
    store = find_store()
    for name in store.names():
        try:
            query = store.load(name).query
        except QueryError as error:  # One that cannot be read hides no other.
            tell(f"Error: {error}")
            continue
        click.echo(f"{name}\t{print_command(query)}")
