"""Exceptions to answers: one table. Every error has the object of the API, none has a stack trace."""

from dataclasses import asdict
from typing import Any

from flask import Flask, Response, current_app, json
from werkzeug.exceptions import HTTPException, MethodNotAllowed

from indexer.errors import FilterError, IndexUnavailable
from orthanc_plugin import request_ids, wsgi
from orthanc_plugin.errors import ArchiveError, NotInArchive, RequestError
from seg.errors import (
    GeometryError,
    LabelmapError,
    NiftiError,
    NotASegmentation,
    NumberError,
    OverlapError,
    RegistrationError,
)
from sr_templates.errors import AnswerError, NotAReport

#: First match wins: subclasses before their bases.
TABLE: tuple[tuple[type[Exception], int, str], ...] = (
    (AnswerError, 422, "invalid_answers"),
    (NotAReport, 404, "not_a_report"),
    (NotASegmentation, 404, "not_a_segmentation"),
    (LabelmapError, 400, "invalid_labelmap"),
    (NiftiError, 400, "invalid_nifti"),
    (OverlapError, 409, "overlapping_segments"),
    (NumberError, 409, "segment_number"),
    (RegistrationError, 422, "registration"),
    (GeometryError, 422, "geometry"),
    (FilterError, 400, "invalid_filter"),
    (IndexUnavailable, 503, "index_unavailable"),
    (NotInArchive, 404, "not_found"),
    (ArchiveError, 503, "archive_unavailable"),
)

#: What handlers of jobs may raise besides; `explain` says it as the API does.
FORESEEN: tuple[type[Exception], ...] = (RequestError, *(kind for kind, _, _ in TABLE))

#: What HTTP's own errors are called here.
CODES = {
    400: ("bad_request", "The request cannot be understood."),
    404: ("not_found", "There is no such route; GET /hepatia/api/openapi.json lists them."),
    405: ("method_not_allowed", "This route does not have that method; GET /hepatia/api/openapi.json lists them."),
    413: ("too_large", "The body is too large; the limit is the setting LargestBodyMegabytes."),
    415: ("unsupported_media_type", "This Content-Type is not understood here."),
}


def install(app: Flask) -> None:
    """Give the application the table."""
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(RequestError, _request)
    app.register_error_handler(AnswerError, _answers)
    app.register_error_handler(OverlapError, _overlaps)
    app.register_error_handler(Exception, _any)


def explain(error: Exception) -> tuple[str, str] | None:
    """Return code and sentence of an error of the table."""
    if isinstance(error, RequestError):
        return error.code, str(error)
    return next(((code, _sentence(error)) for kind, _, code in TABLE if isinstance(error, kind)), None)


def error_object(code: str, message: str, path: str | None = None) -> dict[str, Any]:
    """Return the error object; `path` only where there is one."""
    error = {"code": code, "message": message} | ({"path": path} if path else {})
    return {"error": error}


def answer(status: int, code: str, message: str) -> wsgi.Response:
    """Return an error outside of the application."""
    body = json.dumps(error_object(code, message)).encode()
    return wsgi.Response(status, {"Content-Type": "application/json"}, body)


def _respond(status: int, code: str, message: str, path: str | None = None) -> Response:
    return Response(json.dumps(error_object(code, message, path)), status, mimetype="application/json")


def _http(error: HTTPException) -> Response:
    status = error.code or 500
    code, message = CODES.get(status, ("http_error", error.description or "The request failed."))
    answered = _respond(status, code, message)
    if isinstance(error, MethodNotAllowed) and error.valid_methods:
        answered.headers["Allow"] = ", ".join(sorted(error.valid_methods))
    return answered


def _request(error: RequestError) -> Response:
    return _respond(error.status, error.code, str(error), error.path)


def _answers(error: AnswerError) -> Response:
    """Answer what is wrong with answers in both languages: forms show it at the item."""
    said = error_object("invalid_answers", _sentence(error), error.path)
    said["error"]["texts"] = asdict(error.text)
    return Response(json.dumps(said), 422, mimetype="application/json")


def _overlaps(error: OverlapError) -> Response:
    """Answer which segments share how many voxels, and where most of them are: a reader says which wins."""
    said = error_object("overlapping_segments", _sentence(error))
    said["error"]["overlaps"] = [
        {"segments": list(one.segments), "voxels": one.voxels, "slice": one.slice_name} for one in error.overlaps
    ]
    return Response(json.dumps(said), 409, mimetype="application/json")


def _any(error: Exception) -> Response:
    for kind, status, code in TABLE:
        if isinstance(error, kind):
            return _respond(status, code, _sentence(error), getattr(error, "path", None))
    if isinstance(error, RecursionError):
        return _respond(400, "bad_request", "The body nests too deep.")
    # The text of an unforeseen error may hold a patient's value: the log gets its kind and place only.
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    place = f"{trace.tb_frame.f_code.co_filename.rpartition('/')[2]}:{trace.tb_lineno}" if trace else "?"
    current_app.logger.error("%s", request_ids.mentioned(f"unforeseen {type(error).__name__} at {place}"))
    return _respond(500, "internal_error", "HepatIA failed to answer; the log of Orthanc says where.")


def _sentence(error: Exception) -> str:
    text = str(error).strip()
    return text[:1].upper() + text[1:] + ("" if text.endswith(".") else ".")
