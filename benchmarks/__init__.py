"""Records, pages and questions → how fast and how well osce-search does beside its peers, as tables in docs/."""
