"""Command: a command of the program, its options by section, and groups of options read into one value."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import click

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
