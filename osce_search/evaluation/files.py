"""Files: text and YAML files → lines and entries that know where they stand, and the problems found in them."""

from __future__ import annotations

import contextlib
import gzip
import hashlib
import io
import math
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, NamedTuple, Protocol, TypeVar

import yaml

from osce_search.errors import EvaluationError

Severity = Literal["error", "warning"]

_T = TypeVar("_T")

_SHOWN = 20
# Runs and judgements unpack to about 10 times their size, a file made to fill memory to 1,000 times.
_MIN_UNPACKED = 64 * 2**20
_MAX_RATIO = 100
_FLAGS = {"true": True, "yes": True, "on": True, "false": False, "no": False, "off": False}


# ── problems ─────────────────────────────────────────────────────────────────────────────────────────────────


class Place(NamedTuple):
    """A line of a file, counted from 1; 0 stands for the file as a whole."""

    path: str
    line: int = 0


class Located(Protocol):
    """A place, or what was read there."""

    @property
    def path(self) -> str: ...
    @property
    def line(self) -> int: ...


@dataclass(frozen=True, slots=True)
class Problem:
    """One problem in a file."""

    path: str
    line: int
    message: str
    severity: Severity = "error"

    def __str__(self) -> str:
        place = f"{self.path}:{self.line}" if self.line else self.path
        return f"{place}: {'' if self.severity == 'error' else 'warning: '}{self.message}"


class Problems:
    """The problems found so far, so that one reading of the files reports all of them.

    >>> found = Problems()
    >>> found.error(Place("qrels.txt", 3), "the grade 'x' is not a whole number")
    >>> found.check()
    Traceback (most recent call last):
    ...
    osce_search.errors.EvaluationError: qrels.txt:3: the grade 'x' is not a whole number
    """

    def __init__(self) -> None:
        self.all: list[Problem] = []

    def error(self, place: Located, message: str) -> None:
        """Add a problem that makes a file unusable."""
        self.all.append(Problem(place.path, place.line, message))

    def warn(self, place: Located, message: str) -> None:
        """Add a problem that a file can be used with."""
        self.all.append(Problem(place.path, place.line, message, "warning"))

    @property
    def errors(self) -> tuple[Problem, ...]:
        """The errors, in the order in which they were found."""
        return tuple(problem for problem in self.all if problem.severity == "error")

    @property
    def warnings(self) -> tuple[Problem, ...]:
        """The warnings, in the order in which they were found."""
        return tuple(problem for problem in self.all if problem.severity == "warning")

    def check(self) -> None:
        """Raise EvaluationError with all errors if there are any."""
        if self.errors:
            raise EvaluationError(list_problems(self.errors))


@contextlib.contextmanager
def collect_problems(problems: Problems | None) -> Iterator[Problems]:
    """Yield `problems`, or if it is None a new collection that is checked at the end of the block.

    Raise EvaluationError with all errors in the second case.
    """
    found = Problems() if problems is None else problems
    yield found
    if problems is None:
        found.check()


def list_problems(problems: Sequence[object]) -> str:
    """Return the first 20 problems, one a line, and how many more there are."""
    lines = [str(problem) for problem in problems[:_SHOWN]]
    if len(problems) > _SHOWN:
        lines.append(f"… and {len(problems) - _SHOWN} more; osce-search eval lint lists all")
    return "\n".join(lines)


# ── text ─────────────────────────────────────────────────────────────────────────────────────────────────────


def read_bytes(path: Path) -> bytes:
    """Return the content of a file, unpacked if its name ends in .gz. Raise EvaluationError if that fails."""
    try:
        data = path.read_bytes()
        if path.suffix != ".gz":
            return data
        limit = max(_MIN_UNPACKED, _MAX_RATIO * len(data))
        with gzip.GzipFile(fileobj=io.BytesIO(data)) as packed:
            unpacked = packed.read(limit + 1)
    except FileNotFoundError as error:
        raise EvaluationError(f"{path}: there is no such file") from error
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise EvaluationError(f"{path}: not a gzip file, or cut short; unpack it and look") from error
    except OSError as error:
        raise EvaluationError(f"{path}: cannot be read ({error.strerror})") from error
    if len(unpacked) > limit:
        raise EvaluationError(f"{path}: unpacks to more than {_MAX_RATIO} times its size; unpack it and look")
    return unpacked


