"""Where Orthanc's DICOMweb answers, and how we stand before it.

DICOMweb 1.7 takes POST of STOW-RS before any callback of ours can, and serves GET of the same paths by the same
patterns. So "Root" in orthanc.json, which it puts before each of its patterns, is a regular expression that fits
neither path of STOW-RS, and a second name of all paths, which is where we ask it. It puts "Root" into the URLs of its
answers too: all answers that hold URLs come by us and have them made right. Frames, files and renderings do not.
DICOMweb has "PublicRoot" for the URLs since 1.8.
"""

import json
import re
from dataclasses import dataclass

ROOT = "/dicom-web"

#: What we stand before: a regular expression.
PATHS = f"{ROOT}/(?:studies(?:/[^/]*)?|series|instances|studies/.*/(?:series|instances|metadata))"

#: The second name.
PLUGIN_ROOT = "/dicomweb-plugin"


def is_store(method: str, uri: str) -> bool:
    """Whether a request is STOW-RS by the second name: DICOMweb would have Orthanc parse what nobody has judged."""
    return method == "POST" and "/" + uri.lstrip("/").partition("/")[0] == PLUGIN_ROOT


@dataclass(frozen=True)
class DicomWeb:
    """Orthanc's DICOMweb as we ask it.

    Parameters
    ----------
    root
        Where it answers to everything.
    in_urls
        What its URLs have instead of ROOT.
    """

    root: str = ROOT
    in_urls: str = ROOT

    @property
    def is_behind_us(self) -> bool:
        """Whether requests for PATHS come to us."""
        return self.root != ROOT

    def url(self, path: str, query: str) -> str:
        """Return where to ask for a path below ROOT."""
        return self.root + path.removeprefix(ROOT) + (f"?{query}" if query else "")

    def corrected(self, media_type: str, body: bytes) -> bytes:
        """Return an answer with right URLs; files are left alone, for they hold none."""
        if not self.is_behind_us or "application/dicom+" not in media_type:
            return body
        if media_type.startswith("multipart/"):
            # The lengths that parts of XML say would be wrong, and need not be said.
            body = re.sub(rb"(?i)\r\nContent-Length: *\d+", b"", body)
        return body.replace(self.in_urls.encode(), ROOT.encode())


def configured(configuration: str) -> DicomWeb:
    """Return DICOMweb as a configuration has it.

    Parameters
    ----------
    configuration
        JSON text of the whole configuration.
    """
    root = str(json.loads(configuration).get("DicomWeb", {}).get("Root", ROOT)).rstrip("/")
    pattern = re.compile(f"{root}/studies")
    if pattern.fullmatch(f"{ROOT}/studies") or not pattern.fullmatch(f"{PLUGIN_ROOT}/studies"):
        return DicomWeb()
    return DicomWeb(PLUGIN_ROOT, root)
