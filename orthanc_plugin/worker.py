"""The one writer of the index: follows Orthanc's change log from the position stored in PostgreSQL."""

import time
from collections import OrderedDict
from collections.abc import Callable, Sequence
from threading import Condition, Event

from indexer.errors import IndexUnavailable
from indexer.index import Index

from orthanc_plugin.archive import Changes, HttpArchive
from orthanc_plugin.errors import ArchiveError
from orthanc_plugin.indexing import Indexing
from sr_templates.template import Template

#: Between two looks at the change log when nothing wakes us.
IDLE_S = 5.0

#: First and longest pause while PostgreSQL or Orthanc does not answer.
BACK_OFF_S = (0.5, 30.0)

#: How many indexed instances are remembered for those who wait for them.
LONGEST_MEMORY = 10_000


class Worker:
    """Follows the change log in a thread of its own.

    Parameters
    ----------
    stopping
        Ends `run`.
    log
        Takes one line; never a patient's value.
    """

    def __init__(
        self,
        archive: HttpArchive,
        index: Index,
        templates: Sequence[Template],
        stopping: Event,
        log: Callable[[str], None],
    ) -> None:
        self._archive = archive
        self._index = index
        self._templates = templates
        self._stopping = stopping
        self._log = log
        self._indexing = Indexing(archive, index)
        self._awake = Event()
        self._deleted = Event()
        self._deleted.set()
        self._indexed: OrderedDict[str, None] = OrderedDict()
        self._condition = Condition()

    def run(self) -> None:
        """Index until `stopping` is set."""
        pause_s, longest_s = BACK_OFF_S
        prepared = False
        while not self._stopping.is_set():
            try:
                if not prepared:
                    self._index.ensure_schema(self._templates)
                    prepared = True
                idle = self.step()
                pause_s = BACK_OFF_S[0]
            except (IndexUnavailable, ArchiveError) as error:
                if not self._stopping.is_set():
                    self._log(f"HepatIA's index waits {pause_s:.0f} s: {type(error).__name__}")
                self._stopping.wait(pause_s)
                pause_s = min(2 * pause_s, longest_s)
                prepared = False
                continue
            if idle:
                self._awake.wait(IDLE_S)

    def step(self) -> bool:
        """Index one page of the change log; return whether it was the last.

        Raises
        ------
        IndexUnavailable, ArchiveError
            The page has to be indexed again.
        """
        self._awake.clear()
        if self._deleted.is_set():
            self._deleted.clear()
            self._remove_deleted()
        since = self._index.position()
        page = self._archive.changes(since)
        if not page.items and page.last < since:
            # Another archive than the one that was followed: begin anew.
            self._index.set_position(0)
            return False
        self._follow(page)
        if page.items:
            self._index.set_position(page.last)
        return page.done

    def wake(self) -> None:
        """Say that something has changed in the archive."""
        self._awake.set()

    def something_deleted(self) -> None:
        """Say that something was deleted; the change log does not."""
        self._deleted.set()
        self._awake.set()

    def wait_for(self, sop_instance_uid: str, timeout_s: float) -> bool:
        """Wait until an instance has been indexed, or cannot be; return whether it was in time."""
        deadline = time.monotonic() + timeout_s
        self._awake.set()
        with self._condition:
            while sop_instance_uid not in self._indexed:
                if not self._condition.wait(deadline - time.monotonic()):
                    return False
        return True

    def pending(self) -> int:
        """Return how many changes of the archive are not indexed yet."""
        return max(0, self._archive.last_change() - self._index.position())

    def _follow(self, page: Changes) -> None:
        for change in page.items:
            sop = self._indexing.change(change)
            if sop is not None:
                self._remember(sop)

    def _remember(self, sop: str) -> None:
        with self._condition:
            self._indexed[sop] = None
            while len(self._indexed) > LONGEST_MEMORY:
                self._indexed.popitem(last=False)
            self._condition.notify_all()

    def _remove_deleted(self) -> None:
        """Take out of the index what is no longer in the archive."""
