"""STOW-RS (PS3.18 section 10.5): stores instance by instance and says of each what became of it.

Orthanc's DICOMweb plugin 1.7 answers 200 whatever happened, and with the UIDs that were sent; `orthanc_plugin.dicomweb`
says how it is kept off the two paths.
"""

from typing import cast

from flask import Blueprint, Response, current_app, json, request
from werkzeug.exceptions import RequestEntityTooLarge

from orthanc_plugin.dicomweb import ROOT
from orthanc_plugin.errors import ArchiveError, RequestError
from orthanc_plugin.sending import Refusals
from orthanc_plugin.web import dicomweb, multipart
from orthanc_plugin.web.services import services
from orthanc_plugin.web.stow_response import Failed, Stored, as_xml, response, sent_as, status_of, stored_as

blueprint = Blueprint("stow", __name__, url_prefix=ROOT)

DICOM, JSON, XML = "application/dicom", "application/dicom+json", "application/dicom+xml"


@blueprint.post("/studies")
@blueprint.post("/studies/<study>")
def store(study: str = "") -> Response:
    """Store the instances of a body; those of other studies are refused when the path names one."""
    refusals = cast(Refusals, current_app.extensions["hepatia.refusals"])
    outcomes = [_outcome(part, study, refusals) for part in _parts()]
    said = response(outcomes, dicomweb.base_url())
    media_type = request.accept_mimetypes.best_match((JSON, "application/json", XML), JSON)
    body = as_xml(said) if media_type == XML else json.dumps(said.to_json_dict()).encode()
    return Response(body, status_of(outcomes), content_type=media_type)


def _parts() -> list[multipart.Part]:
    media_type, parameters = multipart.content_type(request.headers.get("Content-Type", ""))
    if media_type != "multipart/related" or parameters.get("type", DICOM).lower() != DICOM:
        message = f'Send instances as Content-Type: multipart/related; type="{DICOM}"; boundary=…'
        raise RequestError(415, "unsupported_media_type", message)
    if not parameters.get("boundary"):
        raise RequestError(400, "invalid_multipart", "The Content-Type names no boundary.")
    try:
        parts = multipart.parse(_body(), parameters["boundary"])
    except multipart.MultipartError as error:
        raise RequestError(400, "invalid_multipart", str(error)) from error
    if not any(_is_dicom(part) for part in parts):
        raise RequestError(400, "no_instances", f"The body has no part of Content-Type {DICOM}.")
    return parts


def _body() -> bytes:
    """Return the body itself: Orthanc has it in memory, and Flask's own ways would copy it twice."""
    body = cast(bytes, request.environ["wsgi.input"].getvalue())
    if len(body) > services().settings.largest_body_bytes:
        raise RequestEntityTooLarge
    return body


def _is_dicom(part: multipart.Part) -> bool:
    return part.media_type in (DICOM, "")


def _outcome(part: multipart.Part, study: str, refusals: Refusals) -> Stored | Failed:
    archive, uid = services().archive, services().keys.uid
    data = bytes(part.content)
    # Orthanc would take what begins like a zip for one.
    if not _is_dicom(part) or data.startswith(b"PK\3\4"):
        return Failed(None, "not_dicom")
    sent = sent_as(data)
    # Either UID of the study may be the sender's or ours.
    if study and (sent is None or uid(sent.study_instance_uid) != uid(study)):
        return Failed(sent, "other_study")
    with refusals.watch(data) as reason:
        try:
            return stored_as(archive.tags(archive.send(data)), sent)
        except ArchiveError:
            return Failed(sent, reason() or "not_stored")
