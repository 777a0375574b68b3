"""Extra: whether what evaluation needs beyond the core is installed."""

from __future__ import annotations

import importlib.util

from osce_search.errors import EvaluationError

__all__ = ["check_extra"]

_NEEDED = {"ir_measures": "ir-measures", "yaml": "PyYAML"}


def check_extra() -> None:
    """Nothing, or EvaluationError that says what to install."""
    missing = [name for module, name in _NEEDED.items() if importlib.util.find_spec(module) is None]
    if missing:
        raise EvaluationError(
            f"{' and '.join(missing)} not installed; evaluation needs the extra: pip install 'osce-search[eval]'"
        )
