"""Forwarding: blocks of a forwarded or printed e-mail → what its header says, and the blocks without it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from osce_search.extraction.candidates import Candidate
from osce_search.extraction.head import Head
from osce_search.extraction.layout import Block
from osce_search.extraction.mail import strip_reply
from osce_search.vocabulary.written_dates import read_date

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
    """The blocks below the header of a forwarded message, and the head with its subject and date; else what was given.

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
        dates=head.dates or ((Candidate("feed or mail", date),) if read_date(date) else ()),
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
