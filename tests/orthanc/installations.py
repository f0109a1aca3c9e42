"""Installations beside the one of the suite: with other settings, and an Orthanc as senders have it."""

import json
import os
import shutil
import subprocess
import tempfile
import time
from pathlib import Path

import httpx
import pytest

REPOSITORY = Path(__file__).resolve().parents[2]
ORTHANC = "/usr/sbin/Orthanc"

#: What leaves STOW-RS to our plugin, and says why: orthanc_plugin/dicomweb.py. Changes nothing where it is so already.
TAKES_STOW = {'"Root": "/dicom-web/"': '"Root": "/(?:dicom-web(?!/studies(?:/[^/]*)?$)|dicomweb-plugin)/"'}

#: What opens the ways in that are closed as they come.
OPENED = {'"WebDavEnabled": false': '"WebDavEnabled": true'}


class Installations:
    """Starts installations whose orthanc.json is changed by replacements.

    The supervisor runs the orthanc.json beside its own package: so the package is copied, and the rest is linked.
    """

    def __init__(self, suite):
        self._suite, self._started, self._folders = suite, [], []

    def start(self, changes, data=None, **variables):
        self._folders.append(Path(tempfile.mkdtemp(prefix="hepatia-test-")))
        tree = self._folders[-1] / "tree"
        _copy(tree, changes)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(self._suite, "REPOSITORY", tree)
            running = self._suite.start_instance(data or self._folders[-1] / "data", demo=False, **variables)
        self._started.append(running)
        return running

    def stop(self):
        for one in self._started:
            self._suite.stop_process(one.process)
        for folder in self._folders:
            shutil.rmtree(folder, ignore_errors=True)


def _copy(tree, changes):
    tree.mkdir()
    without = shutil.ignore_patterns("__pycache__")
    shutil.copytree(REPOSITORY / "orthanc_plugin", tree / "orthanc_plugin", ignore=without)
    for name in ("requirements", "seg", "sr_templates", "indexer", "build", "ohif-extension", "pyproject.toml"):
        (tree / name).symlink_to(REPOSITORY / name)
    text = (REPOSITORY / "orthanc.json").read_text()
    for old, new in changes.items():
        assert old in text or new in text, old
        text = text if new in text else text.replace(old, new)
    (tree / "orthanc.json").write_text(text)


class Elsewhere:
    """A hospital's Orthanc without our plugin, which knows an installation of ours by all its protocols."""

    def __init__(self, suite, ours, **more):
        self._folder = Path(tempfile.mkdtemp(prefix="hepatia-test-"))
        self.url, self.dicom_port = f"http://127.0.0.1:{suite.free_port()}", suite.free_port()
        login, password = ours.account("sender")
        account = {"Username": login, "Password": password}
        configuration = {
            "StorageDirectory": str(self._folder),
            "IndexDirectory": str(self._folder),
            "HttpPort": int(self.url.rpartition(":")[2]),
            "DicomPort": self.dicom_port,
            "DicomAet": "ELSEWHERE",
            "RemoteAccessAllowed": False,
            "AuthenticationEnabled": False,
            "OverwriteInstances": True,
            "DicomAlwaysAllowFind": True,
            "DicomAlwaysAllowMove": True,
            "DicomModalities": {"hepatia": ["HEPATIA", "127.0.0.1", ours.dicom_port]},
            "OrthancPeers": {"hepatia": {"Url": ours.url} | account},
            "DicomWeb": {"Servers": {"hepatia": {"Url": f"{ours.url}/dicom-web/"} | account}},
            "Plugins": ["/usr/share/orthanc/plugins/libOrthancDicomWeb.so"],
        }
        (self._folder / "orthanc.json").write_text(json.dumps(configuration | more))
        environment = {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", "TCP_NODELAY": "1"}
        with (self._folder / "log").open("wb") as log:
            command = [ORTHANC, str(self._folder / "orthanc.json")]
            self._process = subprocess.Popen(command, env=environment, stdout=log, stderr=log, cwd=self._folder)
        self._stop_process = suite.stop_process
        wait_for(lambda: httpx.get(f"{self.url}/system", trust_env=False).status_code == 200)

    def stop(self):
        self._stop_process(self._process)
        shutil.rmtree(self._folder, ignore_errors=True)


def media_type(answer):
    """The media type of an answer as we gave it: to one that is not 200, Orthanc 1.12 adds text/plain as a second."""
    return answer.headers.get_list("content-type")[0]


def wait_for(condition, timeout_s=30):
    """Wait until a condition holds; a server that does not answer yet does not fulfil it."""
    deadline = time.monotonic() + timeout_s
    while True:
        try:
            if condition():
                return
        except httpx.TransportError:
            pass
        assert time.monotonic() < deadline
        time.sleep(0.1)