def read_lines(path: Path, problems: Problems) -> Iterator[tuple[Place, str]]:
    """Yield the lines that are not blank with their places, without line break and byte order mark.

    A line that is not UTF-8 is skipped, and added to `problems` as an error.
    """
    data = read_bytes(path).removeprefix(b"\xef\xbb\xbf")
    for number, raw in enumerate(data.splitlines(), 1):
        place = Place(str(path), number)
        try:
            line = raw.decode()
        except UnicodeDecodeError as error:
            problems.error(
                place, f"not UTF-8 from byte {error.start + 1} of the line on; save the file as UTF-8"
            )
            continue
        if line.strip():
            yield place, line


def read_columns(path: Path, problems: Problems, names: str) -> Iterator[tuple[Place, list[str]]]:
    """Yield the columns of each line with its place; `names` lists the columns that a line must have.

    A line with more or fewer columns is skipped, and added to `problems` as an error.
    """
    expected = len(names.split(", "))
    for place, line in read_lines(path, problems):
        columns = line.split()
        if len(columns) == expected:
            yield place, columns
        else:
            problems.error(place, f"{len(columns)} columns instead of {expected}: {names}")


def read_text(path: Path) -> str:
    """Return a whole file as text. Raise EvaluationError, with the line, if it is not UTF-8."""
    data = read_bytes(path)
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise EvaluationError(f"{path}:{line}: not UTF-8; save the file as UTF-8") from error


