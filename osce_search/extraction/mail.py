"""Mail: the bytes of an e-mail → the part that holds the release, and what its header says."""

from __future__ import annotations

import email
import email.errors
import email.header
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import Message

from osce_search.errors import ExtractionError
from osce_search.extraction.encoding import Decoded, decode
from osce_search.extraction.layout import clean_line

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
    """The part of an e-mail that holds the release: its plain text, or its HTML where that has more to say."""
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
    """A subject without what answering, forwarding and mailing lists put before it.

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
