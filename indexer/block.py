"""All exams as columns of numbers, in the order of their study dates; a value that never changes."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from threading import Lock
from typing import Any

import numpy as np
from numpy.typing import NDArray

from indexer import layout
from indexer.layout import Field, Layout

Column = NDArray[Any]
Mask = NDArray[np.bool_]
Places = NDArray[np.int64]

#: Beyond so many pieces, rows are gathered one by one.
MOST_PIECES = 2000

#: As many results are kept with a block.
MOST_KEPT = 64


@dataclass(frozen=True)
class Members:
    """The members of one repeated group of all exams, exam by exam.

    Attributes
    ----------
    owner
        Place of each member's exam; ascends.
    first
        Place of each exam's first member, and at the end the number of all.
    """

    owner: Column
    first: Places
    columns: Mapping[str, Column]

    def __len__(self) -> int:
        return len(self.owner)


@dataclass(frozen=True)
class Block:
    """The columns of one template.

    Attributes
    ----------
    memory
        Answers that were worked out from the columns, by name; see `kept`.
    ready
        What was made of single columns, by name; see `prepared`.
    locks
        Of what is being made, by name.
    """

    layout: Layout
    exams: Mapping[str, Column]
    members: Mapping[str, Members]
    memory: dict[str, Any] = field(default_factory=dict, compare=False)
    ready: dict[str, Any] = field(default_factory=dict, compare=False)
    locks: dict[str, Lock] = field(default_factory=dict, compare=False)

    def __len__(self) -> int:
        return len(self.exams["number"])

    @property
    def numbers(self) -> Column:
        """The number of each exam in PostgreSQL."""
        return self.exams["number"]

    def kept(self, name: str, work_out: Callable[[], Any]) -> Any:  # noqa: ANN401
        """Return what was worked out before under a name, or work it out now; the columns never change."""
        return self._once(self.memory, name, work_out, MOST_KEPT)

    def prepared(self, name: str, make: Callable[[], Any]) -> Any:  # noqa: ANN401
        """Return what was made of a column before, or make it now; it is kept as long as the block."""
        return self._once(self.ready, name, make, None)

    def _once(self, store: dict[str, Any], name: str, make: Callable[[], Any], most: int | None) -> Any:  # noqa: ANN401
        """Make something once: of several threads that ask for the same, one makes it and the others wait."""
        found = store.get(name, self)
        if found is not self:
            return found
        with self.locks.setdefault(name, Lock()):
            found = store.get(name, self)
            if found is self:
                found = make()
                while most is not None and len(store) >= most:
                    store.pop(next(iter(store)), None)
                store[name] = found
        self.locks.pop(name, None)
        return found


@dataclass(frozen=True)
class Records:
    """Records as PostgreSQL hands them out: of exams, and of their members in the same order."""

    exams: bytes
    members: Sequence[bytes]


def of_records(described: Layout, records: Records) -> Block:
    """Return the columns of records."""
    rows = np.frombuffer(records.exams, layout.exam_type(described))
    by_order = np.argsort(rows["order"], kind="stable")
    exams = {name: _native(rows[name][by_order]) for name in rows.dtype.names or ()}
    members = {}
    for (name, fields), data in zip(described.members.items(), records.members, strict=True):
        given = np.frombuffer(data, layout.member_type(fields))
        places = _ragged(_firsts(rows[f"members of {name}"]), by_order)
        columns = {one.name: np.ascontiguousarray(given[one.name][places]) for one in fields}
        members[name] = _members(exams[f"members of {name}"], columns)
        exams |= {any_of(one.name): _any_member(one, members[name]) for one in fields if one.form in ("code", "codes")}
    return Block(described, exams, members)


def any_of(path: str) -> str:
    """Return the name of the exams' column that has the values of all their members, one bit for each."""
    return f"any {path}"


def bits_type(one: Field) -> type[np.unsignedinteger[Any]]:
    """Return the type of a column with one bit for each value."""
    needed = len(one.values) + 1
    return next(kind for kind in (np.uint8, np.uint16, np.uint32, np.uint64) if needed <= np.iinfo(kind).bits)


