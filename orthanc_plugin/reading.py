"""Reading of objects as the archive hands them out."""

from io import BytesIO
from typing import Final

import pydicom
from pydicom import Dataset

#: Patient, study, series, frame of reference and acquisition stand before this group; content and frames after it.
END_OF_HEADER: Final = 0x00300000


def header(data: bytes) -> Dataset:
    """Return the data set up to its content: without what an SR says, the frames of a SEG, and pixel data."""
    return pydicom.filereader.read_partial(BytesIO(data), stop_when=lambda tag, _vr, _length: tag >= END_OF_HEADER)
