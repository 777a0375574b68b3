"""Options: the flags that several commands share, and what they mean as a Query."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal, TypeVar, cast

import click

from osce_search.errors import QueryError
from osce_search.query import MISSING, FacetRequest, Filter, Query, Sort, Tags
from osce_search.schema import facet as facet_of

__all__ = [
    "Asked",
    "color_options",
    "filter_options",
    "format_options",
    "index_option",
    "page_options",
    "read_asked",
    "read_facet_request",
    "read_format",
]

_Command = TypeVar("_Command", bound=Callable[..., Any])

_SHORT = {
    "country": ("--country",),
    "field": ("--field",),
    "source": ("--source",),
    "type": ("--type",),
    "place": ("--place",),
    "language": ("--lang", "--language"),
    "year": ("--year",),
}
_HELP = {
    "country": "About this country: code, label or former name.",
    "field": "In this field of work.",
    "source": "Issued by this body.",
    "type": "Of this type, such as press-release.",
    "place": "With this city in the dateline.",
    "language": "In this language.",
    "year": "Of this year.",
}
_ORDERS = {"count": "count", "alpha": "label", "label": "label", "lift": "lift", "date": "date"}


@dataclasses.dataclass(frozen=True, slots=True)
class Asked:
    """A question as it was put on the command line: what a Query holds, and how its text is to be read."""

    query: Query
    operator: Literal["all", "any"] = "all"
    strict: bool = False

    def search(self, index: Any, **changes: Any) -> Any:
        """The answer of an index, with the query changed where the command wants something else."""
        query = dataclasses.replace(self.query, **changes)
        return index.search(
            query.text,
            filters=query.filters,
            since=query.since,
            until=query.until,
            facets=query.facets,
            limit=query.limit,
            offset=query.offset,
            sort=query.sort,
            profile=query.profile,
            operator=self.operator,
            strict=self.strict,
            expand=query.expand,
            explain=query.explain,
            tags=query.tags,
        )


def index_option(command: _Command) -> _Command:
    """Where the index is."""
    return click.option(
        "--index",
        "index_path",
        default="index",
        show_default=True,
        envvar="OSCE_SEARCH_INDEX",
        show_envvar=True,
        metavar="DIRECTORY",
        help="Where the index is.",
    )(command)


def filter_options(command: _Command) -> _Command:
    """What narrows a question."""
    options = [
        *(
            click.option(*flags, f"only_{name}", multiple=True, metavar="VALUE", help=_HELP[name])
            for name, flags in _SHORT.items()
        ),
        click.option(
            "--filter", "filters", multiple=True, metavar="FACET=VALUE", help="With this value of a facet."
        ),
        click.option(
            "--not", "excluded", multiple=True, metavar="FACET=VALUE", help="Without this value of a facet."
        ),
        click.option(
            "--match-all", multiple=True, metavar="FACET", help="With all values given for it, not just any."
        ),
        click.option("--missing", multiple=True, metavar="FACET", help="With no value of this facet."),
        click.option(
            "--since", metavar="DATE", help="From then on: 2015, 2015-04, 2015-04-23, '30 days ago'."
        ),
        click.option(
            "--until", metavar="DATE", help="Up to then, the whole of that day, month or year included."
        ),
        click.option("--on", metavar="DATE", help="In that year, month or day."),
        click.option(
            "--tags",
            type=click.Choice(["assigned", "inferred", "both"]),
            default="both",
            show_default=True,
            help="Which labels count: printed on the page, or worked out from it.",
        ),
        click.option(
            "--any", "operator", flag_value="any", help="Any of the words will do, not only all of them."
        ),
        click.option("--no-expand", is_flag=True, help="Search what was typed alone, not its other names."),
        click.option("--strict", is_flag=True, help="Refuse a question that is not well formed."),
        click.option(
            "--profile", default="default", envvar="OSCE_SEARCH_PROFILE", metavar="NAME", help="How to rank."
        ),
    ]
    return _decorate(command, options)


def page_options(command: _Command) -> _Command:
    """Which hits, and in which order."""
    options = [
        click.option(
            "-n", "--limit", type=click.IntRange(0), metavar="N", help="So many hits.  [default: 10]"
        ),
        click.option("--offset", type=click.IntRange(0), metavar="N", help="Pass over so many hits."),
        click.option("--page", type=click.IntRange(1), metavar="N", help="This page of hits."),
        click.option("--all", "everything", is_flag=True, help="All hits."),
        click.option(
            "--sort",
            type=click.Choice(["relevance", "date", "-date", "title"]),
            default="relevance",
            show_default=True,
            help="Best first, oldest first, newest first, or by title.",
        ),
    ]
    return _decorate(command, options)


def color_options(command: _Command) -> _Command:
    """How it looks to people."""
    options = [
        click.option(
            "--color", type=click.Choice(["auto", "always", "never"]), default="auto", show_default=True
        ),
        click.option("--no-color", is_flag=True, help="The same as --color never."),
        click.option("--width", type=click.IntRange(40, 500), metavar="COLUMNS", help="How wide to print."),
        click.option("--ascii", "plain", is_flag=True, help="Draw with ASCII alone."),
        click.option("--no-pager", is_flag=True, help="Never print through a pager."),
    ]
    return _decorate(command, options)


def format_options(formats: Sequence[str], *short: str) -> Callable[[_Command], _Command]:
    """In which format, and where to; `short` formats have a flag of their own."""

    def decorate(command: _Command) -> _Command:
        options = [
            click.option(
                "--format",
                "format_name",
                type=click.Choice(formats),
                envvar="OSCE_SEARCH_FORMAT",
                help=f"In which format.  [default: {formats[0]}]",
            ),
            *(
                click.option(f"--{name}", f"as_{name}", is_flag=True, help=f"The same as --format {name}.")
                for name in short
            ),
            click.option("-o", "--output", metavar="FILE", help="Write to a file."),
        ]
        return _decorate(command, options)

    return decorate


def read_format(options: Mapping[str, Any], default: str = "table") -> str:
    """The format that was chosen by `--format` or by a flag of its own."""
    chosen = [name.removeprefix("as_") for name, value in options.items() if name.startswith("as_") and value]
    if len(chosen) > 1:
        raise click.UsageError(f"--{chosen[0]} and --{chosen[1]} exclude each other.")
    context = click.get_current_context()
    explicit = context.get_parameter_source("format_name") is click.core.ParameterSource.COMMANDLINE
    if chosen and explicit and options["format_name"] != chosen[0]:
        raise click.UsageError(f"--{chosen[0]} and --format {options['format_name']} exclude each other.")
    return chosen[0] if chosen else options.get("format_name") or default


def read_asked(text: Sequence[str], options: Mapping[str, Any], **changes: Any) -> Asked:
    """The question that arguments and options put; raises QueryError and UsageError."""
    question = " ".join(text)
    click.get_current_context().meta["question"] = question
    since, until = _read_days(options)
    query = Query(
        text=question,
        filters=_read_filters(options),
        since=since,
        until=until,
        profile=options["profile"],
        expand=not options["no_expand"],
        tags=cast(Tags, options["tags"]),
        **changes,
    )
    return Asked(query, "any" if options["operator"] else "all", options["strict"])


def read_page(options: Mapping[str, Any], default: int = 10) -> dict[str, Any]:
    """Limit, offset and order, as a Query has them."""
    limit = default if options["limit"] is None else options["limit"]
    if options["everything"] and (options["limit"] is not None or options["page"]):
        raise click.UsageError("--all excludes --limit and --page.")
    if options["page"] and options["offset"] is not None:
        raise click.UsageError("--page and --offset exclude each other.")
    offset = (options["page"] - 1) * limit if options["page"] else options["offset"] or 0
    return {
        "limit": None if options["everything"] else limit,
        "offset": offset,
        "sort": cast(Sort, options["sort"]),
    }


def read_facet_request(text: str, default: int | None) -> FacetRequest:
    """A facet with how many values at most and their order, as in `country:20:label`; raises QueryError.

    >>> read_facet_request("country:all:alpha", 10)
    FacetRequest(name='country', limit=None, order='label')
    """
    name, *rest = text.split(":")
    known = facet_of(name.strip())
    limit: int | None = default
    order = "date" if known.derived else "count"
    for part in rest:
        if part.isdecimal() and len(part) < 10:
            limit = int(part)
        elif part == "all":
            limit = None
        elif part in _ORDERS:
            order = _ORDERS[part]
        elif part:
            raise QueryError(
                f"{text!r}: after the name of a facet stand a number or 'all', and an order ({', '.join(_ORDERS)}), "
                "as in country:20:label"
            )
    return FacetRequest(known.name, limit, cast(Any, order))


def _read_filters(options: Mapping[str, Any]) -> tuple[Filter, ...]:
    wanted: dict[str, list[str]] = {}
    unwanted: dict[str, list[str]] = {}
    for name in _SHORT:
        for text in options[f"only_{name}"]:
            wanted.setdefault(name, []).extend(_split(name, text))
    for chosen, flag, given in (
        (wanted, "--filter", options["filters"]),
        (unwanted, "--not", options["excluded"]),
    ):
        for text in given:
            name, equals, values = text.partition("=")
            if not equals:
                raise click.UsageError(
                    f"{flag} takes a facet and a value, as in country=BA; {text!r} has no '='."
                )
            facet = facet_of(name.strip()).name
            chosen.setdefault(facet, []).extend(_split(facet, values))
    for text in options["missing"]:
        wanted.setdefault(facet_of(text).name, []).append(MISSING)
    every = {facet_of(name).name for name in options["match_all"]}
    if idle := every - wanted.keys():
        raise click.UsageError(f"--match-all {min(idle)} needs values of {min(idle)} to match.")
    kept = [Filter(name, tuple(values), "all" if name in every else "any") for name, values in wanted.items()]
    return (*kept, *(Filter(name, tuple(values), "none") for name, values in unwanted.items()))


def _split(facet: str, text: str) -> list[str]:
    """The values in a text: one if a vocabulary knows it whole, else those between the commas."""
    from osce_search.vocabulary import vocabulary

    table = facet_of(facet).vocabulary
    whole = "," not in text or (table and vocabulary(table).resolve(text))
    values = [stripped for value in ([text] if whole else text.split(",")) if (stripped := value.strip())]
    if not values:
        raise QueryError(f"the value of {facet} is empty")
    return values


def _read_days(options: Mapping[str, Any]) -> tuple[dt.date | None, dt.date | None]:
    since, until, on = options["since"], options["until"], options["on"]
    if since is until is on is None:
        return None, None
    from osce_search.parser import parse_range

    if on is not None:
        if since is not None or until is not None:
            raise click.UsageError("--on excludes --since and --until.")
        return parse_range(on)
    first = parse_range(since)[0] if since is not None else None
    last = parse_range(until)[1] if until is not None else None
    if first and last and first > last:
        raise QueryError(f"--since {since} is later than --until {until}; exchange them")
    return first, last


def _decorate(command: _Command, options: Sequence[Callable[[Any], Any]]) -> _Command:
    for option in reversed(options):
        command = option(command)
    return command
