"""`hepatia doctor`: checks every part; says what is wrong and what to do."""

import json
import shutil
import sqlite3
import stat
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import httpx

from indexer import errors, index
from orthanc_plugin import secret
from orthanc_plugin.auditing import audit
from orthanc_plugin.commands import diagnosis, postgresql, restore, snapshot
from orthanc_plugin.commands.service import ServiceError
from orthanc_plugin.commands.site import REPOSITORY, Site, SiteError
from orthanc_plugin.errors import SettingsError
from orthanc_plugin.private_files import write_private

#: Orthanc refuses nothing as long as the disk has room: below this it is time to act.
LEAST_FREE_GIB = 2


@dataclass(frozen=True)
class Finding:
    """What one check found; `remedy` is empty when all is well."""

    fact: str
    remedy: str = ""


def doctor(site: Site, *, files: bool = False) -> int:
    """Run every check and print a line for each; return 0 when nothing needs doing.

    Parameters
    ----------
    files
        Read every stored file too; that takes as long as the disk needs.
    """
    ill = 0
    for name, check in (*CHECKS, *((("files", _files),) if files else ())):
        finding = check(site)
        ill += bool(finding.remedy)
        print(f"{'!!' if finding.remedy else 'ok'}  {name:<12} {finding.fact}")
        if finding.remedy:
            print(f"    {'':<12} → {finding.remedy}")
    return 1 if ill else 0


def _programs(_site: Site) -> Finding:
    missing = [name for name in ("/usr/sbin/Orthanc", "storescu", "setpriv") if shutil.which(name) is None]
    try:
        folder = postgresql.binaries()
    except ServiceError as error:
        return Finding(str(error), "Run `make run`.")
    if missing:
        return Finding(f"not installed: {', '.join(missing)}", "Run `make run`, it installs Debian's packages.")
    return Finding(f"Orthanc, DCMTK and PostgreSQL ({folder}) are installed")


def _viewer(_site: Site) -> Finding:
    parts = (REPOSITORY / "build/ohif/index.html", REPOSITORY / "ohif-extension/dist/hepatia-extension.js")
    missing = [str(part.relative_to(REPOSITORY)) for part in parts if not part.exists()]
    return Finding(f"not built: {', '.join(missing)}", "Run `make run`.") if missing else Finding("OHIF is prepared")


def _secrets(site: Site) -> Finding:
    for path in (site.users_file, site.data / "secret.key"):
        if not path.exists() and (site.data / "secret.check").exists():
            return Finding(f"{path} is gone", secret.WHAT_TO_DO if path.suffix == ".key" else "Put it back.")
        if not path.exists():
            return Finding(f"{path} is absent", "Start HepatIA once: it is made at the first start.")
        if stat.S_IMODE(path.stat().st_mode) != 0o600:
            return Finding(f"{path} may be read by others", f"Run `chmod 600 {path}`.")
    try:
        if (site.data / "secret.check").exists():
            secret.load_or_create(site.data)
    except SettingsError as error:
        return Finding(str(error).partition(". ")[0], secret.WHAT_TO_DO)
    return Finding("users.json and secret.key are private")


def _audit(site: Site) -> Finding:
    path = site.data / "audit.sqlite"
    if not path.exists():
        return Finding("no audit yet")
    try:
        wrong = audit.verify(path)
        rows, head = audit.head(path)
    except sqlite3.Error as error:
        return Finding(f"{path} cannot be read ({type(error).__name__})", "Restore it; docs/audit.md says how.")
    if wrong:
        return Finding(f"the chain is broken: {wrong}", "It was changed; docs/audit.md says what now.")
    return Finding(f"{rows} rows, whole; head {head[:16]}")


def _disk(site: Site) -> Finding:
    folder: Path = next(path for path in (site.data, *site.data.parents) if path.exists())
    free = shutil.disk_usage(folder).free / 2**30
    fact = f"{free:.1f} GiB free for {site.data}"
    return Finding(fact, "Make room: a full disk refuses new instances.") if free < LEAST_FREE_GIB else Finding(fact)


def _servers(site: Site) -> Finding:
    """Tell what the supervisor says of the servers; when there is none, what would keep them from starting."""
    # A supervisor that cannot write cannot say so either.
    if site.data.exists() and (unwritable := diagnosis.of_data(site)):
        return Finding("DATA cannot be written to", " ".join(unwritable))
    try:
        told = json.loads(site.servers_file.read_text())
    except (OSError, ValueError):
        keeps = [*diagnosis.of_orthanc(site), *([] if site.external_dsn else diagnosis.of_postgresql(site))]
        ours = [one for one in keeps if "taken by Orthanc" not in one]
        facts = "; ".join(dict.fromkeys(ours))
        return Finding("cannot start", facts) if ours else Finding("the supervisor says nothing")
    ill = [f"{one['name']}: {one['problem']}" for one in told if one["state"] == "down" and one["problem"]]
    if ill:
        return Finding(f"{len(ill)} of {len(told)} down", " ".join(ill))
    restarts = ", ".join(f"{one['name']} {one['state']} ({one['restarts']} restarts)" for one in told)
    return Finding(restarts)


def _files(site: Site) -> Finding:
    """Read every stored file, and write down how many are not as they were stored, for GET /status."""
    with tempfile.TemporaryDirectory(prefix="hepatia-doctor-") as folder:
        index = Path(folder) / "index"
        snapshot.of_orthanc(site.data / "orthanc" / "index", index, site.notes)
        damaged = restore.damaged(site, index)
    write_private(site.data / "files.json", json.dumps({"damaged": len(damaged)}))
    if not damaged:
        return Finding("every stored file is as it was stored")
    what = f"{len(damaged)} stored files are damaged or lost, the first is {damaged[0]}"
    return Finding(what, "Run `hepatia repair BACKUP`, and have the disk looked at.")


def _database(site: Site) -> Finding:
    try:
        found = index.Index(site.dsn)
        counts, incomplete = found.counts(), found.is_incomplete()
    except errors.IndexUnavailable as error:
        return Finding(f"no answer: {error}", "Start HepatIA, or check DSN. Images are kept; the index catches up.")
    fact = f"{counts.studies} studies, {counts.reports} reports, {counts.segmentations} segmentations"
    if incomplete:
        return Finding(f"{fact}; a rebuild is under way or was interrupted", "`hepatia rebuild` goes on where it was.")
    return Finding(fact)


def _server(site: Site) -> Finding:
    try:
        answer = httpx.get(f"{site.url}/hepatia/api/status", auth=site.password("admin"), timeout=10)
        status = answer.raise_for_status().json()
    except (httpx.HTTPError, SiteError, json.JSONDecodeError) as error:
        return Finding(f"no answer at {site.url} ({type(error).__name__})", "Start it with `make run`; see DATA/logs.")
    failed = len(status["index"]["failed"])
    fact = f"{status['status']}; Orthanc {status['orthanc']}; {failed} objects not indexed"
    ill = status["status"] != "ok" or failed
    return Finding(fact, f"See {site.url}/hepatia/api/status for each part and reason.") if ill else Finding(fact)


CHECKS: tuple[tuple[str, Callable[[Site], Finding]], ...] = (
    ("programs", _programs),
    ("viewer", _viewer),
    ("secrets", _secrets),
    ("audit", _audit),
    ("disk", _disk),
    ("servers", _servers),
    ("database", _database),
    ("server", _server),
)
