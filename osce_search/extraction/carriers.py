"""Carriers: feeds, e-mails and forwarded messages → the drafts or the parts of them that hold a release."""

from __future__ import annotations

import email
import email.errors
import email.header
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from email.message import Message

from lxml import etree

from osce_search.errors import ExtractionError
from osce_search.extraction.body import read_body
from osce_search.extraction.candidates import Candidate, Draft
from osce_search.extraction.head import Head
from osce_search.extraction.labels import find_labels, read_labels
from osce_search.extraction.layout import Block, clean_line, soup_blocks
from osce_search.extraction.lines import names_of, type_of
from osce_search.extraction.markup import Decoded, decode, skip_prologue
from osce_search.extraction.refusals import MAX_TAGS
from osce_search.vocabulary.written_dates import read_date

MAX_ITEMS = 2_000
"""A feed of more items is refused."""

MAX_LINES = 200_000
"""A feed of more lines is refused."""

ITEMS = frozenset({"item", "entry"})
"""What an item is called in RSS and in Atom."""

_CONTROLS = re.compile("[\0-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]")
_REFERENCE = re.compile(r"&#(?:x([0-9a-fA-F]{1,8})|([0-9]{1,8}));")
_CUT = re.compile(r"(?:\.\.\.|…)[\"”’]?\Z")
# What becomes a tag, and a line of `<pre>`, once the text of an item is read as markup.
_TAG = re.compile(r"&(?:lt|#0*+60|#x0*+3c);", re.IGNORECASE)
_LINE = re.compile(r"\n|&#(?:0*+10|x0*+a);", re.IGNORECASE)
_BODIES = ("encoded", "content", "description", "summary")
_DATES = {
    **dict.fromkeys(("published", "pubdate", "issued", "date", "created"), "feed or mail"),
    **dict.fromkeys(("updated", "modified"), "modified"),
}


def read_feed(text: str, source: str) -> Iterator[Draft]:
    """Yield the drafts of a feed's items in their order. Raise ExtractionError if the feed is nested too deeply.

    No document type is read, so no entity beyond XML's own is ever expanded, and nothing is fetched.
    """
    parser = etree.XMLParser(
        encoding="utf-8", recover=True, resolve_entities=False, load_dtd=False, no_network=True, remove_comments=True,
        remove_pis=True,
    )  # fmt: skip
    for found, most, what in ((_TAG, MAX_TAGS, "tags"), (_LINE, MAX_LINES, "lines")):
        if (count := sum(1 for _ in found.finditer(text))) > most:
            raise ExtractionError(source, f"too many {what} ({count} > {most})")
    # XML has no control characters; some feeds do.
    bare = _CONTROLS.sub("", _REFERENCE.sub(_valid, text[skip_prologue(text) :]))
    try:
        root = etree.fromstring(bare.encode("utf-8", "replace"), parser)
    except etree.LxmlError as error:
        raise ExtractionError(source, "no title or text found (the feed cannot be parsed)") from error
    last = parser.error_log.last_error
    if last is not None and "depth" in last.message.casefold():
        raise ExtractionError(source, "nested too deeply (more than 256 levels)")
    if root is None:
        return
    language = _text_of(root, "language") or root.get("{http://www.w3.org/XML/1998/namespace}lang", "")
    items = [node for node in root.iter() if _name(node) in ITEMS]
    if len(items) > MAX_ITEMS:
        raise ExtractionError(source, f"too many items ({len(items)} > {MAX_ITEMS})")
    for node in items:
        draft = _draft(node, language)
        if draft is not None:
            yield draft


def _draft(node: etree._Element, language: str) -> Draft | None:
    title = clean_line(" ".join(_plain(_text_of(node, "title"))))
    body, whole = "", True
    for name in _BODIES:
        found = [child for child in node if _name(child) == name]
        if found and (body := _markup(found[0])):
            whole = name not in {"summary"}
            break
    blocks = soup_blocks(body) if body else []
    labels = read_labels(blocks, tuple(find_labels(blocks)))
    text = read_body(blocks, title, 0, labels, frozenset())
    paragraphs = text.paragraphs
    if not title and not paragraphs:
        return None
    link, identity = _link(node), _text_of(node, "guid") or _text_of(node, "id")
    categories = [
        child.get("term") or clean_line(_all_text(child)) for child in node if _name(child) == "category"
    ]
    return Draft(
        parser="feed",
        title=title,
        paragraphs=paragraphs,
        dropped=text.dropped,
        labels=labels,
        dates=tuple(Candidate(kind, date) for name, kind in _DATES.items() if (date := _text_of(node, name))),
        type=next((kind for category in categories if (kind := type_of(category))), ""),
        sources=tuple(name for author in _authors(node) for name in names_of("source", author)),
        fields=tuple(name for category in categories for name in names_of("field", category)),
        url=link,
        language=_text_of(node, "language") or language,
        hints=(link, identity.partition(" at ")[0]),
        partial=not whole or bool(paragraphs and _CUT.search(paragraphs[-1])),
    )


