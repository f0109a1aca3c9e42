"""Starts MONAI Label with the app: `python -m seg.monailabel_app.serve FOLDER [--name NAME --port PORT]`.

FOLDER has `models.json`, which the plugin writes; `server.json` is written when the server answers, mode 0600: its URL,
that of the control channel, and the token that both want. Everything temporary is below FOLDER and removed at the next
start. In a container of its own, NAME is what the plugin's container calls it, and FOLDER is shared with the plugin.
"""

from __future__ import annotations

import argparse
import hmac
import json
import os
import secrets
import shutil
import socket
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from seg.monailabel_app.control import TOKEN_HEADER, Control

APP = Path(__file__).resolve().parent

#: What of MONAI Label's interface is open: the rest would read and write files of this machine.
PATHS = ("/infer/", "/info/")


#: Between two looks for `models.json`.
PAUSE_S = 1.0


@dataclass(frozen=True)
class Place:
    """Where the server answers: by default on free ports of the loopback interface.

    Parameters
    ----------
    name
        Host in the URLs that `server.json` tells; another one than the default opens the ports to the network.
    port
        Port of MONAI Label; that of the control channel is the next one. 0 for free ones.
    """

    name: str = "127.0.0.1"
    port: int = 0

    @property
    def host(self) -> str:
        """What is listened on."""
        return self.name if self.name == "127.0.0.1" else "0.0.0.0"  # noqa: S104 -- asked for; the token is wanted

    @property
    def control_port(self) -> int:
        """Port of the control channel."""
        return self.port + 1 if self.port else 0


def main(folder: Path, place: Place) -> None:
    """Serve until the process is ended."""
    _wait_for(folder / "models.json")
    temporary = folder / "tmp"
    shutil.rmtree(temporary, ignore_errors=True)
    for one in (temporary, folder / "studies"):
        one.mkdir(parents=True, mode=0o700, exist_ok=True)
    os.environ["TMPDIR"] = str(temporary)
    # Orthanc has the right of way.
    os.nice(10)
    token = secrets.token_urlsafe(24)
    control = Control(token, place.name, place.host, place.control_port)
    control.start()
    _configure(folder)
    import uvicorn

    listening = socket.create_server((place.host, place.port))
    app = _guarded(_application(), token, lambda: _announce(folder, place, listening, control))
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning", access_log=False, lifespan="on"))
    server.run(sockets=[listening])


def _wait_for(models: Path) -> None:
    while not models.exists():
        print(f"{models} is not there yet: the plugin writes it when it starts", flush=True)
        time.sleep(PAUSE_S)


def _configure(folder: Path) -> None:
    """Set what MONAI Label reads when it is imported."""
    off = ("SESSIONS", "DATASTORE_AUTO_RELOAD", "TASKS_TRAIN", "TASKS_SCORING", "TASKS_BATCH_INFER", "TRACKING_ENABLED")
    os.environ |= {f"MONAI_LABEL_{name}": "false" for name in off}
    os.environ |= {
        "MONAI_LABEL_APP_DIR": str(APP),
        "MONAI_LABEL_STUDIES": str(folder / "studies"),
        "MONAI_LABEL_APP_CONF": json.dumps({"models": str(folder / "models.json")}),
    }


def _application() -> Any:  # noqa: ANN401 -- MONAI Label's FastAPI application
    from monailabel.app import app

    return app


def _announce(folder: Path, place: Place, listening: socket.socket, control: Control) -> None:
    url = f"http://{place.name}:{listening.getsockname()[1]}"
    told = {"state": "ok", "url": url, "control": control.url, "token": control.token, "pid": os.getpid()}
    path = folder / "server.json"
    new = path.with_name("server.json.new")
    new.touch(mode=0o600)
    new.write_text(json.dumps(told))
    new.replace(path)


def _guarded(app: Any, token: str, started: Callable[[], None]) -> Callable[..., Awaitable[None]]:  # noqa: ANN401
    """Return the application for who has the token, and for the paths that are needed."""

    async def call(scope: dict[str, Any], receive: Any, send: Any) -> None:  # noqa: ANN401 -- ASGI's
        if scope["type"] == "http" and not _may(scope, token):
            await send({"type": "http.response.start", "status": 403, "headers": []})
            await send({"type": "http.response.body", "body": b""})
            return
        if scope["type"] == "lifespan":

            async def send_and_tell(message: dict[str, Any]) -> None:
                await send(message)
                if message["type"] == "lifespan.startup.complete":
                    started()

            await app(scope, receive, send_and_tell)
            return
        await app(scope, receive, send)

    return call


def _may(scope: dict[str, Any], token: str) -> bool:
    given = dict(scope["headers"]).get(TOKEN_HEADER.lower().encode(), b"")
    return hmac.compare_digest(given, token.encode()) and scope["path"].startswith(PATHS)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="seg.monailabel_app.serve")
    parser.add_argument("folder", type=Path)
    parser.add_argument(
        "--name", default=Place.name, help="host name in the URLs; another opens the ports to the network"
    )
    parser.add_argument("--port", type=int, default=Place.port, help="and the next one for the control channel")
    return parser.parse_args()


if __name__ == "__main__":
    given = _arguments()
    main(given.folder.absolute(), Place(given.name, given.port))
