"""Doctest fences: an extension of griffe that shows the doctests of docstrings as code in the API reference."""

from __future__ import annotations

import re
from typing import Any

import griffe

# A paragraph that begins with a prompt, up to an empty line or the end.
DOCTEST = re.compile(r"(?:^[ ]*>>> .*\n?)(?:^(?!\s*$).*\n?)*", re.M)


class DoctestFences(griffe.Extension):
    """Put each doctest between fences, as Markdown takes `>>>` for a quotation."""

    def on_package(self, *, pkg: griffe.Module, **kwargs: Any) -> None:
        fence(pkg)


def fence(found: griffe.Object) -> None:
    """Change the docstring of an object and of everything in it."""
    if found.docstring:
        found.docstring.value = DOCTEST.sub(
            lambda text: f"```pycon\n{text[0].rstrip()}\n```\n", found.docstring.value
        )
    for member in found.members.values():
        if isinstance(member, griffe.Object):
            fence(member)
