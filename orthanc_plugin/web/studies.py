"""A study with its series, their phases, and what was written about it."""

from io import BytesIO
from typing import Any

import pydicom
from flask import Blueprint
from pydicom import Dataset

from orthanc_plugin import access, described, patients, study_phases
from orthanc_plugin.acquisitions import Told
from orthanc_plugin.archive import SeriesInfo
from orthanc_plugin.web import assignments, drafts, masks, reports
from orthanc_plugin.web.services import services, user
from seg.phases import Phase

blueprint = Blueprint("studies", __name__, url_prefix="/hepatia/api")


@blueprint.get("/studies/<uid:study_uid>")
def study(study_uid: str) -> dict[str, Any]:
    """Describe a study."""
    found = services().archive.study(study_uid)
    writes = access.may(user().role, "write_report")
    if writes:
        services().measurements.soon(study_uid)
    about = patients.describe([_header(one) for one in found.series])
    written = reports.of_study(found)
    told = study_phases.told(services().archive, found, written, services().phases)
    return {
        "study_instance_uid": study_uid,
        "patient_id": found.patient_id,
        **about,
        "series": [_describe(one) | _phase(told.get(one.series_instance_uid)) for one in found.series],
        "reports": [described.report(one) for one in written],
        "segmentations": [described.segmentation(one) for one in masks.of_study(found)],
        "assignments": assignments.of(found, written),
        "draft_kept": _draft_kept(study_uid) if writes else None,
    }


def _draft_kept(study_uid: str) -> str | None:
    draft = drafts.kept().get(user().login, study_uid)
    return draft.kept if draft else None


def _describe(one: SeriesInfo) -> dict[str, Any]:
    return {
        "series_instance_uid": one.series_instance_uid,
        "modality": one.modality,
        "description": one.description,
        "instances": len(one.instances),
    }


def _phase(told: Told | None) -> dict[str, Any]:
    if told is None:
        return {}
    scans = [
        {"acquisition_number": one.number, "instances": one.instances} | _said(one.phase) for one in told.acquisitions
    ]
    return _said(told.phase) | ({"acquisitions": scans} if scans else {})


def _said(phase: Phase) -> dict[str, Any]:
    return {"phase": phase.name, "phase_confidence": round(phase.confidence, 2), "phase_reason": phase.reason}


def _header(one: SeriesInfo) -> Dataset:
    return pydicom.dcmread(BytesIO(services().archive.first_file(one)), stop_before_pixels=True)
