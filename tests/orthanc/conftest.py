"""Clients of the whole installation, and studies that are sent to it."""

import io
import itertools
import shutil
import subprocess
import tempfile
import time
from pathlib import Path

import httpx
import numpy as np
import pydicom
import pytest
from pydicom import Dataset
from pydicom.dataset import FileMetaDataset
from pydicom.uid import CTImageStorage, ExplicitVRLittleEndian

from tests.orthanc import marked as marks
from tests.orthanc.installations import OPENED, ORTHANC, REPOSITORY, TAKES_STOW, Elsewhere, Installations
from tests.orthanc.ways import Sender

NUMBERS = itertools.count(1)

#: Words that identify the patient of `ct_series`; none may be found in anything stored.
IDENTITY = ("Oliveira", "Joaquina", "PRONTUARIO", "19580217", "Hospital Santa", "1.2.826.0.1.3680043.10.999")


@pytest.fixture(scope="session")
def suite(pytestconfig):
    """What starts and stops servers: the module tests/conftest.py."""
    return pytestconfig.pluginmanager.get_plugin(str(REPOSITORY / "tests" / "conftest.py"))


@pytest.fixture(scope="session")
def start_changed(suite):
    """Start an installation whose orthanc.json is changed by replacements."""
    if not Path(ORTHANC).exists():
        pytest.skip("Orthanc is not installed; `make test` installs it")
    installations = Installations(suite)
    yield installations.start
    installations.stop()


@pytest.fixture(scope="session")
def temporary():
    """Where the processes of `open_instance` put their temporary files."""
    folder = Path(tempfile.mkdtemp(prefix="hepatia-test-"))
    folder.chmod(0o777)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def open_instance(start_changed, temporary):
    """An installation with every way in open; modules that use it have it as their `instance`."""
    return start_changed(TAKES_STOW | OPENED, TMPDIR=str(temporary))


@pytest.fixture(scope="session")
def elsewhere(suite, open_instance):
    """HTTP client of an Orthanc of a hospital, that knows `open_instance`, and is known as "elsewhere" there."""
    other = Elsewhere(suite, open_instance)
    known = {"AET": "ELSEWHERE", "Host": "127.0.0.1", "Port": other.dicom_port}
    account = open_instance.account("admin")
    url = f"{open_instance.url}/modalities/elsewhere"
    httpx.put(url, json=known, auth=account, trust_env=False).raise_for_status()
    with httpx.Client(base_url=other.url, trust_env=False, timeout=60) as client:
        yield client
    other.stop()


@pytest.fixture
def sender(client, elsewhere, send, tmp_path):
    """Sends by every way to `open_instance`."""
    return Sender(client, elsewhere, send, tmp_path)


@pytest.fixture
def marked(make_series):
    """Make a file with the patient's name and numbers wherever there is room for it."""
    return lambda **more: marks.mark(make_series(1, **more)[0])


@pytest.fixture
def refused(marked):
    """Files that are refused, by reason."""
    return {
        "burned_in_annotation": marked(BurnedInAnnotation="YES"),
        "sop_class_not_allowed": marked(SOPClassUID="1.2.840.10008.5.1.4.1.1.6.1"),
        "encapsulated_document": marked(SOPClassUID="1.2.840.10008.5.1.4.1.1.104.1"),
        "screen_capture": marked(ImageType=["DERIVED", "SECONDARY", "SCREEN SAVE"]),
        "corrupt": marked()[:-9],
        "not_dicom": b"Quetzalvina 19310203 " * 20,
    }


@pytest.fixture
def admin(client):
    """HTTP client of the admin."""
    return client("admin")


@pytest.fixture
def refusals(admin):
    """How often each reason was counted."""
    return lambda: admin.get("/hepatia/api/status").json()["arrivals"]["refused"]


@pytest.fixture
def client(instance):
    """HTTP client of a role: `client("radiologist")`."""
    opened = []

    def make(role):
        one = httpx.Client(base_url=instance.url, auth=instance.account(role), timeout=60, trust_env=False)
        opened.append(one)
        return one

    yield make
    for one in opened:
        one.close()


@pytest.fixture
def count(client):
    """How many instances are stored."""
    admin = client("admin")
    return lambda: admin.get("/statistics").json()["CountInstances"]


@pytest.fixture
def send(instance):
    """Send files by C-STORE; gives storescu's exit status."""

    def by_c_store(*paths):
        command = ["storescu", "--required", "-aec", "HEPATIA", "127.0.0.1", str(instance.dicom_port), *map(str, paths)]
        return subprocess.run(command, env={"TCP_NODELAY": "1", "PATH": "/usr/bin"}, capture_output=True).returncode

    return by_c_store