def _valid(reference: re.Match[str]) -> str:
    """Return a reference to a character, or "" if there is no such character: the parser fails on it."""
    code = int(reference[1], 16) if reference[1] else int(reference[2])
    valid = (
        code in {9, 10, 13} or 32 <= code < 0xD800 or 0xE000 <= code < 0xFFFE or 0x10000 <= code < 0x110000
    )
    return reference[0] if valid else ""


def _name(node: etree._Element) -> str:
    return node.tag.rpartition("}")[2].casefold() if isinstance(node.tag, str) else ""


def _all_text(node: etree._Element) -> str:
    return "".join(map(str, node.itertext()))


def _text_of(node: etree._Element, name: str) -> str:
    return next((text for child in node if _name(child) == name and (text := _all_text(child).strip())), "")


def _plain(markup: str) -> list[str]:
    return [block.text for block in soup_blocks(markup)] if "<" in markup or "&" in markup else [markup]


def _markup(node: etree._Element) -> str:
    """Return the markup of a body, which is encoded as text or consists of elements."""
    if len(node):
        return etree.tostring(node, encoding="unicode", method="html", with_tail=False)
    return node.text or ""


def _link(node: etree._Element) -> str:
    links = [child for child in node if _name(child) == "link"]
    for child in links:
        if child.get("href") and child.get("rel", "alternate") == "alternate":
            return child.get("href", "")
    return next((text for child in links if (text := (child.text or "").strip())), "")


def _authors(node: etree._Element) -> Iterator[str]:
    for child in node:
        if _name(child) in {"author", "creator", "source"}:
            yield clean_line(_all_text(child))


MAX_PARTS = 200
"""A letter of more parts is refused."""

MAX_NESTED = 20
"""So is one of more parts that have parts of their own."""

MAX_HEADER = 128 * 1024
"""And one with a longer header."""

LONGEST_FIELD = 2_000
"""How many characters of a header field are read."""

_REPLY = re.compile(r"\A(?:(?:re|fw|fwd|aw|wg)\s*:\s*)+", re.IGNORECASE)
_BRACKETS = re.compile(r"\A\[[^\]]{1,40}\]\s*")


@dataclass(frozen=True, slots=True)
class Letter:
    """The release's part of an e-mail: its text, whether that is HTML, subject, date as written, language."""

    body: Decoded
    is_html: bool
    subject: str
    date: str
    language: str


def read_letter(content: bytes, source: str) -> Letter:
    """Return the part of an e-mail that holds the release: its plain text, or its HTML if the plain text is short."""
    # The standard library's parser takes time by the square of headers, boundaries, and what is nested.
    if len(content.replace(b"\r", b"").partition(b"\n\n")[0]) > MAX_HEADER:
        raise ExtractionError(source, f"an e-mail with a header of more than {MAX_HEADER // 1024} KB")
    if content.count(b"boundary=") > MAX_NESTED or content.count(b"\n--") > 4 * MAX_PARTS:
        raise ExtractionError(source, f"an e-mail of more than {MAX_PARTS} parts")
    try:
        message = email.message_from_bytes(content)
        parts = list(_parts(message, source))
    except (RecursionError, email.errors.MessageError, ValueError, LookupError) as error:
        raise ExtractionError(source, "an e-mail that cannot be taken apart") from error
    plain = max(
        (body for body, is_html in parts if not is_html), key=lambda body: len(body.text), default=None
    )
    rich = max((body for body, is_html in parts if is_html), key=lambda body: len(body.text), default=None)
    body = rich if plain is None or (rich is not None and len(plain.text.split()) < 40) else plain
    if body is None:
        raise ExtractionError(source, "an e-mail without text")
    subject = strip_reply(_header(message, "Subject"))
    date = _header(message, "Date") or _header(message, "Sent")
    return Letter(body, body is not plain, subject, date, _header(message, "Content-Language"))


