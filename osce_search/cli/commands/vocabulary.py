"""`osce-search vocabulary`: a facet → its controlled values; labels → the values that they stand for."""

from __future__ import annotations

import click

from osce_search.cli.options import Command, Format, LookOptions, complete, format_options, look_options
from osce_search.cli.output import choose_look, open_output, tell, write_pages
from osce_search.formats.exports import DELIMITERS, write_terms
from osce_search.formats.json_output import to_json
from osce_search.schema import facet
from osce_search.vocabulary import VOCABULARIES, vocabulary


@click.command("vocabulary", cls=Command)
@click.argument("name", required=False, shell_complete=complete("complete_vocabulary"))
@click.argument("labels", nargs=-1, metavar="[LABEL]...")
@format_options(("table", "json", "csv", "tsv"), "json", "csv")
@look_options
@click.pass_context
def command(
    context: click.Context, /, name: str | None, labels: tuple[str, ...], form: Format, look: LookOptions
) -> None:
    """List the controlled values of a facet, or print which value each LABEL stands for.

    \b
    osce-search vocabulary country
    osce-search vocabulary source "OSCE Centre in Bishkek"
    """
    if name is None:
        if form.name != "table":
            raise click.UsageError(f"Which vocabulary as {form.name}? There are {', '.join(VOCABULARIES)}.")
        lines = (f"{known:<10} {len(vocabulary(known)):>5,} values\n" for known in VOCABULARIES)
        write_pages(lines, form.output, not look.no_pager)
        return
    chosen = facet(name)
    if chosen.vocabulary is None:
        raise click.UsageError(f"{chosen.name} has no vocabulary; there are {', '.join(VOCABULARIES)}.")
    table = vocabulary(chosen.vocabulary)
    terms = list(table)
    resolved = {label: table.resolve(label) for label in labels}
    if labels:
        for label, term in resolved.items():
            if term is None:
                near = ", ".join(f"{item.value} ({item.label})" for item in table.suggest(label))
                tell(
                    f"Error: {table.name} has no value {label!r}"
                    + (f"; the nearest are {near}" if near else "")
                )
        terms = list(dict.fromkeys(term for term in resolved.values() if term))
    if form.name == "table":
        from osce_search.console.tables import print_terms

        write_pages(print_terms(terms, choose_look(look, form.output)), form.output, not look.no_pager)
    else:
        with open_output(form.output) as file:
            if form.name == "json":
                file.write(to_json({"vocabulary": table.name, "terms": terms}) + "\n")
            else:
                write_terms(terms, file.write, DELIMITERS[form.name])
    if None in resolved.values():
        context.exit(1)
