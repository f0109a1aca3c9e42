"""Operations that tell how the installation is, and keep it."""

from orthanc_plugin.access import ADMIN, EVERYONE, READERS
from orthanc_plugin.web.operations.operation import NO_INDEX, Operation

NO_FILTER = (400, "An unknown filter, or a value that is none; named.")

AUDIT_FILTERS = (
    ("user", "Login."),
    ("action", "As in the table of actions (docs/audit.md)."),
    ("object", "A UID or identifier that the row names."),
    ("from", "ISO date, or date and time in UTC, inclusive; `to` as well."),
)

OPERATIONS = (
    Operation(
        "get", "/status", READERS,
        "How every part is.", schema="Status",
    ),
    Operation(
        "get", "/me", EVERYONE,
        "Who asks.", schema="Me",
    ),
    Operation(
        "get", "/templates", READERS,
        "The templates.", schema="Templates",
    ),
    Operation(
        "get", "/templates/{template_id}", READERS,
        "A template as JSON Schema and as a flat list of items.", schema="Template",
        errors=((404, "There is no such template."),),
    ),
    Operation(
        "get", "/studies/{study_uid}/deidentification", READERS,
        "What was done to the attributes of a study on arrival, without values.", schema="Deidentification",
        errors=((404, "Nothing of such a study has arrived."),),
    ),
    Operation(
        "get", "/studies/{study_uid}/deidentification.html", READERS,
        "The same as a page.", answers="text/html",
        errors=((404, "Nothing of such a study has arrived."),),
    ),
    Operation(
        "post", "/index/retry", ADMIN,
        "Read objects again that could not be indexed: one, or all (admin only).",
        schema="Retried", body="Retry",
        errors=((400, "The body is not a JSON object."), (404, "This object has not failed."), NO_INDEX),
        action="keep_index",
    ),
    Operation(
        "post", "/index/rebuild", ADMIN,
        "Begin to make the index again from DICOM (admin only); /status tells how far it is.",
        status=202, schema="RebuildStarted", errors=((409, "It is being made again already."), NO_INDEX),
        action="keep_index",
    ),
    Operation(
        "post", "/pseudonyms", ADMIN,
        "The pseudonyms of patients, in order (admin only).", schema="Pseudonyms",
        body="Patients", errors=((400, "The body is not a JSON object."), (422, "A patient has no Patient ID.")),
        action="look_up_pseudonyms",
    ),
    Operation(
        "get", "/audit", ADMIN,
        "Who did what, when, to which object: the newest first (admin only).", schema="Audit",
        query=(*AUDIT_FILTERS, ("page", "From 1."), ("page_size", "At most 500.")), errors=(NO_FILTER,),
        action="read_audit",
    ),
    Operation(
        "get", "/audit.csv", ADMIN,
        "The same as a table, at most 100 000 rows.", answers="text/csv", query=AUDIT_FILTERS, errors=(NO_FILTER,),
        action="read_audit",
    ),
    Operation(
        "get", "/audit.xml", ADMIN,
        "The same as audit messages of DICOM (PS3.15 section A.5).", answers="application/xml",
        query=AUDIT_FILTERS, errors=(NO_FILTER,),
        action="read_audit",
    ),
    Operation(
        "get", "/openapi.json", READERS,
        "This description.", schema="OpenApi",
    ),
)  # fmt: skip
