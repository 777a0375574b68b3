"""Verification finds damage of every kind, and a repair restores the stored releases."""

from __future__ import annotations

import dataclasses
import random
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from osce_search.errors import IndexUnavailable
from osce_search.index.check.repair import repair
from osce_search.index.check.verification import verify
from osce_search.index.reader import open_snapshot
from osce_search.index.storage.arrays import ArrayReader, ArrayWriter
from osce_search.index.storage.generation import LOCK, PARTS, publish, read_generation
from osce_search.index.writer import Commit, IndexWriter
from osce_search.release import Release

WORDS = (
    "border",
    "media",
    "freedom",
    "election",
    "observers",
    "police",
    "training",
    "OSCE",
    "co-operation",
    "the",
)


def releases(count: int, seed: int = 1) -> list[Release]:
    dice = random.Random(seed)
    return [
        Release(
            id=str(number),
            title=" ".join(dice.choices(WORDS, k=5)),
            text="\n\n".join(" ".join(dice.choices(WORDS, k=30)) for _ in range(3)),
            country=tuple(dice.sample(("AL", "BA", "MD"), 2)),
        )
        for number in range(count)
    ]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "index"
    for seed in range(2):
        with IndexWriter(path) as writer:
            for release in releases(40, seed)[seed * 32 :]:
                writer.add(release, digest="d", origin="o")
            writer.commit()
    return path


def test_a_sound_index_has_no_problems(path: Path) -> None:
    found = verify(path, full=True)
    assert found.problems == ()
    assert found.releases == 40
    assert found.analysed == 48


