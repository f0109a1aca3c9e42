"""The control channel: a second HTTP port in a thread of its own, which answers while an inference runs."""

import hmac
import json
import threading
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from seg.monailabel_app.work import WORK

#: The header that carries the token of `server.json`, here and at MONAI Label's own port.
TOKEN_HEADER = "X-HepatIA-Token"  # noqa: S105 -- a name


class Control(ThreadingHTTPServer):
    """`GET /health`, `POST /cancel?job=`, by default on a free port of the loopback interface."""

    daemon_threads = True

    def __init__(self, token: str, name: str = "127.0.0.1", host: str = "127.0.0.1", port: int = 0) -> None:
        super().__init__((host, port), _Handler)
        self.token, self._name = token, name

    @property
    def url(self) -> str:
        """Where it answers."""
        return f"http://{self._name}:{self.server_address[1]}"

    def start(self) -> None:
        """Answer, until the process ends."""
        threading.Thread(target=self.serve_forever, name="control", daemon=True).start()


class _Handler(BaseHTTPRequestHandler):
    server: Control

    def do_GET(self) -> None:
        """Say what runs."""
        self._answer("/health", lambda _query: WORK.told())

    def do_POST(self) -> None:
        """Cancel."""
        self._answer("/cancel", self._cancel)

    def log_message(self, *_args: object) -> None:
        """Leave the log to what matters: the plugin asks several times a second."""

    @staticmethod
    def _cancel(query: Mapping[str, list[str]]) -> Mapping[str, Any]:
        WORK.cancel(query.get("job", [""])[0])
        return WORK.told()

    def _answer(self, path: str, answer: Any) -> None:  # noqa: ANN401 -- a function of the query
        url = urlsplit(self.path)
        if not hmac.compare_digest(self.headers.get(TOKEN_HEADER, "").encode(), self.server.token.encode()):
            status, body = 403, b""
        elif url.path != path:
            status, body = 404, b""
        else:
            status, body = 200, json.dumps(answer(parse_qs(url.query))).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
