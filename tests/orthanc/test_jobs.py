"""What Orthanc's own jobs make is de-identified as whatever else arrives."""

import io
import re
import time

import pydicom
import pytest
from pydicom import Dataset

from tests.orthanc.installations import wait_for
from tests.orthanc.marked import JOB_MARK
from tests.orthanc.ways import ENDS

pytestmark = pytest.mark.orthanc


@pytest.fixture(scope="module")
def instance(open_instance):
    return open_instance


#: A picture of one pixel.
CREATED = (
    "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNgAAAAAgABSK+kcQAAAABJRU5ErkJggg=="
)

IDENTIFIED = {
    "PatientName": "Xylanthropos^Ines",
    "PatientID": "XYLANTHROP-4",
    "StudyDescription": "Xylanthropos",
    "ReferringPhysicianName": "Xylanthropos",
}


@pytest.fixture
def referring(client, make_series, as_file):
    """A study in the archive whose second series refers to its first; Orthanc's identifiers of study and patient."""
    first = make_series(2)
    second = make_series(1, **{name: first[0][name].value for name in ("PatientID", "StudyInstanceUID")})[0]
    second.SourceImageSequence = [Dataset() for _ in first]
    for item, source in zip(second.SourceImageSequence, first, strict=True):
        item.ReferencedSOPClassUID, item.ReferencedSOPInstanceUID = source.SOPClassUID, source.SOPInstanceUID
    admin = client("admin")
    stored = [
        admin.post("/instances", content=as_file(one)).raise_for_status().json()["ID"] for one in (*first, second)
    ]
    series = admin.get(f"/instances/{stored[0]}").json()["ParentSeries"]
    study = admin.get(f"/series/{series}").json()["ParentStudy"]
    return stored, study, admin.get(f"/studies/{study}").json()["ParentPatient"]


JOBS = {
    "modify a study": ("/studies/{study}/modify", {"Replace": {"PatientName": "Xylanthropos^Ines"}, "Force": True}),
    "modify a study and keep its UIDs": (
        "/studies/{study}/modify",
        {"Replace": {"StudyDescription": "Xylanthropos"}, "Keep": ["StudyInstanceUID"], "Force": True},
    ),
    "modify a patient": (
        "/patients/{patient}/modify",
        {"Replace": IDENTIFIED | {"StudyID": "Xylanthrop"}, "Force": True},
    ),
    "anonymize a study": ("/studies/{study}/anonymize", {}),
    "anonymize a study as somebody": (
        "/studies/{study}/anonymize",
        {"Replace": IDENTIFIED, "Keep": ["SeriesDescription", "StudyInstanceUID"], "Force": True},
    ),
    "anonymize a patient": ("/patients/{patient}/anonymize", {"Replace": IDENTIFIED, "Force": True}),
}


@pytest.mark.parametrize("name", JOBS)
def test_what_a_job_makes_bears_a_pseudonym_and_refers_to_what_is_here(name, admin, referring):
    path, body = JOBS[name]
    _, study, patient = referring
    before = set(admin.get("/instances").json())
    answer = admin.post(path.format(study=study, patient=patient), json=body | {"Synchronous": False})
    job = answer.raise_for_status().json()["ID"]
    wait_for(lambda: admin.get(f"/jobs/{job}").json()["State"] in ENDS)
    done = admin.get(f"/jobs/{job}")
    assert has_done_its_work(done.json()), done.text
    assert JOB_MARK not in done.content.lower()
    made = [read(admin, one) for one in set(admin.get("/instances").json()) - before]
    assert len(made) == 3
    here = {read(admin, one).SOPInstanceUID for one in admin.get("/instances").json()}
    for one in made:
        assert re.fullmatch("HEP-[A-Z2-7]{16}", one.PatientID)
        assert one.PatientName == one.PatientID
        assert JOB_MARK not in str(one).lower().encode()
        for keyword in ("StudyInstanceUID", "SeriesInstanceUID", "SOPInstanceUID", "FrameOfReferenceUID"):
            assert one[keyword].value.startswith("2.25.")
        referred = [item.ReferencedSOPInstanceUID for item in one.get("SourceImageSequence", [])]
        assert set(referred) <= here
    assert len({one.PatientID for one in made}) == 1


def has_done_its_work(job):
    """Whether all was made. Orthanc 1.12 looks for it afterwards, by UIDs that are others now, and says "Failure"."""
    is_not_found = job["ErrorDescription"] == "Unknown resource" and job["Content"]["FailedInstancesCount"] == 0
    return job["State"] == "Success" or is_not_found


def read(admin, identifier):
    return pydicom.dcmread(io.BytesIO(admin.get(f"/instances/{identifier}/file").content))


def test_a_modified_instance_is_deidentified_again_when_it_is_sent_in(admin, referring, count):
    body = {"Replace": {name: IDENTIFIED[name] for name in ("PatientName", "PatientID")}, "Force": True}
    modified = admin.post(f"/instances/{referring[0][0]}/modify", json=body).raise_for_status().content
    assert JOB_MARK in modified.lower()  # it is answered, not stored
    before = count()
    stored = admin.post("/instances", content=modified).raise_for_status().json()["ID"]
    assert count() == before + 1
    one = read(admin, stored)
    assert one.PatientID.startswith("HEP-")
    assert JOB_MARK not in str(one).lower().encode()


def test_what_orthanc_creates_is_deidentified_or_refused(admin, count, refusals):
    before, counted = count(), refusals().get("sop_class_not_allowed", 0)
    body = {"Tags": IDENTIFIED, "Content": CREATED}
    assert admin.post("/tools/create-dicom", json=body).status_code == 500
    assert (count(), refusals()["sop_class_not_allowed"]) == (before, counted + 1)
    body["Tags"] = IDENTIFIED | {"SOPClassUID": "1.2.840.10008.5.1.4.1.1.2", "Modality": "CT"}
    stored = admin.post("/tools/create-dicom", json=body).raise_for_status().json()["ID"]
    one = read(admin, stored)
    assert one.PatientID.startswith("HEP-")
    assert JOB_MARK not in str(one).lower().encode()


def test_what_jobs_were_told_is_in_no_stored_object(instance):
    """Nor in what Orthanc knows of objects: only in its list of jobs, see the next test."""
    for path in stored_files(instance):
        assert JOB_MARK not in path.read_bytes().lower(), path


def test_what_jobs_were_told_is_in_no_database(admin, instance, referring):
    body = {"Replace": {"PatientName": "Xylanthropos^Ines"}, "Force": True}
    # 404: see has_done_its_work.
    assert admin.post(f"/studies/{referring[1]}/modify", json=body).status_code in (200, 404)
    time.sleep(1)
    assert [
        str(path) for path in (instance.data / "orthanc").glob("index*") if JOB_MARK in path.read_bytes().lower()
    ] == []


def stored_files(instance):
    return [path for path in (instance.data / "orthanc").glob("??/??/*") if path.is_file()]
