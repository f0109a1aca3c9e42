import copy
import io
from dataclasses import replace

import highdicom
import numpy as np
import pydicom
import pytest
from pydicom.uid import SegmentationStorage

from seg import phantom
from seg.decode import decode, segment_numbers
from seg.encode import encode, renumbered
from seg.errors import GeometryError, LabelmapError
from seg.labelmap import Algorithm, Segment
from seg.provenance import Predecessor
from seg.volume import read_grid


@pytest.fixture(scope="module")
def written(series, grid, labels, segments, request):
    make = request.getfixturevalue("module_context")
    return encode(series, grid, labels, segments, None, make)


@pytest.fixture(scope="module")
def module_context():
    from datetime import datetime

    from seg.encode import EncodeContext

    numbers = iter(range(1, 100))
    created = datetime(2026, 11, 24, 10, 30, 5)
    return EncodeContext(
        "2.25.1",
        "2.25.2",
        9100,
        "HepatIA mask",
        "Müller^Zoë",
        created,
        lambda: f"2.25.77{next(numbers)}",
        (Predecessor(str(SegmentationStorage), "2.25.5", "2.25.6"),),
    )


def test_dciodvfy_finds_no_error(written, dicom_errors):
    assert dicom_errors(written) == []


def test_dciodvfy_finds_no_error_with_an_algorithm(series, grid, labels, segments, context, dicom_errors):
    algorithm = Algorithm("Threshold", "0.1", "SEMIAUTOMATIC")
    data = encode(series, grid, labels, segments, algorithm, context)
    assert dicom_errors(data) == []
    assert decode(data).algorithm == algorithm


def test_highdicom_reads_the_same_voxels(written, grid, labels):
    read = highdicom.seg.segread(io.BytesIO(written))
    pixels = read.get_pixels_by_source_instance(list(grid.sop_instance_uids), combine_segments=True)
    assert np.array_equal(pixels, labels)
    assert read.get_segment_numbers(tracking_uid="1.2.3.2") == [2]


def test_our_reader_gives_back_what_was_written(written, grid, labels, segments):
    read = decode(written)
    assert np.array_equal(segment_numbers(read, grid), labels)
    assert [(s.number, s.label, s.kind) for s in read.segments] == [(s.number, s.label, s.kind) for s in segments]
    assert read.source_series_instance_uid == grid.series_instance_uid
    assert (read.sop_instance_uid, read.series_instance_uid) == ("2.25.1", "2.25.2")
    assert read.author == "Müller^Zoë"
    assert read.created.isoformat() == "2026-11-24T10:30:05"
    assert read.algorithm is None


def test_patient_and_study_are_those_of_the_source(written, series):
    dataset = pydicom.dcmread(io.BytesIO(written))
    for keyword in ("PatientName", "PatientID", "PatientSex", "StudyInstanceUID", "StudyDate", "FrameOfReferenceUID"):
        assert dataset[keyword].value == series[0][keyword].value


def test_de_identification_of_the_source_is_carried_on(series, grid, labels, segments, context):
    sources = copy.deepcopy(series)
    sources[0].PatientIdentityRemoved = "YES"
    sources[0].LongitudinalTemporalInformationModified = "MODIFIED"
    dataset = pydicom.dcmread(io.BytesIO(encode(sources, grid, labels, segments, None, context)))
    assert dataset.PatientIdentityRemoved == "YES"
    assert dataset.LongitudinalTemporalInformationModified == "MODIFIED"


def test_every_uid_is_minted_given_or_of_the_source(written, series):
    dataset = pydicom.dcmread(io.BytesIO(written))
    known = {str(e.value) for header in series for e in header if e.VR == "UI"} | {
        "2.25.1",
        "2.25.2",
        "2.25.5",
        "2.25.6",
    }
    found = {str(e.value) for e in dataset.iterall() if e.VR == "UI"}
    strange = {uid for uid in found - known if not uid.startswith(("2.25.77", "1.2.840.10008.", "1.2.3."))}
    assert strange == set()


def test_codes_and_regions(written):
    liver, nodule = pydicom.dcmread(io.BytesIO(written)).SegmentSequence[:2]
    assert liver.SegmentedPropertyTypeCodeSequence[0].CodeValue == "10200004"
    assert nodule.SegmentedPropertyCategoryCodeSequence[0].CodeValue == "49755003"
    assert nodule.SegmentedPropertyTypeCodeSequence[0].CodeValue == "27925004"
    assert nodule.AnatomicRegionSequence[0].CodeValue == "10200004"
    assert nodule.TrackingUID == "1.2.3.2"
    assert liver.TrackingUID.startswith("2.25.77")


