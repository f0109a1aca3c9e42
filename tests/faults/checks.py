"""What must hold when servers have been killed: nothing acknowledged is lost, nothing is there twice or by half."""

import contextlib
import hashlib
import io
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

import numpy as np
import pydicom

from indexer import fingerprint
from indexer.index import Index
from orthanc_plugin.deidentification import keys
from seg import labelmap
from tests.faults.work import pixels
from tests.orthanc.conftest import REPOSITORY

COMMAND = (sys.executable, "-m", "orthanc_plugin.commands.main")


def all_is_there(clients):
    """Check through the running servers."""
    settled(clients)
    stored = instances(clients)
    twice = {sop: count for sop, count in Counter(sop for sop, _ in stored).items() if count > 1}
    assert not twice
    arrivals_are_there(clients, dict(stored))
    saved_is_there(clients)
    drafts_are_there(clients)
    jobs_have_ended(clients)
    index_is_as_a_fresh_one(clients)
    return len(stored)


def settled(clients, timeout_s=120):
    """Wait until the index has caught up."""
    deadline = time.monotonic() + timeout_s
    while True:
        status = clients.persist(lambda: clients.http("admin").get("/status")).json()
        told = status["details"]["index"]
        if status["status"] == "ok" and not status["index"]["pending"] and told["rebuilding"] is None:
            assert not status["index"]["failed"]
            return
        assert time.monotonic() < deadline, status["index"]
        time.sleep(0.1)


def instances(clients):
    """SOP Instance UID and Orthanc's identifier of everything, each read and compared with what Orthanc remembers."""
    admin, found = clients.http("admin", ""), []
    for one in admin.get("/instances?expand").json():
        file = admin.get(f"/instances/{one['ID']}/file").content
        assert hashlib.md5(file).hexdigest() == admin.get(f"/instances/{one['ID']}/attachments/dicom/md5").text
        dataset = pydicom.dcmread(io.BytesIO(file))
        assert len(list(dataset.iterall())) > 10
        found.append((str(dataset.SOPInstanceUID), one["ID"]))
    return found


def arrivals_are_there(clients, stored):
    secret = keys.load_or_create(clients.installation.data / "secret.key")
    admin = clients.http("admin", "")
    for sop, digest in clients.told.instances.items():
        identifier = stored.get(secret.uid(sop))
        assert identifier, "an instance that was acknowledged is not there"
        assert pixels(admin.get(f"/instances/{identifier}/file").content) == digest


def saved_is_there(clients):
    reader = clients.http("scientist")
    for sop, answers in clients.told.reports.items():
        kept = reader.get(f"/reports/{sop}").raise_for_status().json()["answers"]
        assert kept["nodules"][0]["diameter_mm"] == answers["nodules"][0]["diameter_mm"]
    for sop, digest in clients.told.masks.items():
        body = reader.get(f"/segmentations/{sop}/labelmap").raise_for_status().content
        array = np.ascontiguousarray(labelmap.on_grid(labelmap.parse(body), clients.exam.hounsfield("arterial")[0]))
        assert hashlib.sha256(array.tobytes()).hexdigest() == digest
    listed = [one["sop_instance_uid"] for one in reader.get(f"/studies/{clients.exam.uid}/reports").json()]
    assert clients.told.reports.keys() <= set(listed)
    assert len(set(listed)) == len(listed)


def drafts_are_there(clients):
    for (role, study), sent in clients.told.drafts.items():
        kept = of_user(clients.http(role), f"/studies/{study}/draft")
        assert (kept and kept.json()["answers"]) in sent
    for role, sent in clients.told.mask_drafts.items():
        path = f"/series/{clients.exam.series_uid('arterial')}/mask-draft"
        kept = of_user(clients.http(role), path)
        assert (kept and kept.content) in sent


def of_user(http, path):
    """The answer about a draft; None when there is none."""
    answer = http.get(path)
    return None if answer.status_code == 404 else answer.raise_for_status()


def jobs_have_ended(clients, timeout_s=300):
    """Exports and other jobs were taken up again, and are done."""
    for route, identifiers in (("exports", clients.told.exports), ("jobs", clients.told.jobs)):
        for identifier in identifiers:
            role = "scientist" if route == "exports" else "resident"
            deadline = time.monotonic() + timeout_s
            while (one := clients.http(role).get(f"/{route}/{identifier}").json())["state"] == "running":
                assert time.monotonic() < deadline, one
                time.sleep(0.1)
            # One that was interrupted more often than may be says so.
            assert one["state"] == "done" or one["error"]["code"] == "interrupted", one


def index_is_as_a_fresh_one(clients):
    before = _fingerprint(clients)
    assert hepatia(clients.installation, "rebuild", "--anew").returncode == 0
    assert _fingerprint(clients) == before


def _fingerprint(clients):
    settled(clients)
    with contextlib.closing(Index(clients.installation.dsn)) as index:
        return fingerprint.fingerprint(index)


def hepatia(installation, *arguments, **variables):
    """Run the command line on an installation."""
    ports = {"HTTP_PORT": installation.url.rpartition(":")[2], "DICOM_PORT": str(installation.dicom_port)}
    environment = {"PATH": "/usr/sbin:/usr/bin:/bin", "DATA": str(installation.data), "AI": "0", "DEMO": "0"} | ports
    return subprocess.run(
        [*COMMAND, *arguments], cwd=REPOSITORY, env=environment | variables, capture_output=True, text=True
    )


def storage_is_whole(data):
    """Check the files of a stopped installation: those that Orthanc knows are there and whole, and no others are."""
    with tempfile.TemporaryDirectory() as folder:
        for name in ("index", "index-wal"):
            if (data / "orthanc" / name).exists():
                shutil.copy(data / "orthanc" / name, folder)
        with contextlib.closing(sqlite3.connect(Path(folder) / "index")) as connection:
            assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
            known = connection.execute("SELECT uuid, compressedSize, compressedMD5 FROM AttachedFiles").fetchall()
    for uuid, size, md5 in known:
        file = (data / "orthanc" / uuid[:2] / uuid[2:4] / uuid).read_bytes()
        assert (len(file), hashlib.md5(file).hexdigest()) == (size, md5)
    files = {path.name for path in (data / "orthanc").glob("??/??/*")}
    assert files == {one[0] for one in known}, "files that Orthanc does not know are left"
    return len(known)
