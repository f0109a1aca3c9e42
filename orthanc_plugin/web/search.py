"""Search and dashboard: the same filters, answered by the index."""

from dataclasses import asdict
from typing import Any

from flask import Blueprint, request

from indexer import dashboard as indexed_dashboard
from indexer import search as indexed_search
from orthanc_plugin.web.services import services, template

blueprint = Blueprint("search", __name__, url_prefix="/hepatia/api")

DEFAULT_TEMPLATE = "liver-ct"


@blueprint.get("/search")
def search() -> dict[str, Any]:
    """Find exams by the answers of their current reports."""
    used = template(DEFAULT_TEMPLATE)
    page = indexed_search.run(services().index, used, indexed_search.parse(used, request.args.items(multi=True)))
    return {
        "total": page.total,
        "page": page.page,
        "items": [_item(one) for one in page.items],
        "words": page.words,
    }


@blueprint.get("/dashboard")
def dashboard() -> dict[str, Any]:
    """Count the exams that a search finds."""
    used = template(DEFAULT_TEMPLATE)
    counted = indexed_dashboard.run(services().index, used, indexed_search.parse(used, request.args.items(multi=True)))
    return asdict(counted)


def _item(one: Any) -> dict[str, Any]:  # noqa: ANN401
    return dict(one) | {"viewer": f"/ohif/hepatia?StudyInstanceUIDs={one['study_instance_uid']}"}
