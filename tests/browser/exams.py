"""Another exam of the demo study's patient: earlier, coarser, elsewhere on the table, without the first phases."""

import io
from datetime import datetime, timedelta

import httpx
import pydicom
from pydicom.uid import ExplicitVRLittleEndian, generate_uid

#: Of the stored slices every second, of the pixels every fourth.
SLICES, PIXELS = slice(None, None, 2), 4

#: Millimetres that the table was moved, and that the second series lies off the grid of the first.
MOVED, OFF_GRID = 37.0, 1.2

DAYS = 177


def write_prior(admin: httpx.Client, sender: httpx.Client, study_uid: str) -> str:
    """Send a prior exam (portal venous, equilibrium) made of a stored one; returns its UID as it is stored."""
    series = admin.get(f"/hepatia/api/studies/{study_uid}").json()["series"]
    of_phase = {one["phase"]: one["series_instance_uid"] for one in series if one["modality"] == "CT"}
    prior, stored = generate_uid(), ""
    for number, phase in enumerate(("portal_venous", "equilibrium")):
        slices = sorted(_files(admin, of_phase[phase]), key=lambda one: float(one.ImagePositionPatient[2]))
        series_uid, frame = generate_uid(), generate_uid()
        for one in slices[SLICES]:
            made = _earlier(one, prior, series_uid, frame, MOVED + number * OFF_GRID)
            stored = sender.post("/instances", content=_bytes(made)).raise_for_status().json()["ID"]
    return str(admin.get(f"/instances/{stored}/study").json()["MainDicomTags"]["StudyInstanceUID"])


def _files(admin: httpx.Client, series_uid: str) -> list[pydicom.Dataset]:
    query = {"Level": "Instance", "Query": {"SeriesInstanceUID": series_uid}}
    found = admin.post("/tools/find", json=query).raise_for_status().json()
    return [pydicom.dcmread(io.BytesIO(admin.get(f"/instances/{one}/file").content)) for one in found]


def _earlier(one: pydicom.Dataset, study: str, series: str, frame: str, moved: float) -> pydicom.Dataset:
    pixels = one.pixel_array[::PIXELS, ::PIXELS]
    one.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    one.PixelData, (one.Rows, one.Columns) = pixels.tobytes(), pixels.shape
    one.PixelSpacing = [float(value) * PIXELS for value in one.PixelSpacing]
    x, y, z = one.ImagePositionPatient
    one.ImagePositionPatient = [x, y, float(z) + moved]
    one.StudyInstanceUID, one.SeriesInstanceUID, one.FrameOfReferenceUID = study, series, frame
    one.SOPInstanceUID = one.file_meta.MediaStorageSOPInstanceUID = generate_uid()
    one.StudyID = "PRIOR"
    for name in ("StudyDate", "SeriesDate", "AcquisitionDate", "ContentDate"):
        if name in one:
            one[name].value = f"{datetime.strptime(one[name].value, '%Y%m%d') - timedelta(days=DAYS):%Y%m%d}"
    return one


def _bytes(made: pydicom.Dataset) -> bytes:
    buffer = io.BytesIO()
    made.save_as(buffer, enforce_file_format=True)
    return buffer.getvalue()
