"""STOW-RS says what was stored, under which UIDs, and what was not, and why (PS3.18 section 10.5)."""

import io
import json
from concurrent.futures import ThreadPoolExecutor
from xml.etree import ElementTree

import httpx
import pydicom
import pytest
from pydicom import Dataset

from tests.orthanc.installations import media_type

pytestmark = pytest.mark.orthanc

JSON = "application/dicom+json"
TYPE = 'multipart/related; type="application/dicom"; boundary="a b"'


@pytest.fixture(scope="module")
def instance(open_instance):
    return open_instance


@pytest.fixture
def stow(client):
    """Send files; gives status and data set of the answer."""

    def send(*files, path="/dicom-web/studies", role="sender", accept=JSON, content_type=TYPE):
        parts = [b"--a b\r\nContent-Type: application/dicom\r\n\r\n" + file + b"\r\n" for file in files]
        headers = {"Content-Type": content_type} | ({"Accept": accept} if accept else {})
        body = b"what no part is\r\n" + b"".join(parts) + b"--a b--\r\nand no more"
        answer = client(role).post(path, content=body, headers=headers)
        assert media_type(answer) == JSON
        return answer.status_code, Dataset.from_json(answer.text)

    return send


@pytest.fixture
def failing(make_series, as_file):
    """A file of each kind that is refused, with its Failure Reason."""
    return {
        as_file(make_series(1, BurnedInAnnotation="YES")[0]): 0x0110,
        as_file(make_series(1, SOPClassUID="1.2.840.10008.5.1.4.1.1.6.1")[0]): 0x0122,
        as_file(make_series(1)[0])[:-7]: 0xC000,
    }


def header(file):
    return pydicom.dcmread(io.BytesIO(file), stop_before_pixels=True)


def test_what_is_stored_is_named_as_it_is_stored_and_can_be_fetched(client, stow, make_series, as_file, identity):
    sent = make_series(3)
    status, answer = stow(*map(as_file, sent))
    assert status == 200
    assert "FailedSOPSequence" not in answer
    assert len(answer.ReferencedSOPSequence) == 3
    reader = client("radiologist")
    for one, original in zip(answer.ReferencedSOPSequence, sent, strict=True):
        assert one.ReferencedSOPClassUID == original.SOPClassUID
        assert one.RetrieveURL.startswith(f"{answer.RetrieveURL}/series/2.25.")
        found = reader.get(one.RetrieveURL)
        start = found.content.index(b"DICM") - 128
        stored = pydicom.dcmread(io.BytesIO(found.content[start:]), force=True, stop_before_pixels=True)
        assert stored.SOPInstanceUID == one.ReferencedSOPInstanceUID
        assert stored.InstanceNumber == original.InstanceNumber
        assert one.WarningReason == 0xB000
    assert not [word for word in identity if word in str(answer)]


def test_the_same_again_is_named_alike(stow, make_series, as_file):
    files = [as_file(one) for one in make_series(2)]
    assert stow(*files) == stow(*files)
    status, twice = stow(files[0], files[0])
    assert status == 200
    assert len({one.ReferencedSOPInstanceUID for one in twice.ReferencedSOPSequence}) == 1


def test_what_we_stored_comes_back_without_a_warning(client, stow, study):
    found = client("admin").post("/tools/lookup", content=study.headers[0].SOPInstanceUID).json()[0]["ID"]
    status, answer = stow(client("admin").get(f"/instances/{found}/file").content)
    assert status == 200
    assert answer.ReferencedSOPSequence[0].ReferencedSOPInstanceUID == study.headers[0].SOPInstanceUID
    assert "WarningReason" not in answer.ReferencedSOPSequence[0]


def test_two_studies_have_no_common_url(stow, make_series, as_file):
    status, answer = stow(as_file(make_series(1)[0]), as_file(make_series(1)[0]))
    assert status == 200
    assert answer["RetrieveURL"].is_empty


