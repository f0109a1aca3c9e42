"""The REST API: a Flask application without a server of its own."""

from flask import Flask, request
from werkzeug.routing import BaseConverter

from orthanc_plugin import access, wsgi
from orthanc_plugin.errors import RequestError
from orthanc_plugin.sending import Refusals
from orthanc_plugin.web import (
    assignments,
    carrying,
    condition,
    dicomweb,
    drafts,
    errors,
    exports,
    jobs,
    lirads,
    mask_drafts,
    masks,
    openapi,
    presegmenting,
    priors,
    qido,
    reports,
    search,
    searches,
    status,
    steward,
    stow,
    studies,
    worklist,
)
from orthanc_plugin.web.services import Services, user

BLUEPRINTS = (
    status.blueprint,
    status.metrics_blueprint,
    condition.blueprint,
    studies.blueprint,
    reports.blueprint,
    drafts.blueprint,
    assignments.blueprint,
    priors.blueprint,
    lirads.blueprint,
    masks.blueprint,
    mask_drafts.blueprint,
    carrying.blueprint,
    presegmenting.blueprint,
    jobs.blueprint,
    search.blueprint,
    searches.blueprint,
    exports.blueprint,
    worklist.blueprint,
    steward.blueprint,
    openapi.blueprint,
    qido.blueprint,
    stow.blueprint,
    dicomweb.blueprint,
)


class UidConverter(BaseConverter):
    """A DICOM UID in a path (PS3.5 section 9.1)."""

    regex = r"[0-9]+(?:\.[0-9]+)+"
    part_isolating = False


def create_app(services: Services, refusals: Refusals | None = None) -> Flask:
    """Return the application; requests carry the `orthanc_plugin.users.User` as `hepatia.user` in their environment.

    Parameters
    ----------
    refusals
        Where arrival tells why it refused what STOW-RS passes on.
    """
    app = Flask("orthanc_plugin.web", static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = services.settings.largest_body_bytes
    app.json.sort_keys = False  # type: ignore[attr-defined]
    app.extensions["hepatia"] = services
    app.extensions["hepatia.refusals"] = refusals or Refusals()
    app.url_map.converters["uid"] = UidConverter
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    errors.install(app)
    app.before_request(_refuse)
    return app


def _refuse() -> None:
    if not access.allowed(user().role, request.method, request.path):
        raise RequestError(403, "not_allowed", f"The role {user().role} may not make this request.")


def internal_error() -> wsgi.Response:
    """Return the answer when the application itself failed."""
    return errors.answer(500, "internal_error", "HepatIA failed to answer; the log of Orthanc says where.")


def unavailable(message: str) -> wsgi.Response:
    """Return the answer when no thread is free, or before the start is complete."""
    return errors.answer(503, "unavailable", message)
