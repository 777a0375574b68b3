"""Completion values: the beginning of a facet value or of an id → those that begin with it, for a shell."""

from __future__ import annotations

import hashlib
import itertools
import json
import os
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import click
from click.shell_completion import CompletionItem

from osce_search.formats.characters import neutralise
from osce_search.formats.display import has_prefix
from osce_search.query import FacetRequest, In, print_tree
from osce_search.schema import FACETS, facet_names
from osce_search.schema import facet as facet_of
from osce_search.searches import find_store
from osce_search.settings import load_settings
from osce_search.vocabulary import VOCABULARIES

__all__ = [
    "complete_condition",
    "complete_facet",
    "complete_id",
    "complete_profile",
    "complete_question",
    "complete_search",
    "complete_values",
    "complete_vocabulary",
]

Completion = Callable[[click.Context, click.Parameter, str], list[CompletionItem]]

_IDS = 50
"""The number of ids that are offered at once."""

# An error would appear in the middle of what is being typed: offering nothing is better.
_SILENT = (Exception,)


def complete_values(facet: str) -> Completion:
    """Return the completer of values of a facet; it completes the last of several values with commas between."""

    def complete(context: click.Context, parameter: click.Parameter, typed: str) -> list[CompletionItem]:
        before, comma, last = typed.rpartition(",")
        return _offer(context, facet, last, before + comma)

    return complete


def complete_facet(context: click.Context, parameter: click.Parameter, typed: str) -> list[CompletionItem]:
    """Return the names of facets that begin with `typed`."""

    return [CompletionItem(item.name, help=item.label) for item in FACETS if item.name.startswith(typed)]


def complete_vocabulary(
    context: click.Context, parameter: click.Parameter, typed: str
) -> list[CompletionItem]:
    """Return the names of vocabularies that begin with `typed`."""

    return [CompletionItem(name) for name in VOCABULARIES if name.startswith(typed)]


def complete_profile(context: click.Context, parameter: click.Parameter, typed: str) -> list[CompletionItem]:
    """Return the names of ranking profiles that begin with `typed`."""
    from osce_search.engine.scoring import PROFILES

    return [CompletionItem(name) for name in PROFILES if name.startswith(typed)]


def complete_condition(
    context: click.Context, parameter: click.Parameter, typed: str
) -> list[CompletionItem]:
    """Return the names of facets, and behind an equals sign the values of the facet."""
    facet, equals, value = typed.partition("=")
    if equals:
        return _offer(context, facet, value, f"{facet}=")
    return [
        CompletionItem(f"{item.value}=", help=item.help) for item in complete_facet(context, parameter, typed)
    ]


def complete_search(context: click.Context, parameter: click.Parameter, typed: str) -> list[CompletionItem]:
    """Return the names of saved searches that begin with `typed`."""

    try:
        return [CompletionItem(name) for name in find_store().names() if name.startswith(typed)]
    except _SILENT:
        return []


def complete_question(context: click.Context, parameter: click.Parameter, typed: str) -> list[CompletionItem]:
    """Return the names of facets with a colon, and behind a colon the values of the facet."""
    words = [str(word) for word in context.params.get("text") or ()]
    inserted = ""
    if typed == ":" and words:
        words, typed = [*words, ":"], ""
    if words[-1:] == [":"] and len(words) > 1:
        # bash takes a colon for a word of its own, and replaces only what stands behind it.
        inserted, typed = f"{words[-2]}:", f"{words[-2]}:{typed}"
    name, colon, value = typed.rpartition(":")
    sign = name[: len(name) - len(name.lstrip("(-+"))] if colon else ""
    if not colon:
        named = complete_facet(context, parameter, typed) if typed else []
        return [CompletionItem(f"{item.value}:", help=item.help) for item in named]
    before, comma, last = value.rpartition(",")
    found = _offer(context, name.removeprefix(sign), last.strip('"'), f"{name}:{before}{comma}", _quote)
    for item in found:
        item.value = item.value.removeprefix(inserted)
    return found


