"""Rankers: documents and bags of words → rankings of osce-search and of the engines it is compared with.

Each engine indexes the documents in its simplest way, and is asked every topic as the same bag of words, of which
any may match. None is tuned to the collections.
"""

from __future__ import annotations

import re
import sqlite3
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from osce_search.backends import open_index
from osce_search.errors import RecordError
from osce_search.evaluation.rankings import IndexSearch, rank_hits
from osce_search.evaluation.topics import Topic
from osce_search.index.writer import IndexWriter
from osce_search.release import Release

DEPTH = 1000
_WORD = re.compile(r"[^\W_]+")

Ranking = list[str]
Rank = Callable[[str], Ranking]
"""A function from a bag of words to ids, best first."""


@dataclass(frozen=True, slots=True)
class Document:
    """A document to index; the title may be empty."""

    id: str
    title: str
    text: str


FEEDS = ("text", "title and text")
"""The content of the one field of an engine. Abstracts often begin with their title, so either can be better."""


def feed(document: Document, how: str) -> str:
    """Return the content of a document for an engine with one field."""
    return document.text if how == "text" else f"{document.title}\n{document.text}"


def words(text: str) -> list[str]:
    """Return the words of a topic in lower case, without punctuation that an engine could take for syntax."""
    return [word.lower() for word in _WORD.findall(text)]


# ── osce-search ──────────────────────────────────────────────────────────────────────────────────────────────


def build_osce(documents: Sequence[Document], path: Path) -> int:
    """Index documents, and return how many were refused because they are empty."""
    refused = 0
    with IndexWriter(path) as writer:
        for document in documents:
            record = {"id": document.id, "title": document.title, "text": document.text}
            try:
                writer.add(Release.from_record(record))
            except RecordError:
                refused += 1
        writer.commit()
    return refused


def rank_osce(path: Path, profile: str) -> Rank:
    """Return the ranker of osce-search over an index."""
    search = IndexSearch(open_index(path), profile=profile, operator="any", depth=DEPTH)
    return lambda text: [item.doc for item in rank_hits(search(Topic("bag", text, plain=True)))]


# ── the others ───────────────────────────────────────────────────────────────────────────────────────────────


def rank_tantivy(documents: Sequence[Document], how: str) -> Rank:
    """Return the ranker of tantivy with the tokenizer en_stem. Title and text are two fields."""
    import tantivy

    builder = tantivy.SchemaBuilder()
    builder.add_text_field("id", stored=True, tokenizer_name="raw")
    fields = ["text"] if how == "text" else ["title", "text"]
    for name in fields:
        builder.add_text_field(name, tokenizer_name="en_stem")
    index = tantivy.Index(builder.build())
    writer = index.writer(heap_size=50_000_000, num_threads=1)
    for document in documents:
        values = {name: getattr(document, name) for name in fields}
        writer.add_document(tantivy.Document(id=document.id, **values))
    writer.commit()
    writer.wait_merging_threads()
    index.reload()
    searcher = index.searcher()

    def rank(text: str) -> Ranking:
        # A word by itself between spaces is an alternative; `and` and `or` are operators only in capitals.
        query = index.parse_query(" ".join(words(text)), fields)
        return [searcher.doc(address)["id"][0] for _, address in searcher.search(query, DEPTH).hits]

    return rank


def rank_fts5(documents: Sequence[Document], how: str) -> Rank:
    """Return the ranker of SQLite FTS5 with its tokenizer porter and its function bm25."""
    database = sqlite3.connect(":memory:")
    database.execute(
        "create virtual table documents using fts5(id unindexed, body, tokenize = 'porter unicode61')"
    )
    database.executemany(
        "insert into documents values (?, ?)", [(document.id, feed(document, how)) for document in documents]
    )

    def rank(text: str) -> Ranking:
        match = " OR ".join(f'"{word}"' for word in words(text))
        found = database.execute(
            "select id from documents where documents match ? order by rank limit ?", (match, DEPTH)
        )
        return [id for (id,) in found] if match else []

    return rank


def rank_bm25s(documents: Sequence[Document], how: str) -> Rank:
    """Return the ranker of bm25s with English stop words, the English Snowball stemmer, k1 1.2 and b 0.75."""
    import bm25s
    import Stemmer

    stemmer = Stemmer.Stemmer("english")
    tokens = bm25s.tokenize(
        [feed(document, how) for document in documents], stopwords="en", stemmer=stemmer, show_progress=False
    )
    engine = bm25s.BM25(k1=1.2, b=0.75)
    engine.index(tokens, show_progress=False)
    known = set(tokens.vocab)

    def rank(text: str) -> Ranking:
        asked = bm25s.tokenize(
            [" ".join(words(text))], stopwords="en", stemmer=stemmer, show_progress=False, return_ids=False
        )[0]
        asked = [token for token in asked if token in known]
        if not asked:
            return []
        places, scores = engine.retrieve([asked], k=min(DEPTH, len(documents)), show_progress=False)
        pairs = zip(places[0], scores[0], strict=True)
        return [documents[place].id for place, score in pairs if score > 0]

    return rank


def rank_whoosh(documents: Sequence[Document], how: str) -> Rank:
    """Return the ranker of stock Whoosh with StemmingAnalyzer and BM25F. Title and text are two fields."""
    from whoosh import fields, index, query
    from whoosh.analysis import StemmingAnalyzer

    analyzer = StemmingAnalyzer(cachesize=-1)
    names = ["text"] if how == "text" else ["title", "text"]
    schema = fields.Schema(
        id=fields.ID(stored=True), **{name: fields.TEXT(analyzer=analyzer) for name in names}
    )
    directory = tempfile.TemporaryDirectory()
    writer = index.create_in(directory.name, schema).writer(limitmb=256)
    for document in documents:
        writer.add_document(id=document.id, **{name: getattr(document, name) for name in names})
    writer.commit()
    searcher = index.open_dir(directory.name).searcher()

    def rank(text: str) -> Ranking:
        held = directory  # The files stay for as long as this function does.
        terms = [token.text for token in analyzer(" ".join(words(text)), mode="query")]
        asked = query.Or([query.Term(name, term) for term in terms for name in names])
        return [hit["id"] for hit in searcher.search(asked, limit=DEPTH)] if held and terms else []

    return rank


PEERS: dict[str, tuple[Callable[[Sequence[Document], str], Rank], Callable[[], str]]] = {
    "tantivy (en_stem)": (rank_tantivy, lambda: metadata.version("tantivy")),
    "SQLite FTS5 (porter)": (rank_fts5, lambda: sqlite3.sqlite_version),
    "bm25s (English)": (rank_bm25s, lambda: metadata.version("bm25s")),
    "Whoosh BM25F": (rank_whoosh, lambda: metadata.version("whoosh")),
}
"""The other engines by name: the function that makes a ranker of documents, and the version."""
