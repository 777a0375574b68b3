"""What is installed: locked by hash, built the same twice, and with what it should contain."""

from __future__ import annotations

import hashlib
import importlib.metadata
import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from pathlib import Path

import pytest

# One process builds what all of them look at.
pytestmark = pytest.mark.xdist_group("packaging")

ROOT = Path(__file__).resolve().parents[1]
LOCKS = sorted(ROOT.glob("requirements*.txt"))
PARTS = (
    "osce_search",
    "tests",
    "corpus",
    "docs",
    "examples",
    "scripts",
    "benchmarks",
    "index",
    "Makefile",
    "README.md",
    "ARCHITECTURE.md",
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "SECURITY.md",
    "CITATION.cff",
    "LICENSE",
    "mkdocs.yml",
    "pyproject.toml",
    *(lock.name for lock in LOCKS),
)
LEFT_OUT = shutil.ignore_patterns("__pycache__", "MAIN_*", "_MAIN_*", "osce-search.json")


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Two directories with a wheel and an sdist each, built from copies of different ages."""
    if not importlib.util.find_spec("hatchling"):
        pytest.skip("hatchling, which builds, is not installed")
    made = []
    for number in range(2):
        copy = tmp_path_factory.mktemp(f"built-{number}") / f"of-another-name-{number}"
        copy.mkdir()
        for name in PARTS:
            if (ROOT / name).is_dir():
                shutil.copytree(ROOT / name, copy / name, ignore=LEFT_OUT)
            elif (ROOT / name).exists():
                shutil.copy(ROOT / name, copy / name)
        for path in copy.rglob("*"):
            os.utime(path, (1_500_000_000 + number * 1_000_000,) * 2)
        code = "import hatchling.build as b; b.build_wheel('made'); b.build_sdist('made')"
        environ = os.environ | {"SOURCE_DATE_EPOCH": "1700000000"}
        subprocess.run([sys.executable, "-c", code], cwd=copy, env=environ, check=True, capture_output=True)
        made.append(copy / "made")
    return made[0], made[1]


def test_wheel_and_sdist_are_the_same_bytes_when_built_again(built: tuple[Path, Path]) -> None:
    one, other = (
        {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.iterdir()}
        for folder in built
    )
    assert len(one) == 2
    assert one == other


def test_the_wheel_has_the_package_with_its_tables_and_nothing_else(built: tuple[Path, Path]) -> None:
    wheel = next(built[0].glob("*.whl"))
    names = set(zipfile.ZipFile(wheel).namelist())
    ours = {
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "osce_search").rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert ours <= names
    assert {"osce_search/vocabulary/tables/country.csv", "osce_search/py.typed"} <= names
    assert {name.split("/")[0] for name in names - ours} == {f"osce_search-{version()}.dist-info"}
    assert {Path(name).name for name in names - ours} == {
        "METADATA",
        "WHEEL",
        "RECORD",
        "entry_points.txt",
        "LICENSE",
    }
    assert wheel.name.endswith("-py3-none-any.whl")


def test_the_sdist_has_what_builds_and_tests_the_package_and_nothing_else(built: tuple[Path, Path]) -> None:
    with tarfile.open(next(built[0].glob("*.tar.gz"))) as archive:
        members = archive.getmembers()
    assert all(member.isfile() for member in members)
    copy = built[0].parent
    there = {path.relative_to(copy).as_posix() for path in copy.rglob("*") if path.is_file()}
    built_there = {path for path in there if path.startswith("made/")}
    inside = {member.name.partition("/")[2] for member in members}
    assert inside == there - built_there | {"PKG-INFO"}


def version() -> str:
    found = re.search(r'__version__ = "(.+)"', (ROOT / "osce_search" / "__init__.py").read_text("utf-8"))
    assert found
    return found[1]


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.name)
def test_every_locked_package_has_its_version_and_hashes_and_no_address(lock: Path) -> None:
    text = lock.read_text("utf-8")
    entries = re.split(r"\n(?=[A-Za-z])", text)
    for entry in entries:
        if re.match(r"[A-Za-z]", entry):
            assert re.match(r"[A-Za-z0-9._-]+==\S+", entry), entry[:80]
            assert re.search(r"--hash=sha256:[0-9a-f]{64}", entry), entry[:80]
    assert not re.search(r"https?://|git\+|--(extra-)?index-url|--trusted-host|--find-links", text)


def test_nothing_is_run_to_build_but_a_locked_builder() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    assert [re.split(r"[<>=]", item)[0] for item in project["build-system"]["requires"]] == ["hatchling"]
    assert "hooks" not in project["tool"].get("hatch", {}).get("build", {})
    assert "hatchling==" in (ROOT / "requirements-dev.txt").read_text("utf-8")
    rules = (ROOT / "Makefile").read_text("utf-8").splitlines()
    assert sum("pip install" in line for line in rules) == 1
    installs = [line for line in rules if "$(INSTALL)" in line]
    assert len(installs) > 2
    assert all("--require-hashes" in line or "--no-deps" in line for line in installs)


def test_the_lock_of_the_program_alone_names_no_tool_that_tests() -> None:
    lock = (ROOT / "requirements.txt").read_text("utf-8")
    names = set(re.findall(r"(?m)^([a-z0-9._-]+)==", lock))
    assert {"whoosh", "numpy", "lxml", "click", "beautifulsoup4", "filelock", "rich", "pystemmer"} <= names
    assert not names & {"pytest", "hypothesis", "mypy", "ruff", "hatchling", "ir-measures"}
    developed = (ROOT / "requirements-dev.txt").read_text("utf-8")
    assert set(re.findall(r"(?m)^\S+==\S+", lock)) <= set(re.findall(r"(?m)^\S+==\S+", developed))


def test_the_bill_of_materials_names_every_locked_package() -> None:
    printed = subprocess.run(
        [sys.executable, "scripts/sbom"], cwd=ROOT, check=True, capture_output=True
    ).stdout
    bill = json.loads(printed)
    assert (bill["bomFormat"], bill["specVersion"]) == ("CycloneDX", "1.5")
    lock = (ROOT / "requirements-dev.txt").read_text("utf-8")
    named = {(part["name"], part["version"]) for part in bill["components"]}
    assert named == set(re.findall(r"(?m)^([a-z0-9._-]+)==([^\s;]+)", lock))
    assert sum(len(part["properties"]) for part in bill["components"]) > lock.count("--hash=")
    required = {part["name"] for part in bill["components"] if part["scope"] == "required"}
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    asked = [
        *project["dependencies"],
        *(item for extra in project["optional-dependencies"].values() for item in extra),
    ]
    assert {re.split(r"[<>=\[]", item)[0].lower() for item in asked} <= required
    assert "mypy" not in required
    refs = {item["ref"] for item in bill["dependencies"]}
    assert all(used in refs for item in bill["dependencies"] for used in item["dependsOn"])


def test_the_parts_that_are_installed_are_those_that_are_locked() -> None:
    """A pinned version that is not the installed one would make every other test say little."""
    lock = (ROOT / "requirements-dev.txt").read_text("utf-8")
    locked: dict[str, set[str]] = {}
    for name, number in re.findall(r"(?m)^([a-z0-9._-]+)==([^\s;]+)", lock):
        locked.setdefault(name, set()).add(number)
    for name in ("numpy", "lxml", "click", "beautifulsoup4", "filelock"):
        assert importlib.metadata.version(name) in locked[name], f"{name}: make test installs what is locked"
