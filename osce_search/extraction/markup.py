"""Markup: bytes → a page whose encoding, kind and tree are decided once."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass, replace
from typing import Literal

from lxml import etree

from osce_search.corpus import PAGE_LIMIT
from osce_search.errors import ExtractionError
from osce_search.extraction.refusals import FOREIGN, refuse_bytes, why_no_text

# What a page may declare, and how browsers read it (WHATWG Encoding Standard, section 4.2): ISO 8859-1 means
# windows-1252. Codecs outside of this list (zlib, punycode, utf-7 …) are no page's encoding and are not tried.
_CODECS = {
    **dict.fromkeys(("utf8", "unicode11utf8", "xunicode20utf8"), "utf-8"),
    **dict.fromkeys(("utf16", "utf16le", "unicode", "ucs2"), "utf-16-le"),
    "utf16be": "utf-16-be",
    **dict.fromkeys(
        ("ascii", "usascii", "iso88591", "latin1", "l1", "windows1252", "cp1252", "xcp1252", "ansi"), "cp1252"
    ),
    **dict.fromkeys(("iso88592", "latin2"), "iso8859-2"),
    **dict.fromkeys(("windows1250", "cp1250"), "cp1250"),
    **dict.fromkeys(("windows1251", "cp1251", "win1251"), "cp1251"),
    **dict.fromkeys(("windows1253", "cp1253"), "cp1253"),
    **dict.fromkeys(("iso88599", "latin5", "windows1254", "cp1254"), "cp1254"),
    **dict.fromkeys(("windows1257", "cp1257"), "cp1257"),
    **dict.fromkeys(("iso88595", "cyrillic"), "iso8859-5"),
    **dict.fromkeys(("iso885915", "latin9"), "iso8859-15"),
    **dict.fromkeys(("koi8r", "koi8"), "koi8-r"),
    "koi8u": "koi8-u",
    **dict.fromkeys(("ibm866", "cp866"), "cp866"),
    **dict.fromkeys(("macintosh", "macroman"), "mac-roman"),
    **dict.fromkeys(("gb2312", "gbk", "gb18030"), "gb18030"),
    **dict.fromkeys(("shiftjis", "sjis"), "shift_jis"),
}
_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_CYRILLIC = ("cp1251", "koi8-r", "iso8859-5", "cp866")
_LATIN = ("cp1252", "iso8859-2", "cp1250", "iso8859-15", "mac-roman")
_SAMPLE = 2000
"""How many bytes are looked at for the zeros of a wide encoding."""
_SCRAP = 64
"""Fewer bytes than this are in a wide encoding only if a third of them are zeros."""

REACH = 200_000
"""How many bytes of a page are looked at to find its encoding."""

_META = re.compile(rb"""<meta[^<>]{0,200}?charset\s*=\s*["']?\s*([\w.:-]{1,40})""", re.IGNORECASE)
_XML = re.compile(rb"""\s*<\?xml[^<>]{0,100}?encoding\s*=\s*["']([\w.:-]{1,40})""", re.IGNORECASE)
# Everything below space but tab and line ends, and DEL: no page means them, and XML cannot hold them.
_CONTROLS = bytes(set(range(32)) - {9, 10, 12, 13} | {127})
_TEXT_CONTROLS = dict.fromkeys((*_CONTROLS, 0xFFFE, 0xFFFF))


@dataclass(frozen=True, slots=True)
class Decoded:
    """Text, the encoding it was read in, where that was found, and what had to be mended.

    `origin` is `bom`, `declared` (by the carrier or an XML declaration), `meta`, `utf-8` (nothing declared, and the
    bytes are) or `detected`. `dropped` is how many control characters were left out.
    """

    text: str
    encoding: str
    origin: str
    repairs: tuple[str, ...] = ()
    source: bytes = b""
    dropped: int = 0

    @property
    def utf8(self) -> bytes:
        """Return the text in UTF-8: the bytes that were given, if they are UTF-8."""
        return self.source or self.text.encode("utf-8", "replace")


def decode(content: bytes, declared: str | None = None) -> Decoded:
    """Return the text of a page. It never fails and never drops a letter silently.

    Bytes that are no UTF-8 in a page that is UTF-8 for the rest are read as windows-1252 one by one. A declaration that
    the bytes belie is not believed: `repairs` tells.

    >>> decode(b'<meta charset="windows-1251">\\xc1\\xe0\\xea\\xf3').text[-4:]
    'Баку'
    >>> decode("Pej\\u00eb".encode() + b" \\x96 Peja").text
    'Pejë – Peja'
    """
    for mark, encoding in _BOMS:
        if content.startswith(mark):
            return _decode_as(content[len(mark) :], encoding, "bom")
    if b"\0" in content[:_SAMPLE]:
        wide = _wide(content)
        if wide:
            return _decode_as(content, wide, "detected")
    if b"\0" in content:
        whole, content = content, content.translate(None, _CONTROLS)
        return replace(_decode_narrow(content, declared), dropped=len(whole) - len(content))
    return _decode_narrow(content, declared)


