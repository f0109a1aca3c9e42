"""A study with its series, their phases, and what was written about it."""

from io import BytesIO
from typing import Any

import pydicom
from flask import Blueprint
from pydicom import Dataset

from orthanc_plugin import described, patients
from orthanc_plugin.archive import SeriesInfo, StudyInfo
from orthanc_plugin.web import masks, reports
from orthanc_plugin.web.services import services
from seg import phases

blueprint = Blueprint("studies", __name__, url_prefix="/hepatia/api")


@blueprint.get("/studies/<uid:study_uid>")
def study(study_uid: str) -> dict[str, Any]:
    """Describe a study."""
    found = services().archive.study(study_uid)
    headers = {one.series_instance_uid: _header(one) for one in found.series}
    about = patients.describe(headers.values())
    return {
        "study_instance_uid": study_uid,
        "patient_id": found.patient_id,
        **about,
        "series": _series(found, headers),
        "reports": [described.report(one) for one in reports.of_study(found)],
        "segmentations": [described.segmentation(one) for one in masks.of_study(found)],
    }


def _series(study: StudyInfo, headers: dict[str, Dataset]) -> list[dict[str, Any]]:
    found_phases = phases.detect({uid: header for uid, header in headers.items() if header.get("Modality") == "CT"})
    return [_describe(one) | _phase(found_phases.get(one.series_instance_uid)) for one in study.series]


def _describe(one: SeriesInfo) -> dict[str, Any]:
    return {
        "series_instance_uid": one.series_instance_uid,
        "modality": one.modality,
        "description": one.description,
        "instances": len(one.instances),
    }


def _phase(found: phases.Phase | None) -> dict[str, Any]:
    if found is None:
        return {}
    return {"phase": found.name, "phase_confidence": found.confidence, "phase_reason": found.reason}


def _header(one: SeriesInfo) -> Dataset:
    return pydicom.dcmread(BytesIO(services().archive.first_file(one)), stop_before_pixels=True)
