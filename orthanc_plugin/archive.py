"""The DICOM archive as the edge sees it: by DICOM UIDs, over HTTP, on Orthanc's own port.

In-process calls (`orthanc.RestApiPost`) dead-lock with concurrent ingest: they wait for Orthanc's mutex while holding
Python's. HTTP over loopback releases the latter. Newer plugins with "AllowThreads" would not need it.
"""

import json
from collections.abc import Iterator, Mapping
from io import BytesIO
from typing import Any, Protocol

import httpx
import pydicom
from pydicom import Dataset

from orthanc_plugin import request_ids, resources
from orthanc_plugin.dicomweb import DicomWeb
from orthanc_plugin.errors import ArchiveError, NotInArchive
from orthanc_plugin.resources import Change as Change
from orthanc_plugin.resources import Changes as Changes
from orthanc_plugin.resources import DatedStudy as DatedStudy
from orthanc_plugin.resources import SeriesInfo as SeriesInfo
from orthanc_plugin.resources import Slice as Slice
from orthanc_plugin.resources import StudyInfo as StudyInfo
from orthanc_plugin.resources import series_of, slice_of
from orthanc_plugin.sending import OwnWrites as OwnWrites

LEVELS = {"Patient": "patients", "Study": "studies", "Series": "series", "Instance": "instances"}


class Archive(Protocol):
    """What the API and the worker need of the archive. UIDs are DICOM's; every method may raise ArchiveError."""

    def read(self, sop_instance_uid: str) -> bytes:
        """Return the DICOM file; raise NotInArchive."""

    def header(self, sop_instance_uid: str) -> Dataset:
        """Return the data set without pixel data; raise NotInArchive."""

    def store(self, data: bytes) -> None:
        """Store a DICOM file that we wrote ourselves; raise ArchiveError when it was not stored."""

    def send(self, data: bytes) -> str:
        """Have a sender's file stored, de-identified as whatever arrives; return Orthanc's identifier of it."""

    def tags(self, instance_id: str) -> Mapping[str, Any]:
        """Return the attributes of Orthanc's identifier by their keywords; raise NotInArchive."""

    def study(self, study_instance_uid: str) -> StudyInfo:
        """Return a study with its series; raise NotInArchive."""

    def studies_of_patient(self, patient_id: str) -> tuple[DatedStudy, ...]:
        """Return all studies of a patient."""

    def series(self, series_instance_uid: str) -> SeriesInfo:
        """Return a series; raise NotInArchive."""

    def files(self, series: SeriesInfo) -> Iterator[bytes]:
        """Yield the DICOM files of a series."""

    def file_by_id(self, instance_id: str) -> bytes:
        """Return the DICOM file by the server's own identifier; raise NotInArchive."""

    def first_file(self, series: SeriesInfo) -> bytes:
        """Return one DICOM file of a series."""

    def instance_uids(self, series: SeriesInfo) -> tuple[str, ...]:
        """Return the SOP Instance UIDs of a series."""

    def slices(self, series: SeriesInfo) -> tuple[Slice, ...]:
        """Return what is known of the images of a series without reading them."""

    def size(self, series: SeriesInfo) -> int:
        """Return how many bytes the DICOM files of a series have."""

    def version(self) -> str:
        """Return the version of the server."""

    def dicomweb(self, path: str, query: str, headers: Mapping[str, str]) -> tuple[int, str, bytes]:
        """Return what Orthanc's DICOMweb answers to GET of a path below /dicom-web/; `query` is encoded."""


