"""Reading of our own objects where the packages below read less than the API promises."""

from dataclasses import replace
from io import BytesIO
from typing import Final

import pydicom
from pydicom import Dataset
from pydicom.uid import SegmentationStorage

from sr_templates import read
from sr_templates.report import Report

#: Patient, study, series, frame of reference and acquisition stand before this group; content and frames after it.
END_OF_HEADER: Final = 0x00300000


def header(data: bytes) -> Dataset:
    """Return the data set up to its content: without what an SR says, the frames of a SEG, and pixel data."""
    return pydicom.filereader.read_partial(BytesIO(data), stop_when=lambda tag, _vr, _length: tag >= END_OF_HEADER)


def report(data: bytes | Dataset) -> Report:
    """Return a report, with its segmentation even when no nodule cites one of its segments.

    Raises
    ------
    NotAReport
        The object is no SR, or none of TID 1500.
    """
    dataset = data if isinstance(data, Dataset) else pydicom.dcmread(BytesIO(data))
    found = read.read(dataset)
    return found if found.segmentation else replace(found, segmentation=_segmentation_in_evidence(dataset))


def _segmentation_in_evidence(dataset: Dataset) -> str | None:
    """Return the SEG among the evidence (PS3.3 C.17.2.3): what the report was read from."""
    for study in dataset.get("CurrentRequestedProcedureEvidenceSequence", ()):
        for series in study.get("ReferencedSeriesSequence", ()):
            for instance in series.get("ReferencedSOPSequence", ()):
                if instance.get("ReferencedSOPClassUID") == SegmentationStorage:
                    return str(instance.ReferencedSOPInstanceUID)
    return None