def strip_reply(subject: str) -> str:
    """Return a subject without the prefixes of replies, forwarded messages and mailing lists.

    >>> strip_reply("Fwd: [press] Radio school opens")
    'Radio school opens'
    """
    return _BRACKETS.sub("", _REPLY.sub("", subject))


def _parts(message: Message, source: str) -> Iterator[tuple[Decoded, bool]]:
    for number, part in enumerate(message.walk()):
        if number >= MAX_PARTS:
            raise ExtractionError(source, f"an e-mail of more than {MAX_PARTS} parts")
        kind = part.get_content_type()
        if part.is_multipart() or kind not in {"text/plain", "text/html"} or part.get_filename():
            continue
        payload = part.get_payload(decode=True)
        if isinstance(payload, bytes) and payload.strip():
            yield decode(payload, _charset(part)), kind == "text/html"


def _charset(part: Message) -> str | None:
    charset = part.get_param("charset")
    return charset if isinstance(charset, str) else None


def _header(message: Message, name: str) -> str:
    value = str(message.get(name, ""))[:LONGEST_FIELD]
    if not value:
        return ""
    pieces: list[str] = []
    try:
        for piece, charset in email.header.decode_header(value):
            pieces.append(decode(piece, charset).text if isinstance(piece, bytes) else piece)
    except (email.errors.HeaderParseError, ValueError, LookupError):
        return clean_line(value)
    return clean_line("".join(pieces))


ABOVE = 12
"""The header stands among so many blocks at the top."""

FIELDS = 3
"""So many of its fields in a row are a header, a sender and a subject among them."""


def _names(text: str) -> frozenset[str]:
    return frozenset(name.strip() for name in text.split("|"))


# As mail programs of several languages print them above a forwarded message.
SENDERS = _names("from | von | de | от | від | od | од | nga | отправитель")
DATES = _names(
    "date | sent | datum | gesendet | envoyé | дата | отправлено | надіслано | poslato | датум | dërguar"
)
RECEIVERS = _names(
    "to | cc | bcc | reply-to | an | à | кому | копия | копія | za | kome | за | për | организация"
)
SUBJECTS = _names("subject | betreff | objet | тема | предмет | predmet | naslov | subjekti | tema")

_FIELD = re.compile(r"([^\W\d_][\w-]{0,14})\s*:\s+(\S.*)")
_RULE = re.compile(
    r"[-_ ]*(?:Original Message|Forwarded message|Ursprüngliche Nachricht|Исходное сообщение)[-_ ]*", re.I
)


def read_forwarded(blocks: Sequence[Block], head: Head) -> tuple[Sequence[Block], Head]:
    """Return the blocks below the header of a forwarded message, and the head with its subject and date.

    >>> header = Block(("From: Press", "Sent: Monday, March 14, 2005", "Subject: FW: Radio school"), "p", (1,))
    >>> blocks, head = read_forwarded([header, Block(("It began.",), "p", (2,))], Head())
    >>> len(blocks), head.title, head.dates[0].text
    (1, 'Radio school', 'Monday, March 14, 2005')
    """
    found: dict[str, str] = {}
    last = -1
    for number, block in enumerate(blocks[:ABOVE]):
        if ":" not in block.lines[-1]:
            if found:
                break
            continue
        fields = [_field(line) for line in block.lines if not _RULE.fullmatch(line)]
        if all(fields):
            found.update(field for field in fields if field and field[0] not in found)
            last = number
        elif found:
            break
    if len(found) < FIELDS or not {"sender", "subject"} <= found.keys():
        return blocks, head
    date = found.get("date", "")
    return blocks[last + 1 :], replace(
        head,
        title=strip_reply(found["subject"]),
        dates=(Candidate("feed or mail", date),) if read_date(date) else head.dates,
    )


def _field(line: str) -> tuple[str, str] | None:
    match = _FIELD.fullmatch(line)
    if match is None:
        return None
    name = match[1].casefold()
    for meaning, names in (
        ("subject", SUBJECTS),
        ("sender", SENDERS),
        ("date", DATES),
        ("receiver", RECEIVERS),
    ):
        if name in names:
            return meaning, match[2]
    return None
