"""Relevance: neighbours and titles move hits, and nothing else."""

from __future__ import annotations

import dataclasses
import datetime as dt
import functools
import itertools
import math
import tempfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from osce_search.engine import scoring
from osce_search.engine.rank.relevance import find_shares, find_support, smooth_scores
from osce_search.engine.scoring import PROFILES
from osce_search.engine.searcher import Searcher
from osce_search.index.reader import open_snapshot
from osce_search.index.writer import IndexWriter
from osce_search.query import And, FacetRequest, Filter, In, Node, Not, Or, Phrase, Plan, Prefix, Word
from osce_search.release import Release
from osce_search.results import Results

WORDS = ("border", "media", "election", "police", "court", "gender", "borders", "OSCE")
texts = st.lists(st.sampled_from(WORDS), min_size=1, max_size=9).map(" ".join)
releases = st.lists(
    st.builds(
        Release, id=st.just(""), title=texts, text=texts, country=st.sampled_from([("AL",), ("BA",), ()])
    ),
    min_size=1,
    max_size=14,
).map(lambda items: [dataclasses.replace(item, id=str(number)) for number, item in enumerate(items)])
words = st.builds(Word, st.sampled_from(WORDS), st.sampled_from((None, None, "title")))
trees: st.SearchStrategy[Node] = st.recursive(
    words | st.builds(In, st.just("country"), st.just(("AL",))),
    lambda inner: st.one_of(
        st.builds(And, st.lists(inner, min_size=1, max_size=3).map(tuple)),
        st.builds(Or, st.lists(inner, min_size=1, max_size=3).map(tuple)),
        st.builds(Not, inner),
    ),
    max_leaves=5,
)


def index(directory: str | Path, items: list[Release], pieces: int = 1, **options: object) -> Searcher:
    for number in range(pieces):
        with IndexWriter(Path(directory), **options) as writer:  # type: ignore[arg-type]
            for release in items[number::pieces]:
                writer.add(release)
            writer.commit()
    return Searcher(open_snapshot(Path(directory)))


def ask(searcher: Searcher, tree: Node, **more: object) -> Results:
    query = Plan(tree=tree, relax=False, expand=False, limit=None)
    return searcher.search(dataclasses.replace(query, **more))  # type: ignore[arg-type]


def scores(searcher: Searcher, tree: Node, **more: object) -> dict[str, float]:
    return {hit.id: hit.score for hit in ask(searcher, tree, **more).hits}


# ── the formula ──────────────────────────────────────────────────────────────────────────────────────────────────


def test_shares_are_powers_of_the_cosine_and_add_up_to_one() -> None:
    cosines = np.array([[200, 100, 0], [0, 0, 0]], np.uint8)
    assert find_shares(cosines, 1.0)[0].tolist() == pytest.approx([2 / 3, 1 / 3, 0])
    assert find_shares(cosines, 2.0)[0].tolist() == [0.8, 0.2, 0.0]
    assert find_shares(cosines, 2.0).sum(axis=1).tolist() == pytest.approx([1.0, 1.0])


def test_support_is_the_mean_of_the_neighbours_by_their_shares() -> None:
    found = find_support(np.array([[4.0, 2.0], [0.0, 3.0]]), np.array([[0.5, 0.5], [0.75, 0.25]]))
    assert found.tolist() == [3.0, 0.75]


def test_a_score_goes_part_of_the_way_to_its_support_and_the_best_stays() -> None:
    own = np.array([0.0, 4.0, 8.0])
    draw = functools.partial(smooth_scores, own, max_score=16.0, best=8.0, lam=0.5)
    assert draw(np.array([8.0, 12.0, 0.0]), sparing=1.0).tolist() == [4.0, 5.5, 8.0]
    assert draw(np.array([8.0, 12.0, 0.0]), sparing=2.0).tolist() == [4.0, 6.25, 8.0]
    assert draw(0.0, sparing=1.0).tolist() == [0.0, 3.25, 8.0]
    assert own.tolist() == [0.0, 4.0, 8.0]


