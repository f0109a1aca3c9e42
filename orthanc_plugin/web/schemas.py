"""The JSON of requests and answers, for OpenAPI (JSON Schema 2020-12)."""

from orthanc_plugin.web.audit_schemas import AUDIT
from orthanc_plugin.web.reading_schemas import READING_SCHEMAS
from orthanc_plugin.web.schema_parts import (
    ANSWERS,
    ASSIGNED,
    CONFIDENCE,
    COUNT,
    KIND,
    NUMBER,
    PHASE,
    STATE,
    TEXT,
    UID,
    Schema,
    list_of,
    named,
    nullable,
    object_of,
)
from orthanc_plugin.web.search_schemas import SEARCH_SCHEMAS
from orthanc_plugin.web.status_schemas import STATUS_SCHEMAS

ALGORITHM = nullable(
    object_of(
        ("uncertainty",),
        name=TEXT,
        version=TEXT,
        type={"enum": ["MANUAL", "SEMIAUTOMATIC", "AUTOMATIC"]},
        uncertainty=NUMBER,
    )
)
SEGMENT = object_of(
    ("tracking_uid", "algorithm"), number=COUNT, label=TEXT, kind=KIND, tracking_uid=nullable(UID), algorithm=ALGORITHM
)

MASK_DRAFT = object_of(series_instance_uid=UID, saved=TEXT, bytes=COUNT)

#: A line on an image: column, row, column, row; (0, 0) is the corner of the first pixel.
LENGTH = object_of(sop_instance_uid=UID, points={**list_of(NUMBER), "minItems": 4, "maxItems": 4})
#: A line of a stored report, and whether it is the long axis of the cited segment.
KEPT_LENGTH = object_of(sop_instance_uid=UID, points=LENGTH["properties"]["points"], of_mask={"type": "boolean"})

#: Answers that contradict each other and are kept.
FLAGS: Schema = list_of(object_of(rule=TEXT, path=TEXT, message=object_of(en=TEXT, pt=TEXT)))

#: What a question about LI-RADS may say beside the nodule's items.
LIRADS_OPTIONS: dict[str, Schema] = {
    "language": {"enum": ["en", "pt"]},
    "incomplete": {
        "type": "boolean",
        "description": "Answer without a category where the diameter is missing, instead of refusing.",
    },
    "modality": {"enum": ["CT", "MR"]},
    "prior_diameter_mm": {"type": "number", "exclusiveMinimum": 0, "maximum": 400},
    "prior_days": {"type": "integer", "minimum": 0},
    "viability_features": {**list_of({"enum": ["diffusion_restriction", "moderate_t2"]}), "uniqueItems": True},
}

