"""From objects of the archive to rows of the index; the same way for what just arrived and for a rebuild."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import psycopg2
from pydicom import Dataset

from indexer.errors import IndexUnavailable
from indexer.index import Index
from indexer.rows import SegmentationRow, SeriesRow, StudyRow
from indexer.writer import Writer
from orthanc_plugin import acquisitions, described, patients, quality, reading
from orthanc_plugin.archive import Change, HttpArchive, SeriesInfo
from orthanc_plugin.deidentification.arrival import UNREADABLE
from orthanc_plugin.errors import NotInArchive
from orthanc_plugin.images import READ_WHOLE, Images
from seg import decode
from seg.errors import NotASegmentation
from sr_templates import read
from sr_templates.errors import NotAReport

#: What reading a damaged or odd object may raise; such an object is listed with its reason, the others go on.
DAMAGED = (*UNREADABLE, ArithmeticError)

#: Between the attempts of a rebuild to write what it could not.
PAUSES_S = (0.2, 0.5, 1.0, 2.0, 4.0)


@dataclass(frozen=True)
class Rows:
    """What one object puts into the index.

    Parameters
    ----------
    sop_instance_uid
        Of the instance that was read.
    """

    sop_instance_uid: str
    put: Callable[[Writer], None]


@dataclass
class Reading:
    """Reads what the index needs; remembers which instances need no look."""

    archive: HttpArchive
    images: Images = field(default_factory=Images)

    def change(self, change: Change) -> Rows | None:
        """Return the rows of what a change is about, if it has any.

        Raises
        ------
        ArchiveError
            Orthanc does not answer.
        """
        try:
            if change.kind == "NewSeries":
                return self.series(self.archive.series_by_id(change.resource_id))
            if change.kind == "StableSeries":
                return self._stable(self.archive.series_by_id(change.resource_id))
            if change.kind == "NewInstance" and change.resource_id not in self.images:
                return self._instance(change.resource_id)
        except NotInArchive:
            # Deleted meanwhile: the deletion has an event of its own.
            return None
        return None

    def series(self, series: SeriesInfo) -> Rows:
        """Return the rows of a series that begins to arrive, and of its study."""
        first_file = self.archive.first_file(series)
        return self._guarded(series.instances[0], lambda: _series_rows(reading.header(first_file), series))

    def series_of(self, series: SeriesInfo, first_file: bytes) -> Rows:
        """Return the rows of a series and its study, by the file of one of its instances and what else it takes."""

        def read_rows() -> Rows:
            header = reading.header(first_file)
            return _series_rows(header, series, acquisitions.of_series(self.archive, series, header))

        return self._guarded(series.instances[0], read_rows)

    def file(self, modality: str, instance_id: str, data: bytes) -> Rows:
        """Return the rows of one SR or SEG; `instance_id` is Orthanc's."""
        return self._guarded(instance_id, lambda: _instance_rows(modality, data, self.archive.read))

    def _stable(self, series: SeriesInfo) -> Rows | None:
        """Return the rows of a CT series that is complete: only then can all of its slices be looked at."""
        return self.series_of(series, self.archive.first_file(series)) if series.modality == "CT" else None

    def _instance(self, instance_id: str) -> Rows | None:
        series = self.archive.series_by_id(self.archive.parent_series_id(instance_id))
        if series.modality in READ_WHOLE:
            return self.file(series.modality, instance_id, self.archive.file_by_id(instance_id))
        self.images.update(series.instances)
        return None

    def _guarded(self, instance_id: str, read_rows: Callable[[], Rows]) -> Rows:
        """Return rows; what cannot be read is named by what the archive knows of it, and listed with its reason."""
        try:
            return read_rows()
        except (NotAReport, NotASegmentation):
            # Another kind of object of that modality: kept in the archive, nothing to search in.
            return Rows(self.archive.instance_uid(instance_id), lambda _writer: None)
        except DAMAGED as error:
            return _failure(self.archive.instance_uid(instance_id), error)


