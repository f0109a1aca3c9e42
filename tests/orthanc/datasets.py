"""Studies of the phantom in an installation, with masks and reports, and what an export made of them."""

import csv
import io
import time
import zipfile

import httpx
import numpy as np
import pydicom

from seg import labelmap, phantom, volume
from seg.labelmap import Labelmap, Segment
from tests.orthanc.conftest import file_bytes

SEGMENTS = (Segment(1, "Liver", "liver"), Segment(2, "Nodule", "nodule"))
LABELMAP = {"Content-Type": "application/vnd.hepatia.labelmap"}


class Http:
    """Requests as a role, each on a connection of its own."""

    def __init__(self, installation, role, root=""):
        self._root, self._account = installation.url + root, installation.account(role)

    def request(self, method, path, **more):
        return httpx.request(method, self._root + path, auth=self._account, timeout=120, trust_env=False, **more)

    def get(self, path):
        return self.request("GET", path)

    def post(self, path, **more):
        return self.request("POST", path, **more)

    def delete(self, path):
        return self.request("DELETE", path)


class Exam:
    """A study as it is in the archive; `series` by phase: grid, HU, and UID."""

    def __init__(self, installation, number, phases=("arterial", "portal_venous")):
        self.installation, self.phases = installation, phases
        sent = phantom.study(phases=phases, patient_id=f"EXPORT-{number}", nodule_diameter_mm=20 + number)
        admin = self.client("admin")
        stored = [admin.post("/instances", content=file_bytes(one)).raise_for_status().json()["ID"] for one in sent]
        self.files = [admin.get(f"/instances/{one}/file").content for one in stored]
        datasets = [pydicom.dcmread(io.BytesIO(one)) for one in self.files]
        self.uid, self.patient_id = str(datasets[0].StudyInstanceUID), str(datasets[0].PatientID)
        each = len(datasets) // len(phases)
        self.series = {phase: datasets[at * each : (at + 1) * each] for at, phase in enumerate(phases)}

    def client(self, role):
        return Http(self.installation, role)

    def hounsfield(self, phase):
        return volume.read_volume(self.series[phase])

    def series_uid(self, phase):
        return str(self.series[phase][0].SeriesInstanceUID)

    def draw(self, phase, role="resident", edited=None):
        """Write a mask, or a new version of one."""
        grid, hounsfield = self.hounsfield(phase)
        array = (hounsfield > 40).astype(np.uint8)
        array[4, 30:40, 30:40] = 2
        array.reshape(-1)[: 5 if edited else 0] = 1
        drawn = Labelmap(grid.rows, grid.columns, grid.slice_names, SEGMENTS, None, array, edited)
        body = labelmap.compose(drawn)
        path = f"/hepatia/api/series/{self.series_uid(phase)}/segmentations"
        answer = self.client(role).post(path, content=body, headers=LABELMAP).raise_for_status()
        return answer.json()["sop_instance_uid"], array

    def report(self, answers, role="radiologist"):
        body = {"template": "liver-ct", "state": "complete", "answers": answers}
        self.client(role).post(f"/hepatia/api/studies/{self.uid}/reports", json=body).raise_for_status()


class Api:
    """The routes of exports as a role."""

    def __init__(self, installation, role):
        self.http = Http(installation, role, "/hepatia/api")

    def ask(self, **body):
        return self.http.post("/exports", json=body)

    def begin(self, **body):
        answer = self.ask(**body)
        assert answer.status_code == 202, answer.text
        return answer.json()["id"]

    def get(self, identifier):
        return self.http.get(f"/exports/{identifier}").raise_for_status().json()

    def wait(self, identifier, until=lambda one: one["state"] != "running", timeout_s=120):
        deadline = time.monotonic() + timeout_s
        while not until(found := self.get(identifier)):
            assert time.monotonic() < deadline, found
            time.sleep(0.05)
        return found

    def make(self, **body):
        made = self.wait(self.begin(**body))
        assert made["state"] == "done", made
        return made

    def zips(self, made):
        paths = [f"/exports/{made['id']}/download?part={part['number']}" for part in made["parts"]]
        return [self.http.get(path).raise_for_status().content for path in paths]

    def files(self, made):
        """Every file of a dataset, by its path."""
        found = {}
        for body in self.zips(made):
            with zipfile.ZipFile(io.BytesIO(body)) as opened:
                assert opened.testzip() is None
                for name in opened.namelist():
                    assert name not in found
                    found[name] = opened.read(name)
        return found


def table(files, name):
    return list(csv.DictReader(io.StringIO(files[name].decode())))
