"""STOW-RS without a server: bodies taken apart, answers put together, and what stands before Orthanc's DICOMweb."""

import io
import json
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydicom import Dataset
from pydicom.dataset import FileMetaDataset
from pydicom.uid import CTImageStorage, ExplicitVRLittleEndian

from orthanc_plugin import access, answering, dicomweb, wsgi
from orthanc_plugin.errors import ArchiveError
from orthanc_plugin.sending import Refusals
from orthanc_plugin.web import dicomweb as passed_on
from orthanc_plugin.web import multipart
from orthanc_plugin.web.multipart import MultipartError
from orthanc_plugin.web.stow_response import (
    Failed,
    Sent,
    Stored,
    as_xml,
    response,
    sent_as,
    status_of,
    stored_as,
)

DICOM = b"Content-Type: application/dicom\r\n"


def contents(body, boundary="B"):
    return [bytes(part.content) for part in multipart.parse(body, boundary)]


# --- bodies ---------------------------------------------------------------------------------------------------------


@given(st.lists(st.binary(max_size=60)), st.sampled_from(["B", "--x", "a b", "=_'()+,-./:=?", "9" * 70]))
def test_parts_come_out_as_they_went_in(parts, boundary):
    mark = b"--" + boundary.encode()
    if any(mark in part for part in parts):
        return
    body = b"".join(mark + b"\r\n" + DICOM + b"\r\n" + part + b"\r\n" for part in parts) + mark + b"--"
    assert contents(body, boundary) == parts


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\r\n",
        b"\r\n\r\n",
        b"--",
        b"\n--B\n",
        b"\r\n--",
        b"\r\n--Bx\r\n",
        b"\r\n--B x",
        b"\0" * 200,
        b"-" * 9,
    ],
)
def test_what_only_looks_like_a_boundary_is_content(content):
    assert contents(b"--B\r\n" + DICOM + b"\r\n" + content + b"\r\n--B--\r\n") == [content]


def test_what_is_before_and_behind_is_nobodys():
    body = b"before\r\n--B\r\n" + DICOM + b"\r\nx\r\n--B--\r\nafter\r\n--B\r\n\r\ny\r\n--B--"
    assert contents(body) == [b"x"]


def test_boundaries_may_be_followed_by_blanks():
    assert contents(b"--B \t\r\n\r\nx\r\n--B\t\r\n\r\ny\r\n--B-- \r\n") == [b"x", b"y"]


def test_parts_are_views_of_the_body():
    body = b"--B\r\n\r\n" + bytes(1000) + b"\r\n--B--"
    assert multipart.parse(body, "B")[0].content.obj is body


@pytest.mark.parametrize(
    ("headers", "media_type"),
    [
        (b"", ""),
        (b"Content-Type: application/dicom\r\n", "application/dicom"),
        (b"content-type:Application/DICOM; transfer-syntax=1.2.840.10008.1.2\r\n", "application/dicom"),
        (b"Content-Location: x\r\nCONTENT-TYPE : image/png\r\nContent-Length: 1\r\n", "image/png"),
        (b"X-Content-Type: image/png\r\n", ""),
        (b"no header\r\n", ""),
    ],
)
def test_a_part_says_its_media_type(headers, media_type):
    assert multipart.parse(b"--B\r\n" + headers + b"\r\nx\r\n--B--", "B")[0].media_type == media_type


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"x",
        b"--B",
        b"--B\r\n\r\nx",
        b"--B\r\n\r\nx\r\n--B\r\n",
        b"--B\r\nno end\r\n--B--",
        b"--A\r\n\r\nx\r\n--A--",
    ],
)
def test_a_body_that_was_cut_is_no_body(body):
    with pytest.raises(MultipartError):
        multipart.parse(body, "B")


@pytest.mark.parametrize(
    ("header", "parameters"),
    [
        ('multipart/related; type="application/dicom"; boundary=B', {"type": "application/dicom", "boundary": "B"}),
        ("multipart/related;type=application/dicom;boundary=B", {"type": "application/dicom", "boundary": "B"}),
        ('Multipart/Related; Boundary="a \\"b\\"; c"', {"boundary": 'a "b"; c'}),
        ("multipart/related", {}),
        ("multipart/related; boundary=", {}),
    ],
)
def test_parameters_are_quoted_or_not(header, parameters):
    assert multipart.content_type(header) == ("multipart/related", parameters)


