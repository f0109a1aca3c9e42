"""The measurement groups of any TID 1500 report, whoever wrote it; iterative, so that depth cannot hurt."""

from collections.abc import Iterator

from pydicom import Dataset

from sr_templates import content
from sr_templates.codes import Code
from sr_templates.report import Evaluation, Finding, Measurement

#: Deeper content is ignored: no template nests so far, only a hostile file does.
DEEPEST = 64

_STRUCTURE = frozenset(
    code.key
    for code in (
        content.TRACKING_ID, content.TRACKING_UID, content.FINDING, content.FINDING_SITE,
        content.FINDING_CATEGORY, content.SEGMENT, content.SEGMENT_SERIES, content.SEGMENT_IMAGE,
    )
)  # fmt: skip


def groups(sr: Dataset) -> Iterator[Dataset]:
    """Yield every measurement group (DCM 125007) of the tree, in document order."""
    stack = [(sr, 0)]
    while stack:
        item, depth = stack.pop()
        concept = concept_of(item)
        if concept and concept.key == content.GROUP.key:
            yield item
        elif depth < DEEPEST:
            stack.extend((child, depth + 1) for child in reversed(list(children(item))))


def finding(group: Dataset) -> Finding:
    """Return everything that a measurement group says."""
    evaluations, measurements = [], []
    for child in children(group):
        concept = concept_of(child)
        if concept is None or concept.key in _STRUCTURE:
            continue
        if child.get("ValueType") == "NUM":
            value, unit = number(child)
            measurements.append(Measurement(concept, value, unit, tuple(sites(child))))
        elif (coded := code_of(child, "ConceptCodeSequence")) is not None:
            evaluations.append(Evaluation(concept, coded))
        elif child.get("TextValue"):
            evaluations.append(Evaluation(concept, str(child.TextValue)))
    return Finding(
        tracking_id=_first_text(group, content.TRACKING_ID),
        tracking_uid=tracking_uid(group),
        finding=first_code(group, content.FINDING),
        sites=tuple(sites(group)),
        segment=segment(group),
        measurements=tuple(measurements),
        evaluations=tuple(evaluations),
    )


def children(item: Dataset) -> Iterator[Dataset]:
    """Yield the content items directly below one."""
    yield from item.get("ContentSequence") or ()


def code_of(item: Dataset, keyword: str) -> Code | None:
    """Return the first code of a code sequence, whichever of the three value attributes it uses."""
    sequence = item.get(keyword)
    if not sequence:
        return None
    coded = sequence[0]
    value = coded.get("CodeValue") or coded.get("LongCodeValue") or coded.get("URNCodeValue")
    if not value:
        return None
    return Code(str(coded.get("CodingSchemeDesignator") or ""), str(value), str(coded.get("CodeMeaning") or ""))


def concept_of(item: Dataset) -> Code | None:
    """Return the concept name of a content item."""
    return code_of(item, "ConceptNameCodeSequence")


def first_code(item: Dataset, concept: Code) -> Code | None:
    """Return the value of the first CODE child with a concept name."""
    found = _with_concept(item, concept)
    return next((code for child in found if (code := code_of(child, "ConceptCodeSequence"))), None)


def sites(item: Dataset) -> Iterator[Code]:
    """Yield the finding sites of a group or of a measurement."""
    for child in _with_concept(item, content.FINDING_SITE):
        if (code := code_of(child, "ConceptCodeSequence")) is not None:
            yield code


def tracking_uid(group: Dataset) -> str | None:
    """Return the tracking unique identifier of a group."""
    return next((str(child.UID) for child in _with_concept(group, content.TRACKING_UID) if child.get("UID")), None)


def segment(group: Dataset) -> tuple[str, int] | None:
    """Return SOP Instance UID and segment number that a group refers to."""
    for child in _with_concept(group, content.SEGMENT):
        for reference in child.get("ReferencedSOPSequence", ()):
            numbers = reference.get("ReferencedSegmentNumber")
            if numbers is not None:
                first = numbers[0] if not isinstance(numbers, int) else numbers
                return str(reference.ReferencedSOPInstanceUID), int(first)
    return None


def number(item: Dataset) -> tuple[float | None, Code | None]:
    """Return value and unit of a NUM; no value when the SR says that there is none (PS3.3 section C.18.1)."""
    measured = item.get("MeasuredValueSequence")
    if not measured:
        return None, None
    unit = code_of(measured[0], "MeasurementUnitsCodeSequence")
    exact, shown = measured[0].get("FloatingPointValue"), measured[0].get("NumericValue")
    value = exact if exact is not None else shown
    return (None if value is None else float(value)), unit


def _first_text(item: Dataset, concept: Code) -> str | None:
    return next((str(child.TextValue) for child in _with_concept(item, concept) if child.get("TextValue")), None)


def _with_concept(item: Dataset, concept: Code) -> Iterator[Dataset]:
    for child in children(item):
        named = concept_of(child)
        if named and named.key == concept.key:
            yield child
