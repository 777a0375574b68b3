"""`osce-search eval run|compare|gate|label|lint`: topics, judgements and rules → how well an index answers.

This module declares what can be typed. It loads `actions`, and with it numpy and scipy, only to run a command.
"""

from __future__ import annotations

from pathlib import Path
from types import ModuleType
from typing import Any, Literal, NamedTuple

import click

from osce_search.cli.options import Command, Group, complete, format_options, group, index_option, section
from osce_search.evaluation import Paths, check_extra

__all__ = ["Asking", "command"]

_FILE: dict[str, Any] = {"type": click.Path(path_type=Path), "metavar": "FILE"}
_COUNT: dict[str, Any] = {"type": click.IntRange(1), "metavar": "N", "show_default": True}
_LIMIT: dict[str, Any] = {"type": click.FloatRange(0, 1), "metavar": "SHARE"}
_PROFILE: dict[str, Any] = {"metavar": "NAME", "shell_complete": complete("complete_profile")}
_in_files, _in_search, _in_baseline = section("Files"), section("Search"), section("Baseline")


class Asking(NamedTuple):
    """How an index is asked."""

    operator: Literal["all", "any"] | None
    depth: int
    no_expand: bool

    def settings(self) -> dict[str, Any]:
        """Return the settings as `Harness` and `IndexSearch` take them, with the name of this program."""
        return {
            "operator": self.operator,
            "depth": self.depth,
            "expand": not self.no_expand,
            "software": click.get_current_context().obj,
        }


_FILES = [
    _in_files(f"--{name}", **_FILE, help=text)
    for name, text in (
        ("topics", "Topics: YAML, TREC's <top> elements, or lines of id, tab, question."),
        ("qrels", "Judgements: topic, 0, release, grade."),
        ("rules", "Rules (YAML)."),
        ("accepted", "Topics that may fall, each with a reason (YAML)."),
        ("baseline", "The pinned baseline (JSON)."),
    )
]
_two_files, _all_files = group("files", Paths, _FILES[:2]), group("files", Paths, _FILES)
_directory = click.argument("directory", type=_FILE["type"], required=False)
_measures = click.option(
    "--measures",
    default="",
    metavar="NAMES",
    help="Such as nDCG@10,AP,RR@10,R@100,P(rel=2)@5.  [default: nDCG@10,AP,R@100,RR@10]",
)
_profile = _in_search(
    "--profile", default="default", show_default=True, help="The ranking profile.", **_PROFILE
)
_asking = group(
    "asking",
    Asking,
    [
        _in_search(
            "--operator",
            type=click.Choice(["all", "any"]),
            help="Require all words or any.  [default: any for TREC topics, all for others, unless a topic says]",
        ),
        _in_search("--depth", default=1000, help="Keep this number of releases of each answer.", **_COUNT),
        _in_search("--no-expand", is_flag=True, help="Search only what was typed, not its other names."),
    ],
)
_formats = format_options(("table", "json", "md"), "json")


def _load_actions() -> ModuleType:
    """Return the module that does the work. Raise EvaluationError if the extra `[eval]` is missing."""
    check_extra()
    from osce_search.cli.commands.eval import actions

    return actions


@click.group("eval", cls=Group, context_settings={"help_option_names": ["-h", "--help"]})
def command() -> None:
    """Measure how well an index answers, compare rankings, and fail if one gets worse.

    \b
    osce-search eval run --topics topics.tsv --qrels qrels.txt --measures nDCG@10,AP --run-out run.txt
    osce-search eval compare default fast --topics topics.tsv --qrels qrels.txt
    osce-search eval gate tests/relevance
    """


@command.command("run", cls=Command)
@_two_files
@_in_files("--run", "run_path", **_FILE, help="Measure this run; ask no index.")
@_in_files("--run-out", **_FILE, help="Write the run and its manifest.")
@_measures
@click.option("--kind", "kinds", multiple=True, metavar="KIND", help="Skip topics of other kinds.")
@click.option("--tag", help="The name of the run.  [default: the profile]")
@index_option
@_profile
@_asking
@_formats
def _run(**options: Any) -> None:
    """Ask every topic, and measure the answers by the judgements.

    An empty answer counts as zero. A topic that fails does not: it is named and left out of the means, and the
    exit code is 4.

    \b
    osce-search eval run --topics topics.yaml --qrels qrels.txt
    osce-search eval run --topics topics.tsv --qrels qrels.txt --measures nDCG@10,AP --run-out run.txt
    osce-search eval run --run run.txt --qrels qrels.txt
    """
    _load_actions().run(**options)


