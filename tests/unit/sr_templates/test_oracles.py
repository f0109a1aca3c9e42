"""What other tools say of our SRs: no error, and every number, code and text that was answered."""

import json
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from copy import deepcopy
from pathlib import Path
from typing import Any

import highdicom
import pytest
from pydicom import Dataset
from pydicom.valuerep import format_number_as_ds

from sr_templates import conformance, content, library, read, template, write
from sr_templates.items import Reference
from sr_templates.report import Caliper, WriteContext
from sr_templates.template import CODED, NUMERIC, Item, Template
from tests.unit.sr_templates.generated import sampled

Make = Callable[..., WriteContext]
Number = Callable[[float], float]

#: Reports of each template that every tool reads here; `make bench PARTS=reports` reads a thousand.
SAMPLE = 8

#: Concepts that are not answers: they identify or modify.
STRUCTURE = {
    one.value
    for one in (
        content.FINDING, content.FINDING_SITE, content.DERIVATION, content.METHOD, content.LATERALITY, library.PHASE,
    )
}  # fmt: skip


@pytest.mark.parametrize("name", template.names())
@pytest.mark.parametrize("seed", range(SAMPLE))
def test_every_tool_recovers_every_answer(
    name: str, seed: int, context: Make, sources: list[Dataset], segmentation: Dataset, tmp_path: Path
) -> None:
    of = template.load(name)
    answers = sampled(of, seed)
    file = tmp_path / "report.dcm"
    phases = {str(sources[0].SeriesInstanceUID): "arterial"}
    other = deepcopy(segmentation)
    other.SeriesInstanceUID, other.SOPInstanceUID = "2.25.0", "2.25.1"
    masks = {"masks": (other,), "measured_on": dict(measured_on(of, answers, other))}
    made = context(segmentation=segmentation, phases=phases, **masks)
    file.write_bytes(write.write(of, answers, made, sources))
    assert read.read(file.read_bytes()).answers == answers
    assert read.measured_on(file.read_bytes()) == masks["measured_on"]
    assert errors(file) == []
    assert conformance.problems(read.parse(file.read_bytes()).root) == []
    for tool, kinds, number in TOOLS:
        wanted = Counter(one for one in expected(of, answers, number) if one[0] in kinds)
        assert Counter(tool(file)) == wanted, tool.__name__


def measured_on(of: Template, answers: Mapping[str, Any], mask: Dataset) -> Iterator[tuple[tuple[str, str], Reference]]:
    """Every measured answer with the segment of another mask that it stands on."""
    segment = Reference(str(mask.SOPClassUID), str(mask.SOPInstanceUID), segments=(1, 2))
    for group in of.groups:
        given = answers.get(group.name, [])
        for member in given if group.repeats else [given]:
            for item in group.items:
                if item.measured and item.name in member:
                    yield (member["tracking_uid"] if group.repeats else group.name, item.name), segment


def expected(of: Template, answers: Mapping[str, Any], number: Number) -> Iterator[tuple[Any, ...]]:
    """Every answer as kind, concept and value, apart from what places and identifies."""
    for group in of.groups:
        given = answers.get(group.name, [])
        for member in given if group.repeats else [given] if given else []:
            for item in group.items:
                if item.name in member and item.kind not in ("sites", "tracking_uid", "segment_number"):
                    yield from of_item(item, member[item.name], number)


def of_item(item: Item, answer: Any, number: Number) -> Iterator[tuple[Any, ...]]:
    concept = item.concept.value
    if item.kind in CODED:
        for one in answer if isinstance(answer, list) else [answer]:
            value = item.value(one)
            assert value is not None
            yield "CODE", concept, value.code.value
    elif item.kind in NUMERIC:
        yield "NUM", concept, number(answer), item.unit
    else:
        yield "TEXT", concept, " ".join(answer.split())


def shown(number: float) -> float:
    """A number as a decimal string holds it: DCMTK and dcmqi do not read Floating Point Value."""
    return float(number) if len(str(number)) <= 16 else float(format_number_as_ds(float(number)))


def errors(file: Path) -> list[str]:
    done = subprocess.run(["dciodvfy", "-new", file], capture_output=True, text=True, errors="replace")
    return [line for line in (done.stdout + done.stderr).splitlines() if line.startswith("Error")]


NUMBER = re.compile(r'NUM:\(([^,]+),[^,]+,"[^"]*"\)="([^"]+)" \(([^,]+),UCUM')
CODE = re.compile(r'CODE:\(([^,]+),[^,]+,"[^"]*"\)=\(([^,]+),[^,]+,"')
TEXT = re.compile(r'contains TEXT:\(([^,]+),99HEPATIA,"[^"]*"\)="(.*?)">(?=\n)', re.DOTALL)


