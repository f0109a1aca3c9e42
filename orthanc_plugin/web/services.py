"""What the routes work with, and how they reach it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol, cast

from flask import current_app, request

from indexer.index import Index
from orthanc_plugin import access
from orthanc_plugin.archive import Archive
from orthanc_plugin.assignments import Assignments
from orthanc_plugin.auditing.audit import Audit
from orthanc_plugin.condition import Condition
from orthanc_plugin.deidentification.keys import Keys
from orthanc_plugin.deidentification.profile import Profile
from orthanc_plugin.errors import RequestError
from orthanc_plugin.exporting.exports import Exports
from orthanc_plugin.jobs import Jobs
from orthanc_plugin.ledger import Ledger
from orthanc_plugin.measuring import Measurements
from orthanc_plugin.monailabel import MonaiLabel
from orthanc_plugin.reception import Arrivals
from orthanc_plugin.settings import Settings
from orthanc_plugin.study_phases import Memory
from orthanc_plugin.upkeep import Upkeep
from orthanc_plugin.users import User
from sr_templates.template import Template


class Follower(Protocol):
    """The index worker as the API sees it."""

    def wait_for(self, sop_instance_uid: str, timeout_s: float) -> bool:
        """Wait until an instance has been indexed; return whether it was in time."""

    def pending(self) -> int:
        """Return how many changes of the archive are not indexed yet."""


@dataclass(frozen=True)
class Services:
    """Everything the routes need; made once."""

    archive: Archive
    index: Index
    worker: Follower
    keys: Keys
    templates: tuple[Template, ...]
    settings: Settings
    arrivals: Arrivals
    ledger: Ledger
    profile: Profile
    jobs: Jobs
    monailabel: MonaiLabel
    measurements: Measurements
    exports: Exports
    condition: Condition
    upkeep: Upkeep
    audit: Audit
    accounts: Mapping[str, User]
    assignments: Assignments
    phases: Memory = field(default_factory=Memory)


def services() -> Services:
    """Return the services of the application that answers."""
    return cast(Services, current_app.extensions["hepatia"])


def user() -> User:
    """Return who asks."""
    return cast(User, request.environ["hepatia.user"])


def require(action: str) -> User:
    """Return who asks, when the role may do it.

    Raises
    ------
    RequestError
        403.
    """
    asking = user()
    if not access.may(asking.role, action):
        allowed = ", ".join(access.ACTIONS[action].roles)
        raise RequestError(
            403, "not_allowed", f"Your role may not {access.ACTIONS[action].meaning}; it takes {allowed}."
        )
    return asking


def template(template_id: str, path: str | None = None, status: int = 404) -> Template:
    """Return a template.

    Raises
    ------
    RequestError
        There is none of that name.
    """
    for one in services().templates:
        if one.id == template_id:
            return one
    known = ", ".join(one.id for one in services().templates)
    raise RequestError(status, "unknown_template", f"There is no such template; there are: {known}.", path)


def json_object() -> dict[str, Any]:
    """Return the body, a JSON object.

    Raises
    ------
    RequestError
        400.
    """
    body = request.get_json(force=True, silent=True)
    if not isinstance(body, dict):
        raise RequestError(400, "invalid_json", "The body must be a JSON object; send Content-Type application/json.")
    return body
