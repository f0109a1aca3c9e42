"""What stands before Orthanc's DICOMweb."""

import json

import pytest

from orthanc_plugin import dicomweb
from orthanc_plugin.web import dicomweb as passed_on

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
