"""The application over a folder of DICOM files, without a server."""

from dataclasses import dataclass, field, replace
from pathlib import Path
from threading import Event

import pytest
from pydicom import Dataset
from pydicom.dataset import FileMetaDataset
from pydicom.uid import CTImageStorage, ExplicitVRLittleEndian

from indexer.errors import IndexUnavailable
from indexer.index import Index
from orthanc_plugin import settings, web
from orthanc_plugin.arrival_history import History
from orthanc_plugin.assignments import Assignments
from orthanc_plugin.auditing.audit import Audit
from orthanc_plugin.condition import Condition
from orthanc_plugin.deidentification import profile
from orthanc_plugin.deidentification.keys import Keys
from orthanc_plugin.exporting.exporter import Exporter
from orthanc_plugin.exporting.exports import Exports
from orthanc_plugin.jobs import Jobs
from orthanc_plugin.ledger import Ledger
from orthanc_plugin.measuring import Measurements
from orthanc_plugin.monailabel import MonaiLabel
from orthanc_plugin.reception import Arrivals
from orthanc_plugin.safeguards import Safeguards
from orthanc_plugin.upkeep import Upkeep
from orthanc_plugin.users import User
from orthanc_plugin.web.services import Services
from sr_templates import template
from tests.unit.orthanc_plugin.folder_archive import FolderArchive

STUDY = "2.25.1000"
CT = "2.25.1001"

USERS = {
    "ana": User("ana", "Souza^Ana", "radiologist"),
    "rafael": User("rafael", "Lima^Rafael", "resident"),
    "julia": User("julia", "Costa^Julia", "student"),
    "paulo": User("paulo", "Alves^Paulo", "scientist"),
    "admin": User("admin", "Administrator", "admin"),
    "sender": User("sender", "Sender", "sender"),
}


class NoIndex(Index):
    """PostgreSQL that does not answer."""

    def __init__(self):
        super().__init__("host=/nonexistent")

    def counts(self):
        raise IndexUnavailable("PostgreSQL cannot be reached.")


@dataclass
class Follower:
    """The worker's side that the API sees."""

    waited_for: list[str] = field(default_factory=list)

    def wait_for(self, sop_instance_uid, timeout_s):
        self.waited_for.append(sop_instance_uid)
        return True

    def pending(self):
        return 0


def ct_slice(number: int, **more) -> Dataset:
    """One slice of 4 rows and 5 columns, 3 mm apart."""
    header = Dataset()
    header.file_meta = FileMetaDataset()
    header.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    values = {
        "SOPClassUID": CTImageStorage,
        "SOPInstanceUID": f"{CT}.{number}",
        "StudyInstanceUID": STUDY,
        "SeriesInstanceUID": CT,
        "FrameOfReferenceUID": "2.25.1002",
        "PatientID": "HEP-AAAAAAAAAAAAAAAA",
        "PatientName": "HEP-AAAAAAAAAAAAAAAA",
        "PatientSex": "F",
        "PatientAge": "061Y",
        "PatientBirthDate": "",
        "StudyDate": "20210304",
        "StudyTime": "",
        "StudyID": "",
        "AccessionNumber": "",
        "ReferringPhysicianName": "",
        "SeriesNumber": "1",
        "InstanceNumber": str(number),
        "Modality": "CT",
        "SeriesDescription": "portal",
        "ImageType": ["ORIGINAL", "PRIMARY", "AXIAL"],
        "ImagePositionPatient": [0, 0, 3 * number],
        "ImageOrientationPatient": [1, 0, 0, 0, 1, 0],
        "PixelSpacing": [2, 2],
        "SliceThickness": 3,
        "Rows": 4,
        "Columns": 5,
        "BitsAllocated": 16,
        "BitsStored": 16,
        "HighBit": 15,
        "PixelRepresentation": 1,
        "SamplesPerPixel": 1,
        "PhotometricInterpretation": "MONOCHROME2",
        "RescaleSlope": 1,
        "RescaleIntercept": -10,
        "RescaleType": "HU",
        "PixelData": bytes([number, 0]) * 20,
    }
    for keyword, value in (values | more).items():
        setattr(header, keyword, value)
    return header


def write(folder: Path, dataset: Dataset) -> None:
    dataset.save_as(folder / dataset.SOPInstanceUID, enforce_file_format=True)


@pytest.fixture
def archive(tmp_path):
    folder = tmp_path / "archive"
    folder.mkdir()
    for number in range(3):
        write(folder, ct_slice(number))
    return FolderArchive(folder)


@pytest.fixture
def follower():
    return Follower()


@pytest.fixture
def ledger(tmp_path):
    opened = Ledger(tmp_path / "deidentification.sqlite")
    yield opened
    opened.close()


@pytest.fixture
def measurements(archive):
    made = Measurements(archive)
    yield made
    made.close()


@pytest.fixture
def jobs(tmp_path):
    return Jobs(tmp_path / "jobs", {}, Event())


@pytest.fixture
def history(tmp_path):
    return History(tmp_path / "arrivals.sqlite")


@pytest.fixture
def exports(archive, tmp_path):
    folder = tmp_path / "exports"
    exporter = Exporter(archive, NoIndex(), (), "liver-ct", folder, 2**20, 0)
    return Exports(Jobs(folder, {}, Event()), exporter, 30)


def _safeguards(folder):
    (folder / "secret.key").write_text("ab" * 32)
    return Safeguards(folder / "secret.key", folder, 0)


@pytest.fixture
def audit(tmp_path):
    made = Audit(tmp_path / "audit.sqlite")
    yield made
    made.close()


@pytest.fixture
def app(archive, follower, ledger, jobs, measurements, exports, history, audit, tmp_path):
    configuration = (
        '{"AuthenticationEnabled": true, "OverwriteInstances": false, "HttpCompressionEnabled": false,'
        ' "SaveJobs": false, "HepatIA": {"LargestBodyMegabytes": 1}}'
    )
    loaded = replace(settings.load(configuration), data=exports.exporter.folder.parent)
    off = MonaiLabel("", Path("/nonexistent"))
    templates = tuple(template.load(name) for name in template.names())
    condition = Condition(archive, NoIndex(), off, history, loaded, templates, _safeguards(tmp_path))
    services = Services(
        archive,
        NoIndex(),
        follower,
        Keys(b"k" * 32),
        templates,
        loaded,
        Arrivals(history),
        ledger,
        profile.load(),
        jobs,
        off,
        measurements=measurements,
        exports=exports,
        condition=condition,
        upkeep=Upkeep(archive, NoIndex(), ()),
        audit=audit,
        accounts=USERS,
        assignments=Assignments(tmp_path / "assignments.sqlite"),
    )
    return web.create_app(services)


@pytest.fixture
def call(app):
    """Make a request as a user; gives the response."""
    client = app.test_client()

    def request(login, method, path, **more):
        return client.open(path, method=method, environ_overrides={"hepatia.user": USERS[login]}, **more)

    return request


@pytest.fixture
def api(call):
    """Make a request to a path below /hepatia/api as a user; gives status and JSON."""

    def request(login, method, path, **more):
        response = call(login, method, f"/hepatia/api{path}", **more)
        return response.status_code, response.get_json()

    return request


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