# ── against plain Python ─────────────────────────────────────────────────────────────────────────────────────────


def worked_out(searcher: Searcher, tree: Or | Word) -> dict[str, float]:
    """The smoothed scores of a question of alternatives, from its plain ones and the neighbours of the index."""
    snapshot, profile = searcher.snapshot, PROFILES["default"]
    own = scores(searcher, tree, profile="untitled")
    idfs = {}
    asked = [word for word in (tree.children if isinstance(tree, Or) else (tree,)) if isinstance(word, Word)]
    for scored in map(searcher.matcher("default").scored, asked):
        q = sum(searcher.matcher("default").scored(word).key == scored.key for word in asked)
        idfs[scored.key] = scored.idf * (profile.k1 + 1) * 9 * q / (8 + q)
    most, best, found = sum(idfs.values()), max(own.values(), default=0.0), {}
    assert snapshot.neighbours is not None
    for id, score in own.items():
        doc = snapshot.find(id)
        assert doc is not None
        rows = zip(
            snapshot.neighbours.docs[doc].tolist(), snapshot.neighbours.cosines[doc].tolist(), strict=True
        )
        near = [(snapshot.id(other), cosine**2) for other, cosine in rows if cosine]
        total = sum(weight for _, weight in near)
        support = sum(weight / total * own.get(other, 0.0) for other, weight in near) if near else score
        share = profile.lam * (1 - score / most) * (1 - (score / best) ** profile.sparing)
        found[id] = score + share * (support - score)
    return found


@pytest.fixture(autouse=True)
def _profiles(monkeypatch: pytest.MonkeyPatch) -> None:
    default = PROFILES["default"]
    for changed in (
        dataclasses.replace(default, name="untitled", lam=0.0, titles=False),
        dataclasses.replace(default, name="smooth", titles=False),
        dataclasses.replace(default, name="three", candidates=3),
    ):
        monkeypatch.setitem(scoring.PROFILES, changed.name, changed)


quiet = settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)


@quiet
@given(releases, st.lists(words, min_size=1, max_size=4), st.integers(1, 3))
def test_scores_are_those_worked_out_in_plain_python(
    items: list[Release], question: list[Word], pieces: int
) -> None:
    tree = Or(tuple(question)) if len(question) > 1 else question[0]
    with tempfile.TemporaryDirectory() as directory:
        searcher = index(directory, items, pieces)
        assert scores(searcher, tree, profile="smooth") == pytest.approx(worked_out(searcher, tree))


# ── what does not change ─────────────────────────────────────────────────────────────────────────────────────────


@quiet
@given(releases, trees, st.sampled_from(["default", "fast", "three", "recent"]), st.integers(1, 3))
def test_profiles_change_the_order_and_neither_hits_nor_counts(
    items: list[Release], tree: Node, name: str, pieces: int
) -> None:
    facets = (FacetRequest("country", None), FacetRequest("year", None))
    with tempfile.TemporaryDirectory() as directory:
        searcher = index(directory, items, pieces)
        plain, other = (ask(searcher, tree, facets=facets, profile=p) for p in ("plain", name))
        assert plain.total == other.total
        assert {hit.id for hit in plain.hits} == {hit.id for hit in other.hits}
        assert [plain.facets[name] for name in plain.facets] == [other.facets[name] for name in other.facets]


@quiet
@given(releases, trees, st.sampled_from(["default", "three", "recent", "fast"]), st.integers(1, 5))
def test_pages_follow_each_other_as_in_the_whole_and_scores_fall(
    items: list[Release], tree: Node, name: str, size: int
) -> None:
    with tempfile.TemporaryDirectory() as directory:
        searcher = index(directory, items)
        whole = [(hit.id, hit.score) for hit in ask(searcher, tree, profile=name).hits]
        pages = [ask(searcher, tree, profile=name, limit=size, offset=o) for o in range(0, len(items), size)]
        assert [(hit.id, hit.score) for page in pages for hit in page.hits] == whole
        assert all(one >= other - 1e-12 for (_, one), (_, other) in itertools.pairwise(whole))


