"""An Orthanc that is not ours: started by hand, with deploy/stock-orthanc.json beside its own configuration."""

import json
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

import httpx
import pytest

from orthanc_plugin import users
from tests import place
from tests.orthanc.installations import ORTHANC, REPOSITORY, wait_for

pytestmark = pytest.mark.orthanc

PLUGINS = "/usr/share/orthanc/plugins"


@pytest.fixture(scope="module")
def folder():
    made = Path(tempfile.mkdtemp(prefix="hepatia-stock-"))
    yield made
    shutil.rmtree(made, ignore_errors=True)


@pytest.fixture(scope="module")
def instance(suite, postgres_dsn, folder):
    """As an image of Orthanc starts it: a folder of configurations, PYTHONPATH, and no supervisor."""
    if not Path(ORTHANC).exists():
        pytest.skip("Orthanc is not installed; `make test` installs it")
    (folder / "data").mkdir()
    users.load_or_create(folder / "data" / "users.json")
    accounts = json.loads((folder / "data" / "users.json").read_text())
    port, dicom_port = suite.free_port(), suite.free_port()
    configure(folder / "etc", accounts, folder / "db", port, dicom_port)
    environment = {
        "PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", "DATA": str(folder / "data"), "DSN": postgres_dsn,
        "HEPATIA_ROOT": str(place.ROOT), "PYTHONPATH": os.pathsep.join([str(place.ROOT), *place.SITE_PACKAGES]),
    }  # fmt: skip
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(place.orthanc(str(folder / "etc")), env=environment, stdout=log, stderr=log)
    running = suite.Instance(f"http://127.0.0.1:{port}", dicom_port, folder / "data", accounts, postgres_dsn, process)
    wait_for(lambda: status(running).get("status") == "ok", 60)
    yield running
    suite.stop_process(process)
    assert process.returncode == 0, (folder / "log").read_text()[-2000:]


def configure(etc, accounts, storage, port, dicom_port):
    """What the site has anyway, the accounts, and what HepatIA wants."""
    etc.mkdir()
    own = {
        "StorageDirectory": str(storage), "IndexDirectory": str(storage), "RemoteAccessAllowed": True,
        "HttpPort": port, "DicomPort": dicom_port,
        "Plugins": [f"{PLUGINS}/libOrthancPython.so", f"{PLUGINS}/libOrthancDicomWeb.so"],
    }  # fmt: skip
    registered = {login: account["password"] for login, account in accounts.items()}
    (etc / "orthanc.json").write_text(json.dumps(own))
    (etc / "users.json").write_text(json.dumps({"RegisteredUsers": registered}))
    shutil.copyfile(REPOSITORY / "deploy" / "stock-orthanc.json", etc / "hepatia.json")


def status(running):
    answer = httpx.get(f"{running.url}/hepatia/api/status", auth=running.account("admin"), trust_env=False)
    return answer.json() if answer.status_code == 200 else {}


def test_what_arrives_is_deidentified_and_can_be_read(client, study, identity, folder):
    assert study.headers[0].PatientID.startswith("HEP-")
    stored = b"".join(path.read_bytes() for path in (folder / "db").rglob("*") if path.is_file())
    assert not [word for word in identity if word.encode() in stored]
    reader = client("radiologist")
    assert reader.get(f"/hepatia/api/studies/{study.uid}").json()["series"][0]["instances"] == 4
    metadata = reader.get(f"/dicom-web/studies/{study.uid}/series/{study.series_uid}/metadata")
    assert len(metadata.json()) == 4


def test_a_report_is_written_and_found(client, study, complete_answers):
    reader = client("radiologist")
    body = {"template": "liver-ct", "state": "complete", "answers": complete_answers}
    assert reader.post(f"/hepatia/api/studies/{study.uid}/reports", json=body).status_code == 201
    found = reader.get("/hepatia/api/search", params={"nodules.lirads": "LR-5"}).json()
    assert study.uid in [one["study_instance_uid"] for one in found["items"]]


def test_the_viewer_and_the_roles(client):
    assert "hepatia" in client("radiologist").get("/ohif/app-config.js").text
    assert client("radiologist").get("/instances").status_code == 403
    assert client("sender").get("/ohif/").status_code == 403
    assert client("admin").get("/instances").status_code == 200
