"""`POST /segmentations/{sop}/carry`: one mask to the other series of its study."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint

from orthanc_plugin import carrying, study_phases, writing
from orthanc_plugin.archive import StudyInfo
from orthanc_plugin.carrying import Carried, Method
from orthanc_plugin.errors import NotInArchive, RequestError
from orthanc_plugin.web import masks, reports
from orthanc_plugin.web.services import json_object, require, services
from seg import decode, measure
from seg.phases import WORDS_IN_TEXT

blueprint = Blueprint("carrying", __name__, url_prefix="/hepatia/api")

Answer = dict[str, Any]


@blueprint.post("/segmentations/<uid:sop>/carry")
def carry(sop: str) -> tuple[Answer, int]:
    """Write a mask again for other series."""
    author = require("write_mask")
    wanted, method = _wanted(json_object())
    segmentation = decode.decode(services().archive.read(sop))
    try:
        study = services().archive.study(segmentation.study_instance_uid)
    except NotInArchive:
        raise RequestError(409, "no_source", "The study of the mask is not in the archive.") from None
    series = carrying.targets(study, segmentation.source_series_instance_uid, wanted)
    source = carrying.source(services().archive, segmentation, method)
    wish = carrying.Wish(author.name, method, _phase_names(study))
    done, refused = carrying.carry_to(services().archive, services().keys, wish, source, series)
    services().worker.wait_for(done[-1].sop_instance_uid, services().settings.index_wait_s)
    existing = masks.of_study(study)
    return {
        "source": sop,
        "carried": [_described(one, [s.sop_instance_uid for s in existing if _is_of(s, one)]) for one in done],
        "refused": [{"series_instance_uid": one.series_instance_uid, "reason": one.reason} for one in refused],
    }, 201


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


def _phase_names(study: StudyInfo) -> Callable[[str], str]:
    found = study_phases.of_study(services().archive, study, reports.of_study(study), services().phases)
    names = {uid: WORDS_IN_TEXT[one.name] for uid, one in found.items() if one.name != "other"}
    return lambda uid: names.get(uid, "other")


def _is_of(segmentation: decode.Segmentation, one: Carried) -> bool:
    return segmentation.source_series_instance_uid == one.series_instance_uid


def _described(one: Carried, existing: list[str]) -> Answer:
    found = one.registration
    return {
        "series_instance_uid": one.series_instance_uid,
        "segmentation": {
            "sop_instance_uid": one.sop_instance_uid,
            "series_instance_uid": one.own_series_instance_uid,
            "segments": [_segment(one, number) for number in range(len(one.segments))],
        },
        "registration": {
            "sop_instance_uid": one.registration_uid,
            "moved_mm": round(found.moved_mm, 2),
            "turned_deg": round(found.turned_deg, 2),
            "match_before": round(found.before, 4),
            "match_after": round(found.after, 4),
            "seconds": round(found.seconds, 1),
        }
        if found
        else None,
        "existing": existing,
        "warnings": list(one.warnings),
    }


def _segment(one: Carried, place: int) -> Answer:
    segment = one.segments[place]
    measured = measure.measure(one.array == segment.number, one.grid)
    return {
        "number": segment.number,
        "label": segment.label,
        "kind": segment.kind,
        "tracking_uid": segment.tracking_uid,
        "volume_cm3": measured.volume_cm3,
        "long_axis_mm": measured.long_axis_mm,
    }
