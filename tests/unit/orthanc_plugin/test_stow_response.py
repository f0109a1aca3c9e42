"""What STOW-RS says of the instances of a request."""

from xml.etree import ElementTree

import pytest
from pydicom.uid import CTImageStorage

from orthanc_plugin import proxy
from orthanc_plugin.web import dicomweb as passed_on
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
from tests.unit.orthanc_plugin.instances import file


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
        ("", "http://h:1"),
        ("host=example.org", "http://example.org"),
        ('for=1.2.3.4; Proto=HTTPS;host="example.org:8443"', "https://example.org:8443"),
        ("proto=https, host=second.example", "https://h:1"),
        ("host=<script>", "http://h:1"),
    ],
)
def test_urls_begin_as_the_client_sees_us(forwarded, base):
    assert proxy.base_url("h:1", forwarded) == base


@pytest.mark.parametrize(
    ("said", "prefix"),
    [
        ("", ""),
        ("/", ""),
        ("/liver", "/liver"),
        ("/a/b-c/", "/a/b-c"),
        ("liver", ""),
        ("//evil.example", ""),
        ("/a b", ""),
    ],
)
def test_a_path_prefix_stands_before_all_paths(said, prefix):
    assert proxy.prefix(said) == prefix


def test_the_prefix_comes_into_urls_of_json_and_xml_but_not_into_files():
    said = b'["https://h:1/dicom-web/studies/1", "Not a URL: /dicom-web/"]'
    behind = b'["https://h:1/liver/dicom-web/studies/1", "Not a URL: /dicom-web/"]'
    assert passed_on.below_prefix("application/dicom+json", said, "/liver") == behind
    assert passed_on.below_prefix("application/dicom+json", said, "") == said
    assert passed_on.below_prefix('multipart/related; type="application/dicom"', said, "/liver") == said
