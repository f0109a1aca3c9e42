"""From objects of the archive to rows of the index; the same way for what just arrived and for a rebuild."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from io import BytesIO

import pydicom
from indexer.index import Index
from indexer.rows import SegmentationRow, SeriesRow, StudyRow
from pydicom import Dataset
from seg.errors import NotASegmentation

from orthanc_plugin import phases
from orthanc_plugin.archive import Change, HttpArchive, SeriesInfo
from orthanc_plugin.errors import NotInArchive
from seg import decode
from sr_templates import read
from sr_templates.errors import NotAReport
from sr_templates.template import Template

#: Modalities of which every instance is read; of the others one header per series is enough.
READ_WHOLE = ("SR", "SEG")

#: What reading a damaged or odd object may raise; such an object is listed with its reason, the others go on.
DAMAGED = (ValueError, TypeError, KeyError, IndexError, AttributeError, NotImplementedError, ArithmeticError, EOFError)

#: Instances of image series that are known already; forgotten when there are more.
LONGEST_MEMORY = 200_000


@dataclass
class Indexing:
    """Brings objects into the index; remembers which instances need no look."""

    archive: HttpArchive
    index: Index
    images: set[str] = field(default_factory=set)

    def change(self, change: Change) -> str | None:
        """Index what a change is about; return the SOP Instance UID when an instance was read.

        Raises
        ------
        IndexUnavailable, ArchiveError
            The change has to be indexed again later.
        """
        try:
            if change.kind in ("NewSeries", "StableSeries"):
                self.series(self.archive.series_by_id(change.resource_id))
            elif change.kind == "NewInstance" and change.resource_id not in self.images:
                return self._instance(change.resource_id)
        except NotInArchive:
            # Deleted meanwhile: the deletion has an event of its own.
            return None
        return None

    def series(self, series: SeriesInfo) -> None:
        """Index a series and its study."""
        header = pydicom.dcmread(BytesIO(self.archive.first_file(series)), stop_before_pixels=True)
        try:
            self.index.put_study(_study_row(header))
            self.index.put_series(_series_row(header, series))
        except DAMAGED as error:
            self.index.put_failure(str(header.get("SOPInstanceUID", "")), reason(error))

    def file(self, modality: str, data: bytes) -> str:
        """Index one SR or SEG; return its SOP Instance UID. What cannot be read is recorded with its reason."""
        dataset = pydicom.dcmread(BytesIO(data))
        sop = str(dataset.SOPInstanceUID)
        try:
            if modality == "SR":
                self.index.put_report(read.read(dataset))
            else:
                self.index.put_segmentation(_segmentation_row(decode.decode(dataset)))
        except (NotAReport, NotASegmentation):
            # Another kind of SR: kept in the archive, nothing to search in.
            return sop
        except DAMAGED as error:
            self.index.put_failure(sop, reason(error))
        return sop

    def _instance(self, instance_id: str) -> str | None:
        series = self.archive.series_by_id(self.archive.parent_series_id(instance_id))
        if series.modality in READ_WHOLE:
            return self.file(series.modality, self.archive.file_by_id(instance_id))
        if len(self.images) > LONGEST_MEMORY:
            self.images.clear()
        self.images.update(series.instances)
        return None


def rebuild(
    archive: HttpArchive, index: Index, templates: Sequence[Template], progress: Callable[[int, int], None]
) -> None:
    """Empty the index and fill it again from the archive.

    Parameters
    ----------
    progress
        Called with the number of series done and of all.
    """
    # What arrives while we read is after this position: it is indexed by the worker.
    position = archive.last_change()
    index.ensure_schema(templates)
    index.clear()
    indexing = Indexing(archive, index)
    identifiers = archive.series_ids()
    for done, identifier in enumerate(identifiers, 1):
        try:
            series = archive.series_by_id(identifier)
            indexing.series(series)
            if series.modality in READ_WHOLE:
                for file in archive.files(series):
                    indexing.file(series.modality, file)
        except NotInArchive:
            continue
        progress(done, len(identifiers))
    index.set_position(position)


def reason(error: Exception) -> str:
    """Return why an object could not be indexed; only our own errors are known to hold no patient's value."""
    ours = type(error).__module__.partition(".")[0] in ("sr_templates", "seg", "indexer", "orthanc_plugin")
    return str(error) if ours else f"unreadable object ({type(error).__name__})"


def _study_row(header: Dataset) -> StudyRow:
    about = phases.describe_patient([header])
    return StudyRow(
        study_instance_uid=str(header.StudyInstanceUID),
        patient_id=str(header.get("PatientID") or ""),
        sex=about["sex"],
        age=about["age"],
        study_date=about["study_date"],
    )


def _series_row(header: Dataset, series: SeriesInfo) -> SeriesRow:
    guess = phases.classify({"": header})[""] if series.modality == "CT" else None
    return SeriesRow(
        series_instance_uid=series.series_instance_uid,
        study_instance_uid=series.study_instance_uid,
        modality=series.modality,
        description=series.description,
        instances=len(series.instances),
        phase=guess.phase if guess else None,
    )


def _segmentation_row(segmentation: decode.Segmentation) -> SegmentationRow:
    return SegmentationRow(
        sop_instance_uid=segmentation.sop_instance_uid,
        series_instance_uid=segmentation.series_instance_uid,
        study_instance_uid=segmentation.study_instance_uid,
        segments=segmentation.segments,
    )
