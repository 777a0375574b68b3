"""`osce-search config`: the settings in effect, and where each comes from."""

from __future__ import annotations

import json

import click

from osce_search.cli.options import Group
from osce_search.formats.characters import neutralise
from osce_search.settings import load_settings


@click.group("config", cls=Group, context_settings={"help_option_names": ["-h", "--help"]})
def command() -> None:
    """Print the settings that flags override.

    Flags take precedence over environment variables, and these over files: ./osce-search.toml, then config.toml in
    $XDG_CONFIG_HOME/osce-search, then osce-search/config.toml in $XDG_CONFIG_DIRS.
    """


@command.command("show", short_help="Print each setting.")
@click.option("--origin", is_flag=True, help="Print where each value comes from.")
@click.option("--json", "as_json", is_flag=True, help="Print the settings as JSON, with their origins.")
@click.pass_context
def show(context: click.Context, /, origin: bool, as_json: bool) -> None:
    """Print each setting, as lines that a settings file may hold; a setting without a value is a comment.

    \b
    osce-search config show --origin
    osce-search config show > osce-search.toml
    """
    settings = load_settings(context.find_root().params["config"])
    if as_json:
        told = {name: {"value": found.value, "origin": found.origin} for name, found in settings.items()}
        click.echo(json.dumps(told, ensure_ascii=False, indent=1))
        return
    for name, found in settings.items():
        line = (
            f"# {name} ="
            if found.value is None
            else f"{name} = {json.dumps(found.value, ensure_ascii=False)}"
        )
        click.echo(neutralise(f"{line}  # {found.origin}" if origin else line))
