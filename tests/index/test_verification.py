"""Verification finds damage of every kind, and repair saves what was stored."""

from __future__ import annotations

import dataclasses
import random
import re
import shutil
from pathlib import Path

import numpy as np
import pytest

from osce_search.errors import IndexUnavailable
from osce_search.index.check.repair import repair
from osce_search.index.check.verification import verify
from osce_search.index.reader import open_snapshot
from osce_search.index.storage.arrays import ArrayReader, ArrayWriter
from osce_search.index.storage.generation import PARTS, publish, read_generation
from osce_search.index.writer import IndexWriter
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
    """Write one array anew with sound checksums: the damage that no checksum finds."""
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
def test_numbers_that_contradict_each_other_are_found(
    path: Path, part: str, array: str, change: object, told: str
) -> None:
    _rewrite(path, sorted(path.glob(f"*.{part}"))[0], array, change)
    problems = verify(path, full=True).problems
    assert problems
    assert any(re.search(told, problem.what) for problem in problems)


def test_a_repair_brings_back_all_that_was_stored(path: Path) -> None:
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


def test_a_repair_tells_how_many_releases_are_lost(path: Path) -> None:
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
