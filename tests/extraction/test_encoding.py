"""Encoding: bytes → text, decided once, with what was mended."""

from __future__ import annotations

import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from osce_search.extraction import extract_one
from osce_search.extraction.markup import decode

ALBANIAN = "Zyrtarët e komunës së Shkodrës morën çelësat e qendrës së re të këshillimit – më në fund."
SERBIAN = "Službenici opštine Čačak i đaci škole „Žika“ uručili su ključeve čuvaru."
RUSSIAN = "Участники семинара обсудили доступ к питьевой воде и работу районных служб."
GERMAN = "Die Teilnehmer prüften Fragebögen für Wähler – „größtenteils“ ohne Mängel."


@pytest.mark.parametrize(
    ("mark", "encoding"),
    [
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
        (codecs.BOM_UTF32_LE, "utf-32-le"),
    ],
)
def test_a_byte_order_mark_decides_before_any_declaration(mark: bytes, encoding: str) -> None:
    text = f'<meta charset="windows-1251">{RUSSIAN}'
    decoded = decode(mark + text.encode(encoding), "koi8-r")
    assert (decoded.text, decoded.encoding, decoded.origin) == (text, encoding, "bom")


def test_the_carrier_decides_before_the_page() -> None:
    decoded = decode(f'<meta charset="windows-1252">{RUSSIAN}'.encode("koi8-r"), "KOI8-R")
    assert decoded.text.endswith(RUSSIAN)
    assert decoded.origin == "declared"


@pytest.mark.parametrize(
    "meta",
    [
        '<meta charset="windows-1251">',
        "<META HTTP-EQUIV=Content-Type CONTENT='text/html; charset=windows-1251'>",
        '<?xml version="1.0" encoding="windows-1251"?>',
        "<meta charset=cp1251 />",
    ],
)
def test_a_page_says_its_encoding_in_several_ways(meta: str) -> None:
    decoded = decode((meta + RUSSIAN).encode("cp1251"))
    assert decoded.text == meta + RUSSIAN
    assert decoded.encoding == "cp1251"


def test_latin_1_means_windows_1252_as_it_does_in_browsers() -> None:
    assert decode(f'<meta charset="iso-8859-1">{GERMAN}'.encode("cp1252")).text.endswith(GERMAN)


def test_faultless_utf_8_is_utf_8_whatever_is_declared() -> None:
    decoded = decode(f'<meta charset="iso-8859-1">{RUSSIAN}'.encode())
    assert decoded.text.endswith(RUSSIAN)
    assert decoded.repairs == ("declared cp1252, is utf-8",)


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (ALBANIAN, "cp1252"),
        (GERMAN, "cp1252"),
        (SERBIAN, "cp1250"),
        (RUSSIAN, "cp1251"),
        (RUSSIAN, "koi8-r"),
        (RUSSIAN, "iso8859-5"),
        (RUSSIAN, "utf-8"),
    ],
)
def test_what_is_not_declared_is_detected(text: str, encoding: str) -> None:
    decoded = decode(f"<p>{text}</p>".encode(encoding))
    assert decoded.text == f"<p>{text}</p>"


def test_a_wide_encoding_without_a_mark_is_detected() -> None:
    assert decode(f"<p>{ALBANIAN}</p>".encode("utf-16-le")).text == f"<p>{ALBANIAN}</p>"


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_a_wide_encoding_is_known_by_its_spaces_and_tags_alone(encoding: str) -> None:
    assert decode(f"<p>{RUSSIAN}</p>".encode(encoding)).text == f"<p>{RUSSIAN}</p>"


@pytest.mark.parametrize(
    ("declared", "actual"),
    [
        ("utf-8", "cp1251"),
        ("iso-8859-1", "cp1251"),
        ("windows-1250", "cp1251"),
        ("koi8-r", "cp1251"),
        ("windows-1251", "koi8-r"),
        ("iso-8859-5", "cp1251"),
    ],
)
def test_a_declaration_that_the_bytes_belie_is_not_believed(declared: str, actual: str) -> None:
    page = f'<meta charset="{declared}"><p>{RUSSIAN}</p>'
    decoded = decode(page.encode(actual))
    assert (decoded.text, decoded.encoding, decoded.origin) == (page, actual, "detected")
    assert decoded.repairs[0].startswith("declared ")


@pytest.mark.parametrize("text", [SERBIAN, "Übergröße für fünf Köche", "Łódź – Kraków, źdźbło"])
def test_a_declaration_that_fits_is_believed(text: str) -> None:
    encoding = "cp1252" if "Ü" in text else "cp1250"
    decoded = decode(f'<meta charset="{encoding}"><p>{text}</p>'.encode(encoding))
    assert (decoded.text[-len(text) - 4 :], decoded.origin) == (f"{text}</p>", "meta")


def test_stray_bytes_in_utf_8_are_read_as_windows_1252_and_counted() -> None:
    decoded = decode("Pejë ".encode() + b"\x96 and \x93Gjakova\x94")
    assert decoded.text == "Pejë – and “Gjakova”"
    assert decoded.repairs == ("3 places that are no utf-8 read as windows-1252",)


@pytest.mark.parametrize(
    "codec", ["zlib", "base64", "rot13", "utf-7", "punycode", "unicode_escape", "idna", "hex", "nonsense"]
)
def test_a_codec_that_is_no_encoding_of_pages_is_not_used(codec: str) -> None:
    assert decode(f'<meta charset="{codec}">plain'.encode()).text == f'<meta charset="{codec}">plain'
    assert decode(b"plain", codec).text == "plain"


def test_repairs_are_told_in_the_provenance_of_the_release() -> None:
    page = f'<meta charset="iso-8859-1"><h1>{GERMAN}</h1><p>{ALBANIAN}</p>'.encode()
    (origin,) = extract_one(page).provenance["encoding"]
    assert (origin.value, origin.origin, origin.evidence) == ("utf-8", "utf-8", "declared cp1252, is utf-8")


@given(st.binary(max_size=500), st.sampled_from([None, "utf-8", "utf-16", "windows-1251", "gb18030", "zlib"]))
def test_every_bytes_have_a_text(content: bytes, declared: str | None) -> None:
    decoded = decode(content, declared)
    assert "\0" not in decoded.text
    decoded.text.encode("utf-8", "strict" if decoded.encoding != "utf-16-le" else "replace")


@given(st.text(st.characters(blacklist_categories=("Cs", "Cc")), min_size=1, max_size=200))
def test_what_was_written_in_utf_8_is_read_back(text: str) -> None:
    assert decode(text.encode()).text in {text, text.removeprefix("\ufeff")}
