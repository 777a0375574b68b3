"""What all tests share."""

from __future__ import annotations

import gzip
import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from filelock import FileLock
from hypothesis import HealthCheck, settings

ROOT = Path(__file__).resolve().parents[1]

# No test depends on a clock: examples have no deadline, and a question has far more time than it needs.
settings.register_profile("suite", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("suite")
if not os.access(ROOT, os.W_OK):
    settings.register_profile("suite of another user", settings.get_profile("suite"), database=None)
    settings.load_profile("suite of another user")

# What a user has set for the program does not change a test.
_LOOK = ("NO_COLOR", "FORCE_COLOR", "CLICOLOR_FORCE", "FORCE_HYPERLINK")
for variable in [name for name in os.environ if name.startswith("OSCE_SEARCH_") or name in _LOOK]:
    del os.environ[variable]
os.environ["OSCE_SEARCH_SECONDS"] = "600"


@pytest.fixture(scope="session", autouse=True)
def _own_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Keep the settings, saved searches and caches of the user apart from those of the tests."""
    folder = tmp_path_factory.mktemp("home")
    with pytest.MonkeyPatch.context() as patch:
        for name in ("XDG_CONFIG_HOME", "XDG_CONFIG_DIRS", "XDG_STATE_HOME", "XDG_CACHE_HOME"):
            patch.setenv(name, str(folder / name.lower()))
        yield


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The measuring data beside the project; a test that asks for it is skipped where it is not there."""
    path = ROOT.parent / "shared" / "data"
    if not path.is_dir():
        pytest.skip("no measuring data beside the project")
    return path


@pytest.fixture(scope="session")
def corpus() -> Path:
    """The sample pages."""
    return ROOT / "corpus"


@pytest.fixture(scope="session")
def build_once(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str, Callable[[Path], object]], Path]:
    """A function that returns the directory of a name, which the first process that asks for it fills."""
    folder = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        folder = folder.parent

    def find(name: str, fill: Callable[[Path], object]) -> Path:
        path, part = folder / f"once-{name}", folder / f"part-{name}"
        with FileLock(folder / f"once-{name}.lock"):
            if not path.exists():
                fill(part)
                part.rename(path)
        return path

    return find


@pytest.fixture(scope="session")
def sample_index(corpus: Path, build_once: Callable[[str, Callable[[Path], object]], Path]) -> Path:
    """The directory of an index of the sample pages. Tests share it: they do not write to it."""
    from osce_search.builder import build

    return build_once("sample", lambda path: build([corpus], path))


@pytest.fixture(scope="session")
def reuters_index(shared_data: Path, build_once: Callable[[str, Callable[[Path], object]], Path]) -> Path:
    """The directory of an index of the news of Reuters. Tests share it: they do not write to it."""
    from osce_search.index.writer import IndexWriter
    from osce_search.release import Release

    def fill(path: Path) -> None:
        with gzip.open(shared_data / "reuters.jsonl.gz", "rt") as lines, IndexWriter(path) as writer:
            for line in lines:
                writer.add(Release.from_record(json.loads(line)))
            writer.commit()

    return build_once("reuters", fill)
