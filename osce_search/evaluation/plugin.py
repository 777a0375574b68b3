"""Plugin: the pytest marker and fixture `relevance`, which hold the search of any application to topics and floors.

pytest finds this module by its entry point. Nothing else is loaded until a test asks for the fixture.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from osce_search.evaluation import Paths, check_extra

if TYPE_CHECKING:
    from osce_search.backends import Index
    from osce_search.evaluation.gate import Measurement
    from osce_search.evaluation.harness import Harness
    from osce_search.evaluation.rankings import Search

_SETTINGS = ("floors", "profile", "operator", "depth", "expand")


def pytest_configure(config: pytest.Config) -> None:
    """Register the marker, so that --strict-markers accepts it."""
    config.addinivalue_line(
        "markers",
        "relevance(directory, topics=, qrels=, rules=, floors=, …): files that the fixture `relevance` "
        "holds a search to, relative to the test's own file",
    )


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Iterator[None]:
    """Fail a test that is marked and passes without a call of `relevance.check`: it has checked nothing."""
    yield
    if item.get_closest_marker("relevance") is None:
        return
    relevance = getattr(item, "funcargs", {}).get("relevance")
    if not (isinstance(relevance, Relevance) and relevance.checked):
        pytest.fail(
            "the test is marked relevance and has checked nothing: call relevance.check(search), "
            "where relevance is the fixture",
            pytrace=False,
        )


class Relevance:
    """The files that the marker of a test names. `check` fails the test if a search falls short of them.

    `checked` is True after the first call of `check`.
    """

    def __init__(self, harness: Harness) -> None:
        self.harness = harness
        self.checked = False

    def check(self, search: Index | Search | str | Path, *, index: Index | None = None) -> Measurement:
        """Measure a search. The test fails, with the topics that fell, if it does not pass the gate.

        `search` is an index, its directory, or a function from a topic to ids, best first; `index` is the
        index that such a function answers from, if it is one of osce-search.
        """
        from osce_search.errors import GateFailed

        self.checked = True
        try:
            return self.harness.check(search, index=index)
        except GateFailed as error:
            message = str(error)
        # Outside of the handler: pytest would otherwise print the same failure twice, as a chain of exceptions.
        pytest.fail(message, pytrace=False)


@pytest.fixture
def relevance(request: pytest.FixtureRequest) -> Relevance:
    """Return the files that the test's marker `relevance` names, ready to check a search."""
    marker = request.node.get_closest_marker("relevance")
    if marker is None:
        raise pytest.UsageError(
            "the fixture relevance needs its marker: "
            '@pytest.mark.relevance(topics="topics.yaml", qrels="qrels.txt", floors={"nDCG@10": 0.7})'
        )
    check_extra()
    return Relevance(_read_marker(Path(request.path).parent, marker.args, dict(marker.kwargs)))


def _read_marker(beside: Path, arguments: tuple[Any, ...], settings: dict[str, Any]) -> Harness:
    from osce_search.evaluation.harness import Harness, find_paths

    unknown = settings.keys() - {*Paths._fields, *_SETTINGS}
    if unknown or len(arguments) > 1:
        raise pytest.UsageError(
            f"the marker relevance does not take {', '.join(sorted(unknown)) or 'two directories'}; "
            f"it takes a directory, {', '.join((*Paths._fields, *_SETTINGS))}"
        )
    given = Paths(**{name: beside / settings[name] for name in Paths._fields if name in settings})
    paths = find_paths(beside / arguments[0] if arguments else None, given)
    if paths.topics is None:
        raise pytest.UsageError("the marker relevance names no topics")
    return Harness(paths, **{name: settings[name] for name in _SETTINGS if name in settings})
