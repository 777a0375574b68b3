"""Storage: bytes → files that last, and the one file that says which of them are the index."""
