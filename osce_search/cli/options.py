"""Options: commands that list their options by section, and the groups of options that several commands share."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar, get_args

import click

from osce_search.query import Query, Sort, is_address

if TYPE_CHECKING:
    from osce_search.backends import Index


_Command = TypeVar("_Command", bound=Callable[..., Any])
_Decorator = Callable[[Any], Any]

_EXCLUDED = re.compile(r"-[^\W\d_][^\W_]|-\d{2}")


class Command(click.Command):
    """A command that lists its options by section in its help, and accepts `-word` as part of its text."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parse the arguments. Among words, `-kyiv` excludes a word and is not the option `-k`.

        Read as an option, `-observers` would write to a file named `bservers`.
        """
        taken = any(isinstance(param, click.Argument) and param.nargs == -1 for param in self.params)
        return super().parse_args(ctx, self._part(args) if taken else args)

    def _part(self, args: list[str]) -> list[str]:
        """Return the same arguments with the options first and the words behind two dashes."""
        named = self._named()
        options: list[str] = []
        words: list[str] = []
        waiting = list(reversed(args))
        while waiting:
            argument = waiting.pop()
            if argument == "--":
                words += reversed(waiting)
                break
            if not argument.startswith("-") or argument == "-" or self._is_excluded(argument):
                words.append(argument)
                continue
            options.append(argument)
            found = named.get(argument)
            if found and not found.is_flag and waiting:
                options.append(waiting.pop())
        return [*options, *(["--", *words] if words else [])]

    def _is_excluded(self, argument: str) -> bool:
        """Whether an argument is a word with a minus: neither joined one-letter options nor one with its number."""
        named = self._named()
        letters = {name[1:] for name, param in named.items() if len(name) == 2 and param.is_flag} | {"h"}
        numbered = argument[2:].isdecimal() and argument[:2] in named
        return bool(_EXCLUDED.match(argument)) and not (set(argument[1:]) <= letters or numbered)

    def _named(self) -> dict[str, click.Option]:
        options = (param for param in self.params if isinstance(param, click.Option))
        return {name: option for option in options for name in option.opts}

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the options, section by section."""
        sections: dict[str, list[tuple[str, str]]] = {}
        for parameter in self.get_params(ctx):
            record = parameter.get_help_record(ctx) if isinstance(parameter, click.Option) else None
            if record:
                sections.setdefault(getattr(parameter, "section", "Options"), []).append(record)
        for title, records in sections.items():
            with formatter.section(title):
                formatter.write_dl(records)


