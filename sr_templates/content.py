"""Content items that a report is written with, and the concepts that more than one module names."""

from collections.abc import Iterable

from sr_templates.codes import Code
from sr_templates.items import ContentItem, Coordinates, Reference

CONTAINS = "CONTAINS"
CONTEXT = "HAS OBS CONTEXT"
ACQUISITION = "HAS ACQ CONTEXT"
MODIFIER = "HAS CONCEPT MOD"
INFERRED = "INFERRED FROM"
SELECTED = "SELECTED FROM"


def container(concept: Code, children: Iterable[ContentItem], template: str = "") -> ContentItem:
    """Return a CONTAINER; `template` is its TID in PS3.16."""
    return ContentItem("CONTAINER", CONTAINS, concept, template=template, children=tuple(children))


def code(concept: Code, value: Code, relationship: str = CONTAINS, children: Iterable[ContentItem] = ()) -> ContentItem:
    """Return a CODE."""
    return ContentItem("CODE", relationship, concept, value, children=tuple(children))


def text(concept: Code, value: str, relationship: str = CONTAINS) -> ContentItem:
    """Return a TEXT."""
    return ContentItem("TEXT", relationship, concept, value)


def person(concept: Code, value: str, relationship: str = CONTEXT) -> ContentItem:
    """Return a PNAME."""
    return ContentItem("PNAME", relationship, concept, value)


def uid(concept: Code, value: str, relationship: str = CONTAINS) -> ContentItem:
    """Return a UIDREF."""
    return ContentItem("UIDREF", relationship, concept, value)


def moment(value_type: str, concept: Code, value: str, relationship: str = CONTAINS) -> ContentItem:
    """Return a DATE, TIME or DATETIME."""
    return ContentItem(value_type, relationship, concept, value)


def number(
    concept: Code, value: float, unit: Code, relationship: str = CONTAINS, children: Iterable[ContentItem] = ()
) -> ContentItem:
    """Return a NUM."""
    return ContentItem("NUM", relationship, concept, value, unit, children=tuple(children))


def image(reference: Reference, concept: Code | None = None, relationship: str = CONTAINS) -> ContentItem:
    """Return an IMAGE."""
    return ContentItem("IMAGE", relationship, concept, references=(reference,))


def polyline(points: Iterable[float], reference: Reference) -> ContentItem:
    """Return the SCOORD of a line that a measurement was inferred from, in columns and rows of an image."""
    coordinates = Coordinates("POLYLINE", tuple(points))
    selected = image(reference, relationship=SELECTED)
    return ContentItem("SCOORD", INFERRED, None, coordinates=coordinates, children=(selected,))


def site(where: Code, laterality: Code | None = None) -> ContentItem:
    """Return a Finding Site, with its laterality."""
    side = [code(LATERALITY, laterality, MODIFIER)] if laterality else []
    return code(FINDING_SITE, where, MODIFIER, side)


# Concept names of PS3.16.
REPORT = Code("DCM", "126000", "Imaging Measurement Report")
MEASUREMENTS = Code("DCM", "126010", "Imaging Measurements")
DERIVED_MEASUREMENTS = Code("DCM", "126011", "Derived Imaging Measurements")
QUALITATIVE = Code("UMLS", "C0034375", "Qualitative Evaluations")
GROUP = Code("DCM", "125007", "Measurement Group")
LIBRARY = Code("DCM", "111028", "Image Library")
LIBRARY_GROUP = Code("DCM", "126200", "Image Library Group")
TRACKING_ID = Code("DCM", "112039", "Tracking Identifier")
TRACKING_UID = Code("DCM", "112040", "Tracking Unique Identifier")
FINDING = Code("DCM", "121071", "Finding")
FINDING_CATEGORY = Code("SCT", "276214006", "Finding category")
FINDING_SITE = Code("SCT", "363698007", "Finding Site")
LATERALITY = Code("SCT", "272741003", "Laterality")
DERIVATION = Code("DCM", "121401", "Derivation")
METHOD = Code("SCT", "370129005", "Measurement Method")
SOURCE = Code("DCM", "121112", "Source of Measurement")
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
# Ours.
TEMPLATE = Code("99HEPATIA", "TEMPLATE", "Reporting template")
OUR_ROLE = Code("99HEPATIA", "ROLE", "Role of the reader in HepatIA")
