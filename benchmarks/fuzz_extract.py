"""Mutated pages: check that `extract` raises only ExtractionError, whatever the page.

    python -m benchmarks.fuzz_extract [COUNT] [SEED]

Sample pages are cut, spliced, duplicated, and sprinkled with bytes that confuse parsers; each mutant is read once.
Print how many were read and refused, the slowest mutant, and every other exception with the number of its mutant. The
number and the seed reproduce the mutant. The exit status is 1 if there was another exception.
"""

from __future__ import annotations

import random
import sys
import time
import traceback
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from osce_search.errors import ExtractionError
from osce_search.extraction import extract

PAGES = Path(__file__).parents[1] / "corpus" / "pages"

NASTY = (
    b"\x00", b"\xff\xfe", b"\xef\xbb\xbf", b"\x80\x81", b"\xc3", b"\r", b"\xc2\xa0", b"\xc2\xad", b"<", b">",
    b"<!", b"<!--", b"-->", b"<![CDATA[", b"]]>", b"<?", b"<?xml version='1.0' encoding='", b"</", b"<p",
    b"<p>", b"<br><br>", b"<table><tr>", b"<td>", b"<dl><dt>", b"<a href='", b"<a href='http://[::1'>", b'"',
    b"'", b"&", b"&#", b"&#0;", b"&#x110000;", b"&#55296;", b"&amp;lt;p&amp;gt;", b"&lt;p&gt;", b"<script>",
    b"<script type='application/ld+json'>", b"[[[[", b'{"@graph":', b"</html>", b"<time datetime='", b"Date:",
    b"Date: 31 February 2003", b"Publishing date: ", b"\nPlace:\n", b"Source: , , ,", b"Location: ",
    b"VIENNA, 99 May 0000 - ", b"29 February 2001", b"0000-00-00", b"1/1/9999", b" - ", b"/", b"//", b"://",
    b"http://", b"node/", b"node/99999999999999999999", b"=?utf-8?b?", b"=?x?q?=00?=",
    b"Content-Type: text/html; charset=zlib\n\n", b"charset=utf-7", b"boundary=", b"<rss><channel><item>",
    b"<entry>", b'<!DOCTYPE x [<!ENTITY a "&a;">]>', b"&a;", b"\xe2\x80\xa8", b"\x1b", b"\xc3\x9f", b"\xc4\xb0",
    b"\xcd\x85", b"\xef\xbc\x91\xef\xbc\x92 May \xef\xbc\x92\xef\xbc\x90\xef\xbc\x92\xef\xbc\x90", b"\xc2\xb2",
    b"\xe0\xa5\xab \xe0\xa4\xae\xe0\xa4\x88 \xe0\xa5\xa8\xe0\xa5\xa6\xe0\xa5\xa8\xe0\xa5\xa6", b"\xed\x9f\xbf",
)  # fmt: skip
"""Insertions: bytes of other encodings, unclosed tags and quotes, labels without values, invalid dates."""


def pages() -> list[bytes]:
    """Return the sample pages of every format."""
    return [path.read_bytes() for path in sorted(PAGES.iterdir()) if path.suffix != ".toml"]


def mutate(seeds: Sequence[bytes], chance: random.Random) -> bytes:
    """Return one of the pages with one to twelve random changes."""
    page = bytearray(chance.choice(seeds))
    # Long menus would get most of the changes, so some pages are reduced to a window.
    if len(page) > 20_000 and chance.random() < 0.7:
        start = chance.randrange(len(page) - 10_000)
        page = page[start : start + 10_000]
    for _ in range(chance.randint(1, 12)):
        at, length = chance.randrange(len(page) + 1), int(chance.paretovariate(0.7))
        kind = chance.randrange(8)
        if kind == 0:
            del page[at : at + min(length, 2000)]
        elif kind == 1:
            page[at:at] = page[at : at + min(length, 500)] * chance.randint(1, 8)
        elif kind == 2:
            page[at:at] = chance.choice(NASTY) * chance.choice((1, 1, 1, 2, 40))
        elif kind == 3:
            other = chance.choice(seeds)
            start = chance.randrange(len(other))
            page[at:at] = other[start : start + min(length * 10, 4000)]
        elif kind == 4 and at < len(page):
            page[at] = chance.randrange(256)
        elif kind == 5:
            page[at : at + 1] = bytes([chance.randrange(256)])
        elif kind == 6:
            stop = min(len(page), at + min(length * 5, 3000))
            piece = page[at:stop]
            del page[at:stop]
            to = chance.randrange(len(page) + 1)
            page[to:to] = piece
        elif chance.random() < 0.2:
            del page[at:]
    return bytes(page)


def mutants(count: int, seed: int) -> Iterator[bytes]:
    """Yield `count` mutants. The number of a mutant and the seed reproduce it."""
    seeds = pages()
    for number in range(count):
        yield mutate(seeds, random.Random(seed * 1_000_003 + number))


def main() -> int:
    """Read the mutants and print the outcomes."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else 1
    outcome: Counter[str] = Counter()
    slowest, slow_number, failures = 0.0, -1, 0
    began = time.perf_counter()
    for number, page in enumerate(mutants(count, seed)):
        start = time.perf_counter()
        try:
            extract(page, f"mutant-{number}.html")
            outcome["read"] += 1
        except ExtractionError as error:
            outcome[f"refused: {error.reason.partition('(')[0].strip()}"] += 1
        except Exception:
            failures += 1
            outcome["failed"] += 1
            print(f"mutant {number} of seed {seed}:")
            traceback.print_exc(limit=-4, file=sys.stdout)
        took = time.perf_counter() - start
        if took > slowest:
            slowest, slow_number = took, number
    print(
        f"{count} mutants in {time.perf_counter() - began:.0f} s, the slowest {slowest:.2f} s (number {slow_number})"
    )
    for what, times in outcome.most_common():
        print(f"{times:8d} {what}")
    return 1 if failures else 0


if __name__ == "__main__":
    raise SystemExit(main())
