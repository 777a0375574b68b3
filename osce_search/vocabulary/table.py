"""Table: a CSV file that people edit → rows that know their line."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from osce_search.errors import VocabularyError

FOLDER = Path(__file__).parent / "tables"
"""The directory with the tables of this project."""


class _TABS(csv.Dialect):
    """Cells separated by tabs, without quotation marks."""

    delimiter = "\t"
    lineterminator = "\n"
    quoting = csv.QUOTE_NONE


class Row(NamedTuple):
    """One row of a table: its line, and its cells in the order of the columns, without surrounding spaces."""

    line: int
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """The rows of a table below its heading. `comment` is the text of the lines with `#`, which states the source."""

    path: Path
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    comment: str

    def column(self, name: str, default: str = "") -> Iterator[str]:
        """Return the cells of a column from top to bottom; `default` for each row if there is no such column."""
        if name not in self.columns:
            return iter([default] * len(self.rows))
        at = self.columns.index(name)
        return (row.cells[at] for row in self.rows)

    def error(self, row: Row | int, message: str) -> VocabularyError:
        """Return the error to raise for a mistake in a row; its message names file and line."""
        line = row if isinstance(row, int) else row.line
        return VocabularyError(f"{self.path.name}, line {line}: {message}")


def read_table(path: Path, required: tuple[str, ...]) -> Table:
    """Read a table from a CSV file, or from a TSV file without quotation marks, in UTF-8.

    Lines that begin with `#` are comments, empty lines are skipped, and the first other line is the heading. Raise
    VocabularyError, naming file and line, if a required column is missing, a row has more or fewer cells than the
    heading, or the first cell of a row is empty.

    >>> read_table(FOLDER / "chairs.csv", ("year", "country")).rows[0].cells
    ('1991', 'DE', 'Bonn')
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise VocabularyError(f"{path}: cannot be read: {error}") from error
    # Cells hold no line breaks: a row is a line, and an error can name it.
    numbered = [(n, line) for n, line in enumerate(lines, 1) if line.strip() and not line.startswith("#")]
    comment = "\n".join(line.lstrip("# ") for line in lines if line.startswith("#"))
    try:
        cells = csv.reader((line for _, line in numbered), _TABS if path.suffix == ".tsv" else csv.excel)
        read = [tuple(map(str.strip, row)) for row in cells]
    except csv.Error as error:
        raise VocabularyError(f"{path.name}: not CSV: {error}") from error
    if len(read) != len(numbered):
        raise VocabularyError(f"{path.name}: a quotation mark is not closed on its line")
    if not read:
        raise VocabularyError(f"{path.name}: no heading; expected the columns {', '.join(required)}")
    columns = read[0]
    table = Table(
        path,
        columns,
        tuple(Row(n, cells) for (n, _), cells in zip(numbered[1:], read[1:], strict=True)),
        comment,
    )
    if missing := [name for name in required if name not in columns]:
        raise table.error(numbered[0][0], f"the column {missing[0]!r} is missing")
    for row in table.rows:
        if len(row.cells) != len(columns):
            raise table.error(
                row, f"{len(row.cells)} cells, but {len(columns)} columns; quote a cell with a comma"
            )
        if not row.cells[0]:
            raise table.error(row, f"{columns[0]!r} is empty")
    return table
