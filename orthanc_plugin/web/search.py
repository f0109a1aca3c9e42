"""Search, its facets and exports, and the dashboard: the same filters, answered by the index."""

import csv
from collections.abc import Iterable
from io import StringIO
from typing import Any

from flask import Blueprint, Response, json, request

from indexer import dashboard as indexed_dashboard
from indexer import facets as indexed_facets
from indexer import ordering, results
from indexer import search as indexed_search
from indexer.facets import Facet, shown
from indexer.filters import ASSIGNMENTS
from indexer.search import Search
from orthanc_plugin.errors import RequestError
from orthanc_plugin.web import assignments
from orthanc_plugin.web.services import services, template, user
from sr_templates.template import Group, Template

blueprint = Blueprint("search", __name__, url_prefix="/hepatia/api")

#: Exams that one export may hold: some 150 MB of CSV, which Orthanc answers in one piece.
MOST_EXPORTED = 100_000


@blueprint.get("/search")
def search() -> Response:
    """Find exams by the answers of their current reports."""
    used, asked = asked_for(request.args.items(multi=True))
    found = indexed_search.run(services().index, used, asked)
    about = {"total": found.total, "page": found.page, "words": found.words}
    assigned = assignments.of_list((row.study_instance_uid, row.readings) for row in found.rows)
    texts = [f'{row.text[:-1]}, "assigned": {json.dumps(assigned[row.study_instance_uid])}}}' for row in found.rows]
    return Response(_with_items(about, texts), mimetype="application/json")


@blueprint.get("/search/facets")
def facets() -> dict[str, Any]:
    """Count what each further value would find."""
    used, asked = asked_for(request.args.items(multi=True))
    found = indexed_facets.run(services().index, used, asked)
    return vars(found) | {"facets": [_with_names(one) for one in found.facets]}


def _with_names(facet: Facet) -> dict[str, Any]:
    """Return a facet; readers are called by the names of their accounts, which the index does not know."""
    if facet.path not in ASSIGNMENTS:
        return vars(facet)
    known = services().accounts
    names = {one["value"]: shown(known[one["value"]].name) for one in facet.values if one["value"] in known}
    return vars(facet) | {"values": [one | {"title": names.get(one["value"], one["title"])} for one in facet.values]}


@blueprint.get("/dashboard")
def dashboard() -> dict[str, Any]:
    """Count over the exams that a search finds."""
    used, asked = asked_for(request.args.items(multi=True))
    found = indexed_dashboard.run(services().index, used, asked)
    listed = {"charts": [vars(one) for one in found.charts], "models": [vars(one) for one in found.models]}
    return vars(found) | listed


@blueprint.get("/search.json")
def export_json() -> Response:
    """Give all exams that a search finds."""
    used, asked = asked_for(request.args.items(multi=True))
    texts = _everything(used, asked)
    body = _with_items({"total": len(texts), "words": indexed_search.words(asked)}, texts)
    return _attachment(body, "application/json", "exams.json")


@blueprint.get("/search.csv")
def export_csv() -> Response:
    """Give all exams that a search finds as a table, or the members of a repeated group of theirs."""
    given = [(name, value) for name, value in request.args.items(multi=True) if name != "rows"]
    used, asked = asked_for(given)
    rows = _rows(used, request.args.get("rows", EXAMS))
    text = StringIO()
    writer = csv.writer(text)
    writer.writerow(results.header(used, rows))
    for one in _everything(used, asked):
        writer.writerows(results.cells(used, rows, json.loads(one)))
    # The mark at the beginning tells spreadsheets that this is UTF-8.
    return _attachment("\ufeff" + text.getvalue(), "text/csv", f"{rows.name if rows else EXAMS}.csv")


#: Stands for who asks among the logins of a filter: a link or a saved search means whoever opens it.
ME = "@me"

#: `rows=` of the table of exams.
EXAMS = "exams"


def asked_for(query: Any) -> tuple[Template, Search]:  # noqa: ANN401 -- pairs of texts
    """Return the template of a search, and the search.

    Raises
    ------
    RequestError, FilterError
        400: the template, a filter or a value does not exist.
    """
    # Orthanc gives an empty query ("/search?") as one nameless parameter.
    pairs = about_me(pair for pair in query if pair != ("", ""))
    named = [value for name, value in pairs if name == "template"]
    used = template(named[-1] if named else services().settings.default_template, "template", 400)
    return used, indexed_search.parse(used, [pair for pair in pairs if pair[0] != "template"])


def about_me(query: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """Return the pairs of a query with the login of who asks in place of `@me`."""
    login = user().login
    return [
        (name, ",".join(login if one == ME else one for one in value.split(",")) if name in ASSIGNMENTS else value)
        for name, value in query
    ]


def _rows(used: Template, name: str) -> Group | None:
    if name == EXAMS:
        return None
    repeated = {group.name: group for group in used.groups if group.repeats}
    if name not in repeated:
        known = ", ".join([EXAMS, *repeated])
        raise RequestError(400, "invalid_filter", f"There are no rows of that name; there are: {known}.", "rows")
    return repeated[name]


def _with_items(about: dict[str, Any], texts: list[str]) -> str:
    """Return a JSON object with items that are JSON already."""
    return f'{json.dumps(about)[:-1]}, "items": [{", ".join(texts)}]}}'


def _everything(used: Template, asked: Search) -> list[str]:
    with indexed_search.matched(services().index, used, asked) as (found, cursor):
        total, numbers = ordering.page(found.block, found.exams(), asked.sort)
        if total > MOST_EXPORTED:
            message = f"The search finds {total} exams, more than one export holds ({MOST_EXPORTED}); add a filter."
            raise RequestError(422, "too_many", message)
        return list(results.every_text(used, cursor, numbers))


def _attachment(body: str, kind: str, name: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(body, content_type=f"{kind}; charset=utf-8", headers=headers)
