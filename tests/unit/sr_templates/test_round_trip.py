"""Answers → SR → answers, and what other readers see in the SR."""

import io
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import uuid4

import highdicom
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydicom import Dataset, dcmread

from sr_templates import answers, codes, read, template, write
from sr_templates.errors import NotAReport
from sr_templates.report import STATES, WriteContext
from sr_templates.template import Group, Item, Template

Make = Callable[..., WriteContext]


def written(liver: Template, given: dict[str, Any], context: WriteContext, sources: list[Dataset]) -> bytes:
    return write.write(liver, answers.with_tracking_uids(liver, given, context.mint), context, sources)


def item_answers(item: Item) -> st.SearchStrategy[Any]:
    names = [value.name for value in item.values]
    match item.kind:
        case "evaluation":
            return st.sampled_from(names)
        case "set" | "sites":
            several = st.lists(st.sampled_from(names), min_size=1, unique=True)
            return several.map(lambda chosen: [one for one in chosen if one in item.alone][:1] or chosen)
        case "text":
            return st.text(st.characters(categories=["L", "N", "P", "Zs"]), min_size=1, max_size=80).filter(
                lambda text: text.strip() == text and text != ""
            )
        case "tracking_uid":
            return st.builds(lambda: f"2.25.{uuid4().int}")
        case "count" | "segment_number":
            return st.integers(int(item.minimum or 0), 255)
        case _:
            low = item.minimum if item.minimum is not None else item.above
            return st.floats(low or 0, item.maximum or 1e9, exclude_min=item.above is not None, allow_subnormal=False)


def member(group: Group) -> st.SearchStrategy[dict[str, Any]]:
    fixed = {"tracking_uid"} & {item.name for item in group.items}
    items = {item.name: item_answers(item) for item in group.items}
    optional = {name: strategy for name, strategy in items.items() if name not in fixed}
    return st.fixed_dictionaries({name: items[name] for name in fixed}, optional=optional)


def all_answers(liver: Template) -> st.SearchStrategy[dict[str, Any]]:
    groups = {
        group.name: st.lists(member(group), min_size=1, max_size=4) if group.repeats else member(group)
        for group in liver.groups
    }
    return st.fixed_dictionaries({}, optional=groups)


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(given_answers=all_answers(template.load("liver-ct")))
def test_any_answers_come_back_equal(
    given_answers: dict[str, Any], liver: Template, context: Make, sources: list[Dataset], segmentation: Dataset
) -> None:
    data = write.write(liver, given_answers, context(segmentation=segmentation), sources)
    assert read.read(data).answers == given_answers


@pytest.mark.parametrize("state", STATES[:3])
def test_the_report_says_who_when_and_how_final(
    liver: Template, complete: dict[str, Any], context: Make, sources: list[Dataset], segmentation: Dataset, state: str
) -> None:
    made = context(state=state, segmentation=segmentation, verifier_name="Lima^Rui", predecessors=(sources[0],))
    report = read.read(written(liver, complete, made, sources))
    assert (report.state, report.author, report.author_login, report.role) == (state, "Souza^Ana", "ana", "radiologist")
    assert report.created == made.created
    assert report.replaces == (sources[0].SOPInstanceUID,)
    assert report.segmentation == segmentation.SOPInstanceUID
    assert (report.template, report.version) == ("liver-ct", 1)
    assert report.study_instance_uid == sources[0].StudyInstanceUID


def test_flags_follow_the_state(
    liver: Template, complete: dict[str, Any], context: Make, sources: list[Dataset], segmentation: Dataset
) -> None:
    flags = {}
    for state in STATES[:3]:
        sr = dcmread(io.BytesIO(written(liver, complete, context(state=state, segmentation=segmentation), sources)))
        flags[state] = (sr.CompletionFlag, sr.VerificationFlag, sr.PreliminaryFlag, "VerifyingObserverSequence" in sr)
    assert flags == {
        "draft": ("PARTIAL", "UNVERIFIED", "PRELIMINARY", False),
        "complete": ("COMPLETE", "UNVERIFIED", "PRELIMINARY", False),
        "verified": ("COMPLETE", "VERIFIED", "FINAL", True),
    }


def test_every_referenced_instance_is_evidence(
    liver: Template, complete: dict[str, Any], context: Make, sources: list[Dataset], segmentation: Dataset
) -> None:
    sr = dcmread(io.BytesIO(written(liver, complete, context(segmentation=segmentation), sources)))
    listed = {
        instance.ReferencedSOPInstanceUID
        for study in sr.CurrentRequestedProcedureEvidenceSequence
        for series in study.ReferencedSeriesSequence
        for instance in series.ReferencedSOPSequence
    }
    assert listed == {header.SOPInstanceUID for header in [*sources, segmentation]}
    assert sr.CodingSchemeIdentificationSequence[0].CodingSchemeDesignator == codes.SCHEME


