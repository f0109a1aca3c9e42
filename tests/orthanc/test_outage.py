"""PostgreSQL goes away and comes back: nothing is lost, and the index catches up by itself."""

import os
import shutil
import subprocess
import tempfile
import time
from pathlib import Path

import pytest
from pydicom import Dataset
from pydicom.dataset import FileMetaDataset
from pydicom.uid import Comprehensive3DSRStorage, ExplicitVRLittleEndian

from orthanc_plugin.commands import postgresql
from tests import place
from tests.orthanc.installations import REPOSITORY, wait_for

pytestmark = pytest.mark.orthanc


@pytest.fixture(scope="module")
def cluster():
    """A PostgreSQL of our own, and its connection string."""
    folder = Path(tempfile.mkdtemp(prefix="hepatia-outage-"))
    folder.chmod(0o755)
    server = postgresql.service(folder / "cluster", folder / "socket", folder / "log")
    server.start()
    postgresql.wait_until_ready(server, folder / "socket", "hepatia")
    yield server, folder / "socket", f"host={folder / 'socket'} user=hepatia dbname=hepatia"
    server.stop()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="module")
def instance(start_changed, cluster):
    return start_changed({}, DSN=cluster[2])


def test_the_index_catches_up(cluster, study, client, complete_answers):
    server, socket, _ = cluster
    api, admin = client("radiologist"), client("admin")
    body = {"template": "liver-ct", "state": "complete", "answers": complete_answers}
    server.stop()
    wait_for(lambda: admin.get("/hepatia/api/status").json()["database"] == "down")
    assert admin.get("/hepatia/api/status").json()["status"] == "degraded"
    began = time.monotonic()
    written = api.post(f"/hepatia/api/studies/{study.uid}/reports", json=body)
    assert written.status_code == 201
    assert time.monotonic() - began < 5
    for path in ("/search", "/search/facets", "/search.csv", "/dashboard"):
        answer = api.get(f"/hepatia/api{path}")
        assert (answer.status_code, answer.json()["error"]["code"]) == (503, "index_unavailable")
    assert api.get(f"/hepatia/api/studies/{study.uid}/reports").json()
    server.start()
    postgresql.wait_until_ready(server, socket, "hepatia")
    wait_for(lambda: found(api, "nodules.lirads=LR-5") == [study.uid], timeout_s=60)
    status = admin.get("/hepatia/api/status").json()
    assert (status["status"], status["index"]["pending"], status["index"]["reports"]) == ("ok", 0, 1)


def rebuild_index(instance, cluster):
    """Run `hepatia rebuild`; return its exit status."""
    variables = {"DATA": str(instance.data), "HTTP_PORT": instance.url.rpartition(":")[2], "DSN": cluster[2]}
    return subprocess.run(
        place.hepatia("rebuild"), cwd=REPOSITORY, env=dict(os.environ) | variables, capture_output=True
    ).returncode


def corrupt_report(study):
    """An imaging measurement report about a study, that was never completed."""
    report, template = Dataset(), Dataset()
    report.file_meta = FileMetaDataset()
    report.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    template.MappingResource, template.TemplateIdentifier = "DCMR", "1500"
    original = study.sent[0]
    values = {
        "SOPClassUID": Comprehensive3DSRStorage,
        "SOPInstanceUID": f"{original.StudyInstanceUID}.7.1",
        "StudyInstanceUID": original.StudyInstanceUID,
        "SeriesInstanceUID": f"{original.StudyInstanceUID}.7",
        "PatientID": original.PatientID,
        "PatientName": original.PatientName,
        "Modality": "SR",
        "ValueType": "CONTAINER",
        "CompletionFlag": "COMPLETE",
        "VerificationFlag": "UNVERIFIED",
        "ConceptNameCodeSequence": code("126000", "Imaging Measurement Report"),
        "ContentTemplateSequence": [template],
    }
    for keyword, value in values.items():
        setattr(report, keyword, value)
    return report


def code(value, meaning):
    one = Dataset()
    one.CodeValue, one.CodingSchemeDesignator, one.CodeMeaning = value, "DCM", meaning
    return [one]


def found(api, query):
    answer = api.get(f"/hepatia/api/search?{query}")
    return [one["study_instance_uid"] for one in answer.json()["items"]] if answer.status_code == 200 else []


def test_the_phase_of_a_series_is_counted(study, client):
    # The series is called "Fase portal".
    api = client("scientist")
    wait_for(lambda: study.uid in found(api, "study.phase=portal_venous"))
    charts = api.get("/hepatia/api/dashboard").json()["charts"]
    phases = next(chart for chart in charts if chart["id"] == "study.phase")
    counted = {bar["label"]: bar["count"] for bar in phases["data"] if bar["count"]}
    assert counted == {"portal_venous": len(found(api, "study.phase=portal_venous"))}


def test_a_corrupt_report_is_listed_and_retried_on_rebuild(instance, cluster, study, client, as_file):
    admin = client("admin")
    corrupt = corrupt_report(study)
    assert client("sender").post("/instances", content=as_file(corrupt)).status_code == 200
    wait_for(lambda: admin.get("/hepatia/api/status").json()["index"]["failed"])
    [failed] = admin.get("/hepatia/api/status").json()["index"]["failed"]
    assert failed["reason"] == "The SR has no content: it is cut off, or was never complete."
    # It is read again, and is no better.
    assert rebuild_index(instance, cluster) == 0
    assert admin.get("/hepatia/api/status").json()["index"]["failed"] == [failed]
    [identifier] = admin.post(
        "/tools/find", json={"Level": "Instance", "Query": {"SOPInstanceUID": failed["sop_instance_uid"]}}
    ).json()
    assert admin.delete(f"/instances/{identifier}").status_code == 200
    assert rebuild_index(instance, cluster) == 0
    assert admin.get("/hepatia/api/status").json()["index"]["failed"] == []
