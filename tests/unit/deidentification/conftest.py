"""A profile, a secret, and small objects to send in."""

import io
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from pydicom import Dataset, config, dcmread
from pydicom.dataset import FileMetaDataset
from pydicom.uid import ExplicitVRLittleEndian

from orthanc_plugin import quiet
from orthanc_plugin.deidentification.arrival import Gate
from orthanc_plugin.deidentification.keys import Keys
from orthanc_plugin.deidentification.policy import Policy
from orthanc_plugin.deidentification.profile import Profile, load
from orthanc_plugin.deidentification.trace import Deidentified


@pytest.fixture(scope="session", autouse=True)
def as_in_orthanc() -> Iterator[None]:
    """Read odd values without a word, as in the plugin."""
    modes = config.settings.reading_validation_mode, config.settings.writing_validation_mode
    quiet.keep_values_out_of_logs()
    yield
    config.settings.reading_validation_mode, config.settings.writing_validation_mode = modes


@pytest.fixture(scope="session")
def keys() -> Keys:
    return Keys(bytes(range(32)))


@pytest.fixture(scope="session")
def profile() -> Profile:
    return load()


@pytest.fixture(scope="session")
def ct() -> Callable[..., Dataset]:
    """Build a small CT image; keywords change or add attributes."""

    def make(**changes: Any) -> Dataset:
        image = Dataset()
        image.file_meta = FileMetaDataset()
        image.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
        image.SOPClassUID = "1.2.840.10008.5.1.4.1.1.2"
        image.SOPInstanceUID = "1.2.3.4.5"
        image.StudyInstanceUID, image.SeriesInstanceUID = "1.2.3", "1.2.3.4"
        image.FrameOfReferenceUID = "1.2.3.9"
        image.Modality = "CT"
        image.PatientName, image.PatientID = "Silva^Joao", "00123"
        image.PatientSex, image.PatientBirthDate = "M", "19500510"
        image.StudyDate, image.StudyTime = "20160809", "140012"
        image.StudyDescription = "ABDOME"
        image.Rows = image.Columns = 2
        image.BitsAllocated = image.BitsStored = 16
        image.HighBit, image.PixelRepresentation, image.SamplesPerPixel = 15, 0, 1
        image.PhotometricInterpretation = "MONOCHROME2"
        image.PixelData = b"\1\0\2\0\3\0\4\0"
        for name, value in changes.items():
            setattr(image, name, value)
        return image

    return make


def file_of(dataset: Dataset) -> bytes:
    buffer = io.BytesIO()
    dataset.save_as(buffer, enforce_file_format=True)
    return buffer.getvalue()


@pytest.fixture(params=["bytes", "parsed"])
def gate(request: pytest.FixtureRequest, keys: Keys, profile: Profile) -> Gate:
    """Both engines: on bytes, where it can be used, and on parsed data sets."""
    return Gate(Policy(profile, keys), fast=request.param == "bytes")


@pytest.fixture
def arrive(gate: Gate) -> Callable[..., Dataset]:
    """Send an object in and return what is stored."""

    def send(sent: Dataset | bytes) -> Dataset:
        decision = gate.decide(sent if isinstance(sent, bytes) else file_of(sent))
        assert isinstance(decision, Deidentified), decision
        return dcmread(io.BytesIO(decision.data))

    return send


@pytest.fixture(scope="session")
def to_file() -> Callable[[Dataset], bytes]:
    return file_of
