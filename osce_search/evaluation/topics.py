"""Topics: the questions that a ranking is measured with, read from TREC files and from YAML."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from osce_search.errors import QueryError
from osce_search.evaluation.entries import Entry, read_entries
from osce_search.evaluation.lines import read_bytes, read_lines, read_text
from osce_search.evaluation.problems import Problems
from osce_search.query import Filter
from osce_search.release import parse_date
from osce_search.schema import facet as facet_of

__all__ = ["KEYS", "Operator", "Topic", "digest_topics", "read_topics"]

Operator = Literal["all", "any"]

_OPERATORS: dict[str, Operator] = {"all": "all", "any": "any"}
KEYS = (
    "id", "query", "filters", "since", "until", "operator", "kind", "intent", "weight", "notes", "author", "date",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Topic:
    """A question with an id.

    `query` is in the query language, or where `plain` says so, words without any syntax. `operator` says
    whether all words are required; None leaves it to who asks. `kind` groups topics ("known item",
    "acronym" …), `weight` is how much a topic counts in the weighted mean. `path` and `line` say where it
    was read.
    """

    id: str
    query: str
    filters: tuple[Filter, ...] = ()
    since: str | None = None
    until: str | None = None
    operator: Operator | None = None
    plain: bool = False
    kind: str = ""
    intent: str = ""
    weight: float = 1.0
    notes: str = ""
    path: str = ""
    line: int = 0


def read_topics(path: Path, problems: Problems | None = None) -> tuple[Topic, ...]:
    """The topics of a file: YAML by its ending, else TREC's `<top>` elements, else lines of id, tab, question.

    What is wrong is noted among `problems`; without them EvaluationError is raised with all of it, with
    file and line. Topics of TREC files are plain words, of which any will do.
    """
    found = Problems() if problems is None else problems
    before = len(found.errors)
    if path.suffix in (".yaml", ".yml"):
        read = [_from_entry(entry) for entry in read_entries(path, found)]
    elif b"<top>" in read_bytes(path)[:4096].lower():
        read = list(_from_elements(path, found))
    else:
        read = list(_from_table(path, found))
    topics = tuple(_distinct(read, found))
    if not topics and len(found.errors) == before:
        found.error(path, 0, "no topics in it")
    if problems is None:
        found.check()
    return topics


def digest_topics(topics: Iterable[Topic]) -> str:
    """A name for what is asked: the same whatever the order of topics, and whatever is noted about them."""
    lines = sorted(
        json.dumps(
            [t.id, t.query, _plain(t.filters), t.since, t.until, t.operator, t.plain], ensure_ascii=False
        )
        for t in topics
    )
    return "sha256:" + hashlib.sha256("\n".join(lines).encode()).hexdigest()


def _plain(filters: Iterable[Filter]) -> list[list[object]]:
    return [[item.facet, list(item.values), item.mode] for item in filters]


def _distinct(topics: Iterable[Topic], problems: Problems) -> Iterator[Topic]:
    lines: dict[str, int] = {}
    for topic in topics:
        if not topic.id or not topic.query:
            if topic.id or topic.query:
                missing = "question" if topic.id else "id"
                problems.error(
                    topic.path, topic.line, f"the topic {topic.id or topic.query!r} has no {missing}"
                )
            else:
                problems.error(topic.path, topic.line, "a topic without id and question")
        elif topic.id.split() != [topic.id]:
            problems.error(
                topic.path, topic.line, f"the id {topic.id!r} has a space in it, which TREC files part at"
            )
        elif topic.id in lines:
            problems.error(
                topic.path, topic.line, f"the topic {topic.id} is there already, in line {lines[topic.id]}"
            )
        else:
            lines[topic.id] = topic.line
            yield topic


# ── TREC ─────────────────────────────────────────────────────────────────────────────────────────────────────


def _from_table(path: Path, problems: Problems) -> Iterator[Topic]:
    for line, text in read_lines(path, problems):
        id, tab, query = text.partition("\t")
        if not tab:
            problems.error(path, line, "no tab; a line is an id, a tab and a question")
            continue
        yield Topic(id.strip(), query.strip(), operator="any", plain=True, path=str(path), line=line)


_ELEMENT = re.compile(r"<top>(.*?)(?:</top>|(?=<top>)|\Z)", re.IGNORECASE | re.DOTALL)
_PART = re.compile(r"<(num|title|desc|narr)[^>]*>([^<]*)", re.IGNORECASE)
_CAPTION = re.compile(r"\A\s*(?:Number|Topic|Description|Narrative)\s*:", re.IGNORECASE)


def _from_elements(path: Path, problems: Problems) -> Iterator[Topic]:
    text = read_text(path)
    for element in _ELEMENT.finditer(text):
        line = text.count("\n", 0, element.start()) + 1
        parts: dict[str, str] = {}
        for part in _PART.finditer(element[1]):
            parts[part[1].lower()] = " ".join(_CAPTION.sub("", part[2], count=1).split())
        if not element[0].lower().endswith("</top>"):
            problems.error(path, line, "the <top> that begins here has no </top>")
            continue
        query = parts.get("title") or parts.get("desc", "")
        yield Topic(
            parts.get("num", ""),
            query,
            operator="any",
            plain=True,
            intent=parts.get("desc", ""),
            notes=parts.get("narr", ""),
            path=str(path),
            line=line,
        )


# ── YAML ─────────────────────────────────────────────────────────────────────────────────────────────────────


def _from_entry(entry: Entry) -> Topic:
    entry.expect(*KEYS)
    operator = _OPERATORS.get(entry.text("operator"))
    if operator is None and entry.text("operator"):
        entry.fail(f"operator: {entry.text('operator')!r} is neither all nor any", "operator")
    weight = entry.number("weight", 1.0)
    if not 0 < weight < float("inf"):
        entry.fail(f"weight: {weight:g} is not above 0", "weight")
        weight = 1.0
    return Topic(
        entry.text("id"),
        entry.text("query"),
        tuple(_filters(entry)),
        _day(entry, "since"),
        _day(entry, "until"),
        operator,
        kind=entry.text("kind"),
        intent=entry.text("intent"),
        weight=weight,
        notes=entry.text("notes"),
        path=entry.path,
        line=entry.line,
    )


def _day(entry: Entry, name: str) -> str | None:
    written = entry.text(name)
    if not written:
        return None
    try:
        parse_date(written)
    except ValueError:
        entry.fail(f"{name}: {written!r} is no date such as 2015-04-23, 2015-04 or 2015", name)
        return None
    return written


def _filters(entry: Entry) -> Iterator[Filter]:
    """Filters as `facet: value`, `facet: [value, value]` or `facet: {none: [value]}`."""
    for group in entry.entries("filters"):
        for name, value in group.values.items():
            try:
                facet = facet_of(name).name
            except QueryError as error:
                group.fail(str(error), name)
                continue
            if not isinstance(value.content, Entry):
                yield Filter(facet, group.texts(name))
                continue
            value.content.expect("any", "all", "none")
            modes: tuple[Literal["any", "all", "none"], ...] = ("any", "all", "none")
            for mode in modes:
                if values := value.content.texts(mode):
                    yield Filter(facet, values, mode)
