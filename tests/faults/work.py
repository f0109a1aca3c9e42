"""What clients do while servers are killed: real ones, over DICOM and HTTP; they write down what was acknowledged."""

import copy
import gzip
import hashlib
import io
import re
import subprocess
import time
from dataclasses import dataclass, field

import httpx
import numpy as np

from seg import labelmap
from seg.labelmap import Labelmap, Segment
from tests.browser.desks import ANSWERS
from tests.orthanc.conftest import ct_series, file_bytes
from tests.orthanc.datasets import LABELMAP, Http

SLICES, SIDE = 5, 160
STOW = {"Content-Type": 'multipart/related; type="application/dicom"; boundary=B'}
SEGMENTS = (Segment(1, "Liver", "liver"), Segment(2, "Nodule", "nodule"))

#: A sender says for each file how it went.
SENT = re.compile(r"Sending file: (.+)\n(?:(?!Sending file)[^\n]*\n)*?[^\n]*Received Store Response \((\w+)\)")


@dataclass
class Acknowledged:
    """What clients were told is kept."""

    instances: dict[str, str] = field(default_factory=dict)
    reports: dict[str, dict] = field(default_factory=dict)
    masks: dict[str, str] = field(default_factory=dict)
    #: By user and where: what was acknowledged last, and what was sent since.
    #: What may be kept: the last that was acknowledged (None before there was one), or what was sent after it.
    drafts: dict[tuple[str, str], list[dict | None]] = field(default_factory=dict)
    mask_drafts: dict[str, list[bytes | None]] = field(default_factory=dict)
    exports: list[str] = field(default_factory=list)
    jobs: list[str] = field(default_factory=list)
    #: Saves that were not acknowledged: they may be there, once.
    unknown: int = 0


