"""Templates: the OSCE's page generations, with signatures and selectors → which one a page is, and values of it.

A template is a TOML file of this directory. The files are tried in the order of their names; the first whose signature
fits names the page (`Release.parser`). A page that fits none is `generic`, and is read without selectors.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from lxml import etree

from osce_search.extraction.layout import clean_line

__all__ = ["SAMPLE", "Template", "Traits", "name_page", "select_values", "templates"]

GENERIC = "generic"

SAMPLE = 40
"""The first and last lines of a copy, this many of each, are searched for the line of a signature."""


@dataclass(frozen=True, slots=True)
class Traits:
    """What a signature is compared with: the shape of a page, the meanings of its labels, its lines, its head."""

    copied: bool
    labels: frozenset[str]
    lines: Sequence[str] = ()
    markup: str = ""
    head: frozenset[str] = frozenset()
    front: bool = False


@dataclass(frozen=True, slots=True)
class Signature:
    """What a page must have. `any` are labels of which `least` must be there, `all` those that all must be there."""

    copied: bool | None = None
    all: tuple[str, ...] = ()
    any: tuple[str, ...] = ()
    least: int = 1
    markup: tuple[str, ...] = ()
    line: str = ""
    head: str = ""
    front: bool = False

    def fits(self, page: Traits) -> bool:
        """Whether a page has all of it."""
        return (
            (self.copied is None or self.copied == page.copied)
            and page.labels.issuperset(self.all)
            and (not self.any or len(page.labels.intersection(self.any)) >= self.least)
            and all(name in page.markup for name in self.markup)
            and (not self.head or self.head in page.head)
            and (not self.front or page.front)
            and (not self.line or any(re.search(self.line, line, re.IGNORECASE) for line in page.lines))
        )


@dataclass(frozen=True, slots=True)
class Template:
    """One page generation: the name that it gives a page, its signatures (one must fit), and XPaths by field."""

    parser: str
    signatures: tuple[Signature, ...]
    selectors: Mapping[str, tuple[etree.XPath, ...]]

    def select(self, root: etree._Element) -> dict[str, tuple[str, ...]]:
        """Return the texts that the selectors find, by field; the first selector that finds any counts.

        The selectors of `scope` find the elements in which all others look.
        """
        found: dict[str, tuple[str, ...]] = {}
        scopes = [node for path in self.selectors.get("scope", ()) for node in _nodes(path, root)]
        for name, paths in self.selectors.items():
            for path in paths if name != "scope" else ():
                if texts := tuple(
                    filter(None, (_text_of(node) for scope in scopes for node in _nodes(path, scope)))
                ):
                    found[name] = texts
                    break
        return found


@cache
def templates() -> tuple[Template, ...]:
    """Return the templates in the order in which they are tried."""
    return tuple(_load(path) for path in sorted(Path(__file__).parent.glob("*.toml")))


def name_page(page: Traits) -> str:
    """Return the name of the first template that fits, or `generic`.

    >>> name_page(Traits(copied=False, labels=frozenset(("published", "type"))))
    'site-2025'
    """
    return next((template.parser for template in _fitting(page)), GENERIC)


def select_values(markup: str, root: etree._Element) -> dict[str, tuple[str, ...]]:
    """Return the values that the template of a page finds by its selectors; nothing for a page without one."""
    page = Traits(copied=False, labels=frozenset(), markup=markup)
    fitting = (template for template in templates() if template.selectors)
    return next((template.select(root) for template in fitting if _fits(template, page)), {})


def _fitting(page: Traits) -> Iterator[Template]:
    return (template for template in templates() if _fits(template, page))


def _fits(template: Template, page: Traits) -> bool:
    return any(signature.fits(page) for signature in template.signatures)


def _load(path: Path) -> Template:
    data: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
    signatures = [Signature(**_tuples(data[part])) for part in ("signature", "or") if part in data]
    selectors = {
        name: tuple(etree.XPath(path) for path in paths) for name, paths in data.get("selectors", {}).items()
    }
    return Template(data["parser"], tuple(signatures), selectors)


def _tuples(table: Mapping[str, Any]) -> dict[str, Any]:
    return {name: tuple(value) if isinstance(value, list) else value for name, value in table.items()}


def _nodes(path: etree.XPath, node: etree._Element) -> list[etree._Element]:
    found = path(node)
    return [item for item in found if isinstance(item, etree._Element)] if isinstance(found, list) else []


def _text_of(node: etree._Element) -> str:
    return clean_line("".join(map(str, node.itertext())))
