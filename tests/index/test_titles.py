"""Title keys are equal for the same words in any order and form."""

from __future__ import annotations

from pathlib import Path

import pytest

from osce_search.index.analyzer import title_key, title_words
from osce_search.index.reader import open_snapshot
from osce_search.index.writer import IndexWriter
from osce_search.release import Release


def key(*texts: str) -> int:
    return title_key([title_words(text) for text in texts])


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Training of border guards", "guards border TRAINING"),
        ("Co-operation in Désir", "cooperation desir"),
        ("The U.S. and the OSCE's role", "role OSCE U S"),
        ("Border, border guards", "border guards"),
    ],
)
def test_the_same_words_have_one_key(one: str, other: str) -> None:
    assert key(one) == key(other) == key(*other.split())


def test_other_words_have_other_keys() -> None:
    assert len({key(text) for text in ("border", "border guards", "guards", "media", "")}) == 5
    assert key("") == key("…") == 0


def test_stop_words_count_if_there_are_no_other_words() -> None:
    assert key("Who is who") == key("who", "is") > 0
    assert key("Who is who") != key("To be or not to be")


def test_documents_are_found_by_the_key_of_their_title(tmp_path: Path) -> None:
    titles = ["Border guards", "Guards of the border", "Media", "", "The media"]
    for number, title in enumerate(titles):
        with IndexWriter(tmp_path) as writer:
            writer.add(Release(id=str(number), title=title, text="x"))
            writer.commit()
    snapshot = open_snapshot(tmp_path)
    found = {
        text: {snapshot.id(int(doc)) for doc in snapshot.titled(key(text))}
        for text in ("border guard", "media")
    }
    assert found == {"border guard": {"0", "1"}, "media": {"2", "4"}}
    assert len(snapshot.titled(0)) == len(snapshot.titled(key("police"))) == 0
