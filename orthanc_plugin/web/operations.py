"""What the API offers, as data: one line per operation, from which OpenAPI and docs/api.md are made."""

from orthanc_plugin.web.mask_operations import MASK_OPERATIONS
from orthanc_plugin.web.operation import (
    DRAFT_CHANGED,
    NO_DRAFT,
    NO_EXPORT,
    NO_INDEX,
    NO_JOB,
    NO_READER,
    NO_REPORT,
    NO_STUDY,
    TOO_MANY,
    Operation,
)

FILTERS = (
    ("template", "Whose items are meant; the setting `DefaultTemplate` when absent."),
    ("<group>.<item>", "Any of these values, separated by commas; `.min` and `.max` for numbers, inclusive."),
    ("<group>.2.<item>", "The same of another member of the group, not the one of `<group>.<item>`; up to 4."),
    ("patient.sex", "M, F or O."),
    ("patient.age.min", "Years, inclusive; `.max` as well."),
    ("study.date.min", "ISO date, inclusive; `.max` as well."),
    ("study.phase", "Contrast phases of which the study has any."),
    ("state", "not_read, draft, complete, verified, consensus."),
    ("has", "`segmentation`, `report`, `four_phases`, `prior`; all of those named, separated by commas."),
    ("reader", "Author of the current report, as `Souza^Ana`; of several any."),
    ("assigned", "Logins of readers, any of them; `@me`: who asks, `@none`: exams that nobody is assigned to."),
    ("awaiting", "As `assigned`, of readers who have not completed a report of their own."),
    ("lirads", "Highest category of the nodules; `nodules` (how many) and `largest_mm` with `.min` and `.max`."),
    ("find", "Words in the pseudonym or in the description of the study."),
    ("text", "Words that a report has, whatever their case and accents."),
    ("blocks", "Facets of repeated groups are told of as many blocks of filters (`<group>.2.<item>`)."),
    ("language", "Of `words` and titles: `en` or `pt`."),
)
SORT = ("sort", "A path, with `-` before it for descending order.")
PAGING = (SORT, ("page", "From 1."), ("page_size", "At most 500."))

