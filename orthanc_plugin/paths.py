"""Where the parts of a clone or image lie."""

from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[1]
OHIF_FOLDER = REPOSITORY / "build" / "ohif"
EXTENSION_FOLDER = REPOSITORY / "ohif-extension" / "dist"
