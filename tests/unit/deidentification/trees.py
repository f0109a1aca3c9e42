"""Objects before and after, side by side: UIDs at every depth, content trees item by item; studies of every kind."""

import io
import re
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any, Final

from pydicom import Dataset, dcmread
from pydicom.multival import MultiValue
from pydicom.sequence import Sequence

from orthanc_plugin.deidentification.arrival import Gate
from orthanc_plugin.deidentification.keys import Keys
from orthanc_plugin.deidentification.policy import Policy
from orthanc_plugin.deidentification.profile import load
from orthanc_plugin.deidentification.trace import Deidentified
from tests.unit.deidentification import objects, reports

Pair = tuple[Dataset, Dataset]
STANDARD: Final = "1.2.840.10008."
PROFILE, KEYS = load(), Keys(bytes(range(32)))


def read(data: bytes) -> Dataset:
    return dcmread(io.BytesIO(data))


def bytes_of(dataset: Dataset) -> bytes:
    buffer = io.BytesIO()
    dataset.save_as(buffer, enforce_file_format=True)
    return buffer.getvalue()


def started(*, fast: bool = True) -> Gate:
    """Return what a start of the program makes of the secret: nothing is remembered from before."""
    return Gate(Policy(PROFILE, KEYS), fast=fast)


def sent_in(gate: Gate, data: bytes) -> bytes:
    decision = gate.decide(data)
    assert isinstance(decision, Deidentified), decision
    return decision.data


def day(text: str) -> date:
    return datetime.strptime(str(text)[:8], "%Y%m%d").date()


def pairs(before: Dataset, after: Dataset) -> Iterator[Pair]:
    """Yield a data set and all items of it, each beside what it became."""
    yield before, after
    for element in before:
        if isinstance(element.value, Sequence) and element.tag in after:
            for one, other in zip(element.value, after[element.tag].value, strict=True):
                yield from pairs(one, other)


def uids(before: Dataset, after: Dataset) -> Iterator[tuple[str, str, str]]:
    """Yield the keyword of each UID at every depth, with its value before and after."""
    for one, other in pairs(before, after):
        for element in one:
            if element.VR == "UI" and element.tag in other and element.value:
                for first, second in zip(_all(element.value), _all(other[element.tag].value), strict=True):
                    yield element.keyword, first, second


def _all(value: Any) -> list[str]:
    return list(map(str, value)) if isinstance(value, MultiValue | list) else [str(value)]


# --- content trees ----------------------------------------------------------------------------------------------------


def items(report: Dataset, depth: int = 0) -> Iterator[tuple[int, Dataset]]:
    """Yield the content items of a report in their order, with their depth."""
    for item in report.get("ContentSequence") or ():
        yield depth, item
        yield from items(item, depth + 1)


def code(item: Dataset, keyword: str) -> tuple[str, ...]:
    """Return all of a coded entry but its meaning."""
    entries = item.get(keyword) or [Dataset()]
    names = ("CodeValue", "LongCodeValue", "URNCodeValue", "CodingSchemeDesignator", "CodingSchemeVersion")
    return tuple(str(entries[0].get(name)) for name in names)


#: What no content item may lose, whatever it is.
KEPT: Final = (
    "RelationshipType", "ValueType", "ContinuityOfContent", "ReferencedContentItemIdentifier", "GraphicType",
    "GraphicData", "TemporalRangeType", "ReferencedSamplePositions", "ReferencedTimeOffsets",
    "PixelOriginInterpretation",
)  # fmt: skip
CODED: Final = ("ConceptNameCodeSequence", "ConceptCodeSequence", "NumericValueQualifierCodeSequence")
OF_A_REFERENCE: Final = ("ReferencedSOPClassUID", "ReferencedFrameNumber", "ReferencedSegmentNumber")
OF_A_NUMBER: Final = ("NumericValue", "FloatingPointValue", "RationalNumeratorValue", "RationalDenominatorValue")


def skeleton(item: Dataset) -> list[object]:
    """Return all of a content item that de-identification has no business with."""
    kept: list[object] = [_plain(item.get(name)) for name in KEPT]
    kept += [code(item, name) for name in CODED]
    for measured in item.get("MeasuredValueSequence") or ():
        kept += [str(measured.get(name)) for name in OF_A_NUMBER] + [code(measured, "MeasurementUnitsCodeSequence")]
    for reference in item.get("ReferencedSOPSequence") or ():
        kept += [_plain(reference.get(name)) for name in OF_A_REFERENCE]
    for template in item.get("ContentTemplateSequence") or ():
        kept += [template.get("MappingResource"), template.get("TemplateIdentifier")]
    return kept


def _plain(value: object) -> object:
    return list(map(str, value)) if isinstance(value, MultiValue | list) else str(value)


def masked(dump: str) -> list[str]:
    """Return the lines of dsrdump's tree without what de-identification changes: texts, names, dates, UIDs."""
    tree = re.sub(r'"[^"\n]*"\)', '"…")', dump[dump.index("<CONTAINER") :])  # meanings
    tree = re.sub(r"\{\d{4}-\d\d-\d\d( [\d:]+\})$", r"{…\1", tree, flags=re.MULTILINE)
    changed = r'^( *<[^:]*(?:TEXT|PNAME|DATE|DATETIME|UIDREF):(?:\([^()"]*"…"\))?=)".*$'
    return [re.sub(changed, r"\1…", line) for line in tree.splitlines()]


# --- one patient's studies --------------------------------------------------------------------------------------------


def studies() -> list[Dataset]:
    """Return two studies with an object of every kind; those of the second refer to the first too."""
    made: list[Dataset] = []
    before: Dataset | None = None
    for study in (1, 2):
        images = [objects.image(study, number) for number in (1, 2, 3)]
        mask = objects.segmentation(images, study)
        report = reports.report(images, mask, study, before)
        made += [*images, mask, report, objects.structures(images, study), objects.presentation(images, study)]
        made.append(reports.key_objects([*images, *made[:2]], study))
        before = report
    return made
