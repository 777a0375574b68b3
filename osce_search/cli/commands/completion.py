"""`osce-search completion`: the script that completes commands, options and facet values in a shell."""

from __future__ import annotations

import click
from click.shell_completion import get_completion_class


@click.command("completion")
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def command(shell: str) -> None:
    """Print the script that completes commands, options and facet values in a shell.

    \b
    osce-search completion bash > ~/.local/share/bash-completion/completions/osce-search
    osce-search completion zsh > ~/.zfunc/_osce-search
    osce-search completion fish > ~/.config/fish/completions/osce-search.fish
    """
    root = click.get_current_context().find_root().command
    kind = get_completion_class(shell)
    if kind is None:
        raise click.UsageError(f"There is no completion for {shell}.")
    click.echo(kind(root, {}, "osce-search", "_OSCE_SEARCH_COMPLETE").source())