def ct_series(slices=4, **more):
    """A CT series of 6 rows × 5 columns with an identified patient, each time another study of another patient."""
    number = next(NUMBERS)
    root = f"1.2.826.0.1.3680043.10.999.{time.time_ns()}.{number}"
    return [_slice(root, number, place, more) for place in range(slices)]


def _slice(root, number, place, more):
    ct = Dataset()
    ct.file_meta = FileMetaDataset()
    ct.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    values = {
        "SpecificCharacterSet": "ISO_IR 100",
        "ImageType": ["ORIGINAL", "PRIMARY", "AXIAL"],
        "SOPClassUID": CTImageStorage,
        "SOPInstanceUID": f"{root}.3.{place}",
        "StudyDate": "20210304",
        "StudyTime": "101112",
        "AccessionNumber": "PRONTUARIO-A",
        "Modality": "CT",
        "Manufacturer": "Phantom",
        "InstitutionName": "Hospital Santa Clara",
        "ReferringPhysicianName": "Oliveira^Marta",
        "SeriesDescription": "Fase portal",
        "PatientName": "Oliveira^Joaquina",
        "PatientID": f"PRONTUARIO-{number}",
        "PatientBirthDate": "19580217",
        "PatientSex": "F",
        "PatientAge": "063Y",
        "KVP": "120",
        "StudyInstanceUID": f"{root}.1",
        "SeriesInstanceUID": f"{root}.2",
        "StudyID": "1",
        "SeriesNumber": "2",
        "AcquisitionNumber": "1",
        "InstanceNumber": str(place + 1),
        "ImagePositionPatient": [10, 20, 2.5 * place],
        "ImageOrientationPatient": [1, 0, 0, 0, 1, 0],
        "FrameOfReferenceUID": f"{root}.4",
        "PositionReferenceIndicator": "",
        "SamplesPerPixel": 1,
        "PhotometricInterpretation": "MONOCHROME2",
        "Rows": 6,
        "Columns": 5,
        "PixelSpacing": [0.8, 0.7],
        "BitsAllocated": 16,
        "BitsStored": 16,
        "HighBit": 15,
        "PixelRepresentation": 1,
        "RescaleIntercept": -1024,
        "RescaleSlope": 1,
        "RescaleType": "HU",
        "PixelData": (np.arange(30, dtype="<i2") + 1000 + place).tobytes(),
    }
    for keyword, value in (values | more).items():
        setattr(ct, keyword, value)
    return ct


def file_bytes(dataset) -> bytes:
    buffer = io.BytesIO()
    dataset.save_as(buffer, enforce_file_format=True)
    return buffer.getvalue()


@pytest.fixture
def make_series():
    """Make a series; see `ct_series`."""
    return ct_series


@pytest.fixture
def as_file():
    """Turn a data set into the bytes of a DICOM file."""
    return file_bytes


@pytest.fixture
def identity():
    """Words that identify the patient."""
    return IDENTITY


@pytest.fixture
def study(client):
    """A study that is in the archive: its UIDs as they are stored, and its slices as they were sent."""
    slices = ct_series()
    sender, admin = client("sender"), client("admin")
    stored = [sender.post("/instances", content=file_bytes(one)).raise_for_status().json() for one in slices]
    headers = []
    for one in stored:
        file = admin.get(f"/instances/{one['ID']}/file").content
        headers.append(pydicom.dcmread(io.BytesIO(file), stop_before_pixels=True))
    return Study(str(headers[0].StudyInstanceUID), str(headers[0].SeriesInstanceUID), headers, slices)


class Study:
    """One study in the archive."""

    def __init__(self, study_uid, series_uid, headers, sent):
        self.uid, self.series_uid, self.headers, self.sent = study_uid, series_uid, headers, sent


@pytest.fixture
def complete_answers():
    return {
        "patient": {"baseline_diagnosis": ["hepatitis_c"], "cirrhosis": "yes", "imaging_profile": "lirads_high"},
        "exam": {"quality": "adequate"},
        "liver": {
            "morphology": "chronic_liver_disease",
            "contour": "nodular",
            "parenchyma": "heterogeneous",
            "caudate_hypertrophy": "yes",
            "lateral_segment_hypertrophy": "no",
            "ascites": "no",
            "splenomegaly": "undetermined",
            "portal_vein_thrombosis": "no",
            "cavernous_transformation": "no",
            "nodule_count": 1,
        },
        "nodules": [
            {
                "location": ["VIII"],
                "diameter_mm": 22.5,
                "aphe": "nonrim",
                "washout": "nonperipheral",
                "capsule": "present",
                "threshold_growth": "not_assessable",
                "lirads": "LR-5",
            }
        ],
    }


@pytest.fixture
def stored_bytes(instance):
    """Everything that Orthanc has on disk."""

    def read():
        folder: Path = instance.data / "orthanc"
        return b"".join(path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file())

    return read
