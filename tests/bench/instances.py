"""CT instances to measure with: 512 × 512, about 110 elements, nested sequences, private blocks; no two alike."""

import io
from collections.abc import Iterator

import numpy as np
from pydicom import Dataset
from pydicom.sequence import Sequence

from seg import phantom

SIZE = 512
STEP_MM = 1.25


def make(count: int, patients: int = 1) -> list[bytes]:
    """Return files of `count` instances: one study of four series for each patient, as a scanner sends them."""
    noise = np.random.default_rng(1).integers(0, 2500, SIZE * SIZE, dtype="<u2")
    slices = count // (4 * patients)
    images = (image for patient in range(patients) for first in _series(patient) for image in _slices(first, slices))
    return [_file(image, np.roll(noise, number).tobytes()) for number, image in enumerate(images)]


def _series(patient: int) -> Iterator[Dataset]:
    """Yield the first slice of each phase."""
    study = phantom.study("small", patient_id=f"BENCH-{patient:04d}", study_date="20210304")
    yield from {image.SeriesInstanceUID: image for image in reversed(study)}.values()


def _slices(first: Dataset, count: int) -> Iterator[Dataset]:
    first.Rows = first.Columns = SIZE
    first.ReferencedImageSequence = Sequence([_localizer(first)])
    first.ProcedureCodeSequence = Sequence([_code("TC1", "99LOCAL", "TC ABDOME SUPERIOR TRIFASICO")])
    first.AnatomicRegionSequence = Sequence([_code("10200004", "SCT", "Liver")])
    first.CTDIPhantomTypeCodeSequence = Sequence([_code("113691", "DCM", "IEC Body Dosimetry Phantom")])
    x, y, z = first.ImagePositionPatient
    root, time = first.SOPInstanceUID[:52], float(first.ContentTime)
    for number in range(count):
        first.SOPInstanceUID = f"{root}.{number + 1}"
        first.InstanceNumber = number + 1
        first.ImagePositionPatient = [x, y, z + number * STEP_MM]
        first.SliceLocation = f"{143.5 + number * STEP_MM}"
        first.ContentTime = f"{time + number / 100:013.6f}"
        first.XRayTubeCurrent = 180 + number % 60
        yield first


def _file(image: Dataset, pixels: bytes) -> bytes:
    image.PixelData = pixels
    buffer = io.BytesIO()
    image.save_as(buffer, enforce_file_format=True)
    return buffer.getvalue()


def _localizer(image: Dataset) -> Dataset:
    item = Dataset()
    item.ReferencedSOPClassUID = image.SOPClassUID
    item.ReferencedSOPInstanceUID = f"{image.StudyInstanceUID[:40]}.1.1"
    item.PurposeOfReferenceCodeSequence = Sequence([_code("121311", "DCM", "Localizer")])
    return item


def _code(value: str, scheme: str, meaning: str) -> Dataset:
    item = Dataset()
    item.CodeValue, item.CodingSchemeDesignator, item.CodeMeaning = value, scheme, meaning
    return item
