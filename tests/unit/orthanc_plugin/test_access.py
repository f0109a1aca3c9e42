from pathlib import Path

import pytest

from orthanc_plugin import access, users

REPOSITORY = Path(__file__).resolve().parents[3]
EVERYONE = frozenset(users.ROLES)
READERS = EVERYONE - {"sender"}

TABLE = [
    ("GET", "/", READERS),
    ("GET", "/ohif/", READERS),
    ("GET", "/ohif/app.bundle.1.js", READERS),
    ("GET", "/dicom-web/studies", READERS),
    ("GET", "/dicom-web/studies/1.2/series/1.3/instances/1.4/frames/1", READERS),
    ("GET", "/hepatia/qido/studies", READERS),
    ("GET", "/hepatia/ui/index.js", READERS),
    ("GET", "/hepatia/metrics", READERS),
    ("GET", "/hepatia/other", set()),
    ("POST", "/hepatia/metrics", set()),
    ("GET", "/hepatia/api/search", set()),
    ("POST", "//hepatia/api/x", set()),
    ("POST", "/instances", {"admin", "sender"}),
    ("POST", "/dicom-web/studies", {"admin", "sender"}),
    ("POST", "/dicom-web/studies/1.2.3", {"admin", "sender"}),
    ("GET", "/dicom-web/servers", {"admin"}),
    ("POST", "/dicom-web/servers/x/stow", {"admin"}),
    ("GET", "/instances", {"admin"}),
    ("GET", "/instances/x/file", {"admin"}),
    ("GET", "/system", {"admin"}),
    ("GET", "/app/explorer.html", {"admin"}),
    ("POST", "/tools/find", {"admin"}),
    ("POST", "/studies/x/anonymize", {"admin"}),
    ("PUT", "/modalities/x", {"admin"}),
    ("DELETE", "/studies/x", {"admin"}),
    ("DELETE", "/dicom-web/studies/1.2", {"admin"}),
    ("GET", "/ohifx", {"admin"}),
    ("GET", "//system", {"admin"}),
    ("GET", "/ohif\n/../system", {"admin"}),
]


@pytest.mark.parametrize(("method", "uri", "roles"), TABLE)
def test_who_may(method, uri, roles):
    assert {role for role in users.ROLES if access.allowed(role, method, uri)} == roles


@pytest.mark.parametrize(
    ("method", "headers", "same"),
    [
        ("POST", {}, True),
        ("POST", {"origin": "http://127.0.0.1:8042", "host": "127.0.0.1:8042"}, True),
        ("POST", {"origin": "http://evil.example", "host": "127.0.0.1:8042"}, False),
        ("POST", {"origin": "null", "host": "127.0.0.1:8042"}, False),
        ("DELETE", {"origin": "http://127.0.0.1:8043", "host": "127.0.0.1:8042"}, False),
        ("POST", {"sec-fetch-site": "cross-site"}, False),
        ("POST", {"sec-fetch-site": "same-site"}, False),
        ("POST", {"sec-fetch-site": "same-origin", "origin": "https://proxy", "host": "127.0.0.1:8042"}, True),
        ("GET", {"sec-fetch-site": "cross-site"}, True),
    ],
)
def test_other_pages_write_nothing_with_the_readers_password(method, headers, same):
    assert access.is_same_origin(method, headers) is same


def test_an_unknown_role_may_nothing():
    assert not any(access.allowed("guest", method, uri) for method, uri, _ in TABLE)


def test_the_documentation_is_what_the_code_says():
    assert access.describe() in (REPOSITORY / "docs/api.md").read_text()


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