def test_frames_without_voxels_are_left_out_and_each_names_its_source(written, labels, grid):
    dataset = pydicom.dcmread(io.BytesIO(written))
    wanted = [
        (number, grid.sop_instance_uids[place])
        for number in (1, 2, 3, 4)
        for place in range(24)
        if (labels[place] == number).any()
    ]
    found = [
        (
            frame.SegmentIdentificationSequence[0].ReferencedSegmentNumber,
            frame.DerivationImageSequence[0].SourceImageSequence[0].ReferencedSOPInstanceUID,
        )
        for frame in dataset.PerFrameFunctionalGroupsSequence
    ]
    assert found == wanted
    assert dataset.NumberOfFrames == len(wanted)


def test_earlier_version_is_named(written):
    (item,) = pydicom.dcmread(io.BytesIO(written)).ReferencedImageSequence
    assert item.ReferencedSOPInstanceUID == "2.25.5"
    assert item.PurposeOfReferenceCodeSequence[0].CodeMeaning == "Temporal Predecessor"


def test_gaps_in_segment_numbers_are_closed(series, grid, labels, context):
    gapped = np.where(labels > 1, labels * 20, labels).astype(np.uint8)
    segments = [
        Segment(80, "cyst", "nodule"),
        *(Segment(n, f"s{n}", "nodule") for n in (40, 60)),
        Segment(1, "L", "liver"),
    ]
    read = decode(encode(series, grid, gapped, segments, None, context))
    assert [(s.number, s.label) for s in read.segments] == [(1, "L"), (2, "s40"), (3, "s60"), (4, "cyst")]
    assert np.array_equal(segment_numbers(read, grid), labels)
    array, renamed = renumbered(gapped, segments)
    assert np.array_equal(array, labels)
    assert [s.number for s in renamed] == [1, 2, 3, 4]


def test_a_segment_without_voxels_is_kept(series, grid, labels, segments, context, dicom_errors):
    data = encode(series, grid, labels, [*segments, Segment(5, "not drawn yet", "nodule")], None, context)
    assert len(decode(data).segments) == 5
    assert not decode(data).masks_on(grid)[5].any()
    assert dicom_errors(data) == []


def test_frames_that_share_a_byte_come_back(series, grid, context):
    narrow = copy.deepcopy(series[:5])
    for header in narrow:
        header.Rows, header.Columns = 5, 7
    small = read_grid(narrow)
    array = np.random.default_rng(1).integers(0, 3, small.shape).astype(np.uint8)
    segments = [Segment(1, "L", "liver"), Segment(2, "N", "nodule")]
    data = encode(narrow, small, array, segments, None, context)
    assert np.array_equal(segment_numbers(decode(data), small), array)
    pixels = highdicom.seg.segread(io.BytesIO(data)).get_pixels_by_source_instance(
        list(small.sop_instance_uids), combine_segments=True
    )
    assert np.array_equal(pixels, array)


def test_tilted_series_comes_back(segments, context):
    series = phantom.study("small", ("arterial",), gantry_tilt_deg=12.0)
    grid = read_grid(series)
    labels = phantom.truth("small", gantry_tilt_deg=12.0).labelmap("arterial")
    read = decode(encode(series, grid, labels, segments, None, context))
    assert np.array_equal(segment_numbers(read, grid), labels)


def test_empty_mask_is_refused_with_what_to_do(series, grid, segments, context):
    with pytest.raises(LabelmapError, match="paint at least one voxel"):
        encode(series, grid, np.zeros(grid.shape, np.uint8), segments, None, context)


def test_undescribed_number_is_refused(series, grid, labels, context):
    with pytest.raises(LabelmapError, match="use segment 2, 3, 4"):
        encode(series, grid, labels, [Segment(1, "L", "liver")], None, context)


def test_another_shape_is_refused(series, grid, labels, segments, context):
    with pytest.raises(GeometryError, match=r"\(23, 128, 128\)"):
        encode(series, grid, labels[1:], segments, None, context)


def test_how_unsure_a_model_was_is_kept_and_breaks_nothing(series, grid, labels, segments, context, dicom_errors):
    model = Algorithm("Liver net", "2.1", "AUTOMATIC", uncertainty=0.1875)
    data = encode(series, grid, labels, segments, model, context)
    assert decode(data).algorithm == model
    assert dicom_errors(data) == []
    assert decode(encode(series, grid, labels, segments, replace(model, uncertainty=None), context)).algorithm.name
