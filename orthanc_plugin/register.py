"""The one place that registers callbacks with Orthanc, builds the parts and hands them over.

Orthanc stores the original bytes when the arrival callback raises or answers anything unexpected: everything here is
caught, and caught means refused. Beside it, only the threads of running.py catch all
exceptions.
"""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from typing import Any

import orthanc

from orthanc_plugin import (
    access,
    core,
    dicomweb,
    proxy,
    quiet,
    reception,
    request_ids,
    running,
    secret,
    senders,
    settings,
    static,
    users,
    web,
    wsgi,
)
from orthanc_plugin.answering import fail_part_of_form
from orthanc_plugin.answering import send as _send
from orthanc_plugin.arrival_history import History
from orthanc_plugin.auditing import orthanc_rest
from orthanc_plugin.auditing.audit import Audit
from orthanc_plugin.authorization import login
from orthanc_plugin.bodies import Bodies
from orthanc_plugin.deidentification import pixels, profile
from orthanc_plugin.deidentification.arrival import Gate
from orthanc_plugin.deidentification.policy import Policy
from orthanc_plugin.images import Images
from orthanc_plugin.ledger import Ledger
from orthanc_plugin.paths import EXTENSION_FOLDER, OHIF_FOLDER
from orthanc_plugin.running import Running
from orthanc_plugin.safeguards import Safeguards
from orthanc_plugin.sending import OwnWrites, Refusals
from orthanc_plugin.thread_states import kept
from orthanc_plugin.uploading import PATH, Uploads

#: Orthanc runs callbacks of HTTP requests on a stack of 100 kB, too little for DICOM trees: work is done elsewhere.
STACK_BYTES = 64 * 2**20

#: How an instance came, by Orthanc's number of its origin; what STOW-RS brings we pass on ourselves (web/stow.py).
STOW = "STOW-RS"
WAYS = {2: "C-STORE", 3: "REST", 4: STOW, 6: "WebDAV"}

#: Requests that may wait for a thread of the API; the others hear 503, so that Orthanc's own threads stay free.
LONGEST_QUEUE = 64

#: What Orthanc gets instead of a refused instance, and cannot store: no bytes end the whole upload with HTTP 500, bytes
#: that are no DICOM end it with 400, but are passed over in a zip. The action DISCARD would look like success.
NO_BYTES = b""
NOT_DICOM = b"HepatIA refused this instance."


Answer = tuple[orthanc.ReceivedInstanceAction, bytes | None]


@dataclass
class Edge:
    """Everything that lives as long as Orthanc does."""

    settings: settings.Settings
    policy: Policy
    accounts: dict[str, users.User]
    reception: reception.Reception
    # The arrival callback is called by one thread at a time; one with a large stack does what needs that.
    arrival_thread: ThreadPoolExecutor
    dicomweb: dicomweb.DicomWeb
    bodies: Bodies
    audit: Audit
    refusals: Refusals = field(default_factory=Refusals)
    waiting: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(LONGEST_QUEUE))
    stopping: threading.Event = field(default_factory=threading.Event)
    token: str = ""
    uploads: Uploads | None = None
    running: Running | None = None


def register() -> None:
    """Register everything; an error ends Orthanc before it listens."""
    quiet.keep_values_out_of_logs()
    threading.stack_size(STACK_BYTES)
    current: list[Edge] = []
    orthanc.RegisterReceivedInstanceCallback(kept(lambda *given: _received(current, *given)))
    current.append(_edge(orthanc.GetConfiguration()))
    edge = current[0]
    edge.uploads = _uploads(edge)
    orthanc.RegisterIncomingHttpRequestFilter(kept(lambda uri, **request: _may(edge, uri, request)))
    for pattern, answer in _routes(edge):
        orthanc.RegisterRestCallback(pattern, kept(_rest(answer)))
    orthanc.RegisterOnChangeCallback(kept(lambda *change: _changed(edge, *change)))


