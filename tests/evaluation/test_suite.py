"""The files of a relevance test are checked one by one, against each other and against the index."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from osce_search.backends import Index
from osce_search.errors import EvaluationError
from osce_search.evaluation import Paths
from osce_search.evaluation.files import Problems
from osce_search.evaluation.harness import check_against_index, check_suite, find_paths, load_suite

Write = Callable[[str, str], Path]


def problems_of(directory: Path, index: Index | None = None) -> list[str]:
    problems = Problems()
    suite = load_suite(find_paths(directory), problems)
    check_suite(suite, problems)
    if index is not None:
        check_against_index(suite, index, problems)
    return [str(problem).removeprefix(f"{directory}/") for problem in problems.all]


def test_files_are_found_by_their_names(write: Write, tmp_path: Path) -> None:
    write("topics.tsv", "p\tx\n")
    write("qrels.txt", "p 0 a 1\n")
    paths = find_paths(tmp_path)
    assert (paths.topics, paths.qrels, paths.rules) == (tmp_path / "topics.tsv", tmp_path / "qrels.txt", None)
    assert paths.baseline == tmp_path / "baseline.json"


def test_given_topics_replace_those_of_a_directory(write: Write, tmp_path: Path) -> None:
    write("qrels.txt", "p 0 a 1\n")
    paths = find_paths(tmp_path, Paths(topics=tmp_path / "other.tsv"))
    assert (paths.topics, paths.qrels) == (tmp_path / "other.tsv", tmp_path / "qrels.txt")


def test_a_directory_without_topics_is_refused(tmp_path: Path) -> None:
    with pytest.raises(EvaluationError, match="no topics in it"):
        find_paths(tmp_path)
    with pytest.raises(EvaluationError, match="there is no such directory"):
        find_paths(tmp_path / "none")


def test_files_that_agree_have_no_problems(write: Write, tmp_path: Path, index: Index) -> None:
    write("topics.yaml", "- {id: p, query: border}\n- {id: z, query: nothing}\n")
    write("qrels.txt", "p 0 1 3\np 0 2 0\n")
    write("rules.yaml", "- {topic: p, must_top: {id: 1, k: 1}}\n- {topic: z, zero: true}\n")
    assert problems_of(tmp_path, index) == []


def test_contradictions_are_reported_with_file_and_line(write: Write, tmp_path: Path) -> None:
    write(
        "topics.yaml", "- {id: p, query: x}\n- {id: q, query: y}\n- {id: r, query: y}\n- {id: z, query: n}\n"
    )
    write("qrels.txt", "p 0 a 3\np 0 b 0\nother 0 a 1\nother 0 b 1\nr 0 a 0\nz 0 a 2\n")
    write(
        "rules.yaml",
        "- {topic: p, must_not: [a], must_top: {id: b}}\n- {topic: s, zero: true}\n- {topic: p, same_as: t}\n"
        "- {topic: z, zero: true}\n",
    )
    write("accepted.yaml", "- {topic: u, reason: why}\n")
    assert problems_of(tmp_path) == [
        "topics.yaml:2: the topic q has no judgements",
        "topics.yaml:3: warning: no release is relevant to r: it can only score 0",
        "qrels.txt:3: 2 judgements for other, which is no topic",
        "rules.yaml:2: a rule for s, which is no topic",
        "rules.yaml:3: a rule for t, which is no topic",
        "accepted.yaml:1: u is accepted to fall, but is no topic",
        "qrels.txt:6: a answers z, which has no answer according to a rule",
        f"rules.yaml:1: warning: b has the grade 0 for p ({tmp_path}/qrels.txt:2), which this rule contradicts",
        f"rules.yaml:1: warning: a has the grade 3 for p ({tmp_path}/qrels.txt:1), which this rule contradicts",
    ]  # fmt: skip


def test_releases_that_the_index_does_not_hold_are_reported(
    write: Write, tmp_path: Path, index: Index
) -> None:
    write("topics.yaml", "- {id: p, query: border}\n")
    write("qrels.txt", "p 0 1 3\np 0 99 2\n")
    write("rules.yaml", "- {topic: p, must_top: {id: 98, k: 1}, must_not: [97]}\n")
    assert problems_of(tmp_path, index) == [
        "qrels.txt:2: warning: 99, judged for p, is not in the index",
        "rules.yaml:1: warning: 98, in a rule for p, is not in the index",
    ]


def test_texts_that_changed_since_are_reported(write: Write, tmp_path: Path, index: Index) -> None:
    write("topics.yaml", "- {id: p, query: border}\n")
    write("qrels.txt", "p 0 1 3\np 0 2 0\n")
    release = index.get("2")
    assert release is not None
    notes = [
        {"topic": "p", "doc": "1", "content_sha256": "other"},
        {"topic": "p", "doc": "2", "content_sha256": release.content_sha256},
        {"topic": "p", "doc": "3", "content_sha256": "x"},
    ]
    write("qrels.meta.jsonl", "".join(json.dumps(note) + "\n" for note in notes) + "no record\n")
    baseline = {
        "schema_version": 1, "measure": "RR", "values": {}, "means": {"RR": 1}, "judged@10": 1, "index": "b2:0",
        "texts": "", "topics": "", "judgements": "", "profile": "", "software": "", "tolerance": 0, "drop": 0,
    }  # fmt: skip
    write("baseline.json", json.dumps(baseline))
    assert problems_of(tmp_path, index) == [
        "baseline.json: warning: the texts in the index changed since this was pinned; compare, then pin anew",
        "qrels.meta.jsonl:1: warning: the text of 1 changed since it was judged for p; look at it again",
        f"qrels.meta.jsonl:3: warning: 3 is noted here as judged for p, and is not in {tmp_path}/qrels.txt",
        "qrels.meta.jsonl:3: warning: the text of 3 changed since it was judged for p; look at it again",
        "qrels.meta.jsonl:4: not a record with topic, doc and content_sha256",
    ]
