"""A backup of an installation that is receiving, restored into an empty one: every object has the same hash."""

import contextlib
import hashlib
import os
import random
import sqlite3
import stat
import subprocess
import threading

import pytest

from indexer import fingerprint
from indexer.index import Index
from tests.faults import checks
from tests.faults.work import Clients
from tests.orthanc.datasets import Exam, Http

pytestmark = [pytest.mark.orthanc, pytest.mark.postgres]


@pytest.fixture(scope="module")
def clients(suite, home):
    """An installation with a study, reports, masks and drafts."""
    running = suite.start_instance(home / "first", demo=False)
    working = Clients(running, Exam(running, 1, ("arterial",)), random.Random(7), home)
    for work in (working.post, working.save_report, working.save_mask, working.edit):
        work()
    checks.settled(working)
    yield working
    suite.stop_process(running.process)


def hashes(installation):
    """SHA-256 of every object by its SOP Instance UID, as Orthanc gives it."""
    admin = Http(installation, "admin")
    return {
        one["MainDicomTags"]["SOPInstanceUID"]: hashlib.sha256(
            admin.get(f"/instances/{one['ID']}/file").content
        ).digest()
        for one in admin.get("/instances?expand").json()
    }


@contextlib.contextmanager
def busy(clients):
    """Four senders that go on sending, and a reader who goes on saving."""
    stopping = threading.Event()

    def work(does):
        while not stopping.is_set():
            does()
            stopping.wait(0.5)

    threads = [threading.Thread(target=work, args=(one,)) for one in (clients.post, clients.post, clients.c_store)]
    threads.append(threading.Thread(target=work, args=(clients.edit,)))
    for one in threads:
        one.start()
    yield
    stopping.set()
    for one in threads:
        one.join()


@pytest.mark.parametrize("name", ["backups", "backup.tar"])
def test_what_was_there_is_restored_while_more_came(clients, suite, home, name):
    target, restored = home / name, home / f"restored-{name}"
    before = hashes(clients.installation)
    with busy(clients):
        made = checks.hepatia(clients.installation, "backup", str(target))
    assert (made.returncode, made.stderr.count("Traceback")) == (0, 0), made.stdout + made.stderr
    assert checks.hepatia(clients.installation, "backup", "--verify", str(target)).returncode == 0
    back = checks.hepatia(clients.installation, "restore", str(target), **elsewhere(suite, restored))
    assert back.returncode == 0, back.stdout + back.stderr
    again = suite.start_instance(restored, demo=False)
    try:
        after = hashes(again)
        assert before.items() <= after.items()
        # What came while the backup was made is there whole, or not at all.
        assert after.items() <= hashes(clients.installation).items()
        known = len(clients.told.reports), len(clients.told.masks)
        told = Http(again, "scientist").get("/hepatia/api/status").json()["index"]
        assert (told["reports"], told["segmentations"], told["failed"]) == (*known, [])
        same(clients, again)
        found = print_of(again)
        assert checks.hepatia(again, "rebuild", "--anew").returncode == 0
        assert print_of(again) == found
    finally:
        suite.stop_process(again.process)
    checks.storage_is_whole(restored)


def elsewhere(suite, data):
    return {"DATA": str(data), "HTTP_PORT": str(suite.free_port()), "DICOM_PORT": str(suite.free_port())}


def same(clients, again):
    """Accounts, secret and drafts are the same; one mask draft too."""
    for file in ("secret.key", "secret.check", "users.json"):
        assert (again.data / file).read_bytes() == (clients.installation.data / file).read_bytes()
        assert stat.S_IMODE((again.data / file).stat().st_mode) == 0o600
    path = f"/hepatia/api/studies/{clients.exam.uid}/draft"
    assert Http(again, "student").get(path).raise_for_status().json()["answers"]["liver"]["volume_cm3"] >= 1000
    path = f"/hepatia/api/series/{clients.exam.series_uid('arterial')}/mask-draft"
    assert Http(again, "resident").get(path).raise_for_status().content
    report = Http(again, "scientist").get(f"/hepatia/api/studies/{clients.exam.uid}/deidentification")
    assert report.raise_for_status().json()