class Clients:
    """Everybody who works with an installation; `exam` is the study that is read."""

    def __init__(self, installation, exam, random, folder):
        self.installation, self.exam, self.random, self.folder = installation, exam, random, folder
        self.told = Acknowledged()
        self.again = lambda: None

    def http(self, role, path="/hepatia/api"):
        return Http(self.installation, role, path)

    # --- arrival: what was not acknowledged is sent again, as every sender does ------------------------------------

    def c_store(self):
        self._arrive(self._c_store)

    def post(self):
        self._arrive(self._post)

    def stow(self):
        self._arrive(self._stow)

    def _arrive(self, send):
        files = {}
        for one in ct_series(SLICES, Rows=SIDE, Columns=SIDE):
            one.PixelData = self.random.randbytes(SIDE * SIDE * 2)
            files[str(one.SOPInstanceUID)] = (file_bytes(one), hashlib.sha256(one.PixelData).hexdigest())
        send(files)

        def again():
            left = {sop: file for sop, file in files.items() if sop not in self.told.instances}
            if left:
                send(left)
            assert files.keys() <= self.told.instances.keys(), "not taken though everything is up again"

        self.again = again

    def _c_store(self, files):
        paths = {}
        for sop, (data, _) in files.items():
            path = self.folder / f"{sop}.dcm"
            path.write_bytes(data)
            paths[str(path)] = sop
        command = ["storescu", "-v", "--required", "-aec", "HEPATIA", "-to", "10", "-td", "20", "127.0.0.1"]
        environment = {"TCP_NODELAY": "1", "PATH": "/usr/bin"}
        asked = [*command, str(self.installation.dicom_port), *paths]
        said = subprocess.run(asked, env=environment, capture_output=True, text=True, timeout=120)
        for path, status in SENT.findall(said.stdout + said.stderr):
            if status == "Success":
                self.told.instances[paths[path.strip()]] = files[paths[path.strip()]][1]

    def _post(self, files):
        for sop, (data, digest) in files.items():
            answer = self.try_(lambda data=data: self.http("sender", "").post("/instances", content=data))
            if answer is not None and answer.status_code == 200:
                self.told.instances[sop] = digest

    def _stow(self, files):
        parts = b"".join(
            b"--B\r\nContent-Type: application/dicom\r\n\r\n" + data + b"\r\n" for data, _ in files.values()
        )
        sender = self.http("sender", "")
        answer = self.try_(lambda: sender.post("/dicom-web/studies", content=parts + b"--B--", headers=STOW))
        if answer is not None and answer.status_code == 200:
            stored = answer.json()["00081199"]["Value"]
            assert len(stored) == len(files)
            self.told.instances |= {sop: digest for sop, (_, digest) in files.items()}

    # --- reading -----------------------------------------------------------------------------------------------------

    def save_report(self):
        answers = copy.deepcopy(ANSWERS)
        answers["nodules"][0]["diameter_mm"] = round(20 + self.random.random() * 20, 3)
        body = {"template": "liver-ct", "state": "complete", "answers": answers}
        path = f"/studies/{self.exam.uid}/reports"
        answer = self._acknowledged(lambda: self.http("radiologist").post(path, json=body), 201)
        if answer:
            self.told.reports[answer["sop_instance_uid"]] = answers

    def save_mask(self):
        body, digest = self._mask()
        path = f"/series/{self.exam.series_uid('arterial')}/segmentations"
        answer = self._acknowledged(lambda: self.http("resident").post(path, content=body, headers=LABELMAP), 201)
        if answer:
            self.told.masks[answer["sop_instance_uid"]] = digest

    def edit(self):
        """A draft of answers and one of a mask, kept again and again."""
        for role in ("student", "resident"):
            answers = {"liver": {"volume_cm3": round(1000 + self.random.random() * 900, 3)}}
            sent = self.told.drafts.setdefault((role, self.exam.uid), [None])
            sent.append(answers)
            body, path = {"template": "liver-ct", "answers": answers}, f"/studies/{self.exam.uid}/draft"
            if self._acknowledged(lambda: self.http(role).request("PUT", path, json=body), 200):  # noqa: B023
                del sent[:-1]
        body = gzip.compress(self._mask()[0])
        sent = self.told.mask_drafts.setdefault("resident", [None])
        sent.append(body)
        path = f"/series/{self.exam.series_uid('arterial')}/mask-draft"
        headers = {"Content-Type": "application/vnd.hepatia.labelmap+gzip"}
        if self._acknowledged(lambda: self.http("resident").request("PUT", path, content=body, headers=headers), 200):
            del sent[:-1]

    def _mask(self):
        grid, hounsfield = self.exam.hounsfield("arterial")
        array = (hounsfield > 40).astype(np.uint8)
        row, column = self.random.randrange(5, 50), self.random.randrange(5, 50)
        array[4, row : row + 8, column : column + 8] = 2
        body = labelmap.compose(Labelmap(grid.rows, grid.columns, grid.slice_names, SEGMENTS, None, array))
        return body, hashlib.sha256(array.tobytes()).hexdigest()

    # --- what takes a while ------------------------------------------------------------------------------------------

    def presegment(self):
        path = f"/series/{self.exam.series_uid('arterial')}/presegment"
        answer = self._acknowledged(lambda: self.http("resident").post(path, json={"model": "liver"}), 202)
        if answer:
            self.told.jobs.append(answer["job"])

    def export(self):
        body = {"query": "study.phase=arterial", "include": {"images": "nifti", "masks": "none"}}
        answer = self._acknowledged(lambda: self.http("scientist").post("/exports", json=body), 202)
        if answer:
            self.told.exports.append(answer["id"])

    def rebuild(self):
        self._acknowledged(lambda: self.http("admin").post("/index/rebuild", json={}), 202)

    # -----------------------------------------------------------------------------------------------------------------

    def _acknowledged(self, ask, status):
        answer = self.try_(ask)
        if answer is not None and answer.status_code == status:
            return answer.json()
        self.told.unknown += 1
        return None

    @staticmethod
    def try_(ask):
        """Ask; None when the connection broke."""
        try:
            return ask()
        except httpx.TransportError:
            return None

    def persist(self, ask, timeout_s=60):
        """Ask until there is an answer that is no failure of a server."""
        deadline = time.monotonic() + timeout_s
        while True:
            answer = self.try_(ask)
            if answer is not None and answer.status_code < 500:
                return answer
            assert time.monotonic() < deadline, answer
            time.sleep(0.1)


def pixels(file):
    """SHA-256 of the pixel data of a DICOM file that is read to its end."""
    import pydicom

    dataset = pydicom.dcmread(io.BytesIO(file))
    wanted = dataset.Rows * dataset.Columns * 2
    assert len(dataset.PixelData) == wanted, "half-written"
    return hashlib.sha256(dataset.PixelData).hexdigest()
