"""The details of GET /status, and what an admin may have done to the index."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, request

from indexer.errors import IndexUnavailable
from orthanc_plugin import index_failures, refusal_reasons
from orthanc_plugin.arrival_history import HOUR_S, HOURS, STORED, Arrived
from orthanc_plugin.web.services import json_object, services

blueprint = Blueprint("condition", __name__, url_prefix="/hepatia/api")

#: Of so many failed objects the kind is looked up.
MOST_KINDS = 50


@blueprint.post("/index/retry")
def retry() -> dict[str, int]:
    """Read objects again that could not be indexed."""
    body = json_object() if request.get_data() else {}
    sop = body.get("sop_instance_uid")
    retried, failed = services().upkeep.retry(sop if sop is None else str(sop))
    return {"retried": retried, "failed": failed}


@blueprint.post("/index/rebuild")
def rebuild() -> tuple[dict[str, bool], int]:
    """Begin to make the index again from DICOM."""
    services().upkeep.rebuild()
    return {"started": True}, 202


def details(pending: int) -> dict[str, Any]:
    """Return the details of the status."""
    condition = services().condition
    failed, disk = _failed(), condition.disk()
    return {
        "started": _time(condition.started),
        "uptime_s": int(datetime.now(UTC).timestamp() - condition.started),
        "parts": condition.parts(len(failed), disk),
        "disk": disk,
        "arrivals": _arrivals(),
        "index": {
            "counts": condition.counts(),
            "pending": pending,
            "lag_s": condition.lag_s(),
            "failed": failed,
            "last_rebuild": _last_rebuild(),
            "rebuilding": _rebuilding(),
        },
    }


def _failed() -> list[dict[str, Any]]:
    try:
        found = services().index.failed()
    except IndexUnavailable:
        return []
    return [
        {
            "sop_instance_uid": one.sop_instance_uid,
            "kind": services().condition.kind(one.sop_instance_uid) if place < MOST_KINDS else None,
            "reason": one.reason,
            "since": _time(one.since.timestamp()) if one.since else None,
            "remedy": vars(index_failures.remedy(one.reason)),
        }
        for place, one in enumerate(found)
    ]


def _last_rebuild() -> dict[str, Any] | None:
    try:
        found = services().index.last_rebuild()
    except IndexUnavailable:
        return None
    if found is None:
        return None
    began, ended = found
    return {
        "started": _time(began.timestamp()),
        "finished": _time(ended.timestamp()) if ended else None,
        "seconds": round((ended - began).total_seconds(), 1) if ended else None,
    }


def _rebuilding() -> dict[str, int] | None:
    found = services().upkeep.rebuilding()
    return {"done": found[0], "of": found[1]} if found else None


def _arrivals() -> dict[str, Any]:
    history = services().arrivals.history
    found, studies = history.recent() if history else ([], {})
    now = int(datetime.now(UTC).timestamp()) // HOUR_S
    hours = [
        {
            "hour": _time(hour * HOUR_S),
            "stored": _sum(found, hour=hour, stored=True),
            "refused": _sum(found, hour=hour, stored=False),
            "studies": studies.get(hour, 0),
        }
        for hour in range(now - HOURS + 1, now + 1)
    ]
    return {
        "hours": hours,
        "stored": _sum(found, stored=True),
        "refused": _sum(found, stored=False),
        "reasons": _reasons(found),
        "ways": [
            {"way": way, "aet": None, "stored": _sum(of, stored=True), "refused": _sum(of, stored=False)}
            for way, of in sorted(_by(found, "way").items())
        ],
    }


def _reasons(found: Sequence[Arrived]) -> list[dict[str, Any]]:
    listed = [
        {
            "reason": reason,
            "title": vars(refusal_reasons.of(reason).title),
            "remedy": vars(refusal_reasons.of(reason).remedy),
            "count": sum(one.count for one in of),
            "last": _time(max(one.last for one in of)),
            "from": [
                {"way": way, "aet": None, "count": sum(one.count for one in each)}
                for way, each in sorted(_by(of, "way").items())
            ],
        }
        for reason, of in _by(found, "reason").items()
        if reason != STORED
    ]
    return sorted(listed, key=lambda one: -one["count"])


def _sum(found: Sequence[Arrived], *, stored: bool, hour: int | None = None) -> int:
    return sum(one.count for one in found if (one.reason == STORED) == stored and hour in (None, one.hour))


def _by(found: Sequence[Arrived], name: str) -> dict[str, list[Arrived]]:
    groups = defaultdict(list)
    for one in found:
        groups[getattr(one, name)].append(one)
    return groups


def _time(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
