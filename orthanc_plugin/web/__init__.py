"""The REST API: a Flask application without a server of its own."""

from flask import Flask
from werkzeug.routing import BaseConverter

from orthanc_plugin import wsgi
from orthanc_plugin.sending import Refusals
from orthanc_plugin.web import (
    assignments,
    audit,
    audited,
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
    rights,
    search,
    searches,
    status,
    steward,
    stow,
    studies,
    worklist,
)
from orthanc_plugin.web.services import Services

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
    audit.blueprint,
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
    app.before_request(rights.refuse)
    app.before_request(audited.begin)
    app.after_request(audited.end)
    return app


def internal_error() -> wsgi.Response:
    """Return the answer when the application itself failed."""
    return errors.answer(500, "internal_error", "HepatIA failed to answer; the log of Orthanc says where.")


def unavailable(message: str) -> wsgi.Response:
    """Return the answer when no thread is free, or before the start is complete."""
    return errors.answer(503, "unavailable", message)
