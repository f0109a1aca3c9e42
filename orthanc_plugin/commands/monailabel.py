"""MONAI Label as a service: in an environment of its own, installed in the background when it is not there.

`python -m orthanc_plugin.commands.monailabel FOLDER` installs what is missing and becomes the server; `--install` only
installs. Nothing waits for either.
"""

import fcntl
import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

from orthanc_plugin.commands.liveness import Answer
from orthanc_plugin.commands.service import Service, ServiceError
from orthanc_plugin.commands.site import REPOSITORY, Site
from orthanc_plugin.monailabel import OWN, MonaiLabel
from orthanc_plugin.private_files import write_private

#: One environment for all installations of this clone or image.
ENVIRONMENT = REPOSITORY / "build" / "monailabel"
REQUIREMENTS = REPOSITORY / "requirements"

#: MONAI Label 0.8.5 needs modules that later versions of Python have no more; Debian 12 has this one.
SYSTEM_PYTHON = "/usr/bin/python3"

#: What is installed, in this order: what builds; what wants packages that do not start; the rest.
STEPS: tuple[tuple[str, ...], ...] = (
    ("-r", "build.txt"),
    ("--no-deps", "-r", "monailabel-no-deps.txt"),
    ("--no-build-isolation", "-r", "monailabel.txt"),
)

#: Longest pause before it is started again: its installation may fail for hours, where there is no network.
LONGEST_PAUSE_S = 300.0

#: What the server may see of the caller's environment.
PASSED_ON = ("PATH", "HOME", "LANG", "TZ", "CUDA_VISIBLE_DEVICES", "LD_LIBRARY_PATH")


def ask(site: Site) -> Answer:
    """Ask the server how it is; while it is installed or starts, it says so itself."""
    client = MonaiLabel(OWN, folder(site))
    state = client.state()
    client.close()
    return {"ok": Answer.READY, "starting": Answer.ALIVE}.get(state, Answer.NONE)


def service(site: Site) -> Service:
    """Return the server as a service."""
    environment = {name: os.environ[name] for name in (*PASSED_ON, *_pip_variables()) if name in os.environ}
    environment |= {"PYTHONPATH": os.pathsep.join([str(REPOSITORY), *_site_packages()]), "LC_ALL": "C.UTF-8"}
    command = [sys.executable, "-m", "orthanc_plugin.commands.monailabel", str(folder(site))]
    return Service("MONAI Label", command, environment, site.data / "logs" / "monailabel.log")


def folder(site: Site) -> Path:
    """Return where the server keeps its state."""
    return site.data / "monailabel"


def announce_start(site: Site) -> None:
    """Have the plugin say "starting" for as long as we live, until the server itself speaks."""
    if site.keeps_monailabel:
        _announce(folder(site), os.getpid())


def is_installed() -> bool:
    """Whether the environment is the one that the requirements ask for."""
    stamp = ENVIRONMENT / ".installed"
    return stamp.exists() and stamp.read_text() == _wanted()


def install() -> None:
    """Install what is missing; two installations of one clone do not disturb each other.

    Raises
    ------
    ServiceError
        pip failed; its output says why.
    """
    ENVIRONMENT.parent.mkdir(parents=True, exist_ok=True)
    with ENVIRONMENT.with_name("monailabel.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if is_installed():
            return
        # What was interrupted may lack files that pip would not miss; its downloads are kept elsewhere.
        shutil.rmtree(ENVIRONMENT, ignore_errors=True)
        _run([SYSTEM_PYTHON, "-m", "venv", str(ENVIRONMENT)])
        for step in STEPS:
            pip = [str(ENVIRONMENT / "bin" / "pip"), "--disable-pip-version-check", "--quiet", "install"]
            _run([*pip, "--require-hashes", *step])
        (ENVIRONMENT / ".installed").write_text(_wanted())


def main(arguments: Sequence[str]) -> int:
    """Install, and become the server; return 1 when that failed."""
    try:
        if arguments == ["--install"]:
            install()
            return 0
        _announce(Path(arguments[0]), os.getpid())
        install()
    except ServiceError as error:
        print(error, file=sys.stderr)
        return 1
    return _become_server(arguments[0])


def _become_server(folder: str) -> NoReturn:
    python = str(ENVIRONMENT / "bin" / "python")
    standins = REPOSITORY / "seg" / "monailabel_app" / "standins"
    environment = {name: os.environ[name] for name in PASSED_ON if name in os.environ}
    environment |= {"PYTHONPATH": os.pathsep.join([str(REPOSITORY), str(standins)]), "LC_ALL": "C.UTF-8"}
    os.execve(python, [python, "-m", "seg.monailabel_app.serve", folder], environment)  # noqa: S606 -- no shell


def _announce(folder: Path, pid: int) -> None:
    write_private(folder / "server.json", json.dumps({"state": "starting", "pid": pid}))


def _wanted() -> str:
    files = [REQUIREMENTS / step[-1] for step in STEPS]
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()


def _run(command: Sequence[str]) -> None:
    # With our own packages on the path, pip would take them for installed.
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    # The kernel ends pip when we are ended without a word.
    guarded = ["/usr/bin/setpriv", "--pdeathsig", "KILL", *command]
    ended = subprocess.run(guarded, cwd=REQUIREMENTS, env=environment, check=False)  # noqa: S603
    if ended.returncode:
        raise ServiceError(f"MONAI Label could not be installed: {command[0]} ended with status {ended.returncode}.")


def _pip_variables() -> list[str]:
    return [name for name in os.environ if name.startswith("PIP_")]


def _site_packages() -> list[str]:
    return [path for path in sys.path if path.endswith("site-packages")]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
