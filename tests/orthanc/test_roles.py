"""Who may do what, through Orthanc's own door."""

import httpx
import pytest

pytestmark = pytest.mark.orthanc

READERS = ("admin", "radiologist", "resident", "student", "scientist")


@pytest.mark.parametrize(
    ("path", "roles"),
    [
        ("/hepatia/api/me", (*READERS, "sender")),
        ("/hepatia/api/status", READERS),
        ("/hepatia/metrics", READERS),
        ("/dicom-web/studies?limit=1", READERS),
        ("/hepatia/qido/studies?limit=1&includefield=00081030,00080060", READERS),
        ("/system", ("admin",)),
        ("/instances", ("admin",)),
        ("/app/explorer.html", ("admin",)),
    ],
)
def test_reading(instance, client, path, roles):
    for role in (*READERS, "sender"):
        assert client(role).get(path).status_code == (200 if role in roles else 403), role


def test_without_a_password_nothing(instance):
    for path in ("/", "/ohif/", "/hepatia/api/status", "/dicom-web/studies", "/system", "/hepatia/api/openapi.json"):
        assert httpx.get(f"{instance.url}{path}", trust_env=False).status_code == 401
        assert httpx.get(f"{instance.url}{path}", auth=("ana", "wrong"), trust_env=False).status_code == 401
        forged = {"Authorization": "Bearer 00000000-0000-0000-0000-000000000000"}
        assert httpx.get(f"{instance.url}{path}", headers=forged, trust_env=False).status_code == 401


def test_only_the_admin_deletes(client, study, count):
    found = client("admin").post("/tools/lookup", content=study.uid).json()[0]["ID"]
    before = count()
    for role in ("radiologist", "resident", "student", "scientist", "sender"):
        assert client(role).delete(f"/studies/{found}").status_code == 403
    assert count() == before
    assert client("admin").delete(f"/studies/{found}").status_code == 200


def test_readers_send_nothing_in(client, make_series, as_file, count):
    before = count()
    for role in ("radiologist", "resident", "student", "scientist"):
        assert client(role).post("/instances", content=as_file(make_series(1)[0])).status_code == 403
        assert client(role).post("/dicom-web/studies", content=b"").status_code == 403
    assert count() == before


def test_who_may_write(client, study, count):
    body = {"template": "liver-ct", "state": "draft", "answers": {}}
    before = count()
    for role in ("scientist", "sender"):
        answer = client(role).post(f"/hepatia/api/studies/{study.uid}/reports", json=body)
        assert (answer.status_code, answer.json()["error"]["code"]) == (403, "not_allowed")
    assert count() == before
    for role in ("radiologist", "resident", "student"):
        assert client(role).post(f"/hepatia/api/studies/{study.uid}/reports", json=body).status_code == 201


def test_other_pages_write_nothing_with_the_readers_password(client, study, count):
    body, before = {"template": "liver-ct", "state": "draft", "answers": {}}, count()
    for headers in ({"Origin": "http://evil.example"}, {"Sec-Fetch-Site": "cross-site"}):
        answer = client("radiologist").post(f"/hepatia/api/studies/{study.uid}/reports", json=body, headers=headers)
        assert answer.status_code == 403
    assert count() == before


def test_an_internal_path_is_not_reached_by_another_spelling(client):
    for path in (
        "//system",
        "/ohif/../system",
        "/ohif/%2e%2e/system",
        "/%73ystem",
        "/system/",
        "/hepatia/api/../../system",
    ):
        answer = client("scientist").get(path)
        assert answer.status_code != 200 or b"DicomAet" not in answer.content
