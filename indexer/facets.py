"""Facets: how many exams a search would find with each value of each item."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import numpy as np
from psycopg2.extensions import cursor as Cursor  # noqa: N812 -- psycopg2 names its class in small letters

from indexer import bins, layout, search, study, summary
from indexer.assigned import ASSIGNED, NOBODY
from indexer.block import Mask, any_of
from indexer.counting import ChosenMembers, Distribution, Rows
from indexer.distinct import numbered
from indexer.filters import ASSIGNMENTS, HAS, READER, TITLES, UNASSIGNED
from indexer.index import Index
from indexer.layout import Field
from indexer.matching import Matching, has_prior
from indexer.ordering import DATE
from indexer.search import Search
from sr_templates.template import Template, Text

#: Every author once, by the index on authors: a look for each, instead of one at each report.
READERS = """
WITH RECURSIVE found (author) AS (
  (SELECT author FROM report ORDER BY author LIMIT 1)
  UNION ALL SELECT (SELECT author FROM report WHERE author > found.author ORDER BY author LIMIT 1)
  FROM found WHERE found.author IS NOT NULL
) SELECT author FROM found WHERE author <> ''
"""

#: As many readers are told, those with the most exams.
MOST_READERS = 100

_TITLES: Mapping[str, Mapping[str, Text]] = {
    "patient.sex": study.SEXES,
    "study.phase": study.PHASES,
    "masks.liver": study.PHASES,
    "masks.nodule": study.PHASES,
    "state": study.EXAM_STATES,
}


@dataclass(frozen=True)
class Facet:
    """What is left to choose of one item.

    Attributes
    ----------
    values
        Of a coded item: how many exams the search finds when the filter of this item is exactly this value.
    minimum, maximum
        Of a number: over what the search finds without the filter of this item. Of a date: years.
    width, bins
        Of a number: how many of them are in each bin that is not empty, by its start.
    """

    path: str
    title: str
    values: list[dict[str, Any]] = field(default_factory=list)
    minimum: float | None = None
    maximum: float | None = None
    width: int | None = None
    bins: list[dict[str, int]] = field(default_factory=list)


@dataclass(frozen=True)
class Facets:
    """Everything that GET /search/facets gives."""

    total: int
    patients: int
    facets: tuple[Facet, ...]
    words: str


def run(index: Index, template: Template, asked: Search) -> Facets:
    """Count what each further value would find; each item's own filter is left out of its own counts."""
    with search.matched(index, template, asked) as (found, cursor):
        counted: Facets = found.block.kept(
            f"facets {search.key(asked, found)}", lambda: _count(template, found, cursor, asked)
        )
        return counted


def _count(template: Template, found: Matching, cursor: Cursor, asked: Search) -> Facets:
    exams = found.exams()
    patients = np.count_nonzero(np.bincount(found.block.exams["patient"][exams]))
    readers = (*_of_readers(found, cursor, asked.language), *_of_assignments(found, asked.language))
    facets = (*readers, *_facets(template, found, asked.blocks, asked.language))
    return Facets(int(np.count_nonzero(exams)), int(patients), facets, search.words(asked))


def _of_readers(found: Matching, cursor: Cursor, language: str) -> Iterator[Facet]:
    """Yield the facet of the readers, where there are any."""
    names = found.block.prepared("readers", lambda: _names(cursor))
    keys = found.block.exams["reader"][found.exams(without="reader")]
    distinct, counts = np.unique(keys, return_counts=True)
    by_count = sorted(
        (-count, names[key]) for key, count in zip(distinct.tolist(), counts.tolist(), strict=True) if key in names
    )
    values = [{"value": name, "title": shown(name), "count": -count} for count, name in by_count[:MOST_READERS]]
    if values:
        yield Facet("reader", getattr(READER, language), values)


def _of_assignments(found: Matching, language: str) -> Iterator[Facet]:
    """Yield the facet of who is to read; its values are logins, which only whoever keeps the accounts can name."""
    counts = found.readers.counts(found.exams(without=ASSIGNED))
    by_count = sorted((one != NOBODY, -count, one) for one, count in counts.items())
    titles = {NOBODY: getattr(UNASSIGNED, language)}
    values = [{"value": one, "title": titles.get(one, one), "count": -count} for _, count, one in by_count]
    yield Facet(ASSIGNED, getattr(ASSIGNMENTS[ASSIGNED], language), values)


def _names(cursor: Cursor) -> dict[int, str]:
    cursor.execute(READERS)
    return {layout.key(author): author for (author,) in cursor.fetchall()}


def shown(name: str) -> str:
    """Return a person's name (VR PN) as people write it: `Souza^Ana` is Ana Souza."""
    family, given, middle, prefix, suffix = (*name.partition("=")[0].split("^"), "", "", "", "", "")[:5]
    return " ".join(part for part in (prefix, given, middle, family, suffix) if part)


