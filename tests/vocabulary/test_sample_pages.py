"""The sample pages, with their traps, are about the countries that the files beside them say."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

import pytest

from osce_search.builder.ingestion import enrich
from osce_search.extraction import extract
from osce_search.release import Release
from osce_search.vocabulary import canonical

Pair = tuple[str, set[str], set[str]]


def measure(pairs: list[Pair]) -> tuple[float, float, list[Pair]]:
    """Precision and recall over all values, and the pairs that differ."""
    hits = sum(len(found & wanted) for _, found, wanted in pairs)
    precision = hits / sum(len(found) for _, found, _ in pairs)
    recall = hits / sum(len(wanted) for _, _, wanted in pairs)
    return precision, recall, [pair for pair in pairs if pair[1] != pair[2]]


def test_the_sample_pages_are_about_the_countries_expected_of_them(corpus: Path) -> None:
    pairs: list[Pair] = []
    for path in sorted((corpus / "pages").glob("*.toml")):
        page = next(other for other in path.parent.glob(f"{path.stem}.*") if other.suffix != ".toml")
        releases = {release.title: release for release in extract(page.read_bytes(), page.name)}
        for expected in tomllib.loads(path.read_text("utf-8"))["release"]:
            if "country" in expected and expected["title"] in releases:
                wanted = {canonical("country", label) for label in expected["country"]}
                pairs.append((expected["title"], set(enrich(releases[expected["title"]]).country), wanted))
    precision, recall, misses = measure(pairs)
    assert len(pairs) > 150
    assert precision >= 0.97, misses
    assert recall >= 0.96, misses


@pytest.mark.data
def test_real_releases_are_about_the_countries_an_indexer_gave(shared_data: Path) -> None:
    pairs: list[Pair] = []
    for line in (shared_data / "osce" / "labelled-dev.jsonl").read_text("utf-8").splitlines():
        labels = json.loads(line)
        release = Release.from_record(
            {
                "id": labels["id"],
                "title": labels["title"],
                "text": f"{labels['dateline'] or ''} {labels['lede']}".strip(),
                "date": labels["date"],
                "source": labels["where"],
            }
        )
        wanted = {canonical("country", label) for label in labels["gold_countries"]}
        pairs.append((labels["title"], set(enrich(release).country), wanted))
    precision, recall, misses = measure(pairs)
    assert precision >= 0.97, misses
    assert recall >= 0.97, misses
