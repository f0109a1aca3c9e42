"""The JSON of the details of GET /status, and of what keeps the index, for OpenAPI (JSON Schema 2020-12)."""

from orthanc_plugin.web.schema_parts import COUNT, NUMBER, TEXT, UID, Schema, list_of, nullable, object_of

#: A text in both languages.
BOTH: Schema = object_of(en=TEXT, pt=TEXT)
COUNTED: Schema = object_of(indexed=COUNT, dicom=COUNT)
FROM: Schema = list_of(object_of(way=TEXT, aet=nullable(TEXT), count=COUNT))

STATUS_SCHEMAS: dict[str, Schema] = {
    "StatusDetails": object_of(
        started=TEXT,
        uptime_s=COUNT,
        parts=list_of(
            object_of(
                id={"enum": ["orthanc", "database", "index", "monailabel", "disk", "hepatia"]},
                name=TEXT,
                state={"enum": ["ok", "attention", "down", "off", "starting"]},
                version=TEXT,
                versions={"type": "object", "additionalProperties": TEXT},
                fact=BOTH,
                remedy=nullable(BOTH),
            )
        ),
        disk=object_of(
            total=COUNT,
            free=COUNT,
            used_by_data=COUNT,
            growth_per_day=nullable({"type": "integer"}),
            days_left=nullable(COUNT),
        ),
        arrivals=object_of(
            hours=list_of(object_of(hour=TEXT, stored=COUNT, refused=COUNT, studies=COUNT)),
            stored=COUNT,
            refused=COUNT,
            reasons=list_of(object_of(reason=TEXT, title=BOTH, remedy=BOTH, count=COUNT, last=TEXT, **{"from": FROM})),
            ways=list_of(object_of(way=TEXT, aet=nullable(TEXT), stored=COUNT, refused=COUNT)),
        ),
        index=object_of(
            counts=object_of(reports=COUNTED, segmentations=COUNTED, studies=COUNTED),
            pending=COUNT,
            lag_s=nullable(NUMBER),
            failed=list_of(
                object_of(sop_instance_uid=UID, kind=nullable(TEXT), reason=TEXT, since=nullable(TEXT), remedy=BOTH)
            ),
            last_rebuild=nullable(object_of(started=TEXT, finished=nullable(TEXT), seconds=nullable(NUMBER))),
            rebuilding=nullable(object_of(done=COUNT, of=COUNT)),
        ),
    ),
    "Retry": object_of(("sop_instance_uid",), sop_instance_uid=UID),
    "Retried": object_of(retried=COUNT, failed=COUNT),
    "RebuildStarted": object_of(started={"type": "boolean"}),
}
