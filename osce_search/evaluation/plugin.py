"""Plugin: the marker and fixture `relevance`, by which any application's tests hold its search to topics and floors.

pytest finds this module by its entry point. Until a test asks for the fixture nothing else is loaded.
"""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from osce_search.backends import Index
    from osce_search.evaluation.harness import Harness, Held
    from osce_search.evaluation.run import Search

__all__ = ["Relevance", "pytest_configure", "relevance"]

_FILES = ("topics", "qrels", "rules", "accepted", "baseline")
_SETTINGS = ("floors", "profile", "operator", "depth", "expand")


def pytest_configure(config: pytest.Config) -> None:
    """Make the marker known, so that --strict-markers lets it pass."""
    config.addinivalue_line(
        "markers",
        "relevance(directory, topics=, qrels=, rules=, floors=, …): files that the fixture `relevance` "
        "holds a search to, relative to the test's own file",
    )


class Relevance:
    """The files that a test's marker names; `check` fails the test where a search falls short of them."""

    def __init__(self, harness: Harness) -> None:
        self.harness = harness

    def check(self, search: Index | Search | str | Path, *, index: Index | None = None) -> Held:
        """The run and its scores; the test fails, naming the questions, where the gate stays closed.

        `search` is an index, its directory, or a function that takes a topic and gives ids, best first; `index` is what
        such a function answers from, where that is one of osce-search.
        """
        from osce_search.errors import GateFailed

        try:
            return self.harness.check(search, index=index)
        except GateFailed as error:
            told = str(error)
        # Not in the handler: pytest would tell the same twice, as one exception that came of another.
        pytest.fail(told, pytrace=False)


@pytest.fixture
def relevance(request: pytest.FixtureRequest) -> Relevance:
    """What the test's marker `relevance` names, ready to hold a search to."""
    from osce_search.evaluation.extra import check_extra

    marker = request.node.get_closest_marker("relevance")
    if marker is None:
        raise pytest.UsageError(
            "the fixture relevance needs its marker: "
            '@pytest.mark.relevance(topics="topics.yaml", qrels="qrels.txt", floors={"nDCG@10": 0.7})'
        )
    check_extra()
    return Relevance(_read_marker(Path(request.path).parent, marker.args, dict(marker.kwargs)))


def _read_marker(beside: Path, arguments: tuple[Any, ...], settings: dict[str, Any]) -> Harness:
    from osce_search.evaluation.harness import Harness
    from osce_search.evaluation.suite import Paths, find_paths

    unknown = settings.keys() - {*_FILES, *_SETTINGS}
    if unknown or len(arguments) > 1:
        raise pytest.UsageError(
            f"the marker relevance does not take {', '.join(sorted(unknown)) or 'two directories'}; "
            f"it takes a directory, {', '.join((*_FILES, *_SETTINGS))}"
        )
    given = {name: beside / settings[name] for name in _FILES if name in settings}
    found = find_paths(beside / arguments[0], given.get("topics")) if arguments else Paths()
    paths = dataclasses.replace(found, **given)
    if paths.topics is None:
        raise pytest.UsageError("the marker relevance names no topics")
    return Harness(paths, **{name: settings[name] for name in _SETTINGS if name in settings})
