"""Facet: matching documents × ordinals → counts, buckets and names of values."""
