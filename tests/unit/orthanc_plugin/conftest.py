"""The application over a folder of DICOM files, without a server."""

from collections import defaultdict
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from threading import Event

import pydicom
import pytest
from pydicom import Dataset
from pydicom.dataset import FileMetaDataset
from pydicom.uid import CTImageStorage, ExplicitVRLittleEndian

from indexer.errors import IndexUnavailable
from indexer.index import Index
from orthanc_plugin import settings, web
from orthanc_plugin.archive import SeriesInfo, Slice, StudyInfo
from orthanc_plugin.deidentification import profile
from orthanc_plugin.deidentification.keys import Keys
from orthanc_plugin.errors import NotInArchive
from orthanc_plugin.jobs import Jobs
from orthanc_plugin.ledger import Ledger
from orthanc_plugin.measuring import Measurements
from orthanc_plugin.monailabel import MonaiLabel
from orthanc_plugin.reception import Arrivals
from orthanc_plugin.users import User
from orthanc_plugin.web.services import Services
from sr_templates import template

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


@dataclass
class FolderArchive:
    """The Archive of the architecture on a folder: one file per SOP Instance UID."""

    folder: Path
    stored: list[str] = field(default_factory=list)

    def _datasets(self):
        return [pydicom.dcmread(path, stop_before_pixels=True) for path in sorted(self.folder.iterdir())]

    def read(self, sop_instance_uid):
        path = self.folder / sop_instance_uid
        if not path.exists():
            raise NotInArchive(f"There is no instance {sop_instance_uid} in the archive.")
        return path.read_bytes()

    def header(self, sop_instance_uid):
        return pydicom.dcmread(BytesIO(self.read(sop_instance_uid)), stop_before_pixels=True)

    def store(self, data):
        sop = pydicom.dcmread(BytesIO(data), stop_before_pixels=True).SOPInstanceUID
        # As in Orthanc, nobody sees an object before it is whole.
        half = self.folder.with_name(f"{self.folder.name} {sop}")
        half.write_bytes(data)
        half.rename(self.folder / sop)
        self.stored.append(sop)

    def study(self, study_instance_uid):
        series = defaultdict(list)
        for one in self._datasets():
            if one.StudyInstanceUID == study_instance_uid:
                series[one.SeriesInstanceUID].append(one)
        if not series:
            raise NotInArchive(f"There is no study {study_instance_uid} in the archive.")
        infos = tuple(_info(uid, found) for uid, found in series.items())
        return StudyInfo(study_instance_uid, next(iter(series.values()))[0].PatientID, infos)

    def series(self, series_instance_uid):
        found = [one for one in self._datasets() if one.SeriesInstanceUID == series_instance_uid]
        if not found:
            raise NotInArchive(f"There is no series {series_instance_uid} in the archive.")
        return _info(series_instance_uid, found)

    def files(self, series):
        return (self.read(sop) for sop in series.instances)

    def file_by_id(self, instance_id):
        return self.read(instance_id)

    def first_file(self, series):
        return self.read(series.instances[0])

    def instance_uids(self, series):
        return series.instances

    def slices(self, series):
        headers = [self.header(sop) for sop in series.instances]
        return tuple(
            Slice(one.SOPInstanceUID, one.SOPInstanceUID, _position(one), one.get("AcquisitionNumber"))
            for one in headers
        )

    def version(self):
        return "1.10.1"

    def qido(self, path, query, host):
        return 200, "application/dicom+json", repr((path, query)).encode()


def _position(header):
    position = header.get("ImagePositionPatient")
    return tuple(map(float, position)) if position else None


def _info(uid, found):
    first = found[0]
    sops = tuple(one.SOPInstanceUID for one in found)
    return SeriesInfo(uid, first.StudyInstanceUID, first.Modality, first.get("SeriesDescription", ""), "1", sops)


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
def app(archive, follower, ledger, jobs, measurements):
    configuration = (
        '{"AuthenticationEnabled": true, "OverwriteInstances": false, "HttpCompressionEnabled": false,'
        ' "SaveJobs": false, "HepatIA": {"LargestBodyMegabytes": 1}}'
    )
    services = Services(
        archive,
        NoIndex(),
        follower,
        Keys(b"k" * 32),
        tuple(template.load(name) for name in template.names()),
        settings.load(configuration),
        Arrivals(),
        ledger,
        profile.load(),
        jobs,
        MonaiLabel("", Path("/nonexistent")),
        measurements=measurements,
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
