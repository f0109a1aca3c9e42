"""Datasets of cohorts: asked for, how far they are, downloaded, deleted."""

from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl, urlencode

from flask import Blueprint, Response, request

from indexer import search as indexed_search
from orthanc_plugin import access
from orthanc_plugin.errors import NotInArchive, RequestError
from orthanc_plugin.exporting import cohort, exports, scans
from orthanc_plugin.exporting import request as asking
from orthanc_plugin.exporting.parts import DiskFull, free_bytes
from orthanc_plugin.exporting.request import Asked
from orthanc_plugin.job_files import RUNNING, Job
from orthanc_plugin.jobs import CANCELLED
from orthanc_plugin.web import audited
from orthanc_plugin.web.search import about_me
from orthanc_plugin.web.services import json_object, services, user

blueprint = Blueprint("exports", __name__, url_prefix="/hepatia/api")

#: Exams whose size is looked up; the others are taken to be alike.
SAMPLE = 16

#: Of the answers of an exam.
TABLES_BYTES = 10_000


@blueprint.post("/exports")
def ask() -> tuple[dict[str, Any], int]:
    """Have a dataset made."""
    author, body = user(), json_object()
    query = body.get("query", "")
    if not isinstance(query, str):
        raise RequestError(422, "invalid_export", "`query` must be a text, as in the URL of GET /search.", "query")
    name, include = asking.name(body.get("name")), asking.include(body.get("include"))
    # It is worked on when nobody asks any more: `@me` becomes who asks now.
    query = urlencode(about_me(parse_qsl(query.lstrip("?"), keep_blank_values=True)), safe=",")
    used, search = cohort.parse(services().templates, services().settings.default_template, query)
    exams = cohort.count(services().index, used, search)
    words = indexed_search.words(search)
    chosen = cohort.sample(services().index, used, search, SAMPLE)
    size = _estimated(chosen, exams, include)
    reserve, free = services().settings.export_reserve_bytes, _free()
    if free - size < reserve:
        raise DiskFull(free, size, reserve)
    asked = Asked(name, query, words, include, exams, size)
    audited.note(query=audited.without_free_text(query), exams=exams, **asked.to_json()["include"])
    return {"id": services().exports.submit(author, asked)}, 202


@blueprint.get("/exports")
def recent() -> dict[str, Any]:
    """List the datasets of the user; for the admin all."""
    every = access.may(user().role, "see_any_export")
    own = [job for job in services().exports.jobs.recent() if every or job.user.login == user().login]
    listed = [_described(job) for job in own]
    return {"exports": listed, "disk": {"free": _free()}, "kept_days": services().settings.export_days}


@blueprint.get("/exports/<export_id>")
def one(export_id: str) -> dict[str, Any]:
    """Tell how far a dataset is."""
    return _described(_job(export_id))


@blueprint.delete("/exports/<export_id>")
def delete(export_id: str) -> dict[str, Any]:
    """Cancel a dataset that is being made; delete one that was."""
    services().exports.delete(_job(export_id))
    return {"deleted": export_id}


@blueprint.get("/exports/<export_id>/download")
def download(export_id: str) -> Response:
    """Give a part of a dataset."""
    job = _job(export_id)
    number = request.args.get("part")
    if number is not None and not number.isdecimal():
        raise RequestError(422, "invalid_part", "`part` must be the number of a part, from 1.", "part")
    path = services().exports.part(job, int(number) if number else None)
    headers = {"Content-Disposition": f'attachment; filename="{path.name}"'}
    return Response(path.read_bytes(), mimetype="application/zip", headers=headers)


def _job(export_id: str) -> Job:
    unknown = RequestError(404, "unknown_export", "There is no such export; old ones are deleted after a while.")
    try:
        job = services().exports.jobs.get(export_id)
    except RequestError:
        raise unknown from None
    if job.user.login != user().login and not access.may(user().role, "see_any_export"):
        raise unknown
    return job


def _estimated(chosen: list[str], exams: int, include: asking.Include) -> int:
    """Return about how many bytes a dataset will have, from those of some of its exams."""
    sizes = [_size(uid, include) for uid in chosen]
    return int(sum(sizes) / max(1, len(sizes)) * exams)


def _size(study_uid: str, include: asking.Include) -> int:
    """Return about how many bytes an exam will have."""
    if include.images == "none":
        return TABLES_BYTES
    try:
        study = services().archive.study(study_uid)
        series = [one for one in study.series if one.modality == "CT"]
        size = sum(services().archive.size(one) for one in series)
    except NotInArchive:
        return TABLES_BYTES
    return TABLES_BYTES + int(size * (scans.NIFTI_SHARE if include.images == "nifti" else 1.0))


def _free() -> int:
    return free_bytes(services().settings.data)


def _described(job: Job) -> dict[str, Any]:
    known = services().exports
    asked, reached = Asked.from_json(job.parameters), known.reached(job)
    state = exports.state(job)
    return {
        "id": job.id,
        "name": asked.name,
        "query": asked.query,
        "words": asked.words,
        "user": job.user.login,
        "include": asked.to_json()["include"],
        "state": state,
        "place": known.jobs.place(job.id),
        "progress": job.progress,
        "step": "waiting" if job.state == RUNNING and job.step in ("waiting", "starting") else job.step,
        "exams": asked.exams,
        "exams_done": reached.exams,
        "bytes": reached.bytes,
        "estimated_bytes": asked.estimated_bytes,
        "parts": list(job.outcome.get("parts", ())),
        "created": _time(job.created),
        "finished": _time(job.ended),
        "expires": _time(known.expires(job)),
        "error": None if state == CANCELLED[0] else job.error,
    }


def _time(seconds: float | None) -> str | None:
    if seconds is None:
        return None
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
