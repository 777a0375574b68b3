"""The tables say what was measured, what was not, and who is slower."""

from __future__ import annotations

from pathlib import Path

from benchmarks.report import write

MEASURED = {
    "warm": {
        "facets, any word": {
            "seconds": {"osce-search": [0.0004, 0.0006], "first touch": [0.001], "tantivy": [0.00025]},
            "wall": {"osce-search": [0.0005, 0.0006], "first touch": [0.001], "tantivy": [0.0005]},
            "totals": {"osce-search": 1200, "tantivy": 1200},
        }
    },
}


def test_a_table_stands_between_its_markers_and_a_loss_is_printed(tmp_path: Path) -> None:
    names = ("machine", "warm", "quiet", "totals", "growth", "cold", "index", "sizes", "pages")
    page = tmp_path / "benchmarks.md"
    page.write_text("# Kept\n" + "".join(f"<!-- {n} -->\nstale\n<!-- /{n} -->\n" for n in names))
    write(page, MEASURED)
    text = page.read_text()
    assert text.startswith("# Kept\n<!-- machine -->\nNot measured yet.\n<!-- /machine -->\n")
    assert "| facets, any word | 0.500 | 1.00 | – | 0.250 (0.50 ×) | – | – | – | – |" in text
    assert "| facets, any word | 1,200 | 1,200 | – | – | – |" in text
    assert "osce-search 1.10, tantivy 2.00." in text
    assert "stale" not in text
