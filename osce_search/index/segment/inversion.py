"""Inversion: the words of documents in their order → the postings of each term → the arrays of postings.py."""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from osce_search.index.segment.postings import FIELDS, Inverted, count_cells
from osce_search.index.storage.arrays import ArrayWriter, find_run_starts, smallest_uint, write_lexicon

SPOOL = 1 << 22
"""The number of bytes of an array that are kept in memory while postings are written. More go to a temporary file."""

Ids = npt.NDArray[np.int64]


def invert(terms: Sequence[str], tokens: Sequence[npt.NDArray[np.int32]], lengths: Sequence[Ids]) -> Inverted:
    """Return the postings of the words of documents.

    For each field, `tokens` has the words of all documents as indices into `terms`, and `lengths` the number of words
    of each document.
    """
    encoded = [term.encode() for term in terms]
    order = sorted(range(len(encoded)), key=encoded.__getitem__)
    rank = np.empty(len(encoded), np.int32)
    rank[order] = np.arange(len(encoded), dtype=np.int32)
    flat = rank[np.concatenate(tokens)] if encoded else np.empty(0, np.int32)
    # Tokens come by field and document, and a stable sort keeps that order within a term.
    sort = np.argsort(flat, kind="stable")
    documents = len(lengths[0])
    field = np.arange(len(FIELDS), dtype=np.int8).repeat([len(part) for part in tokens])[sort]
    cell = flat[sort].astype(np.int64) * len(FIELDS) + field
    doc = np.concatenate([np.arange(documents, dtype=np.int32).repeat(n) for n in lengths])[sort]
    position = np.concatenate([_count_up(n) for n in lengths])[sort]
    del flat, sort, field
    first = find_run_starts(cell * documents + doc)
    freqs = np.diff(first, append=len(cell))
    split = count_cells(cell[first], freqs, len(encoded))
    return Inverted([encoded[number] for number in order], *split, doc[first], freqs, position)


def _count_up(lengths: Ids) -> npt.NDArray[np.int32]:
    """Concatenate `range(n)` for each length `n`."""
    starts = np.cumsum(lengths) - lengths
    return (np.arange(int(lengths.sum())) - np.repeat(starts, lengths)).astype(np.int32)


def write_postings(
    writer: ArrayWriter,
    pieces: Iterable[Inverted],
    forms: Mapping[bytes, bytes],
    dtypes: tuple[np.dtype[Any], np.dtype[Any], np.dtype[Any]],
) -> None:
    """Write postings that come in pieces, the terms of each piece after those of the one before.

    `forms` maps each form to its term; forms of terms that do not come are left out. `dtypes` are those of documents,
    frequencies and positions.
    """
    terms: list[bytes] = []
    split: list[Ids] = []
    positions_split: list[Ids] = []
    kinds = dict(zip(("docs", "freqs", "positions"), dtypes, strict=True))
    with contextlib.ExitStack() as stack:
        # The three arrays grow at the same time, but stand one after the other in the file.
        spools = {
            name: stack.enter_context(
                tempfile.SpooledTemporaryFile(
                    SPOOL, prefix=f"{writer.path.name}.", dir=str(writer.path.parent)
                )
            )
            for name in kinds
        }
        for piece in pieces:
            terms.extend(piece.terms)
            split.append(piece.split)
            positions_split.append(piece.positions_split)
            for name, spool in spools.items():
                spool.write(getattr(piece, name).astype(kinds[name]).tobytes())
        for name, spool in spools.items():
            writer.begin(name, kinds[name])
            spool.seek(0)
            while data := spool.read(SPOOL):
                writer.extend(np.frombuffer(data, kinds[name]))
    write_lexicon(writer, "lexicon", terms)
    _write_split(writer, "starts", "split", split)
    _write_split(writer, "position_starts", "positions_split", positions_split)
    numbers = {term: number for number, term in enumerate(terms)}
    written = sorted(form for form, term in forms.items() if term in numbers)
    write_lexicon(writer, "forms", written)
    places = np.array([numbers[forms[form]] for form in written], np.int64)
    writer.write("form_terms", places.astype(smallest_uint(len(terms))))


def _write_split(writer: ArrayWriter, starts: str, name: str, rows: list[Ids]) -> None:
    table = np.concatenate([np.zeros((0, len(FIELDS)), np.int64), *rows])
    total = np.concatenate([[0], np.cumsum(table.sum(axis=1))])
    writer.write(starts, total.astype(smallest_uint(int(total[-1]))))
    # The last field has what the others leave, so its column is not stored.
    kept = table[:, :-1]
    writer.write(name, kept.ravel().astype(smallest_uint(int(kept.max(initial=0)))))
