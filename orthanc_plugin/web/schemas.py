"""The JSON of requests and answers, for OpenAPI (JSON Schema 2020-12)."""

from typing import Any

Schema = dict[str, Any]

UID: Schema = {"type": "string", "pattern": r"^[0-9]+(\.[0-9]+)+$", "maxLength": 64}
TEXT: Schema = {"type": "string"}
COUNT: Schema = {"type": "integer", "minimum": 0}
NUMBER: Schema = {"type": "number"}
STATE: Schema = {"enum": ["draft", "complete", "verified", "consensus"]}
PHASE: Schema = {"enum": ["non_contrast", "arterial", "portal_venous", "equilibrium", "other"]}
CONFIDENCE: Schema = {"type": "number", "minimum": 0, "maximum": 1}


def _nullable(schema: Schema) -> Schema:
    return {"anyOf": [schema, {"type": "null"}]}


def _list(schema: Schema) -> Schema:
    return {"type": "array", "items": schema}


def _object(optional: tuple[str, ...] = (), /, **properties: Schema) -> Schema:
    required = [name for name in properties if name not in optional]
    return {"type": "object", "properties": properties, "required": required}


def _named(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}


ALGORITHM = _nullable(
    _object(
        ("uncertainty",),
        name=TEXT,
        version=TEXT,
        type={"enum": ["MANUAL", "SEMIAUTOMATIC", "AUTOMATIC"]},
        uncertainty=NUMBER,
    )
)
SEGMENT = _object(
    ("tracking_uid", "algorithm"), number=COUNT, label=TEXT, kind=TEXT, tracking_uid=_nullable(UID), algorithm=ALGORITHM
)

#: Answers that contradict each other and are kept.
FLAGS: Schema = _list(_object(rule=TEXT, path=TEXT, message=_object(en=TEXT, pt=TEXT)))

#: What a question about LI-RADS may say beside the nodule's items.
LIRADS_OPTIONS: dict[str, Schema] = {
    "language": {"enum": ["en", "pt"]},
    "modality": {"enum": ["CT", "MR"]},
    "prior_diameter_mm": {"type": "number", "exclusiveMinimum": 0, "maximum": 400},
    "prior_days": {"type": "integer", "minimum": 0},
    "viability_features": {**_list({"enum": ["diffusion_restriction", "moderate_t2"]}), "uniqueItems": True},
}
#: An exam as searches and exports give it.
EXAM = _object(
    study_instance_uid=UID,
    patient_id=TEXT,
    sex=_nullable(TEXT),
    age=_nullable(COUNT),
    study_date=_nullable(TEXT),
    state={"enum": ["not_read", *STATE["enum"]]},
    answers={"type": "object"},
    viewer=TEXT,
)
#: How many reports of each state a month has.
PARTS: Schema = {"type": "object", "additionalProperties": COUNT}

