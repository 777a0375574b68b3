"""Evaluation: index × topics × judgements → measures, differences and a gate."""

from __future__ import annotations

import importlib.util

__all__ = ["check_extra"]

_NEEDED = {"ir_measures": "ir-measures", "scipy": "scipy", "yaml": "PyYAML"}


def check_extra() -> None:
    """Check that the packages of the extra `[eval]` are installed.

    Raise EvaluationError with the command that installs them if any is missing.
    """
    # pytest loads this room in every process, so it imports nothing until a test uses the plugin.
    from osce_search.errors import EvaluationError

    missing = [name for module, name in _NEEDED.items() if importlib.util.find_spec(module) is None]
    if missing:
        raise EvaluationError(
            f"{' and '.join(missing)} not installed; evaluation needs the extra: pip install 'osce-search[eval]'"
        )
