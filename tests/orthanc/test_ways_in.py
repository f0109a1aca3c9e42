"""Every way in: what identifies is taken out or refused, and who sends sees which; and what must be there for that."""

import io
import os
import subprocess
import tempfile
from pathlib import Path

import httpx
import pydicom
import pytest

from tests.orthanc.installations import TAKES_STOW
from tests.orthanc.ways import DIRECT, FROM_ORTHANC, RAW, STOW

pytestmark = pytest.mark.orthanc


@pytest.fixture(scope="module")
def instance(open_instance):
    return open_instance


@pytest.mark.parametrize("way", [*DIRECT, *FROM_ORTHANC])
def test_an_identified_object_arrives_without_its_identity(way, sender, marked, count, admin):
    before = count()
    assert getattr(sender, way)([marked()])
    assert count() == before + 1
    stored = newest(admin)
    assert stored.PatientID == stored.PatientName
    assert stored.PatientID.startswith("HEP-")
    assert stored.StudyInstanceUID.startswith("2.25.")


# WebDAV tells its senders nothing: Orthanc takes a file first and looks at it later. It is off in orthanc.json.
@pytest.mark.parametrize("way", [way for way in (*DIRECT, *FROM_ORTHANC) if way != "by_webdav"])
def test_a_refusal_is_seen_by_the_sender_and_nothing_is_stored(way, sender, refused, count, refusals):
    before, counted = count(), refusals().get("burned_in_annotation", 0)
    assert not getattr(sender, way)([refused["burned_in_annotation"]])
    assert count() == before
    assert refusals()["burned_in_annotation"] > counted


@pytest.mark.parametrize("way", RAW)
def test_every_refusal_has_its_reason(way, sender, refused, count, refusals):
    for reason, file in refused.items():
        before, counted = count(), refusals().get(reason, 0)
        seen = getattr(sender, way)([file])
        assert seen is (way == "by_webdav"), reason
        assert count() == before, reason
        # Orthanc itself may refuse what is no DICOM before it asks us.
        assert refusals().get(reason, 0) in ((counted, counted + 1) if reason == "not_dicom" else (counted + 1,)), (
            reason
        )


def test_without_a_password_or_the_role_nothing_comes_in(instance, client, marked, count):
    before, file = count(), marked()
    for path in ("/instances", "/dicom-web/studies", "/tools/create-dicom", "/dicomweb-plugin/studies"):
        for auth in (None, ("ana", "wrong")):
            assert httpx.post(f"{instance.url}{path}", content=file, auth=auth, trust_env=False).status_code == 401
    for role in ("radiologist", "resident", "student", "scientist", "sender"):
        assert client(role).put("/webdav/uploads/a.dcm", content=file).status_code == 403
        assert client(role).post("/tools/create-dicom", json={}).status_code == 403
        assert client(role).post("/dicomweb-plugin/studies", content=file, headers=STOW).status_code == 403
        assert client(role).post("/modalities/elsewhere/query", json={}).status_code == 403
    assert count() == before


def newest(admin, count=1):
    last = admin.get("/changes?last").json()["Last"]
    changes = admin.get(f"/changes?since={max(0, last - 60)}&limit=60").json()["Changes"]
    identifiers = [one["ID"] for one in changes if one["ChangeType"] == "NewInstance"][-count:]
    found = [pydicom.dcmread(io.BytesIO(admin.get(f"/instances/{one}/file").content)) for one in identifiers]
    return found[0] if count == 1 else found


# --- what must be there ---------------------------------------------------------------------------------------------


def test_without_the_secret_everything_is_refused_until_it_is_back(instance, sender, marked, count, refusals):
    secret, away = instance.data / "secret.key", instance.data / "secret.away"
    before, counted = count(), refusals().get("secret_missing", 0)
    secret.rename(away)
    try:
        for number, way in enumerate(("by_c_store", "by_post", "by_zip", "by_stow", "by_peer_store"), 1):
            assert not getattr(sender, way)([marked()]), way
            assert refusals()["secret_missing"] >= counted + number
        assert count() == before
    finally:
        away.rename(secret)
    for way in ("by_c_store", "by_post", "by_stow"):
        assert getattr(sender, way)([marked()]), way
    assert count() == before + 3


