"""Backends: Query → Results, wherever the arrays live."""
