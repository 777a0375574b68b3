"""Report: what a build did → JSON."""

from __future__ import annotations

import dataclasses

from osce_search.builder.report import Report
from osce_search.formats.answer import SCHEMA_VERSION, print_object

__all__ = ["print_report"]


def print_report(report: Report) -> str:
    """A report as a JSON object on one line."""
    return print_object({"schema_version": SCHEMA_VERSION, **dataclasses.asdict(report)})