OPERATIONS = (
    Operation("get", "/status", "How every part is.", schema="Status"),
    Operation("get", "/me", "Who asks.", schema="Me"),
    Operation("get", "/templates", "The templates.", schema="Templates"),
    Operation(
        "get", "/templates/{template_id}", "A template as JSON Schema and as a flat list of items.", schema="Template",
        errors=((404, "There is no such template."),),
    ),
    Operation(
        "get", "/studies/{study_uid}", "A study: series with their phases, reports, segmentations.", schema="Study",
        errors=(NO_STUDY,),
    ),
    Operation("get", "/studies/{study_uid}/reports", "The reports of a study.", schema="Reports", errors=(NO_STUDY,)),
    Operation(
        "post", "/studies/{study_uid}/reports", "Write a report, or a new version of one.", status=201,
        schema="Written", body="NewReport",
        errors=(
            (400, "The body is not a JSON object."), NO_STUDY,
            (409, "The study has no images, or a newer version of the report replaces it already."),
            (422, "The answers break the template (`path` says where), or the body refers to what is not there."),
        ),
    ),
    Operation(
        "get", "/studies/{study_uid}/draft", "What the user has answered and not saved yet; nobody else sees it.",
        schema="Draft", errors=(NO_DRAFT,),
    ),
    Operation(
        "put", "/studies/{study_uid}/draft", "Keep what the user has answered; it takes the place of what was kept.",
        schema="Draft", body="NewDraft",
        errors=(
            (400, "The body is not a JSON object, or If-Match is no ETag of a draft."), NO_STUDY,
            (409, "The user has as many drafts as one may have."), DRAFT_CHANGED, (413, "The draft is too large."),
            (422, "The body has an unknown key, template or UID; the answers are not judged."),
        ),
    ),
    Operation(
        "delete", "/studies/{study_uid}/draft", "Discard what the user has answered and not saved.",
        schema="Discarded", errors=(NO_DRAFT, DRAFT_CHANGED),
    ),
    Operation(
        "get", "/studies/{study_uid}/priors",
        "The other studies of the patient, the newest first, with the nodules of their current reports.",
        schema="Priors", errors=(NO_STUDY,),
    ),
    Operation("get", "/readers", "Who may be assigned to studies: everybody who writes reports.", schema="Readers"),
    Operation(
        "get", "/studies/{study_uid}/assignments", "The readers assigned to a study.", schema="Assignments",
        errors=(NO_STUDY,),
    ),
    Operation(
        "put", "/studies/{study_uid}/assignments/{login}",
        "Assign a reader to a study; residents and students: themselves only.", schema="Assignment",
        errors=(NO_STUDY, NO_READER),
    ),
    Operation(
        "delete", "/studies/{study_uid}/assignments/{login}",
        "Withdraw a reader from a study; residents and students: themselves only.", schema="Withdrawn",
        errors=((404, "This reader is not assigned to the study."),),
    ),
    Operation(
        "post", "/assignments", "Assign readers to several studies and withdraw others, all together or not at all.",
        schema="Reassigned", body="Reassignment", errors=((400, "The body is not a JSON object."), NO_STUDY, NO_READER),
    ),
    Operation(
        "post", "/tracking-uids", "A new tracking UID, for a lesion that is seen for the first time.", status=201,
        schema="TrackingUid",
    ),
    Operation("get", "/reports/{sop}", "A report.", schema="Report", errors=(NO_REPORT,)),
    Operation(
        "post", "/reports/{sop}/verify", "Write the report again, verified (radiologists only).", status=201,
        schema="Written",
        errors=(
            NO_REPORT, (409, "Verified already, superseded by a newer version, or not ours."),
            (422, "The report is not complete."),
        ),
    ),
    Operation(
        "post", "/lirads", "The LI-RADS category of one nodule, or the response of a treated one, explained.",
        schema="Lirads", body="Nodule",
        errors=(
            (400, "The body is not a JSON object."),
            (422, "A feature or value is not known, or the diameter is needed (`path` says which)."),
        ),
    ),
    *MASK_OPERATIONS,
    Operation("get", "/models", "The models that draw masks, and how their server is.", schema="Models"),
    Operation("get", "/jobs", "The jobs that are remembered, newest first.", schema="Jobs"),
    Operation(
        "get", "/jobs/{job_id}", "How far a job is; `place` counts the jobs before it.", schema="Job", errors=(NO_JOB,),
    ),
    Operation(
        "delete", "/jobs/{job_id}", "Cancel a job (who asked for it, and the admin).", schema="Job",
        errors=(NO_JOB, (409, "The job has ended already.")),
    ),
    Operation(
        "get", "/search", "Find exams by the answers of their current reports.", schema="Page",
        query=(*FILTERS, *PAGING), errors=((400, "An unknown filter or value, named."), NO_INDEX),
    ),
    Operation(
        "get", "/search/facets", "Count what each further value would find.", schema="Facets", query=FILTERS,
        errors=((400, "An unknown filter or value, named."), NO_INDEX),
    ),
    Operation(
        "get", "/search.json", "All exams that a search finds.", schema="Export", query=(*FILTERS, SORT),
        errors=((400, "An unknown filter or value, named."), TOO_MANY, NO_INDEX),
    ),
    Operation(
        "get", "/search.csv", "All exams that a search finds, or the members of a repeated group, as a table.",
        answers="text/csv",
        query=(*FILTERS, SORT, ("rows", "`exams` (default), or a repeated group such as `nodules`.")),
        errors=((400, "An unknown filter or value, named."), TOO_MANY, NO_INDEX),
    ),
    Operation("get", "/searches", "The searches that the user has saved.", schema="SavedSearches"),
    Operation(
        "post", "/searches", "Save a search; it takes the place of an earlier one of that name.", status=201,
        schema="SavedSearch", body="NewSearch",
        errors=(
            (400, "The body is not a JSON object, or the query has an unknown filter or value."),
            (409, "The user has as many as one may have."), (422, "No name, or too long."),
        ),
    ),
    Operation(
        "delete", "/searches/{search_id}", "Delete a search that the user has saved.", schema="Deleted",
        errors=((404, "The user has saved no such search."),),
    ),
    Operation(
        "post", "/exports", "Have a dataset made of the exams that a search finds.", status=202, schema="ExportStarted",
        body="NewExport",
        errors=(
            (400, "The body is not a JSON object, or the query has an unknown filter or value."),
            (422, "Nothing is found, or too much; a form or the name is not possible (`path` says which)."), NO_INDEX,
            (507, "The disk has no room for it."),
        ),
    ),
    Operation("get", "/exports", "The datasets of the user; for the admin all.", schema="Exports"),
    Operation("get", "/exports/{export_id}", "How far a dataset is.", schema="DatasetExport", errors=(NO_EXPORT,)),
    Operation(
        "delete", "/exports/{export_id}", "Cancel a dataset that is being made; delete one that was.",
        schema="DeletedExport", errors=(NO_EXPORT,),
    ),
    Operation(
        "get", "/exports/{export_id}/download", "A part of a dataset: a zip file.", answers="application/zip",
        query=(("part", "Its number, from 1; may be absent when there is one part."),),
        errors=(NO_EXPORT, (409, "It is not complete."), (422, "It has several parts, and `part` names none.")),
    ),
    Operation(
        "get", "/dashboard", "Count the exams that a search finds, and how models' masks stand up to their readers.",
        schema="Dashboard", query=FILTERS,
        errors=((400, "An unknown filter or value, named."), NO_INDEX),
    ),
    Operation(
        "get", "/worklist", "The exams with CT and without a reader's mask: what to read next.", schema="Worklist",
        query=(
            *FILTERS, *PAGING[1:],
            ("sort", "`newest` (default), or `benefit`: what a model is unsure of, then what differs most."),
        ),
        errors=((400, "An unknown filter or value, named."), NO_INDEX),
    ),
    Operation(
        "get", "/studies/{study_uid}/deidentification",
        "What was done to the attributes of a study on arrival, without values.", schema="Deidentification",
        errors=((404, "Nothing of such a study has arrived."),),
    ),
    Operation(
        "get", "/studies/{study_uid}/deidentification.html", "The same as a page.", answers="text/html",
        errors=((404, "Nothing of such a study has arrived."),),
    ),
    Operation(
        "post", "/index/retry", "Read objects again that could not be indexed: one, or all (admin only).",
        schema="Retried", body="Retry",
        errors=((400, "The body is not a JSON object."), (404, "This object has not failed."), NO_INDEX),
    ),
    Operation(
        "post", "/index/rebuild", "Begin to make the index again from DICOM (admin only); /status tells how far it is.",
        status=202, schema="RebuildStarted", errors=((409, "It is being made again already."), NO_INDEX),
    ),
    Operation(
        "post", "/pseudonyms", "The pseudonyms of patients, in order (admin only).", schema="Pseudonyms",
        body="Patients", errors=((400, "The body is not a JSON object."), (422, "A patient has no Patient ID.")),
    ),
    Operation("get", "/openapi.json", "This description.", schema="OpenApi"),
)  # fmt: skip


def describe() -> str:
    """Return the table of the routes for the docs (Markdown)."""
    lines = ["| request | body → answer | what |", "|---|---|---|"]
    for one in OPERATIONS:
        sent = f"`{one.body}`" if one.body else " or ".join(f"`{kind}`" for kind in one.accepts)
        answered = f"{one.status} `{one.schema}`" if one.schema else f"{one.status} `{one.answers}`"
        answered += " or 202 `Started`" if one.is_job_if else ""
        lines.append(
            f"| `{one.method.upper()} {one.path}` | {sent + ' → ' if sent else ''}{answered} | {one.summary} |"
        )
    return "\n".join(lines) + "\n"