SCHEMAS: dict[str, Schema] = {
    "Error": _object(error=_object(("path",), code=TEXT, message=TEXT, path=TEXT)),
    "Status": _object(
        status={"enum": ["ok", "degraded"]},
        version=TEXT,
        orthanc=TEXT,
        database={"enum": ["ok", "down"]},
        monailabel={"enum": ["ok", "starting", "off", "down"]},
        index=_object(
            reports=COUNT,
            segmentations=COUNT,
            studies=COUNT,
            pending=COUNT,
            failed=_list(_object(sop_instance_uid=UID, reason=TEXT)),
        ),
        arrivals=_object(deidentified=COUNT, refused={"type": "object", "additionalProperties": COUNT}),
    ),
    "Me": _object(user=TEXT, name=TEXT, role=TEXT),
    "Templates": _list(_object(id=TEXT, version=COUNT, title=TEXT)),
    "Template": _object(id=TEXT, version=COUNT, title=TEXT, schema={"type": "object"}, items=_list({})),
    "Study": _object(
        study_instance_uid=UID,
        patient_id=TEXT,
        sex=_nullable(TEXT),
        age=_nullable(COUNT),
        study_date=_nullable(TEXT),
        series=_list(
            _object(
                ("phase", "phase_confidence", "phase_reason", "acquisitions"),
                series_instance_uid=UID,
                modality=TEXT,
                description=TEXT,
                instances=COUNT,
                phase=PHASE,
                phase_confidence=CONFIDENCE,
                phase_reason=TEXT,
                acquisitions=_list(
                    _object(
                        acquisition_number=_nullable(COUNT),
                        instances=COUNT,
                        phase=PHASE,
                        phase_confidence=CONFIDENCE,
                        phase_reason=TEXT,
                    )
                ),
            )
        ),
        reports=_named("Reports"),
        segmentations=_list(_named("Segmentation")),
    ),
    "Report": _object(
        sop_instance_uid=UID,
        series_instance_uid=UID,
        study_instance_uid=UID,
        template=_nullable(TEXT),
        version=_nullable(COUNT),
        answers={"type": "object"},
        state=STATE,
        author=TEXT,
        author_login=TEXT,
        role=TEXT,
        created=_nullable(TEXT),
        replaces=_list(UID),
        segmentation=_nullable(UID),
        phases={"type": "object", "additionalProperties": PHASE},
        flags=FLAGS,
    ),
    "Reports": _list(_named("Report")),
    "NewReport": _object(
        ("segmentation", "replaces", "phases"),
        template=TEXT,
        answers={"type": "object"},
        state={"enum": ["draft", "complete"]},
        segmentation=_nullable(UID),
        replaces=_nullable(UID),
        phases={"type": "object", "additionalProperties": _nullable(PHASE)},
    ),
    "Written": _object(
        sop_instance_uid=UID,
        series_instance_uid=UID,
        state=STATE,
        nodules=_list(_object(tracking_uid=UID)),
        flags=FLAGS,
    ),
    "Nodule": {
        "type": "object",
        "description": "Items of one member of `nodules` in the template `liver-ct`, and what is below.",
        "properties": LIRADS_OPTIONS,
    },
    "Lirads": _object(
        category={"enum": ["LR-NC", "LR-1", "LR-2", "LR-3", "LR-4", "LR-5", "LR-M", "LR-TIV", "LR-TR"]},
        title=TEXT,
        response=_nullable({"enum": ["nonviable", "nonprogressing", "equivocal", "viable", "nonevaluable"]}),
        management=TEXT,
        explanation=_list(TEXT),
        version=TEXT,
        reference=TEXT,
        steps=_list(_object(step=TEXT, text=_object(en=TEXT, pt=TEXT), outcome=TEXT)),
        table=_nullable(
            _object(
                columns=_list(_object(title=TEXT, short=TEXT, categories=_list(TEXT))),
                rows=_list(TEXT),
                column=COUNT,
                row=COUNT,
            )
        ),
        needs=_list(TEXT),
        reason_needed={"type": "boolean"},
    ),
    "LabelmapHeader": _object(
        ("algorithm", "derived_from"),
        rows=COUNT,
        columns=COUNT,
        sops=_list({"type": "string", "description": "SOP Instance UID; of a frame `UID/frames/3`."}),
        segments=_list(SEGMENT),
        algorithm=ALGORITHM,
        derived_from={**_nullable(UID), "description": "The segmentation that was edited; the new one supersedes it."},
    ),
    "WrittenMask": _object(
        sop_instance_uid=UID,
        series_instance_uid=UID,
        segments=_list(
            {**SEGMENT, "properties": SEGMENT["properties"] | {"volume_cm3": NUMBER, "long_axis_mm": NUMBER}}
        ),
    ),
    "Segmentation": _object(
        sop_instance_uid=UID,
        series_instance_uid=UID,
        study_instance_uid=UID,
        source_series_instance_uid=_nullable(UID),
        description=_nullable(TEXT),
        author=_nullable(TEXT),
        created=_nullable(TEXT),
        replaces=_list(UID),
        algorithm=ALGORITHM,
        segments=_list(SEGMENT),
    ),
    "Carry": _object(("series", "registration"), series=_list(UID), registration={"enum": ["none", "rigid"]}),
    "CarriedMasks": _object(
        source=UID,
        carried=_list(
            _object(
                series_instance_uid=UID,
                acquisition_number=_nullable(COUNT),
                segmentation=_named("WrittenMask"),
                registration=_nullable(
                    _object(
                        sop_instance_uid=UID,
                        moved_mm=NUMBER,
                        turned_deg=NUMBER,
                        match_before=NUMBER,
                        match_after=NUMBER,
                        seconds=NUMBER,
                    )
                ),
                existing=_list(UID),
                warnings=_list(TEXT),
            )
        ),
        refused=_list(_object(series_instance_uid=UID, acquisition_number=_nullable(COUNT), reason=TEXT)),
    ),
    "Deidentification": _object(
        study_instance_uid=UID,
        instances=COUNT,
        method=TEXT,
        edition=TEXT,
        options=_list(_object(name=TEXT, code=TEXT, meaning=TEXT)),
        attributes=_list(_object(path=TEXT, name=TEXT, action=TEXT, becomes=TEXT, instances=COUNT)),
    ),
    "Patients": _object(patients=_list(_object(("issuer",), patient_id=TEXT, issuer=TEXT))),
    "Pseudonyms": _object(pseudonyms=_list(TEXT)),
    "Started": _object(job=TEXT),
    "Models": _object(
        state={"enum": ["ok", "starting", "off", "down"]},
        models=_list(
            _object(
                name=TEXT,
                kind={"enum": ["baseline", "torchscript", "bundle", "command"]},
                version=TEXT,
                licence=TEXT,
                description=TEXT,
                phases=_list(PHASE),
                labels={"type": "object", "additionalProperties": TEXT},
            )
        ),
    ),
    "Presegment": _object(("model",), model=TEXT),
    "Jobs": _object(jobs=_list(_named("Job"))),
    "Job": _object(
        job=TEXT,
        kind=TEXT,
        user=TEXT,
        created=NUMBER,
        parameters={"type": "object"},
        state={"enum": ["running", "done", "failed"]},
        place=COUNT,
        progress={"type": "number", "minimum": 0, "maximum": 1},
        step=TEXT,
        result=_nullable(TEXT),
        segmentation=_nullable(UID),
        carried=_nullable(_named("CarriedMasks")),
        error=_nullable(_object(code=TEXT, message=TEXT)),
    ),
    "Page": _object(total=COUNT, page=COUNT, items=_list(EXAM), words=TEXT),
    "Export": _object(total=COUNT, words=TEXT, items=_list(EXAM)),
    "Facets": _object(
        total=COUNT,
        facets=_list(
            _object(
                path=TEXT,
                title=TEXT,
                values=_list(_object(value=TEXT, title=TEXT, count=COUNT)),
                minimum=_nullable(NUMBER),
                maximum=_nullable(NUMBER),
            )
        ),
        words=TEXT,
    ),
    "SavedSearches": _object(searches=_list(_named("SavedSearch"))),
    "SavedSearch": _object(("words",), id=COUNT, name=TEXT, query=TEXT, created=TEXT, words=TEXT),
    "NewSearch": _object(name=TEXT, query=TEXT),
    "Deleted": _object(deleted=COUNT),
    "Dashboard": _object(
        exams=COUNT,
        patients=COUNT,
        words=TEXT,
        charts=_list(
            _object(
                id=TEXT,
                title=TEXT,
                kind={"enum": ["bar", "histogram", "months"]},
                counts=TEXT,
                data=_list(_object(("parts",), label=TEXT, count=COUNT, parts=PARTS)),
                bins=_nullable(_object(width=COUNT)),
                statistics=_nullable(
                    _object(
                        count=COUNT,
                        mean=_nullable(NUMBER),
                        standard_deviation=_nullable(NUMBER),
                        minimum=_nullable(NUMBER),
                        maximum=_nullable(NUMBER),
                    )
                ),
            )
        ),
        models=_list(
            _object(model=TEXT, version=TEXT, kind=TEXT, masks=COUNT, mean=NUMBER, median=NUMBER, minimum=NUMBER)
        ),
    ),
    "Worklist": _object(
        total=COUNT,
        sort={"enum": ["newest", "benefit"]},
        words=TEXT,
        items=_list(
            _object(
                study_instance_uid=UID,
                patient_id=TEXT,
                sex=_nullable(TEXT),
                age=_nullable(COUNT),
                study_date=_nullable(TEXT),
                state=TEXT,
                phases=_list(TEXT),
                viewer=TEXT,
                benefit=_nullable(NUMBER),
                reason=_nullable(TEXT),
            )
        ),
    ),
    "OpenApi": {"type": "object"},
}
