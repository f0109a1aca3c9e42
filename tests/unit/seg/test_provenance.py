"""Versions of a mask: what a new one keeps, who worked on it, what it supersedes."""

import io
from dataclasses import replace
from datetime import datetime

import numpy as np
import pydicom
import pytest

from seg import provenance
from seg.decode import decode, segment_numbers
from seg.encode import encode
from seg.errors import GeometryError
from seg.labelmap import Algorithm, Segment
from seg.volume import read_grid

MODEL = Algorithm("Liver and lesions", "2.1", "AUTOMATIC")


@pytest.fixture
def first(series, grid, labels, segments, new_context):
    """The mask of a model."""
    created = datetime(2026, 11, 1, 9, 0, 0)
    context = new_context(creator_name="Presegmenter", created=created, sop_instance_uid="2.25.1")
    return decode(encode(series, grid, labels, segments, MODEL, replace(context, series_instance_uid="2.25.11")))


@pytest.fixture
def edit(series, grid, new_context):
    """A new version of a segmentation, written and read again."""

    def make(edited, array, segments, number, operator, algorithm=None, **more):
        kept = provenance.carried(edited, grid, array, segments, algorithm)
        contribution = provenance.contribution(operator, "0.2", datetime(2026, 11, number, 10, 30, 5))
        context = new_context(
            sop_instance_uid=f"2.25.{number}",
            series_instance_uid=f"2.25.1{number}",
            creator_name=operator,
            replaces=(provenance.predecessor(edited),),
            contributors=(*provenance.contributors(edited), contribution),
            **more,
        )
        return encode(series, grid, array, kept, None, context)

    return make


@pytest.fixture
def drawn(labels):
    """The labels with one voxel of segment 2 gone, and a new segment 5."""
    array = labels.copy()
    array[tuple(np.argwhere(array == 2)[0])] = 0
    array[3, 3:6, 3:6] = 5
    return array


def sent(segmentation):
    """The segments as the viewer sends them back."""
    return [Segment(one.number, one.label, one.kind, one.tracking_uid) for one in segmentation.segments]


def test_each_segment_keeps_what_drew_it(first, edit, drawn, dicom_errors):
    data = edit(first, drawn, [*sent(first), Segment(5, "Nodule 4", "nodule", "2.25.5")], 2, "Souza^Ana")
    second = decode(data)
    kinds = [one.algorithm.type if one.algorithm else one.algorithm_type for one in second.segments]
    assert kinds == ["AUTOMATIC", "SEMIAUTOMATIC", "AUTOMATIC", "AUTOMATIC", "MANUAL"]
    assert {(one.algorithm.name, one.algorithm.version) for one in second.segments[:4]} == {(MODEL.name, MODEL.version)}
    assert dicom_errors(data) == []


def test_tracking_is_kept(first, edit, drawn):
    numbered = [replace(one, tracking_uid=None) for one in sent(first)]
    second = decode(edit(first, drawn, [*numbered, Segment(5, "Nodule 4", "nodule")], 2, "Souza^Ana"))
    before, after = ([(s.tracking_uid, s.tracking_id) for s in one.segments] for one in (first, second))
    assert after[:4] == before
    assert after[4][0] not in {uid for uid, _ in before}


def test_a_renumbered_segment_is_known_by_its_tracking_uid(first, edit, labels):
    swapped = np.array([0, 1, 3, 2, 4], np.uint8)[labels]
    numbers = {1: 1, 2: 3, 3: 2, 4: 4}
    segments = [replace(one, number=numbers[one.number]) for one in sent(first)]
    second = decode(edit(first, swapped, segments, 2, "Souza^Ana"))
    assert [one.algorithm.type for one in second.segments] == ["AUTOMATIC"] * 4
    assert second.segments[1].tracking_uid == first.segments[2].tracking_uid


def test_another_tracking_uid_is_another_segment(first, edit, labels):
    segments = [replace(one, tracking_uid="2.25.77") if one.number == 3 else one for one in sent(first)]
    second = decode(edit(first, labels, segments, 2, "Souza^Ana"))
    assert [one.algorithm_type for one in second.segments] == ["AUTOMATIC", "AUTOMATIC", "MANUAL", "AUTOMATIC"]


def test_what_was_semiautomatic_stays_so_and_what_was_drawn_by_hand_too(first, edit, drawn, labels):
    segments = [*sent(first), Segment(5, "Nodule 4", "nodule", "2.25.5")]
    second = decode(edit(first, drawn, segments, 2, "Souza^Ana"))
    drawn[3, 3, 3] = 0
    third = decode(edit(second, drawn, sent(second), 3, "Lima^Rui"))
    assert [one.algorithm_type for one in third.segments] == [one.algorithm_type for one in second.segments]


