"""The index again, from DICOM alone: series by series in a fixed order, beside live traffic, and to be taken up again.

What arrives while this runs is the worker's: the position in the change log is set to its end before the first series.
"""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass

from indexer.index import Index
from orthanc_plugin import indexing
from orthanc_plugin.archive import HttpArchive, SeriesInfo
from orthanc_plugin.errors import NotInArchive
from orthanc_plugin.images import READ_WHOLE
from orthanc_plugin.indexing import Reading, Rows
from sr_templates.template import Template

#: Series that are put in one transaction; what an interruption costs.
SERIES_AT_ONCE = 50


@dataclass(frozen=True)
class Fetched:
    """A series, and those of its files that are read."""

    series: SeriesInfo
    files: tuple[bytes, ...]


def rebuild(
    archive: HttpArchive,
    index: Index,
    templates: Sequence[Template],
    progress: Callable[[int, int], None],
    *,
    anew: bool = False,
) -> None:
    """Empty the index and fill it from the archive; or go on where an earlier rebuild was interrupted.

    Parameters
    ----------
    progress
        Called with the number of series done and of all.
    anew
        Begin anew even then.

    Raises
    ------
    ArchiveError, IndexUnavailable
        Orthanc or PostgreSQL does not answer; the next rebuild goes on from here.
    """
    index.ensure_schema(templates)
    reading = Reading(archive)
    last = index.begin_rebuild(archive.last_change(), anew=anew)
    identifiers = sorted(archive.series_ids())
    done = sum(identifier <= last for identifier in identifiers)
    progress(done, len(identifiers))
    for chunk, fetched in _fetch(archive, identifiers[done:]):
        rows = [row for one in fetched for row in _rows(reading, one)]
        indexing.put_patiently(index, [*rows, reached(chunk[-1])])
        done += len(chunk)
        progress(done, len(identifiers))
    indexing.put_patiently(index, [reached(None)])


def reached(identifier: str | None) -> Rows:
    """Return the row that says how far a rebuild has come: to a series, or with None to the end."""
    return Rows("", lambda writer: writer.set_rebuilt(identifier))


def _rows(reading: Reading, fetched: Fetched) -> Iterator[Rows]:
    yield reading.series_of(fetched.series, fetched.files[0])
    if fetched.series.modality in READ_WHOLE:
        for instance_id, file in zip(fetched.series.instances, fetched.files, strict=True):
            yield reading.file(fetched.series.modality, instance_id, file)


def _fetch(archive: HttpArchive, identifiers: Sequence[str]) -> Iterator[tuple[Sequence[str], list[Fetched]]]:
    """Yield series by the chunk; while one is read, the next is fetched."""
    chunks = [identifiers[at : at + SERIES_AT_ONCE] for at in range(0, len(identifiers), SERIES_AT_ONCE)]
    with ThreadPoolExecutor(1, thread_name_prefix="fetch") as pool:
        coming: Future[list[Fetched]] | None = None
        for number, chunk in enumerate(chunks):
            fetched = coming.result() if coming else _fetch_chunk(archive, chunk)
            following = chunks[number + 1 : number + 2]
            coming = pool.submit(_fetch_chunk, archive, following[0]) if following else None
            yield chunk, fetched


def _fetch_chunk(archive: HttpArchive, identifiers: Sequence[str]) -> list[Fetched]:
    return [fetched for identifier in identifiers if (fetched := _fetch_one(archive, identifier))]


def _fetch_one(archive: HttpArchive, identifier: str) -> Fetched | None:
    try:
        series = archive.series_by_id(identifier)
        whole = series.modality in READ_WHOLE
        return Fetched(series, tuple(archive.files(series)) if whole else (archive.first_file(series),))
    except NotInArchive:
        # Deleted meanwhile: the deletion has an event of its own.
        return None
