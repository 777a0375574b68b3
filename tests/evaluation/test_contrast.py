"""A comparison in print says which of two runs is better, how sure that is, and what it rests on."""

from __future__ import annotations

from osce_search.evaluation.comparison_report import compare_runs, describe_comparison, print_comparison
from osce_search.evaluation.run import Outcome, Ranked, Run
from tests.evaluation.runs import JUDGED, RUN, TOPICS


def test_a_comparison_is_told_and_says_what_it_left_out() -> None:
    other = Run("new", (Outcome("p", "answered", (Ranked("b", 1.0), Ranked("a", 0.5)), 2),))
    compared = compare_runs(RUN, other, JUDGED, ("RR",), topics=TOPICS)
    assert print_comparison(compared) == (
        "measure    mine     new   change           95 %      p  p (Holm)  better  worse  equal\n"
        "RR       1.0000  0.5000  -0.5000  -0.500…-0.500  1.000     1.000       0      1      0\n"
        "\n"
        "judged@10: 100% and 50%; stale judgements: unknown; 1 topic.\n"
        "Left out, since only one of the two ran them: q.\n"
        "Did not run in mine: r.\n"
        "1 topic: with fewer than 50, a difference of one point is noise.\n"
        "\n"
        "Fell most\n"
        "  p  x  1.0000 → 0.5000 (-0.5000)\n"
        "      in  b (not judged), from nowhere to 1\n"
    )
    record = describe_comparison(compared)
    assert record["movers"][0]["in"] == [{"doc": "b", "grade": None, "before": None, "after": 1}]
    assert record["left_out"] == ["q"]
