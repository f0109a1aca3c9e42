"""One installation: where its data are, on which ports it answers, which PostgreSQL it uses."""

import json
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

#: The clone or image that holds `orthanc.json`, `build/ohif` and the packages.
REPOSITORY = Path(__file__).resolve().parents[2]

#: Longest path of a Unix socket that Linux takes (sun_path), less PostgreSQL's own file name and a margin.
LONGEST_SOCKET_FOLDER = 80


class SiteError(ValueError):
    """A variable of the environment is not usable; the message names it."""


@dataclass(frozen=True)
class Site:
    """The variables of `make run`, checked."""

    data: Path
    http_port: int
    dicom_port: int
    demo: bool
    ai: bool
    external_dsn: str
    monailabel: str
    shows_passwords: bool = True

    @classmethod
    def from_environment(cls, environ: Mapping[str, str]) -> "Site":
        """Read DATA, HTTP_PORT, DICOM_PORT, DEMO, AI, DSN, MONAILABEL and SHOW_PASSWORDS.

        Raises
        ------
        SiteError
            A port is not a port, or a switch is neither 0 nor 1.
        """
        return cls(
            data=Path(environ.get("DATA") or "./var").absolute(),
            http_port=_port(environ, "HTTP_PORT", 8042),
            dicom_port=_port(environ, "DICOM_PORT", 4242),
            demo=_switch(environ, "DEMO"),
            ai=_switch(environ, "AI"),
            external_dsn=environ.get("DSN", ""),
            monailabel=environ.get("MONAILABEL") or ("auto" if _switch(environ, "AI") else ""),
            shows_passwords=_switch(environ, "SHOW_PASSWORDS"),
        )

    @property
    def keeps_monailabel(self) -> bool:
        """Whether the MONAI Label server of DATA/monailabel is ours to start; with AI=0 it is another container's."""
        return self.ai and self.monailabel == "auto"

    @property
    def url(self) -> str:
        """Origin of everything that speaks HTTP here."""
        return f"http://127.0.0.1:{self.http_port}"

    @property
    def ready_file(self) -> Path:
        """`ready.json`: exists while everything answers."""
        return self.data / "ready.json"

    @property
    def servers_file(self) -> Path:
        """`servers.json`: how the servers are, as the supervisor sees them."""
        return self.data / "servers.json"

    @property
    def notes(self) -> Path:
        """Folder where the supervisor writes down which processes are its own."""
        return self.data / "run"

    @property
    def users_file(self) -> Path:
        """`users.json`: accounts, mode 0600."""
        return self.data / "users.json"

    @property
    def socket_folder(self) -> Path:
        """Folder of the embedded PostgreSQL's socket; under DATA unless that path is too long for a socket."""
        folder = self.data / "postgresql" / "socket"
        if len(str(folder)) <= LONGEST_SOCKET_FOLDER:
            return folder
        return Path(tempfile.gettempdir()) / f"hepatia-{sha256(str(self.data).encode()).hexdigest()[:12]}"

    @property
    def dsn(self) -> str:
        """Connection string of the index."""
        return self.external_dsn or f"host={self.socket_folder} user=hepatia dbname=hepatia"

    def password(self, role: str) -> tuple[str, str]:
        """Return login and password of the first account with a role.

        Raises
        ------
        SiteError
            There is no such account; `users.json` is written at the first start.
        """
        accounts = json.loads(self.users_file.read_text()) if self.users_file.exists() else {}
        for login, account in accounts.items():
            if account["role"] == role:
                return login, account["password"]
        raise SiteError(f"No account with the role {role} in {self.users_file}; start HepatIA once, or add one.")


def _port(environ: Mapping[str, str], name: str, default: int) -> int:
    text = environ.get(name) or str(default)
    if not text.isdecimal() or not 0 < int(text) < 65536:
        raise SiteError(f"{name} must be a port between 1 and 65535.")
    return int(text)


def _switch(environ: Mapping[str, str], name: str) -> bool:
    text = environ.get(name) or "1"
    if text not in ("0", "1"):
        raise SiteError(f"{name} must be 0 or 1.")
    return text == "1"
