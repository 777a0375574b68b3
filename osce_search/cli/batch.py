"""Batch: queries, one a line → answers, one a line."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import IO, TYPE_CHECKING

import click

from osce_search.errors import OsceSearchError, QueryError
from osce_search.formats.json_output import to_json, write_answer
from osce_search.query import RECORD_NAMES, Query

if TYPE_CHECKING:
    from osce_search.backends import Index

__all__ = ["answer_lines"]

LONGEST = 1 << 20
"""The maximum number of characters of a line."""


def answer_lines(index: Index, path: str, base: Query, write: Callable[[str], object]) -> int:
    """Write the answer to each line of a file as one JSON object a line, and return the number of refused lines.

    A line is the text of a query, asked with the filters of `base`, or a query record as JSON. An error stands in the
    place of its answer, so that the lines of both sides correspond.
    """
    refused = 0
    for number, line in _read_lines(path):
        try:
            query = _read(line, base)
            pieces: list[str] = []
            write_answer(index.ask(query), query, pieces.append)
            write("".join(pieces).replace("\n", "") + "\n")
        except OsceSearchError as error:
            refused += 1
            told = {"line": number, "kind": type(error).__name__, "detail": str(error)}
            if isinstance(error, QueryError):
                told |= {"position": error.position, "suggestion": error.suggestion}
            write(to_json({"error": told}) + "\n")
    return refused


def _read_lines(path: str) -> Iterator[tuple[int, str]]:
    """Yield the lines that are not empty, with their numbers."""
    try:
        with _open(path) as file:
            number = 0
            while line := file.readline(LONGEST + 1):
                number += 1
                whole = line.endswith("\n")
                while not whole and len(line) > LONGEST and (rest := file.readline(LONGEST)):
                    whole = rest.endswith("\n")
                if line.strip():
                    yield number, line.strip()
    except OSError as error:
        raise click.FileError(path, error.strerror or str(error)) from error


def _open(path: str) -> IO[str]:
    if path == "-":
        return open(sys.stdin.fileno(), encoding="utf-8", errors="replace", closefd=False)
    return open(path, encoding="utf-8", errors="replace")


def _read(line: str, base: Query) -> Query:

    if len(line) > LONGEST:
        raise QueryError(f"a line of more than {LONGEST:,} characters is not a query")
    if not line.startswith("{"):
        return replace(base, text=line)
    try:
        value = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise QueryError(f"not JSON ({error})") from error
    if "query" not in value and (unknown := value.keys() - set(RECORD_NAMES)):
        raise QueryError(f"a query has no {min(unknown)!r} (its names are {', '.join(RECORD_NAMES)})")
    asked = value.get("query", value)
    if asked is not value and isinstance(asked, dict) and "input" not in asked:
        raise QueryError("a query under 'query' has its text under 'input'")
    return Query.from_record(asked)
