"""`hepatia export`: has the running server make a dataset, and fetches it part by part."""

import shutil
import sys
import tempfile
import time
import zipfile
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

import httpx

from orthanc_plugin.commands.site import Site, SiteError

POLL_S = 1.0
BLOCK = 1 << 20


@dataclass(frozen=True)
class Wanted:
    """What the command line asks for.

    Parameters
    ----------
    output
        A new or empty folder, or the name of a zip file.
    """

    query: str
    output: Path
    images: str
    masks: str
    answers: bool
    name: str


def export(site: Site, wanted: Wanted) -> int:
    """Have a dataset made, fetch and check it, and delete it on the server; return the exit status.

    Raises
    ------
    SiteError
        The server does not answer, or refuses; or there is something at the output already.
    """
    _check_output(wanted.output)
    with httpx.Client(
        base_url=f"{site.url}/hepatia/api", auth=site.password("admin"), timeout=600, trust_env=False
    ) as client:
        try:
            identifier = _ask(client, wanted)
            try:
                made = _wait(client, identifier)
                _fetch(client, made, wanted.output)
            finally:
                client.delete(f"/exports/{identifier}")
        except httpx.TransportError as error:
            raise SiteError(f"{site.url} does not answer ({type(error).__name__}); start it with `make run`.") from None
    print(f"{made['exams']} exams, {made['bytes']} bytes: {wanted.output}")
    return 0


def _check_output(output: Path) -> None:
    if output.exists() and (output.suffix == ".zip" or not output.is_dir() or any(output.iterdir())):
        raise SiteError(f"{output} is there already; name a new file.zip, or a new or empty folder.")


def _ask(client: httpx.Client, wanted: Wanted) -> str:
    include = {"images": wanted.images, "masks": wanted.masks, "answers": wanted.answers}
    answer = client.post("/exports", json={"query": wanted.query, "name": wanted.name, "include": include})
    return str(_checked(answer)["id"])


def _wait(client: httpx.Client, identifier: str) -> dict[str, Any]:
    shown = ""
    while True:
        made = _checked(client.get(f"/exports/{identifier}"))
        if made["state"] == "done":
            return made
        if made["state"] != "running":
            raise SiteError((made["error"] or {}).get("message", "The export was cancelled."))
        told = f"{made['exams_done']} of {made['exams']} exams"
        if told != shown:
            shown = told
            print(told, file=sys.stderr)
        time.sleep(POLL_S)


def _fetch(client: httpx.Client, made: dict[str, Any], output: Path) -> None:
    """Fetch the parts one by one, each checked before it is unpacked."""
    output.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".hepatia-export-", dir=output.parent) as folder:
        for part in made["parts"]:
            path = Path(folder) / "part.zip"
            _download(client, f"/exports/{made['id']}/download?part={part['number']}", path)
            if _digest(path) != part["sha256"]:
                raise SiteError(f"Part {part['number']} came damaged; try again.")
            if output.suffix == ".zip":
                _append(path, Path(folder) / "whole.zip")
            else:
                _unpack(path, output)
        if output.suffix == ".zip":
            (Path(folder) / "whole.zip").replace(output)


def _download(client: httpx.Client, url: str, path: Path) -> None:
    with client.stream("GET", url) as answer, path.open("wb") as file:
        if answer.is_error:
            answer.read()
            _checked(answer)
        for block in answer.iter_bytes(BLOCK):
            file.write(block)


def _unpack(part: Path, folder: Path) -> None:
    folder.mkdir(exist_ok=True)
    with zipfile.ZipFile(part) as opened:
        # The names are the server's own; extractall keeps them below the folder in any case.
        opened.extractall(folder)


def _append(part: Path, whole: Path) -> None:
    """Add the files of a part to one zip file."""
    with zipfile.ZipFile(part) as source, zipfile.ZipFile(whole, "a") as target:
        for entry in source.infolist():
            with source.open(entry) as file, target.open(_same(entry), "w", force_zip64=True) as copy:
                shutil.copyfileobj(file, copy, BLOCK)


def _same(entry: zipfile.ZipInfo) -> zipfile.ZipInfo:
    copy = zipfile.ZipInfo(entry.filename, entry.date_time)
    copy.compress_type, copy.external_attr = entry.compress_type, entry.external_attr
    return copy


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        digest = sha256()
        while block := file.read(BLOCK):
            digest.update(block)
    return digest.hexdigest()


def _checked(answer: httpx.Response) -> dict[str, Any]:
    """Return the JSON of an answer; a refusal in the server's words."""
    if not answer.is_error:
        return dict(answer.json())
    try:
        message = str(answer.json()["error"]["message"])
    except (ValueError, KeyError, TypeError):
        message = f"The server answered {answer.status_code}."
    raise SiteError(message)