def _edge(configuration: str) -> Edge:
    loaded = settings.load(configuration)
    policy = Policy(
        profile.load(loaded.deidentification, loaded.vocabulary),
        secret.load_or_create(loaded.data),
        pixels.parse(loaded.pixel_rules),
    )
    thread = ThreadPoolExecutor(1, "arrival")
    met = reception.Reception(
        senders.Guard(loaded.dicom_port, may_be_remote=loaded.remote_senders),
        OwnWrites(),
        Safeguards(loaded.data / "secret.key", loaded.data, loaded.least_free_bytes),
        Gate(policy, lambda work: thread.submit(work).result()),
        Ledger(loaded.data / "deidentification.sqlite"),
        reception.Arrivals(History(loaded.data / "arrivals.sqlite")),
        Images(),
    )
    accounts = dict(users.load_or_create(loaded.data / "users.json"))
    audit = Audit(loaded.data / "audit.sqlite", orthanc.LogError)
    bodies = Bodies(loaded.largest_body_bytes)
    return Edge(loaded, policy, accounts, met, thread, dicomweb.configured(configuration), bodies, audit)


def _uploads(edge: Edge) -> Uploads | None:
    below = core.find()
    if below is None:
        orthanc.LogWarning("HepatIA does not find Orthanc's own API: uploads are parsed before they are judged")
        return None
    limit = edge.settings.largest_body_bytes
    return Uploads(below, edge.reception, edge.refusals, limit, lambda data: _way(edge, data, 3), orthanc.LogWarning)


# --- arrival --------------------------------------------------------------------------------------------------------


def _received(current: list[Edge], data: bytes, origin: orthanc.InstanceOrigin) -> Answer:
    try:
        edge = current[0]
        if edge.uploads and edge.uploads.is_handed_on(data):
            return orthanc.ReceivedInstanceAction.KEEP_AS_IS, None
        way = _way(edge, data, int(origin))
        over_dicom = origin == orthanc.InstanceOrigin.DICOM_PROTOCOL
        verdict = edge.reception.receive(data, over_dicom=over_dicom, way=way)
        if verdict.action == "keep":
            return orthanc.ReceivedInstanceAction.KEEP_AS_IS, None
        if verdict.action == "replace" and verdict.data:
            if verdict.message:
                orthanc.LogWarning(verdict.message)
            return orthanc.ReceivedInstanceAction.MODIFY, bytes(verdict.data)
        orthanc.LogWarning(f"HepatIA refused an instance: {verdict.message}")
        edge.refusals.tell(data, verdict.message.partition(":")[0])
    except BaseException as error:  # noqa: BLE001 -- Orthanc would store the identified original
        # The text of an unforeseen error may hold a value of the data set: only its kind is logged.
        _log("HepatIA refused an instance after an unforeseen error", error)
        if current:
            current[0].reception.arrivals.refused("internal_error")
    is_alone = bool(current) and current[0].bodies.is_whole(data)
    return orthanc.ReceivedInstanceAction.MODIFY, NOT_DICOM if is_alone else NO_BYTES


def _way(edge: Edge, data: bytes, origin: int) -> str:
    return STOW if edge.refusals.is_watched(data) else WAYS.get(origin, "")


# --- HTTP -----------------------------------------------------------------------------------------------------------


def _may(edge: Edge, uri: str, request: dict[str, Any]) -> bool:
    try:
        authorization = request["headers"].get("authorization", "")
        if not edge.bodies.may_be_read(request["headers"]):
            return False
        if edge.token and authorization == edge.token:
            return True
        user = edge.accounts.get(login(authorization))
        method = {1: "GET", 2: "POST", 3: "PUT", 4: "DELETE"}.get(int(request["method"]), "")
        if user is None or access.is_lost_form(uri, request["headers"]) or dicomweb.is_store(method, uri):
            return False
        # The API refuses by itself, with its error object (web/rights.py).
        if access.is_api(uri):
            return True
        allowed = access.is_same_origin(method, request["headers"]) and access.allowed(user.role, method, uri)
        return orthanc_rest.entered(edge.audit, user, method, uri, allowed=allowed)
    except BaseException as error:  # noqa: BLE001 -- fail closed
        _log("HepatIA refused a request that could not be checked", error)
        return False