def test_a_segment_without_a_segmentation_is_refused(
    liver: Template, complete: dict[str, Any], context: Make, sources: list[Dataset]
) -> None:
    with pytest.raises(ValueError, match="no segmentation"):
        written(liver, complete, context(), sources)


@pytest.fixture
def file(
    liver: Template,
    complete: dict[str, Any],
    context: Make,
    sources: list[Dataset],
    segmentation: Dataset,
    tmp_path: Path,
) -> Path:
    path = tmp_path / "report.dcm"
    path.write_bytes(written(liver, complete, context(segmentation=segmentation), sources))
    return path


def test_dciodvfy_finds_no_error(file: Path) -> None:
    done = subprocess.run(["dciodvfy", "-new", file], capture_output=True, text=True, errors="replace")
    assert [line for line in (done.stdout + done.stderr).splitlines() if line.startswith("Error")] == []


def test_dsrdump_reads_it(file: Path) -> None:
    done = subprocess.run(["dsrdump", file], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "LI-RADS 5" in done.stdout
    assert "E:" not in done.stderr


def test_dcmqi_recovers_the_nodule(file: Path, tmp_path: Path) -> None:
    program = Path(sys.executable).with_name("tid1500reader")
    output = tmp_path / "report.json"
    done = subprocess.run([program, "--inputDICOM", file, "--outputMetadata", output], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    [nodule] = [
        group for group in json.loads(output.read_text())["Measurements"] if group["Finding"]["CodeValue"] == "27925004"
    ]
    assert nodule["TrackingUniqueIdentifier"] == "1.2.3.4"
    assert [float(one["value"]) for one in nodule["measurementItems"]] == [32.0]
    coded = [one["conceptValue"] for one in nodule["qualitativeEvaluations"]]
    # dcmqi tells a text as a plain string where a code would be.
    assert "LR-5" in [value["CodeValue"] for value in coded if isinstance(value, dict)]


def test_highdicom_recovers_the_nodule(file: Path) -> None:
    report = highdicom.sr.srread(file)
    content = highdicom.sr.MeasurementReport.from_sequence([report], is_root=True)
    groups = content.get_volumetric_roi_measurement_groups(tracking_uid="1.2.3.4")
    assert [float(one.value) for one in groups[0].get_measurements()] == [32.0]
    assert len(groups) == 1


FOREIGN = [
    ("sr-tid1500/sr.dcm", 1, 22, 3),
    ("sr-tid1500/sr-ruler.dcm", None, None, None),
    ("sr-tid1500/sr-ellipse.dcm", None, None, None),
    ("sr-tid1500/sr_document.dcm", None, None, None),
    ("ct-liver-seg-dcmqi/liver_tid1500_dcmqi.dcm", 1, 6, 5),
]


@pytest.mark.parametrize(("name", "groups", "measurements", "evaluations"), FOREIGN)
def test_foreign_reports_are_read_without_loss(
    shared_data: Path, name: str, groups: int | None, measurements: int | None, evaluations: int | None
) -> None:
    report = read.read((shared_data / name).read_bytes())
    assert report.template is None
    walked = count_content(dcmread(shared_data / name))
    assert len(report.findings) == walked["groups"]
    assert sum(len(finding.measurements) for finding in report.findings) == walked["NUM"]
    if groups is not None:
        assert len(report.findings) == groups
        assert len(report.findings[0].measurements) == measurements
        assert len(report.findings[0].evaluations) == evaluations


def count_content(sr: Dataset) -> dict[str, int]:
    """A separate, recursive walk: measurement groups, and the measurements directly in them."""
    counted = {"groups": 0, "NUM": 0}

    def walk(item: Dataset) -> None:
        for child in item.get("ContentSequence", []):
            named = child.get("ConceptNameCodeSequence")
            if named and named[0].get("CodeValue") == "125007":
                counted["groups"] += 1
                counted["NUM"] += sum(one.ValueType == "NUM" for one in child.get("ContentSequence", []))
            else:
                walk(child)

    walk(sr)
    return counted


@pytest.mark.parametrize("name", ["reportsi.dcm", "test-SR.dcm", "ESR_non-dose.dcm", "CT-RDSR-Toshiba_DoseCheck.dcm"])
def test_other_reports_are_told_apart(shared_data: Path, name: str) -> None:
    with pytest.raises(NotAReport):
        read.read((shared_data / "sr-other" / name).read_bytes())


def test_a_value_of_a_later_version_is_kept_as_its_code(
    liver: Template, complete: dict[str, Any], context: Make, sources: list[Dataset], segmentation: Dataset
) -> None:
    data = written(liver, complete, context(segmentation=segmentation), sources)
    assert data.count(b"LR-5") == 1
    later = read.read(data.replace(b"LR-5", b"LR-9"))
    assert later.answers["nodules"][0]["lirads"] == "99HEPATIA|LR-9|LI-RADS 5"
