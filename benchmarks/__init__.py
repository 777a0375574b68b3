"""Records and questions → how long osce-search and its peers take, as tables in docs/benchmarks.md."""
