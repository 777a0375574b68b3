"""The plain twin: a back end over a list of releases, without arrays, caches or cleverness.

It is slow and follows the definitions: a count beside a value is the total after choosing that value. It lacks several
capabilities on purpose, so that tests see how a back end refuses them.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Literal

from osce_search.analyses import Crosstab, Heading, Likeness, Point, Trend
from osce_search.backends import Capability
from osce_search.engine.facet.counts import list_periods
from osce_search.engine.facet.names import Names
from osce_search.engine.match.filters import choose
from osce_search.errors import CapabilityMissing, IndexUnavailable
from osce_search.index.segment.columns import record_hash
from osce_search.query import MISSING, And, DateRange, FacetRequest, Filter, Plan, print_query
from osce_search.release import Release
from osce_search.results import Bucket, FacetCounts, Hit, Other, Receipt, Results
from osce_search.schema import facet as facet_of
from osce_search.vocabulary import fold, vocabulary
from tests.engine.reference import Reference

LAST = dt.date.max.toordinal()


class TwinBackend:
    """Answers plans over the releases that it is given. `update` gives it others, which `refresh` moves to."""

    capabilities: frozenset[Capability] = frozenset({"phrase", "crosstab", "trend"})

    def __init__(self, releases: Sequence[Release]) -> None:
        self.generation = 1
        self._waiting: tuple[Release, ...] | None = None
        self._open(tuple(releases))

    def _open(self, releases: tuple[Release, ...]) -> None:
        self._releases: tuple[Release, ...] | None = releases
        self._reference = Reference(releases)

    def update(self, releases: Sequence[Release]) -> None:
        """Let `refresh` find these releases."""
        self._waiting = tuple(releases)

    @property
    def held(self) -> tuple[Release, ...]:
        """The releases of the current state."""
        if self._releases is None:
            raise IndexUnavailable("this handle was closed; open the index anew")
        return self._releases

    @property
    def fingerprint(self) -> str:
        """The number of releases, and the sum of their record hashes."""
        total = sum(
            int.from_bytes(record_hash(release.to_json().encode()), "little") for release in self.held
        )
        return f"b2:{len(self.held):x}{total % (1 << 128):032x}"

    # ── what matches ─────────────────────────────────────────────────────────────────────────────────────────────

    def match(self, plan: Plan) -> dict[str, float]:
        """Return the score of each release that matches a plan, by id."""
        tree = And((plan.tree, DateRange(plan.since, plan.until))) if plan.since or plan.until else plan.tree
        found = {}
        for release, row in zip(self.held, self._reference.fields, strict=True):
            score = self._reference.score(row, tree)
            if score is not None and all(self._passes(release, item, plan) for item in plan.filters):
                found[release.id] = score
        return found

    def _passes(self, release: Release, item: Filter, plan: Plan) -> bool:
        values = self._values(release, item.facet, plan) or {MISSING}
        if item.mode == "all":
            return values.issuperset(item.values)
        return values.isdisjoint(item.values) == (item.mode == "none")

    def _values(self, release: Release, facet: str, plan: Plan | None = None) -> set[str]:
        """Return the values of a release, with those above them in the vocabulary."""
        if facet in ("year", "month"):
            precise = release.date_precision != "year" if facet == "month" else True
            return (
                {release.date.isoformat()[: 4 if facet == "year" else 7]}
                if release.date and precise
                else set()
            )
        given = getattr(release, facet)
        own = {given} if isinstance(given, str) else set(given or ())
        tags = plan.tags if plan else "both"
        if tags != "both":
            own = {v for v in own if (release.origin_of(facet, v) == "inferred") == (tags == "inferred")}
        table = facet_of(facet).vocabulary
        return {v for line in vocabulary(table).lineages_of(own).values() for v in line} if table else own

    # ── the protocol ─────────────────────────────────────────────────────────────────────────────────────────────

    def search(self, plan: Plan) -> Results:
        """Return total, hits and facet counts."""
        found = self.match(plan)
        by_id = {release.id: release for release in self.held}
        order = sorted(found, key=lambda id: self._rank(by_id[id], found[id], plan.sort))
        page = order[plan.offset :] if plan.limit is None else order[plan.offset : plan.offset + plan.limit]
        hits = [
            Hit(
                id,
                by_id[id].title,
                by_id[id].date,
                by_id[id].url,
                found[id] if plan.sort == "relevance" else 0.0,
                (),
                by_id[id],
            )
            for id in page
        ]
        facets = {}
        for request in plan.facets:

            def count(*values: str, name: str = request.name) -> int:
                return self.count(replace(plan, filters=choose(plan.filters, name, *values)))

            facets[request.name] = self._count_facet(plan, request, count)
        return Results(
            len(found), tuple(hits), facets, print_query(plan), plan.notes, receipt=self._receipt(plan)
        )

    def count(self, plan: Plan | None = None) -> int:
        """Return the number of releases that match a plan, or of all."""
        return len(self.held) if plan is None else len(self.match(plan))

    def facet_values(self, facet: str) -> Names:
        """Return the values of a facet."""
        values = sorted({value for release in self.held for value in self._values(release, facet)})
        table = facet_of(facet).vocabulary
        labels = vocabulary(table).labels_of(values) if table else values
        return Names(facet, {v: n for n, v in enumerate(values, 1)}, dict(zip(values, labels, strict=True)))

    def crosstab(self, plan: Plan, rows: FacetRequest, columns: FacetRequest) -> Crosstab:
        """Count the hits by the values of two facets, each cell by asking for both of its values."""
        down, more_rows = self._head(plan, rows)
        across, more_columns = self._head(plan, columns)
        cells = tuple(
            tuple(
                self.count(
                    replace(
                        plan,
                        filters=(
                            *plan.filters,
                            Filter(rows.name, (row.value,)),
                            Filter(columns.name, (column.value,)),
                        ),
                    )
                )
                for column in across
            )
            for row in down
        )
        total = self.count(plan)
        return Crosstab(
            rows.name,
            columns.name,
            down,
            across,
            cells,
            total,
            more_rows,
            more_columns,
            plan.notes,
            self._receipt(plan),
        )

    def trend(self, plan: Plan, by: Literal["year", "month"]) -> Trend:
        """Count the hits by year or month, each by asking for it."""
        hits, everything = self.match(plan), self.match(Plan(since=plan.since, until=plan.until))
        period = {
            release.id: value
            for release in self.held
            for value in self._values(release, by)
            if release.id in everything
        }
        found = sorted(period[id] for id in hits if id in period)
        points = tuple(
            Point(name, found.count(name), list(period.values()).count(name))
            for name in (list_periods(found[0], found[-1]) if found else ())
        )
        return Trend(by, points, len(hits), len(hits) - len(found), plan.notes, self._receipt(plan))

    def similar(self, plan: Plan, id: str) -> Likeness | None:
        """Refuse: this back end lacks it."""
        raise CapabilityMissing(["similar"])

    def get(self, ids: Sequence[str]) -> list[Release | None]:
        """Return the releases with these ids."""
        by_id = {release.id: release for release in self.held}
        return [by_id.get(id) for id in ids]

    def releases(self) -> Iterator[Release]:
        """Iterate over all releases."""
        return iter(self.held)

    def refresh(self) -> bool:
        """Move to the releases of the last `update`."""
        if self._waiting is None or self.held == self._waiting:
            return False
        self._open(self._waiting)
        self.generation += 1
        return True

    def close(self) -> None:
        """Answer no more."""
        self._releases = None

    # ── how it is shown ──────────────────────────────────────────────────────────────────────────────────────────

    def _rank(self, release: Release, score: float, sort: str) -> tuple[object, ...]:
        """Return the key that orders hits: ties newest first, undated last, then by id."""
        day = release.date.toordinal() if release.date else 0
        newest = (-day, release.id)
        first: dict[str, object] = {
            "relevance": -score,
            "-date": 0,
            "date": day or LAST,
            "title": fold(release.title),
        }
        return (first[sort], *newest)

    def _count_facet(self, plan: Plan, request: FacetRequest, count: Callable[..., int]) -> FacetCounts:
        """List the values of a facet, each with what `count` gives for it."""
        name = request.name
        table = facet_of(name).vocabulary
        lineage = vocabulary(table).lineages_of if table else lambda values: {v: (v,) for v in values}
        asked = dict.fromkeys(
            v for f in plan.filters if f.facet == name and f.mode != "none" for v in f.values if v != MISSING
        )
        missing = any(MISSING in f.values for f in plan.filters if f.facet == name and f.mode != "none")
        held = {value for release in self.held for value in self._values(release, name)}
        pinned = {v for line in lineage([v for v in asked if v in held]).values() for v in line}
        counts = {value: count(value) for value in held}
        shown = {value for value in held if counts[value] or value in pinned}
        above = {value: line[1:] for value, line in lineage(shown).items()}
        unknown = [value for value in asked if value not in held]
        if request.order == "date" and facet_of(name).derived:
            found = sorted(value for value in shown if counts[value])
            shown |= set(list_periods(found[0], found[-1])) if found else set()
            order = sorted(shown | set(unknown))
            pinned, unknown = pinned | set(unknown), []
        elif request.order == "count":
            order = sorted(shown, key=lambda value: (-counts[value], len(above[value]), value))
        elif request.order == "label":
            labels = dict(zip(sorted(shown), self._labels(name, sorted(shown)), strict=True))
            order = sorted(shown, key=lambda value: (labels[value].casefold(), value))
        else:
            order = sorted(shown)
        listed = self._cut(order, above, request.limit, pinned)
        cut = [value for value in order if value not in listed and counts.get(value)]
        listed_values = [*(value for value in order if value in listed), *unknown]
        buckets = [
            Bucket(
                value,
                label,
                counts.get(value, 0),
                value in asked,
                sum(value in self._values(release, name, plan) for release in self.held),
                None,
                value[:4] if name == "month" and value not in unknown else (above.get(value) or (None,))[0],
            )
            for value, label in zip(listed_values, self._labels(name, listed_values), strict=True)
        ]
        # Values that no release has come last, except in an alphabetical or chronological list.
        if unknown and request.order == "label":
            buckets.sort(key=lambda bucket: bucket.label.casefold())
        elif unknown and request.order == "date":
            buckets.sort(key=lambda bucket: bucket.value)
        other = Other(len(cut), count(*cut)) if cut else Other()
        return FacetCounts(name, facet_of(name).label, tuple(buckets), count(MISSING), other, missing)

    @staticmethod
    def _cut(
        order: list[str], above: dict[str, tuple[str, ...]], limit: int | None, pinned: set[str]
    ) -> set[str]:
        """Return the values that a limit keeps: the first, each with the values above it, and those pinned."""
        if limit is None:
            return set(order)
        kept: dict[str, None] = {}
        for value in order:
            if len(kept) < limit:
                kept.update(dict.fromkeys((*reversed(above.get(value, ())), value)))
        return {*list(kept)[:limit], *pinned}

    @staticmethod
    def _labels(name: str, values: list[str]) -> list[str]:
        table = facet_of(name).vocabulary
        return vocabulary(table).labels_of(values) if table else values

    def _head(self, plan: Plan, request: FacetRequest) -> tuple[tuple[Heading, ...], int]:
        """Return the headings of a facet of a table, and the number of values that a limit cuts off.

        All filters hold for the whole table: each facet is counted over the hits themselves.
        """
        chosen = {v for f in plan.filters if f.facet == request.name and f.mode != "none" for v in f.values}
        hits = self.match(plan)
        having = [
            self._values(item, request.name, plan) or {MISSING} for item in self.held if item.id in hits
        ]

        def count(*values: str) -> int:
            return sum(not found.isdisjoint(values) for found in having)

        counts = self._count_facet(plan, request, count)
        missing = counts.missing
        headings = [
            Heading(b.value, b.label, b.count) for b in counts.buckets if not chosen or b.value in chosen
        ]
        if MISSING in chosen or (missing and not chosen):
            headings.append(Heading(MISSING, "(not specified)", missing))
        return tuple(headings), 0 if chosen else counts.other.values

    def _receipt(self, plan: Plan) -> Receipt:
        return Receipt(self.fingerprint, self.generation, print_query(plan), plan.profile, "twin")
