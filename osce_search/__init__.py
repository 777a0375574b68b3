"""Ranked, faceted, citable search over the press releases of the OSCE."""

__version__ = "0.1.0"
