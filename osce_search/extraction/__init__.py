"""Extraction: page bytes → Release."""
