"""Evaluation: index × topics × judgements → measures, differences and a gate."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import NamedTuple

__all__ = ["Paths", "check_extra"]

_NEEDED = {"ir_measures": "ir-measures", "scipy": "scipy", "yaml": "PyYAML"}


class Paths(NamedTuple):
    """The files of a relevance test, None for each that is missing. The baseline may be yet to be written."""

    topics: Path | None = None
    qrels: Path | None = None
    rules: Path | None = None
    accepted: Path | None = None
    baseline: Path | None = None


def check_extra() -> None:
    """Check that the packages of the extra `[eval]` are installed.

    Raise EvaluationError with the command that installs them if any is missing.
    """
    # pytest loads this room in every process, so it imports nothing until a test uses the plugin.
    from osce_search.errors import EvaluationError

    missing = [name for module, name in _NEEDED.items() if importlib.util.find_spec(module) is None]
    if missing:
        raise EvaluationError(
            f"evaluation needs packages that are not installed ({', '.join(missing)}); "
            "install them with: pip install 'osce-search[eval]'"
        )
