"""Sources that are one multi-frame image: the grid, HU, masks in and out, as of the same slices one by one."""

import io

import highdicom
import numpy as np
import pydicom
import pytest
import SimpleITK
from pydicom.sr.coding import Code
from pydicom.uid import generate_uid

from seg.decode import decode, segment_numbers
from seg.encode import encode
from seg.errors import GeometryError, LabelmapError
from seg.labelmap import Labelmap, compose, on_grid, parse
from seg.volume import read_grid, read_volume


@pytest.fixture(scope="module")
def converted(series):
    """The phantom as one Legacy Converted Enhanced CT, made by highdicom, its frames in any order."""
    order = np.random.default_rng(2).permutation(len(series))
    made = highdicom.legacy.LegacyConvertedEnhancedCTImage(
        [series[k] for k in order], generate_uid(), 7, generate_uid(), 1
    )
    return pydicom.dcmread(_file(made))


def _file(dataset):
    stream = io.BytesIO()
    dataset.save_as(stream)
    stream.seek(0)
    return stream


def test_grid_and_hounsfield_are_those_of_the_single_slices(converted, series):
    grid, hounsfield = read_volume([converted])
    wanted, wanted_hounsfield = read_volume(series)
    assert np.allclose(grid.affine_lps, wanted.affine_lps)
    assert np.array_equal(hounsfield, wanted_hounsfield)
    assert set(grid.sop_instance_uids) == {converted.SOPInstanceUID}
    assert sorted(grid.frame_numbers) == list(range(1, 25))


def test_a_real_one_has_the_grid_and_hounsfield_of_its_single_slices(shared_data):
    folder = shared_data / "ct-legacy-multiframe-24x38x3"
    grid, hounsfield = read_volume([pydicom.dcmread(folder / "mf.dcm")])
    wanted, wanted_hounsfield = read_volume([pydicom.dcmread(file) for file in folder.glob("IMG*.dcm")])
    assert np.allclose(grid.affine_lps, wanted.affine_lps, atol=1e-4)
    assert np.array_equal(hounsfield, wanted_hounsfield)
    mask = decode((folder / "label.seg").read_bytes()).masks_on(grid)[1]
    assert np.array_equal(mask, SimpleITK.GetArrayFromImage(SimpleITK.ReadImage(str(folder / "label.nrrd"))) == 1)


@pytest.mark.parametrize("type_", ["BINARY", "LABELMAP"])
def test_a_mask_on_it_names_instance_and_frame(converted, labels, segments, new_context, dicom_errors, type_):
    grid = read_grid([converted])
    data = encode([converted], grid, labels, segments, None, new_context(type=type_))
    assert np.array_equal(segment_numbers(decode(data), grid), labels)
    read = highdicom.seg.segread(io.BytesIO(data))
    (place,) = np.flatnonzero(np.array(grid.frame_numbers) == 1)
    pixels = read.get_pixels_by_source_frame(
        converted.SOPInstanceUID, list(grid.frame_numbers), combine_segments=True, assert_missing_frames_are_empty=True
    )
    assert np.array_equal(pixels, labels)
    source = read.PerFrameFunctionalGroupsSequence[0].DerivationImageSequence[0].SourceImageSequence[0]
    assert grid.frame_numbers[place] == 1
    assert source.ReferencedSOPInstanceUID == converted.SOPInstanceUID
    assert len(read.ReferencedSeriesSequence[0].ReferencedInstanceSequence) == 1
    if type_ == "BINARY":
        assert dicom_errors(data) == []


def test_frames_without_position_are_placed_by_frame_number(converted, labels, segments, context):
    grid = read_grid([converted])
    dataset = pydicom.dcmread(io.BytesIO(encode([converted], grid, labels, segments, None, context)))
    for frame in dataset.PerFrameFunctionalGroupsSequence:
        del frame.PlanePositionSequence
    assert np.array_equal(segment_numbers(decode(dataset), grid), labels)


@pytest.mark.parametrize("type_", ["BINARY", "LABELMAP", "FRACTIONAL"])
def test_what_highdicom_draws_on_it_is_placed(converted, labels, type_):
    """dcmqi 1.5.7 takes no multi-frame image."""
    grid = read_grid([converted])
    frames = np.empty_like(labels)
    frames[np.array(grid.frame_numbers) - 1] = labels
    tissue, liver = Code("85756007", "SCT", "Tissue"), Code("10200004", "SCT", "Liver")
    described = [highdicom.seg.SegmentDescription(n, f"s{n}", tissue, liver, "MANUAL") for n in (1, 2, 3, 4)]
    made = highdicom.seg.Segmentation(
        [converted], frames, type_, described, generate_uid(), 3, generate_uid(), 1, "m", "m", "1", "1"
    )
    segmentation = decode(_file(made).getvalue())
    assert segmentation.source_series_instance_uid == grid.series_instance_uid
    assert np.array_equal(segment_numbers(segmentation, grid), labels)


def test_a_labelmap_names_frames_in_any_order(converted, labels, segments):
    grid = read_grid([converted])
    assert grid.slice_names[0] == f"{converted.SOPInstanceUID}/frames/{grid.frame_numbers[0]}"
    drawn = parse(compose(Labelmap(grid.rows, grid.columns, grid.slice_names[::-1], segments, None, labels[::-1])))
    assert np.array_equal(on_grid(drawn, grid), labels)


@pytest.mark.parametrize("name", ["1.2.3/frames/0", "1.2.3/frames/", "1.2.3/frames/x", "1.2.3/4", "/frames/1"])
def test_a_labelmap_with_a_strange_name_of_a_slice_is_refused(name, segments):
    with pytest.raises(LabelmapError, match="`sops` is not a list"):
        parse(compose(Labelmap(2, 2, (name,), segments, None, np.zeros((1, 2, 2), np.uint8))))


def test_a_frame_at_the_place_of_another_is_refused_by_number(converted):
    doubled = pydicom.dcmread(_file(converted))
    frames = doubled.PerFrameFunctionalGroupsSequence
    frames[4].PlanePositionSequence = frames[9].PlanePositionSequence
    with pytest.raises(GeometryError, match=r"Frame 5 .* and Frame 10 .* lie at the same position") as raised:
        read_grid([doubled])
    assert "Silva" not in str(raised.value)


def test_many_frames_without_a_place_are_refused(converted):
    bare = pydicom.dcmread(_file(converted))
    del bare.PerFrameFunctionalGroupsSequence
    with pytest.raises(GeometryError, match="has many frames and does not say where they are"):
        read_grid([bare])


def test_an_enhanced_ct_is_read(shared_data):
    image = pydicom.dcmread(shared_data / "transfer-syntaxes" / "eCT_Supplemental.dcm")
    grid = read_grid([image])
    assert grid.shape == (2, 512, 512)
    positions = [f.PlanePositionSequence[0].ImagePositionPatient for f in image.PerFrameFunctionalGroupsSequence]
    first = positions[grid.frame_numbers[0] - 1]
    assert grid.affine_lps[:3, 3] == pytest.approx([float(value) for value in first])
