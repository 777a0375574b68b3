"""The site has every document, the API reference every public name, and the forge runs what CI runs."""

from __future__ import annotations

import importlib
import importlib.machinery
import importlib.util
import re
from pathlib import Path
from types import ModuleType

import pytest
import yaml

import osce_search

ROOT = Path(__file__).resolve().parents[1]
REFERENCE = (ROOT / "docs" / "reference.md").read_text(encoding="utf-8")
DIRECTIVES = re.findall(r"^::: ([\w.]+)\n((?: {4}.*\n)*)", REFERENCE, re.M)


def load_script() -> ModuleType:
    """Return scripts/site as a module."""
    loader = importlib.machinery.SourceFileLoader("site_script", str(ROOT / "scripts" / "site"))
    spec = importlib.util.spec_from_loader("site_script", loader)
    assert spec
    module = importlib.util.module_from_spec(spec)
    loader.exec_module(module)
    return module


def members(options: str) -> list[str]:
    """Return the members that the options of a directive list."""
    found = re.search(r"members: \[(.+)\]", options)
    return found[1].split(", ") if found else []


def find(path: str) -> object:
    """Return the module, class or function at a dotted path."""
    try:
        return importlib.import_module(path)
    except ModuleNotFoundError:
        module, _, name = path.rpartition(".")
        return getattr(importlib.import_module(module), name)


def test_every_document_stands_in_the_navigation() -> None:
    listed = re.findall(r"^ +- [^:\n]+: (\S+\.md)$", (ROOT / "mkdocs.yml").read_text("utf-8"), re.M)
    pages = [*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md"), *(ROOT / "examples").rglob("*.md")]
    assert {path.relative_to(ROOT).as_posix() for path in pages} <= set(listed)
    assert [page for page in listed if not (ROOT / page).is_file()] == []


@pytest.mark.parametrize(("path", "options"), DIRECTIVES, ids=[path for path, _ in DIRECTIVES])
def test_the_reference_names_only_what_is_there(path: str, options: str) -> None:
    assert [name for name in members(options) if not hasattr(find(path), name)] == []
    assert find(path) is not None


def test_the_reference_has_every_public_name() -> None:
    named = {name for _, options in DIRECTIVES for name in members(options)}
    named |= {path.rpartition(".")[2] for path, _ in DIRECTIVES}
    assert set(osce_search.__all__) - named == {"__version__"}


def test_a_link_to_a_source_file_leads_to_a_page_that_shows_it() -> None:
    script = load_script()
    text = "[errors](../osce_search/errors.py#x) [schemas](schema/) [facets](facets.md) [web](https://osce.example/a.py)"
    shown, sources = script.prepare("docs/query.md", text)
    assert shown == (
        "[errors](../osce_search/errors.py.md#x) [schemas](schema.md) [facets](facets.md) [web](https://osce.example/a.py)"
    )
    assert sources == {ROOT / "osce_search" / "errors.py", ROOT / "docs" / "schema"}
    page = script.source_page(ROOT / "osce_search" / "errors.py")
    assert '# osce_search/errors.py\n\n```python\n"""' in page


def test_a_named_block_keeps_its_name_as_a_title() -> None:
    shown, _ = load_script().prepare("docs/relevance.md", "```json records.jsonl\n{}\n```\n")
    assert shown == '```json title="records.jsonl"\n{}\n```\n'


def test_what_a_page_loads_from_another_host_is_found() -> None:
    page = '<script src="https://cdn.example/a.js"></script> <a href="https://osce.example">x</a> <img src="a.png">'
    assert load_script().FETCHED.findall(page) == ["https://cdn.example/a.js"]


def test_the_citation_has_the_version_of_the_package() -> None:
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    assert citation["version"] == osce_search.__version__
    assert citation["license"] == "MIT"


def test_the_forge_runs_every_target_of_ci() -> None:
    workflow = ROOT / ".github" / "workflows" / "ci.yml"
    if not workflow.is_file():
        pytest.skip("the sources of a release have no files for a forge")
    jobs = yaml.safe_load(workflow.read_text(encoding="utf-8"))["jobs"].values()
    runs = "\n".join(step["run"] for job in jobs for step in job["steps"] if "run" in step)
    targets = re.search(r"^for target in (.+); do$", (ROOT / ".ci" / "run").read_text("utf-8"), re.M)
    assert targets
    assert set(targets[1].split()) - set(re.findall(r"make ([\w-]+)", runs)) == set()
