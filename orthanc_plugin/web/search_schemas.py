"""The JSON of search, dashboard and what to read next, for OpenAPI (JSON Schema 2020-12)."""

from orthanc_plugin.web.schema_parts import (
    ANSWERS,
    ASSIGNED,
    COUNT,
    KIND,
    NUMBER,
    PHASE,
    READING_STATE,
    TEXT,
    UID,
    Schema,
    list_of,
    named,
    nullable,
    object_of,
)

#: What every list tells of an exam. The last three are of the repeated group that has a category, after whose items
#: they are named: these are the names for `liver-ct`.
LISTED: dict[str, Schema] = {
    "study_instance_uid": UID,
    "patient_id": TEXT,
    "sex": nullable(TEXT),
    "age": nullable(COUNT),
    "study_date": nullable(TEXT),
    "description": nullable(TEXT),
    "state": READING_STATE,
    "viewer": TEXT,
    "phases": list_of(PHASE),
    "masks": object_of(liver=list_of(PHASE), nodule=list_of(PHASE)),
    "reader": nullable(TEXT),
    "readings": list_of(object_of(login=TEXT, name=TEXT, state=READING_STATE)),
    "priors": COUNT,
    "lirads": nullable(TEXT),
    "nodules": COUNT,
    "largest_mm": nullable(NUMBER),
}
OF_GROUP = ("lirads", "nodules", "largest_mm")

#: An exam as exports give it.
EXAM = object_of(OF_GROUP, **LISTED, answers=ANSWERS)
#: How many reports of each state a month has, how many of each sex a bin of ages.
PARTS: Schema = {"type": "object", "additionalProperties": COUNT}

#: In which form a dataset has images and masks.
FORM: Schema = {"enum": ["nifti", "dicom", "none"]}
INCLUDE_ANSWERS: Schema = {"type": "boolean"}

EXPORT_SCHEMAS: dict[str, Schema] = {
    "NewExport": object_of(
        ("include", "name"),
        query={"type": "string", "description": "As in the URL of GET /search."},
        include=object_of(("images", "masks", "answers"), images=FORM, masks=FORM, answers=INCLUDE_ANSWERS),
        name=TEXT,
    ),
    "ExportStarted": object_of(id=TEXT),
    "DeletedExport": object_of(deleted=TEXT),
    "Exports": object_of(
        exports=list_of(named("DatasetExport")),
        disk=object_of(free=COUNT),
        kept_days=COUNT,
    ),
    "DatasetExport": object_of(
        id=TEXT,
        name=TEXT,
        query=TEXT,
        words=TEXT,
        user=TEXT,
        include=object_of(images=FORM, masks=FORM, answers=INCLUDE_ANSWERS),
        state={"enum": ["running", "done", "failed", "cancelled"]},
        place=COUNT,
        progress={"type": "number", "minimum": 0, "maximum": 1},
        step={"enum": ["", "waiting", "counting", "exams", "tables"]},
        exams=COUNT,
        exams_done=COUNT,
        bytes=COUNT,
        estimated_bytes=COUNT,
        parts=list_of(object_of(number=COUNT, name=TEXT, bytes=COUNT, sha256=TEXT)),
        created=TEXT,
        finished=nullable(TEXT),
        expires=nullable(TEXT),
        error=nullable(object_of(code=TEXT, message=TEXT)),
    ),
}

SEARCH_SCHEMAS: dict[str, Schema] = {
    **EXPORT_SCHEMAS,
    "Page": object_of(
        total=COUNT,
        page=COUNT,
        items=list_of(object_of(OF_GROUP, **LISTED, answers=ANSWERS, assigned=ASSIGNED)),
        words=TEXT,
    ),
    "Export": object_of(total=COUNT, words=TEXT, items=list_of(EXAM)),
    "Facets": object_of(
        total=COUNT,
        patients=COUNT,
        facets=list_of(
            object_of(
                path=TEXT,
                title=TEXT,
                values=list_of(object_of(value=TEXT, title=TEXT, count=COUNT)),
                minimum=nullable(NUMBER),
                maximum=nullable(NUMBER),
                width=nullable(COUNT),
                bins=list_of(object_of(start=NUMBER, count=COUNT)),
            )
        ),
        words=TEXT,
    ),
    "SavedSearches": object_of(searches=list_of(named("SavedSearch"))),
    "SavedSearch": object_of(("words",), id=COUNT, name=TEXT, query=TEXT, created=TEXT, words=TEXT),
    "NewSearch": object_of(name=TEXT, query=TEXT),
    "Deleted": object_of(deleted=COUNT),
    "Dashboard": object_of(
        exams=COUNT,
        patients=COUNT,
        words=TEXT,
        charts=list_of(
            object_of(
                id=TEXT,
                title=TEXT,
                kind={"enum": ["bar", "histogram", "months"]},
                counts=TEXT,
                data=list_of(object_of(("parts",), label=TEXT, count=COUNT, parts=PARTS)),
                bins=nullable(object_of(width=COUNT)),
                statistics=nullable(
                    object_of(
                        count=COUNT,
                        mean=nullable(NUMBER),
                        standard_deviation=nullable(NUMBER),
                        minimum=nullable(NUMBER),
                        maximum=nullable(NUMBER),
                    )
                ),
            )
        ),
        models=list_of(
            object_of(model=TEXT, version=TEXT, kind=KIND, masks=COUNT, mean=NUMBER, median=NUMBER, minimum=NUMBER)
        ),
    ),
    "Worklist": object_of(
        total=COUNT,
        sort={"enum": ["newest", "benefit"]},
        words=TEXT,
        items=list_of(
            object_of(OF_GROUP, **LISTED, assigned=ASSIGNED, benefit=nullable(NUMBER), reason=nullable(TEXT))
        ),
    ),
}
