"""How jobs ended, in the audit: a request that asks for one is answered long before."""

from collections.abc import Iterator
from typing import Any

from orthanc_plugin.auditing.audit import Audit
from orthanc_plugin.auditing.row import Entry, named
from orthanc_plugin.job_files import Job


def enter(audit: Audit, job: Job) -> None:
    """Enter a job that has ended, with what it was to work on and what it has written."""
    objects = named((job.id, *_uids(job.parameters), *_uids(job.outcome)))
    code = {"error": job.error["code"]} if job.error else {}
    details = {"kind": job.kind, **code}
    audit.enter_late(Entry(job.user.login, job.user.role, "job_ended", "", objects, job.state, details))


def _uids(told: Any) -> Iterator[str]:  # noqa: ANN401 -- JSON
    if isinstance(told, str) and told.startswith("2.25."):
        yield told
    elif isinstance(told, dict | list | tuple):
        for one in told.values() if isinstance(told, dict) else told:
            yield from _uids(one)
