"""The map shows every room, and only what is there."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "osce_search"


def test_every_room_and_module_at_the_top_has_one_heading() -> None:
    headings = re.findall(
        r"^## \[`([\w./]+)`\]", (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8"), re.M
    )
    rooms = {f"{path.name}/" for path in PACKAGE.iterdir() if (path / "__init__.py").exists()}
    modules = {path.name for path in PACKAGE.glob("*.py") if not path.name.startswith("__")}
    assert sorted(headings) == sorted(rooms | modules)


def test_every_path_that_a_document_links_to_is_there() -> None:
    for page in (*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md"), ROOT / "corpus" / "README.md"):
        for target in re.findall(r"\]\(([^)#:]+)\)", page.read_text(encoding="utf-8")):
            assert (page.parent / target).exists(), f"{page.name} → {target}"


def test_the_first_line_of_every_room_is_its_arrow() -> None:
    for path in PACKAGE.glob("*/__init__.py"):
        first = path.read_text(encoding="utf-8").splitlines()[0]
        assert re.match(r'"""\w[\w ]*: .+', first), path
        assert "→" in first or path.parent.name == "query", path


def test_every_module_says_in_its_first_line_what_it_owns() -> None:
    for path in PACKAGE.rglob("*.py"):
        first = path.read_text(encoding="utf-8").splitlines()[0]
        assert re.match(r'"""\S.{15,}', first), path


def test_no_module_is_named_for_what_it_is_not() -> None:
    names = {path.stem for path in PACKAGE.rglob("*.py")}
    assert names.isdisjoint({"utils", "helpers", "common", "core", "misc"})
