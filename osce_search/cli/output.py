"""Output: text → stdout, a file or a pager, in the colours and width that fit."""

from __future__ import annotations

import contextlib
import io
import os
import sys
from collections.abc import Iterable, Iterator, Mapping
from typing import IO, TYPE_CHECKING, Any

import click

from osce_search.cli.streams import named

if TYPE_CHECKING:
    from osce_search.console.look import Look

__all__ = ["choose_look", "open_output", "tell", "tell_notes", "write_pages"]

_WIDTH = 80
_NARROWEST, _WIDEST = 40, 500


@contextlib.contextmanager
def open_output(path: str | None = None) -> Iterator[IO[str]]:
    """Where data goes: a file, or stdout, as UTF-8 with line breaks as they are written.

    The file is made anew when all is written: what it held before stays until then.
    """
    if path in (None, "-"):
        _reconfigure(encoding="utf-8", errors="replace", newline="")
        with named("standard output"):
            yield sys.stdout
            sys.stdout.flush()
        return
    from pathlib import Path

    target = Path(os.path.realpath(path))
    if target.is_dir():
        raise click.FileError(path, "Is a directory")
    if target.exists() and not target.is_file():  # A pipe or a device cannot be replaced.
        with named(path), target.open("w", encoding="utf-8", newline="", errors="replace") as file:
            yield file
        return
    part = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        with part.open("w", encoding="utf-8", newline="", errors="replace") as file:
            yield file
        part.replace(target)
    except OSError as error:
        raise click.FileError(path, error.strerror or str(error)) from error
    finally:
        part.unlink(missing_ok=True)


def choose_look(options: Mapping[str, Any]) -> Look:
    """Return the look of what people read: from `color_options`, else the environment, else the terminal.

    Lines are wrapped on a terminal and at a width that was asked for, and nowhere else.
    """
    import shutil

    from osce_search.console.look import Look, choose_color, choose_links

    width, color = options["width"], "never" if options["no_color"] else options["color"]
    terminal = options.get("output") in (None, "-") and sys.stdout.isatty()
    wrap = terminal or width is not None
    encoding = (sys.stdout.encoding or "ascii").lower().replace("-", "")
    if width is None:
        columns = os.environ.get("COLUMNS", "")
        width = shutil.get_terminal_size((_WIDTH, 24)).columns if terminal or columns else _WIDTH
    return Look(
        min(max(width, _NARROWEST), _WIDEST),
        choose_color(color, os.environ, terminal),
        options["plain"] or not encoding.startswith("utf"),
        choose_links(options["hyperlinks"], os.environ, terminal),
        wrap,
    )


def write_pages(pieces: Iterable[str], output: str | None, pager: bool) -> None:
    """Print what people read, piece by piece; on a terminal through a pager."""
    if output not in (None, "-"):
        with open_output(output) as file:
            file.writelines(pieces)
        return
    if pager and sys.stdout.isatty() and (command := _find_pager(os.environ.get("PAGER") or "less")):
        _write_to_pager(pieces, command)
        return
    _reconfigure(errors="replace")
    with named("standard output"):
        for piece in pieces:
            sys.stdout.write(piece)
        sys.stdout.flush()


def tell(message: str, *, quiet: bool = False) -> None:
    """A line on stderr for whoever watches."""
    if not quiet:
        from osce_search.formats.characters import neutralise

        click.echo(neutralise(message), err=True)


def tell_notes(notes: Iterable[str], format_name: str) -> None:
    """Notes on stderr, where the format that goes to stdout has no place for them."""
    if format_name not in ("table", "json", "md"):
        for note in notes:
            tell(f"note: {note}")


def _reconfigure(**settings: str) -> None:
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(**settings)  # type: ignore[arg-type]  # names and values are those it takes


def _find_pager(text: str) -> list[str]:
    """The command of a pager, or nothing where there is none or it would only copy."""
    import shlex
    import shutil

    try:
        command = shlex.split(text)
    except ValueError:  # a quotation mark that is not closed
        return []
    return command if command and command != ["cat"] and shutil.which(command[0]) else []


def _write_to_pager(pieces: Iterable[str], command: list[str]) -> None:
    import subprocess

    environ = os.environ | {"LESS": os.environ.get("LESS", "FIRX"), "LESSCHARSET": "utf-8"}
    pager = subprocess.Popen(command, stdin=subprocess.PIPE, env=environ, text=True, encoding="utf-8")
    if pager.stdin:
        with contextlib.suppress(BrokenPipeError):  # Who has read enough leaves the pager before the end.
            pager.stdin.writelines(pieces)
            pager.stdin.close()
    while True:
        try:
            pager.wait()
            return
        except KeyboardInterrupt:  # The pager has its own use for Ctrl-C.
            continue
