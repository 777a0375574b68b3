"""Backend: the seam between every way in and whatever holds the releases.

A caller reads a Query against a back end (`resolve`), which gives a Plan, and hands the Plan to the back end. What
a back end cannot do is a named capability that it does not list: a Plan that needs it is refused by name and is never
answered approximately.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Literal, Protocol, get_args

from osce_search.query import FacetRequest, Plan
from osce_search.release import Release
from osce_search.results import Results

# A search loads none of the other analyses: it has to start quickly.
if TYPE_CHECKING:
    from osce_search.analyses import Crosstab, Likeness, Trend

Capability = Literal[
    "phrase",
    "near",
    "prefix",
    "fuzzy",
    "expansion",
    "relaxation",
    "suggestion",
    "neighbours",
    "explanation",
    "collapse",
    "lift",
    "crosstab",
    "trend",
    "similar",
]
"""What a back end may lack. Words, fields, Boolean operators, filters, dates, facets and every sort are common to all.

`phrase`, `near` (also a phrase with slop), `prefix` and `fuzzy` are parts of a query text; `expansion` also searches
other names of what was typed, `relaxation` answers with partial matches if no release matches, `suggestion` says what
to leave out or change then; `neighbours` ranks by the profiles that use similar releases; `explanation` fills
`Hit.explanation`; `collapse` folds series and copies; `lift` orders facet values by lift; the others are methods.
"""

ALL_CAPABILITIES: frozenset[Capability] = frozenset(get_args(Capability))
"""Everything that a back end may be able to do; the local engine can."""


class FacetValues(Protocol):
    """The values of one facet that a back end holds, and what they are called."""

    def __contains__(self, value: object) -> bool:
        """Whether a release has the value."""
        ...

    def knows(self, value: str) -> bool:
        """Whether a release or the vocabulary has the value."""
        ...

    def resolve(self, typed: str) -> str | None:
        """Return the one value that is called so, or None if there is none or more than one."""
        ...

    def label(self, value: str) -> str:
        """Return the label of a value."""
        ...

    def nearest(self, typed: str) -> tuple[str, ...]:
        """Return the values with the most similar names, the nearest first."""
        ...

    def begin(self, prefix: str) -> dict[str, int]:
        """Map each value with a name of which a word begins with `prefix` to its rank, 0 being the best."""
        ...

    def outline(self) -> str:
        """Return a clause that lists the values if they are few, or an empty text."""
        ...


class Backend(Protocol):
    """Answers plans over the releases that it holds.

    A back end answers from one state of its releases until `refresh` is called. It may be shared between threads.
    Every method raises IndexUnavailable if the releases cannot be read, and BudgetExceeded if a plan takes more time
    or memory than it may.
    """

    @property
    def capabilities(self) -> frozenset[Capability]:
        """What this back end can do beside the common parts."""
        ...

    @property
    def fingerprint(self) -> str:
        """A name for the set of releases, equal wherever and in whatever order they were indexed."""
        ...

    @property
    def generation(self) -> int:
        """The number of the state that is answered from; it grows with each commit."""
        ...

    def search(self, plan: Plan) -> Results:
        """Return total, hits and facet counts."""
        ...

    def count(self, plan: Plan | None = None) -> int:
        """Return the number of releases that match a plan, without relaxing it; of all releases without one."""
        ...

    def facet_values(self, facet: str) -> FacetValues:
        """Return the values of a facet; `facet` is a name of the schema."""
        ...

    def crosstab(self, plan: Plan, rows: FacetRequest, columns: FacetRequest) -> Crosstab:
        """Count the hits by the values of two facets."""
        ...

    def trend(self, plan: Plan, by: Literal["year", "month"]) -> Trend:
        """Count the hits by year or month, beside all releases of that time."""
        ...

    def similar(self, plan: Plan, id: str) -> Likeness | None:
        """Return the releases most like one, under the filters, page and facets of a plan; None for an unknown id."""
        ...

    def get(self, ids: Sequence[str]) -> list[Release | None]:
        """Return the releases with these ids, in their order, None for an unknown id."""
        ...

    def releases(self) -> Iterator[Release]:
        """Iterate over all releases, in an order that depends only on the state."""
        ...

    def refresh(self) -> bool:
        """Move to the newest state. Return True if there was a newer one."""
        ...

    def close(self) -> None:
        """Release files and connections. Answers that were given stay readable; new ones raise IndexUnavailable."""
        ...