def test_another_secret_is_none(instance, sender, marked, refusals):
    secret, away = instance.data / "secret.key", instance.data / "secret.away"
    counted = refusals().get("secret_missing", 0)
    secret.rename(away)
    secret.write_text("ab" * 32 + "\n")
    try:
        assert not sender.by_post([marked()])
        assert refusals()["secret_missing"] == counted + 1
    finally:
        away.rename(secret)
    assert sender.by_post([marked()])


@pytest.fixture(scope="module")
def full(start_changed):
    """An installation that wants more room than any disk has; its other settings are as they come."""
    return start_changed(TAKES_STOW | {'"HepatIA": {': '"HepatIA": { "LeastFreeMegabytes": 1000000000,'})


def test_without_room_everything_is_refused(full, marked, tmp_path):
    check_refused_for_room(full, marked, tmp_path)


def test_webdav_is_off_as_it_comes(full, marked):
    with httpx.Client(base_url=full.url, auth=full.account("admin"), trust_env=False) as admin:
        assert admin.put("/webdav/uploads/a.dcm", content=marked()).status_code in (404, 405)
        assert admin.request("PROPFIND", "/webdav/").status_code == 404


def check_refused_for_room(running, marked, tmp_path):
    """Send by C-STORE, POST and STOW-RS; each is refused and counted."""
    path = tmp_path / "a.dcm"
    path.write_bytes(marked())
    command = ["storescu", "--required", "-v", "127.0.0.1", str(running.dicom_port), str(path)]
    sent = subprocess.run(command, capture_output=True, text=True)
    assert sent.returncode != 0
    assert "OutOfResources" in sent.stdout + sent.stderr
    with httpx.Client(base_url=running.url, auth=running.account("admin"), trust_env=False, timeout=60) as admin:
        counted = admin.get("/hepatia/api/status").json()["arrivals"]["refused"]["disk_full"]
        assert admin.post("/instances", content=marked()).status_code == 400
        body = b"--B\r\n\r\n" + marked() + b"\r\n--B--"
        answer = admin.post("/dicom-web/studies", content=body, headers=STOW)
        assert answer.status_code == 409
        assert answer.json()["00081198"]["Value"][0]["00081197"]["Value"] == [0xA700]
        assert admin.get("/hepatia/api/status").json()["arrivals"]["refused"]["disk_full"] == counted + 2
        assert admin.get("/statistics").json()["CountInstances"] == 0


def test_a_small_disk_that_fills_up_refuses_until_there_is_room(small_disk, start_changed, suite, marked, tmp_path):
    running = start_changed(TAKES_STOW, data=small_disk / "data")
    try:
        filler, room = small_disk / "filler", os.statvfs(small_disk)
        with filler.open("wb") as file:
            os.posix_fallocate(file.fileno(), 0, room.f_bavail * room.f_frsize - 50 * 2**20)
        check_refused_for_room(running, marked, tmp_path)
        filler.unlink()
        account = running.account("sender")
        answer = httpx.post(f"{running.url}/instances", content=marked(), auth=account, trust_env=False)
        assert answer.json()["Status"] == "Success"
    finally:
        suite.stop_process(running.process)


@pytest.fixture
def small_disk():
    if os.geteuid() != 0:
        pytest.skip("only root may mount a file system in memory")
    folder = Path(tempfile.mkdtemp(prefix="hepatia-test-"))
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=600m,mode=755", "tmpfs", folder], capture_output=True)
    if mounted.returncode != 0:
        folder.rmdir()
        pytest.skip(f"no file system in memory can be mounted here: {mounted.stderr.decode().strip()}")
    yield folder
    subprocess.run(["umount", "-l", folder], check=True)
    folder.rmdir()
