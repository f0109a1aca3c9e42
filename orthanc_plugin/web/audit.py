"""`GET /audit`: what stands in the audit, for the admin; as JSON, as a table, and in DICOM's terms."""

import csv
import io
import json
import re
import sqlite3
from typing import Any

from flask import Blueprint, Response, request

from orthanc_plugin.auditing import audit, messages
from orthanc_plugin.auditing.find import Asked, Found, find
from orthanc_plugin.errors import RequestError
from orthanc_plugin.web.services import services

blueprint = Blueprint("audit", __name__, url_prefix="/hepatia/api")

COLUMNS = ("id", "time", "user", "role", "action", "request", "objects", "outcome", "details")

#: Rows of one page, and of one file.
PAGE, MOST_OF_PAGE, MOST_OF_FILE = 50, 500, 100_000

FILTERS = ("user", "action", "object", "from", "to", "page", "page_size")


@blueprint.get("/audit")
def listed() -> dict[str, Any]:
    """List rows, the newest first."""
    page, size = _number("page", 1, 10**9), _number("page_size", PAGE, MOST_OF_PAGE)
    total, found = _found(size, (page - 1) * size)
    rows, head = audit.head(services().audit.path)
    chain = {"rows": rows, "head": head, "waiting": services().audit.waiting()}
    return {"total": total, "page": page, "items": [_told(one) for one in found], "chain": chain}


@blueprint.get("/audit.csv")
def as_table() -> Response:
    """Return rows as a table, the newest first."""
    text = io.StringIO()
    table = csv.writer(text)
    table.writerow(COLUMNS)
    for one in _file():
        told = _told(one) | {"objects": " ".join(one.objects), "details": json.dumps(dict(one.details))}
        table.writerow([told[name] for name in COLUMNS])
    headers = {"Content-Disposition": 'attachment; filename="audit.csv"'}
    return Response(text.getvalue(), mimetype="text/csv", headers=headers)


@blueprint.get("/audit.xml")
def as_messages() -> Response:
    """Return rows as audit messages of DICOM (PS3.15 section A.5), the newest first."""
    return Response(messages.document(_file()), mimetype="application/xml")


def _file() -> list[Found]:
    return _found(MOST_OF_FILE)[1]


def _found(limit: int, offset: int = 0) -> tuple[int, list[Found]]:
    try:
        return find(services().audit.path, _asked(), limit, offset)
    except sqlite3.Error:
        message = "The audit cannot be read; `hepatia doctor` says more."
        raise RequestError(503, "audit_unavailable", message) from None


def _asked() -> Asked:
    given = request.args
    unknown = sorted(set(given) - set(FILTERS))
    if unknown:
        raise RequestError(400, "invalid_filter", f"The filters are {', '.join(FILTERS)}.", unknown[0])
    for name in ("from", "to"):
        if name in given and not re.fullmatch(r"\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?Z)?", given[name]):
            raise RequestError(400, "invalid_filter", "A time is 2026-01-31 or 2026-01-31T23:59:59Z (UTC).", name)
    return Asked(given.get("user"), given.get("action"), given.get("object"), given.get("from"), given.get("to"))


def _number(name: str, default: int, most: int) -> int:
    given = request.args.get(name, str(default))
    if not re.fullmatch(r"[1-9][0-9]{0,9}", given) or int(given) > most:
        raise RequestError(400, "invalid_filter", f"{name} is a number from 1 to {most}.", name)
    return int(given)


def _told(one: Found) -> dict[str, Any]:
    entry = one.row.entry
    return {
        "id": one.row.id,
        "time": one.row.time,
        "user": entry.user,
        "role": entry.role,
        "action": entry.action,
        "request": entry.request,
        "objects": list(one.objects),
        "outcome": one.outcome,
        "details": dict(one.details),
    }
