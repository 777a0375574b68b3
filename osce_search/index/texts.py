"""Texts: the words of each document in their order → one number, the same where texts differ only in how they look."""

from __future__ import annotations

import hashlib

import numpy as np
import numpy.typing as npt

from osce_search.index.postings import FIELDS
from osce_search.index.segment import SegmentReader

__all__ = ["text_keys"]

Keys = npt.NDArray[np.uint64]


def text_keys(reader: SegmentReader) -> Keys:
    """A number for the text of each document of a segment, 0 for one without a word.

    It is a sum over the words of lead and body, each mixed with its place, so that postings give it in any order.
    """
    keys = np.zeros(reader.segment.documents, np.uint64)
    leads = reader.columns.lengths(FIELDS.index("lead")).astype(np.uint64)
    shift = {FIELDS.index("lead"): np.zeros_like(leads), FIELDS.index("body"): leads}
    for run in reader.postings.runs():
        piece = reader.postings.piece(run)
        digests = (hashlib.blake2b(term, digest_size=8).digest() for term in piece.terms)
        terms = np.frombuffer(b"".join(digests), np.uint64)
        cell = np.repeat(np.arange(piece.split.size), piece.split.ravel())
        for field, before in shift.items():
            here = cell % len(FIELDS) == field
            docs = piece.docs[here].repeat(piece.freqs[here])
            word = terms[cell[here] // len(FIELDS)].repeat(piece.freqs[here])
            place = before[docs] + piece.positions[here.repeat(piece.freqs)]
            np.add.at(keys, docs, _mix(word, place))
    return keys


def _mix(word: Keys, place: Keys) -> Keys:
    """The finaliser of SplitMix64 (Steele, Lea and Flood 2014) over word and place."""
    mixed: Keys = word ^ place * np.uint64(0x9E3779B97F4A7C15)
    mixed = (mixed ^ mixed >> np.uint64(30)) * np.uint64(0xBF58476D1CE4E5B9)
    mixed = (mixed ^ mixed >> np.uint64(27)) * np.uint64(0x94D049BB133111EB)
    mixed ^= mixed >> np.uint64(31)
    return mixed
