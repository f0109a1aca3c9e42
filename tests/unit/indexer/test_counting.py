"""Counts by bitmaps and by the rows themselves are what counting each row gives."""

import threading
import time

import numpy as np
import pytest

from indexer import bitmaps
from indexer.bitmaps import OUTERMOST, Numbers
from indexer.block import MOST_KEPT, Block, Members
from indexer.counting import ChosenMembers, Distribution, Rows
from indexer.layout import Field
from indexer.matching import owners
from tests.unit.indexer.test_columns import LIVER, layout

SIZE = 20_000
SHARES = [0.0, 0.0001, 0.02, 0.2, 0.5, 1.0]


@pytest.fixture
def chance():
    return np.random.default_rng(3)


def distribution(one: Field, column: np.ndarray, *, as_bits: bool = False) -> Distribution:
    empty = Block(layout.of(LIVER), {"number": np.arange(SIZE)}, {})
    return Distribution(empty, one, one.name, column, as_bits)


@pytest.mark.parametrize("share", SHARES)
@pytest.mark.parametrize("size", [1, 63, 64, 65, 1000, SIZE])
def test_codes(chance, share, size) -> None:
    one = Field("x.y", "code", ("a", "b", "c"))
    column, rows = chance.integers(0, 5, size).astype(np.uint8), Rows(chance.random(size) < share)
    expected = [np.count_nonzero(column[rows.mask] == code) for code in (1, 2, 3, 4)]
    assert distribution(one, column).codes(rows) == expected


@pytest.mark.parametrize("share", SHARES)
@pytest.mark.parametrize("form", ["code", "codes"])
def test_sets(chance, share, form) -> None:
    one = Field("x.y", form, tuple("abcdefgh"))
    column, rows = chance.integers(0, 2**9, SIZE).astype(np.uint16), Rows(chance.random(SIZE) < share)
    expected = [np.count_nonzero(column[rows.mask] >> place & 1) for place in range(9)]
    assert distribution(one, column, as_bits=form == "code").codes(rows) == expected


def numbers_of(chance, kind: str) -> np.ndarray:
    column = {
        "ages": chance.normal(56.89, 13.96, SIZE).round(),
        "few": chance.integers(0, 3, SIZE).astype(np.float64),
        "wild": chance.normal(0, 1e6, SIZE),
        "negative": chance.normal(-5, 20, SIZE),
        "none": np.full(SIZE, np.nan),
        "one": np.where(np.arange(SIZE) == 17, 4.0, np.nan),
        "far": 1e9 + chance.random(SIZE),
    }[kind]
    column[chance.random(SIZE) < 0.3] = np.nan
    if kind == "one":
        column[17] = 4.0
    return column


@pytest.mark.parametrize("share", SHARES)
@pytest.mark.parametrize("kind", ["ages", "few", "wild", "negative", "none", "one", "far"])
def test_numbers(chance, share, kind) -> None:
    column, rows = numbers_of(chance, kind), Rows(chance.random(SIZE) < share)
    values, chosen = distribution(Field("x.y", "number"), column), column[rows.mask]
    chosen = chosen[~np.isnan(chosen)]
    told = values.statistics(rows)
    assert told["count"] == len(chosen)
    assert values.extremes(rows) == ((chosen.min(), chosen.max()) if len(chosen) else None)
    if len(chosen):
        assert (told["minimum"], told["maximum"]) == (chosen.min(), chosen.max())
        assert told["mean"] == pytest.approx(chosen.mean(), rel=1e-12, abs=1e-9)
    if len(chosen) > 1:
        assert told["standard_deviation"] == pytest.approx(chosen.std(ddof=1), rel=1e-9)
    for width in (1, 10):
        starts, counts = np.unique(np.floor(chosen / width), return_counts=True)
        if width == 10 or kind in ("ages", "few", "none", "one"):
            assert values.bins(rows, width) == {int(s) * width: c for s, c in zip(starts, counts, strict=True)}


def test_the_least_and_highest_are_found_where_none_of_the_outermost_is_chosen(chance) -> None:
    column = np.arange(SIZE, dtype=np.float64)
    mask = (column > 3 * OUTERMOST) & (column < SIZE - 3 * OUTERMOST)
    assert Numbers(column).extremes(mask) == (3 * OUTERMOST + 1, SIZE - 3 * OUTERMOST - 1)


def test_numbers_of_too_many_bins_have_no_bitmaps() -> None:
    assert bitmaps.bins(np.array([0.0, 1e9]), 10) is None
    assert bitmaps.bins(np.arange(0.0, 1000.0), 1) is None
    bins = bitmaps.bins(np.array([np.nan]), 1)
    assert bins is not None
    assert bins.counts(bitmaps.packed(np.array([True]))) == {}


@pytest.mark.parametrize("share", SHARES)
def test_members(chance, share) -> None:
    counts = chance.integers(0, 4, 500)
    owner = np.repeat(np.arange(500, dtype=np.int32), counts)
    code, number = Field("x.code", "code", ("a", "b", "c")), Field("x.number", "number")
    columns = {
        "x.code": chance.integers(0, 5, len(owner)).astype(np.uint8),
        "x.number": np.where(chance.random(len(owner)) < 0.5, np.nan, chance.normal(20, 10, len(owner))),
    }
    members = Members(owner, np.concatenate([[0], np.cumsum(counts)]), columns)
    exams, holds = chance.random(500) < 0.7, chance.random(len(owner)) < share
    chosen = ChosenMembers.of(members, exams, holds)
    mask = holds & exams[owner]
    assert chosen.exams(code) == [
        np.count_nonzero(owners(members, mask & (columns["x.code"] == place))) for place in (1, 2, 3, 4)
    ]
    there = columns["x.number"][mask & ~np.isnan(columns["x.number"])]
    assert chosen.extremes(number) == ((there.min(), there.max()) if len(there) else None)


@pytest.mark.parametrize("name", ["kept", "prepared"])
def test_of_several_threads_that_ask_for_the_same_one_works_it_out(name) -> None:
    values, made, asked = Block(layout.of(LIVER), {}, {}), [], threading.Barrier(4)

    def make() -> None:
        time.sleep(0.05)
        made.append(name)

    def ask() -> None:
        asked.wait(5)
        getattr(values, name)("the same", make)

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert made == [name]


def test_what_fails_is_tried_again_by_the_next() -> None:
    values = Block(layout.of(LIVER), {}, {})
    with pytest.raises(ZeroDivisionError):
        values.kept("name", lambda: 1 // 0)
    assert values.kept("name", lambda: 1) == 1


def test_the_oldest_answers_are_forgotten_when_there_are_many_and_what_is_ready_is_not() -> None:
    values = Block(layout.of(LIVER), {}, {})
    for number in range(MOST_KEPT + 1):
        values.kept(str(number), lambda: True)
        values.prepared(str(number), lambda: True)
    assert list(values.memory) == [str(number) for number in range(1, MOST_KEPT + 1)]
    assert (len(values.ready), values.locks) == (MOST_KEPT + 1, {})
