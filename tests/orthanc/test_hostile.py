"""Files and requests of senders that are broken or hostile: the server stays, answers, and keeps nothing of them."""

import base64
import io
import json
import re
import socket
import time
import zipfile
from contextlib import ExitStack

import httpx
import pytest

from tests.orthanc.ways import STOW

pytestmark = pytest.mark.orthanc

MIB = 2**20


@pytest.fixture(scope="module")
def instance(open_instance):
    return open_instance


@pytest.fixture
def port(instance):
    return int(instance.url.rpartition(":")[2])


@pytest.fixture
def credentials(instance):
    return base64.b64encode(":".join(instance.account("sender")).encode()).decode()


def log_of(instance):
    return "".join(path.read_text(errors="replace") for path in (instance.data / "logs").glob("orthanc.log*"))


# --- damaged files --------------------------------------------------------------------------------------------------


def test_every_malformed_file_is_stored_or_refused_by_every_way(instance, client, sender, shared_data, stored_bytes):
    files = {path.name: path.read_bytes() for path in sorted((shared_data / "malformed").glob("*.dcm"))}
    assert len(files) > 15
    outcomes = {}
    for name, file in files.items():
        posted = client("sender").post("/instances", content=file)
        body = b"--B\r\nContent-Type: application/dicom\r\n\r\n" + file + b"\r\n--B--"
        stowed = client("sender").post("/dicom-web/studies", content=body, headers=STOW)
        assert posted.status_code in (200, 400), name
        # What one way takes, the other takes.
        assert stowed.status_code == (200 if posted.status_code == 200 else 409), name
        if posted.status_code == 400:
            assert re.fullmatch("[a-z_]+", posted.json()["error"]["code"])
        sender.by_c_store([file])
        outcomes[name] = posted.status_code
    assert set(outcomes.values()) == {200, 400}
    assert client("sender").get("/hepatia/api/me").status_code == 200
    kept = stored_bytes() + log_of(instance).encode()
    for name, file in files.items():
        for value in identifying(file):
            assert value not in kept, name


def identifying(file):
    """Patient's names and numbers of a file, as they stand in it."""
    for tag in (b"\x10\x00\x10\x00", b"\x10\x00\x20\x00", b"\x08\x00\x50\x00"):
        for match in re.finditer(re.escape(tag) + rb"(?:(?:PN|LO|SH)(.)\0|(.)\0\0\0)", file, re.DOTALL):
            length = (match.group(1) or match.group(2))[0]
            value = file[match.end() : match.end() + length].strip(b" \0")
            # Shorter ones are found anywhere.
            if len(value) >= 7:
                yield value


@pytest.mark.parametrize(
    ("rows", "columns", "frames"), [(65535, 65535, 1), (512, 512, 100_000), (65535, 65535, 100_000)]
)
def test_a_header_that_claims_much_takes_no_memory(client, make_series, as_file, rows, columns, frames):
    file = as_file(make_series(1, Rows=rows, Columns=columns, NumberOfFrames=str(frames))[0])
    started = time.monotonic()
    answer = client("sender").post("/instances", content=file)
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "corrupt")
    assert time.monotonic() - started < 10


def upload_of(length, credentials):
    head = ("POST /instances HTTP/1.1", "Host: a", f"Authorization: Basic {credentials}", f"Content-Length: {length}")
    return "\r\n".join((*head, "", ""))


# --- bodies ---------------------------------------------------------------------------------------------------------


def test_a_zip_bomb_is_refused_in_the_middle(client, count):
    buffer, before = io.BytesIO(), count()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive, archive.open("a.dcm", "w") as member:
        for _ in range(200):
            member.write(bytes(MIB))
    answer = client("sender").post("/instances", content=buffer.getvalue())
    assert (answer.status_code, answer.json()["error"]["code"]) == (413, "too_large")
    assert count() == before


def test_a_zip_in_a_zip_is_no_dicom(client, make_series, as_file):
    inner, outer = io.BytesIO(), io.BytesIO()
    with zipfile.ZipFile(inner, "w") as archive:
        archive.writestr("a.dcm", as_file(make_series(1)[0]))
    with zipfile.ZipFile(outer, "w") as archive:
        archive.writestr("b.zip", inner.getvalue())
    answer = client("sender").post("/instances", content=outer.getvalue())
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "not_dicom")


