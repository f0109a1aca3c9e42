"""Masks under way: kept while a reader paints, given back after a crash of the tab."""

import json
import struct
import zlib
from dataclasses import asdict
from typing import Any, Final

from flask import Blueprint, Response, request

from orthanc_plugin.errors import RequestError
from orthanc_plugin.mask_drafts import MOST_BYTES, MaskDrafts, TooMany
from orthanc_plugin.web.operations import LABELMAP_GZIP
from orthanc_plugin.web.services import services, user

blueprint = Blueprint("mask_drafts", __name__, url_prefix="/hepatia/api")

LONGEST_HEADER: Final = 4 * 1024 * 1024
GZIP_WINDOW: Final = 31


@blueprint.get("/studies/<uid:study_uid>/mask-drafts")
def drafts(study_uid: str) -> dict[str, Any]:
    """List the masks of a study that the user has painted and not saved."""
    return {"drafts": [asdict(one) for one in _kept().of(user().login, study_uid)]}


@blueprint.get("/series/<uid:series_uid>/mask-draft")
def one_draft(series_uid: str) -> Response:
    """Return the mask that the user has painted on a series and not saved."""
    body = _kept().body(user().login, series_uid)
    if body is None:
        raise RequestError(404, "not_found", "You have no mask of this series that is not saved.")
    return Response(body, 200, mimetype=LABELMAP_GZIP)


@blueprint.put("/series/<uid:series_uid>/mask-draft")
def keep(series_uid: str) -> dict[str, Any]:
    """Keep a mask that is being painted; it takes the place of the user's draft before."""
    login = user().login
    body = request.get_data()
    _check(body)
    study_uid = services().archive.series(series_uid).study_instance_uid
    try:
        return asdict(_kept().keep(login, series_uid, study_uid, body))
    except TooMany as error:
        raise RequestError(409, "too_many", str(error)) from None


@blueprint.delete("/series/<uid:series_uid>/mask-draft")
def discard(series_uid: str) -> dict[str, Any]:
    """Discard the mask that the user has painted on a series and not saved."""
    return {"discarded": _kept().discard(user().login, series_uid)}


def _kept() -> MaskDrafts:
    return MaskDrafts(services().settings.data / "mask_drafts.sqlite")


def _check(body: bytes) -> None:
    """Refuse what could not be restored: it must begin like a labelmap. Voxels are looked at when it is saved."""
    if request.mimetype != LABELMAP_GZIP:
        raise RequestError(415, "unsupported_media_type", f"Send a draft as {LABELMAP_GZIP}.")
    if len(body) > MOST_BYTES:
        raise RequestError(413, "too_large", f"A draft may have {MOST_BYTES >> 20} MB, compressed.")
    try:
        unpacker = zlib.decompressobj(wbits=GZIP_WINDOW)
        start = unpacker.decompress(body, 4)
        (length,) = struct.unpack("<I", start)
        header = json.loads(unpacker.decompress(unpacker.unconsumed_tail, min(length, LONGEST_HEADER) or 1))
    except (zlib.error, struct.error, ValueError, RecursionError):
        header = None
    if not isinstance(header, dict) or not {"rows", "columns", "sops", "segments"} <= set(header):
        raise RequestError(400, "invalid_labelmap", "The body is no labelmap compressed with gzip.")
