"""A question that is printed as a command asks the same when the command is run."""

from __future__ import annotations

import json
import shlex
from dataclasses import replace

from hypothesis import HealthCheck, given, settings

from osce_search.formats.query_forms import print_command
from osce_search.query import Query
from tests.cli.conftest import Osce
from tests.questions import QUERY, same


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], deadline=None)
# The format decides whether a command may relax a query.
@given(QUERY.map(lambda query: replace(query, relax=True)))
def test_a_printed_command_asks_the_same_query(osce: Osce, query: Query) -> None:
    command = print_command(query)
    if "$'" in command:  # This is for bash and zsh; shlex reads no such words.
        return
    program, name, *arguments = shlex.split(command)
    assert (program, name) == ("osce-search", "query")
    outcome = osce("query", "--as", "json", *arguments)
    assert outcome.code == 0, outcome.err
    assert same(Query.from_record(json.loads(outcome.out)["query"]), query)
