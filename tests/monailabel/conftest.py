"""One installation with a real MONAI Label, models of every kind, and a phantom study."""

import gzip
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import httpx
import nibabel
import numpy as np
import pytest

from orthanc_plugin.commands.monailabel import ENVIRONMENT, is_installed
from seg import phantom
from tests.orthanc.installations import ORTHANC, REPOSITORY, Installations, wait_for

HERE = Path(__file__).resolve().parent

#: Long enough for every model of these tests on a busy machine, short enough to be waited for once.
TIMEOUT_S = 30


def command(value, threshold, seconds, *fewer):
    numbers = " ".join(map(str, (value, threshold, seconds, *fewer)))
    return f"{sys.executable} {HERE / 'command.py'} {{input}} {{output}} {numbers}"


def described(folder):
    """The setting "Models"."""
    both, one = {"1": "Liver", "2": "Nodule"}, {"5": "Liver"}
    script = {"path": str(folder / "thresholds.ts"), "labels": both, "kind": "torchscript"}
    commands = {
        "command": {"command": command(5, 70, 0)},
        "slow": {"command": command(5, 70, 3)},
        "endless": {"command": command(5, 70, 600)},
        "other-grid": {"command": command(5, 70, 0, 3)},
        "other-value": {"command": command(7, 70, 0)},
        "dropping": {"command": command(7, 70, 0), "other_values": "drop"},
        "empty": {"command": command(5, 30000, 0)},
        "failing": {"command": "/bin/false {input} {output}"},
    }
    models = {
        "liver": {"kind": "baseline", "labels": {"1": "Liver"}, "description": "threshold baseline"},
        "script": script | {"spacing_mm": [3.0, 3.0, 6.0], "roi": [64, 64, 16]},
        "resampled": script | {"spacing_mm": [2.0, 2.0, 4.0], "roi": [64, 64, 32]},
        "missing": script | {"path": str(folder / "nothing.ts")},
        "bundle": {"kind": "bundle", "path": str(folder / "bundle"), "labels": both},
    } | {name: one_command | {"kind": "command", "labels": one} for name, one_command in commands.items()}
    return [{"name": name, "version": "0.1"} | model for name, model in models.items()]


@pytest.fixture(scope="session")
def suite(pytestconfig):
    return pytestconfig.pluginmanager.get_plugin(str(REPOSITORY / "tests" / "conftest.py"))


@pytest.fixture(scope="session")
def models_folder(tmp_path_factory):
    if not is_installed() or not Path(ORTHANC).exists():
        pytest.skip("MONAI Label's environment or Orthanc is not installed; `make test` installs both")
    folder = tmp_path_factory.mktemp("models")
    subprocess.run([ENVIRONMENT / "bin" / "python", HERE / "make_models.py", folder], check=True, env={})
    return folder


@pytest.fixture(scope="session")
def installation(suite, models_folder):
    """An installation that offers all models."""
    installations = Installations(suite)
    models = json.dumps(described(models_folder))
    changes = {'"MonaiLabel": "${MONAILABEL:-}"': f'"MonaiLabel": "${{MONAILABEL:-}}", "Models": {models}, '
               f'"JobTimeoutSeconds": {TIMEOUT_S}, "LongestJobQueue": 3'}  # fmt: skip
    started = installations.start(changes, AI="1")
    yield started
    installations.stop()


class Site:
    """What a reader does with an installation."""

    def __init__(self, running):
        self.running, self.data = running, running.data
        options = {"base_url": f"{running.url}/hepatia/api", "timeout": 60, "trust_env": False}
        self.reader = httpx.Client(auth=running.account("radiologist"), **options)
        self.others = {role: httpx.Client(auth=running.account(role), **options) for role in ("student", "admin")}

    def close(self):
        for client in (self.reader, *self.others.values()):
            client.close()

    def status(self):
        return self.reader.get("/status").json()["monailabel"]

    def ask(self, series, model):
        return self.reader.post(f"/series/{series}/presegment", json={"model": model})

    def submit(self, series, model):
        answer = self.ask(series, model)
        assert answer.status_code == 202, answer.text
        return answer.json()["job"]

    def job(self, job_id):
        return self.reader.get(f"/jobs/{job_id}").raise_for_status().json()

    def ended(self, job_id, timeout_s=2 * TIMEOUT_S):
        wait_for(lambda: self.job(job_id)["state"] != "running", timeout_s)
        return self.job(job_id)

    def done(self, series, model):
        job = self.ended(self.submit(series, model))
        assert job["error"] is None
        return job

    def mask(self, job):
        """Segment numbers, (slices, rows, columns), and the affine."""
        path = f"/segmentations/{job['segmentation']}.nii.gz"
        image = self.read(path, values="segment")
        return np.asarray(image.dataobj).T, image.affine

    def read(self, path, **query):
        body = self.reader.get(path, params=query).raise_for_status().content
        return nibabel.Nifti1Image.from_bytes(gzip.decompress(body))

    def server(self):
        return json.loads((self.data / "monailabel" / "server.json").read_text())

    def kill_server(self):
        os.kill(self.server()["pid"], signal.SIGKILL)

    def temporary_files(self):
        return [path for path in (self.data / "monailabel" / "tmp").rglob("*") if path.is_file()]


@pytest.fixture(scope="session")
def site(installation):
    one = Site(installation)
    # A start of the server takes about ten seconds, and on a machine that has just started several times that.
    wait_for(lambda: one.status() == "ok", 120)
    yield one
    one.close()


@pytest.fixture(scope="session")
def send(installation, tmp_path_factory):
    """Send a phantom study; gives its series by phase."""

    def by_c_store(**variant):
        folder = tmp_path_factory.mktemp("phantom")
        files = phantom.write(folder, "small", lossless=False, **variant)
        command = ["storescu", "127.0.0.1", str(installation.dicom_port), *map(str, files)]
        subprocess.run(command, check=True, env={"TCP_NODELAY": "1", "PATH": "/usr/bin"})
        return _stored(installation)

    return by_c_store


def _stored(installation):
    """The newest study's series by phase."""
    with httpx.Client(auth=installation.account("admin"), base_url=installation.url, trust_env=False) as admin:
        series = []
        deadline = time.monotonic() + 30
        while not series and time.monotonic() < deadline:
            newest = admin.get("/changes?limit=5000").json()["Changes"]
            studies = [one["ID"] for one in newest if one["ChangeType"] == "NewStudy"]
            uid = admin.get(f"/studies/{studies[-1]}").json()["MainDicomTags"]["StudyInstanceUID"]
            series = admin.get(f"/hepatia/api/studies/{uid}").json()["series"]
        return {one["phase"]: one["series_instance_uid"] for one in series if one["modality"] == "CT"}


@pytest.fixture(scope="session")
def study(send):
    return send()
