"""What the API offers, as data: a line for each operation, of which OpenAPI, rights, audit and docs/api.md are made."""

import re

from orthanc_plugin.web.operations import finding, keeping, masks, reading
from orthanc_plugin.web.operations.operation import GZIP, JSON, LABELMAP, LABELMAP_GZIP, NIFTI, Operation

__all__ = ["GZIP", "JSON", "LABELMAP", "LABELMAP_GZIP", "NIFTI", "OPERATIONS", "Operation", "describe", "of_route"]

OPERATIONS = (*reading.OPERATIONS, *masks.OPERATIONS, *finding.OPERATIONS, *keeping.OPERATIONS)

PREFIX = "/hepatia/api"

_BY_ROUTE = {(one.method, one.path): one for one in OPERATIONS}


def of_route(method: str, rule: str) -> Operation | None:
    """Return the operation of a route of the application; None: the table has none, and so nobody may.

    Parameters
    ----------
    rule
        As Flask has it: `/hepatia/api/reports/<uid:sop>`.
    """
    path = re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule).removeprefix(PREFIX)
    return _BY_ROUTE.get((method.lower(), path))


def describe() -> str:
    """Return the table of the routes for the docs (Markdown)."""
    lines = ["| request | body → answer | what | roles |", "|---|---|---|---|"]
    for one in OPERATIONS:
        sent = f"`{one.body}`" if one.body else " or ".join(f"`{kind}`" for kind in one.accepts)
        answered = f"{one.status} `{one.schema}`" if one.schema else f"{one.status} `{one.answers}`"
        answered += " or 202 `Started`" if one.is_job_if else ""
        exchanged = f"{sent} → {answered}" if sent else answered
        roles = ", ".join(one.roles)
        lines.append(f"| `{one.method.upper()} {one.path}` | {exchanged} | {one.summary} | {roles} |")
    return "\n".join(lines) + "\n"
