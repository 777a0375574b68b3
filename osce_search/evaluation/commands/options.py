"""Options: what several commands take, and how it is read."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from osce_search.backends import Index
    from osce_search.evaluation.problems import Problem, Problems
    from osce_search.evaluation.run import Run
    from osce_search.evaluation.suite import Paths, Suite
    from osce_search.evaluation.topics import Topic

__all__ = [
    "FILE",
    "PARTIAL",
    "Command",
    "ask_index",
    "asking_options",
    "default_measures",
    "directory_argument",
    "find_files",
    "format_options",
    "index_option",
    "load_files",
    "measures_option",
    "name_software",
    "open_asked",
    "qrels_option",
    "read_format",
    "read_run_file",
    "show",
    "suite_options",
    "tell",
    "together",
    "topics_option",
]

_F = TypeVar("_F", bound=Callable[..., Any])
FILE = click.Path(path_type=Path)
PARTIAL = 4


class Command(click.Command):
    """A command that says what to install where evaluation's extra is missing."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command."""
        from osce_search.evaluation.extra import check_extra

        check_extra()
        return super().invoke(ctx)


def together(*decorators: Callable[[_F], _F]) -> Callable[[_F], _F]:
    """Several options as one decorator, shown in the order given."""
    return lambda command: functools.reduce(lambda made, add: add(made), reversed(decorators), command)


index_option = click.option(
    "--index", "index_path", type=FILE, envvar="OSCE_SEARCH_INDEX", default=Path("index"), show_default=True,
    help="The index to ask.",
)  # fmt: skip
topics_option = click.option(
    "--topics", type=FILE, metavar="FILE", help="Topics: YAML, TREC's <top> elements, or id, tab, question."
)
qrels_option = click.option(
    "--qrels", type=FILE, metavar="FILE", help="Judgements: topic, 0, release, grade."
)
measures_option = click.option(
    "--measures",
    metavar="NAMES",
    help="Such as nDCG@10,AP,RR@10,R@100,P(rel=2)@5.  [default: nDCG@10,AP,R@100,RR@10]",
)
asking_options = together(
    click.option(
        "--operator", type=click.Choice(["all", "any"]),
        help="Require all words or any.  [default: any for TREC topics, all for others, unless a topic says]",
    ),
    click.option("--depth", type=click.IntRange(1), default=1000, show_default=True, help="Releases kept of each."),
    click.option("--no-expand", is_flag=True, help="Search no other names of what is asked."),
)  # fmt: skip
format_options = together(
    click.option(
        "--format", "format_name", type=click.Choice(["table", "json", "md"]), default="table", show_default=True,
        help="How to print it.",
    ),
    click.option("--json", "as_json", is_flag=True, help="The same as --format json."),
)  # fmt: skip
directory_argument = click.argument("directory", type=FILE, required=False)
suite_options = together(
    topics_option,
    qrels_option,
    click.option("--rules", type=FILE, metavar="FILE", help="Rules (YAML)."),
    click.option(
        "--accepted", type=FILE, metavar="FILE", help="Topics that may fall, each with a reason (YAML)."
    ),
    click.option("--baseline", type=FILE, metavar="FILE", help="What was pinned (JSON)."),
)


def find_files(directory: Path | None, options: dict[str, Any], *, needed: bool = True) -> Paths:
    """The files of the directory, with those named by options in their place."""
    from osce_search.evaluation.suite import Paths, find_paths

    found = find_paths(directory, options["topics"]) if directory else Paths()
    names = ("topics", "qrels", "rules", "accepted", "baseline")
    paths = Paths(*(options[name] or getattr(found, name) for name in names))
    if paths.topics is None and needed:
        raise click.UsageError("Name a directory with topics and judgements, or give --topics.")
    return paths


def load_files(paths: Paths) -> Suite:
    """What the files say, with warnings where they do not go together."""
    from osce_search.evaluation.problems import Problems
    from osce_search.evaluation.suite import check_suite, load_suite

    problems = Problems()
    suite = load_suite(paths, problems)
    problems.check()
    if suite.topics and paths.qrels:
        check_suite(suite, problems, "warning")
    _tell_warnings(problems)
    problems.check()
    return suite


def read_run_file(path: Path) -> Run:
    from osce_search.evaluation.problems import Problems
    from osce_search.evaluation.runfile import read_run

    problems = Problems()
    read = read_run(path, problems)
    _tell_warnings(problems)
    problems.check()
    return read


def _tell_warnings(problems: Problems) -> None:
    warnings: Sequence[Problem] = problems.warnings
    for problem in warnings[:20]:
        tell(str(problem))
    if len(warnings) > 20:
        tell(f"… and {len(warnings) - 20} more warnings; osce-search eval lint lists all")


def open_asked(context: click.Context, options: dict[str, Any]) -> Index:
    from osce_search.backends import open_index

    return open_index(options["index_path"], software=name_software(context))


def name_software(context: click.Context) -> str:
    """The name and version of the program, where it told."""
    return context.obj if isinstance(context.obj, str) else ""


def ask_index(index: Index, topics: Sequence[Topic], profile: str, options: dict[str, Any]) -> Run:
    """The run that an index makes with a profile."""
    from osce_search.engine.scoring import profile as profile_of
    from osce_search.evaluation.run import IndexSearch, ask_topics

    profile_of(profile)
    search = IndexSearch(
        index,
        profile=profile,
        operator=options["operator"],
        depth=options["depth"],
        expand=not options["no_expand"],
        software=name_software(click.get_current_context()),
    )
    kinds = options.get("kinds") or ()
    skip = {
        topic.id: f"its kind is {topic.kind or 'not given'}"
        for topic in topics
        if kinds and topic.kind not in kinds
    }
    return ask_topics(topics, search, tag=options.get("tag") or profile, skip=skip)


def default_measures() -> tuple[str, ...]:
    from osce_search.evaluation.measures import DEFAULT_MEASURES

    return DEFAULT_MEASURES


def read_format(options: dict[str, Any]) -> str:
    if options["as_json"] and options["format_name"] not in ("table", "json"):
        raise click.UsageError("--json and --format exclude each other.")
    return "json" if options["as_json"] else str(options["format_name"])


def show(text: str, *, err: bool = False) -> None:
    """Print what people read, line by line, with nothing in it that a terminal would obey."""
    from osce_search.formats.characters import neutralise

    for line in text.split("\n"):
        click.echo(neutralise(line), err=err)


def tell(message: str) -> None:
    """Tell whoever watches, on stderr."""
    show(message, err=True)
