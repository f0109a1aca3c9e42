"""DICOM SR → Report: ours back into answers, any other TID 1500 into its findings."""

import io
import struct
import zlib
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Final

from pydicom import Dataset, dcmread
from pydicom.errors import BytesLengthException, InvalidDicomError

from sr_templates import answered, content, findings, library, parsed, template, walk
from sr_templates.codes import Code
from sr_templates.errors import NotAReport, Unreadable
from sr_templates.items import ContentItem, Document, Reference
from sr_templates.report import Finding, Report, State
from sr_templates.structure import NotUnderstood

ADJUDICATOR: Final = Code("NCIt", "C96561", "Adjudicator")

#: What pydicom raises on damaged objects.
DAMAGED: Final = (
    ValueError, TypeError, LookupError, AttributeError, NotImplementedError, ArithmeticError, EOFError, RecursionError,
    OSError, BytesLengthException, struct.error, zlib.error,
)  # fmt: skip

#: What one cannot do without: the index finds an object by them.
IDENTITY: Final = ("SOPInstanceUID", "SeriesInstanceUID", "StudyInstanceUID")


def read(data: bytes | Dataset) -> Report:
    """Return what an SR says.

    Raises
    ------
    NotAReport
        The object is no SR, or its root is not that of TID 1500.
    Unreadable
        It is damaged.
    """
    document = parse(data)
    if document.attributes.get("Modality", "SR") == "SR" and not document.root.value_type:
        raise Unreadable("The SR has no root: it is cut off, or was never complete.")
    if not _is_tid_1500(document.root):
        raise NotAReport("The SR is not an imaging measurement report (TID 1500).")
    if not document.root.children:
        raise Unreadable("The SR has no content: it is cut off, or was never complete.")
    if missing := [name for name in IDENTITY if name not in document.attributes]:
        raise Unreadable(f"The SR has no {missing[0]}.")
    return _report(document)


def measured_on(data: bytes | Dataset) -> Mapping[tuple[str, str], Reference]:
    """Return the segments that the measured answers of a report of ours stand on, as `WriteContext.measured_on`.

    Raises
    ------
    Unreadable
        It is damaged.
    """
    root = parse(data).root
    name, _ = _template_of(root)
    return answered.measured_on(template.load(name), findings.groups(root)) if name in template.names() else {}


def parse(data: bytes | Dataset) -> Document:
    """Return the content of an SR; of bytes by walking over them, and by pydicom what is not plainly encoded.

    Raises
    ------
    Unreadable
        It is damaged.
    """
    if isinstance(data, bytes):
        try:
            return walk.document(data)
        except NotUnderstood:
            pass
    try:
        return parsed.document(data if isinstance(data, Dataset) else dcmread(io.BytesIO(data)))
    except Unreadable:
        raise
    except InvalidDicomError:
        raise Unreadable("The object is no DICOM file.") from None
    except DAMAGED as error:
        raise Unreadable(f"The SR is damaged ({type(error).__name__}).") from None


def _report(document: Document) -> Report:
    root, said = document.root, document.attributes
    name, version = _template_of(root)
    groups = tuple(findings.groups(root))
    known = template.load(name) if name in template.names() else None
    answers, unknown = answered.answers(known, groups) if known else ({}, (*_findings(groups), *_outside(root)))
    cited = (findings.segment(group) for group in groups)
    return Report(
        sop_instance_uid=said["SOPInstanceUID"],
        series_instance_uid=said["SeriesInstanceUID"],
        study_instance_uid=said["StudyInstanceUID"],
        patient_id=said.get("PatientID", ""),
        sex=said.get("PatientSex"),
        age=_years(said.get("PatientAge", "")),
        study_date=_iso_date(said.get("StudyDate", "")),
        template=name,
        version=version,
        answers=answers,
        state=_state(document),
        **_observer(root),
        created=_created(said),
        replaces=document.predecessors,
        segmentation=next((one[0] for one in cited if one), next(iter(document.segmentations), None)),
        phases=library.corrections(root),
        lengths=answered.calipers(known, groups) if known else {},
        findings=unknown,
        verifier=said.get("VerifyingObserverName", ""),
    )


def _findings(groups: tuple[ContentItem, ...]) -> Iterator[Finding]:
    return (findings.finding(group) for group in groups)


def _outside(root: ContentItem) -> Iterator[Finding]:
    found = findings.outside(root)
    if found.measurements or found.evaluations or found.others:
        yield found


def _is_tid_1500(root: ContentItem) -> bool:
    if root.value_type != "CONTAINER" or root.concept is None:
        return False
    return root.template == "1500" or (not root.template and root.concept.key == content.REPORT.key)


def _template_of(root: ContentItem) -> tuple[str | None, int | None]:
    for item in root.named(content.TEMPLATE):
        name, _, version = str(item.value or "").rpartition(" ")
        if version.isdecimal():
            return name, int(version)
    return None, None


def _state(document: Document) -> State:
    if document.attributes.get("VerificationFlag") == "VERIFIED":
        role = document.root.first(content.PROCEDURE_ROLE)
        adjudicated = role and isinstance(role.value, Code) and role.value.key == ADJUDICATOR.key
        return "consensus" if adjudicated else "verified"
    return "draft" if document.attributes.get("CompletionFlag") == "PARTIAL" else "complete"


def _observer(root: ContentItem) -> dict[str, str]:
    """Return who read, as root and TID 1002 tell it."""
    concepts = {"author": content.OBSERVER_NAME, "author_login": content.OBSERVER_LOGIN, "role": content.OUR_ROLE}
    found = {name: root.first(concept) for name, concept in concepts.items()}
    return {name: str(item.value or "") if item else "" for name, item in found.items()}


def _created(said: Mapping[str, str]) -> datetime | None:
    time, _, fraction = said.get("ContentTime", "").partition(".")
    text = said.get("ContentDate", "") + time.ljust(6, "0") + fraction.ljust(6, "0")
    try:
        return datetime.strptime(text, "%Y%m%d%H%M%S%f")
    except ValueError:
        return None


def _years(age: str) -> int | None:
    """Return whole years of an AS, such as 063Y or 018M."""
    per_year = {"Y": 1, "M": 12, "W": 52, "D": 365}
    if len(age) == 4 and age[:3].isdecimal() and age[3] in per_year:
        return int(age[:3]) // per_year[age[3]]
    return None


def _iso_date(date: str) -> str | None:
    return f"{date[:4]}-{date[4:6]}-{date[6:]}" if len(date) == 8 and date.isdecimal() else None
