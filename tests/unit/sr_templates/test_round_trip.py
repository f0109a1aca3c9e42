"""Answers → SR → answers, and what other readers see in the SR."""

import io
import json
import subprocess
import sys
from collections.abc import Callable
from copy import deepcopy
from pathlib import Path
from typing import Any

import highdicom
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydicom import Dataset, dcmread

from sr_templates import answers, codes, conformance, content, read, template, write
from sr_templates.items import Reference
from sr_templates.report import STATES, Caliper, WriteContext
from sr_templates.template import Template
from tests.unit.sr_templates.generated import all_answers

Make = Callable[..., WriteContext]


def written(liver: Template, given: dict[str, Any], context: WriteContext, sources: list[Dataset]) -> bytes:
    return write.write(liver, answers.with_tracking_uids(liver, given, context.mint), context, sources)


@pytest.mark.parametrize("name", template.names())
@settings(max_examples=1000, deadline=None, suppress_health_check=list(HealthCheck), database=None)
@given(data=st.data())
def test_any_answers_come_back_equal(
    name: str, data: st.DataObject, context: Make, sources: list[Dataset], segmentation: Dataset
) -> None:
    of = template.load(name)
    chosen = data.draw(all_answers(of))
    answers.check(of, chosen, complete=False)
    report = read.read(write.write(of, chosen, context(segmentation=segmentation), sources))
    assert report.answers == chosen
    assert report.findings == ()


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
    assert (report.template, report.version) == ("liver-ct", liver.version)
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


def test_the_image_library_has_a_group_for_each_series_with_its_phase(
    liver: Template, complete: dict[str, Any], context: Make, sources: list[Dataset], segmentation: Dataset
) -> None:
    other = [deepcopy(header) for header in sources[:2]]
    for number, header in enumerate(other):
        header.SeriesInstanceUID, header.SOPInstanceUID = "2.25.8", f"2.25.8{number}"
    phases = {str(sources[0].SeriesInstanceUID): "portal_venous", "2.25.8": "non_contrast"}
    made = context(segmentation=segmentation, phases=phases)
    root = read.parse(written(liver, complete, made, [*sources, *other])).root
    library = root.first(content.LIBRARY)
    assert library is not None
    told = [{item.concept.meaning: item.value for item in group.children if item.concept} for group in library.children]
    assert [one["Contrast Phase"].meaning for one in told] == ["Portal venous phase", "Unenhanced phase"]
    assert told[0]["Modality"] == codes.Code("DCM", "CT", "")
    assert told[0]["Pixel Data Rows"] == 512
    assert {"Frame of Reference UID", "Pixel Data Columns"} <= set(told[0])
    images = [[item.value_type for item in group.children].count("IMAGE") for group in library.children]
    assert images == [len(sources), 2]


@pytest.mark.parametrize(
    ("role", "state", "coded", "procedure"),
    [
        ("radiologist", "complete", "Attending", "Reader"),
        ("resident", "draft", "Resident", "Reader"),
        ("student", "complete", None, "Reader"),
        ("radiologist", "consensus", "Attending", "Adjudicator"),
    ],
)
def test_the_observer_has_a_role_in_organization_and_procedure(
    liver: Template, context: Make, sources: list[Dataset], role: str, state: str, coded: str | None, procedure: str
) -> None:
    data = write.write(liver, {}, context(role=role, state=state, verifier_name="Lima^Rui"), sources)
    root = read.parse(data).root
    in_organization, in_procedure = root.first(content.OBSERVER_ROLE), root.first(content.PROCEDURE_ROLE)
    assert (in_organization.value.meaning if in_organization else None) == coded
    assert in_procedure is not None
    assert in_procedure.value.meaning == procedure
    report = read.read(data)
    assert (report.state, report.role) == (state, role)


