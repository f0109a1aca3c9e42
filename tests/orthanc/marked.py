"""An object with a patient's name and numbers wherever there is room for them, and where they are found again."""

import io
from collections.abc import Iterator

import pydicom
from pydicom import Dataset
from pydicom.dataelem import RawDataElement
from pydicom.tag import Tag

#: In every word and name of `marked`, in whatever case; numbers and UIDs that stand for the same patient.
MARK = b"quetzalvin"
NUMBERS = (b"19310203", b"5553197442", b"9917355502")

#: In what an admin tells Orthanc's jobs, and in what they fetch: another patient. Orthanc's list of jobs repeats it.
JOB_MARK = b"xylanthrop"
AS_ANOTHER = (
    (b"quetzalvin", b"xylanthrop"), (b"Quetzalvin", b"Xylanthrop"), (b"QUETZALVIN", b"XYLANTHROP"),
    (b"9917355502", b"8806244491"), (b"5553197442", b"4442086331"), (b"3680043.10.999.", b"3680043.10.777."),
)  # fmt: skip


def mark(dataset: Dataset) -> bytes:
    """Put the marks into a data set; gives its file."""
    with pydicom.config.disable_value_validation():
        for keyword, value in TEXTS.items():
            setattr(dataset, keyword, value)
        _add_items(dataset)
        _add_private(dataset)
        _add_wrong_values(dataset)
        dataset.preamble = b"Quetzalvina preamble".ljust(128, b"\0")
        dataset.file_meta.SourceApplicationEntityTitle = "QUETZALVINA"
        dataset.file_meta.PrivateInformationCreatorUID = "1.2.826.0.1.3680043.10.999.9"
        dataset.file_meta.PrivateInformation = b"Quetzalvina meta"
        buffer = io.BytesIO()
        dataset.save_as(buffer, enforce_file_format=True)
    return buffer.getvalue()


def traces(content: bytes) -> Iterator[str]:
    """What of the patient stands in some bytes, with its surroundings."""
    lower = content.lower()
    for mark in (MARK, *NUMBERS, b"1.2.826.0.1.3680043.10.999", MARK.decode().encode("utf-16-le")):
        at = lower.find(mark)
        if at >= 0:
            yield repr(content[max(0, at - 60) : at + 60])


TEXTS = {
    "PatientName": "Quetzalvina^Zenobia",
    "PatientID": "QUETZALVIN-9917355502",
    "PatientBirthDate": "19310203",
    "AccessionNumber": "9917355502",
    "PatientAddress": "Rua Quetzalvina 7",
    "PatientTelephoneNumbers": "5553197442",
    "PatientComments": "Quetzalvina, geb. 19310203",
    "AdditionalPatientHistory": "Sra. Quetzalvina, tel. 5553197442",
    "InstitutionName": "Clinica Quetzalvino",
    "StationName": "QUETZALVIN1",
    "DeviceSerialNumber": "QUETZALVIN2",
    "ReferringPhysicianName": "Quetzalvino^Otto",
    "OperatorsName": ["Quetzalvino^A", "Quetzalvino^B"],
    "StudyDescription": "TC abdome Quetzalvina 19310203",
    "SeriesDescription": "Fase portal QUETZALVINA",
    "ProtocolName": "Abdome_Quetzalvina",
    "ImageComments": "Quetzalvina 9917355502",
    "RequestedProcedureDescription": "CT liver Quetzalvina",
    "ContrastBolusAgent": "Quetzalvinol",
    "StudyID": "QUETZALVIN3",
    "DerivationDescription": "Quetzalvina",
    "RetrieveURL": "http://quetzalvin.example/9917355502",
}


def _add_items(dataset):
    other = Dataset()
    other.PatientID, other.PatientName, other.IssuerOfPatientID = "9917355502", "Quetzalvina", "Quetzalvinic"
    dataset.OtherPatientIDsSequence = [other]
    request = Dataset()
    request.RequestedProcedureDescription = "Quetzalvina"
    request.ScheduledProcedureStepDescription = "Quetzalvina"
    request.AccessionNumber = "9917355502"
    dataset.RequestAttributesSequence = [request]
    source = Dataset()
    source.ReferencedSOPClassUID = dataset.SOPClassUID
    source.ReferencedSOPInstanceUID = f"{dataset.SOPInstanceUID}.77"
    source.PurposeOfReferenceCodeSequence = [Dataset()]
    source.PurposeOfReferenceCodeSequence[0].CodeMeaning = "Quetzalvina"
    dataset.SourceImageSequence = [source]


def _add_private(dataset):
    block = dataset.private_block(0x0009, "QUETZALVIN PRIVATE", create=True)
    block.add_new(0x01, "LO", "Quetzalvina")
    block.add_new(0x02, "UN", b"Quetzalvina 19310203")
    item = Dataset()
    item.PatientName = "Quetzalvina"
    dataset.private_block(0x0029, "SIEMENS CSA HEADER", create=True).add_new(0x10, "OB", b"Quetzalvina")
    dataset.private_block(0x0019, "QUETZALVIN", create=True).add_new(0x01, "SQ", [item])
    # Of unknown VR: a public attribute, one that no dictionary knows, and a sequence as implicit VR writes it.
    for tag, value in ((0x00101060, b"Quetzalvina"), (0x0018FFF0, b"Quetzalvina 5553197442"), (0x00081140, HIDDEN)):
        _add(dataset, tag, "UN", value)
    _add(dataset, 0x60000022, "LO", b"Quetzalvina overlay ")
    _add(dataset, 0x50000022, "LO", b"Quetzalvina curve ")
    _add(dataset, 0xFFFCFFFC, "OB", b"Quetzalvina padding ")


#: A sequence of one item with (0010,0010), in Implicit VR Little Endian.
HIDDEN = b"\xfe\xff\x00\xe0\x14\x00\x00\x00" + b"\x10\x00\x10\x00\x0c\x00\x00\x00" + b"Quetzalvina "


def _add_wrong_values(dataset):
    """Values that break their VR: senders write names and numbers anywhere."""
    for tag, vr, value in (
        (0x00080021, "DA", b"Quetzalvin"),
        (0x00080022, "DA", b"Quetzalvin 19310203 "),
        (0x00080031, "TM", b"Quetzalvin"),
        (0x0008002A, "DT", b"Quetzalvin"),
        (0x00180060, "DS", b"Quetzalvin"),
        (0x00181150, "IS", b"Quetzalvin"),
        (0x00101010, "AS", b"Quetzalvin"),
        (0x00083010, "UI", b"Quetzalvin"),
        (0x00185100, "CS", b"quetzalvin"),
    ):
        _add(dataset, tag, vr, value)


def _add(dataset, tag, vr, value):
    value += b" " * (len(value) % 2)
    dataset[tag] = RawDataElement(Tag(tag), vr, len(value), value, 0, False, True)
