"""Verification: an index on disk → what is damaged in it, and what of it can be saved.

After Lucene's CheckIndex: first every byte against its checksum, then every number against its bounds and its
neighbours, then the postings against an analysis of the stored releases, at last the fingerprint.
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt

from osce_search.errors import IndexDamaged, IndexUnavailable, OsceSearchError, RecordError
from osce_search.index.analyzer import analyze, find_tokens, form_of, term_of
from osce_search.index.arrays import ArrayReader
from osce_search.index.batch import make_facet_column
from osce_search.index.columns import INDEXED, NO_DATE, PRECISIONS, days_of, record_hash, tie_rank
from osce_search.index.generation import Generation, read_generation
from osce_search.index.neighbours import find_neighbours, read_neighbours
from osce_search.index.postings import FIELDS, Inverted, invert
from osce_search.index.reader import places_of_runs
from osce_search.index.records import RecordsReader
from osce_search.index.segment import INDEX_NAME, PARTS, Segment, SegmentReader, Stamp
from osce_search.index.titles import title_key, title_words
from osce_search.index.writer import Commit, IndexWriter
from osce_search.release import Release

__all__ = ["SAMPLE", "Problem", "Repair", "Verification", "repair", "verify"]

_TRIES = 20
SAMPLE = 200
"""Documents of each segment that are analysed anew, unless all are asked for."""

_LOST = {
    "text": "words of {n} releases cannot be searched; the releases themselves are in the records and can be repaired",
    "columns": "facets, dates and order of {n} releases; the releases are in the records and can be repaired",
    "records": "texts of {n} releases; index their sources anew",
    "deleted": "which releases were deleted; a repair brings them back",
    "neighbours": "which releases are alike; the next commit that changes anything finds it anew",
}


@dataclass(frozen=True, slots=True)
class Problem:
    """A damaged file: what is wrong with it and what is lost."""

    file: str
    what: str
    lost: str


@dataclass(frozen=True, slots=True)
class Verification:
    """What a check found: nothing where `problems` is empty."""

    generation: int
    fingerprint: str
    releases: int
    files: int
    bytes: int
    analysed: int
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class Repair:
    """What a repair did: the commit that it made, and how many releases could not be read."""

    commit: Commit
    lost: int


def verify(directory: Path, *, full: bool = False) -> Verification:
    """What is damaged in the index of a directory; `full` analyses every document anew and not a sample.

    Raises IndexMissing, IndexDamaged or IndexIncompatible where there is no generation to check. Writers may be at
    work: files that one of them has removed meanwhile are no damage, and the newer state is checked.
    """
    for _ in range(_TRIES):
        generation = read_generation(directory)
        found = _verify(directory, generation, full)
        if not found.problems or read_generation(directory) == generation:
            return found
    raise IndexUnavailable(
        f"{directory}: it changes faster than it can be checked; verify it when nothing is written",
        path=str(directory),
    )


def _verify(directory: Path, generation: Generation, full: bool) -> Verification:
    problems: list[Problem] = []
    total = size = files = analysed = 0
    for segment in generation.segments:
        found = list(_check_files(directory, segment))
        files += len(PARTS) + bool(segment.deleted)
        size += sum(stamp[0] for _, stamp in segment.files())
        if not found:
            reader = SegmentReader(directory, segment)
            docs = _sample(segment.documents, full)
            analysed += len(docs)
            found = list(_check_segment(reader, docs))
            if not found:
                total += _total(reader)
        problems.extend(found)
    if generation.neighbours:
        files += 1
        size += generation.neighbours[1][0]
        problems.extend(_check_neighbours(directory, generation, full and not problems))
    if not problems and total % (1 << 128) != generation.total:
        problems.append(
            Problem(
                "osce-search.json",
                "the fingerprint is not that of the releases",
                "nothing; rebuild to be sure",
            )
        )
    return Verification(
        generation.number, generation.fingerprint, generation.releases, files, size, analysed, tuple(problems)
    )


def _sample(documents: int, full: bool) -> npt.NDArray[np.int64]:
    step = 1 if full else max(1, documents // SAMPLE)
    return np.arange(0, documents, step)


def _problem(segment: Segment, part: str, what: str) -> Problem:
    name = segment.deleted if part == "deleted" and segment.deleted else f"{segment.name}.{part}"
    return Problem(name, what, _LOST[part].format(n=segment.documents))


def _check_files(directory: Path, segment: Segment) -> Iterator[Problem]:
    """Every file there, of its size, and every byte as it was written."""
    parts = [*PARTS, *(["deleted"] if segment.deleted else [])]
    for part, (name, stamp) in zip(parts, segment.files(), strict=True):
        what = _check_file(directory / name, stamp)
        if what:
            yield _problem(segment, part, what)


def _check_file(path: Path, stamp: Stamp) -> str | None:
    try:
        reader = ArrayReader(path)
        if reader.stamp != stamp:
            return f"not the file of {stamp[0]} bytes that was published"
        reader.verify()
    except IndexUnavailable as error:
        return str(error).removeprefix(f"{path}: ").partition("; ")[0]
    return None


def _check_neighbours(directory: Path, generation: Generation, anew: bool) -> Iterator[Problem]:
    """The file of neighbours whole, and if they are found `anew`, the very ones."""
    assert generation.neighbours is not None
    name, stamp = generation.neighbours
    what = _check_file(directory / name, stamp)
    if what is None:
        try:
            documents = sum(segment.documents for segment in generation.segments)
            found = read_neighbours(ArrayReader(directory / name), documents)
            if anew:
                expected = find_neighbours([SegmentReader(directory, item) for item in generation.segments])
                if (found.docs != expected.docs).any() or (found.cosines != expected.cosines).any():
                    what = "not the neighbours of these releases"
        except IndexUnavailable as error:
            what = str(error).removeprefix(f"{directory / name}: ").partition("; ")[0]
        except (ValueError, IndexError) as error:
            what = f"cannot be compared with the releases ({error})"
    if what is not None:
        yield Problem(name, what, _LOST["neighbours"])


def _check_segment(reader: SegmentReader, docs: npt.NDArray[np.int64]) -> Iterator[Problem]:
    """Every number within its bounds and in agreement with the others."""
    checks: tuple[tuple[str, Callable[[], Iterator[str]]], ...] = (
        ("deleted", lambda: _check_deleted(reader)),
        ("columns", lambda: _check_columns(reader)),
        ("text", lambda: _check_postings(reader)),
        ("records", lambda: _check_records(reader)),
        ("columns", lambda: _check_values(reader, docs)),
        ("text", lambda: _check_analysis(reader, docs)),
        ("text", lambda: _check_forms(reader, docs)),
    )
    for part, check in checks:
        try:
            found = [_problem(reader.segment, part, what) for what in check()]
        except (OsceSearchError, ValueError, IndexError, KeyError) as error:
            found = [_problem(reader.segment, part, f"cannot be read as what it should be ({error})")]
        yield from found
        if found:
            return


def _check_deleted(reader: SegmentReader) -> Iterator[str]:
    deleted = reader.deleted
    if deleted is None:
        return
    if len(deleted) != reader.segment.deleted_count:
        yield f"lists {len(deleted)} documents, not {reader.segment.deleted_count}"
    if len(deleted) and (deleted[-1] >= reader.segment.documents or (np.diff(deleted) <= 0).any()):
        yield "documents are out of order or out of bounds"


def _check_columns(reader: SegmentReader) -> Iterator[str]:
    columns, documents = reader.columns, reader.segment.documents
    sizes = {
        "ids": len(columns.ids),
        "id_rank": len(columns.id_rank),
        "tie_rank": len(columns.tie_rank),
        "dates": len(columns.dates),
        "precisions": len(columns.precisions),
        "hashes": len(columns.hashes),
        "titles": len(columns.titles),
        **{f"length.{number}": len(columns.lengths(number)) for number in range(len(FIELDS))},
    }
    yield from (
        f"{name} has {size} entries, not {documents}" for name, size in sizes.items() if size != documents
    )
    ids = list(columns.ids)
    order = np.argsort(columns.id_rank, kind="stable").tolist()
    if [ids[number] for number in order] != sorted(ids) or len(set(ids)) != len(ids):
        yield "ids are out of order or there twice"
    if (columns.precisions > 3).any():
        yield "a date has an unknown precision"
    if (tie_rank(columns.dates, columns.id_rank) != columns.tie_rank).any():
        yield "documents are not ranked by date and id"
    for facet in INDEXED:
        column = columns.facet(facet.name)
        if len(column.counts) != documents or int(column.counts.sum(dtype=np.int64)) != len(column.ordinals):
            yield f"{facet.name} does not have a number of values for each document"
        elif len(column.ordinals) and not 1 <= column.ordinals.min() <= column.ordinals.max() <= len(
            column.values
        ):
            yield f"{facet.name} has an ordinal out of bounds"
        if list(column.values) != sorted(set(column.values), key=str.encode):
            yield f"values of {facet.name} are out of order"


def _check_postings(reader: SegmentReader) -> Iterator[str]:
    postings, documents = reader.postings, reader.segment.documents
    terms = list(postings.lexicon)
    if any(one >= other for one, other in itertools.pairwise(terms)):
        yield "terms are out of order"
        return
    forms = list(postings.forms)
    if forms != sorted(set(forms)) or (len(forms) and int(postings.form_terms.max()) >= len(terms)):
        yield "forms of words are out of order or lead to no term"
    whole = postings.piece(range(len(terms)))
    if (
        not postings.is_complete()
        or int(whole.split.sum()) != len(whole.docs)
        or int(whole.positions_split.sum()) != len(whole.positions)
    ):
        yield "terms do not have as many postings as there are"
        return
    if not len(whole.docs):
        return
    if whole.split.min() < 0 or whole.freqs.min() < 1 or int(whole.docs.max()) >= documents:
        yield "a posting is out of bounds"
        return
    cells = np.repeat(np.arange(whole.split.size), whole.split.ravel())
    docs = whole.docs.astype(np.int64)
    if (np.diff(cells * documents + docs) <= 0).any():
        yield "documents of a term are out of order"
    if (np.bincount(cells, whole.freqs, whole.split.size) != whole.positions_split.ravel()).any():
        yield "frequencies and positions disagree"
        return
    owner = np.repeat(np.arange(len(docs)), whole.freqs)
    positions = whole.positions.astype(np.int64)
    same = owner[1:] == owner[:-1]
    if (np.diff(positions)[same] <= 0).any():
        yield "positions of a term are out of order"
    field = cells % len(FIELDS)
    for number in range(len(FIELDS)):
        counted = np.bincount(docs[field == number], whole.freqs[field == number], documents)
        if (counted != reader.columns.lengths(number)).any():
            yield f"lengths of {FIELDS[number]} are not the number of its words"


def _check_records(reader: SegmentReader) -> Iterator[str]:
    lines = list(reader.records.lines())
    if len(lines) != reader.segment.documents:
        yield f"{len(lines)} releases, not {reader.segment.documents}"
        return
    if len(reader.records.ledger()) != len(lines):
        yield "the ledger does not have an entry for each release"
    hashes = reader.columns.hashes
    for doc, (line, id) in enumerate(zip(lines, reader.columns.ids, strict=True)):
        if record_hash(line) != hashes[doc].tobytes():
            yield f"document {doc} is not the release that was indexed"
            return
        if json.loads(line)["id"].encode() != id:
            yield f"document {doc} has another id than its column"
            return


def _check_values(reader: SegmentReader, docs: npt.NDArray[np.int64]) -> Iterator[str]:
    """The dates and facets of some documents are those of the stored releases."""
    columns = reader.columns
    releases = [reader.records.release(int(doc)) for doc in docs]
    dates = [days_of(release.date) if release.date else NO_DATE for release in releases]
    precisions = [PRECISIONS.index(release.date_precision) if release.date else 0 for release in releases]
    if columns.dates[docs].tolist() != dates or columns.precisions[docs].tolist() != precisions:
        yield "the dates are not those of the stored releases"
    for facet in INDEXED:
        expected, column = make_facet_column(facet.name, releases), columns.facet(facet.name)
        counts = column.counts.astype(np.int64)
        places = places_of_runs((np.cumsum(counts) - counts)[docs], counts[docs])
        same = (
            (counts[docs] == expected.counts).all()
            and [column.values[number - 1] for number in column.ordinals[places].tolist()]
            == [expected.values[number - 1] for number in expected.ordinals.tolist()]
            and (column.inferred[places] == expected.inferred).all()
        )
        if not same:
            yield f"values of {facet.name} are not those of the stored releases"


def _check_forms(reader: SegmentReader, docs: npt.NDArray[np.int64]) -> Iterator[str]:
    """The forms of the words of some documents lead to their terms."""
    written = reader.postings.written()
    for doc in docs:
        release = reader.records.release(int(doc))
        tokens = {token for name in FIELDS for token in find_tokens(getattr(release, name))}
        forms = {(form_of(token).encode(), term_of(token).encode()) for token in tokens}
        if any(form != term and written.get(form) != term for form, term in forms):
            yield f"forms of words of document {doc} do not lead to their terms"
            return


def _check_analysis(reader: SegmentReader, docs: npt.NDArray[np.int64]) -> Iterator[str]:
    """The postings of some documents are those that an analysis of the stored releases gives."""
    releases = [reader.records.release(int(doc)) for doc in docs]
    expected = _analysed(releases)
    titles = [title_key([title_words(release.title)]) for release in releases]
    if reader.columns.titles[docs].tolist() != titles:
        yield "the keys of titles are not those of the stored releases"
    postings = reader.postings
    whole = postings.piece(range(len(postings.lexicon)))
    renumber = np.full(reader.segment.documents, -1, np.int64)
    renumber[docs] = np.arange(len(docs))
    number = renumber[whole.docs]
    kept = number >= 0
    cells = np.repeat(np.arange(whole.split.size), whole.split.ravel())[kept]
    split = np.bincount(cells, minlength=whole.split.size).reshape(whole.split.shape)
    used = split.sum(axis=1) > 0
    terms = [term for term, keep in zip(whole.terms, used, strict=True) if keep]
    same = (
        terms == list(expected.terms)
        and (split[used] == expected.split).all()
        and (number[kept] == expected.docs).all()
        and (whole.freqs[kept] == expected.freqs).all()
        and (whole.positions[np.repeat(kept, whole.freqs)] == expected.positions).all()
    )
    if not same:
        yield "the postings are not those of the stored releases"


def _analysed(releases: Sequence[Release]) -> Inverted:
    numbers: dict[str, int] = {}
    tokens, lengths = [], []
    for name in FIELDS:
        rows = [[numbers.setdefault(t, len(numbers)) for t in analyze(getattr(r, name))] for r in releases]
        tokens.append(np.array([number for row in rows for number in row], np.int32))
        lengths.append(np.array([len(row) for row in rows], np.int64))
    return invert(list(numbers), tokens, lengths)


def _total(reader: SegmentReader) -> int:
    hashes = reader.columns.hashes
    live = hashes if reader.live is None else hashes[reader.live]
    return Generation(0, (), 0).plus(row.tobytes() for row in live)


def repair(directory: Path, *, wait: float = 0, software: str = "") -> Repair:
    """Build the index anew from the releases stored in it, as far as they can be read.

    The index stays as it is until the new one is whole. Where the file that says what the index is has been damaged,
    the segments that are there are taken for it. Raises IndexMissing and IndexIncompatible.
    """
    _find_segments(directory)
    lost = 0
    with IndexWriter(directory, wait=wait, rebuild=True, software=software) as writer:
        # Only from now on no other writer changes them.
        for segment in sorted(_find_segments(directory), key=lambda segment: _has_list(directory, segment)):
            read = 0
            for release, digest, origin in _salvage(directory, segment):
                writer.add(release, digest=digest, origin=origin)
                read += 1
            lost += max(segment.live - read, 0)
        return Repair(writer.commit(optimize=True), lost)


def _find_segments(directory: Path) -> Sequence[Segment]:
    """The segments of the index, or of a damaged one all that are there, the oldest first."""
    try:
        return read_generation(directory).segments
    except IndexDamaged:
        # A writer leaves no file that the last generation did not name, so that these are its segments.
        paths = sorted(directory.glob(f"{INDEX_NAME}_*.records"), key=lambda path: path.stat().st_mtime_ns)
        return [_find_segment(directory, path) for path in paths]


def _find_segment(directory: Path, path: Path) -> Segment:
    name = path.name.removesuffix(".records")
    try:
        documents = len(RecordsReader(ArrayReader(path)).ledger())
    except (IndexUnavailable, ValueError):
        documents = 0
    lists = sorted(directory.glob(f"{name}.*.deleted"), key=lambda path: path.stat().st_mtime_ns)
    segment = Segment(name, documents, (), lists[-1].name if lists else None)
    gone = len(_deleted(directory, segment)) if _has_list(directory, segment) else 0
    return replace(segment, deleted_count=gone)


def _has_list(directory: Path, segment: Segment) -> bool:
    """Whether it can be read which releases of a segment were deleted.

    A segment of which that is lost comes first, so that what was replaced since is replaced again.
    """
    try:
        _deleted(directory, segment)
    except IndexUnavailable:
        return False
    return True


def _salvage(directory: Path, segment: Segment) -> Iterator[tuple[Release, str, str]]:
    """The live releases of a segment that can be read, with what was recorded of them."""
    try:
        records = RecordsReader(ArrayReader(directory / f"{segment.name}.records"))
    except IndexUnavailable:
        return
    try:
        gone = set(_deleted(directory, segment))
    except IndexUnavailable:
        gone = set()
    try:
        ledger = records.ledger()
    except (IndexDamaged, ValueError):
        ledger = [("", "")] * segment.documents
    for doc in range(segment.documents):
        if doc in gone:
            continue
        try:
            yield (records.release(doc), *ledger[doc])
        except (IndexDamaged, RecordError, ValueError, IndexError):
            continue


def _deleted(directory: Path, segment: Segment) -> Sequence[int]:
    if segment.deleted is None:
        return ()
    numbers: list[int] = ArrayReader(directory / segment.deleted).array("deleted").tolist()
    return numbers
