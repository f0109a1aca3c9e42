"""Counts over columns, value by value: by bitmaps for many rows, by the rows themselves for few."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from indexer import bitmaps, block
from indexer.bitmaps import Bins, Numbers, Words
from indexer.block import Block, Column, Mask, Members, Places
from indexer.layout import Field

#: Below this share of all rows, those chosen are taken out of each column first.
FEW = 8

#: Numbers that span more bins than this are sorted into them.
MOST_BINS = 100_000

Statistics = Mapping[str, float | int | None]


@dataclass(frozen=True)
class Rows:
    """The rows that count."""

    mask: Mask

    @cached_property
    def number(self) -> int:
        """How many there are."""
        return int(np.count_nonzero(self.mask))

    @property
    def are_few(self) -> bool:
        """Whether it is quicker to look at each of them."""
        return self.number * FEW < len(self.mask)

    @cached_property
    def words(self) -> Words:
        """One bit for each row."""
        return bitmaps.packed(self.mask)

    @cached_property
    def weights(self) -> Column:
        """1.0 for each of these rows, 0.0 for the others."""
        return self.mask.astype(np.float64)

    @cached_property
    def _places(self) -> Places:
        return np.flatnonzero(self.mask)

    def of(self, column: Column) -> Column:
        """Return these rows of a column."""
        return column if self.number == len(self.mask) else column.take(self._places)


@dataclass(frozen=True)
class Distribution:
    """How the values of one column are distributed over any of its rows.

    Attributes
    ----------
    path
        By which the block keeps what is made of the column.
    as_bits
        Whether the column has one bit for each value, whatever the form of the field.
    """

    block: Block
    one: Field
    path: str
    column: Column
    as_bits: bool = False

    def codes(self, rows: Rows) -> list[int]:
        """Return how many rows have each value, and at the end one that the template does not know."""
        by_bits = self.as_bits or self.one.form == "codes"
        if rows.are_few:
            found = rows.of(self.column)
            return bits(self.one, found) if by_bits else _codes(self.one, found)
        of = bitmaps.of_bits if by_bits else bitmaps.of_codes
        ready: Words = self.block.prepared(self.path, lambda: of(self.one, self.column))
        return bitmaps.counts(ready, rows.words)

    def bins(self, rows: Rows, width: int) -> dict[int, int]:
        """Return how many numbers are in each bin: its start → count."""
        if not rows.are_few:
            ready: Bins | None = self.block.prepared(
                f"{self.path} by {width}", lambda: bitmaps.bins(self.column, width)
            )
            if ready is not None:
                return ready.counts(rows.words)
        return bins(numbers(rows.of(self.column)), width)

    def statistics(self, rows: Rows) -> Statistics:
        """Return how many numbers there are, and what they are like; a deviation needs two."""
        if rows.are_few:
            return _statistics(numbers(rows.of(self.column)))
        ready: Numbers = self._numbers()
        count, extremes = ready.count(rows.words), ready.extremes(rows.mask)
        if extremes is None:
            return _statistics(self.column[:0])
        mean, deviation = ready.mean_and_deviation(rows.words, rows.weights)
        return _told(count, mean, deviation, *extremes)

    def extremes(self, rows: Rows) -> tuple[float, float] | None:
        """Return the least and the highest number; None where there is none."""
        if not rows.are_few:
            return self._numbers().extremes(rows.mask)
        return _extremes(rows.of(self.column))

    def _numbers(self) -> Numbers:
        ready: Numbers = self.block.prepared(f"{self.path} as numbers", lambda: Numbers(self.column))
        return ready


def _codes(one: Field, found: Column) -> list[int]:
    return [int(np.count_nonzero(found == place)) for place in range(1, len(one.values) + 2)]


def bits(one: Field, found: Column) -> list[int]:
    """Return how many rows of a column with one bit for each value have each, and at the end an unknown one."""
    kind = found.dtype.type
    return [int(np.count_nonzero(found & kind(1 << place))) for place in range(len(one.values) + 1)]


@dataclass(frozen=True)
class ChosenMembers:
    """The members of a group that count, by their places, which ascend."""

    members: Members
    places: Places

    @classmethod
    def of(cls, members: Members, exams: Mask, holds: Mask) -> "ChosenMembers":
        """Return the members that fulfil what is asked of members, of exams that are found."""
        places = np.flatnonzero(holds)
        return cls(members, places[exams[members.owner[places]]])

    @cached_property
    def _firsts(self) -> Places:
        """Which of these members are the first of an exam."""
        return np.flatnonzero(np.diff(self.members.owner[self.places], prepend=-1))

    def exams(self, one: Field) -> list[int]:
        """Return how many exams have each value in any of these members, and at the end an unknown one."""
        values = block.as_bits(one, self.members.columns[one.name][self.places])
        return bits(one, np.bitwise_or.reduceat(values, self._firsts) if len(values) else values)

    def extremes(self, one: Field) -> tuple[float, float] | None:
        """Return the least and the highest number of these members; None where there is none."""
        return _extremes(self.members.columns[one.name][self.places])

    def bins(self, one: Field, width: int) -> dict[int, int]:
        """Return how many numbers of these members are in each bin: its start → count."""
        return bins(numbers(self.members.columns[one.name][self.places]), width)


def numbers(found: Column) -> Column:
    """Return those that are numbers."""
    missing = np.isnan(found)
    return found[~missing] if missing.any() else found


def _extremes(found: Column) -> tuple[float, float] | None:
    there = numbers(found)
    return (float(there.min()), float(there.max())) if len(there) else None


def bins(found: Column, width: int) -> dict[int, int]:
    """Return how many numbers are in each bin: its start → count."""
    if not len(found):
        return {}
    places = (found if width == 1 else found / width).astype(np.int64)
    if found.min() < 0:
        places = np.floor(found / width).astype(np.int64)
    first = int(places.min())
    if int(places.max()) - first > MOST_BINS:
        starts, counts = np.unique(places, return_counts=True)
    else:
        every = np.bincount(places - first)
        starts = np.flatnonzero(every)
        counts, starts = every[starts], starts + first
    return {int(start) * width: int(count) for start, count in zip(starts, counts, strict=True)}


def _statistics(found: Column) -> Statistics:
    if not len(found):
        return {"count": 0, "mean": None, "standard_deviation": None, "minimum": None, "maximum": None}
    deviation = float(found.std(ddof=1)) if len(found) > 1 else None
    return _told(len(found), float(found.mean()), deviation, float(found.min()), float(found.max()))


def _told(count: int, mean: float, deviation: float | None, least: float, highest: float) -> Statistics:
    return {
        "count": count,
        "mean": mean,
        "standard_deviation": deviation,
        "minimum": least,
        "maximum": highest,
    }