class Group(click.Group):
    """A group of commands. The error for an unknown command says what to type; `otherwise` if no command is like it."""

    otherwise = ""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Return the command that is called, with its arguments."""
        name, known = args[0], self.list_commands(ctx)
        if name not in known and not name.startswith("-") and not ctx.resilient_parsing:
            import difflib  # Only a mistake needs it, and the command line has to start quickly.

            near = difflib.get_close_matches(name.lower(), known, n=1)
            hint = f"Did you mean {near[0]}?" if near else self.otherwise or f"There are {', '.join(known)}."
            ctx.fail(f"There is no command {name!r}. {hint}")
        return super().resolve_command(ctx, args)


class Option(click.Option):
    """An option that belongs to a section of the help."""

    def __init__(self, *arguments: Any, section: str = "Options", **settings: Any) -> None:
        super().__init__(*arguments, **settings)
        self.section = section


def section(title: str) -> Callable[..., Callable[[_Command], _Command]]:
    """Return the decorator that declares an option of this section of the help."""
    return functools.partial(click.option, cls=Option, section=title)


def group(
    name: str, build: Callable[..., object], options: Sequence[_Decorator]
) -> Callable[[_Command], _Command]:
    """Return the decorator that declares options and passes what `build` makes of their values, as argument `name`.

    `build` is called with the value of each option under the option's name.
    """

    def decorate(command: Any) -> Any:
        def declared() -> None:
            """Collect the parameters."""

        for option in reversed(options):
            option(declared)
        parameters: list[click.Option] = declared.__click_params__  # type: ignore[attr-defined]
        names = [str(parameter.name) for parameter in reversed(parameters)]

        def call(*arguments: Any, **values: Any) -> Any:
            values[name] = build(**{taken: values.pop(taken) for taken in names})
            return command(*arguments, **values)

        functools.update_wrapper(call, command)
        call.__click_params__ = [*getattr(command, "__click_params__", ()), *parameters]  # type: ignore[attr-defined]
        return call

    return decorate


# ── shared options ───────────────────────────────────────────────────────────────────────────────────────────────────

_DURATION = re.compile(r"(\d+(?:\.\d+)?|\.\d+)\s*(ms|s)?")


def complete(name: str, *arguments: str) -> Callable[[click.Context, click.Parameter, str], Any]:
    """Return a completer of `osce_search.cli.values`, which is loaded when a shell asks."""

    def call(context: click.Context, parameter: click.Parameter, typed: str) -> Any:
        from osce_search.cli import values

        found = getattr(values, name)
        return (found(*arguments) if arguments else found)(context, parameter, typed)

    return call


# ── the index ────────────────────────────────────────────────────────────────────────────────────────────────────────


class Seconds(click.ParamType[float]):
    """A time above 0, in seconds, or in milliseconds with the unit `ms`."""

    name = "seconds"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """Return the seconds in a text such as 5, 2.5s or 500ms.

        >>> Seconds().convert("500ms", None, None)
        0.5
        """
        found = _DURATION.fullmatch(str(value).strip())
        seconds = float(found[1]) / (1000 if found[2] == "ms" else 1) if found else 0.0
        if not 0 < seconds < float("inf"):
            self.fail(f"{value!r} is not a time above 0, such as 5, 2.5s or 500ms.", param, ctx)
        return seconds


@dataclass(frozen=True, slots=True)
class IndexOptions:
    """Where the index is, and how many seconds a query may take (None: the default)."""

    path: str
    timeout: float | None = None

    def open(self) -> Index:
        """Open the index. Raise IndexUnavailable if there is none to read."""
        from osce_search import backends

        software = click.get_current_context().obj
        if self.timeout is None:
            return backends.open_index(self.path, software=software)
        budget = replace(backends.read_budget(), seconds=self.timeout)
        return backends.open_index(self.path, software=software, budget=budget)


_INDEX = click.option(
    "--index",
    "index_path",
    default="index",
    show_default=True,
    envvar="OSCE_SEARCH_INDEX",
    show_envvar=True,
    metavar="DIRECTORY",
    help="Where the index is.",
)
_TIMEOUT = click.option(
    "--timeout",
    type=Seconds(),
    metavar="SECONDS",
    help="Give up, with exit code 4, on a query that takes longer: 5, 2.5s, 500ms.  [default: 10]",
)


def _make_index_options(index_path: str, timeout: float | None = None) -> IndexOptions:
    return IndexOptions(index_path, timeout)


index_option = group("index", _make_index_options, [_INDEX])
"""Which index."""

index_options = group("index", _make_index_options, [_INDEX, _TIMEOUT])
"""Which index, and how long a query may take."""


def read_id(typed: str) -> str:
    """Return the id of a release: the text itself, or the id at the end of the address of its page.

    >>> read_id("574126"), read_id("https://www.osce.org/node/574126")
    ('574126', '574126')
    """
    if not is_address(typed):
        return typed

    from osce_search.parser.address import read_address  # few ids are addresses

    return read_address(typed).id or typed


# ── which hits ───────────────────────────────────────────────────────────────────────────────────────────────────────


class PageOptions(NamedTuple):
    """Which hits of an answer to show, as it was typed."""

    limit: int | None
    offset: int | None
    page: int | None
    everything: bool

    def read(self, default: int = 10) -> dict[str, int | None]:
        """Return `limit` and `offset` of a Query. Raise UsageError for options that exclude each other."""
        limit = default if self.limit is None else self.limit
        if self.everything and (self.limit is not None or self.page):
            raise click.UsageError("--all excludes --limit and --page.")
        if self.page and self.offset is not None:
            raise click.UsageError("--page and --offset exclude each other.")
        offset = (self.page - 1) * limit if self.page else self.offset or 0
        return {"limit": None if self.everything else limit, "offset": offset}

    def change(self, query: Query) -> Query:
        """Return a saved query with the page that was typed, or with its own page if none was typed."""
        if self == PageOptions(None, None, None, False):
            return query
        if query.limit is None and self.limit is None and self.page is None:
            return replace(query, limit=None, offset=self.offset or 0)
        return replace(query, **self.read(10 if query.limit is None else query.limit))  # type: ignore[arg-type]


_in_hits = section("Hits")

page_options = group(
    "page",
    PageOptions,
    [
        _in_hits(
            "-n", "--limit", type=click.IntRange(0), metavar="N", help="The number of hits.  [default: 10]"
        ),
        _in_hits("--offset", type=click.IntRange(0), metavar="N", help="Skip this number of hits."),
        _in_hits("--page", type=click.IntRange(1), metavar="N", help="Show this page of hits."),
        _in_hits("--all", "everything", is_flag=True, help="Show all hits."),
    ],
)
"""Which hits."""

sort_option = _in_hits(
    "--sort",
    type=click.Choice(get_args(Sort)),
    default="relevance",
    show_default=True,
    help="Best first, oldest first, newest first, or by title.",
)
"""In which order."""


# ── how it is printed ────────────────────────────────────────────────────────────────────────────────────────────────


class LookOptions(NamedTuple):
    """How to print for people, as it was typed."""

    color: str
    no_color: bool
    width: int | None
    plain: bool
    hyperlinks: str
    no_pager: bool


_in_look = section("Look")
_WHEN = click.Choice(["auto", "always", "never"])

LOOK = (
    _in_look("--color", type=_WHEN, default="auto", show_default=True, help="When to use colour."),
    _in_look("--no-color", is_flag=True, help="The same as --color never."),
    _in_look(
        "--width",
        type=click.IntRange(40, 500),
        metavar="COLUMNS",
        help="Wrap lines at this width, even if the output is not a terminal.",
    ),
    _in_look("--ascii", "plain", is_flag=True, help="Draw with ASCII alone."),
    _in_look(
        "--hyperlinks",
        type=_WHEN,
        default="auto",
        show_default=True,
        help="When to make titles links that a terminal can follow.",
    ),
    _in_look("--no-pager", is_flag=True, help="Never print through a pager."),
)
"""The options of LookOptions."""

look_options = group("look", LookOptions, LOOK)
"""How to print for people."""


class Format(NamedTuple):
    """The format to write, and the file to write to (None: standard output)."""

    name: str
    output: str | None


def list_format_options(formats: Sequence[str], short: Iterable[str]) -> list[Callable[[Any], Any]]:
    """Return the options of a Format; each `short` format has a flag of its own."""
    in_format = section("Format")
    return [
        in_format(
            "--format",
            "format_name",
            type=click.Choice(formats),
            help=f"The output format.  [default: {formats[0]}]",
        ),
        *(
            in_format(f"--{name}", f"as_{name}", is_flag=True, help=f"The same as --format {name}.")
            for name in short
        ),
        in_format("-o", "--output", metavar="FILE", help="Write to a file."),
    ]


def make_format(default: str, format_name: str | None, output: str | None, **flags: bool) -> Format:
    """Return the format chosen by `--format` or by a flag. Raise UsageError for two that exclude each other."""
    chosen = [name.removeprefix("as_") for name, value in flags.items() if value]
    if len(chosen) > 1:
        raise click.UsageError(f"--{chosen[0]} and --{chosen[1]} exclude each other.")
    source = click.get_current_context().get_parameter_source("format_name")
    if chosen and source is click.core.ParameterSource.COMMANDLINE and format_name != chosen[0]:
        raise click.UsageError(f"--{chosen[0]} and --format {format_name} exclude each other.")
    return Format(chosen[0] if chosen else format_name or default, output)


def format_options(formats: Sequence[str], *short: str) -> Callable[[_Command], _Command]:
    """Return the decorator for the output format and file; the first of `formats` is the default."""

    def build(**values: Any) -> Format:
        return make_format(formats[0], **values)

    return group("form", build, list_format_options(formats, short))
