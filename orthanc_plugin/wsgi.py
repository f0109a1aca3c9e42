"""Orthanc's HTTP requests to a WSGI application and back, as values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from werkzeug.test import EnvironBuilder, run_wsgi_app

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication


@dataclass(frozen=True)
class Response:
    """An answer; `headers` have their names as sent."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""


def call(
    app: "WSGIApplication",
    method: str,
    uri: str,
    query: Mapping[str, str],
    headers: Mapping[str, str],
    body: bytes,
    environ: Mapping[str, Any] | None = None,
) -> Response:
    """Call the application.

    Parameters
    ----------
    uri
        Path as Orthanc gives it: decoded.
    query
        As Orthanc gives it: names and values still percent-encoded (only GET has one; the last of repeated names).
    environ
        Further entries of the WSGI environment, e.g. the user.
    """
    builder = EnvironBuilder(
        method=method,
        # EnvironBuilder would take "?" and "%" of a decoded path for syntax.
        path="/",
        query_string="&".join(f"{name}={value}" for name, value in query.items()),
        headers=list(headers.items()),
        data=body,
        environ_overrides=dict(environ or {}),
    )
    built = builder.get_environ()
    built["PATH_INFO"] = uri.encode().decode("latin-1")
    built["CONTENT_LENGTH"] = str(len(body))
    chunks, status, answered = run_wsgi_app(app, built, buffered=True)
    return Response(int(status.split()[0]), dict(answered.items()), b"".join(chunks))
