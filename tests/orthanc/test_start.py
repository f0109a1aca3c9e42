"""What is wrong with the configuration or the code ends Orthanc: nothing may arrive without de-identification."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests import place

pytestmark = pytest.mark.orthanc

REPOSITORY = Path(__file__).resolve().parents[2]


@pytest.fixture
def start(tmp_path):
    """Start Orthanc with orthanc.json changed by one replacement; gives exit status and log, 0 when it went on."""
    if shutil.which("Orthanc") is None:
        pytest.skip("Orthanc is not installed; `make test` installs it")

    def run(old, new, **variables):
        text = (REPOSITORY / "orthanc.json").read_text()
        assert old in text
        (tmp_path / "orthanc.json").write_text(text.replace(old, new))
        environment = {
            "PATH": os.environ["PATH"],
            "LC_ALL": "C.UTF-8",
            "DATA": str(tmp_path / "data"),
            "HTTP_PORT": "0",
            "DICOM_PORT": "0",
            "HEPATIA_ROOT": str(place.ROOT),
            "PYTHONPATH": os.pathsep.join(place.SITE_PACKAGES),
        }
        (tmp_path / "data" / "orthanc").mkdir(parents=True, exist_ok=True)
        try:
            done = subprocess.run(
                place.orthanc(str(tmp_path / "orthanc.json")),
                env=environment | variables,
                capture_output=True,
                text=True,
                timeout=15,
                cwd=tmp_path,
            )
        except subprocess.TimeoutExpired:
            return 0, ""
        return done.returncode, done.stdout + done.stderr

    return run


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('"HepatIA": {', '"HepatIA": { "Dns": "",', '"Dns" is unknown'),
        ('"AuthenticationEnabled": true', '"AuthenticationEnabled": false', '"AuthenticationEnabled" must be true'),
        ("hepatia.py", "absent.py", "absent"),
    ],
)
def test_orthanc_does_not_start(start, old, new, message):
    status, log = start(old, new)
    assert status not in (0, None)
    assert message in log
    assert "Orthanc has started" not in log


def test_orthanc_does_not_start_without_our_packages(start):
    status, log = start("HepatIA", "HepatIA", PYTHONPATH="")
    assert status != 0
    assert "ModuleNotFoundError" in log
