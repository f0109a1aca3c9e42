"""DICOM files of a few attributes."""

import io

from pydicom import Dataset
from pydicom.dataset import FileMetaDataset
from pydicom.uid import CTImageStorage, ExplicitVRLittleEndian


def file(**values):
    dataset = Dataset()
    dataset.file_meta = FileMetaDataset()
    dataset.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    defaults = {
        "SOPClassUID": CTImageStorage,
        "SOPInstanceUID": "1.2.3",
        "StudyInstanceUID": "1.2",
        "PixelData": b"\0\0",
    }
    for keyword, value in (defaults | values).items():
        setattr(dataset, keyword, value)
    dataset["PixelData"].VR = "OW"
    buffer = io.BytesIO()
    dataset.save_as(buffer, enforce_file_format=True)
    return buffer.getvalue()