SCHEMAS: dict[str, Schema] = {
    "Error": object_of(
        error=object_of(
            ("path", "texts", "overlaps"),
            code=TEXT,
            message=TEXT,
            path=TEXT,
            texts=object_of(en=TEXT, pt=TEXT),
            overlaps=list_of(object_of(segments=list_of(COUNT), voxels=COUNT, slice=TEXT)),
        )
    ),
    "Status": object_of(
        status={"enum": ["ok", "degraded"]},
        version=TEXT,
        orthanc=TEXT,
        database={"enum": ["ok", "down"]},
        monailabel={"enum": ["ok", "starting", "off", "down"]},
        index=object_of(
            reports=COUNT,
            segmentations=COUNT,
            studies=COUNT,
            pending=COUNT,
            failed=list_of(object_of(sop_instance_uid=UID, reason=TEXT)),
        ),
        arrivals=object_of(deidentified=COUNT, refused={"type": "object", "additionalProperties": COUNT}),
        details=named("StatusDetails"),
    ),
    **STATUS_SCHEMAS,
    "Me": object_of(user=TEXT, name=TEXT, role=TEXT),
    "Templates": list_of(object_of(id=TEXT, version=COUNT, title=TEXT)),
    "Template": object_of(id=TEXT, version=COUNT, title=TEXT, schema={"type": "object"}, items=list_of({})),
    "Study": object_of(
        study_instance_uid=UID,
        patient_id=TEXT,
        sex=nullable(TEXT),
        age=nullable(COUNT),
        study_date=nullable(TEXT),
        series=list_of(
            object_of(
                ("phase", "phase_confidence", "phase_reason", "acquisitions"),
                series_instance_uid=UID,
                modality=TEXT,
                description=TEXT,
                instances=COUNT,
                phase=PHASE,
                phase_confidence=CONFIDENCE,
                phase_reason=TEXT,
                acquisitions=list_of(
                    object_of(
                        acquisition_number=nullable(COUNT),
                        instances=COUNT,
                        phase=PHASE,
                        phase_confidence=CONFIDENCE,
                        phase_reason=TEXT,
                    )
                ),
            )
        ),
        reports=named("Reports"),
        segmentations=list_of(named("Segmentation")),
        assignments=ASSIGNED,
        draft_kept={**nullable(TEXT), "description": "When the draft of who asks was kept; null when there is none."},
    ),
    "Report": object_of(
        sop_instance_uid=UID,
        series_instance_uid=UID,
        study_instance_uid=UID,
        template=nullable(TEXT),
        version=nullable(COUNT),
        answers=ANSWERS,
        state=STATE,
        author=TEXT,
        author_login=TEXT,
        verifier={**TEXT, "description": "Who has verified it; empty where nobody has."},
        role=TEXT,
        created=nullable(TEXT),
        replaces=list_of(UID),
        segmentation=nullable(UID),
        phases={"type": "object", "additionalProperties": PHASE},
        lengths={"type": "object", "additionalProperties": KEPT_LENGTH},
        flags=FLAGS,
    ),
    "Reports": list_of(named("Report")),
    "NewReport": object_of(
        ("segmentation", "replaces", "phases", "lengths"),
        template=TEXT,
        answers=ANSWERS,
        state={"enum": ["draft", "complete"]},
        segmentation=nullable(UID),
        replaces=nullable(UID),
        phases={"type": "object", "additionalProperties": nullable(PHASE)},
        lengths={
            "type": "object",
            "additionalProperties": LENGTH,
            "description": "Tracking UID of a nodule to the line that its diameter was measured with.",
        },
    ),
    **READING_SCHEMAS,
    "Written": object_of(
        sop_instance_uid=UID,
        series_instance_uid=UID,
        state=STATE,
        nodules=list_of(object_of(tracking_uid=UID)),
        flags=FLAGS,
    ),
    "Nodule": {
        "type": "object",
        "description": "Items of one member of `nodules` in the template `liver-ct`, and what is below.",
        "properties": LIRADS_OPTIONS,
    },
    "Lirads": object_of(
        category=nullable({"enum": ["LR-NC", "LR-1", "LR-2", "LR-3", "LR-4", "LR-5", "LR-M", "LR-TIV", "LR-TR"]}),
        title=TEXT,
        response=nullable({"enum": ["nonviable", "nonprogressing", "equivocal", "viable", "nonevaluable"]}),
        management=TEXT,
        explanation=list_of(TEXT),
        version=TEXT,
        reference=TEXT,
        steps=list_of(object_of(step=TEXT, text=object_of(en=TEXT, pt=TEXT), outcome=TEXT)),
        table=nullable(
            object_of(
                columns=list_of(object_of(title=TEXT, short=TEXT, categories=list_of(TEXT))),
                rows=list_of(TEXT),
                column=nullable(COUNT),
                row=nullable(COUNT),
            )
        ),
        needs=list_of(TEXT),
        missing=list_of(TEXT),
        possible=list_of(object_of(column=COUNT, row=COUNT)),
        reason_needed={"type": "boolean"},
    ),
    "LabelmapHeader": object_of(
        ("algorithm", "derived_from"),
        rows=COUNT,
        columns=COUNT,
        sops=list_of({"type": "string", "description": "SOP Instance UID; of a frame `UID/frames/3`."}),
        segments=list_of(SEGMENT),
        algorithm=ALGORITHM,
        derived_from={**nullable(UID), "description": "The segmentation that was edited; the new one supersedes it."},
    ),
    "WrittenMask": object_of(
        sop_instance_uid=UID,
        series_instance_uid=UID,
        segments=list_of(
            {**SEGMENT, "properties": SEGMENT["properties"] | {"volume_cm3": NUMBER, "long_axis_mm": NUMBER}}
        ),
    ),
    "Segmentation": object_of(
        sop_instance_uid=UID,
        series_instance_uid=UID,
        study_instance_uid=UID,
        source_series_instance_uid=nullable(UID),
        description=nullable(TEXT),
        author=nullable(TEXT),
        created=nullable(TEXT),
        replaces=list_of(UID),
        algorithm=ALGORITHM,
        segments=list_of(SEGMENT),
    ),
    "MaskDraft": MASK_DRAFT,
    "MaskDrafts": object_of(drafts=list_of(MASK_DRAFT)),
    "DiscardedDraft": object_of(discarded={"type": "boolean"}),
    "TrackingUid": object_of(tracking_uid=UID),
    "Carry": object_of(("series", "registration"), series=list_of(UID), registration={"enum": ["none", "rigid"]}),
    "CarriedMasks": object_of(
        source=UID,
        carried=list_of(
            object_of(
                series_instance_uid=UID,
                acquisition_number=nullable(COUNT),
                segmentation=named("WrittenMask"),
                registration=nullable(
                    object_of(
                        sop_instance_uid=UID,
                        moved_mm=NUMBER,
                        turned_deg=NUMBER,
                        match_before=NUMBER,
                        match_after=NUMBER,
                        seconds=NUMBER,
                    )
                ),
                existing=list_of(UID),
                warnings=list_of(TEXT),
            )
        ),
        refused=list_of(object_of(series_instance_uid=UID, acquisition_number=nullable(COUNT), reason=TEXT)),
    ),
    "Deidentification": object_of(
        study_instance_uid=UID,
        instances=COUNT,
        method=TEXT,
        edition=TEXT,
        options=list_of(object_of(name=TEXT, code=TEXT, meaning=TEXT)),
        attributes=list_of(object_of(path=TEXT, name=TEXT, action=TEXT, becomes=TEXT, instances=COUNT)),
    ),
    "Patients": object_of(patients=list_of(object_of(("issuer",), patient_id=TEXT, issuer=TEXT))),
    "Audit": AUDIT,
    "Pseudonyms": object_of(pseudonyms=list_of(TEXT)),
    "Started": object_of(job=TEXT),
    "Models": object_of(
        state={"enum": ["ok", "starting", "off", "down"]},
        models=list_of(
            object_of(
                name=TEXT,
                kind={"enum": ["baseline", "torchscript", "bundle", "command"]},
                version=TEXT,
                licence=TEXT,
                description=TEXT,
                phases=list_of(PHASE),
                labels={"type": "object", "additionalProperties": TEXT},
            )
        ),
    ),
    "Presegment": object_of(("model",), model=TEXT),
    "Jobs": object_of(jobs=list_of(named("Job"))),
    "Job": object_of(
        job=TEXT,
        kind=TEXT,
        user=TEXT,
        created=NUMBER,
        parameters={"type": "object", "additionalProperties": TEXT},
        state={"enum": ["running", "done", "failed"]},
        place=COUNT,
        progress={"type": "number", "minimum": 0, "maximum": 1},
        step=TEXT,
        result=nullable(TEXT),
        segmentation=nullable(UID),
        carried=nullable(named("CarriedMasks")),
        error=nullable(object_of(code=TEXT, message=TEXT)),
    ),
    "OpenApi": {"type": "object"},
    **SEARCH_SCHEMAS,
}
