"""Reports written and read: 20 nodules of 13 answers each, HepatIA beside pydicom and highdicom, in turns.

The peers write and read the same content: pydicom item by item, highdicom by its classes for TID 1500.
"""

import io
import itertools
import statistics
import tempfile
import time
import warnings
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import highdicom as hd
import pydicom
from pydicom import Dataset
from pydicom.sequence import Sequence
from pydicom.sr.coding import Code as PydicomCode
from pydicom.uid import CTImageStorage, ExplicitVRLittleEndian, SegmentationStorage

from sr_templates import conformance, parsed, read, template, write
from sr_templates.codes import Code
from sr_templates.items import ContentItem
from sr_templates.report import WriteContext
from sr_templates.template import Template
from tests.unit.sr_templates import generated, test_oracles

NODULES = 20
#: Images of the study: four phases of 120.
IMAGES = 480

Contestants = dict[str, Callable[[], object]]


def instance(sop_class: str, number: int, series: str) -> Dataset:
    """Return a header as the archive gives it."""
    header = Dataset()
    header.file_meta = pydicom.dataset.FileMetaDataset()
    header.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    header.SOPClassUID, header.SOPInstanceUID = sop_class, f"2.25.{number}"
    header.StudyInstanceUID, header.SeriesInstanceUID, header.Modality = "2.25.7", series, "CT"
    header.PatientID = header.PatientName = "HEP-BENCH"
    header.PatientBirthDate = header.PatientSex = header.StudyDate = header.StudyTime = ""
    header.StudyID = header.AccessionNumber = header.ReferringPhysicianName = ""
    header.Rows = header.Columns = 512
    return header


SOURCES = [instance(CTImageStorage, 1000 + number, f"2.25.{number // 120 + 20}") for number in range(IMAGES)]
SEGMENTATION = instance(SegmentationStorage, 31, "2.25.30")
SEGMENTATION.ReferencedSeriesSequence = [Dataset()]
SEGMENTATION.ReferencedSeriesSequence[0].SeriesInstanceUID = "2.25.20"


def context() -> WriteContext:
    """Return who writes."""
    uids = itertools.count(50_000)
    return WriteContext(
        state="complete",
        observer_name="Souza^Ana",
        observer_login="ana",
        role="radiologist",
        created=datetime(2026, 3, 4, 10, 20, 30),
        sop_instance_uid="2.25.1",
        series_instance_uid="2.25.2",
        mint=lambda: f"2.25.{next(uids)}",
        segmentation=SEGMENTATION,
        phases={"2.25.20": "arterial"},
    )


def answers() -> dict[str, Any]:
    """Return 20 nodules of 13 answers each."""
    nodule = {
        "segment_number": 1, "location": ["VII"], "diameter_mm": 31.5, "aphe": "nonrim", "washout": "nonperipheral",
        "capsule": "present", "threshold_growth": "absent", "lirads": "LR-5", "lirads_override_reason": "Cápsula fina",
        "treatment": "none", "treatment_response": "viable",
    }  # fmt: skip
    nodules = [nodule | {"tracking_uid": f"2.25.{900 + n}", "location": ["VII", "VIII"]} for n in range(NODULES)]
    return {"liver": {"nodule_count": NODULES, "morphology": "normal"}, "nodules": nodules}


def writers() -> Contestants:
    """Return what writes the report as a file."""
    liver, given, made = template.load("liver-ct"), answers(), context()
    whole = read.parse(write.write(liver, given, made, SOURCES)).root
    return {
        "HepatIA": lambda: write.write(liver, given, made, SOURCES),
        "pydicom, data sets item by item": lambda: _by_pydicom(whole),
        "highdicom 0.28": lambda: _by_highdicom(whole),
    }


def readers() -> Contestants:
    """Return what reads every value of the report."""
    data = write.write(template.load("liver-ct"), answers(), context(), SOURCES)
    return {
        "HepatIA": lambda: read.read(data),
        "pydicom, data sets item by item": lambda: parsed.document(pydicom.dcmread(io.BytesIO(data))),
        "highdicom 0.28": lambda: _read_by_highdicom(data),
    }


def _by_pydicom(root: ContentItem) -> bytes:
    sr = instance("1.2.840.10008.5.1.4.1.1.88.34", 1, "2.25.2")
    sr.ContentSequence = Sequence([_dataset(child) for child in root.children])
    sr.CurrentRequestedProcedureEvidenceSequence = Sequence([_reference(header) for header in SOURCES])
    buffer = io.BytesIO()
    sr.save_as(buffer, enforce_file_format=True)
    return buffer.getvalue()


def _dataset(item: ContentItem) -> Dataset:
    made = Dataset()
    made.RelationshipType, made.ValueType = item.relationship, item.value_type
    if item.concept:
        made.ConceptNameCodeSequence = Sequence([_coded(item.concept)])
    if isinstance(item.value, Code):
        made.ConceptCodeSequence = Sequence([_coded(item.value)])
    elif item.value_type == "NUM" and item.unit:
        measured = Dataset()
        measured.NumericValue, measured.MeasurementUnitsCodeSequence = str(item.value), Sequence([_coded(item.unit)])
        made.MeasuredValueSequence = Sequence([measured])
    elif item.value is not None:
        setattr(made, {"UIDREF": "UID", "PNAME": "PersonName"}.get(item.value_type, "TextValue"), item.value)
    if item.references:
        made.ReferencedSOPSequence = Sequence([_referenced(one) for one in item.references])
    if item.children:
        made.ContentSequence = Sequence([_dataset(child) for child in item.children])
    return made


