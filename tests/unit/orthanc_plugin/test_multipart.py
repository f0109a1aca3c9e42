"""Bodies of STOW-RS taken apart."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orthanc_plugin.web import multipart
from orthanc_plugin.web.multipart import MultipartError

DICOM = b"Content-Type: application/dicom\r\n"


def contents(body, boundary="B"):
    return [bytes(part.content) for part in multipart.parse(body, boundary)]


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
