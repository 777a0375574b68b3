"""bm25s: scores are computed during indexing and summed by a search. It has no facets, filters or phrases."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import bm25s
import Stemmer
from bm25s.tokenization import Tokenizer

from benchmarks.peers import Answer, Record
from benchmarks.questions import Ask

__all__ = ["Bm25s"]


class Bm25s:
    """bm25s with NumPy, the English stemmer and its own list of stop words."""

    name = "bm25s"

    def version(self) -> str:
        """Return the version of the package."""
        return str(bm25s.__version__)

    def build(self, records: Iterable[Record], directory: Path) -> None:
        """Index records, and write the ids to a separate file, because bm25s numbers documents."""
        ids: list[str] = []
        texts: list[str] = []
        for record in records:
            ids.append(record["id"])
            texts.append(f"{record['title']}\n{record['text']}")
        tokenizer = _tokenizer()
        tokens = tokenizer.tokenize(texts, return_as="tuple", show_progress=False)
        retriever = bm25s.BM25(method="lucene")
        retriever.index(tokens, show_progress=False)
        retriever.save(str(directory))
        tokenizer.save_vocab(str(directory))
        (directory / "ids.json").write_text(json.dumps(ids))

    def open(self, directory: Path) -> None:
        """Load everything into memory."""
        self.retriever = bm25s.BM25.load(str(directory))
        self.tokenizer = _tokenizer()
        self.tokenizer.load_vocab(str(directory))
        self.ids: list[str] = json.loads((directory / "ids.json").read_text())

    def can(self, ask: Ask) -> bool:
        """Return True for queries of any word without facets, filters or totals."""
        plain = not (ask.facets or ask.filters or ask.since or ask.until or ask.total)
        return plain and ask.match == "any"

    def prepare(self, ask: Ask) -> Callable[[], list[str]]:
        """Return one call of `retrieve`."""
        text, ids = " ".join(ask.words), self.ids
        tokenize, retrieve = self.tokenizer.tokenize, self.retriever.retrieve

        def answer() -> list[str]:
            tokens = tokenize([text], update_vocab=False, return_as="ids", show_progress=False)
            docs, _ = retrieve(tokens, k=10, show_progress=False, backend_selection="numpy")
            return [ids[doc] for doc in docs[0].tolist()]

        return answer

    def read(self, raw: Any) -> Answer:
        """Return the ids."""
        return Answer(tuple(raw))

    def forget(self) -> None:
        """Do nothing: there are no caches."""


def _tokenizer() -> Any:
    return Tokenizer(stemmer=Stemmer.Stemmer("english"), stopwords="en")
