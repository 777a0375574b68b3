"""Entries: a YAML file → records that know their lines.

Every scalar is read as the text that was written: `NO` is Norway and no falsehood, `007` keeps its zeros
and `2015-06` is no number of months. What is to be a number is made one where it is asked for.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

import yaml

from osce_search.errors import EvaluationError
from osce_search.evaluation.lines import read_text
from osce_search.evaluation.problems import Problems

__all__ = ["Entry", "Value", "parse_entries", "read_entries"]

_TRUE, _FALSE = ("true", "yes", "on"), ("false", "no", "off")


@dataclass(frozen=True, slots=True)
class Value:
    """Something written in the file: text, a list, a record, or nothing; `line` counts from 1."""

    line: int
    content: str | tuple[Value, ...] | Entry | None


@dataclass(frozen=True, slots=True)
class Entry:
    """A record of a YAML file; what it is asked for and cannot give is an error among `problems`."""

    path: str
    line: int
    values: Mapping[str, Value]
    problems: Problems

    def fail(self, message: str, name: str = "") -> None:
        """Note an error at the line of a key, or at the beginning of the record."""
        found = self.values.get(name)
        self.problems.error(self.path, found.line if found else self.line, message)

    def expect(self, *names: str) -> None:
        """Note an error for each key that is none of `names`: a slip of the pen must not go unread."""
        for name, value in self.values.items():
            if name not in names:
                self.problems.error(
                    self.path, value.line, f"there is no key {name!r} here (the keys are {', '.join(names)})"
                )

    def text(self, name: str, default: str = "") -> str:
        """The text of a key, or the default where there is none."""
        found = self.values.get(name)
        if found is None or found.content is None:
            return default
        if not isinstance(found.content, str):
            self.fail(f"{name!r} is to be one text", name)
            return default
        return found.content.strip()

    def texts(self, name: str) -> tuple[str, ...]:
        """The texts of a key: a list, or one text by itself."""
        found = self.values.get(name)
        return () if found is None else self._texts(name, found)

    def _texts(self, name: str, value: Value) -> tuple[str, ...]:
        content = value.content
        if content is None:
            return ()
        items = content if isinstance(content, tuple) else (value,)
        texts = tuple(item.content.strip() for item in items if isinstance(item.content, str))
        if len(texts) != len(items):
            self.fail(f"{name!r} is to be a text or a list of texts", name)
        return texts

    def groups(self, name: str) -> tuple[tuple[str, ...], ...]:
        """The lists of texts of a key that holds a list of lists; a text by itself is a list of one."""
        found = self.values.get(name)
        if found is None or found.content is None:
            return ()
        if not isinstance(found.content, tuple):
            self.fail(f"{name!r} is to be a list of lists", name)
            return ()
        return tuple(self._texts(name, item) for item in found.content)

    def number(self, name: str, default: float) -> float:
        """The number of a key, or the default where there is none."""
        written = self.text(name)
        try:
            number = float(written) if written else default
        except ValueError:
            number = math.nan
        if math.isfinite(number):
            return number
        self.fail(f"{name}: {written!r} is no number", name)
        return default

    def count(self, name: str, default: int) -> int:
        """The whole number, 1 or more, of a key, or the default where there is none."""
        written = self.text(name)
        if not written:
            return default
        if not (written.isascii() and written.isdigit() and int(written) > 0):
            self.fail(f"{name}: {written!r} is no whole number from 1 on", name)
            return default
        return int(written)

    def flag(self, name: str) -> bool:
        """Whether a key says true; false where there is none."""
        written = self.text(name, "false").lower()
        if written not in _TRUE + _FALSE:
            self.fail(f"{name}: {written!r} is neither true nor false", name)
        return written in _TRUE

    def entries(self, name: str) -> tuple[Entry, ...]:
        """The records of a key: a list of them, or one by itself."""
        found = self.values.get(name)
        if found is None or found.content is None:
            return ()
        items = found.content if isinstance(found.content, tuple) else (found,)
        records = tuple(item.content for item in items if isinstance(item.content, Entry))
        if len(records) != len(items):
            self.fail(f"{name!r} is to be a record, or a list of records", name)
        return records


def read_entries(path: Path, problems: Problems) -> tuple[Entry, ...]:
    """The records of a file that is a list of records; a list under a single key will do."""
    return parse_entries(read_text(path), str(path), problems)


def parse_entries(text: str, path: str, problems: Problems) -> tuple[Entry, ...]:
    """The records of a YAML text; what is none is an error among `problems`.

    >>> found = Problems()
    >>> entry, = parse_entries("- {id: 007, country: NO}", "topics.yaml", found)
    >>> entry.text("id"), entry.texts("country")
    ('007', ('NO',))
    """
    try:
        root = _Composer(text).get_single_node()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 0
        problems.error(path, line, f"no YAML: {error.problem or error.context}")
        return ()
    except (yaml.YAMLError, RecursionError) as error:
        problems.error(path, 0, f"no YAML: {error}")
        return ()
    value = _Reader(path, problems).read(root) if root is not None else Value(1, ())
    content = value.content
    if isinstance(content, Entry) and len(content.values) == 1:
        content = next(iter(content.values.values())).content
    if content is None:
        return ()
    if not isinstance(content, tuple):
        problems.error(path, value.line, "a list of records is expected: each begins with a dash")
        return ()
    return tuple(_records(content, path, problems))


def _records(items: Iterable[Value], path: str, problems: Problems) -> Iterator[Entry]:
    for item in items:
        if isinstance(item.content, Entry):
            yield item.content
        else:
            problems.error(path, item.line, "a record is expected here: keys with their values")


class _Composer(yaml.SafeLoader):
    """Reads nodes and never objects; refuses aliases, of which a few lines can make gigabytes."""

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        if self.check_event(yaml.AliasEvent):
            event = self.peek_event()  # type: ignore[no-untyped-call]
            raise yaml.MarkedYAMLError(
                problem="aliases (*name) are not read here; write the value out",
                problem_mark=event.start_mark,
            )
        return super().compose_node(parent, index)


class _Reader:
    """Makes values of YAML nodes."""

    def __init__(self, path: str, problems: Problems) -> None:
        self._path = path
        self._problems = problems

    def read(self, node: yaml.Node) -> Value:
        """The value of a node."""
        line = node.start_mark.line + 1
        if isinstance(node, yaml.ScalarNode):
            plain = node.style is None
            return Value(line, None if plain and node.value in ("", "~", "null") else node.value)
        if isinstance(node, yaml.SequenceNode):
            return Value(line, tuple(self.read(item) for item in node.value))
        if not isinstance(node, yaml.MappingNode):
            raise EvaluationError(f"{self._path}:{line}: no text, list or record")
        values: dict[str, Value] = {}
        for key, item in node.value:
            name = key.value if isinstance(key, yaml.ScalarNode) else ""
            at = key.start_mark.line + 1
            if not name:
                self._problems.error(self._path, at, "a key is to be a word")
            elif name in values:
                self._problems.error(self._path, at, f"the key {name!r} stands here twice")
            else:
                values[name] = Value(at, self.read(item).content)
        return Value(line, Entry(self._path, line, MappingProxyType(values), self._problems))
