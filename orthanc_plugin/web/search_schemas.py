"""The JSON of search, dashboard and what to read next, for OpenAPI (JSON Schema 2020-12)."""

from orthanc_plugin.web.schema_parts import (
    ANSWERS,
    COUNT,
    KIND,
    NUMBER,
    STATE,
    TEXT,
    UID,
    Schema,
    list_of,
    named,
    nullable,
    object_of,
)

#: An exam as searches and exports give it.
EXAM = object_of(
    study_instance_uid=UID,
    patient_id=TEXT,
    sex=nullable(TEXT),
    age=nullable(COUNT),
    study_date=nullable(TEXT),
    state={"enum": ["not_read", *STATE["enum"]]},
    answers=ANSWERS,
    viewer=TEXT,
)
#: How many reports of each state a month has.
PARTS: Schema = {"type": "object", "additionalProperties": COUNT}

SEARCH_SCHEMAS: dict[str, Schema] = {
    "Page": object_of(total=COUNT, page=COUNT, items=list_of(EXAM), words=TEXT),
    "Export": object_of(total=COUNT, words=TEXT, items=list_of(EXAM)),
    "Facets": object_of(
        total=COUNT,
        facets=list_of(
            object_of(
                path=TEXT,
                title=TEXT,
                values=list_of(object_of(value=TEXT, title=TEXT, count=COUNT)),
                minimum=nullable(NUMBER),
                maximum=nullable(NUMBER),
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
            object_of(
                study_instance_uid=UID,
                patient_id=TEXT,
                sex=nullable(TEXT),
                age=nullable(COUNT),
                study_date=nullable(TEXT),
                state=TEXT,
                phases=list_of(TEXT),
                viewer=TEXT,
                benefit=nullable(NUMBER),
                reason=nullable(TEXT),
            )
        ),
    ),
}
