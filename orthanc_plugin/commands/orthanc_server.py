"""Orthanc as a service: `orthanc.json` of the repository plus the accounts of DATA."""

import json
import os
import signal
import sys
import time
from pathlib import Path

import httpx

from orthanc_plugin.commands.service import Service, ServiceError
from orthanc_plugin.commands.site import REPOSITORY, Site
from orthanc_plugin.private_files import write_private

#: Where PostgreSQL's client library finds what does not belong into DSN: a password, an authority's certificate.
LIBPQ = ("PGPASSFILE", "PGPASSWORD", "PGSERVICEFILE", "PGSSLMODE", "PGSSLROOTCERT", "PGSSLCERT", "PGSSLKEY")

#: What the processes we start may see of the caller's environment, beside what is set here.
PASSED_ON = ("PATH", "HOME", "LANG", "TZ", "TMPDIR", "REMOTE_ACCESS", *LIBPQ)


def service(site: Site) -> Service:
    """Return Orthanc with the plugin as a service; its folders and configuration made when absent."""
    (site.data / "orthanc").mkdir(parents=True, exist_ok=True, mode=0o700)
    command = ["/usr/sbin/Orthanc", str(configuration(site))]
    # Debian's Orthanc stops on SIGTERM as on Ctrl-C: the plugin ends its threads, the database is closed.
    return Service("Orthanc", command, environment(site), site.data / "logs" / "orthanc.log", signal.SIGTERM)


def configuration(site: Site) -> Path:
    """Write the folder that Orthanc reads its configuration from.

    `orthanc.json` is linked, not copied: what the repository says is what runs. The accounts stand beside it because
    a password has no place in `orthanc.json`.
    """
    folder = site.data / "configuration"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    link = folder / "10-orthanc.json"
    link.unlink(missing_ok=True)
    link.symlink_to(REPOSITORY / "orthanc.json")
    accounts = json.loads(site.users_file.read_text())
    users = {login: account["password"] for login, account in accounts.items()}
    write_private(folder / "20-users.json", json.dumps({"RegisteredUsers": users}))
    return folder


def environment(site: Site) -> dict[str, str]:
    """Return Orthanc's environment: the variables that `orthanc.json` names, and the Python that it embeds."""
    inherited = {name: os.environ[name] for name in PASSED_ON if name in os.environ}
    return inherited | {
        "DATA": str(site.data),
        "HTTP_PORT": str(site.http_port),
        "DICOM_PORT": str(site.dicom_port),
        "DSN": site.dsn,
        "MONAILABEL": site.monailabel,
        "HEPATIA_ROOT": str(REPOSITORY),
        # Orthanc embeds the system's Python and ignores VIRTUAL_ENV: this alone makes it find our packages first.
        "PYTHONPATH": os.pathsep.join([str(REPOSITORY), *_site_packages()]),
        "PYTHONDONTWRITEBYTECODE": "",
        # Without it, every C-STORE waits for delayed acknowledgements: 15 instances/s instead of 100 and more.
        "TCP_NODELAY": "1",
        "LC_ALL": "C.UTF-8",
    }


def wait_until_ready(server: Service, site: Site, timeout_s: float = 120.0) -> None:
    """Wait until our own API answers that all is well.

    Raises
    ------
    ServiceError
        Orthanc ended (another program on its port, a configuration error), or the API did not answer in time.
    """
    credentials = site.password("admin")
    deadline = time.monotonic() + timeout_s
    answer = "no answer"
    while time.monotonic() < deadline:
        server.check()
        try:
            response = httpx.get(f"{site.url}/hepatia/api/status", auth=credentials, timeout=10)
            answer = f"HTTP {response.status_code}"
            if response.status_code == 200 and response.json()["status"] == "ok":
                return
        except httpx.TransportError:
            pass
        time.sleep(0.1)
    raise ServiceError(f"Orthanc did not become healthy in {timeout_s:.0f} s ({answer}). Its log: {server.log}")


def _site_packages() -> list[str]:
    return [path for path in sys.path if path.endswith("site-packages")]
