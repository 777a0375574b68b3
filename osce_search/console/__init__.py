"""Console: Results → text that people read on a terminal."""
