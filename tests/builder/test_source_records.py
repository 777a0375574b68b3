"""What several pages tell of one release becomes one release."""

from __future__ import annotations

import datetime as dt
from itertools import permutations

from hypothesis import given
from hypothesis import strategies as st

from osce_search.builder.source_records import Ledger, SourceRecord, complete, merge
from osce_search.release import Origin, Release

FULL = Release(id="7", title="A visit", text="It began.\n\nIt ended.", source=("odihr",))
TEASER = Release(
    id="7",
    title="A visit",
    text="It began...",
    type="press-release",
    country=("BA",),
    source=("fom",),
    partial=True,
)


def test_a_teaser_fills_what_the_full_page_leaves_open_in_either_order() -> None:
    for accounts in permutations((FULL, TEASER)):
        merged = merge(accounts)
        assert (merged.text, merged.type, merged.country) == (FULL.text, "press-release", ("BA",))
        assert merged.source == ("odihr",)
        assert not merged.partial


def test_of_two_full_accounts_the_last_one_counts_and_takes_nothing_from_the_other() -> None:
    other = Release(id="7", title="A visit, corrected", text="It began.", field=("elections",))
    assert merge((FULL, other)) == other
    assert merge((other, FULL)) == FULL


def test_of_teasers_alone_the_longest_counts() -> None:
    longer = Release(id="7", title="A visit", text="It began on time...", place=("vienna",), partial=True)
    for accounts in permutations((TEASER, longer)):
        merged = merge(accounts)
        assert (merged.text, merged.place, merged.country) == ("It began on time...", ("vienna",), ("BA",))
        assert merged.partial


def test_a_printed_country_replaces_an_inferred_one() -> None:
    inferred = Release(
        id="7",
        title="A visit",
        text="…",
        country=("AT",),
        provenance={"country": (Origin("AT", "inferred"),)},
    )
    printed = Release(
        id="7",
        title="A visit",
        text="",
        country=("BA",),
        provenance={"country": (Origin("BA", "assigned"),)},
        partial=True,
    )
    merged = complete(inferred, printed)
    assert merged.country == ("BA",)
    assert merged.provenance["country"] == (Origin("BA", "assigned"),)


def test_a_printed_publishing_date_replaces_that_of_a_dateline() -> None:
    page = Release(
        id="7", title="…", text="…", date=dt.date(2012, 1, 1), provenance={"date": (Origin("", "dateline"),)}
    )
    listing = Release(
        id="7",
        title="…",
        text="",
        date=dt.date(2011, 12, 30),
        provenance={"date": (Origin("", "published"),)},
        partial=True,
    )
    assert complete(page, listing).date == dt.date(2011, 12, 30)
    assert complete(page, listing).provenance["date"][0].origin == "published"


@given(st.lists(st.sampled_from(["ba", "rs", "me"]), unique=True), st.randoms())
def test_the_order_of_teasers_makes_no_difference(countries: list[str], random: object) -> None:
    teasers = [
        Release(id="7", title="A visit", text="x" * len(name), country=(name,), partial=True)
        for name in countries
    ]
    results = {merge([FULL, *order]).to_json() for order in permutations(teasers)}
    assert len(results) == 1


def test_a_ledger_reads_the_accounts_that_it_printed() -> None:
    digest, origin = Ledger.print_sources([SourceRecord("b.html", "02"), SourceRecord("a.html", "01")])
    ledger = Ledger({"7": digest}, {"7": origin})
    assert ledger.sources == {"7": (SourceRecord("a.html", "01"), SourceRecord("b.html", "02"))}
    assert ledger.releases[SourceRecord("b.html", "02")] == ["7"]
