"""Relations: what must hold between the answers of an index to related questions, without any judgement.

A filter never adds hits; `a OR b` contains the answers to `a` and to `b`; a phrase is within the answer to
its words; the order of words is of no matter; and a count beside a facet value is the number of hits after
choosing it.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from osce_search.evaluation.run import plain_words, rank_hits
from osce_search.query import FacetRequest
from osce_search.results import Results

__all__ = ["RELATIONS", "Violation", "check_relations"]

Ask = Callable[..., Results]
"""`Index.search`, or what answers like it."""

_FACETS = ("country", "field", "source", "type", "year")
_VALUES = 3
_WORDS = 6


@dataclass(frozen=True, slots=True)
class Violation:
    """A relation that does not hold for a question."""

    relation: str
    question: str
    message: str

    def __str__(self) -> str:
        return f"{self.relation}: {self.question!r}: {self.message}"


def check_relations(ask: Ask, questions: Iterable[str]) -> tuple[Violation, ...]:
    """Every violation that the words of these questions bring to light; none is what should be found.

    Answers that were relaxed, because no release has all of the words, are not those of the question, and
    are left out.
    """
    found: list[Violation] = []
    for question in questions:
        words = list(dict.fromkeys(plain_words(question).split()))[:_WORDS]
        if words:
            found.extend(violation for check in RELATIONS for violation in check(ask, words))
    return tuple(found)


def _ids(results: Results) -> list[str]:
    return [] if results.relaxed else [item.doc for item in rank_hits(results)]


def _excess(smaller: Iterable[str], larger: Iterable[str]) -> str:
    """Releases of the smaller answer that the larger one lacks, as text; empty where there are none."""
    extra = sorted(set(smaller) - set(larger))
    return ", ".join(extra[:3]) + (" …" if len(extra) > 3 else "")


def filter_never_adds(ask: Ask, words: Sequence[str]) -> Iterator[Violation]:
    """With a filter there are no hits that were not there without, and as many as the facet counted."""
    question = " ".join(words)
    free = ask(question, facets=[FacetRequest(name, _VALUES) for name in _FACETS], limit=None)
    if free.relaxed:
        return
    for name in _FACETS:
        for bucket in free.facets[name].buckets:
            narrowed = ask(question, filters={name: [bucket.value]}, limit=None)
            if extra := _excess(_ids(narrowed), _ids(free)):
                yield Violation("a filter never adds hits", question, f"{name}={bucket.value} adds {extra}")
            if narrowed.total != bucket.count:
                message = f"{name}={bucket.value} counts {bucket.count} and has {narrowed.total}"
                yield Violation("a count is the number of hits", question, message)


def alternative_contains_arms(ask: Ask, words: Sequence[str]) -> Iterator[Violation]:
    """`a OR b` contains what `a` has and what `b` has."""
    for left, right in itertools.pairwise(words):
        question = f"{left} OR {right}"
        either = _ids(ask(question, limit=None))
        for arm in (left, right):
            if extra := _excess(_ids(ask(arm, limit=None)), either):
                yield Violation("OR contains each arm", question, f"{arm} alone also has {extra}")


def phrase_is_within_words(ask: Ask, words: Sequence[str]) -> Iterator[Violation]:
    """What has a phrase has its words."""
    for left, right in itertools.pairwise(words):
        question = f'"{left} {right}"'
        both = _ids(ask(f"{left} AND {right}", limit=None))
        if extra := _excess(_ids(ask(question, limit=None)), both):
            yield Violation("a phrase is within its AND", question, f"it also has {extra}")


def order_is_free(ask: Ask, words: Sequence[str]) -> Iterator[Violation]:
    """The same words in another order have the same hits.

    Names of several words are searched under their other names, and are names in their order alone: so without that.
    """
    question = " ".join(words)
    hits = set(_ids(ask(question, limit=None, expand=False)))
    for other in (list(reversed(words)), sorted(words), [*words[1:], *words[:1]]):
        if hits != set(_ids(ask(" ".join(other), limit=None, expand=False))):
            yield Violation(
                "word order does not matter", question, f"as {' '.join(other)!r} it has other hits"
            )
            return


RELATIONS: tuple[Callable[[Ask, Sequence[str]], Iterator[Violation]], ...] = (
    filter_never_adds,
    alternative_contains_arms,
    phrase_is_within_words,
    order_is_free,
)
"""All relations; each gives the violations for the words of one question."""
