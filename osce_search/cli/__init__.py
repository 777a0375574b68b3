"""Command line: typed arguments → one call of the library → text on stdout, and an exit code.

Each command is loaded when it is called, and loads the rooms it needs in its body: asking for help loads none.
"""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Sequence
from typing import NoReturn

import click

from osce_search.cli.failures import explain_failure
from osce_search.cli.streams import named, open_streams, silence

__all__ = ["main", "program", "run"]

# Which module holds which command; one without a dot is of this room.
_COMMANDS = {
    "index": "building",
    "query": "searching",
    "facets": "searching",
    "save": "keeping",
    "run": "keeping",
    "new": "keeping",
    "list": "keeping:list_searches",
    "replay": "keeping",
    "show": "reading",
    "extract": "building",
    "quote": "analysing",
    "similar": "analysing",
    "crosstab": "analysing",
    "trend": "analysing",
    "stats": "reading",
    "vocabulary": "reading",
    "verify": "verifying",
    "eval": "osce_search.evaluation.commands",
    "completion": "completing",
}
_NAME = "osce-search"
_COMPLETE = "_OSCE_SEARCH_COMPLETE"


class Program(click.Group):
    """The group of all commands, each imported when it is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names of the commands, in the order in which people need them."""
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        """The command of that name, or None."""
        if name not in _COMMANDS:
            return None
        home, _, attribute = _COMMANDS[name].partition(":")
        module = importlib.import_module(home if "." in home else f"{__name__}.{home}")
        command: click.Command = getattr(module, attribute or name)
        return command


def print_version() -> str:
    """The version of this package, which Python has loaded already."""
    return str(sys.modules[__name__.partition(".")[0]].__version__)


@click.command(cls=Program, name=_NAME, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(print_version(), prog_name=_NAME)
def program() -> None:
    """Search press releases of the OSCE: ranked, with facets, citable.

    \b
    osce-search index corpus                        read pages into an index
    osce-search query "media freedom" --country BA  search, with counts beneath
    osce-search query elections --since 2015 --json the same for programs
    osce-search facets country "border management"  count countries
    osce-search show 574126 --why                   a release, and whence its labels

    \b
    Exit codes: 0 found or done, 1 nothing found, 2 not understood, 3 no usable index,
    4 only in part, 5 a check failed, 130 interrupted, 141 output closed.
    """


def run(arguments: Sequence[str]) -> int:
    """The exit code of the program with these arguments; errors are told on stderr."""
    question = ""
    try:
        with program.make_context(_NAME, list(arguments), obj=f"{_NAME} {print_version()}") as context:
            try:
                program.invoke(context)
            finally:
                question = context.meta.get("question", "")
        with named("standard output"):
            sys.stdout.flush()
    except click.exceptions.Exit as stop:
        return stop.exit_code
    except BrokenPipeError:
        silence(sys.stdout)
        return 141
    except (Exception, KeyboardInterrupt) as error:
        return explain_failure(error, question)
    return 0


def main() -> NoReturn:
    """Run the program and end the process."""
    open_streams()
    if _COMPLETE in os.environ:
        program.main(prog_name=_NAME, complete_var=_COMPLETE)
    code = run(sys.argv[1:])
    try:
        sys.stdout.flush()
    except OSError as error:
        silence(sys.stdout)
        code = 141 if isinstance(error, BrokenPipeError) else code or 3
    try:
        sys.stderr.flush()
    except OSError:  # The interpreter would try again, and end with a code of its own.
        silence(sys.stderr)
    sys.exit(code)
