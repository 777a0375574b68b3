"""`osce-search replay`: an answer that was kept × an index → what differs today."""

from __future__ import annotations

import json

import click

from osce_search.cli.options import (
    Command,
    Format,
    IndexOptions,
    LookOptions,
    format_options,
    index_options,
    look_options,
)
from osce_search.cli.output import choose_look, open_output, write_pages
from osce_search.errors import QueryError
from osce_search.formats.json_output import to_json


@click.command("replay", cls=Command)
@click.argument("answer_file", metavar="ANSWER")
@index_options
@format_options(("text", "json"), "json")
@look_options
@click.pass_context
def command(
    context: click.Context, /, answer_file: str, index: IndexOptions, form: Format, look: LookOptions
) -> None:
    """Repeat the search of ANSWER, a file that `osce-search query --json` wrote, and print the differences.

    Exits with 5 if the answer differs: other hits, another order, or another text.

    \b
    osce-search query elections --country MD --json > answer.json
    osce-search replay answer.json
    """
    from osce_search.replay import read_answer, replay

    try:
        with click.open_file(answer_file, encoding="utf-8") as file:
            content = json.load(file)
    except OSError as error:
        raise click.FileError(answer_file, error.strerror or str(error)) from error
    except (ValueError, RecursionError) as error:
        raise QueryError(f"{answer_file}: not JSON ({error})") from error
    try:
        kept = read_answer(content)
    except QueryError as error:
        raise QueryError(f"{answer_file}: {error}") from error
    with index.open() as opened:
        compared = replay(opened, kept)
        if form.name == "json":
            with open_output(form.output) as out:
                out.write(to_json(compared) + "\n")
        else:
            from osce_search.console.summaries import print_replay

            write_pages(
                [print_replay(compared, choose_look(look, form.output))], form.output, not look.no_pager
            )
    if not compared.same:
        context.exit(5)
