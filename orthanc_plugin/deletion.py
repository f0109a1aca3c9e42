"""Deletions: Orthanc tells them by its own identifiers, and only to who listens at that moment."""

from collections.abc import Callable, Iterator, Set
from dataclasses import dataclass

from indexer.index import Index
from indexer.writer import Writer
from orthanc_plugin.images import orthanc_id

STUDIES = "SELECT patient_id, study_instance_uid FROM study"
SERIES = "SELECT patient_id, study_instance_uid, series_instance_uid FROM series JOIN study USING (study_instance_uid)"
INSTANCES = """
SELECT study.patient_id, study_instance_uid, series_instance_uid, sop_instance_uid
FROM (SELECT study_instance_uid, series_instance_uid, sop_instance_uid FROM report
      UNION ALL SELECT study_instance_uid, series_instance_uid, sop_instance_uid FROM segmentation) AS written
JOIN study USING (study_instance_uid)
"""


@dataclass(frozen=True)
class Indexed:
    """Something the index has: Orthanc's identifier, its UID, and how it is taken out."""

    identifier: str
    uid: str
    take_out: Callable[[Writer, str], None]


def remove(index: Index, deleted: Set[str]) -> None:
    """Take out of the index what Orthanc has deleted.

    Parameters
    ----------
    deleted
        Orthanc's identifiers of studies, series or instances.
    """
    _remove(index, (one for one in _indexed(index, instances=True) if one.identifier in deleted))


def remove_absent(index: Index, present: Set[str]) -> None:
    """Take out of the index the studies and series that the archive no longer has.

    Parameters
    ----------
    present
        Orthanc's identifiers of all studies and series.
    """
    _remove(index, (one for one in _indexed(index, instances=False) if one.identifier not in present))


def _remove(index: Index, gone: Iterator[Indexed]) -> None:
    found = list(gone)
    if found:
        with index.transaction() as writer:
            for one in found:
                one.take_out(writer, one.uid)


def _indexed(index: Index, *, instances: bool) -> Iterator[Indexed]:
    levels: list[tuple[str, Callable[[Writer, str], None]]] = [
        (STUDIES, Writer.remove_study),
        (SERIES, Writer.remove_series),
    ]
    for query, take_out in [*levels, (INSTANCES, Writer.remove)] if instances else levels:
        for row in index.query(query):
            uids = [str(uid) for uid in row.values()]
            yield Indexed(orthanc_id(*uids), uids[-1], take_out)
