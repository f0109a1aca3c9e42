"""Jobs: how far they are, their results, and ending them."""

from typing import Any

from flask import Blueprint

from orthanc_plugin import access
from orthanc_plugin.errors import RequestError
from orthanc_plugin.job_files import RUNNING, Job
from orthanc_plugin.web.services import services, user

blueprint = Blueprint("jobs", __name__, url_prefix="/hepatia/api")


@blueprint.get("/jobs")
def recent() -> dict[str, Any]:
    """List the jobs that are remembered, newest first."""
    return {"jobs": [_described(job) for job in services().jobs.recent()]}


@blueprint.get("/jobs/<job_id>")
def job(job_id: str) -> dict[str, Any]:
    """Tell how far a job is."""
    return _described(services().jobs.get(job_id))


@blueprint.delete("/jobs/<job_id>")
def cancel(job_id: str) -> dict[str, Any]:
    """Cancel a job; who asked for it may, and the admin."""
    asked = services().jobs.get(job_id)
    if user().login != asked.user.login and not access.may(user().role, "cancel_any_job"):
        raise RequestError(403, "not_allowed", "Only who asked for a job may cancel it, and the admin.")
    if asked.state != RUNNING:
        raise RequestError(409, "job_ended", "The job has ended already.")
    return _described(services().jobs.cancel(job_id))


def _described(job: Job) -> dict[str, Any]:
    return {
        "job": job.id,
        "kind": job.kind,
        "user": job.user.login,
        "created": job.created,
        "parameters": dict(job.parameters),
        "state": job.state,
        "place": services().jobs.place(job.id),
        "progress": job.progress,
        "step": job.step,
        "result": job.outcome.get("result"),
        "segmentation": job.outcome.get("segmentation"),
        "carried": job.outcome.get("carried"),
        "error": job.error,
    }
