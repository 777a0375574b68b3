"""`osce-search show`: ids → releases."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import click

from osce_search.cli.options import (
    Command,
    Format,
    IndexOptions,
    LookOptions,
    complete,
    format_options,
    index_option,
    look_options,
    read_id,
)
from osce_search.cli.output import choose_look, open_output, tell, write_pages
from osce_search.formats.citations import CITATIONS, today
from osce_search.formats.json_output import print_object, to_json

if TYPE_CHECKING:
    from osce_search.release import Release


@click.command("show", cls=Command)
@click.argument("ids", nargs=-1, required=True, metavar="ID...", shell_complete=complete("complete_id"))
@index_option
@click.option(
    "--why", is_flag=True, help="Print the origin of each date and label, with the words that it rests on."
)
@format_options(("text", "json", "jsonl", "bibtex", "ris", "csl-json"), "json", "jsonl")
@look_options
@click.pass_context
def command(
    context: click.Context,
    /,
    ids: tuple[str, ...],
    index: IndexOptions,
    why: bool,
    form: Format,
    look: LookOptions,
) -> None:
    """Print the releases with these IDs, or at these addresses.

    \b
    osce-search show 574126 --why
    osce-search show 574126 574127 --format bibtex >> references.bib
    """
    with index.open() as opened:
        found = {id: opened.get(id) for id in dict.fromkeys(map(read_id, ids))}
        for id, release in found.items():
            if release is None:
                tell(f"Error: there is no release {id!r} in {index.path}")
        releases = [release for release in found.values() if release]
        if form.name == "text":
            from osce_search.console.details import print_release

            chosen = choose_look(look, form.output)
            pieces = (print_release(release, chosen, why) for release in releases)
            write_pages(pieces, form.output, not look.no_pager)
        elif releases:
            with open_output(form.output) as file:
                _write_releases(releases, form.name, file.write)
    if len(releases) < len(found):
        context.exit(1)


def _write_releases(releases: Sequence[Release], format_name: str, write: Callable[[str], object]) -> None:

    if format_name == "jsonl":
        write("".join(print_object(release.to_record()) + "\n" for release in releases))
    elif format_name == "json":
        records = [release.to_record() | {"content_sha256": release.content_sha256} for release in releases]
        write(to_json({"releases": records}) + "\n")
    else:
        CITATIONS[format_name](releases, write, today())
