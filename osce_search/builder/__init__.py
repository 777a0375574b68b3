"""Builder: sources on disk → index, with a report of what was not read and why."""

from osce_search.builder.build import build, extract_dropped, extract_sources
from osce_search.builder.build_report import Collision, Failure, Progress, Report, UnknownLabel
from osce_search.builder.ingestion import enrich

__all__ = [
    "Collision",
    "Failure",
    "Progress",
    "Report",
    "UnknownLabel",
    "build",
    "enrich",
    "extract_dropped",
    "extract_sources",
]
