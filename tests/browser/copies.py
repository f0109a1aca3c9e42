"""The demo study once more, as another patient's that nobody has read."""

import io
import zipfile

import httpx
import pydicom
from pydicom.uid import generate_uid


def write_copy(admin: httpx.Client, sender: httpx.Client, study_uid: str, patient_id: str) -> str:
    """Send all series of a stored study under another identity; returns the Study Instance UID as it is stored."""
    new: dict[str, str] = {}
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as packed:
        for number, one in enumerate(_files(admin, study_uid)):
            packed.writestr(f"{number}.dcm", _renamed(one, patient_id, new))
    stored = sender.post("/instances", content=archive.getvalue()).raise_for_status().json()
    return str(admin.get(f"/instances/{stored[0]['ID']}/study").json()["MainDicomTags"]["StudyInstanceUID"])


def _files(admin: httpx.Client, study_uid: str) -> list[pydicom.Dataset]:
    query = {"Level": "Instance", "Query": {"StudyInstanceUID": study_uid, "Modality": "CT"}}
    found = admin.post("/tools/find", json=query).raise_for_status().json()
    return [pydicom.dcmread(io.BytesIO(admin.get(f"/instances/{one}/file").content)) for one in found]


def _renamed(one: pydicom.Dataset, patient_id: str, new: dict[str, str]) -> bytes:
    """Return a file with a new UID for every one that is the study's own; the same for the same."""
    one.PatientID = one.PatientName = patient_id
    for name in ("StudyInstanceUID", "SeriesInstanceUID", "FrameOfReferenceUID", "SOPInstanceUID"):
        one[name].value = new.setdefault(one[name].value, generate_uid())
    one.file_meta.MediaStorageSOPInstanceUID = one.SOPInstanceUID
    buffer = io.BytesIO()
    one.save_as(buffer, enforce_file_format=True)
    return buffer.getvalue()
