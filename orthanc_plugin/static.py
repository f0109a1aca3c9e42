"""The viewer's files: OHIF below /ohif/, the extension below /hepatia/ui/."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from orthanc_plugin.wsgi import Response

MIME_TYPES = {
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".mjs": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".json": "application/json",
    ".map": "application/json",
    ".wasm": "application/wasm",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".ico": "image/x-icon",
    ".woff": "font/woff",
    ".woff2": "font/woff2",
    ".ttf": "font/ttf",
    ".txt": "text/plain; charset=utf-8",
}

#: A file whose name holds the hash of its contents never changes.
HASHED = re.compile(r"(^|[.-])[0-9a-f]{16,}\.")


@dataclass(frozen=True)
class Tree:
    """A folder that is served.

    Parameters
    ----------
    fallback
        File for every path without a dot in its last part: pages of a single-page application. Its addresses are
        relative to the tree ("./app.js"), and are made relative to the page.
    """

    folder: Path
    fallback: str = ""


def serve(tree: Tree, path: str, headers: Mapping[str, str]) -> Response:
    """Answer a GET.

    Parameters
    ----------
    path
        Relative to the tree, decoded.
    headers
        Of the request, names in lower case.
    """
    file = _find(tree, path)
    if file is None:
        return Response(404, {"Content-Type": "text/plain; charset=utf-8"}, b"There is no such file.\n")
    sent, encoding = _compressed(file, headers)
    status = sent.stat()
    etag = f'"{status.st_mtime_ns:x}-{status.st_size:x}"'
    immutable = HASHED.search(file.name) is not None
    answered = {
        "Content-Type": MIME_TYPES.get(file.suffix, "application/octet-stream"),
        "Cache-Control": "private, max-age=31536000, immutable" if immutable else "no-cache",
        "ETag": etag,
        "Vary": "Accept-Encoding",
        "X-Content-Type-Options": "nosniff",
    } | encoding
    if headers.get("if-none-match") == etag:
        return Response(304, answered)
    page = file.name == tree.fallback
    return Response(200, answered, _at_depth(sent.read_bytes(), path) if page else sent.read_bytes())


def _find(tree: Tree, path: str) -> Path | None:
    root = tree.folder.resolve()
    if "\0" in path:
        return None
    file = (root / path.lstrip("/")).resolve()
    if file.is_relative_to(root) and file.is_file():
        return file
    is_page = "." not in path.rpartition("/")[2]
    fallback = root / tree.fallback
    return fallback if tree.fallback and is_page and file.is_relative_to(root) and fallback.is_file() else None


def _at_depth(page: bytes, path: str) -> bytes:
    """Return a page of the tree with addresses that lead out of the folders that its path has."""
    depth = path.strip("/").count("/")
    return page.replace(b'"./', b'"' + b"../" * depth) if depth else page


def _compressed(file: Path, headers: Mapping[str, str]) -> tuple[Path, dict[str, str]]:
    packed = file.with_name(file.name + ".gz")
    if "gzip" in headers.get("accept-encoding", "") and packed.is_file():
        return packed, {"Content-Encoding": "gzip"}
    return file, {}
