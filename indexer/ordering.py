"""The order of what a search finds: by any column with one value per exam, or by the highest of the members."""

from dataclasses import dataclass

import numpy as np

from indexer import layout, summary
from indexer.block import Block, Column, Mask, Members, Places
from indexer.errors import FilterError
from indexer.layout import Field
from sr_templates.template import Template

#: Below this share of all exams, those found are sorted by themselves.
FEW = 16


@dataclass(frozen=True)
class Sort:
    """What is sorted by; exams without a value come last, and equal ones in the usual order: the newest first."""

    path: str
    descending: bool


DATE = "study.date"
PATIENT = "patient_id"
READER = "reader"

#: Texts that are sorted by → the column of their beginnings.
BEGINNINGS = {PATIENT: "patient_id", READER: "reader_name"}
NEWEST_FIRST = Sort(DATE, descending=True)


def parse(name: str, text: str, template: Template) -> Sort:
    """Return the order that a query parameter asks for.

    Raises
    ------
    FilterError
        There is no such order.
    """
    path = text.removeprefix("-")
    if path not in (*BEGINNINGS, *(field.name for field in _sortable(template))):
        raise FilterError(f"Parameter {name}: there is no order by {path[:80]}.", name)
    told = summary.of_template(template)
    # Of categories the highest is known already, by their own order.
    is_category = told and path == f"{told.group.name}.{told.category.name}"
    return Sort(told.category.name if told and is_category else path, text.startswith("-"))


def _sortable(template: Template) -> list[Field]:
    described = layout.of(template)
    found = [*described.exam, *(field for fields in described.members.values() for field in fields)]
    return [field for field in found if field.form in ("code", "number")]


def page(block: Block, found: Mask, sort: Sort, start: int = 0, size: int | None = None) -> tuple[int, list[int]]:
    """Return how many exams are found, and the numbers of those on a page, in order."""
    places = np.flatnonzero(found)
    total = len(places)
    if sort.path == DATE:
        ordered = by_date(block, places, descending=sort.descending)
    elif total * FEW < len(block):
        ordered = places[_order(_values(block, sort.path, places), places, descending=sort.descending)]
    else:
        everything = _ordered(block, sort)
        ordered = everything[found[everything]]
    end = None if size is None else start + size
    return total, block.numbers[ordered[start:end]].tolist()


def by_date(block: Block, places: Places, *, descending: bool) -> Places:
    """Return places, given in the order of the block, by date; those without one are its first, and come last here."""
    if descending:
        return places[::-1]
    undated = int(np.searchsorted(places, np.count_nonzero(np.isnan(block.exams[DATE]))))
    return np.concatenate([places[undated:], places[:undated]])


def _ordered(block: Block, sort: Sort) -> Places:
    everything = np.arange(len(block))
    places: Places = block.kept(
        f"order {sort}",
        lambda: _order(_values(block, sort.path, everything), everything, descending=sort.descending),
    )
    return places


def _order(values: Column, places: Places, *, descending: bool) -> Places:
    keys = np.where(np.isnan(values), np.inf, -values if descending else values)
    return np.lexsort((-places, keys))


def _values(block: Block, path: str, places: Places) -> Column:
    """Return one number for each of some exams; NaN for none."""
    if path in BEGINNINGS:
        return _alphabetical(block.exams[BEGINNINGS[path]][places])
    field = block.layout.field(path)
    if path in block.exams:
        return _numbers(field, block.exams[path][places])
    members = block.members[path.partition(".")[0]]
    return _highest(members, _numbers(field, members.columns[path]))[places]


def _alphabetical(beginnings: Column) -> Column:
    """Return the places of texts in the alphabet; NaN for none."""
    distinct, places = np.unique(beginnings, return_inverse=True)
    return np.where(distinct == b"", np.nan, np.arange(len(distinct), dtype=np.float64))[places]


def _numbers(field: Field, column: Column) -> Column:
    numbers = column.astype(np.float64)
    return numbers if field.form == "number" else np.where(column == 0, np.nan, numbers)


def _highest(members: Members, values: Column) -> Column:
    """Return the highest value of the members of each exam."""
    found = np.full(len(members.first) - 1, np.nan)
    some = members.first[:-1] < members.first[1:]
    if some.any():
        found[some] = np.fmax.reduceat(values, members.first[:-1][some])
    return found
