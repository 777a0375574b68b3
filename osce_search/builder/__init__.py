"""Builder: sources on disk → index, with a report of what was not read and why."""

from osce_search.builder.build import build, extract_sources
from osce_search.builder.enrichment import enrich
from osce_search.builder.report import Failure, Progress, Report, UnknownLabel

__all__ = ["Failure", "Progress", "Report", "UnknownLabel", "build", "enrich", "extract_sources"]
