"""Records, pages and queries → speed and quality of osce-search and its peers, as tables in docs/."""
