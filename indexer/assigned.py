"""Who is to read which exams: assignments, which the index is told by whoever keeps them, as places in the columns.

They stand in a file of their own and not in PostgreSQL (see `orthanc_plugin.assignments`). A search asks the file for
its revision; only when that, or the exams, have changed are the assignments looked up again, all at once. The place of
each exam is then known as for any other filter: pages, totals and facets are exact, and no copy can be stale.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

import numpy as np
from psycopg2.extensions import cursor as Cursor  # noqa: N812 -- psycopg2 names its class in small letters

from indexer.block import Block, Column, Mask
from sr_templates.template import Template

#: Filters on assignments, and what stands for nobody in them; a login that begins like this is none.
ASSIGNED = "assigned"
AWAITING = "awaiting"
NOBODY = "@none"

#: By login, and by whether this reader has written more than a draft: the numbers of the exams in one value.
NUMBERS = """
SELECT given.login, finished.study_instance_uid IS NOT NULL, string_agg(int4send(record.number), ''::bytea)
FROM unnest(%s::text[], %s::text[]) AS given (login, uid)
JOIN record ON record.template = %s AND record.study_instance_uid = given.uid AND record.exam IS NOT NULL
LEFT JOIN (SELECT DISTINCT study_instance_uid, author_login FROM report WHERE template = %s AND state <> 'draft')
  AS finished ON finished.study_instance_uid = given.uid AND finished.author_login = given.login
GROUP BY 1, 2
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


@dataclass(frozen=True)
class Readers:
    """The assignments to the exams of a block, looked up when somebody asks."""

    assignments: Assignments
    template: Template
    block: Block
    cursor: Cursor

    @cached_property
    def revision(self) -> int:
        """The revision of the assignments; the same for the whole of a search."""
        return self.assignments.revision()

    def holds(self, path: str, logins: Sequence[str]) -> Mask:
        """Return which exams a filter on assignments finds.

        Parameters
        ----------
        path
            ASSIGNED, or AWAITING: those whose reader has not completed a report.
        logins
            Any of these readers; NOBODY for exams without one.
        """
        found = self._unassigned() if NOBODY in logins and path == ASSIGNED else np.zeros(len(self.block), np.bool_)
        for (login, finished), places in self._places.items():
            if login in logins and not (finished and path == AWAITING):
                found[places] = True
        return found

    def counts(self, path: str, exams: Mask) -> dict[str, int]:
        """Return how many of some exams each value of a filter on assignments finds."""
        found = {login: 0 for login, _ in self._places}
        for (login, finished), places in self._places.items():
            if not (finished and path == AWAITING):
                found[login] += int(np.count_nonzero(exams[places]))
        return found | ({NOBODY: int(np.count_nonzero(exams & self._unassigned()))} if path == ASSIGNED else {})

    def _unassigned(self) -> Mask:
        free = np.ones(len(self.block), np.bool_)
        for places in self._places.values():
            free[places] = False
        return free

    @property
    def _places(self) -> Mapping[tuple[str, bool], Column]:
        found: Mapping[tuple[str, bool], Column] = self.block.kept(f"assigned {self.revision}", self._look_up)
        return found

    def _look_up(self) -> Mapping[tuple[str, bool], Column]:
        told = self.assignments.everything()
        if not told.logins:
            return {}
        values = (list(told.logins), list(told.study_uids), self.template.id, self.template.id)
        self.cursor.execute(NUMBERS, values)
        by_number = np.argsort(self.block.numbers)
        ordered = self.block.numbers[by_number]
        return {
            (login, finished): by_number[np.searchsorted(ordered, np.frombuffer(numbers, ">i4"))]
            for login, finished, numbers in self.cursor.fetchall()
        }