def replace_text(path: Path, text: str) -> None:
    """Write a file in one step, so that it is never half written. Raise EvaluationError if that fails."""
    part = path.with_name(f".{path.name}.part")
    with report_writing(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        part.write_text(text, encoding="utf-8", newline="")
        part.replace(path)


@contextlib.contextmanager
def report_writing(path: Path) -> Iterator[None]:
    """Turn an OSError of the block into an EvaluationError that names the file."""
    try:
        yield
    except OSError as error:
        raise EvaluationError(f"{path}: cannot be written ({error.strerror})") from error


def digest_lines(lines: Iterable[str]) -> str:
    """Return a digest of lines, independent of their order."""
    return "sha256:" + hashlib.sha256("\n".join(sorted(lines)).encode()).hexdigest()


# ── YAML ─────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Value:
    """A value in a YAML file: text, a list, an entry or None; `line` counts from 1."""

    line: int
    content: str | tuple[Value, ...] | Entry | None

    def items(self) -> tuple[Value, ...]:
        """Return the items of a list. A single value is a list of one, None is an empty list."""
        if isinstance(self.content, tuple):
            return self.content
        return () if self.content is None else (self,)


@dataclass(frozen=True, slots=True)
class Entry:
    """A mapping in a YAML file. A value of the wrong kind is added to `problems`, and the default returned.

    Every scalar is text as written: `NO` is Norway and not false, `007` keeps its zeros, and `2015-06` is
    not a subtraction.
    """

    path: str
    line: int
    values: Mapping[str, Value]
    problems: Problems

    def fail(self, message: str, name: str = "") -> None:
        """Add an error at the line of a key, or at the first line of the entry."""
        found = self.values.get(name)
        self.problems.error(Place(self.path, found.line) if found else self, message)

    def expect(self, *names: str) -> None:
        """Add an error for each key that is not one of `names`, so that a misspelt key is not overlooked."""
        for name in self.values:
            if name not in names:
                self.fail(f"unknown key {name!r}; the keys are {', '.join(names)}", name)

    def items(self, name: str) -> tuple[Value, ...]:
        """Return the values of a list, or a single value as a list of one."""
        found = self.values.get(name)
        return found.items() if found else ()

    def text(self, name: str, default: str = "") -> str:
        """Return the text of a key, or the default if the key is missing."""
        found = self.values.get(name)
        if found is None or found.content is None:
            return default
        if isinstance(found.content, str):
            return found.content.strip()
        self.fail(f"{name!r} must be a text", name)
        return default

    def texts(self, name: str) -> tuple[str, ...]:
        """Return the texts of a list, or a single text as a list of one."""
        return self._texts(name, self.items(name))

    def groups(self, name: str) -> tuple[tuple[str, ...], ...]:
        """Return the texts of a list of lists; a text in the outer list is a list of one."""
        found = self.values.get(name)
        if found and isinstance(found.content, str | Entry):
            self.fail(f"{name!r} must be a list of lists", name)
            return ()
        return tuple(self._texts(name, item.items()) for item in self.items(name))

    def _texts(self, name: str, items: Sequence[Value]) -> tuple[str, ...]:
        texts = tuple(item.content.strip() for item in items if isinstance(item.content, str))
        if len(texts) < len(items):
            self.fail(f"{name!r} must be a text or a list of texts", name)
        return texts

    def entries(self, name: str) -> tuple[Entry, ...]:
        """Return the entries of a list, or a single entry as a list of one."""
        items = self.items(name)
        entries = tuple(item.content for item in items if isinstance(item.content, Entry))
        if len(entries) < len(items):
            self.fail(f"{name!r} must be keys with values, or a list of these", name)
        return entries

    def convert(self, name: str, convert: Callable[[str], _T], default: _T, expected: str) -> _T:
        """Return the converted text of a key, or the default if the key is missing.

        `convert` raises ValueError or KeyError for a text that is not what the message calls `expected`.
        """
        written = self.text(name)
        try:
            return convert(written) if written else default
        except (ValueError, KeyError):
            self.fail(f"{name}: {written!r} is not {expected}", name)
            return default

    def number(self, name: str, default: float) -> float:
        """Return the finite number of a key, or the default if the key is missing."""
        return self.convert(name, _read_number, default, "a number")

    def count(self, name: str, default: int) -> int:
        """Return the whole number of a key, 1 or more, or the default if the key is missing."""
        return self.convert(name, _read_count, default, "a whole number of 1 or more")

    def flag(self, name: str) -> bool:
        """Return whether a key is true; a missing key is false."""
        return self.convert(name, lambda text: _FLAGS[text.lower()], False, "true or false")


def _read_number(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(text)
    return number


def _read_count(text: str) -> int:
    if not (text.isascii() and text.isdigit() and int(text)):
        raise ValueError(text)
    return int(text)


def read_entries(path: Path, problems: Problems) -> tuple[Entry, ...]:
    """Return the entries of a YAML file that is a list of mappings, or one key with such a list."""
    try:
        root = _Loader(read_text(path)).get_single_node()
        value = _read_node(root, str(path), problems) if root else Value(1, None)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = Place(str(path), mark.line + 1 if mark else 0)
        problems.error(place, f"not YAML: {error.problem or error.context}")
        return ()
    except (yaml.YAMLError, RecursionError) as error:
        problems.error(Place(str(path)), f"not YAML: {error}")
        return ()
    if isinstance(value.content, Entry) and len(value.content.values) == 1:
        (value,) = value.content.values.values()
    if isinstance(value.content, str | Entry):
        place = Place(str(path), value.line)
        problems.error(place, "expected a list, in which each item begins with a dash")
        return ()
    entries = []
    for item in value.items():
        if isinstance(item.content, Entry):
            entries.append(item.content)
        else:
            problems.error(Place(str(path), item.line), "expected keys with their values")
    return tuple(entries)


class _Loader(yaml.SafeLoader):
    """A loader of nodes that refuses aliases: a few lines of them can stand for gigabytes."""

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        if self.check_event(yaml.AliasEvent):
            mark = self.peek_event().start_mark  # type: ignore[no-untyped-call]
            raise yaml.MarkedYAMLError(
                problem="aliases (*name) are not allowed; write the value out", problem_mark=mark
            )
        return super().compose_node(parent, index)


def _read_node(node: yaml.Node, path: str, problems: Problems) -> Value:
    line = node.start_mark.line + 1
    if isinstance(node, yaml.ScalarNode):
        empty = node.style is None and node.value in ("", "~", "null")
        return Value(line, None if empty else node.value)
    if isinstance(node, yaml.SequenceNode):
        return Value(line, tuple(_read_node(item, path, problems) for item in node.value))
    values: dict[str, Value] = {}
    for key, item in node.value:
        name = key.value if isinstance(key, yaml.ScalarNode) else ""
        place = Place(path, key.start_mark.line + 1)
        if not name:
            problems.error(place, "a key must be a word")
        elif name in values:
            problems.error(place, f"the key {name!r} is given twice")
        else:
            values[name] = Value(place.line, _read_node(item, path, problems).content)
    return Value(line, Entry(path, line, values, problems))
