"""`osce-search eval`: the group of commands that measure ranking."""

from __future__ import annotations

from osce_search.evaluation.commands import eval as command

__all__ = ["command"]
