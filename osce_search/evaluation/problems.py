"""Problems: what is wrong with a file of topics, judgements, rules or runs, and where."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from osce_search.errors import EvaluationError

__all__ = ["Problem", "Problems", "Severity", "list_problems"]

Severity = Literal["error", "warning"]

_SHOWN = 20


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong; `line` counts from 1, and is 0 where the file as a whole is meant."""

    path: str
    line: int
    message: str
    severity: Severity = "error"

    def __str__(self) -> str:
        place = f"{self.path}:{self.line}" if self.line else self.path
        return f"{place}: {'' if self.severity == 'error' else 'warning: '}{self.message}"


class Problems:
    """Problems as they are found, so that one reading of a file tells all of them.

    >>> found = Problems()
    >>> found.error("qrels.txt", 3, "grade 'x' is no whole number")
    >>> found.check()
    Traceback (most recent call last):
    ...
    osce_search.errors.EvaluationError: qrels.txt:3: grade 'x' is no whole number
    """

    def __init__(self) -> None:
        self._found: list[Problem] = []

    def error(self, path: object, line: int, message: str) -> None:
        """Note what makes a file unusable."""
        self._found.append(Problem(str(path), line, message))

    def warn(self, path: object, line: int, message: str) -> None:
        """Note what is usable and yet not as it should be."""
        self._found.append(Problem(str(path), line, message, "warning"))

    @property
    def errors(self) -> tuple[Problem, ...]:
        """What makes files unusable, in the order in which it was found."""
        return tuple(problem for problem in self._found if problem.severity == "error")

    @property
    def warnings(self) -> tuple[Problem, ...]:
        """What should not be so, in the order in which it was found."""
        return tuple(problem for problem in self._found if problem.severity == "warning")

    @property
    def all(self) -> tuple[Problem, ...]:
        """Everything, in the order in which it was found."""
        return tuple(self._found)

    def check(self) -> None:
        """Raise EvaluationError with all errors, if there are any."""
        if self.errors:
            raise EvaluationError(list_problems(self.errors))


def list_problems(problems: Sequence[object]) -> str:
    """The problems one below the other; past twenty, how many more there are."""
    lines = [str(problem) for problem in problems[:_SHOWN]]
    if len(problems) > _SHOWN:
        lines.append(f"… and {len(problems) - _SHOWN} more; osce-search eval lint lists all")
    return "\n".join(lines)
