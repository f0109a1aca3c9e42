"""Enters requests of the API in the audit: which ones says the table of operations.

What changes something is entered before it is done, and how it ended after it; if the first row cannot be written,
nothing is done. What only gives something away is entered before the answer leaves; if that fails, it does not leave.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from urllib.parse import parse_qsl, urlencode

from flask import Response, g, json, request

from orthanc_plugin import access
from orthanc_plugin.auditing.audit import AuditError
from orthanc_plugin.auditing.row import BEGUN, Entry, named
from orthanc_plugin.errors import RequestError
from orthanc_plugin.web import operations
from orthanc_plugin.web.errors import error_object
from orthanc_plugin.web.operations import Operation
from orthanc_plugin.web.services import services, user

#: Keys of answers whose values name what was made.
NAMES = ("sop_instance_uid", "id", "job")

#: Filters whose values are free text: a reader may have typed a name.
FREE_TEXT = ("text", "find")

HIDDEN = "…"

#: Status, code and sentence of the answer when a row cannot be written.
UNAVAILABLE = (
    *(503, "audit_unavailable"),
    "The audit cannot be written: nothing was done or given away. See the disk of DATA, and `hepatia doctor`.",
)


def note(objects: Iterable[object] = (), **details: object) -> None:
    """Have the row of this request name further objects and details."""
    g.setdefault("audit_objects", []).extend(objects)
    g.setdefault("audit_details", {}).update(details)


def without_free_text(query: str) -> str:
    """Return a search as the audit may keep it."""
    pairs = parse_qsl(query.lstrip("?"), keep_blank_values=True)
    return urlencode([(name, _kept(name, value)) for name, value in pairs], safe=f",{HIDDEN}")


def _kept(name: str, value: str) -> str:
    if name in FREE_TEXT:
        return HIDDEN
    return named([value])[0] if name == "object" else value


def begin() -> None:
    """Enter what is about to change something.

    Raises
    ------
    RequestError
        503: it cannot be entered, and so it is not done.
    """
    operation = _operation()
    if operation is None or operation.action is None or request.method == "GET":
        return
    try:
        g.audit_begun = services().audit.enter(_entry(operation, BEGUN))
    except AuditError:
        raise RequestError(*UNAVAILABLE) from None


def end(response: Response) -> Response:
    """Enter what was given away or refused, or how that ended which had begun."""
    operation = _operation()
    if "audit_begun" in g and operation:
        services().audit.enter_late(_entry(operation, str(response.status_code), response, g.audit_begun))
    elif response.status_code == 403 and access.is_api(request.path):
        services().audit.enter_refusal(_refused(operation))
    elif operation and operation.action and response.status_code < 400:
        try:
            services().audit.enter(_entry(operation, str(response.status_code), response))
        except AuditError:
            status, code, message = UNAVAILABLE
            return Response(json.dumps(error_object(code, message)), status, mimetype="application/json")
    return response


def _operation() -> Operation | None:
    rule = request.url_rule
    return operations.of_route(request.method, rule.rule) if rule else None


def _entry(operation: Operation, outcome: str, response: Response | None = None, begun: int | None = None) -> Entry:
    asking = user()
    objects = [*_of_path(), *g.get("audit_objects", ()), *_made(response)]
    details = dict(g.get("audit_details", {}))
    if request.method == "GET" and request.args:
        details["query"] = without_free_text(urlencode(list(request.args.items(multi=True))))
    return Entry(
        *(asking.login, asking.role, operation.action or "", f"{request.method} {operation.path}"),
        *(named(objects), outcome, details, begun),
    )


def _refused(operation: Operation | None) -> Entry:
    path = operation.path if operation else HIDDEN
    objects = named(_of_path())
    return Entry(user().login, user().role, "refused", f"{request.method} {path}", objects, "403")


def _of_path() -> list[object]:
    """Return what the path names; who is assigned is no object of ours, and told by the details."""
    return [value for name, value in (request.view_args or {}).items() if name != "login"]


def _made(response: Response | None) -> Iterator[str]:
    if response is not None and response.is_json and request.method != "GET":
        yield from _names(response.get_json())


def _names(told: Any) -> Iterator[str]:  # noqa: ANN401 -- JSON
    if isinstance(told, Mapping):
        yield from (str(told[name]) for name in NAMES if isinstance(told.get(name), str))
        told = list(told.values())
    if isinstance(told, list):
        for one in told:
            yield from _names(one)