def test_some_are_refused(client, count, stow, make_series, as_file, failing):
    before, good = count(), [as_file(one) for one in make_series(2)]
    status, answer = stow(good[0], *failing, b"no DICOM", good[1])
    assert status == 202
    assert count() == before + 2
    assert len(answer.ReferencedSOPSequence) == 2
    failed = [(one.ReferencedSOPInstanceUID, one.FailureReason) for one in answer.FailedSOPSequence]
    assert failed == [(header(file).SOPInstanceUID, reason) for file, reason in failing.items()]
    assert [one.FailureReason for one in answer.OtherFailuresSequence] == [0xC000]


def test_all_are_refused(client, count, stow, failing):
    before = count()
    status, answer = stow(*failing)
    assert status == 409
    assert count() == before
    assert answer["RetrieveURL"].is_empty
    assert "ReferencedSOPSequence" not in answer
    assert len(answer.FailedSOPSequence) == 3


def test_what_is_refused_is_counted_once(client, stow, make_series, as_file):
    def counted():
        return client("admin").get("/hepatia/api/status").json()["arrivals"]["refused"].get("burned_in_annotation", 0)

    before = counted()
    stow(as_file(make_series(1, BurnedInAnnotation="YES")[0]))
    assert counted() == before + 1


@pytest.mark.parametrize("named", ["original", "stored"])
def test_a_study_may_be_named_by_the_senders_uid_or_by_ours(named, stow, make_series, as_file):
    slices = make_series(2)
    stored = stow(as_file(slices[0]))[1].RetrieveURL.rpartition("/")[2]
    uid = slices[0].StudyInstanceUID if named == "original" else stored
    status, answer = stow(as_file(slices[1]), path=f"/dicom-web/studies/{uid}")
    assert (status, answer.RetrieveURL.rpartition("/")[2]) == (200, stored)


def test_instances_of_another_study_than_named_are_not_stored(count, stow, make_series, as_file):
    before, (mine,), (other,) = count(), make_series(1), make_series(1)
    status, answer = stow(as_file(mine), as_file(other), path=f"/dicom-web/studies/{mine.StudyInstanceUID}")
    assert status == 202
    assert [one.ReferencedSOPInstanceUID for one in answer.FailedSOPSequence] == [other.SOPInstanceUID]
    assert count() == before + 1
    assert stow(as_file(mine), path="/dicom-web/studies/1.2.3")[0] == 409


@pytest.mark.parametrize(
    ("accept", "media_type"),
    [
        (None, JSON),
        ("*/*", JSON),
        ("application/json", "application/json"),
        ("application/dicom+xml", "application/dicom+xml"),
        (f"application/dicom+xml;q=0.5, {JSON}", JSON),
        ("text/html", JSON),
    ],
)
def test_the_answer_has_the_media_type_that_is_accepted(client, make_series, as_file, accept, media_type):
    body = b"--B\r\nContent-Type: application/dicom\r\n\r\n" + as_file(make_series(1)[0]) + b"\r\n--B--"
    headers = {"Content-Type": "multipart/related; type=application/dicom; boundary=B"}
    answer = client("sender").post("/dicom-web/studies", content=body, headers=headers | {"Accept": accept or ""})
    assert (answer.status_code, answer.headers["content-type"]) == (200, media_type)


def test_xml_says_what_json_says(client, make_series, as_file, failing):
    files = (as_file(make_series(1)[0]), *failing, b"no DICOM")
    parts = b"".join(b"--B\r\nContent-Type: application/dicom\r\n\r\n" + file + b"\r\n" for file in files)
    said = {}
    for wanted in (JSON, "application/dicom+xml"):
        headers = {"Content-Type": "multipart/related; type=application/dicom; boundary=B", "Accept": wanted}
        answer = client("sender").post("/dicom-web/studies", content=parts + b"--B--", headers=headers)
        assert answer.status_code == 202
        said[wanted] = answer.content
    assert from_xml(ElementTree.fromstring(said["application/dicom+xml"])) == json.loads(said[JSON])


