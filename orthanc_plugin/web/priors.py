"""The other exams of a patient, for comparison."""

from dataclasses import asdict
from typing import Any

from flask import Blueprint

from indexer.results import VIEWER
from orthanc_plugin import priors
from orthanc_plugin.web.services import services

blueprint = Blueprint("priors", __name__, url_prefix="/hepatia/api")


@blueprint.get("/studies/<uid:study_uid>/priors")
def priors_of_study(study_uid: str) -> dict[str, Any]:
    """List the other exams of the patient, the newest first."""
    templates = {one.id: one for one in services().templates}
    found = priors.of_study(services().archive, services().archive.study(study_uid), templates)
    return {"priors": [asdict(one) | {"viewer": VIEWER + one.study_instance_uid} for one in found]}