def print_of(installation):
    with contextlib.closing(Index(installation.dsn)) as index:
        return fingerprint.fingerprint(index)


def test_the_next_backup_copies_only_what_is_new(clients, home):
    target = home / "more"
    for _ in range(2):
        made = checks.hepatia(clients.installation, "backup", str(target))
        assert made.returncode == 0, made.stdout
        clients.post()
    assert "(5 new)" in made.stdout
    first, second = sorted(target.iterdir())
    shared = [one for one in first.glob("data/orthanc/??/??/*") if (second / one.relative_to(first)).samefile(one)]
    assert len(shared) == len(list(first.glob("data/orthanc/??/??/*"))) > 5
    # Nobody else may read it, and it can be checked without us.
    assert all(stat.S_IMODE(one.stat().st_mode) & 0o077 == 0 for one in (target, *target.rglob("*")))
    subprocess.run(["sha256sum", "--check", "--quiet", "manifest.sha256"], cwd=second, check=True)


def test_a_database_that_a_later_version_brings_is_in_it(clients, home):
    path = clients.installation.data / "something" / "new.db"
    path.parent.mkdir()
    connection = sqlite3.connect(path)
    connection.executescript(
        "PRAGMA journal_mode=WAL; CREATE TABLE audit (line TEXT); INSERT INTO audit VALUES ('seen');"
    )
    assert checks.hepatia(clients.installation, "backup", str(home / "new")).returncode == 0
    connection.close()
    [kept] = (home / "new").glob("*/data/something/new.db")
    with contextlib.closing(sqlite3.connect(kept)) as copy:
        assert copy.execute("SELECT line FROM audit").fetchall() == [("seen",)]


def test_a_damaged_backup_is_none(clients, suite, home):
    assert checks.hepatia(clients.installation, "backup", str(home / "damaged")).returncode == 0
    one = next((home / "damaged").glob("*/data/orthanc/??/??/*"))
    changed = bytearray(one.read_bytes())
    changed[-1] ^= 1
    one.write_bytes(changed)
    told = checks.hepatia(clients.installation, "backup", "--verify", str(home / "damaged"))
    assert (told.returncode, f"{one.name}: damaged" in told.stdout) == (1, True)
    data = home / "nothing"
    back = checks.hepatia(clients.installation, "restore", str(home / "damaged"), **elsewhere(suite, data))
    assert (back.returncode, "is damaged" in back.stderr) == (1, True)
    assert list(data.iterdir()) == []
    # One that was cut off is none either.
    assert checks.hepatia(clients.installation, "backup", str(home / "cut.tar")).returncode == 0
    os.truncate(home / "cut.tar", (home / "cut.tar").stat().st_size - 20_000)
    assert checks.hepatia(clients.installation, "backup", "--verify", str(home / "cut.tar")).returncode == 1


def test_nothing_is_restored_over_what_is_there(clients, home):
    back = checks.hepatia(clients.installation, "restore", str(home / "more"))
    assert (back.returncode, "is not empty" in back.stderr) == (1, True)


def test_a_damaged_stored_file_is_told_and_brought_back(clients, home):
    """Here too: a backup tells it, and one that was made before repairs it."""
    old, data = home / "old", clients.installation.data
    assert checks.hepatia(clients.installation, "backup", str(old)).returncode == 0
    one, gone = sorted((data / "orthanc").glob("??/??/*"))[:2]
    whole = one.read_bytes()
    one.write_bytes(whole[:-3] + b"abc")
    gone.unlink()
    made = checks.hepatia(clients.installation, "backup", str(home / "later"))
    assert made.returncode == 1
    assert f"{one.name} is damaged" in made.stdout
    assert f"{gone.name} is lost" in made.stdout
    back = checks.hepatia(clients.installation, "repair", str(old))
    assert back.returncode == 0, back.stdout + back.stderr
    assert one.read_bytes() == whole
    made = checks.hepatia(clients.installation, "backup", str(home / "later"))
    assert made.returncode == 0, made.stdout
