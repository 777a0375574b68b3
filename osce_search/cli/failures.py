"""Failures: what went wrong → a message on stderr and an exit code, in this one place."""

from __future__ import annotations

import contextlib

import click

from osce_search.errors import (
    BudgetExceeded,
    EvaluationError,
    GateFailed,
    IndexUnavailable,
    OsceSearchError,
    QueryError,
    SettingsError,
    SourceError,
    VocabularyError,
)
from osce_search.formats.characters import neutralise

# The first that matches decides.
_EXIT_CODES: tuple[tuple[type[BaseException], int], ...] = (
    (KeyboardInterrupt, 130),
    (click.Abort, 130),
    (click.ClickException, 2),
    (QueryError, 2),
    (SourceError, 2),
    (VocabularyError, 2),
    (SettingsError, 2),
    (IndexUnavailable, 3),
    (BudgetExceeded, 4),
    (GateFailed, 5),
    (EvaluationError, 2),
    (OSError, 3),
    (MemoryError, 4),
)
_LONGEST_QUESTION = 200


def explain_failure(error: BaseException, question: str = "") -> int:
    """Print on stderr what went wrong and what to do, and return the exit code.

    Unexpected exceptions propagate.
    """
    code = find_exit_code(type(error))
    if code is None:
        raise error
    with contextlib.suppress(OSError):  # If stderr cannot be written, only the exit code tells.
        if isinstance(error, click.ClickException):
            error.show()
        elif code == 130:
            click.echo("", err=True)
        else:
            click.echo(f"Error: {_describe(error, question)}", err=True)
    return code


def find_exit_code(error: type[BaseException]) -> int | None:
    """Return the exit code of a kind of error; None for one that is unexpected."""
    return next((code for kind, code in _EXIT_CODES if issubclass(error, kind)), None)


def _describe(error: BaseException, question: str) -> str:

    if isinstance(error, OSError):
        names = f"{error.filename}: " if error.filename else ""
        return neutralise(f"{names}{error.strerror or error}")
    if isinstance(error, MemoryError):
        return "there is not enough memory for this; ask for less at a time"
    if isinstance(
        error, EvaluationError
    ):  # Files can have many faults, each of which stands on its own line.
        return "\n".join(map(neutralise, str(error).split("\n")))
    message = neutralise(str(error))
    if isinstance(error, QueryError):
        if error.position is not None and question.isprintable() and len(question) <= _LONGEST_QUESTION:
            message += f"\n  {question}\n  {' ' * error.position}^"
        if error.suggestion and error.suggestion not in message:
            message += f"\n  try: {neutralise(error.suggestion)}"
    return message if isinstance(error, OsceSearchError) else f"{type(error).__name__}: {message}"
