"""Searches that users save for themselves."""

from dataclasses import asdict
from typing import Any
from urllib.parse import parse_qsl

from flask import Blueprint

from indexer import search as indexed_search
from orthanc_plugin.errors import RequestError
from orthanc_plugin.saved_searches import Saved, SavedSearches, TooMany
from orthanc_plugin.web.search import asked_for
from orthanc_plugin.web.services import json_object, services, user

blueprint = Blueprint("searches", __name__, url_prefix="/hepatia/api")

LONGEST_NAME = 100
LONGEST_QUERY = 4000


@blueprint.get("/searches")
def searches() -> dict[str, Any]:
    """List the searches that the user has saved."""
    return {"searches": [asdict(one) for one in _saved().of(user().login)]}


@blueprint.post("/searches")
def save() -> tuple[dict[str, Any], int]:
    """Save a search under a name; it takes the place of an earlier one of that name."""
    body = json_object()
    name, query = _text(body, "name", LONGEST_NAME), _text(body, "query", LONGEST_QUERY).removeprefix("?")
    _, asked = asked_for(parse_qsl(query, keep_blank_values=True))
    try:
        saved: Saved = _saved().save(user().login, name, query)
    except TooMany as error:
        raise RequestError(409, "too_many", str(error)) from None
    return asdict(saved) | {"words": indexed_search.words(asked)}, 201


@blueprint.delete("/searches/<int:search_id>")
def delete(search_id: int) -> dict[str, Any]:
    """Delete a search that the user has saved."""
    if not _saved().delete(user().login, search_id):
        raise RequestError(404, "not_found", "You have saved no such search; GET /searches lists them.")
    return {"deleted": search_id}


def _saved() -> SavedSearches:
    return SavedSearches(services().settings.data / "saved_searches.sqlite")


def _text(body: dict[str, Any], name: str, longest: int) -> str:
    value = body.get(name, "" if name == "query" else None)
    if not isinstance(value, str) or len(value) > longest or (name == "name" and not value.strip()):
        raise RequestError(422, "invalid_search", f"{name} must be a text of at most {longest} characters.", name)
    return value.strip()
