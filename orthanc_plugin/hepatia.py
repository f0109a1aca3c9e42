"""The script that Orthanc loads. An error here ends Orthanc: nothing may arrive without de-identification."""

import sys
from pathlib import Path

# Orthanc has put this folder on the path; our packages are beside it, and no sibling may be imported twice.
sys.path[:] = [
    str(Path(__file__).resolve().parents[1]),
    *(path for path in sys.path if path != str(Path(__file__).parent)),
]

from orthanc_plugin import register  # noqa: E402

register.register()
