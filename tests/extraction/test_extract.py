"""extract: bytes of any carrier give releases, or an ExtractionError."""

from __future__ import annotations

from pathlib import Path

import pytest

from osce_search.extraction import extract_one, extract_with_dropped


@pytest.mark.data
def test_the_first_real_page_gives_its_record_and_nothing_of_its_menu(shared_data: Path) -> None:
    release = extract_one((shared_data / "release-page.txt").read_bytes(), "release-page.txt")
    assert release.title == (
        "Stronger action to identify victims and protect the most vulnerable needed, "
        "say OSCE leaders on world anti-trafficking day"
    )
    assert release.to_record()["date"] == "2024-07-30"
    assert release.provenance["date"][0].origin == "dateline"
    assert release.type == "press-release"
    assert release.place == ("Valletta", "Vienna", "Warsaw")
    assert release.source == (
        "chairpersonship",
        "odihr",
        "secretariat",
        "combating-trafficking-representative",
    )
    assert release.field == ("combating-trafficking",)
    assert release.language == "en"
    assert release.parser == "legacy-text"
    assert len(release.paragraphs) == 9
    assert release.paragraphs[0].startswith("VALLETTA/VIENNA/WARSAW, 30 July 2024 – Marking World Day")
    assert release.paragraphs[-1].endswith("combating-human-trafficking.")
    assert not any(
        state in release.text for state in ("Andorra", "Liechtenstein", "Uzbekistan", "Fields of work")
    )


def test_what_is_left_out_between_title_and_end_is_told_and_a_large_share_is_flagged() -> None:
    paragraph = "Beekeepers of three valleys met today to agree on a calendar of flowering trees for the years to come."
    caption = "<p>Bees on a tree beside the road, seen from the bridge at noon, {} of 5. (OSCE/sample)</p>"
    captions = "".join(map(caption.format, range(5)))
    page = f"<h1>Beekeepers agree on calendar</h1><p>{paragraph}</p>{captions}<p>{paragraph[::-1]}.</p>"
    ((release, dropped),) = extract_with_dropped(page.encode())
    assert [reason for _, reason in dropped] == ["caption"] * 5
    assert len(release.paragraphs) == 2
    (origin,) = release.provenance["text"]
    assert (origin.value, origin.origin, origin.evidence) == ("5", "dropped", "caption (5)")
    assert origin.weight == 0.667
    assert release.flags == ("text_dropped",)