def test_of_a_zip_what_can_be_is_stored_and_the_rest_is_told(client, count, make_series, as_file):
    good, before = [as_file(one) for one in make_series(2)], count()
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for number, content in enumerate((good[0], b"a text", good[1][:-7], good[1])):
            archive.writestr(str(number), content)
    answer = client("sender").post("/instances", content=buffer.getvalue())
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "refused")
    assert "2 are stored; refused were corrupt: 1, not_dicom: 1." in answer.json()["error"]["message"]
    assert count() == before + 2


def test_a_body_of_two_gigabytes_is_not_read(port, credentials, client):
    head = upload_of(3 * 2**30, credentials)
    with socket.create_connection(("127.0.0.1", port), timeout=30) as sending:
        sending.sendall(head.encode())
        assert sending.recv(100).startswith(b"HTTP/1.1 403 ")
    assert client("sender").get("/hepatia/api/me").status_code == 200


@pytest.mark.parametrize("length", ["-5", "9000000000000000000", "a", ""])
def test_a_length_that_is_none_is_refused(length, port, credentials, client):
    head = (
        f"POST /instances HTTP/1.1\r\nHost: a\r\nAuthorization: Basic {credentials}\r\nContent-Length: {length}\r\n\r\n"
    )
    with socket.create_connection(("127.0.0.1", port), timeout=30) as sending:
        sending.sendall(head.encode())
        assert re.match(rb"HTTP/1.1 [45]\d\d ", sending.recv(100) or b"HTTP/1.1 400 ")
    assert client("sender").get("/hepatia/api/me").status_code == 200


def test_json_that_nests_is_an_error_of_ours(client):
    for body in ("[" * 100_000 + "]" * 100_000, '{"a":' * 100_000 + "1" + "}" * 100_000):
        answer = client("radiologist").post("/hepatia/api/lirads", content=body)
        assert answer.status_code == 400
        assert set(answer.json()["error"]) >= {"code", "message"}


# --- connections ----------------------------------------------------------------------------------------------------

HALVES = {
    "nothing": b"",
    "half of the headers": b"GET /hepatia/api/me HTTP/1.1\r\nHost: a\r\nX-",
    "half of a body": None,
}


@pytest.mark.parametrize("half", HALVES)
def test_five_hundred_connections_that_stand_still_keep_nobody_away(half, port, credentials, client):
    said = upload_of(9999, credentials).encode() + b"abc" if HALVES[half] is None else HALVES[half]
    with ExitStack() as connections:
        for _ in range(500):
            one = connections.enter_context(socket.create_connection(("127.0.0.1", port), timeout=30))
            one.sendall(said)
        started = time.monotonic()
        assert client("sender").get("/hepatia/api/me").status_code == 200
        assert time.monotonic() - started < 15


# --- names of requests ----------------------------------------------------------------------------------------------


def test_an_answer_has_the_name_of_its_request_and_the_log_repeats_it(instance, client):
    answer = client("sender").post("/instances", content=b"no DICOM", headers={"X-Request-ID": "0123456789abcdef"})
    assert answer.headers["X-Request-ID"] == "0123456789abcdef"
    assert re.search(r"refused an instance: not_dicom: .*\[request 0123456789abcdef\]", log_of(instance))
    names = {client("radiologist").get("/hepatia/api/me").headers["X-Request-ID"] for _ in range(3)}
    assert len(names) == 3
    refused = client("radiologist").get("/hepatia/api/me", headers={"X-Request-ID": "Quetzalvina"})
    assert "uetzalvin" not in refused.headers["X-Request-ID"]


def test_lists_of_instances_are_orthancs_own(client, study):
    admin = client("admin")
    everything = admin.get("/instances").json()
    assert len(everything) == len(set(everything)) >= 4
    assert len(admin.get("/instances?limit=2&since=1").json()) == 2
    assert admin.get("/instances?expand&limit=1&since=0").json()[0]["MainDicomTags"]["SOPInstanceUID"]
    assert admin.put("/instances", content=b"a").status_code == 405
    assert client("sender").get("/instances").status_code == 403
    assert httpx.get(f"{admin.base_url}/instances", trust_env=False).status_code == 401
    assert json.loads(admin.get("/instances?limit=0&since=x").text)["error"]["code"] == "bad_request"
