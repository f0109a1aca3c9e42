"""The index tells the phases of a study as the API does, of what it keeps of each series."""

import json

import pytest
from pydicom import Dataset

from orthanc_plugin import acquisitions
from seg import phantom, phases


@pytest.fixture(scope="module")
def headers() -> dict[str, Dataset]:
    return {str(header.SeriesInstanceUID): header for header in phantom.study("small") if header.Modality == "CT"}


def test_phases_are_those_of_the_whole_headers(headers):
    kept = {uid: json.loads(json.dumps(acquisitions.acquisition(header))) for uid, header in headers.items()}
    assert acquisitions.detect(kept) == {uid: phase.name for uid, phase in phases.detect(headers).items()}
    assert len(set(acquisitions.detect(kept).values())) == 4


def test_only_ct_series_have_one(headers):
    other = Dataset()
    other.Modality = "MR"
    assert acquisitions.acquisition(other) is None


def test_nothing_about_the_patient_is_kept(headers):
    kept = json.dumps([acquisitions.acquisition(header) for header in headers.values()])
    for header in headers.values():
        assert str(header.PatientID) not in kept
