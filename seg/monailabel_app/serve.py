"""Starts MONAI Label with the app: `python -m seg.monailabel_app.serve FOLDER`.

FOLDER has `models.json`; `server.json` is written when the server answers, mode 0600: its URL, that of the control
channel, and the token that both want. Everything temporary is below FOLDER and removed at the next start.
"""

from __future__ import annotations

import hmac
import json
import os
import secrets
import shutil
import socket
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from seg.monailabel_app.control import TOKEN_HEADER, Control

APP = Path(__file__).resolve().parent

#: What of MONAI Label's interface is open: the rest would read and write files of this machine.
PATHS = ("/infer/", "/info/")


def main(folder: Path) -> None:
    """Serve until the process is ended."""
    temporary = folder / "tmp"
    shutil.rmtree(temporary, ignore_errors=True)
    for one in (temporary, folder / "studies"):
        one.mkdir(parents=True, mode=0o700, exist_ok=True)
    os.environ["TMPDIR"] = str(temporary)
    # Orthanc has the right of way.
    os.nice(10)
    token = secrets.token_urlsafe(24)
    control = Control(token)
    control.start()
    _configure(folder)
    import uvicorn

    listening = socket.create_server(("127.0.0.1", 0))
    app = _guarded(_application(), token, lambda: _announce(folder, listening, control))
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning", access_log=False, lifespan="on"))
    server.run(sockets=[listening])


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


def _announce(folder: Path, listening: socket.socket, control: Control) -> None:
    url = f"http://127.0.0.1:{listening.getsockname()[1]}"
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


if __name__ == "__main__":
    main(Path(sys.argv[1]).absolute())
