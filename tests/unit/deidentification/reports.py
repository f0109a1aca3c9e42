"""Structured reports and key object selections, built from nothing."""

from typing import Any

from pydicom import Dataset
from pydicom.sequence import Sequence

from tests.unit.deidentification.objects import ROOT, code, instance, reference, study_reference


def content(relation: str, kind: str, name: Dataset, *children: Dataset, **attributes: Any) -> Dataset:
    """Return a content item; `relation` is a word of Relationship Type, with underscores."""
    item = Dataset()
    item.RelationshipType, item.ValueType = relation.replace("_", " "), kind
    item.ConceptNameCodeSequence = Sequence([name])
    for keyword, value in attributes.items():
        setattr(item, keyword, value)
    if children:
        item.ContentSequence = Sequence(children)
    return item


def number(name: Dataset, value: str, *children: Dataset) -> Dataset:
    measured = Dataset()
    measured.NumericValue, measured.MeasurementUnitsCodeSequence = value, Sequence([code("mm", "UCUM", "millimeter")])
    return content("CONTAINS", "NUM", name, *children, MeasuredValueSequence=Sequence([measured]))


def report(images: list[Dataset], mask: Dataset, study: int, before: Dataset | None = None, series: int = 4) -> Dataset:
    """Return a report in the manner of TID 1500, with items of every value type and people at several depths."""
    made = instance("SR", study, series, 1)
    made.ContentDate, made.ContentTime = made.StudyDate, "161616"
    made.CompletionFlag, made.VerificationFlag, made.ValueType = "COMPLETE", "VERIFIED", "CONTAINER"
    made.ConceptNameCodeSequence = Sequence([code("126000", "DCM", "Imaging Measurement Report")])
    verifier = Dataset()
    verifier.VerifyingObserverName, verifier.VerifyingOrganization = "Ackermann^Pia", "Haus Abendrot"
    verifier.VerificationDateTime = f"{made.StudyDate}170000"
    made.VerifyingObserverSequence = Sequence([verifier])
    seen = [study_reference(*images, mask)]
    made.CurrentRequestedProcedureEvidenceSequence = Sequence(seen)
    if before is not None:
        made.PertinentOtherEvidenceSequence = Sequence([study_reference(before)])
        made.PredecessorDocumentsSequence = Sequence([study_reference(before)])
    region = content("INFERRED_FROM", "SCOORD3D", code("111030", "DCM", "Image Region"))
    region.GraphicType, region.GraphicData = "POLYLINE", [1.5, 2.0, 3.25, 4.0, 5.0, 6.0]
    region.ReferencedFrameOfReferenceUID = images[0].FrameOfReferenceUID
    source = content("SELECTED_FROM", "IMAGE", code("121112", "DCM", "Source of Measurement"))
    source.ReferencedSOPSequence = Sequence([reference(images[0])])
    flat = content("INFERRED_FROM", "SCOORD", code("111030", "DCM", "Image Region"), source)
    flat.GraphicType, flat.GraphicData = "POINT", [2.5, 3.5]
    segment = content("CONTAINS", "IMAGE", code("121191", "DCM", "Referenced Segment"))
    segment.ReferencedSOPSequence = Sequence([reference(mask)])
    segment.ReferencedSOPSequence[0].ReferencedSegmentNumber = 1
    group = content(
        "CONTAINS", "CONTAINER", code("125007", "DCM", "Measurement Group"),
        content("HAS_OBS_CONTEXT", "TEXT", code("112039", "DCM", "Tracking Identifier"), TextValue="lesion 1"),
        content("HAS_OBS_CONTEXT", "UIDREF", code("112040", "DCM", "Tracking Unique Identifier"), UID=f"{ROOT}.77"),
        content(
            "CONTAINS", "CODE", code("121071", "DCM", "Finding"),
            content("HAS_CONCEPT_MOD", "CODE", code("363698007", "SCT", "Finding Site"),
                    ConceptCodeSequence=Sequence([code("10200004", "SCT", "Liver")])),
            ConceptCodeSequence=Sequence([code("109841003", "SCT", "Liver cell carcinoma")]),
        ),
        segment,
        number(code("103339001", "SCT", "Long axis"), "21.5", flat),
        number(code("118565006", "SCT", "Volume"), "17157.25", region),
        content("CONTAINS", "DATE", code("111060", "DCM", "Study Date"), Date=made.StudyDate),
        content("CONTAINS", "TIME", code("111061", "DCM", "Study Time"), Time="140012.5"),
        content("CONTAINS", "DATETIME", code("126072", "DCM", "Time point"), DateTime=f"{made.StudyDate}235959+0200"),
        content("CONTAINS", "TEXT", code("121106", "DCM", "Comment"), TextValue="washout in Quintanilha, 0071234"),
    )  # fmt: skip
    made.ContentSequence = Sequence(
        [
            content("HAS_OBS_CONTEXT", "PNAME", code("121008", "DCM", "Person Observer Name"),
                    PersonName="Ackermann^Pia"),
            content("HAS_OBS_CONTEXT", "UIDREF", code("121012", "DCM", "Device Observer UID"), UID=f"{ROOT}.55"),
            content("CONTAINS", "CONTAINER", code("126010", "DCM", "Imaging Measurements"), group),
        ]
    )  # fmt: skip
    return made


def key_objects(chosen: list[Dataset], study: int, series: int = 6) -> Dataset:
    made = instance("KO", study, series, 1)
    made.ContentDate, made.ContentTime, made.ValueType = made.StudyDate, "171717", "CONTAINER"
    made.ConceptNameCodeSequence = Sequence([code("113000", "DCM", "Of Interest")])
    made.CurrentRequestedProcedureEvidenceSequence = Sequence([study_reference(one) for one in chosen])
    items = [content("CONTAINS", "TEXT", code("113012", "DCM", "Key Object Description"), TextValue="portal phase")]
    for one in chosen:
        items.append(content("CONTAINS", "IMAGE", code("121191", "DCM", "Image")))
        items[-1].ReferencedSOPSequence = Sequence([reference(one)])
    made.ContentSequence = Sequence(items)
    return made
