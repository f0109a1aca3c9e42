"""Searches and metadata of Orthanc's DICOMweb, passed on."""

import re
from urllib.parse import quote

from flask import Blueprint, Response, request

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
    headers = {name: value for name in ("Accept", "Forwarded", "Host") if (value := request.headers.get(name))}
    status, media_type, body = services().archive.dicomweb(f"{ROOT}/{quote(resource)}", query, headers)
    return Response(body, status, content_type=media_type)


def with_all_fields(query: str) -> str:
    """Return a query that includes all FIELDS when it includes any.

    Of a parameter that is repeated, as `includefield` may be, Orthanc gives us the last value only.
    """
    return re.sub(r"(?i)(^|&)(includefield=)([^&]+)", rf"\1\2\3,{FIELDS}", query)


def base_url(host: str, forwarded: str) -> str:
    """Return what the URLs of an answer begin with, as DICOMweb has it.

    Parameters
    ----------
    forwarded
        The header of that name (RFC 7239); empty when there is none.
    """
    first = forwarded.partition(",")[0]
    found = {name.lower(): value for name, value in re.findall(r'(?i)(?:^|;)\s*(host|proto)="?([\w.:\[\]-]+)', first)}
    protocol = "https" if found.get("proto", "").lower() == "https" else "http"
    return f"{protocol}://{found.get('host', host)}{ROOT}"
