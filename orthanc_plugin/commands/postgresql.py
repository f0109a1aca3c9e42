"""The embedded PostgreSQL: a cluster under DATA, made from Debian's server binaries, on a socket only."""

import contextlib
import os
import pwd
import shutil
import signal
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path

import psycopg2

from orthanc_plugin.commands.liveness import Answer
from orthanc_plugin.commands.service import Service, ServiceError

#: The account that owns the cluster when we are root: the server refuses to run as root.
SERVER_ACCOUNT = "postgres"

#: How long an answer may take until it counts as none.
ASK_S = 5

SETTINGS = {
    "listen_addresses": "",
    # The index can be made again from DICOM: a commit need not wait for the disk. The cluster stays crash-safe.
    "synchronous_commit": "off",
    "shared_buffers": "128MB",
    "max_connections": "60",
    "log_min_messages": "warning",
    # Statements carry pseudonyms only, yet no value belongs into a log.
    "log_statement": "none",
    "log_parameter_max_length_on_error": "0",
}


def binaries() -> Path:
    """Return the folder of the newest PostgreSQL server that Debian has installed.

    Raises
    ------
    ServiceError
        There is none.
    """
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: float(path.parts[-3]))
    if not found:
        raise ServiceError("PostgreSQL's server is not installed; `make run` installs Debian's package `postgresql`.")
    return found[-1].parent


def service(cluster: Path, socket_folder: Path, log: Path) -> Service:
    """Return the server as a service, its cluster and folders made when absent.

    Parameters
    ----------
    cluster
        Folder of the cluster; owned by the server's account.
    """
    for folder in (cluster, socket_folder):
        folder.mkdir(parents=True, exist_ok=True)
        _give(folder)
    if not (cluster / "PG_VERSION").exists():
        _initialize(cluster)
    options = SETTINGS | {"unix_socket_directories": str(socket_folder)}
    command = [str(binaries() / "postgres"), "-D", str(cluster)]
    for name, value in options.items():
        command += ["-c", f"{name}={value}"]
    return Service("PostgreSQL", as_server_account(command), _environment(), log, signal.SIGINT)


def wait_until_ready(server: Service, socket_folder: Path, database: str, timeout_s: float = 60.0) -> None:
    """Wait for the first answer, then make the database when absent.

    Raises
    ------
    ServiceError
        The server ended, or did not answer in time.
    """
    psql = [str(binaries() / "psql"), "-h", str(socket_folder), "-U", "hepatia", "-X", "-q", "-At", "-d", "postgres"]
    deadline = time.monotonic() + timeout_s
    query = [*psql, "-c", "SELECT datname FROM pg_database"]
    while (answer := _run(as_server_account(query))).returncode != 0:
        server.check()
        if time.monotonic() > deadline:
            raise ServiceError(f"PostgreSQL did not answer within {timeout_s:.0f} s. Its log: {server.log}")
        time.sleep(0.1)
    if database not in answer.stdout.decode().split():
        _run(as_server_account([*psql, "-c", f'CREATE DATABASE "{database}"']), check=True)


def ask(socket_folder: Path, database: str) -> Answer:
    """Ask the server how it is, and make the database when it is absent."""
    where = f"host='{socket_folder}' user=hepatia dbname=postgres connect_timeout={ASK_S}"
    try:
        with contextlib.closing(psycopg2.connect(where)) as connection, connection.cursor() as cursor:
            connection.autocommit = True
            cursor.execute(f"SET statement_timeout = {ASK_S * 1000}")
            cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", (database,))
            if cursor.fetchone() is None:
                cursor.execute(f'CREATE DATABASE "{database}"')
            return Answer.READY
    except psycopg2.Error as error:
        # It says itself why it takes nobody: it is starting, or has too many clients.
        return Answer.ALIVE if "FATAL" in str(error) or error.pgcode else Answer.NONE


def as_server_account(command: Sequence[str]) -> list[str]:
    """Return the command as run by the server's account (unchanged when we are not root)."""
    if os.geteuid() != 0:
        return list(command)
    account = pwd.getpwnam(SERVER_ACCOUNT)
    change = ["/usr/bin/setpriv", f"--reuid={account.pw_uid}", f"--regid={account.pw_gid}", "--clear-groups"]
    # A clone below a home folder that others may not enter (/root) must work too: the server may search and read,
    # and still write only what it owns.
    capability = ["--inh-caps=+dac_read_search", "--ambient-caps=+dac_read_search"]
    usable = _run([*change, *capability, "/bin/true"]).returncode == 0
    # Changing the account clears the parent-death signal that Service asked for: ask again.
    return [*change, *(capability if usable else []), "--pdeathsig", "INT", *command]


def _initialize(cluster: Path) -> None:
    command = [str(binaries() / "initdb"), "-D", str(cluster), "-U", "hepatia", "--encoding=UTF8", "--locale=C.UTF-8"]
    # The socket's folder is closed to other accounts (mode 0700), so the socket itself needs no password.
    made = _run(as_server_account([*command, "--auth=trust", "--no-instructions"]))
    if made.returncode != 0:
        shutil.rmtree(cluster, ignore_errors=True)
        raise ServiceError(f"PostgreSQL's cluster could not be made in {cluster}:\n{made.stderr.decode()}")


def _give(folder: Path) -> None:
    folder.chmod(0o700)
    if os.geteuid() == 0:
        account = pwd.getpwnam(SERVER_ACCOUNT)
        os.chown(folder, account.pw_uid, account.pw_gid)


def _run(command: Sequence[str], *, check: bool = False) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(  # noqa: S603 -- commands are built in this package
        command, capture_output=True, check=check, cwd="/", env=_environment(), start_new_session=True
    )


def _environment() -> dict[str, str]:
    return {"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "TZ": "UTC"}
