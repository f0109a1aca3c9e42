"""Nothing of what was sent is anywhere: not in files, logs, databases, jobs, metadata or answers."""

import io
import shutil
import sqlite3
import subprocess
from contextlib import closing

import numpy as np
import pydicom
import pytest

from tests import place
from tests.orthanc.installations import wait_for
from tests.orthanc.marked import traces
from tests.orthanc.ways import DIRECT, FROM_ORTHANC, RAW, STOW

pytestmark = pytest.mark.orthanc


@pytest.fixture(scope="module")
def instance(open_instance):
    return open_instance


def test_nothing_that_was_sent_is_anywhere(instance, admin, sender, marked, refused, temporary):
    assert list(traces(marked()))
    readable = [refused[reason] for reason in ("burned_in_annotation", "sop_class_not_allowed", "screen_capture")]
    for way in (*DIRECT, *FROM_ORTHANC):
        getattr(sender, way)([marked()])
        for file in readable if way not in RAW else refused.values():
            getattr(sender, way)([file])
    send_nonsense(sender, admin, marked())
    wait_for(lambda: not list(temporary.glob("Orthanc-*")))
    found = []
    for name, content in everything(instance, admin, temporary, sender):
        found += [f"{name}: …{around}…" for around in traces(content)]
    assert not found, "\n".join(found)


def test_a_name_in_a_code_string_is_not_kept(admin, make_series, as_file):
    file = as_file(make_series(1, BodyPartExamined="OLIVEIRA", ScanOptions="JOAQUINA")[0])
    stored = admin.post("/instances", content=file).raise_for_status().json()["ID"]
    stored = pydicom.dcmread(io.BytesIO(admin.get(f"/instances/{stored}/file").content))
    assert "OLIVEIRA" not in str(stored)
    assert "JOAQUINA" not in str(stored)


def send_nonsense(sender, admin, file):
    """What ends in errors: to wrong places, in wrong wrappings, damaged in many places."""
    keep = sender.keep
    for path in ("/instances", "/dicom-web/studies", "/tools/create-dicom", "/hepatia/api/pseudonyms", "/tools/find"):
        keep(admin.post(path, content=file))
        keep(admin.post(path, content=b"{" + file, headers={"Content-Type": "application/json"}))
    keep(admin.post("/dicom-web/studies", content=b"--B\r\n\r\n" + file, headers=STOW))
    keep(admin.post("/dicom-web/studies/1.2.3", content=b"--B\r\n\r\n" + file + b"\r\n--B--", headers=STOW))
    keep(
        admin.post("/hepatia/api/series/1.2/segmentations", content=file, headers={"Content-Type": "application/gzip"})
    )
    for role in ("student", "scientist"):
        keep(sender.client(role).post("/instances", content=file))
    random = np.random.default_rng(7)
    for _ in range(60):
        damaged = bytearray(file)
        for at in random.integers(132, len(damaged), 3):
            damaged[at] = random.integers(256)
        sender.by_stow([bytes(damaged)])
        keep(sender.client("sender").post("/instances", content=bytes(damaged)))


def everything(instance, admin, temporary, sender):
    """Every byte that was left: files, the databases as files and as text, what the server answers and answered."""
    yield from (("an answer", answer) for answer in sender.answers)
    for folder in (instance.data, temporary):
        for path in sorted(folder.rglob("*")):
            if path.is_file() and path.name not in ("secret.key", "users.json", "20-users.json"):
                yield str(path), path.read_bytes()
    yield "PostgreSQL", dump(instance.dsn)
    for path in (instance.data / "orthanc" / "index", instance.data / "deidentification.sqlite"):
        yield f"{path.name} as text", as_text(path, sender.folder)
    for path in PATHS:
        yield path, admin.get(path).raise_for_status().content
    for one in admin.get("/instances").json():
        for path in ("tags", "metadata?expand", "header", "attachments", "attachments/dicom/info"):
            yield f"/instances/{one}/{path}", admin.get(f"/instances/{one}/{path}").content


PATHS = (
    "/patients?expand", "/studies?expand", "/series?expand", "/instances?expand", "/jobs?expand", "/changes?limit=9999",
    "/exports?limit=9999", "/statistics", "/tools/metrics-prometheus", "/hepatia/api/status", "/hepatia/api/search",
    "/hepatia/api/dashboard", "/hepatia/metrics", "/dicom-web/studies", "/dicom-web/series", "/dicom-web/instances",
)  # fmt: skip


def as_text(database, folder):
    """Every row of a SQLite file; of a copy, for Orthanc keeps its own locked."""
    for path in database.parent.glob(f"{database.name}*"):
        shutil.copy(path, folder / path.name)
    with closing(sqlite3.connect(folder / database.name)) as copy:
        return "\n".join(copy.iterdump()).encode("utf-8", "surrogateescape")


def dump(dsn):
    done = subprocess.run(place.pg_dump("--dbname", dsn), capture_output=True)
    assert done.returncode == 0, done.stderr
    return done.stdout
