"""Ask: typed words → one engine's answer as JSON, in a process of its own.

`python -m benchmarks.ask tantivy DIRECTORY oil prices` is to an engine what `osce-search query … --json` is to this
project: open, parse, search, count four facets, print.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from benchmarks.peers import load
from benchmarks.questions import FACETS, Ask


def main(peer: str, directory: str, *words: str) -> None:
    """Print the ids of the ten best that have all words, and the counts."""
    engine = load(peer)
    engine.open(Path(directory))
    found = engine.read(engine.prepare(Ask(words, "all", facets=FACETS, total=True))())
    print(json.dumps({"ids": found.ids, "total": found.total, "counts": found.counts}))


if __name__ == "__main__":
    main(*sys.argv[1:])