@quiet
@given(releases, trees, st.sampled_from(["default", "three", "recent", "fast"]))
def test_the_value_of_an_explanation_is_the_score(items: list[Release], tree: Node, name: str) -> None:
    with tempfile.TemporaryDirectory() as directory:
        for hit in ask(index(directory, items), tree, profile=name, explain=True).hits:
            value = 0.0 if hit.explanation is None else hit.explanation.value
            assert value == pytest.approx(hit.score, abs=1e-9)


@quiet
@given(releases, st.lists(words, min_size=2, max_size=3, unique=True))
def test_what_all_words_match_scores_by_its_words_as_where_any_match(
    items: list[Release], question: list[Word]
) -> None:
    with tempfile.TemporaryDirectory() as directory:
        searcher = index(directory, items)
        any_of, all_of = (scores(searcher, kind(tuple(question)), profile="fast") for kind in (Or, And))
        assert all_of == pytest.approx({id: any_of[id] for id in all_of})


# ── neighbours ───────────────────────────────────────────────────────────────────────────────────────────────────

RELEASES = [
    Release(id="guards", title="Border guards trained", text="Border guards learned reading papers."),
    Release(id="police", title="Border police trained", text="Police learned reading papers along border."),
    Release(id="maps", title="Maps donated", text="Guards, police got maps, papers, lamps, radios, border."),
    Release(id="poem", title="Poem", text="Border between day, night, moon."),
    *(Release(id=f"poem {n}", title="Poem", text="Day, night, moon, stars.") for n in range(3)),
    *(
        Release(id=str(n), title=f"Visit {n}", text=f"Delegation {n} came.", country=("AL",))
        for n in range(6)
    ),
]


def test_a_release_among_others_on_the_matter_comes_before_one_that_only_says_the_word(
    tmp_path: Path,
) -> None:
    searcher = index(tmp_path, RELEASES)
    fast, default = (list(scores(searcher, Word("border"), profile=name)) for name in ("fast", "default"))
    assert fast.index("poem") < fast.index("maps")
    assert default.index("maps") < default.index("poem")


def test_an_explanation_names_the_neighbours_and_adds_up(tmp_path: Path) -> None:
    searcher = index(tmp_path, RELEASES)
    hit = next(hit for hit in ask(searcher, Word("border"), explain=True).hits if hit.id == "maps")
    assert hit.explanation is not None
    own, support = hit.explanation.parts
    most = 2.5 * math.log(1 + 9.5 / 4.5)
    best = max(scores(searcher, Word("border"), profile="untitled").values())
    share = 0.6 * (1 - own.value / most) * (1 - (own.value / best) ** 8)
    assert hit.explanation.value == pytest.approx(own.value + share * (support.value - own.value))
    assert {part.text.split()[1] for part in support.parts} == {"guards:", "police:"}
    assert support.value == pytest.approx(sum(part.value for part in support.parts))


def test_the_best_by_its_own_words_keeps_its_score(tmp_path: Path) -> None:
    searcher = index(tmp_path, RELEASES)
    own, drawn = (scores(searcher, Word("border"), profile=name) for name in ("untitled", "smooth"))
    first, second = sorted(own, key=own.__getitem__, reverse=True)[:2]
    assert drawn[first] == pytest.approx(own[first])
    assert drawn[second] != pytest.approx(own[second])


def test_support_comes_from_releases_that_no_filter_lets_through(tmp_path: Path) -> None:
    items = [dataclasses.replace(item, country=("BA",) if item.id == "maps" else ()) for item in RELEASES]
    searcher = index(tmp_path, items)
    filtered = scores(searcher, Word("border"), filters=(Filter("country", ("BA",)),))
    assert filtered == {"maps": scores(searcher, Word("border"))["maps"]}


