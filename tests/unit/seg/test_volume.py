import copy

import numpy as np
import pydicom
import pytest

from seg import phantom
from seg.errors import GeometryError
from seg.volume import describe, read_grid, read_volume


def refusal(headers):
    with pytest.raises(GeometryError) as raised:
        read_grid(headers)
    return str(raised.value)


def headers_of(folder, pattern):
    files = sorted(folder.glob(pattern))
    return [pydicom.dcmread(file, stop_before_pixels=True, force=True) for file in files]


def changed(series, place, **values):
    headers = copy.deepcopy(series)
    for keyword, value in values.items():
        setattr(headers[place], keyword, value)
    return headers


def test_step_comes_from_positions_and_not_from_slice_thickness(grid):
    assert grid.shape == (24, 128, 128)
    assert np.linalg.norm(grid.affine_lps[:3, :3], axis=0) == pytest.approx([3.0, 3.0, 6.0])
    assert grid.voxel_mm3 == pytest.approx(54.0)
    assert grid.slice_distance_mm == pytest.approx(6.0)


def test_slices_ascend_along_the_normal_in_any_order_of_headers(series, grid):
    shuffled = read_grid([series[k] for k in np.random.default_rng(3).permutation(len(series))])
    assert shuffled.sop_instance_uids == grid.sop_instance_uids
    assert np.array_equal(shuffled.affine_lps, grid.affine_lps)
    by_uid = {d.SOPInstanceUID: float(d.ImagePositionPatient[2]) for d in series}
    heights = [by_uid[uid] for uid in grid.sop_instance_uids]
    assert heights == sorted(heights)


@pytest.mark.parametrize("tilt", [-15.0, 8.0])
def test_gantry_tilt_is_an_exact_sheared_affine(tilt):
    series = phantom.study("small", ("arterial",), gantry_tilt_deg=tilt)
    grid = read_grid(series)
    step = grid.affine_lps[:3, 2]
    assert step == pytest.approx([0, 0, 6.0])
    assert abs(step @ grid.normal) < 5.99
    last = series[-1]
    corner = grid.affine_lps @ [0, 0, grid.sop_instance_uids.index(last.SOPInstanceUID), 1]
    assert corner[:3] == pytest.approx([float(v) for v in last.ImagePositionPatient], abs=1e-4)


def test_missing_slice_is_refused_by_name():
    message = refusal(phantom.study("small", ("arterial",), missing_slice=True))
    assert "Slice 12 at -543.00 mm and Slice 13 at -531.00 mm have 1 missing slice(s) between them" in message


def test_duplicate_position_is_refused_by_name():
    message = refusal(phantom.study("small", ("arterial",), duplicate_slice=True))
    assert "Slice 13 at -537.00 mm and Slice 25 at -537.00 mm lie at the same position" in message


def test_uneven_gap_is_refused(series):
    x, y, z = (float(v) for v in series[9].ImagePositionPatient)
    assert "where 6.00 mm is usual" in refusal(changed(series, 9, ImagePositionPatient=[x, y, z + 1.3]))


def test_slice_beside_the_line_is_refused(series):
    x, y, z = (float(v) for v in series[9].ImagePositionPatient)
    assert "Slice 10 lies 2.00 mm beside the line" in refusal(changed(series, 9, ImagePositionPatient=[x + 2, y, z]))


@pytest.mark.parametrize(
    ("values", "word"),
    [
        ({"ImageOrientationPatient": [1, 0, 0, 0, 0, -1]}, "Image Orientation"),
        ({"PixelSpacing": [2.5, 2.5]}, "Pixel Spacing"),
        ({"Rows": 64}, "Rows and Columns"),
        ({"FrameOfReferenceUID": "1.2.3"}, "Frame of Reference"),
        ({"SeriesInstanceUID": "1.2.3"}, "Series Instance UID"),
        ({"ImageType": ["ORIGINAL", "PRIMARY", "LOCALIZER"]}, "localizer"),
        ({"NumberOfFrames": 3}, "many frames and does not say where"),
        ({"ImagePositionPatient": None}, "has no ImagePositionPatient"),
        ({"SOPInstanceUID": ""}, "has no SOPInstanceUID"),
    ],
)
def test_mixed_series_are_refused_with_the_slice_and_the_rule(series, values, word):
    message = refusal(changed(series, 4, **values))
    assert word in message
    assert "Slice 5" in message
    assert "Silva" not in message


