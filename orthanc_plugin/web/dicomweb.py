"""Searches and metadata of Orthanc's DICOMweb, passed on."""

import re
from urllib.parse import quote

from flask import Blueprint, Response, request

from orthanc_plugin import proxy
from orthanc_plugin.dicomweb import ROOT
from orthanc_plugin.web.services import services

blueprint = Blueprint("dicomweb", __name__, url_prefix=ROOT)

#: What Orthanc knows of studies, series and instances without opening a file, beside what a search gives by itself.
FIELDS = (
    "00081030,00081060,00100021,00101010,00102180,00081040,0008103E,00080021,00080031,00080070,00081010,00180010,"
    "00180015,00180024,00181030,00181400,00200037,00400254,00080012,00080013,00200012,00200032,00200100,00280008"
)


@blueprint.get("/<path:resource>")
def pass_on(resource: str) -> Response:
    """Pass a request on to Orthanc's DICOMweb."""
    query = with_all_fields(request.query_string.decode("latin-1"))
    return answer(f"{ROOT}/{quote(resource)}", query, request.headers.get("Accept", "*/*"))


def answer(path: str, query: str, accept: str) -> Response:
    """Answer the request with what Orthanc's DICOMweb says to another one; `query` is encoded."""
    protocol, _, host = proxy.base_url(request.host, request.headers.get("Forwarded", "")).partition("://")
    # DICOMweb 1.7 does not take quotation marks for such.
    headers = {"Accept": accept, "Host": request.host, "Forwarded": f"host={host};proto={protocol}"}
    status, media_type, body = services().archive.dicomweb(path, query, headers)
    return Response(below_prefix(media_type, body, _prefix()), status, content_type=media_type)


def with_all_fields(query: str) -> str:
    """Return a query that includes all FIELDS when it includes any.

    Of a parameter that is repeated, as `includefield` may be, Orthanc gives us the last value only.
    """
    return re.sub(r"(?i)(^|&)(includefield=)([^&]+)", rf"\1\2\3,{FIELDS}", query)


def base_url() -> str:
    """Return what the URLs of the answer to the request begin with, as whoever asks sees it."""
    return proxy.base_url(request.host, request.headers.get("Forwarded", "")) + _prefix() + ROOT


def _prefix() -> str:
    return proxy.prefix(request.headers.get("X-Forwarded-Prefix", ""))


def below_prefix(media_type: str, body: bytes, prefix: str) -> bytes:
    """Return an answer of DICOMweb, which knows of no prefix, with it in its URLs; files are left alone."""
    if not prefix or "application/dicom+" not in media_type:
        return body
    return re.sub(rb"(https?://[^/\"<>\s]+)" + re.escape(ROOT.encode()), rb"\1" + (prefix + ROOT).encode(), body)
