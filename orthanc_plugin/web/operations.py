"""What the API offers, as data: one line per operation, from which OpenAPI and docs/api.md are made."""

from dataclasses import dataclass

LABELMAP = "application/vnd.hepatia.labelmap"
LABELMAP_GZIP = "application/vnd.hepatia.labelmap+gzip"
NIFTI = "application/x-nifti"
GZIP = "application/gzip"
JSON = "application/json"


@dataclass(frozen=True)
class Operation:
    """One method of one path.

    Parameters
    ----------
    accepts
        Media types of the body; a JSON body is named by its schema in `body`.
    answers
        Media type of the success.
    errors
        Status to what it means here; 401 and 403 are possible everywhere.
    is_job_if
        When it answers 202 with a job instead.
    """

    method: str
    path: str
    summary: str
    status: int = 200
    answers: str = JSON
    schema: str | None = None
    body: str | None = None
    accepts: tuple[str, ...] = ()
    query: tuple[tuple[str, str], ...] = ()
    errors: tuple[tuple[int, str], ...] = ()
    is_job_if: str | None = None


NO_STUDY = (404, "There is no such study.")
NO_SERIES = (404, "There is no such series.")
NO_DRAFT = (404, "The user has no draft of this study.")
DRAFT_CHANGED = (412, "The draft is not the one that If-Match or If-None-Match names: GET it, then decide.")
NO_READER = (422, "No such reader, study or key: `message` and `path` say which.")
NO_REPORT = (404, "There is no such instance, or it is no TID 1500 report.")
NO_MASK = (404, "There is no such instance, or it is no segmentation.")
NO_JOB = (404, "There is no such job, or it ended long ago.")
NO_EXPORT = (404, "There is no such export, or it is of somebody else.")
NO_INDEX = (503, "PostgreSQL does not answer.")
TOO_MANY = (422, "More exams than one export holds.")
NO_SOURCE = (409, "The source series is not in the archive.")

FILTERS = (
    ("template", "Whose items are meant; the setting `DefaultTemplate` when absent."),
    ("<group>.<item>", "Any of these values, separated by commas; `.min` and `.max` for numbers, inclusive."),
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
    Operation(
        "post", "/series/{series_uid}/segmentations", "Write a mask: a labelmap, or NIfTI with 1 liver, 2 nodule.",
        status=201, schema="WrittenMask", accepts=(LABELMAP, NIFTI, GZIP),
        errors=(
            (400, "The body is no labelmap, or no NIfTI."), NO_SERIES, (413, "The body is too large."),
            (415, "Another Content-Type."),
            (422, "The mask is on another grid (both are told), empty, or derived from no segmentation of the series."),
        ),
    ),
    Operation("get", "/segmentations/{sop}", "A segmentation.", schema="Segmentation", errors=(NO_MASK,)),
    Operation(
        "get", "/segmentations/{sop}.nii.gz", "A segmentation as NIfTI on the grid of its source series.",
        answers=GZIP,
        query=(
            ("values", "`weights` (default): 0 rest, 1 liver, 2 nodule. `segment`: segment numbers."),
            ("segment", "One segment as a binary mask; keeps overlaps."),
        ),
        errors=(NO_MASK, NO_SOURCE),
    ),
    Operation(
        "get", "/segmentations/{sop}/labelmap", "A segmentation as the labelmap that the viewer loads.",
        answers=LABELMAP,
        query=(("wins", "Segments that have the voxels they share with others, the first before the second: `3,1`."),),
        errors=(
            (400, "`wins` names no segment of it."), NO_MASK,
            (409, "The source series is not in the archive, or segments overlap: `overlaps` says which and where."),
        ),
    ),
    Operation(
        "get", "/studies/{study_uid}/mask-drafts", "The masks of a study that the user has painted and not saved.",
        schema="MaskDrafts",
    ),
    Operation(
        "put", "/series/{series_uid}/mask-draft",
        "Keep a mask that is being painted, for this user; it takes the place of the draft before.",
        schema="MaskDraft", accepts=(LABELMAP_GZIP,),
        errors=(
            (400, "The body is no labelmap compressed with gzip."), NO_SERIES,
            (409, "The user has as many as one may have."), (413, "The body is too large."),
            (415, "Another Content-Type."),
        ),
    ),
    Operation(
        "get", "/series/{series_uid}/mask-draft", "The mask that the user has painted and not saved, compressed.",
        answers=LABELMAP_GZIP, errors=((404, "The user has none of this series."),),
    ),
    Operation(
        "delete", "/series/{series_uid}/mask-draft", "Discard the mask that the user has painted and not saved.",
        schema="DiscardedDraft",
    ),
    Operation(
        "post", "/segmentations/{sop}/carry",
        "Write a mask again for the other CT scans of its study, as it is or after rigid registration.", status=201,
        schema="CarriedMasks", body="Carry", is_job_if="With registration: a job, whose `carried` is the same.",
        errors=(
            (400, "The body is not a JSON object."), NO_MASK,
            (409, "The source series is not in the archive, or segments overlap."),
            (422, "Another frame of reference, no such series: `message` says which."),
            (503, "SimpleITK is not installed, or too many jobs wait."),
        ),
    ),
    Operation(
        "get", "/series/{series_uid}.nii.gz", "A CT series as NIfTI in Hounsfield units.", answers=GZIP,
        query=(("acquisition", "An Acquisition Number, of a series that holds several scans."),),
        errors=(NO_SERIES, (409, "The series is not CT."), (422, "The slices are no volume.")),
    ),
    Operation(
        "post", "/series/{series_uid}/presegment", "Have MONAI Label draw a mask; the body may be absent.", status=202,
        schema="Started", body="Presegment",
        errors=(
            NO_SERIES, (409, "The series is not CT."), (422, "There is no such model."),
            (503, "MONAI Label is off or down, or too many jobs wait."),
        ),
    ),
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
