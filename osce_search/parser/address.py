"""Addresses: a web address pasted as a question → the release it names, or words.

The pages of the OSCE end in a number that is the release's id, whatever section stands before it
(`/fom/123456`, `/ru/node/123456`); its old search put the words asked for into the path (`/press-releases/media`).
"""

from __future__ import annotations

import re

__all__ = ["read_address"]

_PARTS = re.compile(r"(?:https?://)?([^/?#]*)([^?#]*)", re.IGNORECASE)
_OSCE = re.compile(r"(?:[\w-]+\.)*osce\.org(?::\d+)?", re.IGNORECASE)
_NUMBER = re.compile(r"\d{1,9}")
_PERCENT = re.compile(r"(?:%[0-9a-fA-F]{2})+")
_LISTS = ("press-releases", "newsroom", "news", "statements")


def read_address(address: str) -> tuple[str | None, tuple[str, ...]]:
    """The id of the release an address names, or None and the words to be searched instead.

    >>> read_address("http://www.osce.org/fom/123456")
    ('123456', ())
    >>> read_address("https://www.osce.org/press-releases/human%20trafficking?page=2")
    (None, ('human', 'trafficking'))
    """
    found = _PARTS.match(address)
    host, path = found.groups() if found else (address, "")
    steps = [_decode(step) for step in path.split("/") if step]
    at_osce = _OSCE.fullmatch(host) is not None
    if at_osce and steps and _NUMBER.fullmatch(steps[-1]):
        return steps[-1], ()
    if at_osce and len(steps) > 1 and steps[0].lower() in _LISTS:
        steps = steps[1:]
    words = [word for step in steps for word in re.findall(r"[^\W_]+", step)]
    return None, tuple(words if at_osce and words else [host, *words])


def _decode(step: str) -> str:
    """A step of a path with its percent signs read as UTF-8 and `+` as a space."""
    return _PERCENT.sub(
        lambda found: bytes.fromhex(found[0].replace("%", "")).decode("utf-8", "replace"),
        step.replace("+", " "),
    )
