"""Formats: Results → text that other programs read."""
