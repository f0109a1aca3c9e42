"""What the API writes: SR made from requests, stored into the archive, never into PostgreSQL."""

import contextlib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from io import BytesIO
from typing import Any

import pydicom
from pydicom import Dataset

from orthanc_plugin import version
from orthanc_plugin.archive import Archive, SeriesInfo, StudyInfo
from orthanc_plugin.deidentification.keys import Keys
from orthanc_plugin.errors import NotInArchive, RequestError
from orthanc_plugin.users import User
from seg import decode, lines
from seg.decode import Segmentation
from seg.errors import NotASegmentation, SegError
from sr_templates import read, write
from sr_templates.errors import AnswerError, NotAReport
from sr_templates.items import Reference
from sr_templates.messages import told
from sr_templates.report import Caliper, Report, State, WriteContext
from sr_templates.template import Template

#: Modalities whose instances are no evidence of a report: they were written about the images.
DERIVED = frozenset({"SR", "SEG", "RTSTRUCT", "REG", "KO", "PR"})


#: A length that differs less from the mask's was measured there: forms round it.
SAME_LENGTH_MM = 0.5


@dataclass(frozen=True)
class Mask:
    """A segmentation that a report cites."""

    header: Dataset
    segmentation: Segmentation


@dataclass(frozen=True)
class Authorship:
    """Who writes a report in which state; `verifies` is the report that becomes verified, its author is kept."""

    state: State
    user: User
    verifies: Report | None = None


def is_uid(text: str) -> bool:
    """Whether a text is a DICOM UID (PS3.5 section 9.1)."""
    return len(text) <= 64 and re.fullmatch(r"(0|[1-9]\d*)(\.(0|[1-9]\d*))+", text) is not None


def segmentation(archive: Archive, sop: str | None, study_uid: str) -> Mask | None:
    """Return the segmentation that a report of a study cites.

    Raises
    ------
    RequestError
        There is none of that UID, or it belongs to another study.
    """
    if sop is None:
        return None
    try:
        dataset = pydicom.dcmread(BytesIO(archive.read(sop)))
        decoded = decode.decode(dataset)
    except (NotInArchive, NotASegmentation):
        raise RequestError(422, "unknown_segmentation", "There is no such segmentation.", "segmentation") from None
    if decoded.study_instance_uid != study_uid:
        raise RequestError(422, "other_study", "The segmentation belongs to another study.", "segmentation")
    return Mask(dataset, decoded)


def report_of_study(archive: Archive, sop: str, study_uid: str) -> Report:
    """Return the report that a new version replaces.

    Raises
    ------
    RequestError
        There is no report of that UID, or it belongs to another study.
    """
    try:
        report = read.read(archive.read(sop))
    except (NotInArchive, NotAReport):
        raise RequestError(422, "unknown_report", "There is no such report to replace.", "replaces") from None
    if report.study_instance_uid != study_uid:
        raise RequestError(422, "other_study", "The report to replace belongs to another study.", "replaces")
    return report


def with_segments(template: Template, answers: Mapping[str, Any], mask: Mask | None) -> dict[str, Any]:
    """Return the answers, each member that cites a segment with the segment's tracking UID unless it has its own.

    Raises
    ------
    AnswerError
        A member cites a segment that is not there.
    """
    uids = {one.number: one.tracking_uid for one in mask.segmentation.segments} if mask else {}
    tracked = dict(answers)
    for group in template.groups:
        cites, identity = group.of_kind("segment_number"), group.of_kind("tracking_uid")
        if group.repeats and cites and identity and group.name in answers:
            tracked[group.name] = [
                _with_identity(member, f"{group.name}.{position}.{cites.name}", cites.name, identity.name, uids)
                for position, member in enumerate(answers[group.name])
            ]
    return tracked


def _with_identity(
    member: Mapping[str, Any], path: str, cites: str, identity: str, uids: Mapping[int, str | None]
) -> dict[str, Any]:
    number = member.get(cites)
    if number is not None and number not in uids:
        raise AnswerError(told("no_segment"), path)
    tracked = member.get(identity) or (uids[number] if number is not None else None)
    return dict(member) | ({identity: tracked} if tracked else {})


