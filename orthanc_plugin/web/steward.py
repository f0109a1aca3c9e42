"""The data steward's routes: what was done to a study, and who is who."""

from typing import Any

from flask import Blueprint, render_template

from orthanc_plugin.deidentification.report import report
from orthanc_plugin.errors import NotInArchive, RequestError
from orthanc_plugin.web import audited
from orthanc_plugin.web.services import json_object, services

blueprint = Blueprint("steward", __name__, url_prefix="/hepatia/api")

MOST_PATIENTS = 10_000

#: Pseudonyms that the audit names; of more it tells how many.
MOST_NAMED = 100


@blueprint.get("/studies/<uid:study_uid>/deidentification")
def deidentification(study_uid: str) -> dict[str, Any]:
    """Tell what was done to the attributes of a study."""
    return _report(study_uid)


@blueprint.get("/studies/<uid:study_uid>/deidentification.html")
def deidentification_page(study_uid: str) -> str:
    """Tell the same as a page."""
    return render_template("deidentification.html", **_report(study_uid))


@blueprint.post("/pseudonyms")
def pseudonyms() -> dict[str, Any]:
    """Return the pseudonyms of patients, in the order of the body; forward only, nothing is kept."""
    patients = json_object().get("patients")
    if not isinstance(patients, list) or not 0 < len(patients) <= MOST_PATIENTS:
        message = f'The body must be {{"patients": [{{"patient_id": "…"}}, …]}}, with at most {MOST_PATIENTS}.'
        raise RequestError(422, "invalid_patients", message, "patients")
    found = [_pseudonym(number, patient) for number, patient in enumerate(patients)]
    audited.note(found[:MOST_NAMED], patients=len(found))
    return {"pseudonyms": found}


def _report(study_uid: str) -> dict[str, Any]:
    instances, entries = services().ledger.study(study_uid)
    if not instances:
        raise NotInArchive("Nothing of such a study has arrived.")
    return report(study_uid, instances, ((one.done, one.instances) for one in entries), services().profile)


def _pseudonym(number: int, patient: object) -> str:
    given = patient if isinstance(patient, dict) else {}
    patient_id, issuer = given.get("patient_id"), given.get("issuer") or ""
    if not isinstance(patient_id, str) or not patient_id.strip() or not isinstance(issuer, str):
        message = 'Each patient is {"patient_id": "…", "issuer": "…"}; the issuer only where the images carry one.'
        raise RequestError(422, "invalid_patient", message, f"patients.{number}")
    return services().keys.pseudonym(patient_id.strip(), issuer.strip())
