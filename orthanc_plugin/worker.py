"""The one writer of the index: follows Orthanc's change log from the position stored in PostgreSQL."""

import time
from collections import OrderedDict
from collections.abc import Callable, Sequence
from threading import Condition, Event, Lock

from indexer.errors import IndexUnavailable
from indexer.index import Index
from orthanc_plugin import deletion, indexing, rebuilding
from orthanc_plugin.archive import HttpArchive
from orthanc_plugin.errors import ArchiveError
from orthanc_plugin.images import Images
from sr_templates.template import Template

#: Between two looks at the change log when nothing wakes us.
IDLE_S = 5.0

#: Instances come by the hundred: one look for many, when nothing has come for so long, but at last after so long.
SETTLE_S = (0.3, 5.0)

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
    images
        Instances that are known to hold nothing to index.
    """

    def __init__(
        self,
        archive: HttpArchive,
        index: Index,
        templates: Sequence[Template],
        stopping: Event,
        log: Callable[[str], None],
        images: Images | None = None,
    ) -> None:
        self._archive = archive
        self._index = index
        self._templates = templates
        self._stopping = stopping
        self._log = log
        self._reading = indexing.Reading(archive, images or Images())
        self._awake = Event()
        self._urgent = Event()
        self._waiting = 0
        self._deleted: set[str] = set()
        self._deleted_lock = Lock()
        self._indexed: OrderedDict[str, None] = OrderedDict()
        self._condition = Condition()
        self._following = True

    def run(self) -> None:
        """Index until `stopping` is set."""
        pause_s, longest_s = BACK_OFF_S
        prepared = read = False
        while not self._stopping.is_set():
            try:
                if not prepared:
                    self._prepare()
                    prepared = True
                idle = self.step()
                self._set_following(True)
                pause_s = BACK_OFF_S[0]
                if idle and not read:
                    # Not before the log is followed: what was missed matters more than how long the first search takes.
                    self._index.read_columns(self._templates)
                    read = True
            except (IndexUnavailable, ArchiveError) as error:
                self._set_following(False)
                if not self._stopping.is_set():
                    self._log(f"HepatIA's index waits {pause_s:.0f} s: {type(error).__name__}")
                self._stopping.wait(pause_s)
                pause_s = min(2 * pause_s, longest_s)
                prepared = False
                continue
            if idle:
                self._awake.wait(IDLE_S)
                self._settle()

    def step(self) -> bool:
        """Index one page of the change log; return whether it was the last.

        Raises
        ------
        IndexUnavailable, ArchiveError
            The page has to be indexed again.
        """
        self._awake.clear()
        self._remove_deleted()
        since = self._index.position()
        page = self._archive.changes(since)
        if not page.items and page.last < since:
            # Another archive than the one that was followed: begin anew.
            indexing.put(self._index, (), 0)
            return False
        rows = [found for change in page.items if (found := self._reading.change(change))]
        if page.items:
            indexing.put(self._index, rows, page.last)
        self._remember([one.sop_instance_uid for one in rows])
        return page.done

    def wake(self) -> None:
        """Say that something has changed in the archive."""
        if not self._awake.is_set():
            self._awake.set()

    def something_deleted(self, orthanc_id: str) -> None:
        """Say what was deleted; the change log does not."""
        with self._deleted_lock:
            self._deleted.add(orthanc_id)
        self._awake.set()

    def wait_for(self, sop_instance_uid: str, timeout_s: float) -> bool:
        """Wait until an instance has been indexed, or cannot be; return whether it was in time.

        Nobody waits while PostgreSQL is down.
        """
        deadline = time.monotonic() + timeout_s
        with self._condition:
            self._waiting += 1
            self._urgent.set()
            self._awake.set()
            try:
                while sop_instance_uid not in self._indexed:
                    if not self._following or not self._condition.wait(deadline - time.monotonic()):
                        return False
            finally:
                self._waiting -= 1
        return True

    def pending(self) -> int:
        """Return how many changes of the archive are not indexed yet."""
        return max(0, self._archive.last_change() - self._index.position())

    def _settle(self) -> None:
        """Wait until no more instances come, unless somebody waits for one."""
        pause_s, longest_s = SETTLE_S
        deadline = time.monotonic() + longest_s
        while self._awake.is_set() and not self._waiting and time.monotonic() < deadline:
            self._awake.clear()
            self._urgent.wait(pause_s)
        self._urgent.clear()

    def _prepare(self) -> None:
        self._index.ensure_schema(self._templates)
        if self._index.is_incomplete():
            # Nobody may come to finish the rebuild that was interrupted: the change log tells everything too.
            indexing.put(self._index, [rebuilding.reached(None)], 0)
        # What was deleted while nobody listened.
        deletion.remove_absent(self._index, self._archive.study_and_series_ids())

    def _remove_deleted(self) -> None:
        with self._deleted_lock:
            deleted = frozenset(self._deleted)
        if deleted:
            deletion.remove(self._index, deleted)
            with self._deleted_lock:
                self._deleted -= deleted

    def _set_following(self, following: bool) -> None:
        with self._condition:
            self._following = following
            self._condition.notify_all()

    def _remember(self, sops: Sequence[str]) -> None:
        with self._condition:
            self._indexed.update(dict.fromkeys(sops))
            while len(self._indexed) > LONGEST_MEMORY:
                self._indexed.popitem(last=False)
            self._condition.notify_all()
