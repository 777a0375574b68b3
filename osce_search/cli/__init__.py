"""Command line: typed arguments → one call of the library → text on stdout, and an exit code.

Each command is a module that is loaded when it is called. It loads the rooms that it needs in its body, so that
`--help` loads none of them.
"""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Mapping, Sequence
from typing import Any, NoReturn

import click

from osce_search.cli.failures import explain_failure
from osce_search.cli.options import Group
from osce_search.cli.output import named, open_streams, silence
from osce_search.errors import SettingsError
from osce_search.settings import SETTINGS, Value, load_settings

__all__ = ["main", "program", "run"]

COMMANDS = {
    "index": "Read pages and records into an index.",
    "query": "Search, with counts beneath.",
    "facets": "Count the values of a facet.",
    "save": "Save a query under a name.",
    "run": "Ask a saved query.",
    "new": "Print what is new since a saved query was last asked.",
    "list": "List saved queries.",
    "replay": "Repeat a kept answer, and compare.",
    "show": "Print a release.",
    "extract": "Print the releases in pages as records.",
    "quote": "Check a quotation.",
    "similar": "Find releases like one release.",
    "crosstab": "Count one facet across another.",
    "trend": "Count matching releases by year or month.",
    "stats": "Print what the index holds.",
    "vocabulary": "List controlled values, or resolve labels.",
    "verify": "Check an index for damage, and repair it.",
    "eval": "Measure and compare rankings, and guard them by a gate.",
    "config": "Print settings.",
    "completion": "Print a script that completes in a shell.",
}
"""The commands in the order in which people need them, with their lines in the help. Each is a module of `commands`."""

_NAME = "osce-search"
_COMPLETE = "_OSCE_SEARCH_COMPLETE"


class Program(Group):
    """The group of all commands. Each is imported when it is called."""

    otherwise = f"Search with: {_NAME} query WORDS"

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of the commands, in the order in which people need them."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        """Return the command of that name, or None."""
        if name not in COMMANDS:
            return None
        command: click.Command = importlib.import_module(f"{__name__}.commands.{name}").command
        command.short_help = COMMANDS[name]
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list of commands without loading them."""
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


def print_version() -> str:
    """Return the version of this package, which Python has loaded already."""
    return str(sys.modules[__name__.partition(".")[0]].__version__)


@click.command(cls=Program, name=_NAME, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(print_version(), prog_name=_NAME)
@click.option("--config", metavar="FILE", envvar="OSCE_SEARCH_CONFIG", help="The settings file to read.")
@click.pass_context
def program(context: click.Context, /, config: str | None) -> None:
    """Search press releases of the OSCE: ranked, with facets, citable.

    \b
    osce-search index corpus                        read pages into an index
    osce-search query "media freedom" --country BA  search, with counts beneath
    osce-search query elections --since 2015 --json the same for programs
    osce-search facets country "border management"  count countries
    osce-search show 574126 --why                   a release, and where its labels come from

    \b
    Exit codes: 0 found or done, 1 nothing found, 2 not understood, 3 no usable index,
    4 only in part, 5 a check failed, 130 interrupted, 141 output closed.
    """
    name = context.invoked_subcommand
    if name is None or name == "config":
        return
    command = program.get_command(context, name)
    if command is not None:
        context.default_map = {name: _list_defaults(command, load_settings(config))}


def _list_defaults(command: click.Command, settings: Mapping[str, Value]) -> dict[str, Any]:
    """Return the defaults of a command's options that settings files set, as click takes them.

    Raise SettingsError, which names the origin, for a value that the option does not take.
    """
    if isinstance(command, click.Group):
        return {name: _list_defaults(inner, settings) for name, inner in command.commands.items()}
    options = {option.name: option for option in command.params}
    defaults: dict[str, Any] = {}
    for setting in SETTINGS:
        value, option = settings[setting.name].value, options.get(setting.option)
        if (
            option is None
            or value == setting.default
            or (setting.commands and command.name not in setting.commands)
        ):
            continue
        if isinstance(option.type, click.Choice) and value not in option.type.choices:
            continue
        try:
            option.type.convert(value, None, None)
        except click.BadParameter as error:
            raise SettingsError(
                f"{settings[setting.name].origin}: {setting.name}: {error.message}"
            ) from error
        defaults[setting.option] = not value if setting.inverse else value
    return defaults


def run(arguments: Sequence[str]) -> int:
    """Run the program with these arguments, print errors on stderr, and return the exit code."""
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
    except OSError:  # Otherwise the interpreter tries again, and ends with an exit code of its own.
        silence(sys.stderr)
    sys.exit(code)
