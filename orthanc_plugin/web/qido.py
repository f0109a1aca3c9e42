"""DICOMweb searches of the viewer, which names several fields in one parameter; DICOMweb 1.7 wants them repeated."""

from urllib.parse import urlencode

from flask import Blueprint, Response, request

from orthanc_plugin.dicomweb import ROOT
from orthanc_plugin.errors import RequestError
from orthanc_plugin.web import dicomweb

blueprint = Blueprint("qido", __name__, url_prefix="/hepatia/qido")


@blueprint.get("/<path:resource>")
def qido(resource: str) -> Response:
    """Pass a search on to /dicom-web/."""
    if resource.partition("/")[0] not in ("studies", "series", "instances"):
        raise RequestError(404, "not_found", "QIDO-RS searches are below studies, series and instances.")
    query = [
        (name, part)
        for name, value in request.args.items(multi=True)
        for part in (value.split(",") if name.lower() == "includefield" else [value])
    ]
    return dicomweb.answer(f"{ROOT}/{resource}", urlencode(query), "application/dicom+json")
