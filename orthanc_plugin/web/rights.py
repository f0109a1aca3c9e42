"""Who may make a request of the API: its operation names the roles, and what names none is nobody's."""

from flask import request

from orthanc_plugin import access
from orthanc_plugin.errors import RequestError
from orthanc_plugin.web import operations
from orthanc_plugin.web.services import user


def refuse() -> None:
    """Refuse the request that Flask is about to hand over, unless its role may make it.

    Raises
    ------
    RequestError
        403. A path or method that there is not is left to Flask, which answers 404 or 405.
    """
    if not access.is_api(request.path):
        _refuse_elsewhere()
        return
    if not access.is_same_origin(request.method, {name.lower(): value for name, value in request.headers}):
        raise RequestError(403, "foreign_page", "A page of another origin may not write here.")
    if request.url_rule is None:
        return
    operation = operations.of_route(request.method, request.url_rule.rule)
    roles = operation.roles if operation else ()
    if user().role not in roles:
        message = f"Your role is {user().role}; this takes {', '.join(roles) or 'a role that there is not'}."
        raise RequestError(403, "not_allowed", message)


def _refuse_elsewhere() -> None:
    if not access.allowed(user().role, request.method, request.path):
        raise RequestError(403, "not_allowed", f"The role {user().role} may not make this request.")
