"""The rows that are put into the index beside reports, and what is read back."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True)
class StudyRow:
    """One study; `study_date` is ISO, `age` in whole years."""

    study_instance_uid: str
    patient_id: str
    sex: str | None = None
    age: int | None = None
    study_date: str | None = None
    description: str | None = None


@dataclass(frozen=True)
class SeriesRow:
    """One series.

    Attributes
    ----------
    acquisition
        Of a CT series: what its phase is told by, any JSON object.
    """

    series_instance_uid: str
    study_instance_uid: str
    modality: str | None = None
    description: str | None = None
    number: int | None = None
    frame_of_reference_uid: str | None = None
    acquisition: Mapping[str, Any] | None = None


@dataclass(frozen=True)
class SegmentationRow:
    """One DICOM-SEG; `segments` as GET /segmentations gives them.

    Attributes
    ----------
    replaces
        SOP Instance UIDs of the ones that it supersedes.
    agreement
        With the pre-annotation that it was made of: `pre_annotation`, `model`, `version`, and `dice` by kind.
    """

    sop_instance_uid: str
    series_instance_uid: str
    study_instance_uid: str
    source_series_instance_uid: str | None
    created: datetime | None
    author: str
    description: str
    algorithm: Mapping[str, Any] | None
    segments: tuple[Mapping[str, Any], ...]
    replaces: tuple[str, ...] = ()
    agreement: Mapping[str, Any] | None = None


@dataclass(frozen=True)
class Counts:
    """How much is indexed."""

    studies: int
    reports: int
    segmentations: int


@dataclass(frozen=True)
class Failure:
    """An object that is stored and could not be indexed."""

    sop_instance_uid: str
    reason: str
    since: datetime | None = None