def from_xml(element):
    """The data set of a NativeDicomModel or of an Item as DICOM JSON."""
    name = "{http://dicom.nema.org/PS3.19/models/NativeDICOM}"
    found = {}
    for attribute in element.findall(f"{name}DicomAttribute"):
        vr = attribute.attrib["vr"]
        texts = [one.text for one in attribute.findall(f"{name}Value")]
        values = [int(text) for text in texts] if vr == "US" else texts
        values += [from_xml(item) for item in attribute.findall(f"{name}Item")]
        found[attribute.attrib["tag"]] = {"vr": vr} | ({"Value": values} if values else {})
    return found


@pytest.mark.parametrize(
    ("content_type", "body", "status"),
    [
        ("application/dicom", b"x", 415),
        ("application/json", b"{}", 415),
        ('multipart/related; type="application/dicom+json"; boundary=B', b"--B\r\n\r\n\r\n--B--", 415),
        ("multipart/related; type=application/dicom", b"--B\r\n\r\n\r\n--B--", 400),
        ("multipart/related; type=application/dicom; boundary=B", b"", 400),
        ("multipart/related; type=application/dicom; boundary=B", b"no part", 400),
        ("multipart/related; type=application/dicom; boundary=B", b"--B--", 400),
        ("multipart/related; type=application/dicom; boundary=B", b"--B\r\n\r\ncut", 400),
        ("multipart/related; boundary=B", b"--B\r\nContent-Type: image/png\r\n\r\nx\r\n--B--", 400),
    ],
)
def test_what_is_no_such_request_is_an_error_of_ours(client, count, content_type, body, status):
    before = count()
    answer = client("sender").post("/dicom-web/studies", content=body, headers={"Content-Type": content_type})
    assert answer.status_code == status
    assert set(answer.json()["error"]) == {"code", "message"}
    assert count() == before


def test_a_form_is_not_answered_as_if_it_were_stored(client, count, make_series, as_file):
    before, file = count(), as_file(make_series(1)[0])
    for role in ("sender", "admin"):
        assert client(role).post("/dicom-web/studies", files={"file": ("a.dcm", file)}).status_code == 403
    assert count() == before


def test_only_admin_and_sender_send(client, count, make_series, as_file):
    before, file = count(), as_file(make_series(1)[0])
    body = b"--B\r\nContent-Type: application/dicom\r\n\r\n" + file + b"\r\n--B--"
    headers = {"Content-Type": "multipart/related; type=application/dicom; boundary=B"}
    for path in ("/dicom-web/studies", f"/dicom-web/studies/{header(file).StudyInstanceUID}"):
        for role in ("radiologist", "resident", "student", "scientist"):
            assert client(role).post(path, content=body, headers=headers).status_code == 403
    assert count() == before
    for role in ("sender", "admin"):
        assert client(role).post("/dicom-web/studies", content=body, headers=headers).status_code == 200
    assert count() == before + 1


def test_a_body_in_chunks_is_understood(client, make_series, as_file):
    body = b"--B\r\nContent-Type: application/dicom\r\n\r\n" + as_file(make_series(1)[0]) + b"\r\n--B--"
    headers = {"Content-Type": "multipart/related; type=application/dicom; boundary=B"}
    chunks = (body[at : at + 100] for at in range(0, len(body), 100))
    assert client("sender").post("/dicom-web/studies", content=chunks, headers=headers).status_code == 200


def test_requests_at_once_do_not_wait_for_each_other(instance, count, make_series, as_file):
    before, series = count(), [[as_file(one) for one in make_series(6)] for _ in range(12)]

    def send(files):
        body = b"".join(b"--B\r\nContent-Type: application/dicom\r\n\r\n" + file + b"\r\n" for file in files) + b"--B--"
        headers = {"Content-Type": "multipart/related; type=application/dicom; boundary=B"}
        url = f"{instance.url}/dicom-web/studies"
        return httpx.post(url, content=body, headers=headers, auth=instance.account("sender"), timeout=120).status_code

    with ThreadPoolExecutor(12) as threads:
        assert set(threads.map(send, series)) == {200}
    assert count() == before + 72
