"""Judging: releases that nobody has judged, shown and graded."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import click

from osce_search.evaluation.commands.options import (
    FILE,
    Command,
    ask_index,
    asking_options,
    index_option,
    load_files,
    open_asked,
    qrels_option,
    read_run_file,
    tell,
    topics_option,
)

if TYPE_CHECKING:
    from osce_search.backends import Index
    from osce_search.evaluation.labelling import Candidate
    from osce_search.evaluation.topics import Topic

__all__ = ["label"]


@click.command(cls=Command)
@topics_option
@qrels_option
@index_option
@click.option(
    "--profile",
    "profiles",
    multiple=True,
    metavar="NAME",
    help="The rankings that are pooled; twice or more.",
)
@click.option("--run", "run_paths", type=FILE, multiple=True, metavar="FILE", help="A run to be pooled, too.")
@click.option(
    "--pool",
    type=click.IntRange(1),
    default=10,
    show_default=True,
    help="Places from the top that are judged.",
)
@click.option("--author", default="", help="Who judges; kept beside the judgements.")
@click.option("--seed", type=int, default=0, show_default=True, help="Another seed gives another order.")
@click.option(
    "--list", "list_only", is_flag=True, help="Print what is not judged, as topic, release and title."
)
@click.option("--stdin", "from_stdin", is_flag=True, help="Read the grades from stdin, one a line.")
@asking_options
@click.pass_context
def label(context: click.Context, /, **options: Any) -> None:
    """Judge what is at the top of several rankings and has no judgement yet.

    The rankings are interleaved, and neither place nor score nor profile is shown. Grades: 3 answers the
    question, 2 answers a good part of it, 1 touches it, 0 does not. Each is on disk when the next release
    is shown, so stop when you like.

    \b
    osce-search eval label --topics topics.yaml --qrels qrels.txt --profile default --profile fast
    """
    from osce_search.evaluation.labelling import pool_unjudged
    from osce_search.evaluation.suite import Paths
    from osce_search.formats.characters import neutralise

    if not options["topics"] or not options["qrels"]:
        raise click.UsageError("--topics and --qrels are needed: what is asked, and where judgements go.")
    if not options["list_only"] and not options["from_stdin"] and not sys.stdin.isatty():
        raise click.UsageError(
            "stdin is no terminal; see what is not judged with --list, or give grades with --stdin."
        )
    there = options["qrels"].exists() and options["qrels"].stat().st_size
    suite = load_files(Paths(options["topics"], options["qrels"] if there else None))
    with open_asked(context, options) as index:
        runs = [read_run_file(path) for path in options["run_paths"]]
        names = options["profiles"] or (() if runs else ("default",))
        runs += [ask_index(index, suite.topics, name, options) for name in names]
        found = pool_unjudged(runs, suite.judgements, depth=options["pool"], seed=options["seed"])
        pool = _choose_judgeable(found, suite.topics, options)
        if options["list_only"]:
            for item in pool:
                release = index.get(item.doc)
                title = neutralise(release.title) if release else ""
                click.echo(f"{item.topic}\t{item.doc}\t{title}")
            return
        given = _judge(index, suite.topics, pool, options)
    tell(f"{given} of {len(pool)} judged.")


def _choose_judgeable(
    pool: Sequence[Candidate], topics: Sequence[Topic], options: dict[str, Any]
) -> list[Candidate]:
    """Those whose topic is known and whose id a file of judgements can hold; the others are told."""
    known = {topic.id for topic in topics}
    for id in dict.fromkeys(item.topic for item in pool if item.topic not in known):
        tell(f"{id}, of a run, is no topic of {options['topics']}, and is left out.")
    for doc in dict.fromkeys(item.doc for item in pool if item.doc.split() != [item.doc]):
        tell(f"{doc!r} has a space in it, which judgements cannot hold, and is left out.")
    return [item for item in pool if item.topic in known and item.doc.split() == [item.doc]]


def _judge(index: Index, topics: Sequence[Topic], pool: Sequence[Candidate], options: dict[str, Any]) -> int:
    """Show each release, ask for its grade and keep it; how many were given."""
    from osce_search.evaluation.labelling import append_judgement
    from osce_search.evaluation.qrels import Judgement

    questions = {topic.id: topic for topic in topics}
    given = 0
    for number, item in enumerate(pool, 1):
        release = index.get(item.doc)
        if release is None:
            tell(f"{item.doc} is not in the index, and cannot be judged.")
            continue
        topic = questions[item.topic]
        text = "\n\n".join(release.paragraphs)
        tell(f"\n[{number}/{len(pool)}] {topic.id}: {topic.query}")
        if topic.intent:
            tell(f"  {topic.intent}")
        tell(f"\n  {release.title}\n  {release.date or 'no date'}\n\n{text}\n")
        grade = _read_grade(options)
        if grade == "q":
            break
        if grade == "s":
            continue
        append_judgement(
            options["qrels"], Judgement(item.topic, item.doc, int(grade)), author=options["author"],
            fingerprint=index.fingerprint, content_sha256=release.content_sha256,
        )  # fmt: skip
        given += 1
    return given


def _read_grade(options: dict[str, Any]) -> str:
    """One of 0, 1, 2, 3, s and q; the end of the input is q."""
    while True:
        if options["from_stdin"]:
            written = sys.stdin.readline()
            grade = written.strip() if written else "q"
        else:
            grade = click.prompt("Grade (0–3, s skip, q quit)", prompt_suffix=" ", err=True).strip()
        if grade in ("0", "1", "2", "3", "s", "q"):
            return grade
        if options["from_stdin"]:
            raise click.UsageError(f"{grade!r} is no grade; one of 0, 1, 2, 3, s, q is a line.")
        tell(f"{grade!r} is no grade.")
