"""Drafts: what a reader has answered and not saved yet, for this reader alone."""

import re
from typing import Any

from flask import Blueprint, Response, json, request

from orthanc_plugin import writing
from orthanc_plugin.drafts import Changed, Draft, Drafts, Expected, TooLarge, TooManyDrafts
from orthanc_plugin.errors import RequestError
from orthanc_plugin.web.services import json_object, services, template, user

blueprint = Blueprint("drafts", __name__, url_prefix="/hepatia/api")

#: What a draft holds: of what kind, and whether it may be absent.
CONTENT = {"template": str, "answers": dict, "phases": dict, "sources": dict, "replaces": str, "segmentation": str}
OPTIONAL = ("phases", "sources", "replaces", "segmentation")
REFERENCES = ("replaces", "segmentation")


@blueprint.get("/studies/<uid:study_uid>/draft")
def draft(study_uid: str) -> Response:
    """Return the user's draft of a study."""
    found = kept().get(user().login, study_uid)
    if found is None:
        raise _none_kept()
    return _answer(found)


@blueprint.put("/studies/<uid:study_uid>/draft")
def keep(study_uid: str) -> Response:
    """Keep a draft; it takes the place of the user's earlier one of the study."""
    login = user().login
    content = _content(json_object())
    expected = _expected()
    if kept().get(login, study_uid) is None:
        services().archive.study(study_uid)
    try:
        return _answer(kept().put(login, study_uid, content, expected))
    except Changed as error:
        raise RequestError(412, "draft_changed", str(error)) from None
    except TooLarge as error:
        raise RequestError(413, "too_large", str(error)) from None
    except TooManyDrafts as error:
        raise RequestError(409, "too_many", str(error)) from None


@blueprint.delete("/studies/<uid:study_uid>/draft")
def discard(study_uid: str) -> dict[str, Any]:
    """Remove the user's draft of a study."""
    try:
        removed = kept().remove(user().login, study_uid, _expected())
    except Changed as error:
        raise RequestError(412, "draft_changed", str(error)) from None
    if not removed:
        raise _none_kept()
    return {"deleted": study_uid}


def kept() -> Drafts:
    """Return the drafts of this installation."""
    return Drafts(services().settings.data / "drafts.sqlite")


def _none_kept() -> RequestError:
    return RequestError(404, "no_draft", "You have no draft of this study.")


def _answer(one: Draft) -> Response:
    body = json.dumps({**dict.fromkeys(OPTIONAL), **one.content, "revision": one.revision, "kept": one.kept})
    # Another tab may change it at any time: no browser may answer in our place.
    headers = {"ETag": f'"{one.revision}"', "Cache-Control": "no-store"}
    return Response(body, mimetype="application/json", headers=headers)


def _expected() -> Expected | None:
    """Return what If-Match or If-None-Match takes for granted (RFC 9110, section 13.1)."""
    if request.headers.get("If-None-Match", "").strip() == "*":
        return Expected(None)
    given = request.headers.get("If-Match", "").strip()
    if not given:
        return None
    match = re.fullmatch(r'"(\d{1,18})"', given)
    if match is None:
        raise RequestError(400, "invalid_header", 'If-Match must be the ETag of a draft, such as "7".')
    return Expected(int(match[1]))


def _content(body: dict[str, Any]) -> dict[str, Any]:
    """Return the draft with its shape checked; its answers are as unfinished as they are."""
    unknown = set(body) - set(CONTENT)
    if unknown:
        raise RequestError(422, "unknown_key", "The body has a key that is not known here.", min(unknown))
    for name, kind in CONTENT.items():
        given = body.get(name)
        if not isinstance(given, kind) and not (given is None and name in OPTIONAL):
            what = "a JSON object" if kind is dict else "a text"
            raise RequestError(422, "invalid_draft", f"{name} must be {what}.", name)
        if name in REFERENCES and given is not None and not writing.is_uid(given):
            raise RequestError(422, "invalid_uid", "This must be a SOP Instance UID.", name)
    template(body["template"], "template", status=422)
    return {name: value for name, value in body.items() if value is not None}