@command.command("compare", cls=Command)
@click.argument("before")
@click.argument("after")
@_two_files
@_measures
@click.option(
    "--movers",
    type=click.IntRange(0),
    default=5,
    show_default=True,
    metavar="N",
    help="Show the N topics that fell most, and the N that rose most.",
)
@index_option
@_asking
@_formats
def _compare(**options: Any) -> None:
    """Compare BEFORE with AFTER: each is the file of a run, or the name of a ranking profile.

    Print the means over the topics that both ran, with a permutation test and a bootstrap interval of their
    difference, and the topics that fell and rose most, with the releases that left and entered the first ten.

    \b
    osce-search eval compare default fast --topics topics.yaml --qrels qrels.txt
    osce-search eval compare old.txt new.txt --qrels qrels.txt --format md
    """
    _load_actions().compare(**options)


@command.command("gate", cls=Command)
@_directory
@_all_files
@_measures
@click.option("--floor", "floors", multiple=True, metavar="MEASURE=VALUE", help="A mean to reach.")
@click.option("--relations", is_flag=True, help="Also check relations that need no judgements.")
@_in_baseline("--pin", is_flag=True, help="Write the baseline instead of comparing with it.")
@_in_baseline("--lower", is_flag=True, help="With --pin: also if that lowers the baseline.")
@_in_baseline("--tolerance", **_LIMIT, help="With --pin: how far the mean may fall.")
@_in_baseline("--drop", **_LIMIT, help="With --pin: how far one topic may fall.")
@index_option
@_profile
@_asking
def _gate(**options: Any) -> None:
    """Fail with exit code 5 if the ranking is worse than the baseline, and name the topics that fell.

    DIRECTORY holds topics.yaml, and any of qrels.txt, rules.yaml, accepted.yaml and baseline.json. The gate
    opens if every rule is kept, the mean has not fallen by more than its tolerance, and no topic by more than
    its drop unless accepted.yaml names it with a reason.

    \b
    osce-search eval gate tests/relevance
    osce-search eval gate tests/relevance --pin
    osce-search eval gate --topics topics.tsv --qrels qrels.txt --floor nDCG@10=0.7
    """
    _load_actions().gate(**options)


@command.command("label", cls=Command)
@_two_files
@_in_files("--run", "run_paths", multiple=True, **_FILE, help="Also pool this run.")
@click.option("--pool", default=10, help="Judge this number of places from the top.", **_COUNT)
@click.option("--author", default="", help="Who judges; kept beside the judgements.")
@click.option("--seed", type=int, default=0, show_default=True, help="Another seed gives another order.")
@click.option(
    "--list", "list_only", is_flag=True, help="List topic, release and title of what is not judged."
)
@click.option("--stdin", "from_stdin", is_flag=True, help="Read the grades from stdin, one a line.")
@index_option
@_in_search("--profile", "profiles", multiple=True, help="A profile to pool; give two or more.", **_PROFILE)
@_asking
def _label(**options: Any) -> None:
    """Judge the releases at the top of several rankings that have no judgement yet.

    The rankings are interleaved, and neither place nor score nor profile is shown. Grades: 3 answers the
    question, 2 answers a good part of it, 1 touches it, 0 does not. Each grade is on disk before the next
    release is shown, so you can stop at any time.

    \b
    osce-search eval label --topics topics.yaml --qrels qrels.txt --profile default --profile fast
    """
    _load_actions().label(**options)


@command.command("lint", cls=Command)
@_directory
@_all_files
@_in_files("--run", "run_paths", multiple=True, **_FILE, help="Also check this run.")
@click.option("--index", "index_path", metavar="DIRECTORY", help="Also check against this index.")
@click.option("--strict", is_flag=True, help="Treat warnings as errors.")
def _lint(**options: Any) -> None:
    """Check topics, judgements, rules and runs, and list every problem with file and line.

    The exit code is 2 if there is an error, such as a malformed line, an id given twice, a topic without
    judgements, judgements without a topic, or an empty run. With --index, warn of judged releases that are
    gone or have another text.

    \b
    osce-search eval lint tests/relevance --index index
    osce-search eval lint --topics topics.tsv --qrels qrels.txt --run run.txt
    """
    _load_actions().lint(**options)
