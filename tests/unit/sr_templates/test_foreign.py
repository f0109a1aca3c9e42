"""Reports of other tools: every content item that has a value is held, whatever wrote it and however it is nested."""

import io
import json
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any

import pytest
from pydicom import Dataset, dcmread

from sr_templates import content, document, read
from sr_templates.codes import Code
from sr_templates.errors import NotAReport
from sr_templates.items import ContentItem, Coordinates, Reference
from sr_templates.report import Evaluation, Finding, Measurement, WriteContext

FOREIGN = [
    ("sr-tid1500/sr.dcm", 1, 22, 3),
    ("sr-tid1500/sr-ruler.dcm", 3, 3, 9),
    ("sr-tid1500/sr-ellipse.dcm", 3, 18, 9),
    ("sr-tid1500/sr_document.dcm", 1, 1, 0),
    ("ct-liver-seg-dcmqi/liver_tid1500_dcmqi.dcm", 1, 6, 5),
]


@pytest.mark.parametrize(("name", "groups", "measurements", "evaluations"), FOREIGN)
def test_foreign_reports_are_read_without_loss(
    shared_data: Path, name: str, groups: int, measurements: int, evaluations: int
) -> None:
    report = read.read((shared_data / name).read_bytes())
    assert report.template is None
    assert lost(dcmread(shared_data / name), report.findings) == []
    in_groups = [one for one in report.findings if one.tracking_uid]
    assert len(in_groups) == groups
    assert [one.finding for one in report.findings[groups:]] in ([], [None])
    assert sum(len(one.measurements) for one in in_groups) == measurements
    assert sum(len(one.evaluations) for one in in_groups) == evaluations


def lost(sr: Dataset, findings: Iterable[Finding]) -> list[tuple[Any, ...]]:
    """Values of the tree that the findings do not hold, or less often."""
    return list((Counter(said(sr)) - Counter(held(findings))).elements())


def said(item: Dataset) -> Iterator[tuple[Any, ...]]:
    """A separate, recursive walk with pydicom: every value below an item, with its concept."""
    for child in item.get("ContentSequence", []):
        concept = coded(child.get("ConceptNameCodeSequence"))
        yield from ((concept, value) for value in values(child))
        yield from said(child)


def values(item: Dataset) -> Iterator[Any]:
    match item.ValueType:
        case "CODE":
            yield coded(item.ConceptCodeSequence)
        case "NUM":
            measured = item.MeasuredValueSequence
            yield (exact(measured[0]), coded(measured[0].MeasurementUnitsCodeSequence)) if measured else None
        case "IMAGE" | "COMPOSITE":
            for reference in item.ReferencedSOPSequence:
                yield str(reference.ReferencedSOPInstanceUID)
        case "SCOORD" | "SCOORD3D":
            yield item.GraphicType, tuple(map(float, item.GraphicData))
        case "TEXT" | "UIDREF" | "PNAME" | "DATE" | "TIME" | "DATETIME":
            [keyword] = [one for one in ("TextValue", "UID", "PersonName", "Date", "Time", "DateTime") if one in item]
            yield str(item[keyword].value).rstrip()


def exact(measured: Dataset) -> float:
    return float(measured.get("FloatingPointValue") or measured.NumericValue)


def coded(sequence: Any) -> tuple[str, str] | None:
    if not sequence:
        return None
    code = sequence[0]
    return code.CodingSchemeDesignator, code.get("CodeValue") or code.get("LongCodeValue")


def held(findings: Iterable[Finding]) -> Iterator[tuple[Any, ...]]:
    """Every value that findings hold, with its concept."""
    for finding in findings:
        yield ("DCM", "112039"), finding.tracking_id
        yield ("DCM", "112040"), finding.tracking_uid
        yield ("DCM", "121071"), pair(finding.finding)
        for site in finding.sites:
            yield from (((scheme, value), pair(site)) for scheme, value in SITE)
        yield ("DCM", "121191"), (finding.segment or (None,))[0]
        for measurement in finding.measurements:
            yield from of_measurement(measurement)
        for evaluation in finding.evaluations:
            yield pair(evaluation.concept), pair(evaluation.value)
            yield from of_items(evaluation.details)
        yield from of_items(finding.others)


#: SNOMED CT and its retired form.
SITE = (("SCT", "363698007"), ("SRT", "G-C0E3"))


def of_measurement(measurement: Measurement) -> Iterator[tuple[Any, ...]]:
    value = None if measurement.value is None else (measurement.value, pair(measurement.unit))
    yield pair(measurement.concept), value
    for site in measurement.sites:
        yield from ((concept, pair(site)) for concept in SITE)
    yield from of_items(measurement.details)


def of_items(items: Iterable[ContentItem]) -> Iterator[tuple[Any, ...]]:
    for item in items:
        concept = pair(item.concept)
        if item.value_type == "NUM":
            yield concept, None if item.value is None else (item.value, pair(item.unit))
        elif item.value is not None:
            yield concept, pair(item.value)
        yield from ((concept, reference.sop_instance_uid) for reference in item.references)
        if item.coordinates:
            yield concept, (item.coordinates.shape, item.coordinates.points)
        yield from of_items(item.children)