# --- what the sender calls an instance ------------------------------------------------------------------------------


def file(**values):
    dataset = Dataset()
    dataset.file_meta = FileMetaDataset()
    dataset.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    defaults = {
        "SOPClassUID": CTImageStorage,
        "SOPInstanceUID": "1.2.3",
        "StudyInstanceUID": "1.2",
        "PixelData": b"\0\0",
    }
    for keyword, value in (defaults | values).items():
        setattr(dataset, keyword, value)
    dataset["PixelData"].VR = "OW"
    buffer = io.BytesIO()
    dataset.save_as(buffer, enforce_file_format=True)
    return buffer.getvalue()


def test_an_instance_says_what_it_is():
    assert sent_as(file()) == Sent(CTImageStorage, "1.2.3", "1.2")


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(
    "data", [b"", b"x", b"\0" * 128 + b"DICM", file(SOPInstanceUID="1.2.3")[:200], file()[:140] + b"\xff" * 40]
)
def test_what_says_nothing_is_called_nothing(data):
    assert sent_as(data) is None


@pytest.mark.filterwarnings("ignore")
def test_what_stands_where_a_uid_should_is_not_repeated():
    assert sent_as(file(SOPInstanceUID="Oliveira^Joaquina")) is None
    assert sent_as(file(StudyInstanceUID="Oliveira")) == Sent(CTImageStorage, "1.2.3", "")


@pytest.mark.parametrize(("sent", "coerced"), [("2.25.1", False), ("1.2.3", True), (None, True)])
def test_what_was_stored_under_another_uid_was_coerced(sent, coerced):
    tags = {"SOPClassUID": "1", "SOPInstanceUID": "2.25.1", "SeriesInstanceUID": "2", "StudyInstanceUID": "3"}
    assert stored_as(tags, sent and Sent("1", sent, "")) == Stored("1", "2.25.1", "2", "3", coerced)


# --- answers --------------------------------------------------------------------------------------------------------

STORED = Stored("1.1", "2.25.9", "2.25.8", "2.25.7", coerced=True)
UNCHANGED = Stored("1.1", "2.25.6", "2.25.8", "2.25.7", coerced=False)
REFUSED = Failed(Sent("1.1", "1.2.3", "1.2"), "burned_in_annotation")
NAMELESS = Failed(None, "not_dicom")


@pytest.mark.parametrize(
    ("outcomes", "status"),
    [
        ([STORED], 200),
        ([STORED, UNCHANGED], 200),
        ([STORED, REFUSED], 202),
        ([NAMELESS, STORED], 202),
        ([REFUSED], 409),
        ([NAMELESS, REFUSED], 409),
    ],
)
def test_the_status_says_all_some_or_none(outcomes, status):
    assert status_of(outcomes) == status


def test_an_answer_has_every_instance_in_its_place():
    assert response([STORED, REFUSED, NAMELESS, UNCHANGED], "http://h/dicom-web").to_json_dict() == {
        "00081190": {"vr": "UR", "Value": ["http://h/dicom-web/studies/2.25.7"]},
        "00081198": {
            "vr": "SQ",
            "Value": [
                {
                    "00081150": {"vr": "UI", "Value": ["1.1"]},
                    "00081155": {"vr": "UI", "Value": ["1.2.3"]},
                    "00081197": {"vr": "US", "Value": [272]},
                }
            ],
        },
        "00081199": {
            "vr": "SQ",
            "Value": [
                {
                    "00081150": {"vr": "UI", "Value": ["1.1"]},
                    "00081155": {"vr": "UI", "Value": ["2.25.9"]},
                    "00081190": {
                        "vr": "UR",
                        "Value": ["http://h/dicom-web/studies/2.25.7/series/2.25.8/instances/2.25.9"],
                    },
                    "00081196": {"vr": "US", "Value": [45056]},
                },
                {
                    "00081150": {"vr": "UI", "Value": ["1.1"]},
                    "00081155": {"vr": "UI", "Value": ["2.25.6"]},
                    "00081190": {
                        "vr": "UR",
                        "Value": ["http://h/dicom-web/studies/2.25.7/series/2.25.8/instances/2.25.6"],
                    },
                },
            ],
        },
        "0008119A": {"vr": "SQ", "Value": [{"00081197": {"vr": "US", "Value": [49152]}}]},
    }


