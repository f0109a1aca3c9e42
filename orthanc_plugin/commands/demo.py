"""The demo: a synthetic four-phase liver study, sent in by C-STORE as any scanner would."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import httpx

from orthanc_plugin.commands.service import ServiceError
from orthanc_plugin.commands.site import REPOSITORY, Site
from orthanc_plugin.deidentification import keys

#: The made-up patient of the phantom: what arrives under this identity is stored under its pseudonym.
PATIENT_ID = "DEMO-0001"


def is_loaded(site: Site) -> bool:
    """Whether the demo study is already in the archive."""
    pseudonym = keys.load_or_create(site.data / "secret.key").pseudonym(PATIENT_ID, "")
    response = httpx.get(
        f"{site.url}/dicom-web/studies", params={"PatientID": pseudonym}, auth=site.password("admin"), timeout=30
    )
    response.raise_for_status()
    return bool(response.json())


def load(site: Site) -> int:
    """Generate the study in a temporary folder and send it; return the number of instances.

    Raises
    ------
    ServiceError
        The study could not be made, or an instance was refused.
    """
    with tempfile.TemporaryDirectory(prefix="hepatia-demo-") as name:
        folder = Path(name)
        command = [sys.executable, "-m", "seg.phantom", name, "--size", "viewer", "--patient-id", PATIENT_ID]
        _run(command, "The phantom could not be made")
        files = sorted(folder.rglob("*.dcm"))
        send(site, files)
        return len(files)


def send(site: Site, files: list[Path]) -> None:
    """Send DICOM files to this installation with DCMTK's storescu.

    Raises
    ------
    ServiceError
        An instance was refused.
    """
    command = ["storescu", "--propose-jls-lossless", "--required", "-aec", "HEPATIA", "127.0.0.1", str(site.dicom_port)]
    _run([*command, *map(str, files)], "The study was not accepted")


def _run(command: list[str], failure: str) -> None:
    environment = dict(os.environ) | {"TCP_NODELAY": "1"}
    done = subprocess.run(command, cwd=REPOSITORY, env=environment, capture_output=True, check=False)  # noqa: S603
    if done.returncode != 0:
        raise ServiceError(f"{failure}:\n{done.stderr.decode(errors='replace')[-2000:]}")
