"""Where the code under test is: this clone, or, with HEPATIA_IMAGE, an image that `make image` unpacked.

Names in capitals are of whichever it is.
"""

import os
import sys
from pathlib import Path

from orthanc_plugin.commands import postgresql

CLONE = Path(__file__).resolve().parents[1]
IMAGE = os.environ.get("HEPATIA_IMAGE", "")

#: The folder of the packages, and the folders that Orthanc's Python needs besides.
ROOT = Path("/opt/hepatia") if IMAGE else CLONE
SITE_PACKAGES = (
    ["/opt/hepatia/.venv/lib/python3.13/site-packages"]
    if IMAGE
    else [path for path in sys.path if path.endswith("site-packages")]
)

_RUN = str(CLONE / "tests" / "image" / "run.sh")


def hepatia(*arguments: str) -> list[str]:
    """The command line of `hepatia` with arguments."""
    program = [_RUN, "hepatia"] if IMAGE else [sys.executable, "-m", "orthanc_plugin.commands.main"]
    return [*program, *arguments]


def orthanc(*arguments: str) -> list[str]:
    """The command line of Orthanc alone."""
    # As root, which is what images of Orthanc run as by default.
    # Tests give it an environment of its own.
    as_root = ["env", f"HEPATIA_IMAGE={IMAGE}", "HEPATIA_IMAGE_USER=root", _RUN]
    return [*as_root, "Orthanc", *arguments] if IMAGE else ["/usr/sbin/Orthanc", *arguments]


def pg_dump(*arguments: str) -> list[str]:
    """The command line of PostgreSQL's pg_dump, of the version of the server."""
    if not IMAGE:
        return [str(postgresql.binaries() / "pg_dump"), *arguments]
    [program] = (Path(IMAGE) / "rootfs/usr/lib/postgresql").glob("*/bin/pg_dump")
    return [_RUN, "/" + str(program.relative_to(Path(IMAGE) / "rootfs")), *arguments]


def configured(orthanc_json: Path) -> dict[str, str]:
    """What has an installation of the image run with another orthanc.json; a clone has its own."""
    return {"HEPATIA_IMAGE_CONFIG": str(orthanc_json)} if IMAGE else {}