def as_bits(one: Field, column: Column) -> Column:
    """Return a column of coded values as one bit for each value."""
    if one.form == "codes":
        return column
    return np.array([0, *(1 << place for place in range(len(one.values) + 1))], bits_type(one))[column]


def _any_member(one: Field, members: Members) -> Column:
    found = np.zeros(len(members.first) - 1, bits_type(one))
    some = members.first[:-1] < members.first[1:]
    if some.any():
        found[some] = np.bitwise_or.reduceat(as_bits(one, members.columns[one.name]), members.first[:-1][some])
    return found


def merged(old: Block, fresh: Block, gone: Iterable[int]) -> Block:
    """Return a block with exams added.

    Parameters
    ----------
    gone
        Numbers of exams that are taken out of the old block: removed, or given anew in `fresh`.
    """
    kept = np.flatnonzero(~np.isin(old.numbers, np.fromiter(gone, np.int32)))
    between = np.searchsorted(old.exams["order"][kept], fresh.exams["order"])
    source = np.insert(kept, between, len(old) + np.arange(len(fresh)))
    pieces = _pieces(source, len(old))
    exams = {name: _joined(column, fresh.exams[name], source, pieces) for name, column in old.exams.items()}
    members = {}
    for name, of_old in old.members.items():
        of_fresh = fresh.members[name]
        firsts = np.concatenate([of_old.first, len(of_old) + of_fresh.first[1:]])
        places = None if pieces is not None else _ragged(firsts, source)
        parts = None if pieces is None else _of_pieces(firsts, pieces)
        columns = {
            path: _joined(column, of_fresh.columns[path], places, parts) for path, column in of_old.columns.items()
        }
        members[name] = _members(exams[f"members of {name}"], columns)
    return Block(old.layout, exams, members)


def _members(counts: Column, columns: Mapping[str, Column]) -> Members:
    owner = np.repeat(np.arange(len(counts), dtype=np.int32), counts)
    return Members(owner, _firsts(counts), columns)


def _firsts(counts: Column) -> Places:
    return np.concatenate([[0], np.cumsum(counts, dtype=np.int64)])


def _ragged(firsts: Places, exams: Places) -> Places:
    """Return the places of the members of exams, in the order of these."""
    counts = firsts[exams + 1] - firsts[exams]
    ends = np.cumsum(counts)
    places: Places = np.arange(ends[-1] if len(ends) else 0) + np.repeat(firsts[exams] - ends + counts, counts)
    return places


def _pieces(source: Places, border: int) -> list[tuple[int, int]] | None:
    """Return the runs of places that follow each other, none across the border; None when there are too many."""
    breaks = np.flatnonzero((np.diff(source) != 1) | (source[1:] == border)) + 1
    if len(breaks) > MOST_PIECES:
        return None
    starts = [0, *breaks.tolist()] if len(source) else []
    ends = [*breaks.tolist(), len(source)]
    return [(int(source[start]), end - start) for start, end in zip(starts, ends, strict=False)]


def _of_pieces(firsts: Places, pieces: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return the runs of the members of runs of exams."""
    return [(int(firsts[at]), int(firsts[at + length] - firsts[at])) for at, length in pieces]


def _joined(old: Column, fresh: Column, source: Places | None, pieces: list[tuple[int, int]] | None) -> Column:
    """Return the rows at the places `source` of the old rows followed by the fresh ones, or those of the runs."""
    if pieces is None:
        gathered: Column = np.concatenate([old, fresh])[source]
        return gathered
    border = len(old)
    slices = [
        old[at : at + length] if at < border else fresh[at - border : at - border + length] for at, length in pieces
    ]
    return np.concatenate(slices) if slices else old[:0]


def _native(column: Column) -> Column:
    return np.ascontiguousarray(column.astype(column.dtype.newbyteorder("="), copy=False))
