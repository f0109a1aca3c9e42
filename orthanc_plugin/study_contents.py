"""What was written about a study: its reports and segmentations, as the archive has them."""

from orthanc_plugin.archive import Archive, StudyInfo
from seg import decode
from seg.decode import Segmentation
from seg.errors import NotASegmentation
from sr_templates import read
from sr_templates.errors import NotAReport
from sr_templates.report import Report


def reports(archive: Archive, study: StudyInfo) -> list[Report]:
    """Return the reports of a study, the oldest first; SRs that are none are left out."""
    found = []
    for series in study.series:
        if series.modality != "SR":
            continue
        for file in archive.files(series):
            try:
                found.append(read.read(file))
            except NotAReport:
                continue
    return sorted(found, key=_written)


def segmentations(archive: Archive, study: StudyInfo) -> list[Segmentation]:
    """Return the segmentations of a study, the oldest first; objects that cannot be read as one are left out."""
    found = []
    for series in study.series:
        if series.modality != "SEG":
            continue
        for file in archive.files(series):
            try:
                found.append(decode.decode(file))
            except NotASegmentation:
                continue
    return sorted(found, key=_written)


def _written(one: Report | Segmentation) -> tuple[str, str]:
    return one.created.isoformat() if one.created else "", one.sop_instance_uid
