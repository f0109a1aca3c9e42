"""The values that stand for one report: what is written into an SR, what is read out of any."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from pydicom import Dataset

from sr_templates.codes import Code
from sr_templates.items import ContentItem, Reference

State = Literal["draft", "complete", "verified", "consensus"]

#: From the least to the most final; what is searched is the most final report that is not superseded.
STATES: tuple[State, ...] = ("draft", "complete", "verified", "consensus")


@dataclass(frozen=True)
class Caliper:
    """The line on an image whose length was answered.

    Attributes
    ----------
    points : tuple of float
        Column, row, column, row; (0, 0) is the corner of the first pixel (PS3.3 section C.18.6.1.2).
    segment : Reference, optional
        The segment whose long axis it is; none of a line that was drawn by hand.
    """

    image: Reference
    points: tuple[float, float, float, float]
    segment: Reference | None = None


@dataclass(frozen=True)
class WriteContext:
    """Who writes a report, when, and what it stands on.

    Attributes
    ----------
    observer_name : str
        Who read the images, as a DICOM person name (`Souza^Ana`).
    role : str
        Role of the observer here: a key of `write.ORGANIZATION_ROLES`, or any other, which is then not coded.
    predecessors : tuple of Dataset
        Headers of the SRs that this one supersedes.
    segmentation : Dataset, optional
        Header of the SEG whose segments the nodules cite.
    mint : callable
        Gives a new UID for each call.
    verifier_name : str
        Who verified it; needed for the states verified and consensus.
    phases : mapping of str to str
        Series Instance UID → contrast phase, a key of `library.PHASES`.
    corrections : mapping of str to str
        The same, of the series whose phase the observer corrected.
    calipers : mapping of str to Caliper
        Tracking UID → line of the item that is a caliper.
    masks : tuple of Dataset
        Headers of the segmentations beside `segmentation` that something was measured on.
    measured_on : mapping
        Tracking UID of a member or name of a group, and name of an item → the segments it was measured on.
    """

    state: State
    observer_name: str
    observer_login: str
    role: str
    created: datetime
    sop_instance_uid: str
    series_instance_uid: str
    mint: Callable[[], str]
    instance_number: int = 1
    predecessors: tuple[Dataset, ...] = ()
    segmentation: Dataset | None = None
    verifier_name: str = ""
    software_version: str = "0"
    phases: Mapping[str, str] = field(default_factory=dict)
    corrections: Mapping[str, str] = field(default_factory=dict)
    calipers: Mapping[str, Caliper] = field(default_factory=dict)
    masks: tuple[Dataset, ...] = ()
    measured_on: Mapping[tuple[str, str], Reference] = field(default_factory=dict)


@dataclass(frozen=True)
class Measurement:
    """A NUM of a foreign report; `value` is None where the SR says that there is none.

    Attributes
    ----------
    qualifier : Code, optional
        Why there is no value, or how it is to be taken.
    details : tuple of ContentItem
        What stands below it beside the sites: derivation, method, coordinates.
    """

    concept: Code
    value: float | None
    unit: Code | None
    sites: tuple[Code, ...] = ()
    qualifier: Code | None = None
    details: tuple[ContentItem, ...] = ()


@dataclass(frozen=True)
class Evaluation:
    """A CODE or TEXT of a foreign report, and what modifies it."""

    concept: Code
    value: Code | str
    details: tuple[ContentItem, ...] = ()


@dataclass(frozen=True)
class Finding:
    """One measurement group (TID 1410, 1411, 1501) of a report that is not ours.

    Attributes
    ----------
    others : tuple of ContentItem
        Whatever the other attributes do not hold.
    """

    tracking_id: str | None
    tracking_uid: str | None
    finding: Code | None
    sites: tuple[Code, ...]
    segment: tuple[str, int] | None
    measurements: tuple[Measurement, ...]
    evaluations: tuple[Evaluation, ...]
    others: tuple[ContentItem, ...] = ()


@dataclass(frozen=True)
class Report:
    """What one SR says.

    Attributes
    ----------
    age : int, optional
        Whole years, from Patient's Age (0010,1010).
    study_date : str, optional
        ISO.
    template : str, optional
        Id of the template it was written with; None for a foreign report.
    created : datetime, optional
        Content Date and Time, without a time zone: the local time of the writer.
    replaces : tuple of str
        SOP Instance UIDs of Predecessor Documents Sequence (0040,A360).
    segmentation : str, optional
        SOP Instance UID of the SEG that the report cites, or was read from.
    phases : mapping of str to str
        Series Instance UID → contrast phase, of the series whose phase the reader corrected.
    lengths : mapping of str to Caliper
        Tracking UID → line of the item that is a caliper, of the members that have one.
    findings : tuple of Finding
        Of a foreign report: every measurement group, and at the end one without identity that holds what stands
        outside of them. Of ours: what its template does not know.
    verifier : str
        Who verified it, as a DICOM person name; empty where nobody has.
    """

    sop_instance_uid: str
    series_instance_uid: str
    study_instance_uid: str
    patient_id: str
    sex: str | None
    age: int | None
    study_date: str | None
    template: str | None
    version: int | None
    answers: Mapping[str, Any]
    state: State
    author: str
    author_login: str
    role: str
    created: datetime | None
    replaces: tuple[str, ...]
    segmentation: str | None
    phases: Mapping[str, str] = field(default_factory=dict)
    lengths: Mapping[str, Caliper] = field(default_factory=dict)
    findings: tuple[Finding, ...] = field(default=())
    verifier: str = ""
