"""Our answers in the words of Orthanc's plugin API."""

from collections.abc import Mapping
from typing import Any

from orthanc_plugin.wsgi import Response


class PartRefused(Exception):  # noqa: N818 -- says what is the case
    """A part of a form was not stored; the log says why."""


def fail_part_of_form(response: Response, headers: Mapping[str, str]) -> None:
    """Raise PartRefused for the answer to a part of a form that is an error.

    Orthanc drops the answers to parts, and answers 200 unless a part ends in an error of its own.
    """
    if response.status >= 400 and "content-disposition" in headers:
        raise PartRefused


def send(output: Any, response: Response) -> None:  # noqa: ANN401 -- Orthanc's
    """Give an answer to Orthanc, an `orthanc.RestOutput`."""
    if response.status in (301, 302):
        output.Redirect(response.headers["Location"])
        return
    if response.status == 405:
        # Orthanc takes this status in no other way, and drops the connection when it is tried; there is no body then.
        output.SendMethodNotAllowed(response.headers.get("Allow", ""))
        return
    headers = {name.lower(): (name, value) for name, value in response.headers.items()}
    _, mime_type = headers.pop("content-type", ("", "application/octet-stream"))
    headers.pop("content-length", None)
    for name, value in headers.values():
        output.SetHttpHeader(name, value)
    if response.status == 200:
        output.AnswerBuffer(response.body, mime_type)
    elif not response.body:
        output.SendHttpStatusCode(response.status)
    else:
        output.SetHttpHeader("Content-Type", mime_type)
        _send_status(output, response.status, response.body)


def _send_status(output: Any, status: int, body: bytes) -> None:  # noqa: ANN401 -- Orthanc's
    try:
        output.SendHttpStatus(status, body)
    except TypeError:
        # Up to 4.1 of the plugin it has three parameters, and the body is text. Nothing has been sent yet.
        output.SendHttpStatus(status, body.decode(), len(body))
