"""What the status page asks of Orthanc: versions, how much there is, how far behind the index is."""

from collections.abc import Mapping
from datetime import UTC, datetime

from orthanc_plugin.archive import HttpArchive
from orthanc_plugin.errors import NotInArchive
from orthanc_plugin.resources import SeriesInfo

#: Names of plugins → how they are called here.
PLUGINS = {"dicom-web": "dicomweb", "python": "python"}


def versions(archive: HttpArchive) -> dict[str, str]:
    """Return the versions of Orthanc and its plugins."""
    found = {"orthanc": archive.version()}
    for name in archive.ask("/plugins"):
        if name in PLUGINS:
            found[PLUGINS[name]] = str(archive.ask(f"/plugins/{name}")["Version"])
    return found


def title(archive: HttpArchive) -> str:
    """Return the AE title."""
    return str(archive.ask("/system")["DicomAet"])


def amounts(archive: HttpArchive) -> Mapping[str, int]:
    """Return how many series, studies and bytes there are."""
    found = archive.ask("/statistics")
    return {
        "studies": int(found["CountStudies"]),
        "series": int(found["CountSeries"]),
        "bytes": int(found["TotalDiskSize"]),
    }


def count(archive: HttpArchive, modality: str) -> int:
    """Return how many instances of a modality there are."""
    query = {"Level": "Instance", "Query": {"Modality": modality}, "CaseSensitive": True, "Expand": False}
    return len(archive.find(query))


def lag_s(archive: HttpArchive, position: int) -> float:
    """Return how old the oldest change is that the index has not seen; 0 when it has seen all."""
    page = archive.ask(f"/changes?since={position}&limit=1")["Changes"]
    if not page:
        return 0.0
    # Orthanc tells the time in UTC, to the second.
    since = datetime.strptime(page[0]["Date"], "%Y%m%dT%H%M%S").replace(tzinfo=UTC)
    return max(0.0, (datetime.now(UTC) - since).total_seconds())


def instance(archive: HttpArchive, sop_instance_uid: str) -> tuple[str, SeriesInfo]:
    """Return Orthanc's identifier of an instance, and its series; raise NotInArchive."""
    found = archive.find({"Level": "Instance", "Query": {"SOPInstanceUID": sop_instance_uid}})
    if not found:
        raise NotInArchive("The archive no longer has this object.")
    return str(found[0]), archive.series_by_id(archive.parent_series_id(str(found[0])))