def _decode_narrow(content: bytes, declared: str | None) -> Decoded:
    stated, origin = _declared(content, declared)
    # Declared or not, bytes that hold letters beyond ASCII and are faultless UTF-8 are UTF-8.
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        pass
    else:
        wrong = stated is not None and stated != "utf-8" and not content.isascii()
        repairs = (f"declared {stated}, is utf-8",) if wrong else ()
        return Decoded(text, "utf-8", origin if stated == "utf-8" else "utf-8", repairs, content)
    if stated in (None, "utf-8") and _mostly_utf8(content):
        return _decode_as(content, "utf-8", origin if stated else "detected")
    found = _detect(content)
    if stated is None or stated == "utf-8" or _is_belied(content, stated, found):
        repairs = (f"declared {stated}, is {found}",) if stated else ()
        read = _decode_as(content, found, "detected")
        return replace(read, repairs=(*repairs, *read.repairs))
    return _decode_as(content, stated, origin)


def _mend(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return error.object[error.start : error.end].decode("cp1252", "replace"), error.end


_MEND = "osce_search.windows_1252"
codecs.register_error(_MEND, _mend)


def _declared(content: bytes, declared: str | None) -> tuple[str | None, str]:
    if declared and (codec := _codec(declared)):
        return codec, "declared"
    xml = _XML.match(content)
    if xml and (codec := _codec(xml[1].decode("ascii", "replace"))):
        return codec, "declared"
    meta = _META.search(content, 0, 4096)
    if meta and (codec := _codec(meta[1].decode("ascii", "replace"))):
        # A declaration that can be read as ASCII is not in a wide encoding, whatever it says.
        return ("utf-8" if codec.startswith("utf-16") else codec), "meta"
    return None, "utf-8"


def _codec(label: str) -> str | None:
    return _CODECS.get(re.sub(r"[^a-z0-9]", "", label.casefold()))


def _decode_as(content: bytes, encoding: str, origin: str) -> Decoded:
    repairs: tuple[str, ...] = ()
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError:
        text = content.decode(encoding, _MEND)
        count = content.decode(encoding, "replace").count("\ufffd")
        repairs = (f"{count} places that are no {encoding} read as windows-1252",)
    if encoding.startswith("utf-"):
        text = (
            text.translate(_TEXT_CONTROLS) if "\0" in text or "\ufffe" in text or "\uffff" in text else text
        )
    return Decoded(text, encoding, origin, repairs)


def _wide(content: bytes) -> str | None:
    """Return the byte order of UTF-16 without a mark, or None: ASCII in it has a zero in every other byte."""
    sample = content[:_SAMPLE]
    if len(sample) < _SCRAP and sample.count(0) * 3 < len(sample):
        return None
    even, odd = sample[::2].count(0), sample[1::2].count(0)
    if max(even, odd) < max(2, len(sample) // 25) or min(even, odd) * 10 > max(even, odd):
        return None
    return "utf-16-le" if odd > even else "utf-16-be"


def _mostly_utf8(content: bytes) -> bool:
    """Whether some letters are UTF-8: in another encoding that would be an accident, and a rare one."""
    text = content[:REACH].decode("utf-8", "replace")
    valid = sum(1 for letter in text if letter > "\x7f" and letter != "\ufffd")
    return valid * 3 >= text.count("\ufffd")


def _is_belied(content: bytes, stated: str, found: str) -> bool:
    """Whether bytes declared as Latin, or as another Cyrillic encoding, are plainly in this Cyrillic one."""
    if found not in _CYRILLIC or stated == found or stated not in (*_CYRILLIC, *_LATIN):
        return False
    sample = content[:REACH]
    return stated in _LATIN or _frequent(sample, found) > 2 * _frequent(sample, stated)


def _frequent(sample: bytes, encoding: str) -> int:
    """Return how many letters of a sample are small letters that are frequent in every Slavic language."""
    return sum(map(sample.decode(encoding, "replace").count, "оеаинтсрвл"))


def _detect(content: bytes) -> str:
    """Return the 8-bit encoding of the bytes above 127: Cyrillic words consist of them, Latin words have a few."""
    sample = content[:REACH]
    high = [byte for byte in sample if byte >= 0x80]
    letters = sum(1 for byte in sample if 65 <= byte <= 90 or 97 <= byte <= 122)
    runs = len(re.findall(rb"[\xa0-\xff]{4,}", sample))
    if (runs > 3 and runs * 32 > len(high)) or len(high) > letters:
        return max(_CYRILLIC, key=lambda encoding: _frequent(sample, encoding))
    # č ć đ and their capitals lie where windows-1252 has è æ ð, which no other language writes without é or à beside.
    slavic = sum(1 for byte in high if byte in b"\xe8\xe6\xf0\xc8\xc6\xd0")
    western = sum(1 for byte in high if byte in b"\xe9\xe0\xe2\xea\xf4\xf6\xfc\xe4\xe5\xf8\xf1\xe3\xeb\xe7")
    return (
        "cp1250" if slavic > western and any(byte in b"\x9a\x9e\x8a\x8e\xe6" for byte in high) else "cp1252"
    )


MAX_BYTES = PAGE_LIMIT
"""A page above this size is refused unread, as files of this size are before."""

MAX_LINES = 20_000
"""A text copy of more lines is refused; the copy of a release page has about 200."""

Kind = Literal["html", "text", "feed", "email"]

_BLANK = re.compile(rb"(?:\xef\xbb\xbf)?[\s\0]*+\Z")
_SPACE = re.compile(r"\s*")
_FEED = re.compile(r"<(?:rss|feed|rdf:RDF)\b", re.IGNORECASE)
_PROLOGUE = (("<?", "?>"), ("<!--", "-->"), ("<!DOCTYPE", ">"))
_HTML = re.compile(
    r"<(?:!doctype\s+html|html|head|body|title|meta|link|script|div|p|br|table|tr|td|ul|ol|li|dl|article|main|section|span|h[1-6]|a|b|i|em|"
    r"strong|font|center)\b[^<>]*/?>",
    re.IGNORECASE,
)
_HEADER = re.compile(
    r"(?:Received|Return-Path|MIME-Version|Message-ID|From|To|Subject|Date|Content-Type|Delivered-To|Reply-To|X-[\w-]+)"
    r":[ \t]",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Page:
    """What was given, decoded: the text, what kind of page it is, and under which name or address it came."""

    decoded: Decoded
    kind: Kind
    name: str
    url: str | None

    @property
    def source(self) -> str:
        """Return the name of the page in messages."""
        return self.name or self.url or "page"

    @property
    def text(self) -> str:
        """Return the whole source text."""
        return self.decoded.text


def read_page(content: bytes, name: str = "", url: str | None = None, declared: str | None = None) -> Page:
    """Return the page of these bytes. Raise ExtractionError if they are empty, too large, or no page."""
    source = name or url or "page"
    if len(content) > MAX_BYTES:
        raise ExtractionError(source, f"too large ({_size(len(content))} > {_size(MAX_BYTES)})")
    if _BLANK.match(content):
        raise ExtractionError(source, "empty file")
    opening = content[:1024].lstrip(b"\xef\xbb\xbf \t\r\n")
    for magic, what in FOREIGN:
        if opening.startswith(magic):
            raise ExtractionError(source, f"{what}, not a page")
    refuse_bytes(content, source)
    decoded = decode(content, declared)
    if reason := why_no_text(decoded.text, decoded.dropped):
        raise ExtractionError(source, reason)
    return Page(decoded, _kind(decoded.text), name, url)


def parse_html(page: Decoded, source: str) -> etree._Element:
    """Return the root element of a page. Raise ExtractionError if tags are nested deeper than 256 levels.

    No entity is expanded but HTML's own characters, and nothing is fetched.
    """
    parser = etree.HTMLParser(
        encoding="utf-8", remove_comments=True, remove_pis=True, no_network=True, collect_ids=False
    )
    try:
        root = etree.fromstring(page.utf8, parser)
    except etree.LxmlError as error:
        raise ExtractionError(source, "no title or text found (the markup cannot be parsed)") from error
    if root is None:
        raise ExtractionError(source, "no title or text found")
    last = parser.error_log.last_error
    if last is not None and last.type == etree.ErrorTypes.ERR_RESOURCE_LIMIT:
        raise ExtractionError(source, "nested too deeply (more than 256 levels)")
    return root


def skip_prologue(text: str) -> int:
    """Return the offset of the root element, behind the declaration, comments, and a document type with entities.

    >>> text = '<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY a "b">]><rss/>'
    >>> text[skip_prologue(text) :]
    '<rss/>'
    """
    at = 0
    for _ in range(20):
        at = _SPACE.match(text, at).end()  # type: ignore[union-attr]  # it matches nothing, too
        for opening, closing in _PROLOGUE:
            if text[at : at + len(opening)].upper() == opening:
                if opening == "<!DOCTYPE" and -1 < text.find("[", at, at + 500) < text.find(">", at):
                    closing = "]>"
                end = text.find(closing, at)
                if end < 0:
                    return len(text)
                at = end + len(closing)
                break
        else:
            break
    return at


def _kind(text: str) -> Kind:
    if _FEED.match(text, skip_prologue(text)):
        return "feed"
    opening = text[:4096]
    lines = opening.lstrip().splitlines()[:12]
    if lines and _HEADER.match(lines[0]) and sum(1 for line in lines if _HEADER.match(line)) >= 2:
        return "email"
    return "html" if _HTML.search(opening) else "text"


def _size(count: int) -> str:
    return f"{count / 1024 / 1024:.1f} MB".replace(".0 MB", " MB")