def pair(value: Any) -> Any:
    return (value.scheme, value.value) if isinstance(value, Code) else value


# --- reports as other tools may write them, made here ---------------------------------------------------------------

MM, NO_UNIT = Code("UCUM", "mm", "millimeter"), Code("UCUM", "1", "no units")
LENGTH = Code("SCT", "410668003", "Length")
IMAGE = Reference("1.2.840.10008.5.1.4.1.1.2", "2.25.41")
SURFACE = Coordinates("POLYGON", (0.0, 0.0, 1.5, 10.0, 0.0, 1.5, 10.0, 10.0, 1.5), "2.25.99")


def nothing_but_groups() -> list[ContentItem]:
    """Groups without identity, site, segment or finding; a number without value."""
    missing = ContentItem("NUM", "CONTAINS", LENGTH, qualifier=Code("DCM", "114006", "Measurement failure"))
    return [group([content.number(LENGTH, 12.25, MM)]), group([missing]), group([])]


def retired_snomed() -> list[ContentItem]:
    """SNOMED RT, as tools wrote it until 2019."""
    site = content.code(Code("SRT", "G-C0E3", "Finding Site"), Code("SRT", "T-62000", "Liver"), content.MODIFIER)
    length = content.number(Code("SRT", "G-D7FE", "Length"), 12.5, MM)
    return [group([content.code(content.FINDING, Code("SRT", "M-03010", "Nodule")), site, length])]


def cornerstone() -> list[ContentItem]:
    """A length drawn in OHIF, with its free text."""
    free_text = Code("CORNERSTONEJS", "CORNERSTONEFREETEXT", "Looks like a hemangioma")
    length = content.number(LENGTH, 36.00123, MM, children=[content.polyline((10.0, 11.0, 20.0, 30.5), IMAGE)])
    children = [
        content.text(content.TRACKING_ID, "Cornerstone3DTools@^0.1.0:Length", content.CONTEXT),
        content.uid(content.TRACKING_UID, "2.25.77", content.CONTEXT),
        content.code(content.FINDING, free_text),
        content.code(content.FINDING_SITE, free_text, content.MODIFIER),
        length,
    ]
    return [group(children)]


def everything() -> list[ContentItem]:
    """Whatever TID 1500 allows, at every depth."""
    derived = content.code(content.DERIVATION, Code("SCT", "373098007", "Mean"), content.MODIFIER)
    site = content.site(Code("SCT", "64033007", "Kidney"), Code("SCT", "7771000", "Left"))
    modified = content.code(
        Code("SCT", "246112005", "Severity"),
        Code("SCT", "255604002", "Mild"),
        children=[content.code(Code("SCT", "106233006", "Topographical modifier"), Code("SCT", "24028007", "Right"))],
    )
    inner = group([content.uid(content.TRACKING_UID, "2.25.5", content.CONTEXT), content.text(LENGTH, "in a group")])
    children = [
        content.text(content.TRACKING_ID, "First", content.CONTEXT),
        content.text(content.TRACKING_ID, "Second", content.CONTEXT),
        content.code(content.FINDING_CATEGORY, Code("SCT", "49755003", "Morphologically Abnormal Structure")),
        content.code(content.FINDING, Code("SCT", "52988006", "Lesion")),
        content.code(content.FINDING, Code("SCT", "4147007", "Mass")),
        site,
        content.image(Reference("1.2.840.10008.5.1.4.1.1.66.4", "2.25.31", segments=(2, 3)), content.SEGMENT),
        content.image(Reference("1.2.840.10008.5.1.4.1.1.66.4", "2.25.32", (1,), (4,)), content.SEGMENT),
        content.image(IMAGE, content.SEGMENT_IMAGE),
        ContentItem("SCOORD3D", "CONTAINS", Code("DCM", "121231", "Volume Surface"), coordinates=SURFACE),
        content.number(LENGTH, 1e-7, MM, children=[derived, site]),
        content.number(LENGTH, 1 / 3, NO_UNIT, "HAS PROPERTIES"),
        modified,
        content.moment("DATE", Code("DCM", "111060", "Study Date"), "20260304"),
        content.moment("TIME", Code("DCM", "111061", "Study Time"), "102030"),
        content.moment("DATETIME", Code("DCM", "111526", "DateTime Started"), "20260304102030"),
        content.person(content.OBSERVER_NAME, "Souza^Ana"),
        ContentItem("COMPOSITE", "CONTAINS", Code("DCM", "126100", "Real World Value Map"), references=(IMAGE,)),
        inner,
    ]
    return [group(children)]


def outside_of_groups() -> list[ContentItem]:
    """Only a group that is empty; the rest stands beside it (`Qualitative Evaluations`, derived measurements)."""
    return [group([]), content.number(Code("SCT", "246206008", "Number of lesions"), 3, NO_UNIT)]


