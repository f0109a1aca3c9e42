"""The other exams of a patient, and what their current reports say of the lesions.

They come from the archive, not from the index: a patient has few exams, Orthanc finds them by Patient ID, and a reader
who compares needs what is stored, also while PostgreSQL is down or has not caught up.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from indexer import exams
from orthanc_plugin import study_contents
from orthanc_plugin.archive import Archive, DatedStudy, StudyInfo
from orthanc_plugin.errors import ArchiveError
from sr_templates.errors import Unreadable
from sr_templates.report import Report
from sr_templates.template import Template

#: State of an exam whose reports cannot be read now; the others are told all the same.
UNREADABLE = "unreadable"


@dataclass(frozen=True)
class Lesion:
    """What is compared of one lesion; None and () where the report does not say it."""

    tracking_uid: str | None
    diameter_mm: float | None
    location: tuple[str, ...]
    lirads: str | None


@dataclass(frozen=True)
class Prior:
    """Another exam of the patient.

    Attributes
    ----------
    days
        From that exam to the one that is read; negative when it came after.
    report
        SOP Instance UID of its current report, as the index finds it too.
    """

    study_instance_uid: str
    study_date: str | None
    days: int | None
    state: str
    report: str | None = None
    template: str | None = None
    author: str = ""
    nodules: tuple[Lesion, ...] = ()


def of_study(archive: Archive, study: StudyInfo, templates: Mapping[str, Template]) -> list[Prior]:
    """Return the other exams of the patient, the newest first; those without a date come last."""
    all_of_them = archive.studies_of_patient(study.patient_id) if study.patient_id else ()
    read_on = next((one.study_date for one in all_of_them if _is(one, study)), None)
    others = sorted((one for one in all_of_them if not _is(one, study)), key=_by_date, reverse=True)
    return [_prior(archive, one, days(one.study_date, read_on), templates) for one in others]


def days(earlier: str | None, later: str | None) -> int | None:
    """Return the days between two ISO dates; None when one is not known."""
    if earlier is None or later is None:
        return None
    try:
        return (date.fromisoformat(later) - date.fromisoformat(earlier)).days
    except ValueError:
        return None


def _is(one: DatedStudy, study: StudyInfo) -> bool:
    return one.study_instance_uid == study.study_instance_uid


def _by_date(one: DatedStudy) -> tuple[str, str]:
    return one.study_date or "", one.study_instance_uid


def _prior(archive: Archive, one: DatedStudy, since: int | None, templates: Mapping[str, Template]) -> Prior:
    about = (one.study_instance_uid, one.study_date, since)
    try:
        reports = study_contents.reports(archive, archive.study(one.study_instance_uid))
    except (ArchiveError, Unreadable):
        return Prior(*about, UNREADABLE)
    rows = [vars(report) for report in reports]
    found = exams.current(rows)
    state = exams.state(rows, found)
    if found is None:
        return Prior(*about, state)
    current = next(report for report in reports if report.sop_instance_uid == found["sop_instance_uid"])
    lesions = tuple(_lesions(current, templates))
    return Prior(*about, state, current.sop_instance_uid, current.template, current.author, lesions)


def _lesions(report: Report, templates: Mapping[str, Template]) -> Sequence[Lesion]:
    """Return the members of the repeated groups that are followed by a tracking UID."""
    known = templates.get(report.template or "")
    groups = [group for group in known.groups if group.repeats and group.of_kind("tracking_uid")] if known else []
    return [_lesion(member) for group in groups for member in report.answers.get(group.name, ())]


def _lesion(member: Mapping[str, Any]) -> Lesion:
    location = member.get("location")
    return Lesion(
        member.get("tracking_uid"),
        member.get("diameter_mm"),
        tuple(location) if isinstance(location, list | tuple) else (),
        member.get("lirads"),
    )
