import io
import itertools
from dataclasses import replace

import highdicom
import numpy as np
import pydicom
import pytest
import SimpleITK

from seg import phantom
from seg.decode import decode, segment_numbers, weights
from seg.encode import encode
from seg.errors import GeometryError, NotASegmentation, OverlapError
from seg.labelmap import Segment
from seg.volume import read_grid, read_volume


def read_series(folder, pattern):
    return [pydicom.dcmread(file, force=True) for file in sorted(folder.glob(pattern))]


@pytest.fixture
def dcmqi(shared_data):
    return shared_data / "ct-liver-seg-dcmqi"


@pytest.fixture
def own(series, grid, labels, segments, context):
    """Our own SEG as a data set to be changed."""
    return pydicom.dcmread(io.BytesIO(encode(series, grid, labels, segments, None, context)))


def test_liver_of_dcmqi_equals_its_source_mask(dcmqi):
    grid, hounsfield = read_volume(read_series(dcmqi, "0*.dcm"))
    segmentation = decode((dcmqi / "liver.dcm").read_bytes())
    mask = segmentation.masks_on(grid)[1]
    source = SimpleITK.GetArrayFromImage(SimpleITK.ReadImage(str(dcmqi / "liver_seg.nrrd")))
    assert np.array_equal(mask, source == 1)
    assert np.count_nonzero(mask) == 107_098
    assert hounsfield[mask].mean() == pytest.approx(37.33, abs=0.005)
    assert segmentation.segments[0].kind == "liver"
    assert segmentation.algorithm.type == "SEMIAUTOMATIC"
    assert np.array_equal(weights(segmentation, grid), mask.astype(np.uint8))


def test_overlapping_segments_are_kept_apart_and_refused_as_one_map(dcmqi):
    grid = read_grid(read_series(dcmqi, "0*.dcm"))
    segmentation = decode((dcmqi / "partial_overlaps.dcm").read_bytes())
    masks = segmentation.masks_on(grid)
    for file, numbers in ((1, (1, 4, 5)), (2, (2,)), (3, (3,))):
        source = SimpleITK.GetArrayFromImage(SimpleITK.ReadImage(str(dcmqi / f"partial_overlaps-{file}.nrrd")))
        for number in numbers:
            assert np.array_equal(masks[number], source == number)
    with pytest.raises(OverlapError, match=r"Segments \d and \d overlap in \d+ voxels"):
        segment_numbers(segmentation, grid)


def test_who_wins_where_segments_overlap_is_said_and_never_guessed(dcmqi):
    grid = read_grid(read_series(dcmqi, "0*.dcm"))
    segmentation = decode((dcmqi / "partial_overlaps.dcm").read_bytes())
    masks = segmentation.masks_on(grid)
    with pytest.raises(OverlapError) as refused:
        segment_numbers(segmentation, grid)
    told = {one.segments: one for one in refused.value.overlaps}
    for (first, second), one in told.items():
        both = masks[first] & masks[second]
        assert one.voxels == np.count_nonzero(both)
        slice_ = grid.slice_names.index(one.slice_name)
        assert np.count_nonzero(both[slice_]) == both.sum((1, 2)).max()
    apart = [pair for pair in itertools.combinations(masks, 2) if pair not in told]
    assert not any((masks[first] & masks[second]).any() for first, second in apart)
    order = sorted(masks, reverse=True)
    array = segment_numbers(segmentation, grid, order)
    expected = np.zeros(grid.shape, np.uint8)
    for number in reversed(order):
        expected[masks[number]] = number
    assert np.array_equal(array, expected)
    # Who wins over nobody that it meets settles nothing.
    [(first, second), *_] = told
    stranger = next(number for number in masks if all(number not in pair for pair in told))
    with pytest.raises(OverlapError, match=f"Segments {first} and {second} overlap"):
        segment_numbers(segmentation, grid, [stranger])


def test_multi_frame_sources_are_placed_by_position(shared_data):
    folder = shared_data / "ct-legacy-multiframe-24x38x3"
    grid = read_grid(read_series(folder, "IMG*.dcm"))
    mask = decode((folder / "label.seg").read_bytes()).masks_on(grid)[1]
    source = SimpleITK.GetArrayFromImage(SimpleITK.ReadImage(str(folder / "label.nrrd")))
    assert np.array_equal(mask, source == 1)


