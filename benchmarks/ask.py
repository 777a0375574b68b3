"""Ask: typed words → the answer of one engine as JSON, in a process of its own.

`python -m benchmarks.ask tantivy DIRECTORY oil prices` does for another engine what `osce-search query … --json` does
for this project: open, parse, search, count four facets, print.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from benchmarks.peers import load
from benchmarks.questions import FACETS, Ask


def main(peer: str, directory: str, *words: str) -> None:
    """Print the ids of the ten best documents that have all words, and the counts."""
    engine = load(peer)
    engine.open(Path(directory))
    found = engine.read(engine.prepare(Ask(words, "all", facets=FACETS, total=True))())
    print(json.dumps({"ids": found.ids, "total": found.total, "counts": found.counts}))


if __name__ == "__main__":
    main(*sys.argv[1:])
