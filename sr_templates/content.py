"""Content items of an SR (PS3.3 section C.17.3), made and read without further checks."""

from collections.abc import Iterable
from decimal import Decimal

from pydicom import Dataset
from pydicom.sequence import Sequence
from pydicom.valuerep import format_number_as_ds

from sr_templates.codes import Code

CONTAINS = "CONTAINS"
CONTEXT = "HAS OBS CONTEXT"
MODIFIER = "HAS CONCEPT MOD"


def code_item(code: Code) -> Dataset:
    """Return a code sequence item (PS3.3 table 8.8-1)."""
    item = Dataset()
    item.CodeValue = code.value
    item.CodingSchemeDesignator = code.scheme
    item.CodeMeaning = code.meaning
    return item


def container(concept: Code, children: Iterable[Dataset], template: str | None = None) -> Dataset:
    """Return a CONTAINER; `template` is its TID in PS3.16."""
    item = _item("CONTAINER", CONTAINS, concept)
    item.ContinuityOfContent = "SEPARATE"
    if template:
        identified = Dataset()
        identified.MappingResource = "DCMR"
        identified.TemplateIdentifier = template
        item.ContentTemplateSequence = Sequence([identified])
    item.ContentSequence = Sequence(list(children))
    return item


def code(concept: Code, value: Code, relationship: str = CONTAINS) -> Dataset:
    """Return a CODE."""
    item = _item("CODE", relationship, concept)
    item.ConceptCodeSequence = Sequence([code_item(value)])
    return item


def text(concept: Code, value: str, relationship: str = CONTAINS) -> Dataset:
    """Return a TEXT."""
    item = _item("TEXT", relationship, concept)
    item.TextValue = value
    return item


def person(concept: Code, value: str, relationship: str = CONTEXT) -> Dataset:
    """Return a PNAME."""
    item = _item("PNAME", relationship, concept)
    item.PersonName = value
    return item


def uid(concept: Code, value: str, relationship: str = CONTAINS) -> Dataset:
    """Return a UIDREF."""
    item = _item("UIDREF", relationship, concept)
    item.UID = value
    return item


def number(concept: Code, value: float, unit: Code, site: Code | None = None) -> Dataset:
    """Return a NUM; a value that a DS cannot hold exactly has its Floating Point Value beside it."""
    item = _item("NUM", CONTAINS, concept)
    measured = Dataset()
    shown = str(value) if len(str(value)) <= 16 else format_number_as_ds(float(value))
    measured.NumericValue = shown
    if Decimal(shown) != Decimal(str(value)):
        measured.FloatingPointValue = float(value)
    measured.MeasurementUnitsCodeSequence = Sequence([code_item(unit)])
    item.MeasuredValueSequence = Sequence([measured])
    if site:
        item.ContentSequence = Sequence([code(FINDING_SITE, site, MODIFIER)])
    return item


def segment(concept: Code, segmentation: Dataset, segment_number: int) -> Dataset:
    """Return an IMAGE that refers to one segment of a SEG."""
    item = _item("IMAGE", CONTAINS, concept)
    reference = Dataset()
    reference.ReferencedSOPClassUID = segmentation.SOPClassUID
    reference.ReferencedSOPInstanceUID = segmentation.SOPInstanceUID
    reference.ReferencedSegmentNumber = segment_number
    item.ReferencedSOPSequence = Sequence([reference])
    return item


def _item(value_type: str, relationship: str, concept: Code) -> Dataset:
    item = Dataset()
    item.RelationshipType = relationship
    item.ValueType = value_type
    item.ConceptNameCodeSequence = Sequence([code_item(concept)])
    return item


# Concept names of PS3.16 that more than one module uses.
REPORT = Code("DCM", "126000", "Imaging Measurement Report")
MEASUREMENTS = Code("DCM", "126010", "Imaging Measurements")
GROUP = Code("DCM", "125007", "Measurement Group")
TRACKING_ID = Code("DCM", "112039", "Tracking Identifier")
TRACKING_UID = Code("DCM", "112040", "Tracking Unique Identifier")
FINDING = Code("DCM", "121071", "Finding")
FINDING_CATEGORY = Code("SCT", "276214006", "Finding category")
FINDING_SITE = Code("SCT", "363698007", "Finding Site")
SEGMENT = Code("DCM", "121191", "Referenced Segment")
SEGMENT_SERIES = Code("DCM", "121232", "Source series for segmentation")
SEGMENT_IMAGE = Code("DCM", "121233", "Source image for segmentation")
OBSERVER_TYPE = Code("DCM", "121005", "Observer Type")
PERSON = Code("DCM", "121006", "Person")
OBSERVER_NAME = Code("DCM", "121008", "Person Observer Name")
OBSERVER_LOGIN = Code("DCM", "128774", "Person Observer's Login Name")
OBSERVER_ROLE = Code("DCM", "121010", "Person Observer's Role in the Organization")
PROCEDURE_ROLE = Code("DCM", "121011", "Person Observer's Role in this Procedure")
LANGUAGE = Code("DCM", "121049", "Language of Content Item and Descendants")
PROCEDURE = Code("DCM", "121058", "Procedure reported")
TEMPLATE = Code("99HEPATIA", "TEMPLATE", "Reporting template")
OUR_ROLE = Code("99HEPATIA", "ROLE", "Role of the reader in HepatIA")
