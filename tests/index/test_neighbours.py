"""The neighbours of an index are a function of its releases, in a file of the generation."""

from __future__ import annotations

import dataclasses
import datetime as dt
import math
import random
import tempfile
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from osce_search.errors import IndexDamaged
from osce_search.index import neighbours
from osce_search.index.analyzer import analyze
from osce_search.index.check.verification import verify
from osce_search.index.neighbours import UNIT, Collection, make_vectors
from osce_search.index.reader import Snapshot, open_snapshot
from osce_search.index.segment.columns import NEAREST, SegmentReader
from osce_search.index.storage.arrays import ArrayReader, ArrayWriter
from osce_search.index.storage.generation import publish, read_generation
from osce_search.index.writer import IndexWriter
from osce_search.release import Release

WORDS = ("border", "media", "election", "police", "court", "gender", "mine", "budget", "OSCE", "the")
texts = st.lists(st.sampled_from(WORDS), max_size=9).map(" ".join)
releases = st.lists(st.tuples(texts, texts, texts), min_size=1, max_size=12).map(
    lambda rows: [Release(id=str(n), title=t, text=f"{a}\n\n{b}".strip()) for n, (t, a, b) in enumerate(rows)]
)


def write(path: Path, items: list[Release], pieces: int = 1, **options: object) -> Path:
    for number in range(pieces):
        with IndexWriter(path, **options) as writer:  # type: ignore[arg-type]
            for release in items[number::pieces]:
                writer.add(release)
            writer.commit()
    return path


def by_id(snapshot: Snapshot) -> dict[str, list[tuple[str, int]]]:
    """Map the id of each release to its neighbours and their cosines."""
    near = snapshot.neighbours
    assert near is not None
    return {
        snapshot.id(doc): [
            (snapshot.id(other), cosine)
            for other, cosine in zip(near.docs[doc].tolist(), near.cosines[doc].tolist(), strict=True)
            if cosine
        ]
        for doc in snapshot.all_docs.tolist()
    }


def worked_out(items: list[Release], size: int) -> dict[str, dict[str, int]]:
    """Compute the vector of each release in plain Python."""
    fields = {r.id: [Counter(analyze(text)) for text in (r.title, r.lead, r.body)] for r in items}
    long = {id: (row[0].total(), row[1].total() + row[2].total()) for id, row in fields.items()}
    mean = [sum(lengths[kind] for lengths in long.values()) / len(items) or 1.0 for kind in (0, 1)]
    having = Counter(term for row in fields.values() for term in row[0] | row[1] | row[2])
    count, result = len(items), {}
    for id, row in fields.items():
        title = 3.0 / (1 - 0.3 + 0.3 / mean[0] * long[id][0])
        text = 1.0 / (1 - 0.7 + 0.7 / mean[1] * long[id][1])
        parts = {}
        for term in row[0] | row[1] | row[2]:
            amount = title * row[0][term] + text * row[1][term] + text * row[2][term]
            rarity = math.log(1 + (count - having[term] + 0.5) / (having[term] + 0.5))
            rarest = math.log(1 + (count - 0.5) / 1.5)
            parts[term] = round(65535 / rarest * rarity * (amount / (2 + amount)))
        kept = dict(sorted(parts.items(), key=lambda item: (-item[1], item[0].encode()))[:size])
        length = max(1.0, sum(part**2 for part in kept.values()) ** 0.5)
        result[id] = {term: round(part * (UNIT / length)) for term, part in kept.items()}
    return result


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(releases, st.integers(1, 3), st.sampled_from([3, 32]), st.booleans())
def test_vectors_are_those_of_plain_python(
    items: list[Release], pieces: int, size: int, frugal: bool
) -> None:
    with tempfile.TemporaryDirectory() as directory, pytest.MonkeyPatch.context() as patch:
        patch.setattr(neighbours, "TERMS", size)
        if frugal:
            patch.setattr(neighbours, "_KEPT", 0)
            patch.setattr(neighbours, "_POSTINGS", 20)
        path = write(Path(directory), items, pieces, neighbours=False)
        readers = [SegmentReader(path, segment) for segment in read_generation(path).segments]
        terms = sorted(set().union(*(reader.postings.lexicon for reader in readers)))
        found = make_vectors(Collection(readers))
        named = [
            {terms[t].decode(): w for t, w in zip(*row, strict=True) if w}
            for row in zip(found[0].tolist(), found[1].tolist(), strict=True)
        ]
        assert dict(zip(sorted(item.id for item in items), named, strict=True)) == {
            id: {term: weight for term, weight in row.items() if weight}
            for id, row in worked_out(items, size).items()
        }


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(releases, st.integers(2, 4), st.randoms())
def test_neighbours_depend_on_the_releases_alone(
    items: list[Release], pieces: int, dice: random.Random
) -> None:
    gone = [Release(id=f"x{n}", title="media court", text="border police") for n in range(3)]
    with tempfile.TemporaryDirectory() as one, tempfile.TemporaryDirectory() as other:
        whole = open_snapshot(write(Path(one), items))
        mixed = [*items, *gone]
        dice.shuffle(mixed)
        write(Path(other), mixed, pieces)
        with IndexWriter(Path(other)) as writer:
            for release in gone:
                writer.delete(release.id)
            writer.commit()
        assert by_id(whole) == by_id(open_snapshot(Path(other)))


