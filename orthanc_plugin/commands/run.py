"""`hepatia run`: starts everything, watches it, stops it."""

import fcntl
import json
import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from types import FrameType
from typing import NoReturn, TextIO, TypeVar

from orthanc_plugin import secret, users
from orthanc_plugin.commands import demo, diagnosis, leftovers, log_files, monailabel, servers
from orthanc_plugin.commands.keeping import Keeper, Kind
from orthanc_plugin.commands.service import Service, ServiceError
from orthanc_plugin.commands.site import Site
from orthanc_plugin.errors import HepatiaError
from orthanc_plugin.private_files import write_private

#: Between two looks at the servers.
LOOK_S = 0.1

#: Between two attempts to use DATA.
PAUSE_S = 2.0

#: How often a server is started that has never answered and ends for a reason that we do not know.
FIRST_STARTS = 2

Result = TypeVar("Result")


def run(site: Site) -> int:
    """Run one installation until Ctrl-C or SIGTERM; return the exit status."""
    _stop_on_signals()
    try:
        with _only_one(site), _kept(site) as keepers:
            _start(keepers)
            if site.demo:
                _load_demo(site)
            with _announced(site):
                keepers += _assistant(site)
                _watch(keepers, site)
    except KeyboardInterrupt:
        say("Stopped")
    return 0


@contextmanager
def while_running(site: Site) -> Iterator[None]:
    """Start the servers for as long as a piece of work takes; nobody but us knows of them."""
    with _only_one(site), _kept(site) as keepers:
        _start(keepers)
        yield


def say(message: str) -> None:
    """Print one line of progress with the time."""
    # The output may be a file on the disk that is full, or a terminal that is gone: no reason to stop.
    with suppress(OSError):
        print(f"{time.strftime('%H:%M:%S')}  {message}", flush=True)


@contextmanager
def _only_one(site: Site) -> Iterator[None]:
    """Hold the lock of DATA: two installations on the same data would destroy each other's database."""
    with _patiently(lambda: _open_lock(site), site) as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise ServiceError(f"HepatIA is already running on {site.data}. Stop it, or choose another DATA.") from None
        # A file left by a start that was killed would be taken for this one's.
        site.ready_file.unlink(missing_ok=True)
        leftovers.end(site.notes, say)
        yield


def _open_lock(site: Site) -> TextIO:
    site.data.mkdir(parents=True, exist_ok=True)
    return (site.data / "lock").open("w")


@contextmanager
def _kept(site: Site) -> Iterator[list[Keeper]]:
    """Yield the keepers of the servers in their order, and stop the servers in reverse."""
    _patiently(lambda: _accounts_and_secret(site), site)
    _patiently(lambda: monailabel.announce_start(site), site)
    keepers = [_keeper(site, kind) for kind in servers.kinds(site)]
    try:
        yield keepers
    finally:
        for one in reversed(keepers):
            say(f"Stopping {one.kind.name}")
            one.stop()
            leftovers.forget(site.notes, one.kind.name)
        site.servers_file.unlink(missing_ok=True)


def _keeper(site: Site, kind: Kind) -> Keeper:
    def started(service: Service) -> None:
        assert service.process is not None
        leftovers.note(site.notes, kind.name, service.process.pid)

    return Keeper(kind, say, started)


def _accounts_and_secret(site: Site) -> None:
    users.load_or_create(site.users_file)
    secret.load_or_create(site.data)


def _patiently(work: Callable[[], Result], site: Site) -> Result:
    """Do something with the files of DATA; say what keeps it from being done, and try until it goes."""
    said = ""
    while True:
        try:
            return work()
        except (OSError, HepatiaError, ValueError) as error:
            causes = diagnosis.of_data(site) or [f"{error}"]
            if (told := " ".join(causes)) != said:
                said = told
                say(f"{told} Trying again every few seconds.")
            time.sleep(PAUSE_S)


def _start(keepers: list[Keeper]) -> None:
    """Start the servers one after the other; each waits until those before it answer."""
    for number, keeper in enumerate(keepers, 1):
        say(f"Starting {keeper.kind.name}")
        while not keeper.is_ready:
            for one in keepers[:number]:
                one.look()
                _give_up_on_the_unknown(one)
            time.sleep(LOOK_S)


def _give_up_on_the_unknown(keeper: Keeper) -> None:
    """End a first start that fails again and again for a reason that we do not know to go away: a wrong setting."""
    if not keeper.has_been_ready and keeper.restarts.count >= FIRST_STARTS and not keeper.known:
        raise ServiceError(f"{keeper.kind.name} does not start. Its log: {keeper.log}\n{keeper.last_lines}")


def _assistant(site: Site) -> list[Keeper]:
    if not site.keeps_monailabel:
        return []
    say("Starting MONAI Label in the background" + ("" if monailabel.is_installed() else ", after its installation"))
    return [_keeper(site, servers.assistant(site))]


def _load_demo(site: Site) -> None:
    if demo.is_loaded(site):
        return
    say("Making the demo study (a synthetic four-phase liver CT) and sending it by C-STORE")
    say(f"The demo study is in: {demo.load(site)} instances")


@contextmanager
def _announced(site: Site) -> Iterator[None]:
    """Say that everything answers, to people and (`ready.json`) to programs, until the stop."""
    ready = {"url": site.url, "dicom_port": site.dicom_port, "ae_title": "HEPATIA", "pid": os.getpid()}
    _patiently(lambda: write_private(site.ready_file, json.dumps(ready)), site)
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


def _watch(keepers: list[Keeper], site: Site) -> NoReturn:
    """Keep the servers running, and written down how they are."""
    written: list[dict[str, object]] = []
    while True:
        for keeper in keepers:
            keeper.look()
        log_files.keep_small(site.data / "logs")
        now = [servers.told(keeper) for keeper in keepers]
        if now != written:
            with suppress(OSError):
                write_private(site.servers_file, json.dumps(now))
                written = now
        time.sleep(LOOK_S)


def _stop_on_signals() -> None:
    """Turn the first SIGINT or SIGTERM into KeyboardInterrupt; later ones must not disturb the orderly stop."""

    def interrupt(_number: int, _frame: FrameType | None) -> None:
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, signal.SIG_IGN)
        raise KeyboardInterrupt

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, interrupt)
