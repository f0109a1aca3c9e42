"""One operation of the API, and what several have in common."""

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
    roles
        Who may; nobody else, and nobody at all when it is empty.
    action
        What it is called in the audit, a key of `audit_actions.ACTIONS`; None: it is not entered there.
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
    roles: tuple[str, ...]
    summary: str
    status: int = 200
    answers: str = JSON
    schema: str | None = None
    body: str | None = None
    accepts: tuple[str, ...] = ()
    query: tuple[tuple[str, str], ...] = ()
    errors: tuple[tuple[int, str], ...] = ()
    is_job_if: str | None = None
    action: str | None = None


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
