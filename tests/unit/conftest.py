"""What judges files for all unit tests."""

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest


@pytest.fixture
def dicom_errors(tmp_path: Path) -> Callable[[bytes], list[str]]:
    """The error lines of dciodvfy about a file."""
    if not shutil.which("dciodvfy"):
        pytest.skip("dciodvfy is not installed (Debian package dicom3tools)")

    def errors(data: bytes) -> list[str]:
        (tmp_path / "judged.dcm").write_bytes(data)
        command = ["dciodvfy", "-new", str(tmp_path / "judged.dcm")]
        done = subprocess.run(command, capture_output=True, text=True, errors="replace", check=False)
        return [line for line in (done.stdout + done.stderr).splitlines() if line.startswith("Error")]

    return errors
