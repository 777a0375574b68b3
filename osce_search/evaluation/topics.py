"""Topics: the questions that a ranking is measured with, read from TREC files and from YAML."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from osce_search.errors import QueryError
from osce_search.evaluation.files import (
    Entry,
    Place,
    Problems,
    collect_problems,
    digest_lines,
    read_bytes,
    read_entries,
    read_lines,
    read_text,
)
from osce_search.query import Filter
from osce_search.release import parse_date
from osce_search.schema import facet as facet_of

Operator = Literal["all", "any"]

KEYS = (
    "id", "query", "filters", "since", "until", "operator", "kind", "intent", "weight", "notes", "author", "date",
)  # fmt: skip
"""The keys of a topic in YAML."""

_OPERATORS: dict[str, Operator | None] = {"all": "all", "any": "any"}
_DAY = "a date such as 2015-04-23, 2015-04 or 2015"
_MODES: tuple[Literal["any", "all", "none"], ...] = ("any", "all", "none")
_ELEMENT = re.compile(r"<top>(.*?)(?:(</top>)|(?=<top>)|\Z)", re.IGNORECASE | re.DOTALL)
_PART = re.compile(r"<(num|title|desc)[^>]*>([^<]*)", re.IGNORECASE)
_CAPTION = re.compile(r"\A\s*(?:Number|Topic|Description)\s*:", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Topic:
    """A question with an id, and the place where it was read.

    `query` is in the query language, or words without any syntax if `plain` is true. `operator` says whether
    all words are required; None leaves that to the search. `kind` groups topics ("known item", "acronym" …),
    `weight` is the share of a topic in the weighted mean.
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
    path: str = ""
    line: int = 0


def read_topics(path: Path, problems: Problems | None = None) -> tuple[Topic, ...]:
    """Return the topics of a file: YAML by its ending, else `<top>` elements, else lines of id, tab, question.

    The topics of the two TREC formats are plain words of which any may match. Errors are added to `problems`;
    without it, raise EvaluationError with all of them.
    """
    with collect_problems(problems) as found:
        before = len(found.errors)
        if path.suffix in (".yaml", ".yml"):
            read: Iterable[Topic] = map(_read_entry, read_entries(path, found))
        elif b"<top>" in read_bytes(path)[:4096].lower():
            read = _read_elements(path, found)
        else:
            read = _read_table(path, found)
        topics = tuple(_check_topics(list(read), found))
        if not topics and len(found.errors) == before:
            found.error(Place(str(path)), "no topics in it")
    return topics


def digest_topics(topics: Iterable[Topic]) -> str:
    """Return a digest of the questions, independent of the order of topics and of the notes about them."""
    lines = []
    for topic in topics:
        filters = [[item.facet, list(item.values), item.mode] for item in topic.filters]
        asked = [topic.id, topic.query, filters, topic.since, topic.until, topic.operator, topic.plain]
        lines.append(json.dumps(asked, ensure_ascii=False))
    return digest_lines(lines)


def _check_topics(topics: Iterable[Topic], problems: Problems) -> Iterator[Topic]:
    """Yield the topics that have an id of their own and a question."""
    lines: dict[str, int] = {}
    for topic in topics:
        if topic.id and not topic.query:
            message = f"the topic {topic.id!r} has no question"
        elif not topic.id:
            message = (
                f"the topic {topic.query!r} has no id" if topic.query else "a topic without id and question"
            )
        elif topic.id.split() != [topic.id]:
            message = f"the id {topic.id!r} has a space in it, which TREC files cannot hold"
        elif topic.id in lines:
            message = f"the topic {topic.id} is already in line {lines[topic.id]}"
        else:
            lines[topic.id] = topic.line
            yield topic
            continue
        problems.error(topic, message)


# ── TREC ─────────────────────────────────────────────────────────────────────────────────────────────────────


def _read_table(path: Path, problems: Problems) -> Iterator[Topic]:
    for place, text in read_lines(path, problems):
        id, tab, query = text.partition("\t")
        if tab:
            yield Topic(
                id.strip(), query.strip(), operator="any", plain=True, path=place.path, line=place.line
            )
        else:
            problems.error(place, "no tab; a line is an id, a tab and a question")


def _read_elements(path: Path, problems: Problems) -> Iterator[Topic]:
    text = read_text(path)
    for element in _ELEMENT.finditer(text):
        place = Place(str(path), text.count("\n", 0, element.start()) + 1)
        if not element[2]:
            problems.error(place, "the <top> that begins here has no </top>")
            continue
        parts = {
            name.lower(): " ".join(_CAPTION.sub("", part, count=1).split())
            for name, part in _PART.findall(element[1])
        }
        intent = parts.get("desc", "")
        yield Topic(
            parts.get("num", ""),
            parts.get("title") or intent,
            operator="any",
            plain=True,
            intent=intent,
            path=place.path,
            line=place.line,
        )


# ── YAML ─────────────────────────────────────────────────────────────────────────────────────────────────────


def _read_entry(entry: Entry) -> Topic:
    entry.expect(*KEYS)
    return Topic(
        entry.text("id"),
        entry.text("query"),
        tuple(_read_filters(entry)),
        entry.convert("since", _check_day, None, _DAY),
        entry.convert("until", _check_day, None, _DAY),
        entry.convert("operator", _OPERATORS.__getitem__, None, "all or any"),
        kind=entry.text("kind"),
        intent=entry.text("intent"),
        weight=entry.convert("weight", _read_weight, 1.0, "a number above 0"),
        path=entry.path,
        line=entry.line,
    )


def _check_day(text: str) -> str | None:
    parse_date(text)
    return text


def _read_weight(text: str) -> float:
    weight = float(text)
    if not 0 < weight < math.inf:
        raise ValueError(text)
    return weight


def _read_filters(entry: Entry) -> Iterator[Filter]:
    """Yield the filters `facet: value`, `facet: [value, value]` and `facet: {none: [value]}`."""
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
            value.content.expect(*_MODES)
            for mode in _MODES:
                if values := value.content.texts(mode):
                    yield Filter(facet, values, mode)
