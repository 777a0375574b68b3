"""`osce-search quote`: a release × a quotation → whether and where the release says it."""

from __future__ import annotations

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
from osce_search.formats.json_output import to_json
from osce_search.quotation import find_quotation


@click.command("quote", cls=Command)
@click.argument("id", shell_complete=complete("complete_id"))
@click.argument("words", nargs=-1, required=True, metavar="QUOTATION...")
@index_option
@format_options(("text", "json"), "json")
@look_options
@click.pass_context
def command(
    context: click.Context,
    /,
    id: str,
    words: tuple[str, ...],
    index: IndexOptions,
    form: Format,
    look: LookOptions,
) -> None:
    """Check whether the release ID has the QUOTATION: exactly, nearly or not at all; and where.

    Three dots stand for words left out. Offsets count characters of the field; the SHA-256 is that of title and text.
    Exits with 1 if the release does not say it.

    \b
    osce-search quote 574126 "the number of identified child victims ... has grown"
    """
    id = read_id(id)
    with index.open() as opened:
        release = opened.get(id)
    if release is None:
        tell(f"Error: there is no release {id!r} in {index.path}")
        context.exit(1)
    found = find_quotation(release, " ".join(words))
    if form.name == "text":
        from osce_search.console.details import print_quotation

        write_pages(
            [print_quotation(release, found, choose_look(look, form.output))], form.output, not look.no_pager
        )
    else:
        head = {"id": release.id, "url": release.url}
        with open_output(form.output) as file:
            file.write(to_json(head, found, {"content_sha256": release.content_sha256}) + "\n")
    if found.verdict == "no":
        context.exit(1)
