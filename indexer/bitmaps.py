"""Columns as bitmaps, one for each value: to count under a filter is to count the ones of a few thousand words.

The bitmap of a million rows has 125 kB; the column itself is eight times as much, and is read anew for each value.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from indexer.block import Column, Mask, Places
from indexer.layout import Field

Words = NDArray[np.uint64]

#: Numbers that span more bins than this have none; they are sorted into them when they are asked for.
MOST_BINS = 64
MOST_SPAN = 10_000

#: Of about so many of the least and of the highest numbers the places are known.
OUTERMOST = 1024


def packed(mask: Mask) -> Words:
    """Return one bit for each row; those behind the last are 0."""
    found = np.packbits(mask, bitorder="little")
    words: Words = np.pad(found, (0, -len(found) % 8)).view(np.uint64)
    return words


def of_codes(one: Field, column: Column) -> Words:
    """Return a bitmap for each value, and at the end one for what the template does not know.

    Parameters
    ----------
    column
        With one number for each row, or with one bit for each value (`Field.form`).
    """
    if one.form == "codes":
        return of_bits(one, column)
    return _stacked(column == place for place in range(1, len(one.values) + 2))


def of_bits(one: Field, column: Column) -> Words:
    """Return the same of a column with one bit for each value, whatever the form of the field."""
    kind = column.dtype.type
    return _stacked((column & kind(1 << place)) != 0 for place in range(len(one.values) + 1))


def counts(bitmaps: Words, chosen: Words) -> list[int]:
    """Return how many of the chosen rows each bitmap has."""
    found: list[int] = np.bitwise_count(bitmaps & chosen).sum(axis=-1, dtype=np.int64).tolist()
    return found


def _stacked(masks: Iterable[Mask]) -> Words:
    return np.stack([packed(mask) for mask in masks])


@dataclass(frozen=True)
class Numbers:
    """A column of numbers, made ready for questions about any of its rows; NaN for none."""

    column: Column

    @cached_property
    def _there(self) -> Mask:
        found: Mask = ~np.isnan(self.column)
        return found

    @cached_property
    def _there_words(self) -> Words:
        return packed(self._there)

    @cached_property
    def _least(self) -> Places:
        return _outermost(self.column)

    @cached_property
    def _highest(self) -> Places:
        return _outermost(-self.column)

    @cached_property
    def _from_centre(self) -> tuple[float, Column, Column]:
        """Return the mean of all, and the distances from it and their squares, which lose nothing so; 0 for none."""
        found = np.where(self._there, self.column, 0.0)
        centre = float(found.sum()) / max(1, int(np.count_nonzero(self._there)))
        found -= centre
        found *= self._there
        return centre, found, found * found

    def count(self, chosen: Words) -> int:
        """Return how many of the chosen rows have a number."""
        return int(np.bitwise_count(self._there_words & chosen).sum(dtype=np.int64))

    def mean_and_deviation(self, chosen: Words, weights: Column) -> tuple[float, float | None]:
        """Return mean and sample standard deviation of the chosen rows, of which one at least has a number.

        Parameters
        ----------
        weights
            1.0 for each chosen row, 0.0 for the others.
        """
        number = self.count(chosen)
        centre, distances, squares = self._from_centre
        first = float(weights @ distances)
        mean = centre + first / number
        if number < 2:
            return mean, None
        second = float(weights @ squares) - first * first / number
        return mean, float(np.sqrt(max(0.0, second) / (number - 1)))

    def extremes(self, mask: Mask) -> tuple[float, float] | None:
        """Return the least and the highest number of the chosen rows; None when they have none."""
        least, highest = (places[mask[places]] for places in (self._least, self._highest))
        if len(least) and len(highest):
            return float(self.column[least[0]]), float(self.column[highest[0]])
        found = self.column[mask & self._there]
        return (float(found.min()), float(found.max())) if len(found) else None


def _outermost(column: Column) -> Places:
    """Return the places of some of the least numbers of a column, in their order; no other number is less."""
    sample = column[:: max(1, len(column) // OUTERMOST)]
    sample = np.sort(sample[~np.isnan(sample)])
    if not len(sample):
        return np.zeros(0, np.intp)
    border = sample[min(1, len(sample) - 1)]
    places = np.concatenate([np.flatnonzero(column < border), np.flatnonzero(column == border)[:OUTERMOST]])
    found: Places = places[np.argsort(column[places], kind="stable")]
    return found


@dataclass(frozen=True)
class Bins:
    """The bins of one width that a column of numbers falls into.

    Attributes
    ----------
    starts
        Of each bin that holds something.
    """

    starts: list[int]
    bitmaps: Words

    def counts(self, chosen: Words) -> dict[int, int]:
        """Return how many of the chosen rows are in each bin: its start → count."""
        found = counts(self.bitmaps, chosen)
        return {start: number for start, number in zip(self.starts, found, strict=True) if number}


def bins(column: Column, width: int) -> Bins | None:
    """Return the bins of a column; None when there are too many."""
    places = np.floor(column if width == 1 else column / width)
    first, last = np.fmin.reduce(places, initial=np.nan), np.fmax.reduce(places, initial=np.nan)
    if np.isnan(first):
        return Bins([], np.zeros((0, 1), np.uint64))
    if last - first > MOST_SPAN:
        return None
    # From 1; 0 for none.
    small = np.where(np.isnan(places), 0.0, places - (first - 1)).astype(np.int16)
    different = np.flatnonzero(np.bincount(small)[1:])
    if len(different) > MOST_BINS:
        return None
    bitmaps = _stacked(small == one + 1 for one in different)
    return Bins([(int(first) + int(one)) * width for one in different], bitmaps)
