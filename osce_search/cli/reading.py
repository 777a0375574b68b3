"""Reading: one release, the index as a whole, the vocabularies."""

from __future__ import annotations

from typing import Any

import click

from osce_search.cli.command import Command
from osce_search.cli.opening import open_chosen
from osce_search.cli.options import color_options, complete, format_options, index_option, read_format
from osce_search.cli.output import choose_look, open_output, tell, write_pages

__all__ = ["show", "stats", "vocabulary"]


@click.command(cls=Command, short_help="Print a release.")
@click.argument("ids", nargs=-1, required=True, metavar="ID...")
@index_option
@click.option(
    "--why", is_flag=True, help="Tell whence each date and label comes, with the words it rests on."
)
@format_options(("text", "json", "jsonl", "bibtex", "ris", "csl-json"), "json", "jsonl")
@color_options
@click.pass_context
def show(context: click.Context, /, ids: tuple[str, ...], why: bool, **options: Any) -> None:
    """Print the releases with these IDs, or at these addresses.

    \b
    osce-search show 574126 --why
    osce-search show 574126 574127 --format bibtex >> references.bib
    """
    from osce_search.cli.questions import read_id

    format_name = read_format(options, "text")
    with open_chosen(context, options) as index:
        found = {id: index.get(id) for id in dict.fromkeys(map(read_id, ids))}
        for id, release in found.items():
            if release is None:
                tell(f"there is no release {id!r} in {options['index_path']}")
        releases = [release for release in found.values() if release]
        if format_name == "text":
            from osce_search.console.release import print_release

            look = choose_look(options)
            pieces = (print_release(release, look, why) for release in releases)
            write_pages(pieces, options["output"], not options["no_pager"])
        elif releases:
            with open_output(options["output"]) as file:
                _write_releases(releases, format_name, file.write)
    if len(releases) < len(found):
        context.exit(1)


@click.command(cls=Command, short_help="Tell what the index holds.")
@index_option
@format_options(("table", "json"), "json")
@color_options
@click.pass_context
def stats(context: click.Context, /, **options: Any) -> None:
    """Tell what the index holds: releases by year and type, and how complete their labels are."""
    format_name = read_format(options)
    from osce_search.coverage import measure

    with open_chosen(context, options) as index:
        coverage = measure(index.releases())
        fingerprint, generation = index.fingerprint, index.generation
    if format_name == "json":
        from osce_search.formats.coverage import print_coverage as print_json

        with open_output(options["output"]) as file:
            file.write(print_json(coverage, fingerprint, generation) + "\n")
        return
    from osce_search.console.coverage import print_coverage

    look = choose_look(options)
    text = print_coverage(coverage, options["index_path"], fingerprint, look)
    write_pages([text], options["output"], not options["no_pager"])


@click.command(cls=Command, short_help="List controlled values, or resolve labels.")
@click.argument("name", required=False, shell_complete=complete("complete_vocabulary"))
@click.argument("labels", nargs=-1, metavar="[LABEL]...")
@format_options(("table", "json", "csv", "tsv"), "json", "csv")
@color_options
@click.pass_context
def vocabulary(context: click.Context, /, name: str | None, labels: tuple[str, ...], **options: Any) -> None:
    """List the controlled values of a facet, or tell which value each LABEL stands for.

    \b
    osce-search vocabulary country
    osce-search vocabulary source "OSCE Centre in Bishkek"
    """
    format_name = read_format(options)
    from osce_search.vocabulary import VOCABULARIES
    from osce_search.vocabulary import vocabulary as read_vocabulary

    if name is None:
        if format_name != "table":
            raise click.UsageError(f"Which vocabulary as {format_name}? There are {', '.join(VOCABULARIES)}.")
        lines = (f"{known:<10} {len(read_vocabulary(known)):>5,} values\n" for known in VOCABULARIES)
        write_pages(lines, options["output"], not options["no_pager"])
        return
    table = read_vocabulary(_resolve_name(name, VOCABULARIES))
    terms = list(table)
    resolved = {}
    if labels:
        resolved = {label: table.resolve(label) for label in labels}
        for label, term in resolved.items():
            if term is None:
                near = ", ".join(f"{item.value} ({item.label})" for item in table.suggest(label))
                tell(f"{table.name} has no value {label!r}" + (f"; the nearest are {near}" if near else ""))
        terms = list(dict.fromkeys(term for term in resolved.values() if term))
    if format_name == "table":
        from osce_search.console.terms import print_terms

        look = choose_look(options)
        write_pages(print_terms(terms, look), options["output"], not options["no_pager"])
    else:
        from osce_search.formats.terms import write_terms

        with open_output(options["output"]) as file:
            write_terms(table.name, terms, format_name, file.write)
    if labels and None in resolved.values():
        context.exit(1)


def _resolve_name(name: str, known: tuple[str, ...]) -> str:
    from osce_search.schema import facet

    resolved = facet(name)
    if resolved.vocabulary is None:
        raise click.UsageError(f"{resolved.name} has no vocabulary; there are {', '.join(known)}.")
    return resolved.vocabulary


def _write_releases(releases: list[Any], format_name: str, write: Any) -> None:
    from osce_search.formats.answer import SCHEMA_VERSION, print_object
    from osce_search.formats.citation import CITATIONS, today

    if format_name == "jsonl":
        write("".join(print_object(release.to_record()) + "\n" for release in releases))
    elif format_name == "json":
        records = [release.to_record() | {"content_sha256": release.content_sha256} for release in releases]
        write(print_object({"schema_version": SCHEMA_VERSION, "releases": records}) + "\n")
    else:
        CITATIONS[format_name](releases, write, today())
