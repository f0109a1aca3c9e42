"""The Archive of the architecture on a folder of DICOM files."""

from collections import defaultdict
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path

import pydicom

from orthanc_plugin.archive import DatedStudy, SeriesInfo, Slice, StudyInfo
from orthanc_plugin.errors import NotInArchive
from orthanc_plugin.patients import iso_date


@dataclass
class FolderArchive:
    """One file per SOP Instance UID."""

    folder: Path
    stored: list[str] = field(default_factory=list)

    def _datasets(self):
        return [pydicom.dcmread(path, stop_before_pixels=True) for path in sorted(self.folder.iterdir())]

    def read(self, sop_instance_uid):
        path = self.folder / sop_instance_uid
        if not path.exists():
            raise NotInArchive(f"There is no instance {sop_instance_uid} in the archive.")
        return path.read_bytes()

    def header(self, sop_instance_uid):
        return pydicom.dcmread(BytesIO(self.read(sop_instance_uid)), stop_before_pixels=True)

    def store(self, data):
        sop = pydicom.dcmread(BytesIO(data), stop_before_pixels=True).SOPInstanceUID
        # As in Orthanc, nobody sees an object before it is whole.
        half = self.folder.with_name(f"{self.folder.name} {sop}")
        half.write_bytes(data)
        half.rename(self.folder / sop)
        self.stored.append(sop)

    def study(self, study_instance_uid):
        series = defaultdict(list)
        for one in self._datasets():
            if one.StudyInstanceUID == study_instance_uid:
                series[one.SeriesInstanceUID].append(one)
        if not series:
            raise NotInArchive(f"There is no study {study_instance_uid} in the archive.")
        infos = tuple(_info(uid, found) for uid, found in series.items())
        return StudyInfo(study_instance_uid, next(iter(series.values()))[0].PatientID, infos)

    def studies_of_patient(self, patient_id):
        found = [one for one in self._datasets() if one.PatientID == patient_id]
        return tuple(
            {
                one.StudyInstanceUID: DatedStudy(one.StudyInstanceUID, iso_date(one.get("StudyDate") or ""))
                for one in found
            }.values()
        )

    def series(self, series_instance_uid):
        found = [one for one in self._datasets() if one.SeriesInstanceUID == series_instance_uid]
        if not found:
            raise NotInArchive(f"There is no series {series_instance_uid} in the archive.")
        return _info(series_instance_uid, found)

    def files(self, series):
        return (self.read(sop) for sop in series.instances)

    def file_by_id(self, instance_id):
        return self.read(instance_id)

    def first_file(self, series):
        return self.read(series.instances[0])

    def instance_uids(self, series):
        return series.instances

    def slices(self, series):
        headers = [self.header(sop) for sop in series.instances]
        return tuple(
            Slice(one.SOPInstanceUID, one.SOPInstanceUID, _position(one), one.get("AcquisitionNumber"))
            for one in headers
        )

    def size(self, series):
        return sum((self.folder / uid).stat().st_size for uid in series.instances)

    def ask(self, path):
        """What Orthanc's own REST API tells of itself."""
        size = sum(path.stat().st_size for path in self.folder.iterdir())
        told = {
            "/system": {"DicomAet": "HEPATIA"},
            "/plugins": ["explorer.js", "dicom-web", "python"],
            "/plugins/dicom-web": {"Version": "1.7"},
            "/plugins/python": {"Version": "4.0"},
            "/statistics": {"CountStudies": 1, "CountSeries": 1, "TotalDiskSize": str(size)},
        }
        return told[path]

    def find(self, query):
        return [one.SOPInstanceUID for one in self._datasets() if one.Modality == query["Query"].get("Modality")]

    def version(self):
        return "1.10.1"

    def dicomweb(self, path, query, headers):
        return 200, "application/dicom+json", repr((path, query)).encode()


def _position(header):
    position = header.get("ImagePositionPatient")
    return tuple(map(float, position)) if position else None


def _info(uid, found):
    first = found[0]
    sops = tuple(one.SOPInstanceUID for one in found)
    return SeriesInfo(uid, first.StudyInstanceUID, first.Modality, first.get("SeriesDescription", ""), "1", sops)
