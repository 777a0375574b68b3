"""Check: an index on disk → what is damaged in it, and a sound one again."""
