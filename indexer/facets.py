"""Facets: how many exams a search would find with each value of each item."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from indexer import counting, search, study
from indexer.block import Column, Mask, any_of
from indexer.counting import ChosenMembers, Rows
from indexer.filters import TITLES
from indexer.index import Index
from indexer.layout import Field
from indexer.matching import Matching
from indexer.search import Search
from sr_templates.template import Template, Text

_TITLES: Mapping[str, Mapping[str, Text]] = {
    "patient.sex": study.SEXES,
    "study.phase": study.PHASES,
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
        Of a number: over what the search finds without the filter of this item.
    """

    path: str
    title: str
    values: list[dict[str, Any]] = field(default_factory=list)
    minimum: float | None = None
    maximum: float | None = None


@dataclass(frozen=True)
class Facets:
    """Everything that GET /search/facets gives."""

    total: int
    facets: tuple[Facet, ...]
    words: str


def run(index: Index, template: Template, asked: Search) -> Facets:
    """Count what each further value would find; each item's own filter is left out of its own counts."""
    with search.matched(index, template, asked) as (found, _):
        counted: Facets = found.block.kept(f"facets {search.key(asked)}", lambda: _count(template, found, asked))
        return counted


def _count(template: Template, found: Matching, asked: Search) -> Facets:
    total = int(np.count_nonzero(found.exams()))
    return Facets(total, tuple(_facets(template, found, asked.language)), search.words(asked))


def _facets(template: Template, found: Matching, language: str) -> Iterator[Facet]:
    counting_of = _Found(found)
    for path, title in TITLES.items():
        one = found.block.layout.field(path)
        counted = _Counted(one, title, _TITLES.get(path, {}), language)
        yield _facet(counted, found.block.exams[path], counting_of.exams(path))
    for group in template.groups:
        for item in group.items:
            if item.values or item.unit:
                one = found.block.layout.field(f"{group.name}.{item.name}")
                counted = _Counted(one, item.title, {value.name: value.title for value in item.values}, language)
                if group.repeats:
                    yield _facet(counted, *counting_of.members(group.name, one), as_bits=True)
                else:
                    yield _facet(counted, found.block.exams[one.name], counting_of.exams(one.name))


class _Found:
    """What is found without the filters of one item; the same for all that have none."""

    def __init__(self, found: Matching) -> None:
        self._found = found
        self._asked = {one.path for one, _ in found.conditions}
        self._exams: dict[str, Rows] = {}
        self._members: dict[tuple[str, str], ChosenMembers] = {}

    def exams(self, path: str) -> Rows:
        """Return the exams that are found without the filters of a path."""
        left_out = path if path in self._asked else ""
        if left_out not in self._exams:
            self._exams[left_out] = Rows(self._found.exams(without=left_out))
        return self._exams[left_out]

    def members(self, group: str, one: Field) -> tuple[Column, Rows]:
        """Return a column and which of its rows count: of numbers one for each member, of codes one for each exam."""
        holds = self._found.members(group, without=one.name)
        if holds is None and one.form != "number":
            return self._found.block.exams[any_of(one.name)], self.exams(one.name)
        chosen = self._chosen(group, one.name, holds)
        if one.form == "number":
            return chosen.members.columns[one.name], Rows(chosen.mask)
        return chosen.any_of(one), self.exams(one.name)

    def _chosen(self, group: str, path: str, holds: Mask | None) -> ChosenMembers:
        key = (group, path if path in self._asked else "")
        if key not in self._members:
            members = self._found.block.members[group]
            mask = self.exams(path).mask[members.owner]
            self._members[key] = ChosenMembers(members, mask if holds is None else mask & holds)
        return self._members[key]


@dataclass(frozen=True)
class _Counted:
    field: Field
    title: Text
    values: Mapping[str, Text]
    language: str


def _facet(counted: _Counted, column: Column, rows: Rows, *, as_bits: bool = False) -> Facet:
    one, language = counted.field, counted.language
    title: str = getattr(counted.title, language)
    if one.form == "number":
        numbers = rows.of(column)
        least, most = (np.fmin.reduce(numbers), np.fmax.reduce(numbers)) if len(numbers) else (np.nan, np.nan)
        return Facet(one.name, title) if np.isnan(least) else Facet(one.name, title, [], float(least), float(most))
    count = counting.bits if as_bits else counting.codes
    return Facet(
        one.name,
        title,
        [
            {"value": name, "title": getattr(counted.values[name], language), "count": found}
            for name, found in zip(one.values, count(one, column, rows), strict=False)
        ],
    )
