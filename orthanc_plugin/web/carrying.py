"""`POST /segmentations/{sop}/carry`: one mask to other series of its study, at once, or as a job with registration."""

from typing import Any

from flask import Blueprint

from orthanc_plugin import carrying, writing
from orthanc_plugin.carrier import Carrier
from orthanc_plugin.carrying import Method
from orthanc_plugin.errors import RequestError
from orthanc_plugin.web.services import json_object, services, user
from seg import registration

blueprint = Blueprint("carrying", __name__, url_prefix="/hepatia/api")


@blueprint.post("/segmentations/<uid:sop>/carry")
def carry(sop: str) -> tuple[dict[str, Any], int]:
    """Write a mask again for other series."""
    author = user()
    wanted, method = _wanted(json_object())
    known = services()
    about = (known.settings.index_wait_s, known.settings.segmentation_type)
    carrier = Carrier(known.archive, known.keys, known.phases, known.worker.wait_for, *about)
    order = carrier.order(sop, wanted, method, author.name)
    if method == "none":
        return carrier.carry(order), 201
    if not registration.is_installed():
        message = "Registration needs SimpleITK, which is not installed; carry the mask as it is."
        raise RequestError(503, "registration_off", message)
    parameters = {"segmentation": sop, "series": wanted, "registration": method}
    return {"job": known.jobs.submit("carry", author, parameters)}, 202


def _wanted(body: dict[str, Any]) -> tuple[list[str] | None, Method]:
    unknown = set(body) - {"series", "registration"}
    if unknown:
        raise RequestError(422, "unknown_key", "The body has a key that is not known here.", min(unknown))
    series, chosen = body.get("series"), body.get("registration", "none")
    method = next((one for one in carrying.METHODS if one == chosen), None)
    if method is None:
        raise RequestError(422, "unknown_registration", 'The registration is "none" or "rigid".', "registration")
    if series is not None and not (isinstance(series, list) and series and all(map(_is_uid, series))):
        raise RequestError(422, "invalid_uid", "The series are a list of Series Instance UIDs.", "series")
    return series, method


def _is_uid(given: object) -> bool:
    return isinstance(given, str) and writing.is_uid(given)
