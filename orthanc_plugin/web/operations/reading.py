"""Operations on studies, reports and drafts."""

from orthanc_plugin.access import RADIOLOGISTS, READERS, WRITERS
from orthanc_plugin.web.operations.operation import DRAFT_CHANGED, NO_DRAFT, NO_READER, NO_REPORT, NO_STUDY, Operation

OPERATIONS = (
    Operation(
        "get", "/studies/{study_uid}", READERS,
        "A study: series with their phases, reports, segmentations.", schema="Study",
        errors=(NO_STUDY,),
    ),
    Operation(
        "get", "/studies/{study_uid}/reports", READERS,
        "The reports of a study.", schema="Reports", errors=(NO_STUDY,),
    ),
    Operation(
        "post", "/studies/{study_uid}/reports", WRITERS,
        "Write a report, or a new version of one.", status=201,
        schema="Written", body="NewReport",
        errors=(
            (400, "The body is not a JSON object."), NO_STUDY,
            (409, "The study has no images, or a newer version of the report replaces it already."),
            (422, "The answers break the template (`path` says where), or the body refers to what is not there."),
        ),
        action="write_report",
    ),
    Operation(
        "get", "/studies/{study_uid}/draft", WRITERS,
        "What the user has answered and not saved yet; nobody else sees it.",
        schema="Draft", errors=(NO_DRAFT,),
    ),
    Operation(
        "put", "/studies/{study_uid}/draft", WRITERS,
        "Keep what the user has answered; it takes the place of what was kept.",
        schema="Draft", body="NewDraft",
        errors=(
            (400, "The body is not a JSON object, or If-Match is no ETag of a draft."), NO_STUDY,
            (409, "The user has as many drafts as one may have."), DRAFT_CHANGED, (413, "The draft is too large."),
            (422, "The body has an unknown key, template or UID; the answers are not judged."),
        ),
    ),
    Operation(
        "delete", "/studies/{study_uid}/draft", WRITERS,
        "Discard what the user has answered and not saved.",
        schema="Discarded", errors=(NO_DRAFT, DRAFT_CHANGED),
    ),
    Operation(
        "get", "/studies/{study_uid}/priors", READERS,
        "The other studies of the patient, the newest first, with the nodules of their current reports.",
        schema="Priors", errors=(NO_STUDY,),
    ),
    Operation(
        "get", "/readers", READERS,
        "Who may be assigned to studies: everybody who writes reports.", schema="Readers",
    ),
    Operation(
        "get", "/studies/{study_uid}/assignments", READERS,
        "The readers assigned to a study.", schema="Assignments", errors=(NO_STUDY,),
    ),
    Operation(
        "get", "/studies/{study_uid}/readings", WRITERS,
        "The current report of each reader who has completed one; residents and students: once they have.",
        schema="Readings", errors=(NO_STUDY,),
    ),
    Operation(
        "put", "/studies/{study_uid}/assignments/{login}", WRITERS,
        "Assign a reader to a study; residents and students: themselves only.", schema="Assignment",
        errors=(NO_STUDY, NO_READER),
        action="assign",
    ),
    Operation(
        "delete", "/studies/{study_uid}/assignments/{login}", WRITERS,
        "Withdraw a reader from a study; residents and students: themselves only.", schema="Withdrawn",
        errors=((404, "This reader is not assigned to the study."),),
        action="assign",
    ),
    Operation(
        "post", "/assignments", WRITERS,
        "Assign readers to several studies and withdraw others, all together or not at all.",
        schema="Reassigned", body="Reassignment", errors=((400, "The body is not a JSON object."), NO_STUDY, NO_READER),
        action="assign",
    ),
    Operation(
        "post", "/tracking-uids", WRITERS,
        "A new tracking UID, for a lesion that is seen for the first time.", status=201,
        schema="TrackingUid",
    ),
    Operation(
        "get", "/reports/{sop}", READERS,
        "A report.", schema="Report", errors=(NO_REPORT,),
    ),
    Operation(
        "post", "/reports/{sop}/verify", RADIOLOGISTS,
        "Write the report again, verified (radiologists only).", status=201,
        schema="Written",
        errors=(
            NO_READER, NO_REPORT, (409, "Verified already, superseded by a newer version, or not ours."),
            (422, "The report is not complete."),
        ),
        action="verify_report",
    ),
    Operation(
        "post", "/lirads", READERS,
        "The LI-RADS category of one nodule, or the response of a treated one, explained.",
        schema="Lirads", body="Nodule",
        errors=(
            (400, "The body is not a JSON object."),
            (422, "A feature or value is not known, or the diameter is needed (`path` says which)."),
        ),
    ),
)  # fmt: skip