def complete_id(context: click.Context, parameter: click.Parameter, typed: str) -> list[CompletionItem]:
    """Return the ids of releases that begin with `typed`, each with its title, the newest first."""
    from osce_search.backends import open_index

    try:
        with open_index(_find_index(context)) as index:
            hits = index.search("", sort="-date", limit=None).hits
            found = itertools.islice((hit for hit in hits if hit.id.startswith(typed)), _IDS)
            return [CompletionItem(_protect(hit.id), help=neutralise(hit.title)) for hit in found]
    except _SILENT:
        return []


def _find_index(context: click.Context) -> Path:
    return Path(context.params.get("index_path") or str(load_settings()["index.path"].value))


def _offer(
    context: click.Context, facet: str, typed: str, before: str, write: Callable[[str], str] | None = None
) -> list[CompletionItem]:
    """Return the values with a word in the value, the label or another name that begins so, most frequent first.

    `write` returns a value as it is typed; by default as an option takes it.
    """
    write = write or _escape_comma
    try:
        values = _load_values(_find_index(context))[facet_of(facet).name]
        found = list(_find(facet, values, typed))
    except _SILENT:
        return []
    return [
        CompletionItem(
            _protect(before + write(value)),
            help=f"{neutralise(label)}, {count:,}" if label != value else f"{count:,}",
        )
        for value, label, count in found
    ]


def _find(facet: str, values: Iterable[tuple[str, str, int]], typed: str) -> Iterable[tuple[str, str, int]]:

    # Nobody types control characters, and a terminal would obey them.
    return (
        entry for entry in values if entry[0].isprintable() and has_prefix(facet, entry[0], entry[1], typed)
    )


def _load_values(index: Path) -> dict[str, list[tuple[str, str, int]]]:
    """Return the values of all facets of an index, from a cache file that is rewritten when the index has changed."""
    home = Path(os.environ.get("XDG_CACHE_HOME", ""))
    folder = (home if home.is_absolute() else Path.home() / ".cache") / "osce-search"
    whole = index.resolve()
    path = folder / f"values-{hashlib.sha256(str(whole).encode()).hexdigest()[:16]}.json"
    state = (whole / "osce-search.json").stat()
    stamp = [state.st_mtime_ns, state.st_size]
    if path.exists():
        kept = json.loads(path.read_text(encoding="utf-8"))
        if kept["stamp"] == stamp:
            facets: dict[str, list[tuple[str, str, int]]] = kept["facets"]
            return facets
    return _make_values(whole, path, stamp)


def _make_values(index: Path, path: Path, stamp: list[int]) -> dict[str, list[tuple[str, str, int]]]:
    from osce_search.backends import open_index

    with open_index(index) as handle:
        requests = [FacetRequest(name, None) for name in facet_names()]
        counted = handle.search("", facets=requests, limit=0).facets
        facets = {
            name: [(bucket.value, bucket.label, bucket.count) for bucket in counts.buckets]
            for name, counts in counted.items()
        }
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f"{path.name}.{os.getpid()}")
    part.write_text(json.dumps({"stamp": stamp, "facets": facets}, ensure_ascii=False), encoding="utf-8")
    part.replace(path)
    return facets


def _quote(value: str) -> str:
    """Return a value as the text of a query takes it: in quotation marks, unless it is one word."""
    return print_tree(In("id", (value,))).removeprefix("id:")


def _escape_comma(value: str) -> str:
    """Return a value as its option takes it: an option splits its text at commas."""
    return value.replace("\\", "\\\\").replace(",", "\\,")


def _protect(value: str) -> Any:
    """Return a value as a shell takes it: bash inserts it into the line as it is."""
    if os.environ.get("_OSCE_SEARCH_COMPLETE", "").startswith("bash"):
        return "".join(f"\\{char}" if char in " '\"()&;|<>$`\\*?[]#~!" else char for char in value)
    return value
