"""Neighbours: the releases of an index → for each those most like it, in a file beside the segments.

The file is made when a generation is published, over all its segments, and belongs to that generation alone: what is
rare, and so what makes releases alike, changes with every release that comes or goes. It is a function of the releases,
whatever their order and however many segments they are in.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from osce_search.errors import IndexDamaged
from osce_search.index.arrays import ArrayReader, ArrayWriter, smallest_uint
from osce_search.index.nearest import NEAREST, find_nearest
from osce_search.index.segment import INDEX_NAME, SegmentReader, Stamp
from osce_search.index.vectors import Collection, make_vectors

__all__ = ["LIMIT", "Neighbours", "find_neighbours", "read_neighbours", "write_neighbours"]

LIMIT = 100_000
"""Releases up to which neighbours are found at each commit unless told otherwise: about ten seconds of work."""

Array = npt.NDArray[Any]


class Neighbours(NamedTuple):
    """A row for each document, the most alike first.

    `docs` are numbers of documents and `cosines` how like they are, times 255. Where there are fewer than a row
    has room for, and for deleted documents, the number is the document's own and the cosine 0.
    """

    docs: Array
    cosines: npt.NDArray[np.uint8]


def find_neighbours(readers: Sequence[SegmentReader]) -> Neighbours:
    """The neighbours of the live documents of these segments, numbered one segment after the other."""
    collection = Collection(readers)
    found, likeness = find_nearest(*make_vectors(collection))
    docs = np.repeat(np.arange(collection.size)[:, None], NEAREST, axis=1)
    cosines = np.zeros((collection.size, NEAREST), np.uint8)
    docs[collection.docs] = collection.docs.take(found)
    cosines[collection.docs] = likeness
    return Neighbours(docs.astype(smallest_uint(max(collection.size - 1, 0))), cosines)


def write_neighbours(directory: Path, readers: Sequence[SegmentReader]) -> tuple[str, Stamp]:
    """Find the neighbours and write them, durably, to a new file: its name and stamp."""
    found = find_neighbours(readers)
    name = f"{INDEX_NAME}_{os.urandom(8).hex()}.neighbours"
    with ArrayWriter(directory / name) as writer:
        writer.write("docs", found.docs.ravel())
        writer.write("cosines", found.cosines.ravel())
    return name, writer.stamp


def read_neighbours(reader: ArrayReader, documents: int) -> Neighbours:
    """The neighbours in a file of an index of so many documents; raises IndexDamaged if they are not that."""
    docs, cosines = reader.array("docs"), reader.array("cosines")
    size = documents * NEAREST
    whole = len(docs) == len(cosines) == size
    if not whole or docs.dtype.kind != "u" or (size and int(docs.max()) >= documents):
        raise IndexDamaged(reader.path, f"not the neighbours of {documents} documents")
    return Neighbours(docs.reshape(documents, NEAREST), cosines.reshape(documents, NEAREST))