def report_context(
    archive: Archive,
    keys: Keys,
    study: StudyInfo,
    authorship: Authorship,
    replaced: str | None,
    mask: Mask | None,
) -> WriteContext:
    """Return who writes what where: each author has one series per study.

    Parameters
    ----------
    replaced
        SOP Instance UID of the report that the new one supersedes.
    """
    verified = authorship.verifies
    login = verified.author_login if verified else authorship.user.login
    own = _series_of_author(archive, study, login)
    return WriteContext(
        state=authorship.state,
        observer_name=verified.author if verified else authorship.user.name,
        observer_login=login,
        role=verified.role if verified else authorship.user.role,
        created=datetime.now(),
        sop_instance_uid=keys.mint(),
        series_instance_uid=own.series_instance_uid if own else keys.mint(),
        mint=keys.mint,
        instance_number=len(own.instances) + 1 if own else 1,
        predecessors=(archive.header(replaced),) if replaced else (),
        segmentation=mask.header if mask else None,
        verifier_name=authorship.user.name if verified else "",
        software_version=version.VERSION,
    )


def _series_of_author(archive: Archive, study: StudyInfo, login: str) -> SeriesInfo | None:
    for series in study.series:
        if series.modality != "SR":
            continue
        try:
            # One series has one author: its first report tells.
            if read.read(archive.first_file(series)).author_login == login:
                return series
        except NotAReport:
            continue
    return None


def store_report(
    archive: Archive, study: StudyInfo, template: Template, answers: Mapping[str, Any], context: WriteContext
) -> None:
    """Write the SR and store it; its evidence is every image of the study.

    Raises
    ------
    RequestError
        The study has no images.
    """
    sources = [
        header for series in study.series if series.modality not in DERIVED for header in _evidence(archive, series)
    ]
    if not sources:
        raise RequestError(409, "no_images", "The study has no images; a report needs some that it was read from.")
    seen = replace(context, calipers=_calipers(template, answers, context, sources))
    archive.store(write.write(template, answers, seen, sources))


def _calipers(
    template: Template, answers: Mapping[str, Any], context: WriteContext, sources: Sequence[Dataset]
) -> dict[str, Caliper]:
    """Return by tracking UID the lines whose length was answered: drawn by hand, else where the segment is longest."""
    drawn = dict(context.calipers)
    lengths = tuple(one for one in _lengths(template, answers) if one[0] not in drawn)
    if context.segmentation is None or not lengths:
        return drawn
    cited = str(context.segmentation.SOPClassUID), str(context.segmentation.SOPInstanceUID)
    classes = {str(header.SOPInstanceUID): str(header.SOPClassUID) for header in sources}
    with contextlib.suppress(SegError):
        found = lines.longest(decode.decode(context.segmentation), {number for _, number, _ in lengths})
        return drawn | {
            uid: Caliper(
                Reference(classes[line.sop_instance_uid], line.sop_instance_uid),
                line.points,
                Reference(*cited, segments=(number,)),
            )
            for uid, number, length in lengths
            if (line := found.get(number))
            and line.sop_instance_uid in classes
            and abs(line.length_mm - length) <= SAME_LENGTH_MM
        }
    return drawn


def _lengths(template: Template, answers: Mapping[str, Any]) -> Iterator[tuple[str, int, float]]:
    """Yield tracking UID, cited segment and length of the members of repeated groups that have them all."""
    for group in template.groups:
        caliper = next((item.name for item in group.items if item.caliper), "")
        for member in answers.get(group.name, ()) if group.repeats and caliper else ():
            names = ("tracking_uid", "segment_number", caliper)
            if all(member.get(name) is not None for name in names):
                yield member["tracking_uid"], member["segment_number"], member[caliper]


def _evidence(archive: Archive, series: SeriesInfo) -> list[Dataset]:
    """Return one whole header, and of the other instances what a reference needs: their classes are the first one's."""
    first = pydicom.dcmread(BytesIO(archive.first_file(series)), stop_before_pixels=True)
    headers: list[Dataset] = [first]
    for sop in archive.instance_uids(series):
        if sop != first.SOPInstanceUID:
            reference = Dataset()
            reference.SOPClassUID, reference.SOPInstanceUID = first.SOPClassUID, sop
            reference.StudyInstanceUID, reference.SeriesInstanceUID = (
                series.study_instance_uid,
                series.series_instance_uid,
            )
            headers.append(reference)
    return headers
