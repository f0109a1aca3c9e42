"""Orthanc's DICOMweb answers as ever where our plugin stands before it."""

import re

import pytest

pytestmark = pytest.mark.orthanc

JSON = "application/dicom+json"
BODY_TYPE = {"Content-Type": "multipart/related; type=application/dicom; boundary=B"}


@pytest.fixture(scope="module")
def instance(open_instance):
    return open_instance


def body(file):
    return b"--B\r\nContent-Type: application/dicom\r\n\r\n" + file + b"\r\n--B--"


def test_studies_are_found_and_fetched_at_the_same_paths(client, study):
    reader = client("scientist")
    found = reader.get("/dicom-web/studies", params={"StudyInstanceUID": study.uid})
    assert (found.status_code, found.headers["content-type"]) == (200, JSON)
    assert [one["0020000D"]["Value"] for one in found.json()] == [[study.uid]]
    assert found.json()[0]["00081190"]["Value"][0].endswith(f"/dicom-web/studies/{study.uid}")
    fetched = reader.get(
        f"/dicom-web/studies/{study.uid}", headers={"Accept": 'multipart/related; type="application/dicom"'}
    )
    assert fetched.status_code == 200
    assert fetched.headers["content-type"].startswith("multipart/related")
    assert fetched.content.count(b"DICM") == len(study.headers)
    for path in (f"/{study.uid}/series", f"/{study.uid}/metadata", f"/{study.uid}/instances"):
        assert reader.get(f"/dicom-web/studies{path}").status_code == 200


XML_PARTS = 'multipart/related; type="application/dicom+xml"'


@pytest.mark.parametrize("accept", [JSON, XML_PARTS])
def test_every_url_in_an_answer_leads_to_what_it_names(instance, client, study, accept):
    reader, one = client("scientist"), f"/studies/{study.uid}/series/{study.series_uid}"
    sop = study.headers[0].SOPInstanceUID
    metadata = [f"/studies/{study.uid}/metadata", f"{one}/metadata", f"{one}/instances/{sop}/metadata"]
    searches = [f"/{level}?StudyInstanceUID={study.uid}" for level in ("studies", "series", "instances")]
    searches += [f"/studies/{study.uid}/series", f"/studies/{study.uid}/instances", f"{one}/instances"]
    for path in metadata + (searches if accept == JSON else []):
        answer = reader.get(f"/dicom-web{path}", headers={"Accept": accept})
        assert answer.status_code == 200
        urls = re.findall(r'"(http://127[^"]+)"', answer.text) + re.findall(
            r' uri="([^"]+)"|>(http://127[^<]+)<', answer.text
        )
        assert urls, path
        for url in {"".join(found) for found in urls}:
            assert url.startswith(f"{instance.url}/dicom-web/studies/{study.uid}")
            assert reader.get(url).status_code == 200
    found = reader.get("/hepatia/qido/studies", params={"StudyInstanceUID": study.uid}).json()
    assert found[0]["00081190"]["Value"] == [f"{instance.url}/dicom-web/studies/{study.uid}"]


def test_no_reader_asks_dicomweb_by_its_second_name(client, study):
    for role in ("radiologist", "resident", "student", "scientist", "sender"):
        assert client(role).get("/dicomweb-plugin/studies").status_code == 403
        assert client(role).post("/dicomweb-plugin/studies", content=b"").status_code == 403


def test_queries_keep_their_meaning(client, make_series, as_file):
    sent = as_file(make_series(1, StudyDescription="Liver CT")[0])
    client("sender").post("/instances", content=sent).raise_for_status()
    reader = client("scientist")
    assert len(reader.get("/dicom-web/studies?limit=1&offset=0").json()) == 1
    assert reader.get("/dicom-web/studies?PatientID=HEP-%2A%41none").json() == []
    assert reader.get("/dicom-web/studies?PatientID=HEP-*&limit=2").status_code == 200
    named = reader.get("/dicom-web/studies?includefield=StudyDescription&includefield=PatientAge").json()
    assert any("00081030" in one for one in named)


def test_what_is_not_there_is_404(client):
    assert client("scientist").get("/dicom-web/studies/1.2.3").status_code == 404


def test_other_methods_are_not_allowed(client, count):
    before = count()
    for path in ("/dicom-web/studies", "/dicom-web/studies/1.2.3"):
        assert client("admin").put(path, content=b"").status_code == 405
        assert client("admin").delete(path).status_code == 405
    assert count() == before


def test_urls_begin_with_what_the_client_called_us(client, make_series, as_file):
    sent = body(as_file(make_series(1)[0]))
    for more, start in (
        ({"Host": "hepatia.hospital:8443"}, "http://hepatia.hospital:8443/dicom-web/studies/"),
        ({"Forwarded": "proto=https;host=hepatia.hospital"}, "https://hepatia.hospital/dicom-web/studies/"),
    ):
        answer = client("sender").post("/dicom-web/studies", content=sent, headers=BODY_TYPE | more).json()
        assert answer["00081190"]["Value"][0].startswith(start)
        found = client("admin").get("/dicom-web/studies?limit=1", headers=more).json()
        assert found[0]["00081190"]["Value"][0].startswith(start)