@pytest.mark.parametrize("part", ["text", "columns", "records", "deleted"])
def test_a_flipped_bit_names_the_file_and_what_is_lost(path: Path, part: str) -> None:
    file = next(path.glob(f"*.{part}"))
    data = bytearray(file.read_bytes())
    data[len(data) // 3] ^= 4
    file.write_bytes(data)
    problems = verify(path).problems
    assert [problem.file for problem in problems] == [file.name]
    assert problems[0].lost


def test_a_missing_and_a_swapped_file_are_named(path: Path) -> None:
    one, other = sorted(path.glob("*.columns"), key=lambda file: file.stat().st_size)
    one.unlink()
    shutil.copy(other, one)
    assert one.name in {problem.file for problem in verify(path).problems}
    one.unlink()
    assert "missing" in next(problem.what for problem in verify(path).problems if problem.file == one.name)


def _rewrite(path: Path, file: Path, name: str, change: object) -> None:
    """Rewrite one array with right checksums: damage that no checksum finds."""
    reader = ArrayReader(file)
    arrays = {key: np.array(reader.array(key)) for key in reader.names()}
    arrays[name] = change(arrays[name])  # type: ignore[operator]
    file.unlink()
    with ArrayWriter(file) as writer:
        for key, array in arrays.items():
            writer.write(key, array)
    generation = read_generation(path)
    segments = tuple(
        dataclasses.replace(
            s,
            stamps=tuple(ArrayReader(path / f"{s.name}.{p}").stamp for p in PARTS),
            deleted_stamp=ArrayReader(path / s.deleted).stamp if s.deleted else (0, 0),
        )
        for s in generation.segments
    )
    publish(path, dataclasses.replace(generation, segments=segments))


@pytest.mark.parametrize(
    ("part", "array", "change", "told"),
    [
        ("text", "docs", lambda a: a[::-1].copy(), "out of order"),
        ("text", "docs", lambda a: a + 200, "out of bounds"),
        ("text", "freqs", lambda a: a + 1, "disagree"),
        ("text", "docs", lambda a: np.append(a, a[-1:]), "as many postings as are stored"),
        ("text", "positions", lambda a: np.append(a, a[-1:]), "as many postings as are stored"),
        ("text", "positions", lambda a: np.roll(a, 1), "positions of a term|not those of the stored"),
        ("columns", "country.ordinals", lambda a: a + 9, "ordinal out of bounds"),
        ("columns", "country.counts", lambda a: a[:-1], "number of values"),
        ("columns", "length.0", lambda a: a + 1, "lengths of title"),
        ("columns", "tie_rank", lambda a: a[::-1].copy(), "ranked by date"),
        ("columns", "hashes", lambda a: a ^ 1, "is not the release"),
        ("columns", "precisions", lambda a: a + 9, "unknown precision"),
        (
            "columns",
            "country.ordinals",
            lambda a: a[::-1].copy(),
            "values of country are not those of the stored",
        ),
        ("columns", "precisions", lambda a: a | 1, "dates are not those of the stored"),
        ("text", "positions", lambda a: a - a.astype(bool), "stand at one position|out of order"),
        ("text", "positions", lambda a: a.astype(np.uint32) + 200, "stands outside"),
        ("text", "docs", lambda a: a.astype(np.int32) - 1, "out of bounds"),
        ("records", "block_docs", lambda a: a + 1, "a block begins with document 1, not 0"),
        ("deleted", "deleted", lambda a: a.astype(np.int32) - 50, "out of order or out of bounds"),
        ("text", "form_terms", lambda a: np.roll(a, 1), "do not lead to their terms"),
    ],
)
def test_contradictory_numbers_are_found(
    path: Path, part: str, array: str, change: object, told: str
) -> None:
    _rewrite(path, sorted(path.glob(f"*.{part}"))[0], array, change)
    problems = verify(path, full=True).problems
    assert problems
    assert any(re.search(told, problem.what) for problem in problems)


def test_a_repair_restores_everything_that_was_stored(path: Path) -> None:
    before = read_generation(path).fingerprint
    for part in ("text", "columns"):
        file = sorted(path.glob(f"*.{part}"))[0]
        file.write_bytes(file.read_bytes()[:1000])
    done = repair(path)
    assert (done.lost, done.commit.total) == (0, 40)
    assert read_generation(path).fingerprint == before
    assert verify(path, full=True).problems == ()
    with IndexWriter(path) as writer:
        assert set(writer.digests().values()) == {"d"}


def test_a_repair_reports_the_number_of_lost_releases(path: Path) -> None:
    sorted(path.glob("*.records"))[0].unlink()
    done = repair(path)
    assert done.lost + done.commit.total == 40
    assert done.lost > 0
    assert open_snapshot(path).count == done.commit.total


def test_damage_at_a_thousand_random_places_is_detected_or_harmless(path: Path) -> None:
    dice = random.Random(11)
    files = [file for file in sorted(path.iterdir()) if file.name.startswith("MAIN_") and file.suffix]
    whole = {file: file.read_bytes() for file in files if file.stat().st_size}
    for _ in range(1000):
        file = dice.choice(list(whole))
        data = bytearray(whole[file])
        kind = dice.choice(("bit", "cut", "zero"))
        place = dice.randrange(len(data))
        if kind == "bit":
            data[place] ^= 1 << dice.randrange(8)
        elif kind == "cut":
            del data[place:]
        else:
            data[place : place + 512] = bytes(len(data[place : place + 512]))
        if bytes(data) == whole[file] or file.name.endswith(".owner"):
            continue
        file.write_bytes(data)
        try:
            found = {problem.file for problem in verify(path).problems}
        except IndexUnavailable:
            found = {file.name}
        assert file.name in found, (file.name, kind, place)
        file.write_bytes(whole[file])


def toc_of(path: Path) -> Path:
    return path / read_generation(path).toc_name


def forget_toc(path: Path) -> None:
    """Describe the index as older versions did, without a checksum of the table of contents."""
    publish(path, dataclasses.replace(read_generation(path), toc=None))


def is_opened_by_whoosh(path: Path) -> bool:
    from whoosh.index import open_dir

    return bool(open_dir(str(path)).doc_count() == 40)


@pytest.mark.parametrize(
    ("damage", "told"),
    [
        (lambda data: data[:-1] + bytes([data[-1] ^ 1]), "altered, its checksum differs"),
        (lambda data: data[:100], "not the file of"),
        (lambda data: data + b"more", "not the file of"),
        (lambda data: b"", "not the file of"),
    ],
    ids=["flipped bit", "cut", "longer", "empty"],
)
def test_a_damaged_table_of_contents_is_named_and_written_again_alone(
    path: Path, damage: Callable[[bytes], bytes], told: str
) -> None:
    toc, before = toc_of(path), {file.name: file.read_bytes() for file in path.iterdir()}
    toc.write_bytes(damage(toc.read_bytes()))
    found = verify(path)
    assert [(problem.file, told in problem.what) for problem in found.problems] == [(toc.name, True)]
    assert "stock Whoosh cannot open the index" in found.problems[0].lost
    done = repair(path, found=found)
    assert (done.commit, done.lost) == (Commit(2, 0, 0, 40), 0)
    assert {file.name: file.read_bytes() for file in path.iterdir()} == before
    assert verify(path, full=True).problems == ()
    assert is_opened_by_whoosh(path)


def test_a_missing_table_of_contents_and_one_that_is_a_directory_are_named(path: Path) -> None:
    toc = toc_of(path)
    toc.unlink()
    found = verify(path)
    assert [(problem.file, problem.what) for problem in found.problems] == [
        (toc.name, "a file of the index is missing")
    ]
    toc.mkdir()
    assert [problem.what for problem in verify(path).problems] == ["not a regular file"]
    toc.rmdir()
    repair(path, found=found)
    assert is_opened_by_whoosh(path)
    assert verify(path).problems == ()


def test_an_index_without_a_checksum_of_the_table_of_contents_is_read_and_gets_one(path: Path) -> None:
    fingerprint, files = read_generation(path).fingerprint, verify(path).files
    forget_toc(path)
    assert open_snapshot(path).count == 40
    found = verify(path)
    assert (found.problems, found.files) == ((), files - 1)
    assert found.notes == ("_MAIN_2.toc: an older version recorded no checksum of it; a repair adds one",)
    repair(path, found=found)
    found = verify(path)
    assert (found.problems, found.notes, found.files) == ((), (), files)
    assert (found.generation, found.fingerprint) == (2, fingerprint)


def test_damage_of_the_table_of_contents_and_of_another_file_rebuilds_the_index(path: Path) -> None:
    for file in (toc_of(path), next(path.glob("*.text"))):
        file.write_bytes(file.read_bytes()[:-3])
    found = verify(path)
    assert len(found.problems) == 2
    assert repair(path, found=found).commit == Commit(3, 40, 0, 40)
    assert verify(path, full=True).problems == ()
    assert is_opened_by_whoosh(path)


def test_every_file_of_the_directory_is_covered(path: Path) -> None:
    """The lock file is empty, and nothing reads it."""
    covered = verify(path).files
    names = {file.name for file in path.iterdir()} - {LOCK}
    assert covered == len(names) - 1
    for name in sorted(names):
        file = path / name
        data = file.read_bytes()
        file.write_bytes(data[:-2] + bytes([data[-2] ^ 4]) + data[-1:])
        try:
            problems = {problem.file for problem in verify(path).problems}
        except IndexUnavailable as error:
            problems = {Path(error.path).name}
        assert name in problems
        file.write_bytes(data)
    assert verify(path, full=True).problems == ()