def test_a_length_whose_line_is_known_becomes_an_editable_one_in_ohif(
    liver: Template, complete: dict[str, Any], context: Make, sources: list[Dataset], segmentation: Dataset
) -> None:
    image = Reference(str(sources[0].SOPClassUID), str(sources[0].SOPInstanceUID))
    calipers = {"1.2.3.4": Caliper(image, (10.5, 20.0, 30.25, 40.5))}
    data = written(liver, complete, context(segmentation=segmentation, calipers=calipers), sources)
    [nodule] = [
        group
        for group in read.parse(data).root.first(content.MEASUREMENTS).children
        if group.first(content.TRACKING_UID).value == "1.2.3.4"
    ]
    # notes/ohif.md: the tool by the tracking identifier, the coordinates under the number, not in the group.
    assert nodule.first(content.TRACKING_ID).value == "Cornerstone3DTools@^0.1.0:Length"
    number = next(item for item in nodule.children if item.value_type == "NUM")
    [line] = [item for item in number.children if item.value_type == "SCOORD"]
    assert (line.relationship, line.coordinates.shape) == ("INFERRED FROM", "POLYLINE")
    assert line.coordinates.points == (10.5, 20.0, 30.25, 40.5)
    assert line.children[0].references == (image,)
    report = read.read(data)
    assert report.answers == complete
    assert report.findings == ()
    assert conformance.problems(read.parse(data).root) == []


def test_private_schemes_are_identified(liver: Template, context: Make, sources: list[Dataset]) -> None:
    sr = dcmread(io.BytesIO(write.write(liver, {}, context(), sources)))
    [scheme] = sr.CodingSchemeIdentificationSequence
    assert (scheme.CodingSchemeDesignator, scheme.CodingSchemeUID) == (codes.SCHEME, codes.SCHEME_UID)
    assert scheme.CodingSchemeName
    assert scheme.CodingSchemeVersion
    assert scheme.CodingSchemeResponsibleOrganization == "HepatIA"


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


def test_a_value_of_a_later_version_is_kept_as_its_code(
    liver: Template, complete: dict[str, Any], context: Make, sources: list[Dataset], segmentation: Dataset
) -> None:
    data = written(liver, complete, context(segmentation=segmentation), sources)
    assert data.count(b"LR-5") == 1
    later = read.read(data.replace(b"LR-5", b"LR-9"))
    assert later.answers["nodules"][0]["lirads"] == "99HEPATIA|LR-9|LI-RADS 5"


def test_the_segmentation_that_is_cited_is_known_among_those_that_were_measured(
    liver: Template, context: Make, sources: list[Dataset], segmentation: Dataset
) -> None:
    other = deepcopy(segmentation)
    # Before all others in the order of UIDs.
    other.SeriesInstanceUID, other.SOPInstanceUID = "0.1", "0.2"
    measured_on = {("liver", "hu_mean_arterial"): Reference(str(other.SOPClassUID), "0.2", segments=(1,))}
    made = context(segmentation=segmentation, masks=(other,), measured_on=measured_on)
    data = write.write(liver, {"liver": {"hu_mean_arterial": 68.25, "hu_sd_arterial": 12}}, made, sources)
    assert read.read(data).segmentation == segmentation.SOPInstanceUID
    assert read.measured_on(data) == measured_on
    assert set(read.parse(data).segmentations) == {segmentation.SOPInstanceUID, "0.2"}


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        (
            {"liver": {"mask_volume_cm3": 1, "volume_cm3": 2}, "nodules": [{"hu_mean_arterial": 3, "lirads": "LR-3"}]},
            {"liver": {"volume_cm3": 2}, "nodules": [{"lirads": "LR-3"}]},
        ),
        ({"liver": "hu", "nodules": [5, {"long_axis_mm": "x"}], "x": 1}, {"liver": "hu", "nodules": [5, {}], "x": 1}),
    ],
)
def test_what_the_server_measures_is_taken_from_nobody_else(liver: Template, sent: Any, kept: Any) -> None:
    assert answers.without_measured(liver, sent) == kept
