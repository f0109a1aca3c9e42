"""Orthanc itself, with one thread for HTTP: what Python remembers of that thread between two callbacks."""

import json
import os
import subprocess
from pathlib import Path

import httpx
import pytest

from tests import place
from tests.orthanc.installations import ORTHANC, wait_for

pytestmark = pytest.mark.orthanc

PLUGIN = """
import threading
import orthanc
from orthanc_plugin.thread_states import kept

remembered = threading.local()

def count(output, uri, **request):
    remembered.calls = getattr(remembered, "calls", 0) + 1
    output.AnswerBuffer(str(remembered.calls), "text/plain")

orthanc.RegisterRestCallback("/as-it-comes", count)
orthanc.RegisterRestCallback("/kept", kept(count))
"""


@pytest.fixture
def client(suite, tmp_path):
    if not Path(ORTHANC).exists():
        pytest.skip("Orthanc is not installed; `make test` installs it")
    (tmp_path / "plugin.py").write_text(PLUGIN)
    port = suite.free_port()
    configuration = {
        "StorageDirectory": str(tmp_path), "IndexDirectory": str(tmp_path), "HttpPort": port, "HttpThreadsCount": 1,
        "KeepAlive": True, "DicomServerEnabled": False, "AuthenticationEnabled": False, "RemoteAccessAllowed": False,
        "Plugins": ["/usr/share/orthanc/plugins/libOrthancPython.so"], "PythonScript": str(tmp_path / "plugin.py"),
        "Python": {"Path": str(tmp_path / "plugin.py")},
    }  # fmt: skip
    (tmp_path / "orthanc.json").write_text(json.dumps(configuration))
    packages = [str(place.ROOT), *place.SITE_PACKAGES]
    environment = {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", "PYTHONPATH": os.pathsep.join(packages)}
    with (tmp_path / "log").open("wb") as log:
        process = subprocess.Popen(
            place.orthanc(str(tmp_path / "orthanc.json")), env=environment, stdout=log, stderr=log
        )
    with httpx.Client(base_url=f"http://127.0.0.1:{port}", trust_env=False) as client:
        wait_for(lambda: client.get("/system").status_code == 200)
        yield client
    suite.stop_process(process)
    assert process.returncode == 0, (tmp_path / "log").read_text()


def test_a_thread_is_forgotten_between_two_callbacks_unless_its_state_is_kept(client):
    assert [client.get("/as-it-comes").text for _ in range(3)] == ["1", "1", "1"]
    assert [client.get("/kept").text for _ in range(3)] == ["1", "2", "3"]
    assert [client.get("/as-it-comes").text for _ in range(2)] == ["4", "5"]
