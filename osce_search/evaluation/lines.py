"""Lines: a text file → its lines with their numbers, and a message where there are none to read."""

from __future__ import annotations

import gzip
import io
import zlib
from collections.abc import Iterator
from pathlib import Path

from osce_search.errors import EvaluationError
from osce_search.evaluation.problems import Problems

__all__ = ["read_bytes", "read_lines", "read_text"]

# Runs and judgements unpack to some ten times their size, what is made to fill memory to a thousand times.
_UNPACKED_FREE = 64 * 2**20
_UNPACKED_RATIO = 100


def read_bytes(path: Path) -> bytes:
    """What a file holds, unpacked where its name ends in .gz; raises EvaluationError where it cannot be read."""
    try:
        data = path.read_bytes()
        if path.suffix != ".gz":
            return data
        most = max(_UNPACKED_FREE, _UNPACKED_RATIO * len(data))
        with gzip.GzipFile(fileobj=io.BytesIO(data)) as packed:
            unpacked = packed.read(most + 1)
    except FileNotFoundError as error:
        raise EvaluationError(f"{path}: there is no such file") from error
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise EvaluationError(f"{path}: no gzip file, or one cut short; unpack it and look") from error
    except OSError as error:
        raise EvaluationError(f"{path}: cannot be read ({error.strerror})") from error
    if len(unpacked) > most:
        raise EvaluationError(
            f"{path}: unpacks to more than {_UNPACKED_RATIO} times its size; unpack it and look"
        )
    return unpacked


def read_lines(path: Path, problems: Problems) -> Iterator[tuple[int, str]]:
    """Lines that are not blank, with their numbers, without line break and byte order mark.

    A line that is no UTF-8 is an error among `problems`, and the others are still given.
    """
    data = read_bytes(path).removeprefix(b"\xef\xbb\xbf")
    for number, raw in enumerate(data.splitlines(), 1):
        try:
            line = raw.decode()
        except UnicodeDecodeError as error:
            problems.error(
                path, number, f"no UTF-8 from byte {error.start + 1} of the line on; save it as UTF-8"
            )
            continue
        if line.strip():
            yield number, line


def read_text(path: Path) -> str:
    """The whole file as text; raises EvaluationError, with the line, where it is no UTF-8."""
    data = read_bytes(path)
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise EvaluationError(f"{path}:{line}: no UTF-8; save the file as UTF-8") from error