@pytest.mark.parametrize(
    ("algorithm", "kind"), [(MODEL, "MANUAL"), (Algorithm("Other", "1", "AUTOMATIC"), "AUTOMATIC")]
)
def test_an_algorithm_that_is_named_anew_drew_the_new_segments(first, edit, drawn, algorithm, kind):
    """A labelmap that was read names the algorithm of what is there already."""
    segments = [*sent(first), Segment(5, "Nodule 4", "nodule", "2.25.5")]
    second = decode(edit(first, drawn, segments, 2, "Souza^Ana", algorithm))
    assert [one.algorithm_type for one in second.segments] == ["AUTOMATIC", "SEMIAUTOMATIC", *["AUTOMATIC"] * 2, kind]


@pytest.mark.parametrize("type_", ["BINARY", "LABELMAP"])
def test_the_version_that_is_superseded_is_named(first, edit, labels, grid, type_):
    data = edit(first, labels, sent(first), 2, "Souza^Ana", type=type_)
    second = decode(data)
    assert first.replaces == ()
    assert second.replaces == ("2.25.1",)
    assert second.source_series_instance_uid == grid.series_instance_uid
    listed = pydicom.dcmread(io.BytesIO(data)).ReferencedSeriesSequence
    assert [one.SeriesInstanceUID for one in listed] == [grid.series_instance_uid, "2.25.11"]


def test_a_segmentation_on_a_single_slice_still_knows_its_source(series, new_context):
    grid = read_grid(series[:1])
    array = np.ones(grid.shape, np.uint8)
    first = decode(encode(series[:1], grid, array, [Segment(1, "L", "liver")], None, new_context()))
    context = new_context(sop_instance_uid="2.25.8", replaces=(provenance.predecessor(first),) * 3)
    second = decode(encode(series[:1], grid, array, [Segment(1, "L", "liver")], None, context))
    assert second.source_series_instance_uid == grid.series_instance_uid


def test_everybody_who_worked_on_it_is_listed(first, edit, labels, drawn, dicom_errors):
    segments = [*sent(first), Segment(5, "Nodule 4", "nodule", "2.25.5")]
    second = decode(edit(first, drawn, segments, 2, "Souza^Ana"))
    data = edit(second, labels, sent(first), 3, "Müller^Zoë")
    people = pydicom.dcmread(io.BytesIO(data)).ContributingEquipmentSequence
    assert [str(one.OperatorsName) for one in people] == ["Presegmenter", "Souza^Ana", "Müller^Zoë"]
    assert [one.PurposeOfReferenceCodeSequence[0].CodeValue for one in people] == ["109102", "109103", "109103"]
    assert [one.ContributionDateTime[:8] for one in people] == ["20261101", "20261102", "20261103"]
    assert decode(data).author == "Müller^Zoë"
    assert dicom_errors(data) == []


def test_the_mask_of_another_writer_is_carried_on(shared_data, new_context, dicom_errors):
    folder = shared_data / "ct-liver-seg-dcmqi"
    headers = [pydicom.dcmread(file) for file in sorted(folder.glob("0*.dcm"))]
    grid = read_grid(headers)
    foreign = decode((folder / "liver.dcm").read_bytes())
    array = segment_numbers(foreign, grid)
    array[0, :5] = 1
    kept = provenance.carried(foreign, grid, array, sent(foreign))
    context = new_context(
        replaces=(provenance.predecessor(foreign),), contributors=provenance.contributors(foreign), creator_name="A^B"
    )
    data = encode(headers, grid, array, kept, None, context)
    read = decode(data)
    assert read.replaces == (foreign.sop_instance_uid,)
    assert read.segments[0].algorithm == foreign.segments[0].algorithm
    (maker,) = pydicom.dcmread(io.BytesIO(data)).ContributingEquipmentSequence
    assert (maker.Manufacturer, "OperatorsName" in maker) == ("QIICR", bool(foreign.author))
    assert dicom_errors(data) == []


def test_an_organ_that_has_no_kind_keeps_its_codes(series, grid, labels, segments, context, edit, first):
    dataset = first.dataset
    code = dataset.SegmentSequence[3].SegmentedPropertyTypeCodeSequence[0]
    code.CodeValue, code.CodeMeaning = "78961009", "Spleen"
    category = dataset.SegmentSequence[3].SegmentedPropertyCategoryCodeSequence[0]
    category.CodeValue, category.CodeMeaning = "91723000", "Anatomical Structure"
    foreign = decode(dataset)
    second = decode(edit(foreign, labels, sent(foreign), 2, "Souza^Ana"))
    assert second.segments[3].kind == "other"
    assert second.segments[3].type.value == "78961009"


def test_an_edit_on_another_grid_is_refused(first, grid, labels):
    shifted = grid.affine_lps.copy()
    shifted[2, 3] += 1.5
    with pytest.raises(GeometryError, match=r"1\.50 mm from slice"):
        provenance.carried(first, replace(grid, affine_lps=shifted), labels, sent(first))
