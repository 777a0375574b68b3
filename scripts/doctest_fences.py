"""Doctest fences: an extension of griffe that shows the doctests of docstrings as code in the API reference."""

from __future__ import annotations

import re
from typing import Any

import griffe

# A paragraph that begins with a prompt, up to an empty line or the end.
DOCTEST = re.compile(r"(?:^[ ]*>>> .*\n?)(?:^(?!\s*$).*\n?)*", re.M)


class DoctestFences(griffe.Extension):
    """Put each doctest between fences, as Markdown takes `>>>` for a quotation."""

    def on_object(self, *, obj: griffe.Object, **kwargs: Any) -> None:
        if obj.docstring:
            obj.docstring.value = DOCTEST.sub(
                lambda found: f"```pycon\n{found[0].rstrip()}\n```\n", obj.docstring.value
            )
