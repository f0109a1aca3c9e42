"""What an admin may have done to the index while Orthanc runs: failed objects read again, or all of it made again."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from threading import Lock, Thread

from indexer.errors import IndexUnavailable
from indexer.index import Index
from indexer.writer import Writer
from orthanc_plugin import archive_facts, indexing, rebuilding
from orthanc_plugin.archive import HttpArchive
from orthanc_plugin.errors import ArchiveError, NotInArchive, RequestError
from orthanc_plugin.images import READ_WHOLE
from orthanc_plugin.indexing import Reading, Rows
from sr_templates.template import Template


@dataclass
class Upkeep:
    """Works on the index beside the worker.

    Parameters
    ----------
    warn
        Takes a line for the log.
    stopping
        Whether Orthanc stops.
    """

    archive: HttpArchive
    index: Index
    templates: Sequence[Template]
    warn: Callable[[str], None] = lambda _: None
    stopping: Callable[[], bool] = lambda: False
    _lock: Lock = field(default_factory=Lock)
    _thread: Thread | None = None
    _done: tuple[int, int] = (0, 0)

    def retry(self, sop_instance_uid: str | None = None) -> tuple[int, int]:
        """Read failed objects again, one or all; return how many, and how many of those have failed again.

        Raises
        ------
        RequestError
            404: this one has not failed.
        ArchiveError, IndexUnavailable
            Orthanc or PostgreSQL does not answer.
        """
        failed = [one.sop_instance_uid for one in self.index.failed()]
        chosen = failed if sop_instance_uid is None else [one for one in failed if one == sop_instance_uid]
        if sop_instance_uid is not None and not chosen:
            raise RequestError(404, "not_failed", "No such object has failed; see GET /status.", "sop_instance_uid")
        for one in chosen:
            indexing.put(self.index, [self._read(one)])
        still = {one.sop_instance_uid for one in self.index.failed()}
        return len(chosen), len(still.intersection(chosen))

    def rebuild(self) -> None:
        """Begin to make the index again in a thread of its own; RequestError (409) while one is under way."""
        with self._lock:
            if self._thread and self._thread.is_alive():
                raise RequestError(409, "rebuilding", "The index is being made again already; see GET /status.")
            self._done = (0, len(self.archive.series_ids()))
            self._thread = Thread(target=self._rebuild, name="rebuild", daemon=True)
            self._thread.start()

    def rebuilding(self) -> tuple[int, int] | None:
        """Return how many series are done and of how many, while the index is being made again."""
        thread = self._thread
        return self._done if thread and thread.is_alive() else None

    def _read(self, sop_instance_uid: str) -> Rows:
        try:
            instance_id, series = archive_facts.instance(self.archive, sop_instance_uid)
            data = self.archive.file_by_id(instance_id)
        except NotInArchive:
            return Rows(sop_instance_uid, lambda writer: writer.remove(sop_instance_uid))
        if series.modality in READ_WHOLE:
            found = Reading(self.archive).file(series.modality, instance_id, data)
        else:
            found = Reading(self.archive).series_of(series, data)
        return Rows(sop_instance_uid, lambda writer: _anew(writer, found))

    def _rebuild(self) -> None:
        try:
            rebuilding.rebuild(self.archive, self.index, self.templates, self._progress, anew=True)
        except (ArchiveError, IndexUnavailable, _Stopping) as error:
            # The worker sees an unfinished rebuild at its next start, and fills the rest from the change log.
            self.warn(f"The rebuild of the index was interrupted ({type(error).__name__}).")

    def _progress(self, done: int, total: int) -> None:
        self._done = (done, total)
        if self.stopping():
            raise _Stopping


def _anew(writer: Writer, rows: Rows) -> None:
    # What turns out to be nothing for the index puts no row, and has not failed any more.
    writer.remove(rows.sop_instance_uid)
    rows.put(writer)


class _Stopping(Exception):  # noqa: N818 -- says what is the case
    """Orthanc stops."""
