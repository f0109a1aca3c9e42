"""Reading of objects as the archive hands them out."""

from io import BytesIO
from typing import Final

import pydicom
from pydicom import Dataset

from sr_templates import read
from sr_templates.report import Report

#: Patient, study, series, frame of reference and acquisition stand before this group; content and frames after it.
END_OF_HEADER: Final = 0x00300000


def header(data: bytes) -> Dataset:
    """Return the data set up to its content: without what an SR says, the frames of a SEG, and pixel data."""
    return pydicom.filereader.read_partial(BytesIO(data), stop_when=lambda tag, _vr, _length: tag >= END_OF_HEADER)


def report(data: bytes | Dataset) -> Report:
    """Return a report.

    Raises
    ------
    NotAReport
        The object is no SR, or none of TID 1500.
    Unreadable
        It is damaged.
    """
    return read.read(data)
