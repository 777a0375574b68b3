"""Collections made from others ask only for what is in them."""

from __future__ import annotations

import random
from pathlib import Path

from benchmarks.derived_collections import DerivedCollection, stories, write_collection
from benchmarks.rankers import Document
from osce_search.evaluation.topics import read_topics
from osce_search.evaluation.trec import read_judgements

LONG = "The harbour was shut. " * 40
ALIKE = {"text": LONG, "country": ["fr"]}
NEWS = [
    {"id": str(n), "title": f"Harbour {n}", "date": f"1987-03-0{day}", "field": [field], **ALIKE}
    for n, (day, field) in enumerate(
        [(2, "ship"), (3, "ship"), (4, "ship"), (5, "ship"), (3, "tin"), (9, "ship")]
    )
]


def test_one_of_a_story_asks_for_the_others_of_its_labels_and_week_and_is_left_out() -> None:
    derived = stories(NEWS, random.Random(1))
    (asked,) = derived.questions
    assert asked in {"0", "1", "2", "3"}
    assert {*derived.answers[asked], asked} == {"0", "1", "2", "3"}
    assert {document.id for document in derived.documents} == {"0", "1", "2", "3", "4", "5"} - {asked}


def test_files_are_read_back_as_topics_and_judgements(tmp_path: Path) -> None:
    derived = DerivedCollection([Document("a", "", "Ships wait.")], {"1": "which ships\nwait"}, {"1": ["a"]})
    write_collection(derived, tmp_path / "ships")
    (topic,) = read_topics(tmp_path / "ships" / "topics.tsv")
    (judgement,) = read_judgements(tmp_path / "ships" / "qrels.txt")
    assert (topic.id, topic.query) == ("1", "which ships wait")
    assert (judgement.topic, judgement.doc, judgement.grade) == ("1", "a", 1)
