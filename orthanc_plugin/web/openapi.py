"""The API's own description (OpenAPI 3.1), made from `operations` and `schemas`."""

import re
from typing import Any

from flask import Blueprint

from orthanc_plugin import version
from orthanc_plugin.web.operations import JSON, LABELMAP, OPERATIONS, Operation
from orthanc_plugin.web.schema_parts import TEXT, UID, Schema
from orthanc_plugin.web.schemas import SCHEMAS

blueprint = Blueprint("openapi", __name__, url_prefix="/hepatia/api")

EVERYWHERE = ((401, "Not authenticated (answered by Orthanc)."), (403, "Not allowed for the role."))

#: OpenAPI cannot describe bytes after a header; this says where the header's schema is.
LABELMAP_BODY = {
    "schema": {
        "type": "string",
        "format": "binary",
        "description": "uint32 little-endian length of the header, `LabelmapHeader` as JSON, then uint8 slices.",
    }
}


@blueprint.get("/openapi.json")
def openapi() -> dict[str, Any]:
    """Describe the API."""
    return document()


def document() -> dict[str, Any]:
    """Return the OpenAPI document."""
    paths: dict[str, dict[str, Any]] = {}
    for operation in OPERATIONS:
        paths.setdefault(operation.path, {})[operation.method] = _operation(operation)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "HepatIA",
            "version": version.VERSION,
            "license": {"name": "AGPL-3.0-or-later", "identifier": "AGPL-3.0-or-later"},
        },
        "servers": [{"url": "/hepatia/api"}],
        "security": [{"basic": []}],
        "paths": paths,
        "components": {"schemas": SCHEMAS, "securitySchemes": {"basic": {"type": "http", "scheme": "basic"}}},
    }


def _operation(operation: Operation) -> dict[str, Any]:
    words = re.findall(r"[a-z]+", operation.path)
    described: dict[str, Any] = {
        "operationId": "_".join([operation.method, *words]),
        "summary": operation.summary,
        "description": f"Roles: {', '.join(operation.roles)}.",
        "x-roles": list(operation.roles),
        "parameters": [*_path_parameters(operation), *_query_parameters(operation)],
        "responses": _responses(operation),
    }
    if operation.body:
        described["requestBody"] = {"required": True, "content": {JSON: {"schema": _reference(operation.body)}}}
    elif operation.accepts:
        described["requestBody"] = {
            "required": True,
            "content": {kind: LABELMAP_BODY if kind == LABELMAP else {} for kind in operation.accepts},
        }
    return described


def _path_parameters(operation: Operation) -> list[Schema]:
    names = re.findall(r"{(\w+)}", operation.path)
    return [
        {
            "name": name,
            "in": "path",
            "required": True,
            "schema": TEXT if name in ("template_id", "job_id", "login") else UID,
        }
        for name in names
    ]


def _query_parameters(operation: Operation) -> list[Schema]:
    return [
        {"name": name, "in": "query", "required": False, "description": description, "schema": TEXT}
        for name, description in operation.query
    ]


def _responses(operation: Operation) -> dict[str, Any]:
    content = {"schema": _reference(operation.schema)} if operation.schema else {}
    success = {"description": operation.summary, "content": {operation.answers: content}}
    failures = {
        str(status): {"description": meaning, "content": {JSON: {"schema": _reference("Error")}}}
        for status, meaning in (*EVERYWHERE, *operation.errors)
    }
    later = {"description": operation.is_job_if, "content": {JSON: {"schema": _reference("Started")}}}
    return {str(operation.status): success} | ({"202": later} if operation.is_job_if else {}) | failures


def _reference(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}