@pytest.mark.parametrize(
    "name", ["seg_image_ct_binary.dcm", "seg_image_ct_binary_fractional.dcm", "seg_image_ct_true_fractional.dcm"]
)
def test_segs_of_highdicom_are_read_as_highdicom_reads_them(shared_data, name):
    folder = shared_data / "seg-other"
    grid = read_grid([pydicom.dcmread(folder / f"CT2_17{n}.dcm") for n in (136, 166, 196)])
    wanted = highdicom.seg.segread(folder / name).get_pixels_by_source_instance(list(grid.sop_instance_uids))[..., 0]
    mask = decode((folder / name).read_bytes()).masks_on(grid)[1]
    assert np.array_equal(mask, wanted >= 0.5)
    assert mask.any()


def test_seg_of_another_writer_with_snomed_rt_codes_is_described(shared_data):
    segmentation = decode((shared_data / "sr-tid1500" / "seg.dcm").read_bytes())
    assert [(s.number, s.label, s.kind) for s in segmentation.segments] == [(1, "Neoplasm, Primary", "nodule")]
    assert segmentation.description == "tumor segmentation - User2 Manual trial 1"


def _file(dataset):
    stream = io.BytesIO()
    dataset.save_as(stream)
    return stream.getvalue()


def test_deflated_files_are_read(own, grid, labels):
    own.file_meta.TransferSyntaxUID = pydicom.uid.DeflatedExplicitVRLittleEndian
    assert np.array_equal(segment_numbers(decode(_file(own)), grid), labels)


def test_gaps_in_segment_numbers_are_kept(own, grid, labels):
    for item in own.SegmentSequence:
        item.SegmentNumber *= 10
    for frame in own.PerFrameFunctionalGroupsSequence:
        frame.SegmentIdentificationSequence[0].ReferencedSegmentNumber *= 10
    segmentation = decode(own)
    assert [s.number for s in segmentation.segments] == [10, 20, 30, 40]
    assert np.array_equal(segment_numbers(segmentation, grid), labels * 10)


def test_frames_without_source_are_placed_by_position(own, grid, labels):
    for frame in own.PerFrameFunctionalGroupsSequence:
        del frame.DerivationImageSequence
    assert np.array_equal(segment_numbers(decode(own), grid), labels)


def test_frames_without_position_are_placed_by_source(own, grid, labels):
    for frame in own.PerFrameFunctionalGroupsSequence:
        del frame.PlanePositionSequence
    assert np.array_equal(segment_numbers(decode(own), grid), labels)


def test_frames_in_any_order_are_placed(own, grid, labels):
    order = np.random.default_rng(0).permutation(own.NumberOfFrames)
    size = grid.rows * grid.columns // 8
    frames = [own.PixelData[n * size : (n + 1) * size] for n in order]
    own.PixelData = b"".join(frames)
    own.PerFrameFunctionalGroupsSequence = [own.PerFrameFunctionalGroupsSequence[n] for n in order]
    assert np.array_equal(segment_numbers(decode(own), grid), labels)


def test_nodule_wins_over_liver_where_they_overlap(own, grid, labels):
    whole = labels > 0
    flat = [np.packbits(plane, bitorder="little").tobytes() for plane in whole if plane.any()]
    size = grid.rows * grid.columns // 8
    own.PixelData = b"".join(flat) + own.PixelData[len(flat) * size :]
    segmentation = decode(own)
    assert np.array_equal(segmentation.masks_on(grid)[1], whole)
    assert np.array_equal(weights(segmentation, grid), np.minimum(labels, 2))
    with pytest.raises(OverlapError):
        segment_numbers(segmentation, grid)


def test_position_that_contradicts_the_source_is_refused(own, grid):
    plane = own.PerFrameFunctionalGroupsSequence[3].PlanePositionSequence[0]
    x, y, z = (float(v) for v in plane.ImagePositionPatient)
    plane.ImagePositionPatient = [x, y, z + 3]
    with pytest.raises(GeometryError, match=r"Frame 4 of the Segmentation lies at .* 3.00 mm from slice"):
        decode(own).masks_on(grid)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"columns": 64}, "128 rows × 128 columns, the series has slices of 128 × 64"),
        ({"spacing": 0.9}, "Pixel Spacing"),
        ({"turn": True}, "Image Orientation"),
        ({"shift": 1.0}, "1.00 mm from slice"),
    ],
)
def test_another_grid_is_refused_with_what_differs(own, grid, change, words):
    affine = grid.affine_lps.copy()
    affine[:3, :2] *= change.get("spacing", 1.0)
    affine[:3, 3] += change.get("shift", 0.0) * np.array([1.0, 0, 0])
    if "turn" in change:
        affine[:3, :2] = affine[:3, 1::-1]
    other = replace(grid, affine_lps=affine, columns=change.get("columns", 128))
    with pytest.raises(GeometryError) as raised:
        decode(own).masks_on(other)
    assert words in str(raised.value)


