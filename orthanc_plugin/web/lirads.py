"""LI-RADS: one nodule's features → category, explained."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from flask import Blueprint
from jsonschema import Draft202012Validator

from orthanc_plugin.web.schemas import LIRADS_OPTIONS
from orthanc_plugin.web.services import json_object, template
from sr_templates import answers
from sr_templates.errors import AnswerError
from sr_templates.lirads import agreement, completion, engine
from sr_templates.lirads.rules import diagnosis
from sr_templates.lirads.values import Assessment, Cell, Features
from sr_templates.messages import told

blueprint = Blueprint("lirads", __name__, url_prefix="/hepatia/api")

#: What describes a nodule.
TEMPLATE, GROUP = "liver-ct", "nodules"


@blueprint.post("/lirads")
def lirads() -> dict[str, Any]:
    """Compute the category of one nodule, or the response of a treated one."""
    body = json_object()
    options = {name: body.pop(name) for name in LIRADS_OPTIONS if name in body}
    _check_options(options)
    _check_features(body)
    language, accepts_incomplete = options.pop("language", "en"), options.pop("incomplete", False)
    features = Features.of(body | options)
    found = engine.assess(features)
    if found.category is None and not accepts_incomplete:
        raise AnswerError(told("needs_diameter"), found.needs[0])
    return _answer(found, language) | _open(features) | {"reason_needed": _needs_reason(body)}


def _open(features: Features) -> dict[str, Any]:
    """Return what the category still waits for, and the cells of the table that are left until then."""
    return {
        "missing": list(completion.missing(features)),
        "possible": [asdict(cell) for cell in completion.possible_cells(features)],
    }


def _needs_reason(nodule: Mapping[str, Any]) -> bool:
    """Whether a complete report would need a reason for the category that the nodule says."""
    chosen = nodule.get("lirads")
    return chosen is not None and agreement.disagreement(chosen, nodule.get("treatment_response"), nodule) is not None


def _check_options(options: Mapping[str, Any]) -> None:
    for name, schema in LIRADS_OPTIONS.items():
        if name in options and not Draft202012Validator(schema).is_valid(options[name]):
            raise AnswerError(told("no_option", name=name), name)


def _check_features(features: Mapping[str, Any]) -> None:
    """Check a nodule as in a draft; what is wrong is named by the feature alone."""
    try:
        answers.check(template(TEMPLATE), {GROUP: [features]}, complete=False)
    except AnswerError as error:
        raise AnswerError(error.text, error.path.removeprefix(f"{GROUP}.0").removeprefix(".")) from None


def _answer(found: Assessment, language: str) -> dict[str, Any]:
    return {
        "category": found.category,
        "title": getattr(found.title, language),
        "response": found.response,
        "management": getattr(found.management, language),
        "explanation": list(found.told(language)),
        "version": found.version,
        "reference": found.reference,
        "steps": [asdict(step) for step in found.explanation],
        "table": None if found.category == engine.TREATED else _table(found.cell, language),
        "needs": list(found.needs),
    }


def _table(cell: Cell | None, language: str) -> dict[str, Any]:
    table = diagnosis().table
    return {
        "columns": [
            {"title": getattr(one.title, language), "short": one.short, "categories": list(one.cells)}
            for one in table.columns
        ],
        "rows": [getattr(row, language) for row in table.rows],
        "column": cell.column if cell else None,
        "row": cell.row if cell else None,
    }
