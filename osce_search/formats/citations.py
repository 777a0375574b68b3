"""Citations: releases → BibTeX, RIS and CSL-JSON, for reference managers."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import os
import re
from collections.abc import Callable, Iterable
from typing import Any

from osce_search.formats.characters import escape, neutralise
from osce_search.formats.display import find_label, find_term
from osce_search.release import Release, print_date

Write = Callable[[str], object]

PUBLISHER = "Organization for Security and Co-operation in Europe"

_BIBTEX_SPECIAL = {
    # BibTeX counts braces to find the end of an entry, even those after a backslash.
    "\\": r"\textbackslash{}", "{": r"\textbraceleft{}", "}": r"\textbraceright{}", "$": r"\$", "&": r"\&",
    "%": r"\%", "#": r"\#", "_": r"\_", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}",
}  # fmt: skip
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


def write_bibtex(releases: Iterable[Release], write: Write, accessed: dt.date) -> None:
    """Write one `@misc` entry for each release, with the issuing bodies as corporate authors."""
    for release in releases:
        fields = {"title": f"{{{_bibtex(release.title)}}}"}
        if authors := _authors(release):
            fields["author"] = " and ".join(f"{{{_bibtex(author)}}}" for author in authors)
        if release.date:
            fields["date"] = print_date(release.date, release.date_precision)
            fields["year"] = str(release.date.year)
            if release.date_precision != "year":
                fields["month"] = _MONTHS[release.date.month - 1]
        if publisher := _publisher(release):
            fields["publisher"] = f"{{{_bibtex(publisher)}}}"
        if kind := _kind(release):
            fields["note"] = _bibtex(kind)
        if release.url:
            fields["url"] = _address(release.url)
            fields["urldate"] = accessed.isoformat()
        body = ",\n".join(
            f"  {name} = {value if name == 'month' else f'{{{value}}}'}" for name, value in fields.items()
        )
        write(f"@misc{{{_key(release)},\n{body}\n}}\n\n")


def write_ris(releases: Iterable[Release], write: Write, accessed: dt.date) -> None:
    """Write one `ELEC` reference for each release; lines end with CR LF, as the format requires."""
    for release in releases:
        lines = [("TY", "ELEC"), ("ID", release.id), ("TI", release.title)]
        lines += [("AU", author) for author in _authors(release)]
        if release.date:
            parts = print_date(release.date, release.date_precision).split("-")
            lines += [("PY", parts[0]), ("DA", "/".join([*parts, "", "", ""][:3]) + "/")]
        if publisher := _publisher(release):
            lines.append(("PB", publisher))
        if kind := _kind(release):
            lines.append(("M3", kind))
        lines += [("CY", place) for place in release.place[:1]]
        lines += [
            ("KW", find_label(name, value))
            for name in ("field", "country")
            for value in getattr(release, name)
        ]
        if release.language:
            lines.append(("LA", release.language))
        if release.url:
            lines += [("UR", release.url), ("Y2", accessed.strftime("%Y/%m/%d/"))]
        write("".join(f"{tag}  - {neutralise(value)}\r\n" for tag, value in lines) + "ER  - \r\n\r\n")


def write_csl(releases: Iterable[Release], write: Write, accessed: dt.date) -> None:
    """Write a CSL-JSON array of webpage items, one on each line."""
    separator = "["
    for release in releases:
        item: dict[str, Any] = {
            "id": release.id,
            "type": "webpage",
            "title": release.title,
        }
        if kind := _kind(release):
            item["genre"] = kind
        if authors := _authors(release):
            item["author"] = [{"literal": author} for author in authors]
        if release.date:
            parts = print_date(release.date, release.date_precision).split("-")
            item["issued"] = {"date-parts": [[int(part) for part in parts]]}
        if publisher := _publisher(release):
            item["publisher"] = publisher
        if release.place:
            item["publisher-place"] = " / ".join(release.place)
        if release.language:
            item["language"] = release.language
        if release.url:
            item["URL"] = release.url
            item["accessed"] = {"date-parts": [[accessed.year, accessed.month, accessed.day]]}
        write(f"{separator}\n  {escape(json.dumps(item, ensure_ascii=False))}")
        separator = ","
    write("[]\n" if separator == "[" else "\n]\n")


CITATIONS = {"bibtex": write_bibtex, "ris": write_ris, "csl-json": write_csl}
"""The writers of the formats of reference managers."""


def today() -> dt.date:
    """Return the date of access of a citation: today, or the day of SOURCE_DATE_EPOCH for reproducible output."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH", "")
    if epoch.isdecimal() and len(epoch) < 12:  # 99,999,999,999 is in the year 5138.
        return dt.datetime.fromtimestamp(int(epoch), dt.UTC).date()
    return dt.date.today()


def _authors(release: Release) -> list[str]:
    return [find_label("source", value) for value in release.source]


def _publisher(release: Release) -> str:
    """Return the OSCE if one of its bodies issued the release, otherwise an empty text."""
    return PUBLISHER if any(find_term("source", value) for value in release.source) else ""


def _kind(release: Release) -> str:
    """Return the type that the page states, or an empty text."""
    return find_label("type", release.type) if release.type else ""


def _key(release: Release) -> str:
    """Return a unique key of characters that every program accepts."""
    plain = re.sub(r"[^A-Za-z0-9:.-]+", "-", release.id)
    if plain != release.id:
        plain += f"-{hashlib.sha256(release.id.encode(errors='surrogatepass')).hexdigest()[:8]}"
    return f"osce{plain}"


def _bibtex(text: str) -> str:
    return "".join(_BIBTEX_SPECIAL.get(char, char) for char in neutralise(text))


def _address(url: str) -> str:
    """Return an address with the characters escaped that would end a BibTeX field."""
    return neutralise(url).replace("{", "%7B").replace("}", "%7D").replace("\\", "%5C").replace(" ", "%20")
