"""What is served beside reports and masks: status, description, viewer, searches of the viewer."""

import re
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from tests import extension
from tests.orthanc.installations import media_type

pytestmark = pytest.mark.orthanc

REPOSITORY = Path(__file__).resolve().parents[2]
OHIF = REPOSITORY / "build" / "ohif"
EXTENSION = REPOSITORY / "ohif-extension" / "dist"


def test_the_status_is_ok_and_as_described(client):
    document = client("scientist").get("/hepatia/api/openapi.json").json()
    status = client("scientist").get("/hepatia/api/status").json()
    Draft202012Validator({"$ref": "#/components/schemas/Status"} | document).validate(status)
    assert (status["status"], status["database"], status["monailabel"]) == ("ok", "ok", "off")
    assert status["orthanc"].startswith("1.")


def test_every_described_route_answers_and_no_other(client):
    document = client("admin").get("/hepatia/api/openapi.json").json()
    assert document["openapi"].startswith("3.1")
    for path, item in document["paths"].items():
        concrete = re.sub(r"{\w+}", "1.2.3", path)
        for method in item:
            answer = client("radiologist").request(method.upper(), f"/hepatia/api{concrete}")
            described = item[method]["responses"]
            assert str(answer.status_code) in described, (method, path)
            given = media_type(answer).partition(";")[0]
            assert given in described[str(answer.status_code)].get("content", ["application/json"]), path
    assert client("radiologist").get("/hepatia/api/nothing").json()["error"]["code"] == "not_found"


def test_me(client, instance):
    for login, account in instance.users.items():
        me = client(account["role"]).get("/hepatia/api/me").json()
        assert me == {"user": login, "name": account["name"], "role": account["role"]}


def test_metrics(client, study):
    lines = client("scientist").get("/hepatia/metrics").text.splitlines()
    counted = next(line for line in lines if line.startswith("hepatia_arrivals_deidentified_total "))
    assert float(counted.split()[1]) >= len(study.headers)


def test_a_study_with_its_series_and_phase(client, study):
    found = client("student").get(f"/hepatia/api/studies/{study.uid}").json()
    assert found["patient_id"] == study.headers[0].PatientID
    assert (found["sex"], found["age"]) == ("F", 63)
    series = found["series"][0]
    assert (series["series_instance_uid"], series["instances"]) == (study.series_uid, 4)
    assert series["phase"] in ("non_contrast", "arterial", "portal_venous", "equilibrium", "other")
    assert 0 <= series["phase_confidence"] <= 1
    assert series["phase_reason"]


def test_the_viewers_search_gets_all_fields_it_names_in_one_parameter(client, study):
    answer = client("student").get(
        f"/hepatia/qido/studies?StudyInstanceUID={study.uid}&includefield=00081030,00080060,00201206"
    )
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("application/dicom+json")
    found = answer.json()
    assert len(found) == 1
    assert found[0]["0020000D"]["Value"] == [study.uid]
    assert "00201206" in found[0]
    headers = {"Host": "hepatia.hospital:8443"}
    found = client("student").get(f"/hepatia/qido/studies?StudyInstanceUID={study.uid}", headers=headers).json()
    assert found[0]["00081190"]["Value"][0].startswith("http://hepatia.hospital:8443/dicom-web/studies/")


def test_searches_that_make_no_sense_are_passed_through(client):
    assert client("student").get("/hepatia/qido/servers").status_code == 404


@pytest.mark.skipif(not (OHIF / "index.html").exists(), reason="the viewer is not prepared; `make run` does it")
class TestViewer:
    """OHIF as it is prepared in build/ohif."""

    @pytest.mark.parametrize("path", ["/ohif/", "/ohif", "/ohif/viewer", "/ohif/hepatia?StudyInstanceUIDs=1.2"])
    def test_pages(self, client, path):
        answer = client("student").get(path)
        assert answer.status_code == 200
        assert answer.headers["content-type"] == "text/html; charset=utf-8"
        assert answer.headers["cache-control"] == "no-cache"

    def test_the_root_leads_to_the_viewer(self, client):
        answer = client("student").get("/", follow_redirects=False)
        assert (answer.status_code in (301, 302, 307), answer.headers["location"]) == (True, "/ohif/")
        behind = client("student").get("/", follow_redirects=False, headers={"X-Forwarded-Prefix": "/liver"})
        assert behind.headers["location"] == "/liver/ohif/"

    def test_files_are_compressed_once_and_not_sent_twice(self, client):
        page = client("student").get("/ohif/").text
        script = re.search(r'src="\./(app\.bundle[^"]+\.js)"', page)
        assert script
        answer = client("student").get(f"/ohif/{script[1]}")
        assert answer.headers["content-type"] == "text/javascript; charset=utf-8"
        # httpx unpacks once: what comes out is the file.
        assert answer.content == (OHIF / script[1]).read_bytes()
        assert "immutable" in answer.headers["cache-control"]
        again = client("student").get(f"/ohif/{script[1]}", headers={"If-None-Match": answer.headers["etag"]})
        assert (again.status_code, again.content) == (304, b"")

    def test_a_missing_file_is_404(self, client):
        assert client("student").get("/ohif/missing.js").status_code == 404


def test_the_extension_is_compressed_when_it_is_built_and_kept_by_browsers(client):
    entry = client("student").get("/hepatia/ui/hepatia-extension.js")
    assert entry.headers["cache-control"] == "no-cache"
    names = re.findall(r'"\./([^"]+\.js)"', entry.text)
    assert names
    for name in names:
        answer = client("student").get(f"/hepatia/ui/{name}")
        assert (answer.headers.get("content-encoding"), answer.status_code) == ("gzip", 200)
        assert "immutable" in answer.headers["cache-control"]
        assert answer.content == (EXTENSION / name).read_bytes()


def test_the_extension_is_small_until_the_panel_can_be_used():
    """What is sent, compressed: at the start of any page, when a study is opened, and right after that."""
    start, opened, later = (one.size for one in extension.parts()[:3])
    assert start < 70_000
    assert start + opened < 115_000
    assert start + opened + later < 150_000
