"""Sequences that nest end Orthanc itself when it parses them on a small stack: it never does."""

import gzip
import io
import zipfile

import httpx
import pytest

from tests.nested import FORMS, nested
from tests.orthanc import raw_store
from tests.orthanc.installations import wait_for
from tests.orthanc.ways import STOW

pytestmark = pytest.mark.orthanc

#: Refused: just too deep; where Orthanc 1.10.1 and 1.12.7 end on their own stack; and far beyond.
DEPTHS = (33, 60, 3000, 100_000)


@pytest.fixture(scope="module")
def instance(open_instance):
    return open_instance


@pytest.fixture
def starts(instance):
    """How often Orthanc had to be started again."""
    told = instance.data / "run.log"
    return lambda: told.read_text().count("ended by itself")


def zipped(*files, method=zipfile.ZIP_DEFLATED):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for number, file in enumerate(files):
            archive.writestr(f"{number}.dcm", file)
    return buffer.getvalue()


def stow(file):
    return b"--B\r\nContent-Type: application/dicom\r\n\r\n" + file + b"\r\n--B--"


WAYS = {
    "post": lambda sender, file: sender.post("/instances", content=file),
    "slash": lambda sender, file: sender.post("/instances/", content=file),
    "encoded": lambda sender, file: sender.post("/%69nstances", content=file),
    "gzip": lambda sender, file: sender.post(
        "/instances", content=gzip.compress(file, 1), headers={"Content-Encoding": "gzip"}
    ),
    "zip": lambda sender, file: sender.post("/instances", content=zipped(file)),
    "stored-zip": lambda sender, file: sender.post("/instances", content=zipped(file, method=zipfile.ZIP_STORED)),
    "form": lambda sender, file: sender.post("/instances", files={"file": ("a.dcm", file)}),
    "chunked": lambda sender, file: sender.post(
        "/instances", content=(file[at : at + 4096] for at in range(0, len(file), 4096))
    ),
    "stow": lambda sender, file: sender.post("/dicom-web/studies", content=stow(file), headers=STOW),
    "stow-study": lambda sender, file: sender.post("/dicom-web/studies/2.999", content=stow(file), headers=STOW),
}


@pytest.mark.parametrize("way", WAYS)
def test_no_depth_ends_the_server_over_http(way, client, count, starts):
    before, sender, started = count(), client("sender"), starts()
    for form in FORMS:
        for depth in DEPTHS if form in ("explicit", "implicit-defined") else DEPTHS[1:3]:
            answer = WAYS[way](sender, nested(depth, form))
            # Of a part of a form, Orthanc says no more than that it failed.
            assert answer.status_code in ((500,) if way == "form" else (400, 409)), (form, depth)
            assert b"uetzalvin" not in answer.content
    assert starts() == started
    assert count() == before


def test_what_real_objects_have_is_stored_by_every_way(client, count):
    sender = client("sender")
    for number, way in enumerate(WAYS):
        before = count()
        answer = WAYS[way](sender, nested(20, "explicit", number + 1))
        stored = 0 if way == "stow-study" else 1
        assert count() == before + stored, (way, answer.text)


def test_there_is_no_second_name_to_store_by(client, count):
    before = count()
    for path in ("/dicomweb-plugin/studies", "/dicomweb-plugin/studies/1.2.3", "/dicomweb-plugin//studies"):
        assert client("admin").post(path, content=stow(nested(3000)), headers=STOW).status_code == 403
    assert count() == before


@pytest.mark.parametrize("depth", [33, 60, 3000])
def test_over_dicom_it_is_refused(depth, instance, count, starts):
    """Orthanc's stack for DICOM is larger; docs/security.md says how much deeper it would have to be."""
    before, started = count(), starts()
    uid = f"2.999.{depth}.4.0".encode()
    assert raw_store.send(instance.dicom_port, nested(depth, "implicit"), uid) == 0xA700
    assert (count(), starts()) == (before, started)


def test_what_ends_it_over_dicom_ends_it_for_seconds(start_changed, suite, marked):
    """No callback is asked before Orthanc has the whole tree: the supervisor is what is left."""
    running = start_changed({})
    assert raw_store.send(running.dicom_port, nested(100_000, "implicit"), b"2.999.100000.4.0") is None
    account = running.account("sender")

    def is_stored():
        answer = httpx.post(f"{running.url}/instances", content=marked(), auth=account, trust_env=False)
        return answer.status_code == 200

    wait_for(is_stored, timeout_s=60)
    suite.stop_process(running.process)
