"""A mask under way is kept for its user alone, given back as it was, and bounded."""

import gzip
import json
import struct
from dataclasses import replace

import pytest

from orthanc_plugin import mask_drafts
from orthanc_plugin.web import mask_drafts as routes

CT, STUDY = "2.25.1001", "2.25.1000"
ROUTE = f"/series/{CT}/mask-draft"
GZIPPED = {"Content-Type": "application/vnd.hepatia.labelmap+gzip"}
HEADER = json.dumps({"rows": 4, "columns": 5, "sops": ["1.2"], "segments": []}).encode()
BODY = gzip.compress(struct.pack("<I", len(HEADER)) + HEADER + bytes(20))


@pytest.fixture(autouse=True)
def own_folder(app, tmp_path):
    """The folder of the installation's data, this test's own."""
    services = app.extensions["hepatia"]
    app.extensions["hepatia"] = replace(services, settings=replace(services.settings, data=tmp_path))


@pytest.fixture
def raw(call):
    def ask(login, method="GET", **more):
        return call(login, method, f"/hepatia/api{ROUTE}", **more)

    return ask


def test_what_is_kept_comes_back_and_the_newest_counts(api, raw):
    for body in (gzip.compress(struct.pack("<I", len(HEADER)) + HEADER + bytes([1] * 20)), BODY):
        assert raw("ana", "PUT", data=body, headers=GZIPPED).status_code == 200
    [listed] = api("ana", "GET", f"/studies/{STUDY}/mask-drafts")[1]["drafts"]
    assert (listed["series_instance_uid"], listed["bytes"]) == (CT, len(BODY))
    answer = raw("ana")
    assert (answer.data, answer.mimetype) == (BODY, GZIPPED["Content-Type"])


def test_others_have_none_of_it(api, raw):
    raw("ana", "PUT", data=BODY, headers=GZIPPED)
    assert raw("rafael").status_code == 404
    assert api("rafael", "GET", f"/studies/{STUDY}/mask-drafts")[1] == {"drafts": []}
    assert raw("rafael", "DELETE").get_json() == {"discarded": False}
    assert raw("ana").status_code == 200


def test_it_is_gone_when_discarded(api, raw):
    raw("ana", "PUT", data=BODY, headers=GZIPPED)
    assert raw("ana", "DELETE").get_json() == {"discarded": True}
    assert raw("ana").status_code == 404
    assert api("ana", "GET", f"/studies/{STUDY}/mask-drafts")[1] == {"drafts": []}


@pytest.mark.parametrize("login", ["paulo", "sender"])
@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
def test_who_paints_nothing_hears_403(raw, login, method):
    assert raw(login, method, data=BODY if method == "PUT" else None, headers=GZIPPED).status_code == 403


@pytest.mark.parametrize(
    ("data", "headers", "status"),
    [
        (b"", GZIPPED, 400),
        (b"x" * 40, GZIPPED, 400),
        (BODY[:20], GZIPPED, 400),
        (gzip.compress(b"abc"), GZIPPED, 400),
        (gzip.compress(struct.pack("<I", 2) + b"[]"), GZIPPED, 400),
        (gzip.compress(struct.pack("<I", 0) + HEADER), GZIPPED, 400),
        (gzip.compress(struct.pack("<I", 2**32 - 1) + HEADER + bytes(2**16)), GZIPPED, 400),
        (gzip.compress(struct.pack("<I", 2**20) + b"[" * 2**20), GZIPPED, 400),
        (BODY, {"Content-Type": "application/gzip"}, 415),
    ],
)
def test_what_could_not_be_restored_is_refused(raw, data, headers, status):
    assert raw("ana", "PUT", data=data, headers=headers).status_code == status
    assert raw("ana").status_code == 404


def test_drafts_are_bounded(api, raw, monkeypatch):
    monkeypatch.setattr(routes, "MOST_BYTES", len(BODY) - 1)
    assert raw("ana", "PUT", data=BODY, headers=GZIPPED).status_code == 413
    monkeypatch.undo()
    monkeypatch.setattr(mask_drafts, "MOST_DRAFTS", 0)
    assert raw("ana", "PUT", data=BODY, headers=GZIPPED).get_json()["error"]["code"] == "too_many"


def test_a_series_that_is_not_there_is_404(api):
    assert api("ana", "PUT", "/series/2.25.9/mask-draft", data=BODY, headers=GZIPPED)[0] == 404
