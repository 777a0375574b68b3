"""Terms: controlled values → a tree for people."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.text import Text

from osce_search.console.look import Look, Page, span
from osce_search.vocabulary import Term

__all__ = ["print_terms"]


def print_terms(terms: Sequence[Term], look: Look) -> Iterator[str]:
    """Each value with its label and other names; what has a parent stands beneath it, where that is listed, too."""
    listed = {term.value for term in terms}
    page = Page(look)
    width = min(max((len(term.value) for term in terms), default=0), look.width // 3) + 2
    for term in terms:
        indent = 2 if term.parent in listed else 0
        head = Text(" " * indent).append_text(span(f"{term.value:<{width - indent}} ", "cyan"))
        head.append_text(span(term.label, "bold"))
        if term.closed:
            head.append(" (closed)", "dim")
        if term.parent and not indent:
            head.append(f" · in {term.parent}", "dim")
        if term.aliases:
            names = (_print_alias(a.name, a.since, a.until) for a in term.aliases)
            head.append_text(span(" = " + ", ".join(names), "dim"))
        page.add(head, hanging=width + 1)
        yield page.print()


def _print_alias(name: str, since: int | None, until: int | None) -> str:
    return f"{name} [{since or ''}-{until or ''}]" if since or until else name