def _coded(code: Code) -> Dataset:
    made = Dataset()
    made.CodeValue, made.CodingSchemeDesignator, made.CodeMeaning = code.value, code.scheme, code.meaning
    return made


def _referenced(reference: Any) -> Dataset:
    made = Dataset()
    made.ReferencedSOPClassUID, made.ReferencedSOPInstanceUID = reference.sop_class_uid, reference.sop_instance_uid
    return made


def _reference(header: Dataset) -> Dataset:
    made = Dataset()
    made.ReferencedSOPClassUID, made.ReferencedSOPInstanceUID = header.SOPClassUID, header.SOPInstanceUID
    return made


def _by_highdicom(root: ContentItem) -> bytes:
    observer = hd.sr.ObserverContext(
        PydicomCode("121006", "DCM", "Person"), hd.sr.PersonObserverIdentifyingAttributes("Souza^Ana")
    )
    measured = next(child for child in root.children if child.concept and child.concept.value == "126010")
    report = hd.sr.MeasurementReport(
        observation_context=hd.sr.ObservationContext(observer_person_context=observer),
        procedure_reported=PydicomCode("25045-6", "LN", "CT unspecified body region"),
        imaging_measurements=[_group_of_highdicom(group) for group in measured.children],
    )
    sr = hd.sr.Comprehensive3DSR(
        evidence=[*SOURCES, SEGMENTATION], content=report, series_instance_uid="2.25.2", series_number=1,
        sop_instance_uid="2.25.1", instance_number=1, manufacturer="HepatIA",
    )  # fmt: skip
    buffer = io.BytesIO()
    sr.save_as(buffer)
    return buffer.getvalue()


def _group_of_highdicom(group: ContentItem) -> Any:
    uids = [child.value for child in group.children if child.value_type == "UIDREF"]
    evaluations = [
        hd.sr.QualitativeEvaluation(_pydicom(child.concept), _pydicom(child.value))
        for child in group.children
        if child.value_type == "CODE" and child.relationship == "CONTAINS" and child.concept.value != "121071"
    ]
    measurements = [
        hd.sr.Measurement(_pydicom(child.concept), child.value, _pydicom(child.unit))
        for child in group.children
        if child.value_type == "NUM"
    ]
    return hd.sr.MeasurementsAndQualitativeEvaluations(
        tracking_identifier=hd.sr.TrackingIdentifier(uid=str(uids[0]), identifier="Nodule"),
        finding_type=PydicomCode("27925004", "SCT", "Nodule"),
        measurements=measurements or None,
        qualitative_evaluations=evaluations or None,
    )


def _pydicom(code: Any) -> PydicomCode:
    return PydicomCode(code.value, code.scheme, code.meaning)


def _read_by_highdicom(data: bytes) -> list[Any]:
    content = hd.sr.srread(io.BytesIO(data)).content
    groups = [*content.get_volumetric_roi_measurement_groups(), *content.get_image_measurement_groups()]
    return [(one.get_measurements(), one.get_qualitative_evaluations()) for one in groups]


def compare(contestants: Contestants, rounds: int) -> dict[str, float]:
    """Return the median of milliseconds of CPU, the contestants in turns, after one round that does not count."""
    spent: dict[str, list[float]] = {name: [] for name in contestants}
    for _ in range(rounds + 1):
        for name, run in contestants.items():
            started = time.process_time()
            run()
            spent[name].append(1000 * (time.process_time() - started))
    return {name: statistics.median(times[1:]) for name, times in spent.items()}


def table(title: str, measured: dict[str, float]) -> Iterator[str]:
    """Yield the result as Markdown."""
    ours = measured["HepatIA"]
    yield from (f"| {title} | ms | HepatIA is |", "|---|---|---|")
    for name, milliseconds in measured.items():
        yield f"| {name} | {milliseconds:.1f} | {milliseconds / ours:.1f} × |"
    yield ""


def tables(rounds: int) -> Iterator[str]:
    """Yield every comparison."""
    warnings.simplefilter("ignore")
    yield from table("a report written", compare(writers(), rounds))
    yield from table("a report read", compare(readers(), rounds))


def soak(count: int) -> Iterator[str]:
    """Yield what other tools say of so many reports of each template, as in the tests, which read fewer."""
    for name in template.names():
        of = template.load(name)
        wrong = [seed for seed in range(count) if not _recovered(of, seed)]
        yield f"{name}: {count - len(wrong)} of {count} reports came back equal from {', '.join(_TOOLS)}. {wrong or ''}"
    yield ""


_TOOLS = ("ours", "dciodvfy (no error)", "the template checker (no problem)", "dsrdump", "dcmqi", "highdicom")


def _recovered(of: Template, seed: int) -> bool:
    answers = generated.sampled(of, seed)
    with tempfile.TemporaryDirectory(prefix="hepatia-bench-") as folder:
        file = Path(folder) / "report.dcm"
        file.write_bytes(write.write(of, answers, context(), SOURCES[:3]))
        report, root = read.read(file.read_bytes()), read.parse(file.read_bytes()).root
        if report.answers != answers or conformance.problems(root) or test_oracles.errors(file):
            return False
        for tool, kinds, number in test_oracles.TOOLS:
            wanted = Counter(one for one in test_oracles.expected(of, answers, number) if one[0] in kinds)
            if Counter(tool(file)) != wanted:
                return False
    return True
