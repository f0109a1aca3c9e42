"""Reports: written as DICOM SR into the archive, read back from it."""

import dataclasses
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from flask import Blueprint

from orthanc_plugin import (
    described,
    lengths,
    measured_answers,
    phase_corrections,
    study_contents,
    study_phases,
    succession,
    writing,
)
from orthanc_plugin.archive import StudyInfo
from orthanc_plugin.errors import RequestError
from orthanc_plugin.web import audited, drafts
from orthanc_plugin.web.services import json_object, require, services, template, user
from sr_templates import answers, read
from sr_templates.errors import AnswerError
from sr_templates.messages import told
from sr_templates.report import Caliper, Report, State
from sr_templates.template import Template

blueprint = Blueprint("reports", __name__, url_prefix="/hepatia/api")

Answer = tuple[dict[str, Any], int]


@dataclass(frozen=True)
class Draft:
    """The body of POST reports, its shape checked."""

    template: Template
    answers: dict[str, Any]
    state: State
    segmentation: str | None
    replaces: str | None
    phases: object
    lengths: object


@dataclass(frozen=True)
class Version:
    """What is about to be stored beside the answers: by whom, in place of which, phases and lengths."""

    authorship: writing.Authorship
    replaces: str | None
    corrections: Mapping[str, str]
    calipers: Mapping[str, Caliper]


@blueprint.get("/studies/<uid:study_uid>/reports")
def list_reports(study_uid: str) -> list[dict[str, Any]]:
    """List the reports of a study, the oldest first."""
    return [described.report(one) for one in of_study(services().archive.study(study_uid))]


@blueprint.post("/tracking-uids")
def tracking_uid() -> Answer:
    """Give a new tracking UID: a nodule and its segments have it before anything of them is saved."""
    return {"tracking_uid": services().keys.mint()}, 201


@blueprint.get("/reports/<uid:sop>")
def one_report(sop: str) -> dict[str, Any]:
    """Return a report."""
    return described.report(read.read(services().archive.read(sop)))


@blueprint.post("/studies/<uid:study_uid>/reports")
def write_report(study_uid: str) -> Answer:
    """Write a new report, or a new version of one."""
    author = user()
    draft = _draft(json_object())
    audited.note(state=draft.state, corrects_phases=bool(draft.phases))
    study = services().archive.study(study_uid)
    replaced = _replaced(draft.replaces, study_uid)
    corrections = phase_corrections.of_request(draft.phases, study, replaced.phases if replaced else {})
    mask = writing.segmentation(services().archive, draft.segmentation, study_uid) if draft.segmentation else None
    answers.check(draft.template, draft.answers, complete=draft.state != "draft")
    cited = writing.with_segments(draft.template, draft.answers, mask)
    given = answers.with_tracking_uids(draft.template, cited, services().keys.mint)
    drawn = lengths.of_request(draft.lengths, study, draft.template, given, services().archive)
    version = Version(writing.Authorship(draft.state, author), draft.replaces, corrections, drawn)
    stored = _store(study, draft.template, given, version, mask)
    drafts.kept().remove(author.login, study_uid)
    return stored


@blueprint.post("/reports/<uid:sop>/verify")
def verify(sop: str) -> Answer:
    """Write the report again, verified."""
    radiologist = user()
    report = read.read(services().archive.read(sop))
    if report.template is None or report.template not in [one.id for one in services().templates]:
        raise RequestError(409, "foreign_report", "Only reports written after a template of HepatIA can be verified.")
    if report.state in ("verified", "consensus"):
        raise RequestError(409, "already_verified", "The report is verified already.")
    used = template(report.template)
    answers.check(used, report.answers, complete=True, retired=True)
    study = services().archive.study(report.study_instance_uid)
    mask = writing.segmentation(services().archive, report.segmentation, report.study_instance_uid)
    drawn = {uid: line for uid, line in report.lengths.items() if line.segment is None}
    version = Version(writing.Authorship("verified", radiologist, verifies=report), sop, report.phases, drawn)
    return _store(study, used, dict(report.answers), version, mask)


