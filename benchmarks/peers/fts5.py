"""SQLite FTS5 with its Porter tokenizer; facets by joining the matches with a table of values."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from benchmarks.peers import Answer, Record
from benchmarks.questions import Ask

__all__ = ["Fts5"]

_FILE = "fts5.db"
_FACETS = ("country", "field", "source", "year")
_SCHEMA = """
create table release(doc integer primary key, id text, title text, text text, date text);
create virtual table words using fts5(title, text, content='release', content_rowid='doc', tokenize='porter');
create table value(number integer primary key, facet integer, name text, unique(facet, name));
create table has(doc integer, facet integer, value integer, primary key(doc, facet, value)) without rowid;
"""
_TOP = """
select id from release join (select rowid as hit from words {where} order by rank limit 10) on doc = hit
"""
# One pass for all facets: each match has flags for the filters it passes, and each facet ignores its own filter. It is
# fastest to group values by number and to join the names after counting.
_COUNTS = """
with hits as materialized (select rowid as hit{passes} from words {where}),
counts as (
  select value, count(*) as many from hits cross join has on doc = hit {under} group by value
),
ordered as (
  select facet, name, many, row_number() over (partition by facet order by many desc, name) as place
  from counts join value on number = value
)
select facet, name, many from ordered where place <= 10
"""
# With many matches a set of the releases that pass is faster, with few a lookup of each.
_PASSES = {
    "any": "+words.rowid in (select doc from has where facet = {facet} and value in ({values}))",
    "all": "exists (select 1 from has where doc = words.rowid and facet = {facet} and value in ({values}))",
}
_DATED = {
    "any": "+words.rowid in (select doc from release where date between '{since}' and '{until}')",
    "all": "(select date from release where doc = words.rowid) between '{since}' and '{until}'",
}

_Raw = tuple[list[tuple[Any, ...]], int | None, list[tuple[Any, ...]]]


class Fts5:
    """SQLite FTS5 over one connection, with the whole file mapped into memory."""

    name = "FTS5"
    database: sqlite3.Connection
    numbers: dict[tuple[int, str], int]

    def version(self) -> str:
        """Return the version of SQLite."""
        return sqlite3.sqlite_version

    def build(self, records: Iterable[Record], directory: Path) -> None:
        """Index records in one transaction, without a journal, and optimise."""
        database = sqlite3.connect(directory / _FILE)
        database.executescript(f"pragma journal_mode=off; pragma synchronous=off; {_SCHEMA}")
        numbers: dict[tuple[int, str], int] = {}
        for doc, record in enumerate(records, 1):
            title, text, date = record["title"], record["text"], record.get("date", "")
            database.execute("insert into release values(?,?,?,?,?)", (doc, record["id"], title, text, date))
            database.execute("insert into words(rowid, title, text) values(?,?,?)", (doc, title, text))
            for facet, name in enumerate(_FACETS):
                values = [date[:4]] if name == "year" else record.get(name, ())
                rows = [
                    (doc, facet, numbers.setdefault((facet, item), len(numbers) + 1))
                    for item in values
                    if item
                ]
                database.executemany("insert or ignore into has values(?,?,?)", rows)
        database.executemany(
            "insert into value values(?,?,?)", [(number, *key) for key, number in numbers.items()]
        )
        database.execute("create index has_value on has(facet, value, doc)")
        database.execute("create index release_date on release(date, doc)")
        database.execute("insert into words(words) values('optimize')")
        database.execute("analyze")
        database.commit()
        database.close()

    def open(self, directory: Path) -> None:
        """Open the file for reading."""
        self.database = sqlite3.connect(f"file:{directory / _FILE}?mode=ro", uri=True)
        self.database.executescript(
            "pragma mmap_size=4000000000; pragma cache_size=-100000; pragma temp_store=memory"
        )
        rows = self.database.execute("select facet, name, number from value")
        self.numbers = {(facet, name): number for facet, name, number in rows}

    def can(self, ask: Ask) -> bool:
        """Return True: it supports all queries."""
        return True

    def prepare(self, ask: Ask) -> Callable[[], _Raw]:
        """Return a function of one statement for the top and one for the counts."""
        text = _text(ask)
        passes = {name: self._passes(ask, name, values) for name, values in ask.filters}
        dated = []
        if ask.since and ask.until:
            dated = [_DATED[_kind(ask)].format(since=ask.since, until=ask.until)]
        where = _where([*dated, *passes.values()])
        top, total = _TOP.format(where=where), f"select count(*) from words {where}"
        counts = _COUNTS.format(
            passes="".join(f", {test} as by_{name}" for name, test in passes.items()),
            where=_where(dated),
            under=_under(ask),
        )
        execute, wants_total, wants_counts = self.database.execute, ask.total, bool(ask.facets)

        def answer() -> _Raw:
            ids = execute(top, (text,)).fetchall()
            many = execute(total, (text,)).fetchone()[0] if wants_total else None
            return ids, many, execute(counts, (text,)).fetchall() if wants_counts else []

        return answer

    def _passes(self, ask: Ask, name: str, values: Iterable[str]) -> str:
        facet = _FACETS.index(name)
        known = [str(self.numbers[facet, value]) for value in values if (facet, value) in self.numbers]
        return _PASSES[_kind(ask)].format(facet=facet, values=",".join(known))

    def read(self, raw: Any) -> Answer:
        """Return the ids in the order of `rank`."""
        ids, total, rows = raw
        counts: dict[str, dict[str, int]] = {}
        for facet, name, many in rows:
            counts.setdefault(_FACETS[facet], {})[name] = many
        return Answer(tuple(id for (id,) in ids), total, counts)

    def forget(self) -> None:
        """Do nothing: the page cache holds no answers."""


def _kind(ask: Ask) -> str:
    return "any" if ask.match == "any" else "all"


def _under(ask: Ask) -> str:
    """Return the condition for counting a value: the match passes all filters except those of its own facet."""
    filtered = [name for name, _ in ask.filters]
    if not filtered:
        return ""
    cases = " ".join(
        f"when {_FACETS.index(name)} then {' and '.join(f'by_{o}' for o in filtered if o != name) or '1'}"
        for name in filtered
    )
    return f"where case facet {cases} else {' and '.join(f'by_{name}' for name in filtered)} end"


def _where(conditions: Iterable[str]) -> str:
    return " and ".join(["where words match ?", *conditions])


def _text(ask: Ask) -> str:
    if ask.boolean is not None:
        parts = ["(" + " OR ".join(ask.boolean.any) + ")", *ask.boolean.all]
        return " AND ".join(parts) + "".join(f" NOT {word}" for word in ask.boolean.none)
    if ask.match == "phrase":
        return f'"{" ".join(ask.words)}"'
    return (" OR " if ask.match == "any" else " AND ").join(ask.words)