def test_only_the_best_by_their_own_words_have_their_neighbours_looked_at(tmp_path: Path) -> None:
    searcher = index(tmp_path, RELEASES)
    hits = ask(searcher, Word("border"), profile="three", explain=True).hits
    last = hits[3].explanation
    assert last is not None
    assert "not looked for, since 3 others" in last.parts[1].text
    assert last.value == hits[3].score < last.parts[0].value


def test_without_neighbours_a_profile_does_without_and_the_receipt_says_so(tmp_path: Path) -> None:
    searcher = index(tmp_path, RELEASES, neighbours=False)
    default, fast = (ask(searcher, Word("border"), profile=name) for name in ("default", "fast"))
    assert [(hit.id, hit.score) for hit in default.hits] == [(hit.id, hit.score) for hit in fast.hits]
    assert default.receipt is not None
    assert fast.receipt is not None
    assert (default.receipt.profile, fast.receipt.profile) == ("default without neighbours", "fast")


def test_other_orders_have_no_scores(tmp_path: Path) -> None:
    searcher = index(tmp_path, RELEASES)
    assert set(scores(searcher, Word("border"), sort="title").values()) == {0.0}


# ── recency ──────────────────────────────────────────────────────────────────────────────────────────────────────


def test_of_equals_the_newer_comes_first_and_undated_releases_last(tmp_path: Path) -> None:
    days = {
        "new": dt.date(2020, 6, 1),
        "old": dt.date(2010, 6, 1),
        "newest": dt.date(2022, 6, 1),
        "undated": None,
    }
    items = [Release(id=id, title="Border", text="Guards.", date=day) for id, day in days.items()]
    searcher = index(tmp_path, items)
    found = scores(searcher, Word("guards"), profile="recent")
    assert list(found) == ["newest", "new", "old", "undated"]
    plain = scores(searcher, Word("guards"))["new"]
    assert plain / 2 < found["undated"] < found["newest"] == pytest.approx(plain)


# ── titles ───────────────────────────────────────────────────────────────────────────────────────────────────────

TITLED = [
    Release(id="long", title="Media and election", text="Media media media. Election election."),
    Release(id="exact", title="The media in elections", text="Something else was said."),
    Release(id="more", title="Media, election, court", text="Media and election. Media and election."),
    *(Release(id=str(n), title=f"Media {n}", text="Media and election, election.") for n in range(5)),
]


@pytest.mark.parametrize(
    "tree",
    [
        And((Word("elections"), Word("media"))),
        Or((Word("Media"), Word("in"), Word("election"))),
        And((Phrase("media election"), In("country", ()), Not(Word("court")))),
    ],
)
@pytest.mark.parametrize("name", ["default", "fast", "three"])
def test_a_release_comes_first_whose_title_has_the_words_of_the_question_and_no_others(
    tmp_path: Path, tree: Node, name: str
) -> None:
    found = scores(index(tmp_path, TITLED), tree, profile=name)
    if found:
        assert set(list(found)[:2]) <= {"exact", "long"}


def test_both_releases_of_a_title_come_before_all_others(tmp_path: Path) -> None:
    searcher = index(tmp_path, TITLED, 3)
    found = list(scores(searcher, And((Word("election"), Word("media")))).items())
    assert {id for id, _ in found[:2]} == {"exact", "long"}
    most = found[1][1] - found[2][1]
    assert most > 0


def test_a_question_for_more_than_words_is_no_title(tmp_path: Path) -> None:
    searcher = index(tmp_path, TITLED)
    for tree in (
        And((Word("media"), Prefix("election"))),
        And((Word("media"), Word("election", field="body"))),
    ):
        titled, untitled = (scores(searcher, tree, profile=name) for name in ("fast", "untitled"))
        assert titled == untitled


def test_the_explanation_tells_of_the_title(tmp_path: Path) -> None:
    hit = ask(index(tmp_path, TITLED), And((Word("media"), Word("elections"))), explain=True).hits[0]
    assert hit.explanation is not None
    assert hit.explanation.text.startswith("the question is the whole title")
    assert hit.explanation.value == pytest.approx(sum(part.value for part in hit.explanation.parts))
    assert hit.explanation.value == pytest.approx(hit.score)
