"""Formats: Results → JSON, CSV, Markdown and citations for other programs."""
