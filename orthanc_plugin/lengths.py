"""Lengths that a reader drew: where on which image a diameter was measured, read from a request."""

import math
from collections.abc import Mapping
from typing import Any

from pydicom import Dataset

from orthanc_plugin.archive import Archive, StudyInfo
from orthanc_plugin.errors import NotInArchive, RequestError
from orthanc_plugin.writing import DERIVED, SAME_LENGTH_MM
from sr_templates.items import Reference
from sr_templates.report import Caliper
from sr_templates.template import Template


def of_request(
    given: object, study: StudyInfo, template: Template, answers: Mapping[str, Any], archive: Archive
) -> dict[str, Caliper]:
    """Return by tracking UID the lines that the diameters of nodules were measured with.

    Parameters
    ----------
    given
        Tracking UID → `{"sop_instance_uid", "points": [column, row, column, row]}`; None says nothing.

    Raises
    ------
    RequestError
        A line lies on no image of the study, or is not as long as the answer; `path` names it.
    """
    if given is None:
        return {}
    if not isinstance(given, dict):
        raise _refused("The lengths must be a JSON object: tracking UID to line.", "lengths")
    answered = _answered(template, answers)
    return {uid: _caliper(line, f"lengths.{uid}", answered.get(uid), study, archive) for uid, line in given.items()}


def _answered(template: Template, answers: Mapping[str, Any]) -> dict[str, float]:
    """Return the answers that a line may tell of, by the tracking UID of their members."""
    found: dict[str, float] = {}
    for group in template.groups:
        caliper = next((item.name for item in group.items if item.caliper), "")
        for member in answers.get(group.name, ()) if group.repeats and caliper else ():
            if member.get(caliper) is not None:
                found[member["tracking_uid"]] = member[caliper]
    return found


def _caliper(given: object, path: str, answered: float | None, study: StudyInfo, archive: Archive) -> Caliper:
    sop, points = _line(given, path)
    if answered is None:
        raise _refused("No member with a diameter has this tracking UID.", path)
    header = _image(sop, f"{path}.sop_instance_uid", study, archive)
    if not all(0 <= one <= most for one, most in zip(points, (header.Columns, header.Rows) * 2, strict=True)):
        raise _refused("The line leaves the image; give columns and rows, from 0 at the corner.", f"{path}.points")
    row_mm, column_mm = map(float, header.PixelSpacing)
    length = math.hypot((points[2] - points[0]) * column_mm, (points[3] - points[1]) * row_mm)
    if abs(length - answered) > SAME_LENGTH_MM:
        raise _refused("The line is not as long as the answer; leave it out where the number was typed.", path)
    return Caliper(Reference(str(header.SOPClassUID), sop), points)


def _line(given: object, path: str) -> tuple[str, tuple[float, float, float, float]]:
    points = given.get("points") if isinstance(given, dict) else None
    sop = given.get("sop_instance_uid") if isinstance(given, dict) else None
    is_line = isinstance(points, list) and len(points) == 4 and all(_is_number(one) for one in points)
    if not isinstance(sop, str) or not isinstance(points, list) or not is_line:
        raise _refused("A length has `sop_instance_uid` and `points`: column, row, column, row.", path)
    column, row, to_column, to_row = map(float, points)
    return sop, (column, row, to_column, to_row)


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _image(sop: str, path: str, study: StudyInfo, archive: Archive) -> Dataset:
    """Return the header of an image of the study that has one frame and a spacing."""
    try:
        header = archive.header(sop)
    except NotInArchive:
        header = Dataset()
    is_of_study = header.get("StudyInstanceUID") == study.study_instance_uid and header.get("Modality") not in DERIVED
    if not is_of_study or "PixelSpacing" not in header or int(header.get("NumberOfFrames") or 1) != 1:
        raise _refused("The study has no such image with one frame and a pixel spacing.", path)
    return header


def _refused(message: str, path: str) -> RequestError:
    return RequestError(422, "invalid_length", message, path)
