"""`osce-search verify`: an index on disk → what is damaged in it; with --repair, a sound one."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from osce_search.cli.options import Command, IndexOptions, index_option
from osce_search.cli.output import tell
from osce_search.errors import IndexDamaged
from osce_search.formats.characters import neutralise
from osce_search.formats.display import count_of
from osce_search.formats.json_output import to_json

if TYPE_CHECKING:
    from osce_search.index.check.verification import Verification


@click.command("verify", cls=Command)
@index_option
@click.option("--full", is_flag=True, help="Analyse every release again, not only a sample.")
@click.option(
    "--repair",
    is_flag=True,
    help="If a file is damaged, rebuild the index from the releases that can be read.",
)
@click.option(
    "--wait",
    type=click.FloatRange(0),
    default=0,
    metavar="SECONDS",
    help="Wait for a writer to finish before a repair.",
)
@click.option("--json", "as_json", is_flag=True, help="Print the findings as JSON.")
@click.pass_context
def command(
    context: click.Context, /, index: IndexOptions, full: bool, repair: bool, wait: float, as_json: bool
) -> None:
    """Check every file of an index: each byte against its checksum, each number against its bounds, the words against
    the stored releases. Exit code 0: sound, or repaired without a loss; 5: damaged.

    \b
    osce-search verify --full
    osce-search verify --repair --index /var/lib/osce
    """
    path = Path(index.path)
    found = _check(path, full)
    lost = 0
    repaired = repair and bool(found.problems or found.notes)
    if repaired:
        # Only a repair loads Whoosh.
        from osce_search.index.check.repair import repair as repair_index

        lost = repair_index(path, wait=wait, software=context.obj, found=found).lost
    if as_json:
        outcome = {"lost": lost} if repaired else None
        click.echo(to_json({"sound": not found.problems}, found, {"repaired": outcome}))
    else:
        _tell(path, found, lost if repaired else None)
    if lost or (found.problems and not repaired):
        context.exit(5)


def _check(path: Path, full: bool) -> Verification:
    """Verify an index. If even its description cannot be read, that is the one problem."""
    from osce_search.index.check.verification import Problem, Verification, verify

    try:
        return verify(path, full=full)
    except IndexDamaged as error:
        what = str(error).removeprefix(f"{error.path}: ").partition("; ")[0]
        problem = Problem(
            Path(error.path).name, what, "which files are the index; a repair takes those that are there"
        )
        return Verification(0, "", 0, 0, 0, 0, (problem,))


def _tell(path: Path, found: Verification, lost: int | None) -> None:
    for problem in found.problems:
        click.echo(neutralise(f"{path / problem.file}: {problem.what}"))
        click.echo(neutralise(f"  lost: {problem.lost}"))
    if not found.problems:
        click.echo(
            f"{path}: sound; generation {found.generation}, {count_of(found.releases, 'release')}, "
            f"{count_of(found.files, 'file')} of {count_of(found.bytes, 'byte')}, "
            f"{count_of(found.analysed, 'release')} analysed again"
        )
    for note in found.notes:
        tell(f"{path / note}")
    if lost is not None:
        verb = "is" if lost == 1 else "are"
        again = "; index the sources again" if lost else ""
        tell(f"{path}: repaired; {count_of(lost, 'release')} {verb} lost{again}")
    elif found.problems:
        problems = count_of(len(found.problems), "problem")
        tell(f"{path}: {problems}; repair with: osce-search verify --repair --index {path}")
