"""Rules check single releases, which a mean would hide."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from osce_search.errors import EvaluationError
from osce_search.evaluation.rankings import Outcome, Ranked, Run
from osce_search.evaluation.rules import MustNot, MustTop, SameAs, Tiers, Zero, check_rules, read_rules

Write = Callable[[str, str], Path]

RUN = Run(
    "x",
    (
        Outcome("p", "answered", tuple(Ranked(doc, 1.0) for doc in "abcde"), 5),
        Outcome("q", "answered", tuple(Ranked(doc, 1.0) for doc in "abxde"), 5),
        Outcome("empty", "empty"),
        Outcome("failed", "failed", reason="boom"),
    ),
)


def test_a_file_gives_all_kinds_of_rules(write: Write) -> None:
    path = write(
        "rules.yaml",
        "- topic: p\n  must_top: {id: a, k: 3}\n  must_not: [x, {id: b, k: 5}]\n  notes: why\n"
        "- topic: q\n  must_top:\n    - {id: a}\n    - {id: [b, c], k: 2}\n  tiers: [[a], [b, c]]\n"
        "- {topic: r, same_as: q, k: 3}\n- {topic: s, zero: true}\n",
    )
    rules = [(type(rule).__name__, rule.topic, rule.line) for rule in read_rules(path)]
    assert rules == [
        ("MustTop", "p", 2), ("MustNot", "p", 3), ("MustNot", "p", 3), ("MustTop", "q", 7), ("MustTop", "q", 8),
        ("MustTop", "q", 8), ("Tiers", "q", 5), ("SameAs", "r", 10), ("Zero", "s", 11),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("- {must_top: {id: a}}\n", "rules.yaml:1: a rule without a topic"),
        ("- topic: p\n", "rules.yaml:1: the rule for p has no condition"),
        ("- topic: p\n  must_top: {k: 3}\n", "rules.yaml:2: must_top needs an id"),
        (
            "- topic: p\n  must_top: {id: a, k: 0}\n",
            "rules.yaml:2: k: '0' is not a whole number of 1 or more",
        ),
        ("- topic: p\n  must_top: a\n", "rules.yaml:2: 'must_top' must be keys with values"),
        ("- topic: p\n  tiers: [[a]]\n", "rules.yaml:2: tiers must be two or more lists"),
        ("- topic: p\n  tiers: [[a], [b, a]]\n", "rules.yaml:2: an id is given twice"),
        ("- topic: p\n  tiers: a\n", "rules.yaml:2: 'tiers' must be a list of lists"),
        ("- topic: p\n  same_as: p\n", "rules.yaml:2: same_as names the topic itself"),
        ("- topic: p\n  zero: perhaps\n", "rules.yaml:2: zero: 'perhaps' is not true or false"),
        ("- topic: p\n  must_not: [[a]]\n", "rules.yaml:2: must_not must be ids"),
        ("- topic: p\n  musttop: {id: a}\n", "rules.yaml:2: unknown key 'musttop'"),
    ],
)
def test_an_error_is_reported_with_file_and_line(write: Write, text: str, message: str) -> None:
    with pytest.raises(EvaluationError) as caught:
        read_rules(write("rules.yaml", text))
    assert message in str(caught.value)


@pytest.mark.parametrize(
    ("rule", "passed", "message"),
    [
        (MustTop("p", "c", 3), True, "c must be in the first 3; it is at 3"),
        (MustTop("p", "d", 3), False, "d must be in the first 3; it is at 4"),
        (MustTop("p", "y", 3), False, "y must be in the first 3; it is not found"),
        (MustTop("p", "gone", 3), False, "gone must be in the first 3; it is no longer in the index"),
        (MustNot("p", "y"), True, "y must not be in the answer; it is not found"),
        (MustNot("p", "e"), False, "e must not be in the answer; it is at 5"),
        (MustNot("p", "e", 4), True, "e must not be in the first 4; it is at 5"),
        (MustNot("p", "e", 5), False, "e must not be in the first 5; it is at 5"),
        (Tiers("p", (("b", "a"), ("c",), ("e", "d"))), True, "the tiers are in order"),
        (Tiers("p", (("a", "c"), ("b",))), False, "c must come before b, but is at 3 after 2"),
        (Tiers("p", (("a",), ("y",))), False, "y, of a tier, is not found"),
        (SameAs("p", "q", 2), True, "the first 2 must be those of q"),
        (SameAs("p", "q", 3), False, "the first 3 must be those of q; they differ from place 3 on"),
        (Zero("empty"), True, "there must be no hit"),
        (Zero("p"), False, "there must be no hit; the first is a"),
    ],
)
def test_a_verdict_says_what_was_expected_and_what_was_found(
    rule: MustTop | MustNot | Tiers | SameAs | Zero, passed: bool, message: str
) -> None:
    (verdict,) = check_rules([rule], RUN, lambda doc: doc != "gone")
    assert (verdict.passed, verdict.message) == (passed, message)


@pytest.mark.parametrize(
    "rule", [MustNot("failed", "a"), Zero("failed"), SameAs("empty", "failed"), MustNot("nowhere", "a")]
)
def test_a_topic_that_did_not_run_keeps_no_rule(
    rule: MustNot | Zero | SameAs,
) -> None:
    (verdict,) = check_rules([rule], RUN)
    assert not verdict.passed
    assert "did not run" in verdict.message
