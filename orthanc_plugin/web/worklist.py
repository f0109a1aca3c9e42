"""The exams to be read next: those without a reader's mask."""

from typing import Any

from flask import Blueprint, request

from indexer import worklist as indexed_worklist
from indexer.worklist import ORDERS, Order
from orthanc_plugin.errors import RequestError
from orthanc_plugin.web import assignments
from orthanc_plugin.web.search import asked_for
from orthanc_plugin.web.services import services

blueprint = Blueprint("worklist", __name__, url_prefix="/hepatia/api")


@blueprint.get("/worklist")
def worklist() -> dict[str, Any]:
    """List the exams that have CT and no reader's mask."""
    given = list(request.args.items(multi=True))
    used, asked = asked_for([pair for pair in given if pair[0] != "sort"])
    found = indexed_worklist.run(services().index, used, asked, _order(request.args.get("sort", ORDERS[0])))
    assigned = assignments.of_list((one["study_instance_uid"], one["readings"]) for one in found.items)
    return vars(found) | {"items": [one | {"assigned": assigned[one["study_instance_uid"]]} for one in found.items]}


def _order(name: str) -> Order:
    for known in ORDERS:
        if name == known:
            return known
    raise RequestError(400, "invalid_filter", f"Parameter sort must be one of {', '.join(ORDERS)}.", "sort")