def dsrdump(file: Path) -> Iterator[tuple[Any, ...]]:
    done = subprocess.run(["dsrdump", "+Pc", "+Pl", file], capture_output=True)
    assert done.returncode == 0, done.stderr
    told = done.stdout.decode()
    measurements = told[told.index('(126010,DCM,"Imaging Measurements")') : told.rindex("<contains TEXT:(TEMPLATE")]
    for concept, value, unit in NUMBER.findall(measurements):
        yield "NUM", concept, float(value), unit
    for concept, value in CODE.findall(measurements):
        if concept not in STRUCTURE:
            yield "CODE", concept, value
    for concept, value in TEXT.findall(measurements):
        yield "TEXT", concept, " ".join(value.replace(r"\n", " ").split())


def tid1500reader(file: Path) -> Iterator[tuple[Any, ...]]:
    """dcmqi."""
    program, output = Path(sys.executable).with_name("tid1500reader"), file.with_suffix(".json")
    done = subprocess.run([program, "--inputDICOM", file, "--outputMetadata", output], capture_output=True)
    assert done.returncode == 0, done.stderr
    for group in json.loads(output.read_bytes()).get("Measurements", []):
        for one in group.get("measurementItems", []):
            yield "NUM", one["quantity"]["CodeValue"], float(one["value"]), one["units"]["CodeValue"]
        for one in group.get("qualitativeEvaluations", []):
            concept, value = one["conceptCode"]["CodeValue"], one["conceptValue"]
            if isinstance(value, str):
                yield "TEXT", concept, " ".join(value.split())
            else:
                yield "CODE", concept, value["CodeValue"]


def highdicom_reader(file: Path) -> Iterator[tuple[Any, ...]]:
    report = highdicom.sr.srread(file).content
    for group in (*report.get_volumetric_roi_measurement_groups(), *report.get_image_measurement_groups()):
        for measurement in group.get_measurements():
            yield "NUM", measurement.name.value, float(measurement.value), measurement.unit.value
        for evaluation in group.get_qualitative_evaluations():
            yield "CODE", evaluation.name.value, evaluation.value.value


#: Tool, what it tells of a report, and how it reads numbers.
TOOLS: tuple[tuple[Callable[[Path], Iterator[tuple[Any, ...]]], tuple[str, ...], Number], ...] = (
    (dsrdump, ("NUM", "CODE", "TEXT"), shown),
    (tid1500reader, ("NUM", "CODE", "TEXT"), shown),
    (highdicom_reader, ("NUM", "CODE"), float),
)


@pytest.mark.parametrize("of_mask", [False, True])
def test_every_tool_reads_a_report_with_a_length_and_finds_the_line(
    context: Make, sources: list[Dataset], segmentation: Dataset, tmp_path: Path, of_mask: bool
) -> None:
    of = template.load("liver-ct")
    answers = sampled(of, 1)
    [first, *_] = answers["nodules"]
    line = first | {"diameter_mm": 32.0, "tracking_uid": "1.2.3.4"}
    answers = answers | {"nodules": [line, *answers["nodules"][1:]]}
    cited = Reference(str(segmentation.SOPClassUID), str(segmentation.SOPInstanceUID), segments=(1,))
    image = Reference(str(sources[0].SOPClassUID), str(sources[0].SOPInstanceUID))
    caliper = Caliper(image, (10.5, 20.0, 30.25, 40.5), cited if of_mask else None)
    file = tmp_path / "report.dcm"
    file.write_bytes(
        write.write(of, answers, context(segmentation=segmentation, calipers={"1.2.3.4": caliper}), sources)
    )
    report = read.read(file.read_bytes())
    assert (report.answers, report.lengths, report.findings) == (answers, {"1.2.3.4": caliper}, ())
    assert errors(file) == []
    assert conformance.problems(read.parse(file.read_bytes()).root) == []
    for tool, kinds, number in TOOLS:
        wanted = Counter(one for one in expected(of, answers, number) if one[0] in kinds)
        assert Counter(tool(file)) == wanted, tool.__name__
    told = subprocess.run(["dsrdump", "+Pc", "+Pl", file], capture_output=True, text=True).stdout
    assert re.search(r"inferred from SCOORD:=\(POLYLINE,10\.5/20,30\.25/40\.5\)", told)
