"""The servers of an installation, in the order of their start, and what is told about them."""

import time

from orthanc_plugin.commands import diagnosis, leftovers, monailabel, orthanc_server, postgresql, unfinished
from orthanc_plugin.commands.keeping import Keeper, Kind
from orthanc_plugin.commands.service import Service
from orthanc_plugin.commands.site import Site


def kinds(site: Site) -> list[Kind]:
    """Return what has to run."""
    orthanc = Kind(
        "Orthanc",
        lambda: _orthanc(site),
        lambda: orthanc_server.ask(site),
        lambda log: diagnosis.of_orthanc(site, log),
    )
    if site.external_dsn:
        return [orthanc]
    database = Kind(
        "PostgreSQL",
        lambda: _postgresql(site),
        lambda: postgresql.ask(site.socket_folder, "hepatia"),
        lambda log: diagnosis.of_postgresql(site, log),
        mend=lambda log: _set_aside(site, log),
    )
    return [database, orthanc]


def assistant(site: Site) -> Kind:
    """Return MONAI Label, which nothing waits for."""
    return Kind(
        "MONAI Label",
        lambda: monailabel.service(site),
        lambda: monailabel.ask(site),
        lambda _log: diagnosis.of_data(site),
        monailabel.LONGEST_PAUSE_S,
    )


def told(keeper: Keeper) -> dict[str, object]:
    """Return how a server is, for GET /status and `hepatia doctor`."""
    return {
        "name": keeper.kind.name, "state": keeper.state, "restarts": keeper.restarts.count, "problem": keeper.problem,
    }  # fmt: skip


def _orthanc(site: Site) -> Service:
    unfinished.remove(site.data / "orthanc")
    return orthanc_server.service(site)


def _set_aside(site: Site, log: str) -> str:
    """Put PostgreSQL's files aside when they are damaged: they are an index, and the next start makes it again."""
    if not diagnosis.is_damaged(log):
        return ""
    cluster = site.data / "postgresql" / "cluster"
    aside = cluster.with_name(time.strftime("damaged-%Y%m%dT%H%M%S"))
    cluster.rename(aside)
    return f"PostgreSQL's files are damaged and were put aside ({aside}); the index is made again from DICOM"


def _postgresql(site: Site) -> Service:
    cluster = site.data / "postgresql" / "cluster"
    leftovers.drop_stale_lock(cluster)
    return postgresql.service(cluster, site.socket_folder, site.data / "logs" / "postgresql.log")