def test_another_frame_of_reference_without_common_sources_is_refused(own, grid):
    sops = tuple(f"1.2.3.{n}" for n in range(24))
    other = replace(grid, sop_instance_uids=sops, frame_of_reference_uid="1.2.9")
    with pytest.raises(GeometryError, match="another frame of reference"):
        decode(own).masks_on(other)
    twin = replace(other, frame_of_reference_uid=grid.frame_of_reference_uid)
    assert decode(own).masks_on(twin)[1].any()


@pytest.mark.parametrize(
    ("category", "type_", "label", "kind"),
    [
        (("T-D0050", "SRT"), ("T-62000", "SRT"), "x", "liver"),
        (("123037004", "SCT"), ("78961009", "SCT", "liver"), "liver", "liver"),
        (("123037004", "SCT"), ("78961009", "SCT", "Lesion 1"), "Lesion 1", "nodule"),
        (("123037004", "SCT"), ("10200004", "SCT"), "x", "liver"),
        (("49755003", "SCT"), ("27925004", "SCT"), "x", "nodule"),
        (("M-01000", "SRT"), ("M-80003", "SRT"), "x", "nodule"),
        (("85756007", "SCT"), ("4147007", "SCT"), "x", "nodule"),
        (("123037004", "SCT"), ("78961009", "SCT", "Spleen"), "liver", "other"),
        (("T-D0050", "SRT"), ("T-D0050", "SRT"), "Fígado", "liver"),
        (("T-D0050", "SRT"), ("T-D0050", "SRT"), "Liver lesion 2", "nodule"),
        (("T-D0050", "SRT"), ("T-D0050", "SRT"), "Nódulo 1", "nodule"),
        (("T-D0050", "SRT"), ("T-D0050", "SRT"), "Segment 1", "other"),
    ],
)
def test_kind_is_read_from_codes_and_from_labels_only_without_them(own, category, type_, label, kind):
    item = own.SegmentSequence[0]
    item.SegmentLabel = label
    for keyword, (value, scheme, *meaning) in (("Category", category), ("Type", type_)):
        code = item[f"SegmentedProperty{keyword}CodeSequence"].value[0]
        code.CodeValue, code.CodingSchemeDesignator = value, scheme
        code.CodeMeaning = meaning[0] if meaning else "x"
    assert decode(own).segments[0].kind == kind


def test_description_needs_no_pixels(own, grid):
    del own.PixelData
    segmentation = decode(own)
    assert len(segmentation.segments) == 4
    with pytest.raises(NotASegmentation, match="no pixels"):
        segmentation.masks_on(grid)


def test_what_is_no_segmentation_is_refused(series, own, grid):
    for data in (b"", b"DICM", bytes(200), _file(series[0])):
        with pytest.raises(NotASegmentation):
            decode(data)
    damaged = pydicom.dcmread(io.BytesIO(_file(own).replace(b"-186.5", b"-18x.5")))
    with pytest.raises(NotASegmentation, match="damaged") as raised:
        decode(damaged).masks_on(grid)
    assert "18x" not in str(raised.value)
    own.PixelData = own.PixelData[:100]
    with pytest.raises(NotASegmentation, match="fewer pixels"):
        decode(own).masks_on(grid)
    del own.SegmentSequence
    with pytest.raises(NotASegmentation, match="describes no segment"):
        decode(own)


def test_mask_of_one_phase_is_placed_by_position_on_another_of_the_same_frame(segments, context):
    study = phantom.study("small", ("non_contrast", "arterial"))
    first, second = study[:24], study[24:]
    grids = read_grid(first), read_grid(second)
    mask = np.zeros(grids[0].shape, np.uint8)
    mask[5, 40:50, 40:50] = 1
    segmentation = decode(encode(first, grids[0], mask, [Segment(1, "L", "liver")], None, context))
    assert segmentation.source_series_instance_uid == grids[0].series_instance_uid
    assert np.array_equal(segmentation.masks_on(grids[1])[1], mask == 1)
