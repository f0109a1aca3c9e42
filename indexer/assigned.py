"""Who is to read which exams: assignments, which the index is told by whoever keeps them, as places in the columns.

They stand in a file of their own and not in PostgreSQL (see `orthanc_plugin.assignments`). A search asks the file for
its revision; only when that has changed are they read again. Exams carry the key of their Study Instance UID in memory,
so that their places are known as for any other filter: pages, totals and facets are exact, and no copy can be stale.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

import numpy as np
from psycopg2.extensions import cursor as Cursor  # noqa: N812 -- psycopg2 names its class in small letters

from indexer.block import Block, Column, Mask
from indexer.layout import key
from sr_templates.template import Template

#: Filters on assignments, and what stands for nobody in them; a login that begins like this is none.
ASSIGNED = "assigned"
AWAITING = "awaiting"
NOBODY = "@none"

#: The numbers of the exams of which a reader has written more than a draft, in one value.
FINISHED = """
SELECT coalesce(string_agg(int4send(number), ''::bytea), '') FROM record
WHERE template = %s AND exam IS NOT NULL AND study_instance_uid IN
  (SELECT study_instance_uid FROM report WHERE author_login = %s AND template = %s AND state <> 'draft')
"""


@dataclass(frozen=True)
class Everything:
    """All assignments of a moment: reader and study of each, in the same order."""

    logins: Sequence[str]
    study_uids: Sequence[str]


class Assignments(Protocol):
    """Where the assignments are kept."""

    def revision(self) -> int:
        """Return a number that is another after every change."""

    def everything(self) -> Everything:
        """Return all assignments."""


class NoAssignments:
    """Nobody is assigned to anything."""

    def revision(self) -> int:
        """Return that nothing has changed."""
        return 0

    def everything(self) -> Everything:
        """Return nothing."""
        return Everything((), ())


class Known:
    """The assignments as they were last told: of each reader the keys of the studies (`layout.key`)."""

    def __init__(self, assignments: Assignments) -> None:
        self._assignments = assignments
        self._known: tuple[int, Mapping[str, Column]] = (-1, {})

    def now(self) -> tuple[int, Mapping[str, Column]]:
        """Return the revision, and login → keys; all are read again when something has changed."""
        revision = self._assignments.revision()
        if self._known[0] != revision:
            told = self._assignments.everything()
            keys: dict[str, list[int]] = {}
            for login, uid in zip(told.logins, told.study_uids, strict=True):
                keys.setdefault(login, []).append(key(uid))
            self._known = revision, {login: np.array(found, np.uint64) for login, found in keys.items()}
        return self._known


@dataclass(frozen=True)
class Readers:
    """The assignments to the exams of a block, looked up when somebody asks."""

    known: Known
    template: Template
    block: Block
    cursor: Cursor

    @property
    def revision(self) -> int:
        """The revision of the assignments."""
        return self._now[0]

    def holds(self, path: str, logins: Sequence[str]) -> Mask:
        """Return which exams a filter on assignments finds.

        Parameters
        ----------
        path
            ASSIGNED, or AWAITING: those whose reader has not completed a report.
        logins
            Any of these readers; NOBODY for exams without one.
        """
        found = np.zeros(len(self.block), np.bool_)
        for login in logins:
            if login == NOBODY and path == ASSIGNED:
                found |= self._unassigned()
            elif login in self._places:
                of_reader = np.zeros(len(self.block), np.bool_)
                of_reader[self._places[login]] = True
                found |= of_reader & ~self._finished(login) if path == AWAITING else of_reader
        return found

    def counts(self, exams: Mask) -> dict[str, int]:
        """Return how many of some exams each reader is assigned to, and how many nobody is."""
        found = {login: int(np.count_nonzero(exams[places])) for login, places in self._places.items()}
        return {NOBODY: int(np.count_nonzero(exams & self._unassigned())), **found}

    @cached_property
    def _now(self) -> tuple[int, Mapping[str, Column]]:
        return self.known.now()

    @property
    def _places(self) -> Mapping[str, Column]:
        """Login → places of the exams; studies that are not in the index have none."""
        found: Mapping[str, Column] = self.block.kept(f"assigned {self.revision}", self._look_up)
        return found

    def _look_up(self) -> Mapping[str, Column]:
        by_key: Column = self.block.prepared("by study", lambda: np.argsort(self.block.exams["study"]))
        return {login: _among(self.block.exams["study"], by_key, keys) for login, keys in self._now[1].items()}

    def _unassigned(self) -> Mask:
        free = np.ones(len(self.block), np.bool_)
        for places in self._places.values():
            free[places] = False
        return free

    def _finished(self, login: str) -> Mask:
        """Return of which exams a reader has written more than a draft."""
        found: Mask = self.block.kept(f"finished {login}", lambda: self._look_up_finished(login))
        return found

    def _look_up_finished(self, login: str) -> Mask:
        self.cursor.execute(FINISHED, (self.template.id, login, self.template.id))
        [numbers] = self.cursor.fetchone() or [b""]
        found: Mask = np.isin(self.block.numbers, np.frombuffer(numbers, ">i4").astype(np.int32))
        return found


def _among(column: Column, in_order: Column, wanted: Column) -> Column:
    """Return the places of some values in a column, given the places in its order; values that it lacks have none."""
    at = np.searchsorted(column, wanted, sorter=in_order)
    places = in_order[np.minimum(at, len(in_order) - 1)] if len(in_order) else in_order
    found: Column = places[column[places] == wanted] if len(in_order) else places
    return found
