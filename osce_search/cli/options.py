"""Options: the flags that several commands share."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

import click

from osce_search.cli.command import section

__all__ = [
    "ONLY",
    "color_options",
    "complete",
    "filter_options",
    "format_options",
    "index_option",
    "page_options",
    "read_format",
    "sort_option",
    "timeout_option",
]

_Command = TypeVar("_Command", bound=Callable[..., Any])

ONLY = {
    "country": ("--country",),
    "field": ("--field",),
    "source": ("--source",),
    "type": ("--type",),
    "place": ("--place",),
    "language": ("--lang", "--language"),
    "year": ("--year",),
}
"""The flags of single facets, by facet."""

_HELP = {
    "country": "About this country: code, label or former name.",
    "field": "In this field of work.",
    "source": "Issued by this body.",
    "type": "Of this type, such as press-release.",
    "place": "With this city in the dateline.",
    "language": "In this language.",
    "year": "Of this year, or of these: 2010..2012.",
}


def complete(name: str, *arguments: str) -> Callable[[click.Context, click.Parameter, str], Any]:
    """What completes a value in a shell, loaded when a shell asks."""

    def call(context: click.Context, parameter: click.Parameter, typed: str) -> Any:
        from osce_search.cli import values

        found = getattr(values, name)
        return (found(*arguments) if arguments else found)(context, parameter, typed)

    return call


def index_option(command: _Command) -> _Command:
    """Where the index is."""
    return click.option(
        "--index",
        "index_path",
        default="index",
        show_default=True,
        envvar="OSCE_SEARCH_INDEX",
        show_envvar=True,
        metavar="DIRECTORY",
        help="Where the index is.",
    )(command)


def timeout_option(command: _Command) -> _Command:
    """How long a question may take."""
    from osce_search.cli.opening import Seconds

    return click.option(
        "--timeout",
        type=Seconds(),
        metavar="SECONDS",
        help="Give up, with exit code 4, on a question that takes longer: 5, 2.5s, 500ms.  [default: 10]",
    )(command)


def filter_options(command: _Command) -> _Command:
    """What narrows a question."""
    option = section("Filters")
    options = [
        *(
            option(
                *flags,
                f"only_{name}",
                multiple=True,
                metavar="VALUE",
                help=_HELP[name],
                shell_complete=complete("complete_values", name),
            )
            for name, flags in ONLY.items()
        ),
        option(
            "--filter",
            "filters",
            multiple=True,
            metavar="FACET=VALUE",
            shell_complete=complete("complete_condition"),
            help="With this value of a facet.",
        ),
        option(
            "--not",
            "excluded",
            multiple=True,
            metavar="FACET=VALUE",
            shell_complete=complete("complete_condition"),
            help="Without this value of a facet.",
        ),
        option(
            "--match-all",
            multiple=True,
            metavar="FACET",
            shell_complete=complete("complete_facet"),
            help="With all values given for it, not just any.",
        ),
        option(
            "--missing",
            multiple=True,
            metavar="FACET",
            shell_complete=complete("complete_facet"),
            help="With no value of this facet.",
        ),
        option(
            "--since",
            metavar="DATE",
            help="From then on: 2015, 2015-04, 2015-04-23, '30 days ago'.",
        ),
        option(
            "--until",
            metavar="DATE",
            help="Up to then, the whole of that day, month or year included.",
        ),
        option("--on", metavar="DATE", help="In that year, month or day."),
        option(
            "--tags",
            type=click.Choice(["assigned", "inferred", "both"]),
            default="both",
            show_default=True,
            help="Which labels count: printed on the page, or worked out from it.",
        ),
        option(
            "--collapse",
            type=click.Choice(["none", "series", "text"]),
            default="none",
            show_default=True,
            help="List one hit of each series of reports, or of each text; counts stay those of releases.",
        ),
        option(
            "--any",
            "operator",
            flag_value="any",
            help="Any of the words will do, not only all of them.",
        ),
        option(
            "--no-expand",
            is_flag=True,
            help="Search what was typed alone, not its other names.",
        ),
        option("--strict", is_flag=True, help="Refuse a question that is not well formed."),
        option(
            "--profile",
            default="default",
            envvar="OSCE_SEARCH_PROFILE",
            metavar="NAME",
            shell_complete=complete("complete_profile"),
            help="How to rank.",
        ),
    ]
    return _decorate(command, options)


def page_options(command: _Command) -> _Command:
    """Which hits."""
    option = section("Hits")
    options = [
        option(
            "-n",
            "--limit",
            type=click.IntRange(0),
            metavar="N",
            help="So many hits.  [default: 10]",
        ),
        option("--offset", type=click.IntRange(0), metavar="N", help="Pass over so many hits."),
        option("--page", type=click.IntRange(1), metavar="N", help="This page of hits."),
        option("--all", "everything", is_flag=True, help="All hits."),
    ]
    return _decorate(command, options)


def sort_option(command: _Command) -> _Command:
    """In which order."""
    option = section("Hits")(
        "--sort",
        type=click.Choice(["relevance", "date", "-date", "title"]),
        default="relevance",
        show_default=True,
        help="Best first, oldest first, newest first, or by title.",
    )
    return _decorate(command, [option])


def color_options(command: _Command) -> _Command:
    """How it looks to people."""
    option = section("Look")
    options = [
        option(
            "--color",
            type=click.Choice(["auto", "always", "never"]),
            default="auto",
            show_default=True,
        ),
        option("--no-color", is_flag=True, help="The same as --color never."),
        option(
            "--width",
            type=click.IntRange(40, 500),
            metavar="COLUMNS",
            help="Wrap lines at this width, also where the output is not a terminal.",
        ),
        option("--ascii", "plain", is_flag=True, help="Draw with ASCII alone."),
        option(
            "--hyperlinks",
            type=click.Choice(["auto", "always", "never"]),
            default="auto",
            show_default=True,
            help="Make titles links that a terminal can follow.",
        ),
        option("--no-pager", is_flag=True, help="Never print through a pager."),
    ]
    return _decorate(command, options)


def format_options(formats: Sequence[str], *short: str) -> Callable[[_Command], _Command]:
    """In which format, and where to; `short` formats have a flag of their own."""

    def decorate(command: _Command) -> _Command:
        option = section("Format")
        options = [
            option(
                "--format",
                "format_name",
                type=click.Choice(formats),
                envvar="OSCE_SEARCH_FORMAT",
                help=f"In which format.  [default: {formats[0]}]",
                section="Format",
            ),
            *(
                option(
                    f"--{name}",
                    f"as_{name}",
                    is_flag=True,
                    help=f"The same as --format {name}.",
                    section="Format",
                )
                for name in short
            ),
            option("-o", "--output", metavar="FILE", help="Write to a file."),
        ]
        return _decorate(command, options)

    return decorate


def read_format(options: Mapping[str, Any], default: str = "table") -> str:
    """The format that was chosen by `--format` or by a flag of its own."""
    chosen = [name.removeprefix("as_") for name, value in options.items() if name.startswith("as_") and value]
    if len(chosen) > 1:
        raise click.UsageError(f"--{chosen[0]} and --{chosen[1]} exclude each other.")
    context = click.get_current_context()
    explicit = context.get_parameter_source("format_name") is click.core.ParameterSource.COMMANDLINE
    if chosen and explicit and options["format_name"] != chosen[0]:
        raise click.UsageError(f"--{chosen[0]} and --format {options['format_name']} exclude each other.")
    return chosen[0] if chosen else options.get("format_name") or default


def _decorate(command: _Command, options: Sequence[Callable[[Any], Any]]) -> _Command:
    for option in reversed(options):
        command = option(command)
    return command
