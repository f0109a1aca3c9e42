"""Orthanc as a service: `orthanc.json` of the repository plus the accounts of DATA."""

import json
import os
import signal
import sys
from pathlib import Path

import httpx

from orthanc_plugin.commands.liveness import Answer
from orthanc_plugin.commands.service import Service
from orthanc_plugin.commands.site import REPOSITORY, Site, SiteError
from orthanc_plugin.private_files import write_private

#: Where PostgreSQL's client library finds what does not belong into DSN: a password, an authority's certificate.
LIBPQ = ("PGPASSFILE", "PGPASSWORD", "PGSERVICEFILE", "PGSSLMODE", "PGSSLROOTCERT", "PGSSLCERT", "PGSSLKEY")

#: What the processes we start may see of the caller's environment, beside what is set here.
PASSED_ON = ("PATH", "HOME", "LANG", "TZ", "TMPDIR", "REMOTE_ACCESS", *LIBPQ)

#: How long an answer may take until it counts as none.
ASK_S = 8.0


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


def ask(site: Site) -> Answer:
    """Ask Orthanc how it is.

    /system wants Orthanc's mutex and, for the check of who asks, Python's: an Orthanc that is dead-locked does not give
    it. It wants neither PostgreSQL nor a thread of our API, which may be busy for good reasons. What our API answers
    says that the plugin is through with its start.
    """
    try:
        try:
            credentials = site.password("admin")
        except SiteError:
            # Nobody is the admin here: all that can be seen is that Orthanc answers.
            httpx.get(f"{site.url}/system", timeout=ASK_S, trust_env=False)
            return Answer.READY
        with httpx.Client(base_url=site.url, auth=credentials, timeout=ASK_S, trust_env=False) as client:
            if client.get("/system").status_code != 200:
                return Answer.ALIVE
            return Answer.READY if client.get("/hepatia/api/me").status_code == 200 else Answer.ALIVE
    except (httpx.HTTPError, OSError, ValueError):
        return Answer.NONE


def _site_packages() -> list[str]:
    return [path for path in sys.path if path.endswith("site-packages")]