def _routes(edge: Edge) -> tuple[tuple[str, Callable[[str, dict[str, Any]], wsgi.Response]], ...]:
    """First match wins."""
    viewer = static.Tree(OHIF_FOLDER, fallback="index.html")
    our_dicomweb = (
        ((dicomweb.PATHS, lambda uri, request: _api(edge, uri, request)),) if edge.dicomweb.is_behind_us else ()
    )
    extension = static.Tree(EXTENSION_FOLDER)
    uploads = ((PATH, edge.uploads.answer),) if edge.uploads else ()
    return (
        *uploads,
        ("/", lambda _uri, request: _to_viewer(request["headers"])),
        # Orthanc takes "/ohif/" for the same path; the prepared viewer works below either.
        ("/ohif", lambda _uri, request: static.serve(viewer, "", request["headers"])),
        ("/ohif/(.*)", lambda uri, request: static.serve(viewer, uri.removeprefix("/ohif/"), request["headers"])),
        (
            "/hepatia/ui/(.*)",
            lambda uri, request: static.serve(extension, uri.removeprefix("/hepatia/ui/"), request["headers"]),
        ),
        ("/hepatia/(.*)", lambda uri, request: _api(edge, uri, request)),
        *our_dicomweb,
    )


def _to_viewer(headers: dict[str, str]) -> wsgi.Response:
    return wsgi.Response(302, {"Location": proxy.prefix(headers.get("x-forwarded-prefix", "")) + "/ohif/"})


def _rest(answer: Callable[[str, dict[str, Any]], wsgi.Response]) -> Callable[..., None]:
    def callback(output: orthanc.RestOutput, uri: str, **request: Any) -> None:  # noqa: ANN401 -- Orthanc's
        with request_ids.of(request["headers"]) as name:
            try:
                response = answer(uri, request)
            except Exception as error:  # noqa: BLE001 -- an answer that is not given drops the connection
                _log(f"HepatIA could not answer {request['method']} {uri}", error)
                response = web.internal_error()
        fail_part_of_form(response, request["headers"])
        _send(output, replace(response, headers={**response.headers, request_ids.HEADER: name}))

    return callback


def _api(edge: Edge, uri: str, request: dict[str, Any]) -> wsgi.Response:
    now = edge.running
    if now is None:
        return web.unavailable("HepatIA is starting. Try again in a second.")
    if not edge.waiting.acquire(blocking=False):
        return web.unavailable("Too many requests at once. Try again in a few seconds.")
    try:
        user = edge.accounts[login(request["headers"].get("authorization", ""))]
        return now.request_threads.submit(
            request_ids.carried(wsgi.call),
            now.app,
            request["method"],
            uri,
            request.get("get", {}),
            request["headers"],
            request.get("body", b""),
            {"hepatia.user": user},
        ).result()
    finally:
        edge.waiting.release()


# --- start and stop -------------------------------------------------------------------------------------------------


def _changed(edge: Edge, kind: orthanc.ChangeType, level: orthanc.ResourceType, identifier: str) -> None:
    try:
        if kind == orthanc.ChangeType.ORTHANC_STARTED:
            edge.running = _start(edge)
        elif kind == orthanc.ChangeType.ORTHANC_STOPPED:
            _stop(edge)
        elif edge.running and kind == orthanc.ChangeType.DELETED:
            edge.running.worker.something_deleted(identifier)
        elif edge.running and level != orthanc.ResourceType.NONE:
            edge.running.worker.wake()
    except Exception as error:  # noqa: BLE001 -- Orthanc would log it without a word of ours
        _log("HepatIA could not follow a change", error)


def _start(edge: Edge) -> Running:
    edge.token = orthanc.GenerateRestApiAuthorizationToken()
    edge.reception.senders.close()
    around = running.Surroundings(
        *(edge.settings, edge.policy, edge.accounts, edge.reception, edge.refusals, edge.dicomweb, edge.audit),
        *(edge.token, edge.stopping, orthanc.LogWarning, _log),
    )
    return running.start(around)


def _stop(edge: Edge) -> None:
    edge.stopping.set()
    if edge.running:
        running.stop(edge.running)
    if edge.uploads:
        edge.uploads.close()
    edge.arrival_thread.shutdown(wait=False)
    edge.reception.ledger.close()
    if edge.reception.arrivals.history:
        edge.reception.arrivals.history.close()


def _log(message: str, error: BaseException) -> None:
    orthanc.LogError(request_ids.mentioned(f"{message}: {quiet.without_values(error)}"))
