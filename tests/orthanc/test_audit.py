"""The audit of a whole installation: the API, Orthanc's own REST, and the command line."""

import subprocess
import sys

import pytest

from orthanc_plugin.auditing import audit as audits
from tests.orthanc.installations import REPOSITORY

pytestmark = pytest.mark.orthanc

DRAFT = {"template": "liver-ct", "state": "draft", "answers": {}}


@pytest.fixture
def rows(client):
    admin = client("admin")

    def found(**asked):
        return admin.get("/hepatia/api/audit", params=asked).raise_for_status().json()["items"]

    return found


def test_a_save_a_refusal_and_a_deletion(instance, client, study, rows):
    path = f"/hepatia/api/studies/{study.uid}/reports"
    sop = client("radiologist").post(path, json=DRAFT).json()["sop_instance_uid"]
    assert client("scientist").post(path, json=DRAFT).status_code == 403
    assert client("student").delete("/studies/a-b").status_code == 403
    stored = client("admin").post("/tools/lookup", content=study.uid).json()[0]["ID"]
    assert client("admin").delete(f"/studies/{stored}").status_code == 200
    [saved] = rows(object=sop)
    assert (saved["user"], saved["action"], saved["outcome"]) == (
        instance.account("radiologist")[0],
        "write_report",
        "201",
    )
    assert [one["action"] for one in rows(object=study.uid)] == ["refused", "write_report"]
    [deleted] = rows(object=stored)
    assert (deleted["action"], deleted["request"]) == ("orthanc_delete", "DELETE /studies/…")
    assert rows(user=instance.account("student")[0])[0]["request"] == "DELETE /studies/…"
    assert rows(action="start")[0]["outcome"] == "done"


def test_the_whole_installation_leaves_a_chain_that_holds(instance, rows):
    variables = {
        "DATA": str(instance.data),
        "HTTP_PORT": instance.url.rpartition(":")[2],
        "PATH": "/usr/sbin:/usr/bin:/bin",
    }
    command = [sys.executable, "-m", "orthanc_plugin.commands.main"]
    asked = subprocess.run([*command, "pseudonym", "PRONTUARIO-1"], cwd=REPOSITORY, env=variables, capture_output=True)
    pseudonym = asked.stdout.decode().strip()
    [looked_up] = [one for one in rows(action="look_up_pseudonyms") if pseudonym in one["objects"]]
    assert (looked_up["role"], looked_up["outcome"]) == ("machine", "done")
    told = subprocess.run([*command, "doctor"], cwd=REPOSITORY, env=variables, capture_output=True).stdout.decode()
    [line] = [one for one in told.splitlines() if " audit " in one]
    assert line.startswith("ok"), line
    assert audits.verify(instance.data / "audit.sqlite") == ""
