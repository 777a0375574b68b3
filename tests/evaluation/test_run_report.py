"""A report says what a mean depends on."""

from __future__ import annotations

from osce_search.evaluation.measures import measure_run
from osce_search.evaluation.run_report import describe_scores, print_scores, print_table
from tests.evaluation.runs import JUDGED, RUN, TOPICS


def test_the_printed_scores_have_weights_kinds_failures_and_a_warning() -> None:
    text = print_scores(RUN, measure_run(RUN, JUDGED, ("RR",), topics=TOPICS), TOPICS)
    assert text == (
        "measure    mean         95 %  weighted  topics  judged@10  stale\n"
        "RR       0.5000  0.000–1.000    0.7500       2        50%      ?\n"
        "\n"
        "kind      RR  topics\n"
        "a     1.0000       1\n"
        "b     0.0000       1\n"
        "\n"
        "3 topics attempted: 1 answered, 1 empty, 1 failed.\n"
        "Failed, and not counted as zero: r (QueryError: no).\n"
        "2 topics: with fewer than 50, a difference of one point is noise.\n"
    )


def test_the_scores_as_json_hold_every_topic() -> None:
    record = describe_scores(RUN, measure_run(RUN, JUDGED, ("RR",), topics=TOPICS, stale=(JUDGED[1],)))
    assert record["means"]["RR"] == {
        "value": 0.5, "weighted": 0.75, "topics": 2, "interval": [0.0, 1.0], "judged@10": 0.5,
    }  # fmt: skip
    assert [(item["id"], item["status"], item["values"].get("RR")) for item in record["topics"]] == [
        ("p", "answered", 1.0), ("q", "empty", 0.0), ("r", "failed", None),
    ]  # fmt: skip
    assert record["stale"] == [{"topic": "q", "doc": "a"}]


def test_a_table_in_markdown_has_a_rule() -> None:
    assert print_table(["a", "b"], [["x|y", "1"]], markdown=True) == (
        "| a | b |\n| --- | ---: |\n| x\\|y | 1 |"
    )
