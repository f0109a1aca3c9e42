"""The version of HepatIA, written once, in pyproject.toml."""

import tomllib
from importlib import metadata

from orthanc_plugin.paths import REPOSITORY


def _read() -> str:
    try:
        return metadata.version("hepatia-orthanc")
    except metadata.PackageNotFoundError:
        # A clone that was put on the path without being installed.
        return str(tomllib.loads((REPOSITORY / "pyproject.toml").read_text())["project"]["version"])


VERSION = _read()
