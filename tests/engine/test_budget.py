"""A question that takes more than it may is refused, and the next one is answered."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from osce_search.backends import Budget, Index, open_index
from osce_search.engine.resources import limited, read_budget, spend
from osce_search.errors import BudgetExceeded, QueryError
from osce_search.index.writer import IndexWriter
from osce_search.release import Release
from tests.backends.engine import local

QUESTIONS = (
    "guard* OR post*",
    "gards~",
    '"border guards"',
    "border NEAR/3 post",
    "border guards post -media",
)


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("index")
    with IndexWriter(path) as writer:
        for number in range(50):
            writer.add(
                Release(id=str(number), title="A visit", text=f"Border guards of post{number} were trained.")
            )
        writer.commit()
    return path


def ask(path: Path, budget: Budget, question: str) -> int:
    with open_index(path, budget=budget) as index:
        return index.search(question).total


@pytest.mark.parametrize("question", QUESTIONS)
def test_no_kind_of_question_goes_past_its_memory(path: Path, question: str) -> None:
    with pytest.raises(BudgetExceeded, match=r"more than the 0 MB .* or raise OSCE_SEARCH_MEMORY"):
        ask(path, Budget(memory=100), question)


@pytest.mark.parametrize("question", QUESTIONS)
def test_no_kind_of_question_goes_past_its_time(path: Path, question: str) -> None:
    with pytest.raises(BudgetExceeded, match=r"longer than the 0 seconds .* or raise OSCE_SEARCH_SECONDS"):
        ask(path, Budget(seconds=0), question)


def test_tables_trends_and_likeness_have_a_budget_too(path: Path) -> None:
    from osce_search.query import FacetRequest, Plan, Word

    query = Plan(tree=Word("border"))
    with open_index(path, budget=Budget(memory=10)) as index:
        for ask_one in (
            lambda: local(index).crosstab(query, FacetRequest("country"), FacetRequest("year")),
            lambda: local(index).trend(query, "year"),
        ):
            with pytest.raises(BudgetExceeded):
                ask_one()


def test_after_a_refusal_the_same_handle_answers_as_before(path: Path) -> None:
    with open_index(path, budget=Budget(memory=100)) as index:
        with pytest.raises(BudgetExceeded):
            index.search("post*")
        local(index).budget = Budget()
        assert index.search("post*").total == 50
        assert index.search("guards").total == 50


def test_a_budget_is_that_of_one_question_and_of_one_thread(path: Path) -> None:
    with open_index(path, budget=Budget(memory=20_000)) as index:
        for _ in range(100):
            assert index.search("guards").total == 50
        totals: list[int] = []
        with limited(Budget(memory=0)):
            thread = threading.Thread(target=_ask_often, args=(index, totals))
            thread.start()
            thread.join()
            with pytest.raises(BudgetExceeded):
                spend(1)
    assert totals == [50] * 20
    spend(1 << 60)


def _ask_often(index: Index, totals: list[int]) -> None:
    totals.extend(index.search("border").total for _ in range(20))


def test_the_environment_sets_the_budget(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OSCE_SEARCH_SECONDS")
    assert read_budget() == Budget(10.0, 1 << 30)
    monkeypatch.setenv("OSCE_SEARCH_SECONDS", "0.5")
    monkeypatch.setenv("OSCE_SEARCH_MEMORY", "64")
    assert read_budget() == Budget(0.5, 64 << 20)
    monkeypatch.setenv("OSCE_SEARCH_MEMORY", "much")
    with pytest.raises(QueryError, match="are numbers"):
        read_budget()


@pytest.mark.parametrize("name", ["OSCE_SEARCH_SECONDS", "OSCE_SEARCH_MEMORY"])
@pytest.mark.parametrize("value", ["nan", "-1", "0", "-inf"])
def test_a_budget_that_is_no_number_above_zero_is_refused(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(QueryError, match="are numbers above 0, or inf for no limit"):
        read_budget()


def test_an_infinite_budget_is_no_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OSCE_SEARCH_SECONDS", "inf")
    monkeypatch.setenv("OSCE_SEARCH_MEMORY", "inf")
    with limited(read_budget()):
        spend(1 << 50)


def test_the_command_ends_with_4(
    path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from osce_search.cli import run

    monkeypatch.setenv("OSCE_SEARCH_MEMORY", "0.0001")
    assert run(["query", "post*", "--index", str(path)]) == 4
    assert "OSCE_SEARCH_MEMORY" in capsys.readouterr().err


@pytest.mark.parametrize(
    "command",
    [
        ("query", "post*"),
        ("query", "gards~2"),
        ("query", '"border guards of"'),
        ("query", "border NEAR/9 post1"),
        ("query", "--all", "--explain", "border"),
        ("query", "--any", "border post1 gards"),
        ("query", "border", "gards", "psot"),
        ("query", "border", "-post1", "--collapse", "text"),
        ("query", "border", "--sort", "title", "--facet", "place:all"),
        ("query", "--count", "border"),
        ("similar", "1"),
        ("facets", "place", "post*"),
        ("crosstab", "place", "type", "border"),
        ("trend", "border"),
    ],
)
def test_a_time_may_be_set_for_one_question_on_the_command_line(
    path: Path, capsys: pytest.CaptureFixture[str], command: tuple[str, ...]
) -> None:
    from osce_search.cli import run

    assert run([*command, "--index", str(path), "--timeout", "0.000001ms"]) == 4
    assert "takes longer than the 1e-09 seconds that it may" in capsys.readouterr().err
    assert run([*command, "--index", str(path), "--timeout", "600s"]) in (0, 1)