SIX = [
    Release(id="a", title="Border guards trained", text="Border guards learned to read papers."),
    Release(id="b", title="Border police trained", text="Border police learned to read maps."),
    Release(
        id="c",
        title="Media law debated",
        text="Editors debated a law on the media.",
        date=dt.date(2011, 1, 1),
    ),
    Release(id="d", title="Press law adopted", text="A law on the media and the press was adopted."),
    Release(id="e", title="Opening hours", text="Closed on Sunday."),
    Release(id="f", title="", text="…"),
]


def test_the_most_similar_releases_come_first_and_empty_ones_have_none(tmp_path: Path) -> None:
    found = by_id(open_snapshot(write(tmp_path, SIX)))
    assert [found[id][0][0] for id in "abcd"] == ["b", "a", "d", "c"]
    assert found["f"] == []
    assert "e" not in {other for id in "abcd" for other, _ in found[id]}


def test_an_index_may_be_made_without_neighbours(tmp_path: Path) -> None:
    assert open_snapshot(write(tmp_path / "none", SIX, neighbours=False)).neighbours is None
    assert open_snapshot(write(tmp_path / "few", SIX, neighbours=5)).neighbours is None
    assert open_snapshot(write(tmp_path / "enough", SIX, neighbours=6)).neighbours is not None
    assert open_snapshot(write(tmp_path / "any", SIX, neighbours=True)).neighbours is not None


def test_a_commit_that_changes_nothing_keeps_the_file_and_any_other_replaces_it(tmp_path: Path) -> None:
    write(tmp_path, SIX)
    before = read_generation(tmp_path).neighbours
    write(tmp_path, [])
    assert read_generation(tmp_path).neighbours == before
    write(tmp_path, [Release(id="g", title="Border", text="Border")])
    assert read_generation(tmp_path).neighbours != before
    names = [path.name for path in tmp_path.glob("*.neighbours")]
    kept = read_generation(tmp_path).neighbours
    assert kept is not None
    assert names == [kept[0]]


def test_a_snapshot_keeps_its_neighbours_while_a_writer_replaces_them(tmp_path: Path) -> None:
    snapshot = open_snapshot(write(tmp_path, SIX))
    write(tmp_path, [Release(id="g", title="Border", text="Border")])
    assert by_id(snapshot)["a"][0][0] == "b"


@pytest.mark.parametrize("how", ["gone", "short", "altered", "other"])
def test_a_damaged_file_is_named(tmp_path: Path, how: str) -> None:
    write(tmp_path / "index", SIX)
    file = next((tmp_path / "index").glob("*.neighbours"))
    data = bytearray(file.read_bytes())
    if how == "gone":
        file.unlink()
    elif how == "short":
        file.write_bytes(data[:-10])
    elif how == "altered":
        data[70] ^= 1
        file.write_bytes(data)
    else:
        write(tmp_path / "five", SIX[:5])
        file.write_bytes(next((tmp_path / "five").glob("*.neighbours")).read_bytes())
    with pytest.raises(IndexDamaged, match=rf"{file.name}.*--rebuild"):
        by_id(open_snapshot(tmp_path / "index"))
    assert [problem.file for problem in verify(tmp_path / "index").problems] == [file.name]


def test_neighbours_of_other_releases_are_found_by_a_full_verification(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path, SIX)
    assert verify(tmp_path, full=True).problems == ()
    monkeypatch.setattr(neighbours, "TERMS", 2)
    assert [problem.what for problem in verify(tmp_path, full=True).problems] == [
        "not the neighbours of these releases"
    ]


@pytest.mark.parametrize(
    ("array", "place", "value", "told"),
    [
        ("cosines", 1, 255, "out of order"),
        ("docs", 0, 0, "the release itself or a deleted one"),
        ("docs", 0, 5, "the release itself or a deleted one"),
        ("cosines", 5 * NEAREST, 20, "the release itself or a deleted one"),
        ("docs", 0, 6, "not the neighbours of 6 documents"),
        ("docs", 0, -1, "not the neighbours of 6 documents"),
    ],
)
def test_impossible_neighbours_are_found_by_any_verification(
    tmp_path: Path, array: str, place: int, value: int, told: str
) -> None:
    """Document 5 is deleted; the checksums of the forged numbers are right."""
    write(tmp_path, SIX)
    with IndexWriter(tmp_path) as open_writer:
        open_writer.delete(SIX[5].id)
        open_writer.commit()
    generation = read_generation(tmp_path)
    assert generation.neighbours
    file = tmp_path / generation.neighbours[0]
    reader = ArrayReader(file)
    arrays = {name: np.array(reader.array(name)) for name in reader.names()}
    if value < 0:
        arrays[array] = arrays[array].astype(np.int32)
    arrays[array][place] = value
    file.unlink()
    with ArrayWriter(file) as arrays_writer:
        for name, content in arrays.items():
            arrays_writer.write(name, content)
    publish(tmp_path, dataclasses.replace(generation, neighbours=(file.name, arrays_writer.stamp)))
    (problem,) = verify(tmp_path).problems
    assert told in problem.what


def test_rows_are_numbered_as_the_snapshot_numbers_documents(tmp_path: Path) -> None:
    snapshot = open_snapshot(write(tmp_path, SIX, 3))
    near = snapshot.neighbours
    assert near is not None
    assert near.docs.shape == near.cosines.shape == (snapshot.size, 12)
    itself = np.arange(snapshot.size)[:, None]
    assert ((near.docs == itself) == (near.cosines == 0)).all()
