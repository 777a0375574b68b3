"""Query forms: a query → the same query as a command, as Python or as an address; and back from an address."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from osce_search.query import MISSING, SETTING_READERS, Query
from osce_search.schema import facet as facet_of
from osce_search.schema import facet_names

_PLAIN = Query()


def print_command(query: Query, index: str | None = None) -> str:
    """Return the query as a command for a shell; `index` adds the path of the index.

    >>> from osce_search.query import Filter
    >>> print_command(Query(text="-kyiv media", filters=(Filter("country", ("BA", "RS")),)))
    'osce-search query --country BA --country RS -- "-kyiv media"'
    """
    words = ["osce-search", "query"]
    for item in query.filters:
        for value in item.values:
            if item.mode != "none" and value == MISSING:
                words += ["--missing", item.facet]
            elif item.mode != "none" and item.facet != "month":
                words += [f"--{'lang' if item.facet == 'language' else item.facet}", _escape_comma(value)]
            else:
                words += [
                    "--not" if item.mode == "none" else "--filter",
                    f"{item.facet}={_escape_comma(value)}",
                ]
        if item.mode == "all":
            words += ["--match-all", item.facet]
    words += [word for name, value in _settings(query) for word in _FLAGS[name](value)]
    words += [word for request in query.facets for word in ("--facet", str(request))]
    words += ["--index", index] if index else []
    if query.text:
        words += ["--", query.text]
    return " ".join(map(_quote, words))


def print_python(query: Query, index: str = "index") -> str:
    """Return the query as lines of Python that open the index at a path.

    >>> print(print_python(Query(text="media", limit=20)))
    from osce_search import open_index
    <BLANKLINE>
    with open_index("index") as index:
        results = index.search("media", limit=20)
    """
    names = ["open_index"]
    arguments = [_repr(query.text)]
    if query.filters and all(item.mode == "any" for item in query.filters):
        arguments.append(f"filters={_repr({item.facet: list(item.values) for item in query.filters})}")
    elif query.filters:
        names.append("Filter")
        items = (f"Filter({_repr(i.facet)}, {_repr(i.values)}, {_repr(i.mode)})" for i in query.filters)
        arguments.append(f"filters=[{', '.join(items)}]")
    arguments += [f"{name}={_repr(value)}" for name, value in _settings(query)]
    if query.facets:
        names.append("FacetRequest")
        items = (f"FacetRequest({_repr(r.name)}, {r.limit}, {_repr(r.order)})" for r in query.facets)
        arguments.append(f"facets=[{', '.join(items)}]")
    head = f"from osce_search import {', '.join(sorted(names, key=str.casefold))}"
    return f"{head}\n\nwith open_index({_repr(index)}) as index:\n    results = index.search({', '.join(arguments)})"


def print_address(query: Query) -> str:
    """Return the query as the address of a search page; equal queries have equal addresses.

    >>> from osce_search.query import Filter
    >>> print_address(Query(text="media freedom", filters=(Filter("country", ("RS", "BA")),)))
    '/search?q=media+freedom&country=BA&country=RS'
    """
    pairs = [("q", query.text)] if query.text else []
    for name in facet_names():
        for item in query.filters:
            if item.facet == name:
                prefix = "not." if item.mode == "none" else ""
                pairs += [(f"{prefix}{name}", value) for value in sorted(item.values)]
                pairs += [(f"{name}.match", "all")] if item.mode == "all" else []
    for name, value in _settings(query):
        shown = "all" if value is None else value
        pairs.append((name, ("yes" if value else "no") if isinstance(value, bool) else str(shown)))
    pairs += [("facet", str(request)) for request in query.facets]
    return "/search" + ("?" + urlencode(pairs, errors="surrogatepass") if pairs else "")


def read_address(address: str) -> Query:
    """Return the query in an address, or in the part after its question mark.

    Raise QueryError if a name is unknown: an ignored filter would give wrong results.

    >>> read_address("/search?q=media&country=BA&not.type=news").filters
    (Filter(facet='country', values=('BA',), mode='any'), Filter(facet='type', values=('news',), mode='none'))
    """
    text = urlsplit(address).query if "?" in address or "=" not in address else address
    value: dict[str, Any] = {"filters": {}, "facets": []}
    every = set()
    for name, given in parse_qsl(text, keep_blank_values=True, errors="surrogatepass"):
        prefix, dot, rest = name.partition(".")
        if name == "q":
            value["input"] = given
        elif name == "facet":
            value["facets"].append(given)
        elif dot and rest == "match" and given == "all":
            every.add(facet_of(prefix).name)
        elif name in SETTING_READERS:
            value[name] = _read_setting(name, given)
        else:
            mode = "none" if dot and prefix == "not" else "any"
            modes = value["filters"].setdefault(facet_of(rest if mode == "none" else name).name, {})
            modes.setdefault(mode, []).append(given)
    for name in every & value["filters"].keys():
        modes = value["filters"][name]
        if "any" in modes:
            value["filters"][name] = {"all": modes.pop("any"), **modes}
    return Query.from_record(value)


def _settings(query: Query) -> Iterator[tuple[str, Any]]:
    """Yield the settings that differ from the defaults, by the names of the library."""
    record = query.to_record()
    yield from ((name, record[name]) for name in ("since", "until") if record[name])
    for name in _FLAGS:
        if name not in ("since", "until") and getattr(query, name) != getattr(_PLAIN, name):
            yield name, getattr(query, name)


_FLAGS: Mapping[str, Any] = {
    "since": lambda value: ["--since", value],
    "until": lambda value: ["--until", value],
    "limit": lambda value: ["--all"] if value is None else ["--limit", str(value)],
    "offset": lambda value: ["--offset", str(value)],
    "sort": lambda value: ["--sort", value],
    "profile": lambda value: ["--profile", value],
    "expand": lambda value: ["--no-expand"],
    "tags": lambda value: ["--tags", value],
    "collapse": lambda value: ["--collapse", value],
    "operator": lambda value: ["--any"],
    "strict": lambda value: ["--strict"],
    "explain": lambda value: ["--explain"],
    "relax": lambda value: [],  # a command relaxes in the formats that can say so
}


def _read_setting(name: str, text: str) -> Any:
    if name in ("expand", "strict", "explain", "relax"):
        return {"yes": True, "no": False}.get(text, text)
    if name == "limit" and text == "all":
        return None
    return int(text) if name in ("limit", "offset") and text.isdecimal() and len(text) < 10 else text


def _escape_comma(value: str) -> str:
    return value.replace("\\", "\\\\").replace(",", "\\,")


def _quote(word: str) -> str:
    """Quote a word for a shell; unprintable characters become escape sequences of bash and zsh."""
    if word.isprintable():
        return (
            shlex.quote(word)
            if "'" in word or "$" in word or "`" in word or "!" in word
            else _quote_double(word)
        )
    return "$'" + "".join(_escape_for_shell(char) for char in word) + "'"


def _quote_double(word: str) -> str:
    quoted = shlex.quote(word)
    return quoted if quoted == word or '"' in word or "\\" in word else f'"{word}"'


def _escape_for_shell(char: str) -> str:
    if char in "'\\":
        return "\\" + char
    if char.isprintable():
        return char
    # Python decodes a byte that is not UTF-8 to half of a surrogate pair.
    errors = "surrogateescape" if "\udc80" <= char <= "\udcff" else "replace"
    return "".join(f"\\x{byte:02x}" for byte in char.encode("utf-8", errors))


def _repr(value: object) -> str:
    """Return a literal, with double quotes if nothing has to be escaped for them."""
    text = repr(value)
    return text.replace("'", '"') if '"' not in text and "\\" not in text else text