def of_study(study: StudyInfo) -> list[Report]:
    """Return the reports of a study, the oldest first; SRs that are none are left out."""
    return study_contents.reports(services().archive, study)


def _draft(body: dict[str, Any]) -> Draft:
    unknown = set(body) - {"template", "answers", "state", "segmentation", "replaces", "phases", "lengths"}
    if unknown:
        raise RequestError(422, "unknown_key", "The body has a key that is not known here.", min(unknown))
    state = body.get("state")
    if state not in ("draft", "complete"):
        raise RequestError(422, "invalid_state", 'The state must be "draft" or "complete".', "state")
    used = template(str(body.get("template")), "template", status=422)
    return Draft(
        used,
        _answers(used, body.get("answers")),
        state,
        _uid(body, "segmentation"),
        _uid(body, "replaces"),
        body.get("phases"),
        body.get("lengths"),
    )


def _answers(used: Template, given: object) -> dict[str, Any]:
    if not isinstance(given, dict):
        raise AnswerError(told("no_object"), "answers")
    # Forms send a saved report's answers back as they came.
    return answers.without_measured(used, given)


def _uid(body: dict[str, Any], name: str) -> str | None:
    given = body.get(name)
    if given is None:
        return None
    if not isinstance(given, str) or not writing.is_uid(given):
        raise RequestError(422, "invalid_uid", "This must be a SOP Instance UID.", name)
    return given


def _replaced(sop: str | None, study_uid: str) -> Report | None:
    if sop is None:
        return None
    report = writing.report_of_study(services().archive, sop, study_uid)
    if report.state in ("verified", "consensus"):
        require("replace_verified")
    return report


def _store(
    study: StudyInfo, used: Template, given: dict[str, Any], version: Version, mask: writing.Mask | None
) -> Answer:
    with succession.turn(version.replaces):
        return _store_next(study, used, given, version, mask)


def _store_next(
    study: StudyInfo, used: Template, given: dict[str, Any], version: Version, mask: writing.Mask | None
) -> Answer:
    """Measure on the masks, and store; of a report that is verified the numbers stay."""
    # As it is now that nobody else replaces the same: what the request began with may be older.
    study = services().archive.study(study.study_instance_uid)
    written = of_study(study)
    succession.check(written, version.replaces)
    authorship, replaced = version.authorship, version.replaces
    context = writing.report_context(services().archive, services().keys, study, authorship, replaced, mask)
    known = study_phases.of_study(services().archive, study, written, services().phases)
    phases, cited = study_phases.names(known), mask.segmentation.sop_instance_uid if mask else None
    if replaced and authorship.verifies:
        done = measured_answers.kept(services().archive, replaced, given)
    else:
        now = {**phases, **version.corrections}
        done = measured_answers.measure(used, given, cited, study, now, services().measurements)
    context = dataclasses.replace(context, phases=phases, corrections=version.corrections, calipers=version.calipers)
    context = dataclasses.replace(context, measured_on=done.measured_on, masks=done.others(cited))
    writing.store_report(services().archive, study, used, done.answers, context)
    services().worker.wait_for(context.sop_instance_uid, services().settings.index_wait_s)
    return {
        "sop_instance_uid": context.sop_instance_uid,
        "series_instance_uid": context.series_instance_uid,
        "state": context.state,
        "nodules": [{"tracking_uid": uid} for uid in _tracked(used, given)],
        "flags": described.flags(used.id, given),
    }, 201


def _tracked(used: Template, given: dict[str, Any]) -> Iterator[str]:
    """Yield the tracking UIDs of the members of repeated groups: nodules of the liver, lesions of the pancreas."""
    for group in used.groups:
        identity = group.of_kind("tracking_uid")
        if group.repeats and identity:
            yield from (member[identity.name] for member in given.get(group.name, []))
