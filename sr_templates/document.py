"""The SR document around the content tree: patient, study, series, flags, evidence (PS3.3 section A.35.13)."""

import io
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from pydicom import Dataset
from pydicom.dataset import FileMetaDataset
from pydicom.sequence import Sequence as DicomSequence
from pydicom.uid import Comprehensive3DSRStorage, ExplicitVRLittleEndian

from sr_templates import elements, encode, items
from sr_templates.codes import PRIVATE_SCHEMES, Code
from sr_templates.items import ContentItem
from sr_templates.report import State, WriteContext
from sr_templates.structure import Structure, data_set

ORGANIZATION = "HepatIA"

#: Predecessor Documents, Current Requested Procedure Evidence, and Content Sequence.
PREDECESSORS, EVIDENCE, CONTENT = 0x0040A360, 0x0040A375, 0x0040A730

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


def file(root: ContentItem, context: WriteContext, sources: Sequence[Dataset]) -> bytes:
    """Return the document as a DICOM file.

    Parameters
    ----------
    sources
        Headers of the images that were read: they give patient and study, and are the evidence (PS3.3 C.17.2.3).
    """
    sr = _header(context, sources)
    sr.CodingSchemeIdentificationSequence = DicomSequence(_coding_schemes(root))
    _put_root(sr, root)
    buffer = io.BytesIO()
    sr.save_as(buffer, enforce_file_format=True)
    cited = [context.segmentation] if context.segmentation is not None else []
    sequences = {
        PREDECESSORS: encode.instances(context.predecessors),
        # The segmentation that the report cites comes first, and is known by that.
        EVIDENCE: encode.instances([*cited, *sources, *context.masks]),
        CONTENT: encode.content(root.children),
    }
    return _with_sequences(buffer.getvalue(), {tag: value for tag, value in sequences.items() if value})


def _with_sequences(data: bytes, sequences: Mapping[int, bytes]) -> bytes:
    """Return a file with long sequences put where they belong; pydicom would take most of the time over them."""
    waiting = sorted(sequences)
    pieces: list[bytes] = []
    done = at = data_set(data)
    for key, _, end in Structure(data).elements(at, len(data), 0):
        tag = int.from_bytes(key[:2], "little") << 16 | int.from_bytes(key[2:4], "little")
        while waiting and waiting[0] < tag:
            pieces += (data[done:at], elements.sequence(waiting[0], sequences[waiting.pop(0)]))
            done = at
        at = end
    return b"".join(
        (data[: data_set(data)], *pieces, data[done:], *(elements.sequence(t, sequences[t]) for t in waiting))
    )


def _put_root(sr: Dataset, root: ContentItem) -> None:
    """Put the root content item into the document (PS3.3 section C.17.3)."""
    assert root.concept is not None
    sr.ValueType, sr.ContinuityOfContent = root.value_type, "SEPARATE"
    sr.ConceptNameCodeSequence = DicomSequence([_code(root.concept)])
    template = Dataset()
    template.MappingResource, template.TemplateIdentifier = "DCMR", root.template
    sr.ContentTemplateSequence = DicomSequence([template])


def _code(code: Code) -> Dataset:
    item = Dataset()
    item.CodeValue, item.CodingSchemeDesignator, item.CodeMeaning = code.value, code.scheme, code.meaning
    return item


def _header(context: WriteContext, sources: Sequence[Dataset]) -> Dataset:
    """Return the document without its evidence and content."""
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


def _coding_schemes(root: ContentItem) -> Iterator[Dataset]:
    """Yield the coding schemes of the content that are not DICOM's own (PS3.3 section C.12.1.1.5)."""
    codes = (code for item in items.walk(root) for code in (item.concept, item.value, item.unit))
    for designator in sorted({code.scheme for code in codes if isinstance(code, Code)} & set(PRIVATE_SCHEMES)):
        known = PRIVATE_SCHEMES[designator]
        scheme = Dataset()
        scheme.CodingSchemeDesignator = designator
        scheme.CodingSchemeUID = known.uid
        scheme.CodingSchemeName = known.name
        scheme.CodingSchemeVersion = known.version
        scheme.CodingSchemeResponsibleOrganization = known.organization
        yield scheme
