"""What the archive tells of studies, series and images without their files."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from orthanc_plugin.patients import iso_date


@dataclass(frozen=True)
class SeriesInfo:
    """One series; `instances` are Orthanc's own identifiers, in the order of their arrival."""

    series_instance_uid: str
    study_instance_uid: str
    modality: str
    description: str
    number: str
    instances: tuple[str, ...]


@dataclass(frozen=True)
class StudyInfo:
    """One study with its series."""

    study_instance_uid: str
    patient_id: str
    series: tuple[SeriesInfo, ...]


@dataclass(frozen=True)
class DatedStudy:
    """A study of a patient; `study_date` is ISO."""

    study_instance_uid: str
    study_date: str | None


@dataclass(frozen=True)
class Slice:
    """What the archive knows of an image without reading it.

    Parameters
    ----------
    instance_id
        Orthanc's own identifier.
    position
        Image Position (Patient), LPS mm.
    """

    instance_id: str
    sop_instance_uid: str
    position: tuple[float, float, float] | None
    acquisition_number: int | None


@dataclass(frozen=True)
class Change:
    """One line of Orthanc's change log; `resource_id` is Orthanc's own identifier."""

    sequence: int
    kind: str
    resource_id: str


@dataclass(frozen=True)
class Changes:
    """A page of the change log; `last` is where the next page begins, whether or not this one has lines."""

    items: tuple[Change, ...]
    last: int
    done: bool


def series_of(series: dict[str, Any], study_instance_uid: str) -> SeriesInfo:
    """Return a series of Orthanc's description of it."""
    tags = series["MainDicomTags"]
    return SeriesInfo(
        tags["SeriesInstanceUID"],
        study_instance_uid,
        tags.get("Modality", ""),
        tags.get("SeriesDescription", ""),
        tags.get("SeriesNumber", ""),
        tuple(series["Instances"]),
    )


def slice_of(instance: dict[str, Any]) -> Slice:
    """Return an image of Orthanc's description of it."""
    tags = instance["MainDicomTags"]
    number = tags.get("AcquisitionNumber", "").strip()
    try:
        x, y, z = (float(value) for value in tags.get("ImagePositionPatient", "").split("\\"))
        position = (x, y, z)
    except ValueError:
        position = None
    return Slice(instance["ID"], tags["SOPInstanceUID"], position, int(number) if number.isdecimal() else None)


def dated(study: Mapping[str, Any]) -> DatedStudy:
    """Return a study as Orthanc describes it."""
    tags = study["MainDicomTags"]
    return DatedStudy(tags["StudyInstanceUID"], iso_date(tags.get("StudyDate", "")))