def put(index: Index, rows: Sequence[Rows], position: int | None = None) -> None:
    """Put rows, and how far the archive's changes are indexed, in one transaction.

    When the database refuses one of them, each is put by itself and the refused ones are recorded with the reason.

    Raises
    ------
    IndexUnavailable
        Nothing was put.
    """
    try:
        _put_all(index, rows, position)
    except (psycopg2.Error, *DAMAGED):
        for one in rows:
            _put_one(index, one)
        _put_all(index, (), position)


def put_patiently(index: Index, rows: Sequence[Rows], position: int | None = None) -> None:
    """Put rows; try again for a while, as the worker writes at the same time and the database may stop one of us."""
    for pause_s in PAUSES_S:
        try:
            return put(index, rows, position)
        except IndexUnavailable:
            time.sleep(pause_s)
    return put(index, rows, position)


def reason(error: Exception) -> str:
    """Return why an object could not be indexed; only our own errors are known to hold no patient's value."""
    ours = type(error).__module__.partition(".")[0] in ("sr_templates", "seg", "indexer", "orthanc_plugin")
    return str(error) if ours else f"The object cannot be read ({type(error).__name__})."


def _put_all(index: Index, rows: Sequence[Rows], position: int | None) -> None:
    with index.transaction() as writer:
        for one in rows:
            one.put(writer)
        if position is not None:
            writer.set_position(position)


def _put_one(index: Index, rows: Rows) -> None:
    try:
        _put_all(index, (rows,), None)
    except (psycopg2.Error, *DAMAGED) as error:
        _put_all(index, (_failure(rows.sop_instance_uid, error),), None)


def _failure(sop: str, error: Exception) -> Rows:
    told = reason(error)
    return Rows(sop, lambda writer: writer.put_failure(sop, told))


def _instance_rows(modality: str, data: bytes, read_file: Callable[[str], bytes]) -> Rows:
    if modality == "SR":
        report = read.read(data)
        return Rows(report.sop_instance_uid, lambda writer: writer.put_report(report))
    row = _segmentation_row(decode.decode(data), read_file)
    return Rows(row.sop_instance_uid, lambda writer: writer.put_segmentation(row))


def _series_rows(header: Dataset, series: SeriesInfo, told: acquisitions.Attributes | None = None) -> Rows:
    study_row = _study_row(header)
    series_row = _series_row(header, series, acquisitions.of_header(header) if told is None else told)

    def put_both(writer: Writer) -> None:
        # An SR or SEG may say less of the patient than the images do, and must not overwrite it.
        if series.modality not in READ_WHOLE:
            writer.put_study(study_row)
        writer.put_series(series_row, acquisitions.names)

    return Rows(str(header.get("SOPInstanceUID", "")), put_both)


def _study_row(header: Dataset) -> StudyRow:
    about = patients.describe([header])
    return StudyRow(
        study_instance_uid=str(header.StudyInstanceUID),
        patient_id=str(header.get("PatientID") or ""),
        sex=about["sex"],
        age=about["age"],
        study_date=about["study_date"],
        description=str(header.get("StudyDescription") or "") or None,
    )


def _series_row(header: Dataset, series: SeriesInfo, told: acquisitions.Attributes | None) -> SeriesRow:
    return SeriesRow(
        series_instance_uid=series.series_instance_uid,
        study_instance_uid=series.study_instance_uid,
        modality=series.modality,
        description=series.description or None,
        number=int(series.number) if series.number.strip().isdecimal() else None,
        frame_of_reference_uid=str(header.get("FrameOfReferenceUID") or "") or None,
        acquisition=told,
    )


def _segmentation_row(segmentation: decode.Segmentation, read_file: Callable[[str], bytes]) -> SegmentationRow:
    shown = described.segmentation(segmentation)
    return SegmentationRow(
        sop_instance_uid=segmentation.sop_instance_uid,
        series_instance_uid=segmentation.series_instance_uid,
        study_instance_uid=segmentation.study_instance_uid,
        source_series_instance_uid=segmentation.source_series_instance_uid,
        created=segmentation.created,
        author=shown["author"] or "",
        description=shown["description"] or "",
        algorithm=shown["algorithm"],
        segments=tuple(shown["segments"]),
        replaces=segmentation.replaces,
        agreement=quality.of(segmentation, read_file),
    )
