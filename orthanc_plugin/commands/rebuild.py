"""`hepatia rebuild`: the index again, from DICOM alone."""

import time

from indexer.errors import IndexUnavailable
from indexer.index import Index
from orthanc_plugin import authorization, rebuilding
from orthanc_plugin.archive import HttpArchive
from orthanc_plugin.commands import progress
from orthanc_plugin.commands.service import ServiceError
from orthanc_plugin.commands.site import Site
from orthanc_plugin.errors import ArchiveError
from sr_templates import template


def rebuild(site: Site, *, anew: bool = False) -> int:
    """Fill the emptied index from the running archive, or go on where that was interrupted; return the exit status.

    Raises
    ------
    ServiceError
        Orthanc or PostgreSQL does not answer.
    """
    archive = HttpArchive(site.url, authorization.basic(*site.password("admin")))
    index = Index(site.dsn)
    started = time.monotonic()
    try:
        templates = [template.load(name) for name in template.names()]
        rebuilding.rebuild(archive, index, templates, _show, anew=anew)
        counts = index.counts()
    except (ArchiveError, IndexUnavailable) as error:
        raise ServiceError(f"{error} Start HepatIA with the same DATA and ports, then run this again.") from None
    finally:
        index.close()
    print(
        f"{counts.studies} studies, {counts.reports} reports, {counts.segmentations} segmentations"
        f" in {time.monotonic() - started:.1f} s"
    )
    return 0


def _show(done: int, total: int) -> None:
    progress.show(done, total, "series")
