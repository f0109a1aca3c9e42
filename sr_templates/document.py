"""The SR document around the content tree: patient, study, series, flags, evidence (PS3.3 section A.35.13)."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import groupby

from pydicom import Dataset
from pydicom.dataset import FileMetaDataset
from pydicom.sequence import Sequence as DicomSequence
from pydicom.uid import Comprehensive3DSRStorage, ExplicitVRLittleEndian

from sr_templates.codes import SCHEME, SCHEME_UID
from sr_templates.report import State, WriteContext

ORGANIZATION = "HepatIA"

#: Attributes of the patient and study modules that an SR of the same study repeats.
COPIED = (
    "PatientName", "PatientID", "IssuerOfPatientID", "PatientBirthDate", "PatientSex", "PatientAge",
    "PatientIdentityRemoved", "DeidentificationMethod", "DeidentificationMethodCodeSequence",
    "LongitudinalTemporalInformationModified",
    "StudyInstanceUID", "StudyDate", "StudyTime", "StudyID", "AccessionNumber", "StudyDescription",
    "ReferringPhysicianName",
)  # fmt: skip
#: Of these, the ones that must be there even when empty (type 2).
TYPE_2 = (
    "PatientName", "PatientID", "PatientBirthDate", "PatientSex", "StudyDate", "StudyTime", "StudyID",
    "AccessionNumber", "ReferringPhysicianName",
)  # fmt: skip

#: State → Completion Flag, Verification Flag, Preliminary Flag (PS3.3 table C.17-2).
FLAGS: dict[State, tuple[str, str, str]] = {
    "draft": ("PARTIAL", "UNVERIFIED", "PRELIMINARY"),
    "complete": ("COMPLETE", "UNVERIFIED", "PRELIMINARY"),
    "verified": ("COMPLETE", "VERIFIED", "FINAL"),
    "consensus": ("COMPLETE", "VERIFIED", "FINAL"),
}


def make(context: WriteContext, sources: Sequence[Dataset]) -> Dataset:
    """Return the document without its content tree."""
    sr = Dataset()
    sr.file_meta = FileMetaDataset()
    sr.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    sr.SpecificCharacterSet = "ISO_IR 192"
    sr.SOPClassUID = Comprehensive3DSRStorage
    sr.SOPInstanceUID = context.sop_instance_uid
    _copy_patient_and_study(sr, sources[0])
    sr.Modality = "SR"
    sr.SeriesInstanceUID = context.series_instance_uid
    sr.SeriesNumber = 9001
    sr.SeriesDescription = f"HepatIA report, {context.state}"
    sr.ReferencedPerformedProcedureStepSequence = DicomSequence([])
    _equipment(sr, context)
    _flags(sr, context)
    _evidence(sr, context, sources)
    sr.CodingSchemeIdentificationSequence = DicomSequence([_coding_scheme()])
    return sr


def _copy_patient_and_study(sr: Dataset, source: Dataset) -> None:
    for keyword in COPIED:
        if keyword in source:
            sr[keyword] = source[keyword]
        elif keyword in TYPE_2:
            setattr(sr, keyword, None)


def _equipment(sr: Dataset, context: WriteContext) -> None:
    sr.Manufacturer = ORGANIZATION
    sr.ManufacturerModelName = "HepatIA for Orthanc"
    sr.DeviceSerialNumber = "none"
    sr.SoftwareVersions = context.software_version


def _flags(sr: Dataset, context: WriteContext) -> None:
    sr.InstanceNumber = context.instance_number
    sr.InstanceCreationDate, sr.InstanceCreationTime = _date_and_time(context.created)
    sr.ContentDate, sr.ContentTime = sr.InstanceCreationDate, sr.InstanceCreationTime
    sr.CompletionFlag, sr.VerificationFlag, sr.PreliminaryFlag = FLAGS[context.state]
    sr.PerformedProcedureCodeSequence = DicomSequence([])
    sr.AuthorObserverSequence = DicomSequence([_author(context)])
    if sr.VerificationFlag == "VERIFIED":
        sr.VerifyingObserverSequence = DicomSequence([_verifier(context)])
    if context.predecessors:
        sr.PredecessorDocumentsSequence = DicomSequence(_references(context.predecessors))


def _date_and_time(moment: datetime) -> tuple[str, str]:
    return moment.strftime("%Y%m%d"), moment.strftime("%H%M%S.%f")


def _author(context: WriteContext) -> Dataset:
    author = Dataset()
    author.ObserverType = "PSN"
    author.PersonName = context.observer_name
    author.PersonIdentificationCodeSequence = DicomSequence([])
    author.InstitutionName = None
    author.InstitutionCodeSequence = DicomSequence([])
    return author


def _verifier(context: WriteContext) -> Dataset:
    verifier = Dataset()
    verifier.VerifyingObserverName = context.verifier_name or context.observer_name
    verifier.VerifyingObserverIdentificationCodeSequence = DicomSequence([])
    verifier.VerifyingOrganization = ORGANIZATION
    verifier.VerificationDateTime = "".join(_date_and_time(context.created))
    return verifier


def _evidence(sr: Dataset, context: WriteContext, sources: Sequence[Dataset]) -> None:
    """List every instance that was read or is referred to (PS3.3 section C.17.2.3)."""
    cited = [context.segmentation] if context.segmentation is not None else []
    sr.CurrentRequestedProcedureEvidenceSequence = DicomSequence(_references([*sources, *cited]))


def _references(instances: Iterable[Dataset]) -> list[Dataset]:
    """Return studies → series → instances, each in the order of its first appearance."""
    ordered = sorted(instances, key=lambda header: (header.StudyInstanceUID, header.SeriesInstanceUID))
    studies = []
    for study_uid, of_study in groupby(ordered, key=lambda header: header.StudyInstanceUID):
        study = Dataset()
        study.StudyInstanceUID = study_uid
        study.ReferencedSeriesSequence = DicomSequence(
            [_series(uid, headers) for uid, headers in groupby(of_study, key=lambda header: header.SeriesInstanceUID)]
        )
        studies.append(study)
    return studies


def _series(series_instance_uid: str, headers: Iterable[Dataset]) -> Dataset:
    series = Dataset()
    series.SeriesInstanceUID = series_instance_uid
    series.ReferencedSOPSequence = DicomSequence([_instance(header) for header in headers])
    return series


def _instance(header: Dataset) -> Dataset:
    reference = Dataset()
    reference.ReferencedSOPClassUID = header.SOPClassUID
    reference.ReferencedSOPInstanceUID = header.SOPInstanceUID
    return reference


def _coding_scheme() -> Dataset:
    scheme = Dataset()
    scheme.CodingSchemeDesignator = SCHEME
    scheme.CodingSchemeUID = SCHEME_UID
    scheme.CodingSchemeName = "HepatIA codes for liver imaging"
    scheme.CodingSchemeResponsibleOrganization = ORGANIZATION
    return scheme
