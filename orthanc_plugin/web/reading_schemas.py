"""The JSON of what stands beside a report while it is written: drafts, prior exams."""

from orthanc_plugin.web.schema_parts import (
    ANSWERS,
    ASSIGNED,
    COUNT,
    NUMBER,
    PHASE,
    TEXT,
    UID,
    Schema,
    list_of,
    named,
    nullable,
    object_of,
)

DRAFT: dict[str, Schema] = {
    "template": TEXT,
    "answers": ANSWERS,
    "phases": nullable({"type": "object", "additionalProperties": PHASE}),
    "sources": {**nullable({"type": "object"}), "description": "Where numbers come from, as the viewer has it."},
    "replaces": {**nullable(UID), "description": "The version of the report that the draft was begun from."},
    "segmentation": nullable(UID),
}

READING_SCHEMAS: dict[str, Schema] = {
    "NewDraft": object_of(("phases", "sources", "replaces", "segmentation"), **DRAFT),
    "Draft": object_of(
        **DRAFT,
        revision={**COUNT, "description": "Another after every change; the ETag of the answer."},
        kept={**TEXT, "format": "date-time"},
    ),
    "Readers": object_of(readers=list_of(object_of(login=TEXT, name=TEXT, role=TEXT))),
    "Assignment": ASSIGNED["items"],
    "Assignments": object_of(assignments=ASSIGNED),
    "Readings": object_of(readings=named("Reports")),
    "Withdrawn": object_of(withdrawn=TEXT),
    "Reassignment": object_of(
        ("assign", "withdraw"), studies=list_of(UID), assign=list_of(TEXT), withdraw=list_of(TEXT)
    ),
    "Reassigned": object_of(assigned=COUNT, withdrawn=COUNT),
    "Discarded": object_of(deleted=UID),
    "Priors": object_of(
        priors=list_of(
            object_of(
                study_instance_uid=UID,
                study_date=nullable(TEXT),
                days={
                    **nullable({"type": "integer"}),
                    "description": "From that study to this one; negative when it came after.",
                },
                state={"enum": ["not_read", "draft", "complete", "verified", "consensus", "unreadable"]},
                report=nullable(UID),
                template=nullable(TEXT),
                author=TEXT,
                nodules=list_of(
                    object_of(
                        tracking_uid=nullable(UID),
                        diameter_mm=nullable(NUMBER),
                        location=list_of(TEXT),
                        lirads=nullable(TEXT),
                    )
                ),
                viewer=TEXT,
            )
        )
    ),
}