class HttpArchive:
    """Orthanc over HTTP; safe to use from several threads.

    Parameters
    ----------
    base_url
        "http://127.0.0.1:8042".
    authorization
        Value of the Authorization header: the plugin's own token, or Basic credentials of an admin.
    own_writes
        Where `store` announces what it sends; only inside the plugin.
    dicomweb
        How to ask Orthanc's DICOMweb.
    """

    def __init__(
        self,
        base_url: str,
        authorization: str,
        own_writes: OwnWrites | None = None,
        dicomweb: DicomWeb | None = None,
    ) -> None:
        # Orthanc closes a connection that is idle for a second: let it go before.
        limits = httpx.Limits(max_connections=32, max_keepalive_connections=16, keepalive_expiry=0.5)
        # No proxy and no certificate store from the environment: this connection never leaves the machine.
        self._client = httpx.Client(
            base_url=base_url,
            headers={"Authorization": authorization},
            limits=limits,
            transport=httpx.HTTPTransport(retries=2, limits=limits, trust_env=False),
            timeout=httpx.Timeout(120, connect=10),
            trust_env=False,
        )
        self._own_writes = own_writes
        self._dicomweb = dicomweb or DicomWeb()

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def read(self, sop_instance_uid: str) -> bytes:
        """Return the DICOM file; raise NotInArchive."""
        return self._file(self._find("Instance", sop_instance_uid))

    def header(self, sop_instance_uid: str) -> Dataset:
        """Return the data set without pixel data; raise NotInArchive."""
        return pydicom.dcmread(BytesIO(self.read(sop_instance_uid)), stop_before_pixels=True)

    def store(self, data: bytes) -> None:
        """Store a DICOM file that we wrote ourselves.

        Raises
        ------
        ArchiveError
            Orthanc did not store it.
        """
        digest = self._own_writes.announce(data) if self._own_writes else b""
        try:
            self._store(data, ("Success",))
        finally:
            if self._own_writes:
                self._own_writes.withdraw(digest)

    def send(self, data: bytes) -> str:
        """Have a sender's file stored; return Orthanc's identifier of it. ArchiveError when it was not stored."""
        return self._store(data, ("Success", "AlreadyStored"))

    def tags(self, instance_id: str) -> Mapping[str, Any]:
        """Return the attributes of Orthanc's identifier by their keywords; raise NotInArchive."""
        return dict(self._json("GET", f"/instances/{instance_id}/simplified-tags"))

    def study(self, study_instance_uid: str) -> StudyInfo:
        """Return a study with its series; raise NotInArchive."""
        identifier = self._find("Study", study_instance_uid)
        study = self._json("GET", f"/studies/{identifier}")
        series = self._json("GET", f"/studies/{identifier}/series")
        patient_id = study["PatientMainDicomTags"].get("PatientID", "")
        return StudyInfo(study_instance_uid, patient_id, tuple(series_of(one, study_instance_uid) for one in series))

    def studies_of_patient(self, patient_id: str) -> tuple[DatedStudy, ...]:
        """Return all studies of a patient."""
        asked = {"Level": "Study", "Expand": True, "CaseSensitive": True, "Query": {"PatientID": patient_id}}
        found = self._json("POST", "/tools/find", json.dumps(asked).encode())
        # Orthanc takes "*" and "?" of an identifier for wildcards.
        same = (one for one in found if one["PatientMainDicomTags"].get("PatientID") == patient_id)
        return tuple(resources.dated(one) for one in same)

    def series(self, series_instance_uid: str) -> SeriesInfo:
        """Return a series; raise NotInArchive."""
        return self.series_by_id(self._find("Series", series_instance_uid))

    def series_by_id(self, identifier: str) -> SeriesInfo:
        """Return a series by Orthanc's identifier; raise NotInArchive."""
        series = self._json("GET", f"/series/{identifier}")
        study = self._json("GET", f"/studies/{series['ParentStudy']}")
        return series_of(series, study["MainDicomTags"]["StudyInstanceUID"])

    def parent_series_id(self, instance_id: str) -> str:
        """Return Orthanc's identifier of an instance's series; raise NotInArchive."""
        return str(self._json("GET", f"/instances/{instance_id}")["ParentSeries"])

    def instance_uid(self, instance_id: str) -> str:
        """Return the SOP Instance UID of Orthanc's identifier; raise NotInArchive."""
        return str(self._json("GET", f"/instances/{instance_id}")["MainDicomTags"]["SOPInstanceUID"])

    def file_by_id(self, instance_id: str) -> bytes:
        """Return the DICOM file by Orthanc's identifier; raise NotInArchive."""
        return self._file(instance_id)

    def files(self, series: SeriesInfo) -> Iterator[bytes]:
        """Yield the DICOM files of a series."""
        for instance in series.instances:
            yield self._file(instance)

    def first_file(self, series: SeriesInfo) -> bytes:
        """Return one DICOM file of a series."""
        return self._file(series.instances[0])

    def instance_uids(self, series: SeriesInfo) -> tuple[str, ...]:
        """Return the SOP Instance UIDs of a series."""
        return tuple(one.sop_instance_uid for one in self.slices(series))

    def slices(self, series: SeriesInfo) -> tuple[Slice, ...]:
        """Return what is known of the images of a series without reading them."""
        instances = self._json("GET", f"/series/{self._find('Series', series.series_instance_uid)}/instances")
        return tuple(slice_of(one) for one in instances)

    def size(self, series: SeriesInfo) -> int:
        """Return how many bytes the DICOM files of a series have."""
        found = self._json("GET", f"/series/{self._find('Series', series.series_instance_uid)}/statistics")
        return int(found.get("DicomDiskSize") or found["DiskSize"])

    def series_ids(self) -> tuple[str, ...]:
        """Return Orthanc's identifiers of all series."""
        return tuple(self._json("GET", "/series"))

    def study_and_series_ids(self) -> frozenset[str]:
        """Return Orthanc's identifiers of all studies and series."""
        return frozenset(self._json("GET", "/studies")) | frozenset(self._json("GET", "/series"))

    def changes(self, since: int, limit: int = 500) -> Changes:
        """Return the change log after a position."""
        page = self._json("GET", f"/changes?since={since}&limit={limit}")
        items = tuple(Change(one["Seq"], one["ChangeType"], one["ID"]) for one in page["Changes"])
        return Changes(items, page["Last"], page["Done"])

    def last_change(self) -> int:
        """Return the end of the change log."""
        return int(self._json("GET", "/changes?last")["Last"])

    def version(self) -> str:
        """Return Orthanc's version."""
        return str(self._json("GET", "/system")["Version"])

    def ask(self, path: str) -> Any:  # noqa: ANN401 -- JSON
        """Return what Orthanc answers to GET of a path; raise NotInArchive."""
        return self._json("GET", path)

    def find(self, query: Mapping[str, Any]) -> list[Any]:
        """Return what Orthanc finds (POST /tools/find)."""
        return list(self._json("POST", "/tools/find", json.dumps(query).encode()))

    def delete(self, level: str, uid: str) -> None:
        """Delete a "Study", "Series" or "Instance"; raise NotInArchive."""
        self._request("DELETE", f"/{LEVELS[level]}/{self._find(level, uid)}")

    def dicomweb(self, path: str, query: str, headers: Mapping[str, str]) -> tuple[int, str, bytes]:
        """Return what Orthanc's DICOMweb answers to GET of a path below /dicom-web/; `query` is encoded."""
        try:
            answer = self._client.get(self._dicomweb.url(path, query), headers=dict(headers))
        except httpx.HTTPError as error:
            raise ArchiveError("Orthanc does not answer over loopback.") from error
        media_type = answer.headers.get("content-type", "application/json")
        return answer.status_code, media_type, self._dicomweb.corrected(media_type, answer.content)

    def _store(self, data: bytes, success: tuple[str, ...]) -> str:
        answer = self._json("POST", "/instances", content=data)
        if not isinstance(answer, dict) or answer.get("Status") not in success:
            raise ArchiveError("The archive did not store the object. See Orthanc's log for the reason.")
        return str(answer["ID"])

    def _find(self, level: str, uid: str) -> str:
        found = self._json("POST", "/tools/lookup", content=uid.encode("ascii", "replace"))
        for one in found:
            if one["Type"] == level:
                return str(one["ID"])
        raise NotInArchive(f"There is no {level.lower()} {uid} in the archive.")

    def _file(self, instance_id: str) -> bytes:
        return self._request("GET", f"/instances/{instance_id}/file").content

    def _json(self, method: str, path: str, content: bytes | None = None) -> Any:  # noqa: ANN401 -- JSON
        return self._request(method, path, content).json()

    def _request(self, method: str, path: str, content: bytes | None = None) -> httpx.Response:
        try:
            response = self._client.request(method, path, content=content, headers=_named())
        except httpx.HTTPError as error:
            raise ArchiveError("Orthanc does not answer over loopback.") from error
        if response.status_code == 404:
            raise NotInArchive("The archive no longer has this object.")
        if response.is_error:
            raise ArchiveError(f"Orthanc answered {response.status_code} to {method} {path.partition('?')[0]}.")
        return response


def _named() -> dict[str, str]:
    """Return the header that says for which request we ask."""
    return {request_ids.HEADER: request_ids.current()} if request_ids.current() else {}
