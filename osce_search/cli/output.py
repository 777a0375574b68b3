"""Output: text → stdout, a file or a pager, in the colours and width that fit; and the streams of the process."""

from __future__ import annotations

import contextlib
import io
import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import IO, TYPE_CHECKING

import click

from osce_search.formats.characters import neutralise

if TYPE_CHECKING:
    from osce_search.builder import Failure
    from osce_search.cli.options import LookOptions
    from osce_search.console.terminal import Terminal

_WIDTH = 80
_NARROWEST, _WIDEST = 40, 500

_TOLD = 20
"""The number of sources named on stderr that could not be read."""


@contextlib.contextmanager
def open_output(path: str | None = None) -> Iterator[IO[str]]:
    """Open a file, or stdout, for data in UTF-8 with line breaks as they are written.

    The file is replaced when everything is written: until then it keeps what it held.
    """
    if path in (None, "-"):
        _reconfigure(encoding="utf-8", errors="replace", newline="")
        with named("standard output"):
            yield sys.stdout
            sys.stdout.flush()
        return
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


def choose_look(options: LookOptions, output: str | None = None) -> Terminal:
    """Return the look of what people read: from the options, otherwise the environment, otherwise the terminal.

    Lines are wrapped only on a terminal, and at a width that was asked for; `output` is the file to write, if any.
    """
    from shutil import get_terminal_size

    from osce_search.console.terminal import Terminal, choose_color, choose_links

    width, color = options.width, "never" if options.no_color else options.color
    terminal = output in (None, "-") and sys.stdout.isatty()
    wrap = terminal or width is not None
    encoding = (sys.stdout.encoding or "ascii").lower().replace("-", "")
    if width is None:
        columns = os.environ.get("COLUMNS", "")
        width = get_terminal_size((_WIDTH, 24)).columns if terminal or columns else _WIDTH
    return Terminal(
        min(max(width, _NARROWEST), _WIDEST),
        choose_color(color, os.environ, terminal),
        options.plain or not encoding.startswith("utf"),
        choose_links(options.hyperlinks, os.environ, terminal),
        wrap,
    )


def write_pages(pieces: Iterable[str], output: str | None, pager: bool) -> None:
    """Print text for people piece by piece, on a terminal through a pager."""
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
    """Print a line on stderr."""
    if not quiet:
        click.echo(neutralise(message), err=True)


def tell_failures(failures: Sequence[Failure], failed: int) -> None:
    """Print on stderr which sources could not be read; `failed` is their number, `failures` holds the first of them."""
    for failure in failures[:_TOLD]:
        tell(f"skipped: {failure.where}: {failure.reason}")
    if failed > _TOLD:
        tell(f"skipped: {failed - _TOLD:,} more; --quarantine FILE names them all")


def tell_notes(notes: Iterable[str], format_name: str) -> None:
    """Print notes on stderr if the format on stdout has no place for them."""
    if format_name not in ("table", "json", "md"):
        for note in notes:
            tell(f"note: {note}")


def _reconfigure(**settings: str) -> None:
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(**settings)  # type: ignore[arg-type]  # names and values are those it takes


def _find_pager(text: str) -> list[str]:
    """Return the command of a pager; an empty list if there is none, or if it only copies."""
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
        with contextlib.suppress(BrokenPipeError):  # The reader may leave the pager before the end.
            pager.stdin.writelines(pieces)
            pager.stdin.close()
    while True:
        try:
            pager.wait()
            return
        except KeyboardInterrupt:  # The pager has its own use for Ctrl-C.
            continue


def open_streams() -> None:
    """Make stdin, stdout and stderr usable, whatever the process was given.

    A closed stream becomes the null device. Otherwise the next file that is opened, perhaps one of an index, would get
    its number and with it everything that is printed. Characters that stdout cannot encode are printed as question
    marks.
    """
    while (number := os.open(os.devnull, os.O_RDWR)) <= 2:
        os.set_inheritable(number, True)
    missing = [name for name in ("stdin", "stdout", "stderr") if getattr(sys, name) is None]
    for name in missing:
        mode = "r" if name == "stdin" else "w"
        setattr(sys, name, open(number, mode, encoding="utf-8", closefd=False))  # noqa: SIM115  # as long as the process
    if not missing:
        os.close(number)
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")


def silence(stream: IO[str]) -> None:
    """Send to the null device what a stream still holds: it cannot be written where it should."""
    with contextlib.suppress(OSError, ValueError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, stream.fileno())
        os.close(nowhere)


@contextlib.contextmanager
def named(place: str) -> Iterator[None]:
    """Name the place in errors of writing; the system does not do so for a stream that is open already."""
    try:
        yield
    except OSError as error:
        if error.filename is None:
            error.filename = place
        raise
