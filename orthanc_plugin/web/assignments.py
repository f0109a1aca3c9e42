"""Readers: who there are, who is to read which study, and what each of them has read."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from flask import Blueprint

from orthanc_plugin import access, described, writing
from orthanc_plugin.archive import StudyInfo
from orthanc_plugin.assignments import Assignment
from orthanc_plugin.errors import RequestError
from orthanc_plugin.users import User
from orthanc_plugin.web import audited, reports
from orthanc_plugin.web.services import json_object, require, services, user
from sr_templates import readings
from sr_templates.report import Report

blueprint = Blueprint("assignments", __name__, url_prefix="/hepatia/api")

#: Studies that one request may be about: more than a page of the study list has.
MOST_STUDIES = 200

#: State of a reading that has not begun.
NOT_READ = "not_read"


@blueprint.get("/readers")
def readers() -> dict[str, Any]:
    """List who may be assigned: everybody who may write reports."""
    able = [one for one in services().accounts.values() if access.may(one.role, "write_report")]
    return {
        "readers": [
            {"login": one.login, "name": one.name, "role": one.role}
            for one in sorted(able, key=lambda one: (one.name.casefold(), one.login))
        ]
    }


@blueprint.get("/studies/<uid:study_uid>/assignments")
def of_study(study_uid: str) -> dict[str, Any]:
    """List the readers of a study."""
    return {"assignments": of(services().archive.study(study_uid))}


@blueprint.get("/studies/<uid:study_uid>/readings")
def of_readers(study_uid: str) -> dict[str, Any]:
    """List the current report of each reader who has completed one, for those who may see them beside each other."""
    asking = user()
    found = readings.current(reports.of_study(services().archive.study(study_uid)))
    if asking.login not in [one.author_login for one in found]:
        require("compare")
    return {"readings": [described.report(one) for one in found]}


@blueprint.put("/studies/<uid:study_uid>/assignments/<login>")
def assign(study_uid: str, login: str) -> dict[str, Any]:
    """Assign a reader to a study; who is assigned already stays so."""
    _change([study_uid], [login], [])
    return next(one for one in of(services().archive.study(study_uid)) if one["login"] == login)


@blueprint.delete("/studies/<uid:study_uid>/assignments/<login>")
def withdraw(study_uid: str, login: str) -> dict[str, Any]:
    """Withdraw a reader from a study."""
    _, withdrawn = _change([study_uid], [], [login])
    if not withdrawn:
        raise RequestError(404, "not_assigned", "This reader is not assigned to the study.")
    return {"withdrawn": login}


@blueprint.post("/assignments")
def change() -> dict[str, Any]:
    """Assign readers to several studies, and withdraw others: all together or not at all."""
    body = json_object()
    unknown = set(body) - {"studies", "assign", "withdraw"}
    if unknown:
        raise RequestError(422, "unknown_key", "The body has a key that is not known here.", min(unknown))
    studies = _texts(body, "studies")
    if not 1 <= len(studies) <= MOST_STUDIES:
        raise RequestError(422, "invalid_assignment", f"studies must name 1 to {MOST_STUDIES} studies.", "studies")
    if not all(writing.is_uid(one) for one in studies):
        raise RequestError(422, "invalid_uid", "These must be Study Instance UIDs.", "studies")
    assigned, withdrawn = _change(studies, _texts(body, "assign"), _texts(body, "withdraw"))
    return {"assigned": assigned, "withdrawn": withdrawn}


def of(study: StudyInfo, written: Sequence[Report] | None = None) -> list[dict[str, Any]]:
    """Return the assignments of a study as the API gives them.

    Parameters
    ----------
    written
        The reports of the study, where they have been read already.
    """
    assigned = services().assignments.of([study.study_instance_uid]).get(study.study_instance_uid, ())
    if not assigned:
        return []
    known = reports.of_study(study) if written is None else written
    states = readings.furthest((one.author_login, one.state) for one in known)
    return [_described(one, states) for one in assigned]


def of_list(listed: Iterable[tuple[str, Sequence[Mapping[str, str]]]]) -> dict[str, list[dict[str, Any]]]:
    """Return by Study Instance UID the assignments of studies as the API gives them.

    Parameters
    ----------
    listed
        Study Instance UID and `readings` of each, as the index tells them.
    """
    states = {uid: {one["login"]: one["state"] for one in told} for uid, told in listed}
    assigned = services().assignments.of(states)
    return {uid: [_described(one, states[uid]) for one in assigned.get(uid, ())] for uid in states}


def _described(one: Assignment, states: Mapping[str, str]) -> dict[str, Any]:
    """Return an assignment as the API gives it; an account that is gone is named by its login."""
    known = services().accounts
    names = {login: known[login].name if login in known else login for login in (one.login, one.assigned_by)}
    return {
        "login": one.login,
        "name": names[one.login],
        "assigned_by": one.assigned_by,
        "assigned_by_name": names[one.assigned_by],
        "created": one.created,
        "state": states.get(one.login, NOT_READ),
    }


def _change(studies: list[str], assign: list[str], withdraw: list[str]) -> tuple[int, int]:
    asking = _permitted({*assign, *withdraw})
    known = services().accounts
    named = {"assign": assign, "withdraw": withdraw}
    audited.note(studies, **{verb: [one for one in logins if one in known] for verb, logins in named.items()})
    for place, login in enumerate(assign):
        if login not in known or not access.may(known[login].role, "write_report"):
            message = "There is no such reader; GET /readers lists those who may be assigned."
            raise RequestError(422, "unknown_reader", message, f"assign.{place}")
    for uid in studies if assign else ():
        services().archive.study(uid)
    return services().assignments.change(studies, assign, withdraw, asking.login)


def _permitted(logins: set[str]) -> User:
    """Return who asks, when he may assign and withdraw these readers: himself, or anybody."""
    return require("assign") if logins - {user().login} else user()


def _texts(body: dict[str, Any], name: str) -> list[str]:
    given = body.get(name, [])
    if not isinstance(given, list) or not all(isinstance(one, str) for one in given):
        raise RequestError(422, "invalid_assignment", f"{name} must be a list of texts.", name)
    return list(dict.fromkeys(given))
