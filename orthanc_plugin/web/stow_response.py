"""What STOW-RS says about the instances of a request (PS3.18 annex I): values in, values out."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any
from xml.etree.ElementTree import Element, SubElement, tostring

import pydicom
from pydicom import DataElement, Dataset

from orthanc_plugin.deidentification.arrival import UNREADABLE

NATIVE_MODEL = "http://dicom.nema.org/PS3.19/models/NativeDICOM"

#: Failure Reason (PS3.18 table I.2-2) by what arrival counts as the reason; any other is a processing failure.
CANNOT_UNDERSTAND, CLASS_NOT_SUPPORTED, OUT_OF_RESOURCES, PROCESSING_FAILURE = 0xC000, 0x0122, 0xA700, 0x0110
FAILURES = {
    "not_dicom": CANNOT_UNDERSTAND,
    "corrupt": CANNOT_UNDERSTAND,
    "too_deep": CANNOT_UNDERSTAND,
    "deidentification_failed": CANNOT_UNDERSTAND,
    "sop_class_not_allowed": CLASS_NOT_SUPPORTED,
    "encapsulated_document": CLASS_NOT_SUPPORTED,
    "disk_full": OUT_OF_RESOURCES,
}

#: Warning Reason (table I.2-1) of what was stored under another UID than it was sent with.
COERCED = 0xB000


@dataclass(frozen=True)
class Sent:
    """What the sender calls an instance."""

    sop_class_uid: str
    sop_instance_uid: str
    study_instance_uid: str


@dataclass(frozen=True)
class Stored:
    """An instance by the UIDs that it is stored under; `coerced` when it was sent with another."""

    sop_class_uid: str
    sop_instance_uid: str
    series_instance_uid: str
    study_instance_uid: str
    coerced: bool


@dataclass(frozen=True)
class Failed:
    """An instance that was not stored; `sent` is None when it does not say what it is."""

    sent: Sent | None
    reason: str


def sent_as(data: bytes) -> Sent | None:
    """Return how the sender calls an instance; None when that cannot be read or is no UID. The study may be empty."""
    keywords = ("SOPClassUID", "SOPInstanceUID", "StudyInstanceUID")
    try:
        header = pydicom.dcmread(BytesIO(data), stop_before_pixels=True, specific_tags=list(keywords))
        uids = [str(header.get(keyword, "")) for keyword in keywords]
    except UNREADABLE:
        return None
    sop_class, instance, study = (uid if re.fullmatch(r"[0-9.]{1,64}", uid) else "" for uid in uids)
    return Sent(sop_class, instance, study) if sop_class and instance else None


def stored_as(tags: Mapping[str, Any], sent: Sent | None) -> Stored:
    """Return an instance by what the archive has of it."""
    keywords = ("SOPClassUID", "SOPInstanceUID", "SeriesInstanceUID", "StudyInstanceUID")
    sop_class, instance, series, study = (str(tags.get(keyword, "")) for keyword in keywords)
    return Stored(sop_class, instance, series, study, sent is None or sent.sop_instance_uid != instance)


def status_of(outcomes: Sequence[Stored | Failed]) -> int:
    """Return the HTTP status: 200 all stored, 202 some, 409 none (PS3.18 table 10.5.3-1)."""
    stored = sum(isinstance(one, Stored) for one in outcomes)
    return 200 if stored == len(outcomes) else 202 if stored else 409


def response(outcomes: Iterable[Stored | Failed], base: str) -> Dataset:
    """Return the Store Instances Response Module (PS3.18 annex I); instances in the order in which they were sent.

    Parameters
    ----------
    base
        What URLs begin with, up to "/dicom-web".
    """
    outcomes = list(outcomes)
    stored = [one for one in outcomes if isinstance(one, Stored)]
    failed = [one for one in outcomes if isinstance(one, Failed)]
    studies = {one.study_instance_uid for one in stored}
    said = Dataset()
    said.RetrieveURL = f"{base}/studies/{studies.pop()}" if len(studies) == 1 else None
    sequences = {
        "FailedSOPSequence": [_failed(one) for one in failed if one.sent],
        "ReferencedSOPSequence": [_stored(one, base) for one in stored],
        "OtherFailuresSequence": [_failed(one) for one in failed if not one.sent],
    }
    for keyword, items in sequences.items():
        if items:
            setattr(said, keyword, items)
    return said


def _stored(one: Stored, base: str) -> Dataset:
    item = _referenced(one)
    series = f"{base}/studies/{one.study_instance_uid}/series/{one.series_instance_uid}"
    item.RetrieveURL = f"{series}/instances/{one.sop_instance_uid}"
    if one.coerced:
        item.WarningReason = COERCED
    return item


def _failed(one: Failed) -> Dataset:
    item = _referenced(one.sent) if one.sent else Dataset()
    item.FailureReason = FAILURES.get(one.reason, PROCESSING_FAILURE)
    return item


def _referenced(one: Stored | Sent) -> Dataset:
    item = Dataset()
    item.ReferencedSOPClassUID = one.sop_class_uid
    item.ReferencedSOPInstanceUID = one.sop_instance_uid
    return item


def as_xml(dataset: Dataset) -> bytes:
    """Return a data set as XML (PS3.19 section A.1); only sequences, UIDs, URLs and numbers."""
    root = Element("NativeDicomModel", {"xmlns": NATIVE_MODEL, "xml:space": "preserve"})
    _write(root, dataset)
    return bytes(tostring(root, encoding="UTF-8", xml_declaration=True))


def _write(parent: Element, dataset: Dataset) -> None:
    for element in dataset:
        attributes = {"tag": f"{element.tag:08X}", "vr": element.VR, "keyword": element.keyword}
        written = SubElement(parent, "DicomAttribute", attributes)
        for number, value in enumerate(_values(element), 1):
            if isinstance(value, Dataset):
                _write(SubElement(written, "Item", {"number": str(number)}), value)
            else:
                SubElement(written, "Value", {"number": str(number)}).text = str(value)


def _values(element: DataElement) -> list[Any]:
    if element.VR == "SQ":
        return list(element.value)
    return [] if element.is_empty else [element.value]