@pytest.mark.parametrize("outcomes", [[REFUSED], [STORED, Stored("1.1", "2.25.5", "2.25.4", "2.25.3", coerced=True)]])
def test_without_one_study_there_is_no_url_of_it(outcomes):
    assert response(outcomes, "http://h").to_json_dict()["00081190"] == {"vr": "UR"}


@pytest.mark.parametrize(
    ("reason", "code"),
    [
        ("sop_class_not_allowed", 290),
        ("encapsulated_document", 290),
        ("disk_full", 42752),
        ("corrupt", 49152),
        ("too_deep", 49152),
        ("not_dicom", 49152),
        ("deidentification_failed", 49152),
        ("burned_in_annotation", 272),
        ("screen_capture", 272),
        ("secret_missing", 272),
        ("other_study", 272),
        ("a rule of the site's own", 272),
    ],
)
def test_every_reason_has_a_code_of_the_standard(reason, code):
    assert response([Failed(REFUSED.sent, reason)], "").FailedSOPSequence[0].FailureReason == code


def test_xml_says_the_same():
    root = ElementTree.fromstring(as_xml(response([STORED, REFUSED], "http://h/a&b")))
    name = "{http://dicom.nema.org/PS3.19/models/NativeDICOM}"
    assert root.tag == f"{name}NativeDicomModel"
    tops = [(one.attrib["tag"], one.attrib["vr"], one.attrib["keyword"]) for one in root]
    assert tops == [
        ("00081190", "UR", "RetrieveURL"),
        ("00081198", "SQ", "FailedSOPSequence"),
        ("00081199", "SQ", "ReferencedSOPSequence"),
    ]
    assert root[0][0].text == "http://h/a&b/studies/2.25.7"
    (item,) = root[1].findall(f"{name}Item")
    assert [(one.attrib["tag"], one[0].text) for one in item] == [
        ("00081150", "1.1"),
        ("00081155", "1.2.3"),
        ("00081197", "272"),
    ]


@pytest.mark.parametrize(
    ("forwarded", "base"),
    [
        ("", "http://h:1/dicom-web"),
        ("host=example.org", "http://example.org/dicom-web"),
        ('for=1.2.3.4; Proto=HTTPS;host="example.org:8443"', "https://example.org:8443/dicom-web"),
        ("proto=https, host=second.example", "https://h:1/dicom-web"),
        ("host=<script>", "http://h:1/dicom-web"),
    ],
)
def test_urls_begin_as_the_client_sees_us(forwarded, base):
    assert passed_on.base_url("h:1", forwarded) == base


# --- requests -------------------------------------------------------------------------------------------------------


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
    passed = {"Accept": "application/dicom+xml", "Host": "h:1"}
    assert orthanc.asked == [("/dicom-web/studies/1.2%203", "a=%2A&b=c", passed)]


# --- before Orthanc's DICOMweb --------------------------------------------------------------------------------------

OURS = "/(?:dicom-web(?!/studies(?:/[^/]*)?$)|dicomweb-plugin)"


@pytest.mark.parametrize(
    ("root", "in_urls"),
    [
        (f"{OURS}/", OURS),
        (OURS, OURS),
        ("/dicom-web/", None),
        ("/dicomweb/", None),
        ("/(?:dicom-web|dicomweb-plugin)/", None),
        (None, None),
    ],
)
def test_it_is_behind_us_only_if_it_stays_off_our_paths(root, in_urls):
    found = dicomweb.configured(json.dumps({"DicomWeb": {"Root": root}} if root else {}))
    assert found == (dicomweb.DicomWeb("/dicomweb-plugin", in_urls) if in_urls else dicomweb.DicomWeb())
    assert found.is_behind_us is bool(in_urls)


