"""How an installation is, as its users and its admin see it."""

import json
import os
import signal

from tests.faults import checks
from tests.orthanc.conftest import ct_series, file_bytes
from tests.orthanc.datasets import Http

STATUS = "/hepatia/api/status"


def store(installation):
    """HTTP status that a sender gets for one instance."""
    return Http(installation, "sender").post("/instances", content=file_bytes(ct_series(1)[0])).status_code


def stored(installation):
    return Http(installation, "admin").get("/statistics").json()["CountInstances"]


def parts(installation):
    told = Http(installation, "scientist").get(STATUS).json()
    return told["status"], {one["id"]: one for one in told["details"]["parts"]}


def is_well(installation):
    answer = Http(installation, "scientist").get(STATUS)
    return answer.status_code == 200 and answer.json()["status"] == "ok"


def pid_of(installation, name):
    return json.loads((installation.data / "run" / f"{name}.json").read_text())["pid"]


def kill(installation, name, number=signal.SIGKILL):
    pid = pid_of(installation, name)
    os.kill(pid, number)
    return pid


def said(installation, words):
    """Whether the supervisor has said something."""
    return words in (installation.data / "run.log").read_text()


def doctor(installation, *more):
    found = checks.hepatia(installation, "doctor", *more)
    assert "Traceback" not in found.stderr, found.stderr
    return found.stdout