def _facets(template: Template, found: Matching, blocks: int, language: str) -> Iterator[Facet]:
    counting_of = _Found(found)
    for path, title in TITLES.items():
        one = found.block.layout.field(path)
        counted = _Counted(one, title, _TITLES.get(path, {}), language)
        yield counted.facet(counting_of.of_dates(one) if path == DATE else counting_of.of_exams(one, bins.width(path)))
    has = found.block.layout.field("has")
    yield _Counted(has, HAS, study.HAS, language).facet(counting_of.of_has(has))
    if told := summary.of_template(template):
        one = found.block.layout.field(told.category.name)
        values = {value.name: value.title for value in told.category.values}
        yield _Counted(one, told.highest_title, values, language).facet(counting_of.of_exams(one, 1))
    for group in template.groups:
        numbers = {*range(1, blocks + 1), *found.blocks(group.name)} if group.repeats else {1}
        for block in sorted(numbers):
            for item in group.items:
                if item.values or item.unit:
                    one = found.block.layout.field(f"{group.name}.{item.name}")
                    titles = {value.name: value.title for value in item.values}
                    counted = _Counted(one, item.title, titles, language, block)
                    count = (
                        partial(counting_of.of_members, group.name, block) if group.repeats else counting_of.of_exams
                    )
                    yield counted.facet(count(one, bins.width(one.name, item)))


@dataclass(frozen=True)
class Range:
    """Numbers: the least, the highest, and how many are in each bin."""

    minimum: float
    maximum: float
    width: int
    bins: Mapping[int, int]


#: How many exams have each value; or how numbers are spread, None where there is none.
Counts = list[int] | Range | None


class _Found:
    """What is found without the filters of one item; the same for all that have none."""

    def __init__(self, found: Matching) -> None:
        self._found = found
        self._asked = {one.place for one, _ in found.conditions}
        self._exams: dict[str, Rows] = {}
        self._members: dict[tuple[str, int, str], ChosenMembers] = {}

    def of_exams(self, one: Field, width: int) -> Counts:
        """Return the counts of a column of exams."""
        values = Distribution(self._found.block, one, one.name, self._found.block.exams[one.name])
        return _counts(values, self._exams_without(one.name), width)

    def of_has(self, one: Field) -> Counts:
        """Return how many exams have each thing beside all that is asked for; each is a filter of its own."""
        rows = self._exams_without("")
        counts = Distribution(self._found.block, one, one.name, self._found.block.exams[one.name]).codes(rows)
        counts[one.values.index("prior")] = int(np.count_nonzero(rows.mask & has_prior(self._found.block)))
        return counts

    def of_dates(self, one: Field) -> Counts:
        """Return the counts of a column of days, by their years."""
        block, path = self._found.block, f"{one.name} in years"
        years = block.prepared(path, lambda: bins.years(block.exams[one.name]))
        return _counts(Distribution(block, one, path, years), self._exams_without(one.name), 1)

    def of_members(self, group: str, number: int, one: Field, width: int) -> Counts:
        """Return the counts of a column of members: of numbers over those of a block, of codes over their exams."""
        place = numbered(one.name, number)
        block, holds = self._found.block, self._found.members(group, place, number)
        if holds is not None:
            chosen = self._chosen(group, number, place, holds)
            return _of_chosen(chosen, one, width) if one.form == "number" else chosen.exams(one)
        rows = self._exams_without(place)
        if one.form == "number":
            members = block.members[group]
            values = Distribution(block, one, one.name, members.columns[one.name])
            return _counts(values, Rows(rows.mask[members.owner]), width)
        any_member = any_of(one.name)
        return Distribution(block, one, any_member, block.exams[any_member], as_bits=True).codes(rows)

    def _exams_without(self, path: str) -> Rows:
        """Return the exams that are found without the filters of a path."""
        left_out = path if path in self._asked else ""
        if left_out not in self._exams:
            self._exams[left_out] = Rows(self._found.exams(without=left_out))
        return self._exams[left_out]

    def _chosen(self, group: str, number: int, place: str, holds: Mask) -> ChosenMembers:
        key = (group, number, place if place in self._asked else "")
        if key not in self._members:
            exams = self._exams_without(place).mask
            self._members[key] = ChosenMembers.of(self._found.block.members[group], exams, holds)
        return self._members[key]


def _counts(values: Distribution, rows: Rows, width: int) -> Counts:
    if values.one.form != "number":
        return values.codes(rows)
    extremes = values.extremes(rows)
    return extremes and Range(*extremes, width, values.bins(rows, width))


def _of_chosen(chosen: ChosenMembers, one: Field, width: int) -> Counts:
    extremes = chosen.extremes(one)
    return extremes and Range(*extremes, width, chosen.bins(one, width))


@dataclass(frozen=True)
class _Counted:
    field: Field
    title: Text
    values: Mapping[str, Text]
    language: str
    block: int = 1

    def facet(self, counts: Counts) -> Facet:
        """Return the facet of some counts."""
        title: str = getattr(self.title, self.language)
        path = numbered(self.field.name, self.block)
        if counts is None:
            return Facet(path, title)
        if isinstance(counts, Range):
            filled = [{"start": start, "count": count} for start, count in sorted(counts.bins.items())]
            return Facet(path, title, [], counts.minimum, counts.maximum, counts.width, filled)
        return Facet(
            path,
            title,
            [
                {"value": name, "title": getattr(self.values[name], self.language), "count": found}
                for name, found in zip(self.field.values, counts, strict=False)
            ],
        )