def test_it_is_asked_by_its_second_name():
    behind = dicomweb.DicomWeb("/dicomweb-plugin", OURS)
    assert behind.url("/dicom-web/studies/1.2", "") == "/dicomweb-plugin/studies/1.2"
    assert behind.url("/dicom-web/series", "limit=1") == "/dicomweb-plugin/series?limit=1"
    assert dicomweb.DicomWeb().url("/dicom-web/series", "") == "/dicom-web/series"


def test_urls_are_made_right_and_files_are_left_alone():
    behind = dicomweb.DicomWeb("/dicomweb-plugin", OURS)
    said = b'["http://h%s/studies/1"]' % OURS.encode()
    assert behind.corrected("application/dicom+json", said) == b'["http://h/dicom-web/studies/1"]'
    assert behind.corrected('multipart/related; type="application/dicom"', said) == said
    assert dicomweb.DicomWeb().corrected("application/dicom+json", said) == said
    part = b"--B\r\nContent-Type: application/dicom+xml\r\nContent-Length: 9\r\n\r\n<x>%s</x>\r\n--B--"
    assert behind.corrected('multipart/related; type="application/dicom+xml"', part % OURS.encode()) == (
        b"--B\r\nContent-Type: application/dicom+xml\r\n\r\n<x>/dicom-web</x>\r\n--B--"
    )


@pytest.mark.parametrize(
    ("query", "widened"),
    [
        ("", False),
        ("limit=1", False),
        ("includefield=A", True),
        ("a=b&IncludeField=A&limit=1", True),
        ("xincludefield=A", False),
    ],
)
def test_who_asks_for_a_field_gets_all(query, widened):
    assert (passed_on.FIELDS in passed_on.with_all_fields(query)) is widened
    assert passed_on.with_all_fields(query).replace(f",{passed_on.FIELDS}", "") == query


# --- what arrival tells ---------------------------------------------------------------------------------------------


def test_a_reason_is_known_while_the_file_is_under_way():
    refusals = Refusals()
    refusals.tell(b"x", "corrupt")
    with refusals.watch(b"x") as reason:
        assert reason() is None
        refusals.tell(b"y", "disk_full")
        assert reason() is None
        refusals.tell(b"x", "corrupt")
        assert reason() == "corrupt"
    assert (refusals._watched, refusals._reasons) == ({}, {})


def test_the_same_file_twice_at_once():
    refusals = Refusals()
    with refusals.watch(b"x") as first:
        with refusals.watch(b"x") as second:
            refusals.tell(b"x", "corrupt")
            assert second() == "corrupt"
        assert first() == "corrupt"
    assert (refusals._watched, refusals._reasons) == ({}, {})


# --- Orthanc's words ------------------------------------------------------------------------------------------------


class Output:
    def __init__(self):
        self.sent = []

    def __getattr__(self, name):
        return lambda *arguments: self.sent.append((name, *arguments))


def test_method_not_allowed_is_said_in_orthancs_own_way():
    output = Output()
    answering.send(output, wsgi.Response(405, {"Allow": "GET, POST", "Content-Type": "a/b"}, b"x"))
    assert output.sent == [("SendMethodNotAllowed", "GET, POST")]


# --- forms ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("uri", "content_type", "lost"),
    [
        ("/dicom-web/studies", "multipart/form-data; boundary=B", True),
        ("//dicom-web/studies", " Multipart/Form-Data; boundary=B", True),
        ("/hepatia/api/series/1.2/segmentations", "multipart/form-data; boundary=B", True),
        ("/dicom-web/studies", "multipart/related; boundary=B", False),
        ("/dicom-web/studies", "", False),
        ("/instances", "multipart/form-data; boundary=B", False),
    ],
)
def test_forms_are_refused_where_orthanc_would_lose_them(uri, content_type, lost):
    assert access.is_lost_form(uri, {"content-type": content_type} if content_type else {}) is lost