def group(children: list[ContentItem]) -> ContentItem:
    return content.container(content.GROUP, children)


MADE = (nothing_but_groups, retired_snomed, cornerstone, everything, outside_of_groups)
SOP_CLASSES = {"Enhanced": "88.22", "Comprehensive": "88.33", "Comprehensive 3D": "88.34"}


def written(groups: list[ContentItem], sop_class: str, context: WriteContext, sources: list[Dataset]) -> Dataset:
    evaluation = content.code(Code("99OTHER", "QUALITY", "Quality"), Code("SCT", "17621005", "Normal"))
    children = (
        content.text(Code("DCM", "121111", "Summary"), "Nothing else"),
        content.container(content.MEASUREMENTS, groups),
        content.container(content.DERIVED_MEASUREMENTS, [content.number(LENGTH, 7, MM)]),
        content.container(content.QUALITATIVE, [evaluation, content.text(LENGTH, "as text")]),
    )
    root = ContentItem("CONTAINER", "", content.REPORT, template="1500", children=children)
    sr = dcmread(io.BytesIO(document.file(root, context, sources)))
    sr.SOPClassUID = sr.file_meta.MediaStorageSOPClassUID = f"1.2.840.10008.5.1.4.1.1.{SOP_CLASSES[sop_class]}"
    return sr


@pytest.mark.parametrize("sop_class", SOP_CLASSES)
@pytest.mark.parametrize("make", MADE, ids=lambda make: make.__name__)
def test_whatever_tid_1500_allows_is_read_without_loss(
    make: Any, sop_class: str, context: Any, sources: list[Dataset]
) -> None:
    sr = written(make(), sop_class, context(), sources)
    buffer = io.BytesIO()
    sr.save_as(buffer)
    for data in (buffer.getvalue(), sr):
        report = read.read(data)
        assert (report.template, report.answers) == (None, {})
        assert lost(sr, report.findings) == []
        assert all(rebuilt(Finding, json.loads(json.dumps(plain(one)))) == one for one in report.findings)
    outside = report.findings[-1]
    assert [one.concept.value for one in outside.evaluations] == ["121111", "QUALITY", "410668003"][-2:]
    assert outside.measurements[-1].value == 7


def test_what_a_group_says_stands_where_it_is_looked_for(context: Any, sources: list[Dataset]) -> None:
    found, _ = read.read(written(everything(), "Comprehensive 3D", context(), sources)).findings
    assert (found.tracking_id, found.tracking_uid) == ("First", None)
    assert found.finding == Code("SCT", "52988006", "Lesion")
    assert found.segment == ("2.25.31", 2)
    assert [one.value for one in found.measurements] == [1e-7, 1 / 3]
    assert found.measurements[0].sites == found.sites == (Code("SCT", "64033007", "Kidney"),)
    [evaluation] = found.evaluations
    assert evaluation.details[0].value == Code("SCT", "24028007", "Right")


def test_a_number_without_value_keeps_its_reason(context: Any, sources: list[Dataset]) -> None:
    found = read.read(written(nothing_but_groups(), "Enhanced", context(), sources)).findings
    [measurement] = found[1].measurements
    assert (measurement.value, measurement.unit) == (None, None)
    assert measurement.qualifier == Code("DCM", "114006", "Measurement failure")


@pytest.mark.parametrize("name", sorted(name for name, *_ in FOREIGN))
def test_what_is_read_is_json_without_loss(shared_data: Path, name: str) -> None:
    for finding in read.read((shared_data / name).read_bytes()).findings:
        assert rebuilt(Finding, json.loads(json.dumps(plain(finding)))) == finding


def plain(value: Any) -> Any:
    if is_dataclass(value):
        return {field.name: plain(getattr(value, field.name)) for field in fields(value)}
    return [plain(one) for one in value] if isinstance(value, tuple) else value


def rebuilt(kind: type, data: dict[str, Any]) -> Any:
    """The value of a JSON object, told by its keys."""
    kinds = (Code, ContentItem, Coordinates, Reference, Measurement, Evaluation, Finding)

    def value(one: Any) -> Any:
        if isinstance(one, list):
            return tuple(map(value, one))
        if isinstance(one, dict):
            [found] = [kind for kind in kinds if {field.name for field in fields(kind)} == set(one)]
            return rebuilt(found, one)
        return one

    return kind(**{name: value(one) for name, one in data.items()})


@pytest.mark.parametrize(
    "name",
    ["reportsi.dcm", "test-SR.dcm", "ESR_non-dose.dcm", "CT-RDSR-Toshiba_DoseCheck.dcm", "RF-RDSR-Siemens-Zee.dcm"],
)
def test_other_reports_are_told_apart(shared_data: Path, name: str) -> None:
    with pytest.raises(NotAReport):
        read.read((shared_data / "sr-other" / name).read_bytes())
