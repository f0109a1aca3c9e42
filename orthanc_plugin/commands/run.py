"""`hepatia run`: starts everything, watches it, stops it."""

import fcntl
import json
import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import NoReturn

from orthanc_plugin import users
from orthanc_plugin.commands import demo, monailabel, orthanc_server, postgresql
from orthanc_plugin.commands.service import Service, ServiceError
from orthanc_plugin.commands.site import Site
from orthanc_plugin.deidentification import keys
from orthanc_plugin.private_files import write_private

#: How often a server that ends by itself is started again before we give up.
RESTARTS = 5


def run(site: Site) -> int:
    """Run one installation until Ctrl-C or SIGTERM; return the exit status."""
    _stop_on_signals()
    site.data.mkdir(parents=True, exist_ok=True)
    try:
        with _only_one(site), _servers(site) as servers:
            if site.demo:
                _load_demo(site)
            with _announced(site), monailabel.kept(site, say) as assistant:
                _watch(servers, assistant, site)
    except KeyboardInterrupt:
        say("Stopped")
    return 0


def say(message: str) -> None:
    """Print one line of progress with the time."""
    print(f"{time.strftime('%H:%M:%S')}  {message}", flush=True)


@contextmanager
def _only_one(site: Site) -> Iterator[None]:
    """Hold the lock of DATA: two installations on the same data would destroy each other's database."""
    with (site.data / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise ServiceError(f"HepatIA is already running on {site.data}. Stop it, or choose another DATA.") from None
        # A file left by a start that was killed would be taken for this one's.
        site.ready_file.unlink(missing_ok=True)
        yield


@contextmanager
def _servers(site: Site) -> Iterator[list[Service]]:
    """Start the servers in their order, yield them, and stop them in reverse."""
    users.load_or_create(site.users_file)
    keys.load_or_create(site.data / "secret.key")
    started: list[Service] = []
    try:
        if not site.external_dsn:
            started.append(_start_postgresql(site))
        monailabel.announce_start(site)
        started.append(_start_orthanc(site))
        yield started
    finally:
        for server in reversed(started):
            say(f"Stopping {server.name}")
            server.stop()


def _start_postgresql(site: Site) -> Service:
    say("Starting PostgreSQL")
    cluster = site.data / "postgresql" / "cluster"
    server = postgresql.service(cluster, site.socket_folder, site.data / "logs" / "postgresql.log")
    server.start()
    try:
        postgresql.wait_until_ready(server, site.socket_folder, "hepatia")
    except BaseException:
        server.stop()
        raise
    return server


def _start_orthanc(site: Site) -> Service:
    say("Starting Orthanc with the HepatIA plugin")
    server = orthanc_server.service(site)
    server.start()
    try:
        orthanc_server.wait_until_ready(server, site)
    except BaseException:
        server.stop()
        raise
    return server


def _load_demo(site: Site) -> None:
    if demo.is_loaded(site):
        return
    say("Making the demo study (a synthetic four-phase liver CT) and sending it by C-STORE")
    say(f"The demo study is in: {demo.load(site)} instances")


@contextmanager
def _announced(site: Site) -> Iterator[None]:
    """Say that everything answers, to people and (`ready.json`) to programs, until the stop."""
    ready = {"url": site.url, "dicom_port": site.dicom_port, "ae_title": "HEPATIA", "pid": os.getpid()}
    write_private(site.ready_file, json.dumps(ready))
    say("Ready")
    pages = {"Viewer": "/ohif/", "Search": "/ohif/hepatia-search", "Dashboard": "/ohif/hepatia-dashboard"}
    told = [f"  {name:<10} {site.url}{path}" for name, path in pages.items()]
    print("", *told, f"  DICOM      HEPATIA at port {site.dicom_port}", "", f"  Accounts ({site.users_file})", sep="\n")
    for login, account in json.loads(site.users_file.read_text()).items():
        # What a container prints is kept in logs that others read.
        password = account["password"] if site.shows_passwords else ""
        print(f"    {login:<12} {password:<20} {account['role']}")
    print("\nCtrl-C stops it all.\n", flush=True)
    try:
        yield
    finally:
        site.ready_file.unlink(missing_ok=True)


def _watch(servers: list[Service], assistant: monailabel.Kept | None, site: Site) -> NoReturn:
    """Start a server again that ended by itself; give up when it does so again and again."""
    left = {server.name: RESTARTS for server in servers}
    while True:
        if assistant:
            assistant.look()
        time.sleep(0.5)
        for server in servers:
            if server.running:
                continue
            left[server.name] -= 1
            if left[server.name] < 0:
                server.check()
            say(f"{server.name} ended by itself; starting it again. Its log: {server.log}")
            server.start()
            if server.name == "Orthanc":
                orthanc_server.wait_until_ready(server, site)


def _stop_on_signals() -> None:
    """Turn the first SIGINT or SIGTERM into KeyboardInterrupt; later ones must not disturb the orderly stop."""

    def interrupt(_number: int, _frame: FrameType | None) -> None:
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, signal.SIG_IGN)
        raise KeyboardInterrupt

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, interrupt)
