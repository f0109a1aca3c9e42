"""Requests of STOW-RS, with an archive in memory."""

import pytest
from pydicom.uid import CTImageStorage

from orthanc_plugin.errors import ArchiveError
from tests.unit.orthanc_plugin.instances import file

DICOM = b"Content-Type: application/dicom\r\n"


class Orthanc:
    """An archive that stores everything under other UIDs, unless it is told to refuse."""

    def __init__(self, refusals, refuse):
        self.refusals, self.refuse, self.sent, self.asked = refusals, refuse, [], []

    def send(self, data):
        self.sent.append(data)
        if b"refused" in data:
            self.refusals.tell(data, self.refuse)
            raise ArchiveError("no")
        return str(len(self.sent))

    def tags(self, instance_id):
        return {"SOPClassUID": CTImageStorage, "SOPInstanceUID": "2.25.1", "SeriesInstanceUID": "2.25.2"} | {
            "StudyInstanceUID": "2.25.3"
        }

    def dicomweb(self, path, query, headers):
        self.asked.append((path, query, headers))
        return 404, "text/plain", b"no such study"


@pytest.fixture
def orthanc(app):
    archive = Orthanc(app.extensions["hepatia.refusals"], "sop_class_not_allowed")
    object.__setattr__(app.extensions["hepatia"], "archive", archive)
    return archive


@pytest.fixture
def stow(call):
    def send(*files, study="", headers=None, login="sender"):
        body = b"".join(b"--B\r\n" + DICOM + b"\r\n" + one + b"\r\n" for one in files) + b"--B--"
        more = {"Content-Type": "multipart/related; type=application/dicom; boundary=B"} | (headers or {})
        return call(login, "POST", f"/dicom-web/studies{study}", data=body, headers=more)

    return send


def test_every_part_is_sent_on_as_it_is_in_order(orthanc, stow):
    files = [file(SOPInstanceUID=f"1.2.{number}") for number in range(9)]
    answer = stow(*files)
    assert answer.status_code == 200
    assert orthanc.sent == files


def test_the_reason_comes_from_arrival(orthanc, stow):
    answer = stow(file(), file(SOPInstanceUID="1.9", StudyDescription="refused"))
    assert answer.status_code == 202
    assert answer.get_json()["00081198"]["Value"] == [
        {
            "00081150": {"vr": "UI", "Value": [CTImageStorage]},
            "00081155": {"vr": "UI", "Value": ["1.9"]},
            "00081197": {"vr": "US", "Value": [290]},
        }
    ]


@pytest.mark.parametrize("part", [b"PK\3\4" + b"\0" * 200, b"PK\3\4" + file()[4:]])
def test_a_zip_is_no_instance_even_if_it_is_one_too(orthanc, stow, part):
    answer = stow(part)
    assert (answer.status_code, orthanc.sent) == (409, [])
    assert answer.get_json()["0008119A"]["Value"] == [{"00081197": {"vr": "US", "Value": [49152]}}]


def test_what_cannot_say_its_study_is_not_stored_into_a_named_one(orthanc, stow):
    assert stow(b"\0" * 300, study="/1.2").status_code == 409
    assert stow(file(StudyInstanceUID="1.3"), study="/1.2").status_code == 409
    assert orthanc.sent == []
    assert stow(file(), study="/1.2").status_code == 200


def test_a_body_that_is_too_large_is_413(orthanc, stow):
    answer = stow(file(PixelData=bytes(2**20)))
    assert (answer.status_code, answer.get_json()["error"]["code"]) == (413, "too_large")
    assert orthanc.sent == []


def test_readers_may_not_send(orthanc, stow):
    for login in ("ana", "rafael", "julia", "paulo"):
        assert stow(file(), login=login).status_code == 403
    assert orthanc.sent == []


def test_other_requests_are_passed_on(orthanc, call):
    headers = {"Accept": "application/dicom+xml", "Host": "h:1", "Authorization": "secret"}
    answer = call("paulo", "GET", "/dicom-web/studies/1.2 3", query_string="a=%2A&b=c", headers=headers)
    assert (answer.status_code, answer.content_type, answer.data) == (404, "text/plain", b"no such study")
    passed = {"Accept": "application/dicom+xml", "Host": "h:1", "Forwarded": "host=h:1;proto=http"}
    assert orthanc.asked == [("/dicom-web/studies/1.2%203", "a=%2A&b=c", passed)]
