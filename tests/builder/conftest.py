"""What the tests of the builder share: pages that say in JSON what releases they hold."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from osce_search.builder import ingestion
from osce_search.errors import ExtractionError
from osce_search.release import Release


def extract_plainly(content: bytes, name: str = "", url: str | None = None) -> tuple[Release, ...]:
    """The releases in a page that is a list of records; a page that is none cannot be read."""
    try:
        return tuple(Release.from_record(record, name) for record in json.loads(content))
    except ValueError as error:
        raise ExtractionError(name, "no list of records") from error


@pytest.fixture(autouse=True)
def plain_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ingestion, "extract", extract_plainly)


@pytest.fixture
def write_page(tmp_path: Path) -> Callable[..., Path]:
    """What writes a page with these records into the directory `pages`."""

    def write(name: str, *records: dict[str, object]) -> Path:
        path = tmp_path / "pages" / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(
            json.dumps([{"title": "A visit", "text": "It began."} | record for record in records])
        )
        return path

    return write
