"""Prepares OHIF for this project: npm's prebuilt viewer, unmodified but for the path that it is served below.

That path ends in /ohif/; what stands before it, behind a reverse proxy, the viewer finds out in the browser.

Usage: prepare_viewer.py FOLDER. Needs npm and nothing but Python's standard library.
"""

import base64
import gzip
import hashlib
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

PACKAGE = "@ohif/app@3.13.2"
INTEGRITY = "WZdxmpmG7rqFgW9ZJLcbgr3XCtLi1KDNPoMaeY5PPe6j4G4fjEjjkycZM6C6Zk2F87BKxFfpq+jd5xXZB9E8EA=="

#: What chunks, workers and wasm are fetched from: the folder that the script itself came from.
FOLDER = 'new URL(".", self.document ? document.currentScript.src : self.location.href).href'

#: Addresses in the page are relative to it (static.py counts how deep it is), and Orthanc hides slashes at the end from
#: us: so there is one spelling, /ohif/ with a slash and /ohif/viewer without.
ONE_SPELLING = """<script>{
const there = location.pathname.replace(/\\/+$/, "").replace(/\\/ohif$/, "/ohif/");
if (there !== location.pathname) location.replace(there + location.search + location.hash);
}</script>"""

#: 136 MB for segmentation by AI in the browser, which the HepatIA mode does not offer.
LEFT_OUT = ("ort", "_headers", "_redirects")
LEFT_OUT_SUFFIXES = (".map",)

#: What is compressed once here, so that the server need not do it for every request.
COMPRESSED_SUFFIXES = (".js", ".mjs", ".css", ".wasm", ".json", ".html", ".svg")
SMALLEST_COMPRESSED = 20_000

#: File pattern, text, replacement, and how often the text must be there in this version of the viewer.
EDITS = (
    ("*.js", r'__webpack_require__\.p = "/";', f"__webpack_require__.p = {FOLDER};", 8),
    (
        "*.js",
        r"ImportFunction\('/dicom-microscopy-viewer/",
        "ImportFunction(window.PUBLIC_URL+'dicom-microscopy-viewer/",
        1,
    ),
    ("*.css", r"url\(/(?!/)", "url(", 5),
    ("index.html", r'(href|src|content)="/(?!/)', r'\1="./', 33),
    ("index.html", r'window\.PUBLIC_URL="/"', 'window.PUBLIC_URL=new URL("./",location.href).pathname', 2),
    ("index.html", r'<meta charset="UTF-8">', r"\g<0>" + ONE_SPELLING, 1),
)


def main(target: Path) -> None:
    """Fetch, check, unpack, relocate, configure and compress the viewer into a folder."""
    with tempfile.TemporaryDirectory(dir=target.parent) as name:
        folder = Path(name)
        unpack(fetch(folder), folder)
        viewer = folder / "package" / "dist"
        relocate(viewer)
        shutil.copyfile(Path(__file__).with_name("app-config.js"), viewer / "app-config.js")
        compress(viewer)
        shutil.rmtree(target, ignore_errors=True)
        viewer.rename(target)


def fetch(folder: Path) -> Path:
    """Return the package's archive, its contents checked."""
    command = ["npm", "pack", PACKAGE, "--pack-destination", str(folder), "--loglevel=error"]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    archive = next(folder.glob("*.tgz"))
    digest = base64.b64encode(hashlib.sha512(archive.read_bytes()).digest()).decode()
    if digest != INTEGRITY:
        raise SystemExit(f"{PACKAGE} is not the package that was pinned: its SHA-512 differs. Nothing was installed.")
    return archive


def unpack(archive: Path, folder: Path) -> None:
    """Unpack what is used of the archive."""
    with tarfile.open(archive) as package:
        # The contents are pinned by their hash, so every name is known to be harmless.
        package.extractall(folder, [member for member in package if _is_used(member.name)])


def relocate(viewer: Path) -> None:
    """Move the viewer's addresses below PREFIX; a count that differs means another viewer, and stops."""
    for pattern, text, replacement, expected in EDITS:
        count = 0
        for file in sorted(viewer.glob(pattern)):
            changed, here = re.subn(text, replacement, file.read_text(encoding="utf-8"))
            if here:
                file.write_text(changed, encoding="utf-8")
            count += here
        if count != expected:
            raise SystemExit(f"{PACKAGE}: {count} places of {text} in {pattern}, expected {expected}; see EDITS.")


def compress(viewer: Path) -> None:
    """Write a .gz beside every large file that shrinks."""
    for file in viewer.rglob("*"):
        if file.suffix in COMPRESSED_SUFFIXES and file.stat().st_size >= SMALLEST_COMPRESSED:
            # Without a time stamp, the same viewer gives the same bytes.
            packed = gzip.compress(file.read_bytes(), compresslevel=6, mtime=0)
            file.with_name(file.name + ".gz").write_bytes(packed)


def _is_used(name: str) -> bool:
    parts = name.split("/")
    return parts[:2] == ["package", "dist"] and parts[2] not in LEFT_OUT and not name.endswith(LEFT_OUT_SUFFIXES)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        raise SystemExit(__doc__)
    destination = Path(sys.argv[1]).absolute()
    destination.parent.mkdir(parents=True, exist_ok=True)
    main(destination)
