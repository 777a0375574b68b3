"""Console: Results → text for people at a terminal."""
