"""Reports and segmentations as JSON, the same in the API's answers and in the index."""

from collections.abc import Mapping
from typing import Any

from seg.decode import Segmentation
from seg.labelmap import Algorithm
from sr_templates import consistency, template
from sr_templates.report import Caliper, Report


def report(one: Report) -> dict[str, Any]:
    """Return a report as the API gives it."""
    return {
        "sop_instance_uid": one.sop_instance_uid,
        "series_instance_uid": one.series_instance_uid,
        "study_instance_uid": one.study_instance_uid,
        "template": one.template,
        "version": one.version,
        "answers": one.answers,
        "state": one.state,
        "author": one.author,
        "author_login": one.author_login,
        "verifier": one.verifier,
        "role": one.role,
        "created": one.created.isoformat(timespec="seconds") if one.created else None,
        "replaces": list(one.replaces),
        "segmentation": one.segmentation,
        "phases": dict(one.phases),
        "lengths": {uid: _length(line) for uid, line in one.lengths.items()},
        "flags": flags(one.template, one.answers),
    }


def _length(line: Caliper) -> dict[str, Any]:
    """Return a line as requests give it, and whether a mask gave it."""
    image, points = line.image.sop_instance_uid, list(line.points)
    return {"sop_instance_uid": image, "points": points, "of_mask": line.segment is not None}


def flags(template_id: str | None, answers: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the contradictions that the template only flags, with the item that each is about."""
    if template_id is None or template_id not in template.names():
        return []
    return [
        {"rule": flag.rule, "path": flag.path, "message": {"en": flag.text.en, "pt": flag.text.pt}}
        for flag in consistency.flags(template.load(template_id), answers)
    ]


def segmentation(one: Segmentation) -> dict[str, Any]:
    """Return the description of a segmentation as the API gives it."""
    return {
        "sop_instance_uid": one.sop_instance_uid,
        "series_instance_uid": one.series_instance_uid,
        "study_instance_uid": one.study_instance_uid,
        "source_series_instance_uid": one.source_series_instance_uid,
        "description": one.description,
        "author": one.author,
        "created": one.created.isoformat(timespec="seconds") if one.created else None,
        "replaces": list(one.replaces),
        "algorithm": _algorithm(one.algorithm),
        "segments": [
            {
                "number": segment.number,
                "label": segment.label,
                "kind": segment.kind,
                "tracking_uid": segment.tracking_uid,
                "algorithm": _algorithm(segment.algorithm),
            }
            for segment in one.segments
        ],
    }


def _algorithm(one: Algorithm | None) -> dict[str, Any] | None:
    if one is None:
        return None
    told = {} if one.uncertainty is None else {"uncertainty": one.uncertainty}
    return {"name": one.name, "version": one.version, "type": one.type, **told}
