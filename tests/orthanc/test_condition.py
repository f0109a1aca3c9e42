"""The status page's facts in a real installation: arrivals over a restart, retry, and a rebuild while Orthanc runs."""

import subprocess

import psycopg2
import pytest

from tests.orthanc.conftest import ct_series, file_bytes
from tests.orthanc.datasets import Http
from tests.orthanc.installations import wait_for

pytestmark = pytest.mark.orthanc

STATUS = "/hepatia/api/status"


@pytest.fixture(scope="module")
def instance(open_instance):
    return open_instance


def details(instance, role="scientist"):
    return Http(instance, role).get(STATUS).raise_for_status().json()["details"]


def hours(told):
    return {one["way"]: (one["stored"], one["refused"]) for one in told["arrivals"]["ways"]}


def test_arrivals_are_told_by_way_and_reason_and_survive_a_restart(start_changed, suite, tmp_path):
    instance = start_changed({})
    good, bad = ct_series(3), ct_series(1, BurnedInAnnotation="YES")
    sender = Http(instance, "sender")
    for one in good:
        sender.post("/instances", content=file_bytes(one)).raise_for_status()
    sender.post("/instances", content=file_bytes(bad[0]))
    path = tmp_path / "bad.dcm"
    path.write_bytes(file_bytes(bad[0]))
    command = ["storescu", "--required", "-aec", "HEPATIA", "127.0.0.1", str(instance.dicom_port), str(path)]
    subprocess.run(command, env={"PATH": "/usr/bin"}, capture_output=True)
    body = b"--b\r\nContent-Type: application/dicom\r\n\r\n" + file_bytes(ct_series(1)[0]) + b"\r\n--b--\r\n"
    headers = {"Content-Type": 'multipart/related; type="application/dicom"; boundary=b'}
    sender.post("/dicom-web/studies", content=body, headers=headers)
    for _ in range(2):
        told = details(instance)
        assert hours(told) == {"C-STORE": (0, 1), "REST": (3, 1), "STOW-RS": (1, 0)}
        assert told["arrivals"]["hours"][-1]["studies"] + told["arrivals"]["hours"][-2]["studies"] == 2
        [reason] = told["arrivals"]["reasons"]
        assert (reason["reason"], reason["count"]) == ("burned_in_annotation", 2)
        assert {one["way"] for one in reason["from"]} == {"C-STORE", "REST"}
        assert "PixelRules" in reason["remedy"]["pt"]
        suite.stop_process(instance.process)
        instance = start_changed({}, data=instance.data)


def test_the_parts_of_a_running_installation(instance):
    told = details(instance)
    parts = {one["id"]: one for one in told["parts"]}
    assert {name: one["state"] for name, one in parts.items() if name != "disk"} == {
        "orthanc": "ok", "database": "ok", "index": "ok", "monailabel": "off", "hepatia": "ok",
    }  # fmt: skip
    assert set(parts["orthanc"]["versions"]) == {"orthanc", "dicomweb", "python"}
    assert "AE HEPATIA" in parts["orthanc"]["version"]
    assert 0 < told["disk"]["free"] < told["disk"]["total"]
    metrics = Http(instance, "scientist").get("/hepatia/metrics").text
    assert "hepatia_index_lag_seconds" in metrics
    assert "hepatia_disk_free_bytes" in metrics


def test_a_failed_object_is_read_again(instance, study, complete_answers):
    body = {"template": "liver-ct", "state": "complete", "answers": complete_answers}
    written = Http(instance, "radiologist").post(f"/hepatia/api/studies/{study.uid}/reports", json=body).json()
    sop = written["sop_instance_uid"]
    with psycopg2.connect(instance.dsn) as connection, connection.cursor() as cursor:
        cursor.execute("DELETE FROM hepatia.report WHERE sop_instance_uid = %s", (sop,))
        cursor.execute("INSERT INTO hepatia.failure VALUES (%s, 'The object cannot be read (KeyError).')", (sop,))
    connection.close()
    [failed] = [one for one in details(instance)["index"]["failed"] if one["sop_instance_uid"] == sop]
    assert (failed["kind"], failed["since"][:2]) == ("SR", "20")
    assert failed["remedy"]["en"]
    retry = "/hepatia/api/index/retry"
    assert Http(instance, "radiologist").post(retry, json={}).status_code == 403
    admin = Http(instance, "admin")
    assert admin.post(retry, json={"sop_instance_uid": "1.2.3"}).status_code == 404
    assert admin.post(retry, json={"sop_instance_uid": sop}).json() == {"retried": 1, "failed": 0}
    assert sop not in [one["sop_instance_uid"] for one in details(instance)["index"]["failed"]]
    found = Http(instance, "scientist").get(f"/hepatia/api/studies/{study.uid}/reports").json()
    assert [one["sop_instance_uid"] for one in found] == [sop]
    assert details(instance)["index"]["counts"]["reports"]["indexed"] >= 1


def test_the_admin_has_the_index_made_again(instance, study):
    route = "/hepatia/api/index/rebuild"
    assert Http(instance, "scientist").post(route, json={}).status_code == 403
    admin = Http(instance, "admin")
    search = "/hepatia/api/search?page_size=500"
    uids = lambda: {one["study_instance_uid"] for one in admin.get(search).json()["items"]}  # noqa: E731
    wait_for(lambda: study.uid in uids())
    before = uids()
    answer = admin.post(route, json={})
    assert (answer.status_code, answer.json()) == (202, {"started": True})
    wait_for(lambda: (details(instance)["index"]["last_rebuild"] or {}).get("finished"))
    told = details(instance)["index"]
    assert told["rebuilding"] is None or told["rebuilding"]["done"] == told["rebuilding"]["of"]
    assert told["last_rebuild"]["seconds"] >= 0
    assert uids() == before
    counts = lambda: details(instance)["index"]["counts"]["studies"]  # noqa: E731
    # What is in DICOM is counted every few seconds.
    wait_for(lambda: counts()["indexed"] == counts()["dicom"] == len(before))
