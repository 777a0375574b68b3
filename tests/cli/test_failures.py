"""Every error of the library has one exit code, and none is a traceback."""

from __future__ import annotations

import click
import pytest

from osce_search import errors
from osce_search.cli.failures import explain_failure, find_exit_code
from tests.cli.conftest import Osce


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (errors.QueryError("not closed", position=3), 2),
        (errors.LimitExceeded("too long", name="length", limit=10), 2),
        (errors.UnknownFacet("contry", ["country"], "country"), 2),
        (errors.UnknownValue("country", "Atlantis", ["AL"]), 2),
        (errors.ExtractionError("page.html", "no release"), 2),
        (errors.VocabularyError("country.csv:7: twice"), 2),
        (errors.IndexMissing("index: nothing there", path="index"), 3),
        (errors.IndexDamaged("index", "a file is cut short"), 3),
        (errors.IndexIncompatible("index", "format 9"), 3),
        (errors.IndexLocked("locked", path="index"), 3),
        (errors.BudgetExceeded("too slow"), 4),
        (errors.EvaluationError("qrels.txt:3"), 2),
        (errors.GateFailed("fell", ["q1"]), 5),
        (click.UsageError("no"), 2),
        (click.FileError("x", "no"), 2),
        (OSError(28, "No space left on device", "index/file"), 3),
        (MemoryError(), 4),
        (KeyboardInterrupt(), 130),
        (click.Abort(), 130),
    ],
)
def test_exit_codes(error: BaseException, code: int, capsys: pytest.CaptureFixture[str]) -> None:
    assert explain_failure(error) == code
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.count("\n") >= 1


def test_every_error_of_the_package_has_a_code() -> None:
    for name in errors.__all__:
        kind = getattr(errors, name)
        if kind is not errors.OsceSearchError and issubclass(kind, errors.OsceSearchError):
            assert find_exit_code(kind) in (2, 3, 4, 5)


def test_the_place_of_a_mistake_is_pointed_at(capsys: pytest.CaptureFixture[str]) -> None:
    error = errors.QueryError("the parenthesis is not closed", position=6, suggestion="media (freedom)")
    explain_failure(error, "media (freedom")
    assert capsys.readouterr().err == (
        "Error: the parenthesis is not closed\n  media (freedom\n        ^\n  try: media (freedom)\n"
    )


def test_a_message_cannot_steer_the_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    explain_failure(errors.ExtractionError("\x1b]0;owned\x07.html", "no release"))
    assert "\x1b" not in capsys.readouterr().err


def test_a_defect_of_ours_is_not_hidden() -> None:
    with pytest.raises(ZeroDivisionError):
        explain_failure(ZeroDivisionError())


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("eval comprae", "There is no command 'comprae'. Did you mean compare?"),
        ("eval mesure", "There is no command 'mesure'. There are compare, gate, label, lint, run."),
        ("querry", "There is no command 'querry'. Did you mean query?"),
        ("Facet", "There is no command 'Facet'. Did you mean facets?"),
        ("media-freedom", "There is no command 'media-freedom'. Search with: osce-search query WORDS"),
    ],
)
def test_an_unknown_command_is_refused_with_what_to_type(osce: Osce, typed: str, told: str) -> None:
    outcome = osce(*typed.split())
    assert outcome.code == 2
    assert outcome.err.endswith(f"Error: {told}\n")