def test_the_same_instance_twice_is_refused(series):
    assert "given twice" in refusal([*series, series[0]])


def test_no_instances_are_refused():
    assert "no instances" in refusal([])


def test_single_slice_takes_its_step_from_spacing_then_thickness(series):
    assert read_grid(series[:1]).slice_distance_mm == pytest.approx(3.0)
    spaced = changed(series[:1], 0, SpacingBetweenSlices="2.5")
    assert read_grid(spaced).slice_distance_mm == pytest.approx(2.5)
    bare = changed(series[:1], 0, SliceThickness=None)
    assert "neither Spacing Between Slices nor Slice Thickness" in refusal(bare)


def test_sagittal_series_has_the_normal_of_its_planes(series):
    headers = copy.deepcopy(series[:5])
    for place, header in enumerate(headers):
        header.ImageOrientationPatient = [0, 1, 0, 0, 0, -1]
        header.ImagePositionPatient = [10.0 - 2 * place, 0, 0]
    grid = read_grid(headers)
    assert grid.normal == pytest.approx([-1, 0, 0])
    assert grid.sop_instance_uids[0] == headers[0].SOPInstanceUID


def test_headers_need_no_pixels(series, grid):
    bare = copy.deepcopy(series)
    for header in bare:
        del header.PixelData
    assert read_grid(bare).shape == grid.shape


def test_volume_is_hounsfield_units_in_the_order_of_the_grid(series, grid):
    _, volume = read_volume(series[::-1])
    assert volume.dtype == np.int16
    by_uid = {d.SOPInstanceUID: d for d in series}
    for place in (0, 11, 23):
        assert np.array_equal(volume[place], by_uid[grid.sop_instance_uids[place]].pixel_array.astype(int) - 1024)


def test_volume_refuses_slices_without_pixels(series):
    bare = copy.deepcopy(series)
    del bare[3].PixelData
    with pytest.raises(GeometryError, match="Slice 4 cannot be decoded"):
        read_volume(bare)


def test_real_series_with_thickness_unlike_spacing(shared_data):
    grid = read_grid(headers_of(shared_data / "ct-liver-seg-dcmqi", "0*.dcm"))
    assert grid.slice_distance_mm == pytest.approx(1.0, abs=1e-3)
    assert describe(grid.shape, grid.affine_lps).startswith("3 slices of 512 rows × 512 columns, pixels of 0.811")


def test_real_series_whose_slices_have_frames_of_reference_of_their_own(shared_data):
    grid = read_grid(headers_of(shared_data / "ct-upper-abdomen-lidc", "*.dcm"))
    assert grid.shape == (36, 512, 512)
    assert grid.slice_distance_mm == pytest.approx(1.0)


def test_real_gantry_tilt_is_sheared(shared_data):
    grid = read_grid(headers_of(shared_data / "geometry-nifti", "failing_gantry*.dcm"))
    directions = grid.affine_lps[:3, :3] / np.linalg.norm(grid.affine_lps[:3, :3], axis=0)
    assert abs(directions[:, 1] @ directions[:, 2]) > 0.1


def test_real_uneven_series_is_refused(shared_data):
    message = refusal(headers_of(shared_data / "geometry-nifti", "failing_sliceincrement*.dcm"))
    assert "Slice 9 at 28.11 mm and Slice 10 at 38.11 mm have 1 missing" in message


def test_all_slices_that_are_wrong_are_named(series):
    wrong = copy.deepcopy(series)
    for place, header in enumerate(wrong):
        header.ImageType = ["ORIGINAL", "PRIMARY", "LOCALIZER" if place in (2, 4, 9) else "AXIAL"]
    assert refusal(wrong) == "Slice 3 (and Slice 5, Slice 10) is a localizer; give the series without it."
    for header in wrong:
        header.ImageType = "LOCALIZER"
    assert refusal(wrong).startswith("Slice 1 (and Slice 2, Slice 3, Slice 4, Slice 5, 19 more) is a localizer")
