"""Command: a command of the program, how it takes its arguments, and how its help is laid out."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable
from typing import Any, TypeVar

import click

__all__ = ["Command", "Option", "section"]

_Command = TypeVar("_Command", bound=Callable[..., Any])

_EXCLUDED = re.compile(r"-[^\W\d_][^\W_]|-\d{2}")


class Command(click.Command):
    """A command whose help shows its options by what they are for, and that takes `-word` for part of its text."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Read the arguments; `-kyiv` among words excludes, and is not the option `-k`.

        It would be dangerous as one: `-observers` would write to a file named `bservers`.
        """
        taken = any(isinstance(param, click.Argument) and param.nargs == -1 for param in self.params)
        return super().parse_args(ctx, self._part(args) if taken else args)

    def _part(self, args: list[str]) -> list[str]:
        """The same arguments, options first and the rest behind two dashes."""
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
        """Whether an argument is a word with a minus: no options of one letter together, none with its number."""
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
    """What declares options of a section of the help."""
    return functools.partial(click.option, cls=Option, section=title)
