"""Names found in the table are those of the vocabulary."""

from __future__ import annotations

from osce_search.engine.match.expansion import TABLE, names_from, print_table
from osce_search.index.analyzer import analyze
from osce_search.vocabulary import synonyms


def test_the_table_is_what_vocabulary_and_analyzer_say() -> None:
    assert TABLE.read_text(encoding="utf-8") == print_table(), "run make derive"


def test_every_name_leads_to_all_others_of_its_groups() -> None:
    expected: dict[tuple[str, ...], set[str]] = {}
    for group in synonyms():
        for name in group:
            key = tuple(analyze(name))
            expected.setdefault(key, set()).update(other for other in group if tuple(analyze(other)) != key)
    for key, others in expected.items():
        found = {name.terms: name.others for name in names_from(key[0])}
        assert set(found.get(key, ())) == others


def test_long_names_come_before_the_short_ones_they_begin_with() -> None:
    lengths = [len(name.terms) for name in names_from("bosnia")]
    assert lengths == sorted(lengths, reverse=True)
    assert lengths[-1] == 1


def test_a_word_that_begins_no_name_has_none() -> None:
    assert names_from("xylophon") == ()
