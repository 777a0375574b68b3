"""Check: an index on disk → the damage in it, or a repaired index."""
