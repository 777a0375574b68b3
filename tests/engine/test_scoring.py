"""BM25F term by term: worked by hand on an index of three releases."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest

from osce_search.engine import scoring
from osce_search.engine.scoring import Profile, idf, saturate, weigh_occurrence, weigh_repetition
from osce_search.engine.searcher import Searcher
from osce_search.index.reader import open_snapshot
from osce_search.index.writer import IndexWriter
from osce_search.query import And, Node, Or, Plan, Word
from osce_search.release import Release

# Titles of 2, 1 and 0 words (mean 1); texts of 2, 4 and 6 words, lead and body together (mean 4).
THREE = (
    Release(id="a", title="Border guards", text="Border opened"),
    Release(id="b", title="Visit", text="Talks held\n\nBorder border"),
    Release(id="c", title="", text="Guards train police\n\nPolice train guards"),
)
ROUND = Profile("round", weights=(4.0, 2.0, 1.0), k1=1.0, b_text=0.5, b_title=0.5, lam=0.0, titles=False)


@pytest.fixture
def searcher(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Searcher:
    monkeypatch.setitem(scoring.PROFILES, "round", ROUND)
    with IndexWriter(tmp_path) as writer:
        for release in THREE:
            writer.add(release)
        writer.commit()
    return Searcher(open_snapshot(tmp_path))


def scores(searcher: Searcher, tree: Node) -> dict[str, float]:
    hits = searcher.search(Plan(tree=tree, profile="round", relax=False, expand=False)).hits
    return {hit.id: hit.score for hit in hits}


def test_idf_is_that_of_the_paper_and_never_negative() -> None:
    assert idf(3, 2) == math.log(1.6)
    assert idf(3, 3) == math.log(8 / 7)


def test_an_occurrence_counts_its_weight_at_the_mean_length_and_less_in_longer_fields() -> None:
    lengths = np.array([2.0, 4.0, 12.0])
    assert weigh_occurrence(lengths, avgl=4.0, v=2.0, b=0.5).tolist() == [2 / 0.75, 2.0, 1.0]
    assert weigh_occurrence(lengths, avgl=4.0, v=2.0, b=0.0).tolist() == [2.0, 2.0, 2.0]
    assert lengths.tolist() == [2.0, 4.0, 12.0]


def test_frequency_saturates_below_k1_plus_one() -> None:
    assert saturate(np.array([0.0, 1.0, 3.0]), k1=1.0).tolist() == [0.0, 1.0, 1.5]
    assert saturate(np.array([1e12]), k1=1.0)[0] < 2.0


def test_a_repeated_word_counts_less_each_time() -> None:
    assert [weigh_repetition(q, 1.0) for q in (1, 2, 3)] == [1.0, 4 / 3, 1.5]


def test_scores_are_those_worked_by_hand(searcher: Searcher) -> None:
    # border: a has it in a title of 2 words, 4 / 1.5, and in a lead with 2 words of text, 2 / 0.75;
    # b has it twice in the body with 4 words of text, 2 × 1 / 1.
    a, b = 4 / 1.5 + 2 / 0.75, 2.0
    assert scores(searcher, Word("border")) == pytest.approx(
        {"a": math.log(1.6) * 2 * a / (1 + a), "b": math.log(1.6) * 2 * b / (1 + b)}
    )


def test_lead_and_body_share_one_length(searcher: Searcher) -> None:
    # police: once in the lead and once in the body of c, whose text has 6 words.
    tf = 2 / 1.25 + 1 / 1.25
    assert scores(searcher, Word("police")) == pytest.approx(
        {"c": math.log(1 + 2.5 / 1.5) * 2 * tf / (1 + tf)}
    )


def test_words_of_one_stem_count_as_one_word_that_is_repeated(searcher: Searcher) -> None:
    once = scores(searcher, Word("guard"))
    for tree in (Or((Word("guard"), Word("guards"))), And((Word("guards"), Word("GUARD")))):
        assert scores(searcher, tree) == pytest.approx({id: 1.8 * score for id, score in once.items()})


def test_words_of_different_weight_or_field_are_not_one_word(searcher: Searcher) -> None:
    both = scores(searcher, Or((Word("guards"), Word("guards", boost=2))))
    once = scores(searcher, Word("guards"))
    assert both == pytest.approx({id: 3 * score for id, score in once.items()})
