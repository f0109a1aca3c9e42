"""Pre-segmentation: asking for a mask, and the models that there are."""

from typing import Any

from flask import Blueprint, request

from orthanc_plugin.errors import RequestError
from orthanc_plugin.models import Model
from orthanc_plugin.web.services import json_object, services, user

blueprint = Blueprint("presegmenting", __name__, url_prefix="/hepatia/api")

#: What to do when no mask can be had.
REMEDIES = {
    "off": ("monailabel_off", "Pre-segmentation is off. Start with AI=1, or give the setting MonaiLabel a URL."),
    "down": ("monailabel_down", "MONAI Label does not answer. See logs/monailabel.log; it is started again by itself."),
}


@blueprint.post("/series/<uid:series_uid>/presegment")
def presegment(series_uid: str) -> tuple[dict[str, Any], int]:
    """Ask MONAI Label for a mask; a server that is starting is waited for."""
    asking = user()
    series = services().archive.series(series_uid)
    if series.modality != "CT":
        raise RequestError(409, "not_ct", "Only CT series can be pre-segmented.")
    model = _model(json_object() if request.get_data() else {})
    state = services().monailabel.state()
    if state in REMEDIES:
        raise RequestError(503, *REMEDIES[state])
    parameters = {"series": series_uid, "model": model.name}
    return {"job": services().jobs.submit("presegment", asking, parameters)}, 202


@blueprint.get("/models")
def models() -> dict[str, Any]:
    """List the models, and how their server is."""
    return {
        "state": services().monailabel.state(),
        "models": [
            {
                "name": one.name,
                "kind": one.kind,
                "version": one.version,
                "licence": one.licence,
                "description": one.description,
                "phases": list(one.phases),
                "labels": {str(value): label for value, label in one.labels.items()},
            }
            for one in services().settings.models
        ],
    }


def _model(body: dict[str, Any]) -> Model:
    known = services().settings.models
    name = body.get("model", known[0].name)
    for one in known:
        if one.name == name:
            return one
    named = ", ".join(one.name for one in known)
    raise RequestError(422, "unknown_model", f"There is no such model; there are: {named}.", "model")
