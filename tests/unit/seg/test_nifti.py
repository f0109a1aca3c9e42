import gzip
import itertools

import nibabel
import numpy as np
import pydicom
import pytest
import SimpleITK

from seg import nifti, phantom
from seg.errors import GeometryError, NiftiError
from seg.volume import read_grid, read_volume

MIRROR = np.diag([-1.0, -1.0, 1.0, 1.0])


def image_of(labels, grid):
    """The mask as a NIfTI in RAS, made by nibabel alone."""
    return nibabel.Nifti1Image(labels.transpose(2, 1, 0), MIRROR @ grid.affine_lps)


def reordered(image, axes, flips):
    """The same voxels in the same places, with other array axes."""
    data = np.asarray(image.dataobj).transpose(axes)
    affine = image.affine.copy()
    affine[:3, :3] = affine[:3, axes]
    for axis, flip in enumerate(flips):
        if flip:
            affine[:3, 3] += affine[:3, axis] * (data.shape[axis] - 1)
            affine[:3, axis] *= -1
            data = np.flip(data, axis)
    return nibabel.Nifti1Image(np.ascontiguousarray(data), affine)


def refusal(data, grid, kind=GeometryError):
    with pytest.raises(kind) as raised:
        nifti.read(data, grid)
    return str(raised.value)


def test_what_is_written_is_read_back(labels, grid):
    data = nifti.write(labels, grid.affine_lps)
    assert np.array_equal(nifti.read(data, grid), labels)
    assert np.array_equal(nifti.read(gzip.decompress(data), grid), labels)
    assert data == nifti.write(labels, grid.affine_lps)


def test_header_says_where_and_what(labels, grid):
    image = nibabel.Nifti1Image.from_bytes(gzip.decompress(nifti.write(labels, grid.affine_lps)))
    assert image.shape == (128, 128, 24)
    assert image.get_data_dtype() == np.uint8
    assert (int(image.header["sform_code"]), int(image.header["qform_code"])) == (1, 1)
    assert image.header.get_xyzt_units()[0] == "mm"
    assert np.allclose(image.get_qform(), MIRROR @ grid.affine_lps, atol=1e-4)
    assert np.array_equal(np.asarray(image.dataobj), labels.transpose(2, 1, 0))


def test_simpleitk_finds_each_voxel_at_its_place(labels, grid, tmp_path):
    (tmp_path / "mask.nii.gz").write_bytes(nifti.write(labels, grid.affine_lps))
    image = SimpleITK.ReadImage(str(tmp_path / "mask.nii.gz"))
    assert np.array_equal(SimpleITK.GetArrayFromImage(image), labels)
    for voxel in ((0, 0, 0), (127, 0, 5), (64, 100, 23)):
        wanted = grid.affine_lps @ [*voxel, 1]
        assert image.TransformIndexToPhysicalPoint(voxel) == pytest.approx(wanted[:3], abs=1e-3)


def test_mask_and_image_have_one_shape_and_one_affine(series, labels):
    grid, hounsfield = read_volume(series)
    images = [
        nibabel.Nifti1Image.from_bytes(gzip.decompress(nifti.write(array, grid.affine_lps)))
        for array in (hounsfield, labels)
    ]
    assert images[0].get_data_dtype() == np.int16
    assert images[0].shape == images[1].shape
    assert np.array_equal(images[0].affine, images[1].affine)
    assert np.asarray(images[0].dataobj)[5, 6, 7] == hounsfield[7, 6, 5]


def test_tilted_grid_keeps_its_shear():
    series = phantom.study("small", ("arterial",), gantry_tilt_deg=12.0)
    grid = read_grid(series)
    labels = phantom.truth("small", gantry_tilt_deg=12.0).labelmap("arterial")
    data = nifti.write(labels, grid.affine_lps)
    image = nibabel.Nifti1Image.from_bytes(gzip.decompress(data))
    assert np.allclose(image.affine, MIRROR @ grid.affine_lps, atol=1e-4)
    assert int(image.header["qform_code"]) == 0
    assert np.array_equal(nifti.read(data, grid), labels)


@pytest.mark.parametrize("axes", list(itertools.permutations(range(3))))
def test_any_axis_order_and_flips_of_the_same_grid_are_read(labels, grid, axes):
    for flips in itertools.product((False, True), repeat=3):
        image = reordered(image_of(labels, grid), axes, flips)
        assert np.array_equal(nifti.read(image.to_bytes(), grid), labels)


@pytest.mark.parametrize(
    "change",
    [
        lambda a: a @ np.diag([1, 1, 1.25, 1]),
        lambda a: a + np.array([[0, 0, 0, 3.0]] + [[0] * 4] * 3),
        lambda a: a + np.array([[0, 0, 0, 0.5]] + [[0] * 4] * 3),
        lambda a: np.diag([-1.0, 1, 1, 1]) @ a,
        lambda a: a @ np.array([[1, 0.02, 0, 0], [0, 1, 0, 0], [0, 0, 1, 0], [0, 0, 0, 1.0]]),
    ],
)
def test_another_place_is_refused_with_both_grids(labels, grid, change):
    image = nibabel.Nifti1Image(labels.transpose(2, 1, 0), change(MIRROR @ grid.affine_lps))
    message = refusal(image.to_bytes(), grid)
    assert message.startswith("The NIfTI has 24 slices of 128 rows × 128 columns")
    assert "the series has 24 slices of 128 rows × 128 columns, pixels of 3.000 × 3.000 mm" in message


def test_another_size_is_refused_with_both_grids(labels, grid):
    message = refusal(nifti.write(labels[:-1], grid.affine_lps), grid)
    assert "The NIfTI has 23 slices" in message
    assert "the series has 24 slices" in message


@pytest.mark.parametrize(
    ("values", "words"),
    [
        (lambda a: a * 0.5, "not whole"),
        (lambda a: np.where(a == 2, np.nan, a), "not whole"),
        (lambda a: a.astype(np.int16) - 1, "outside 0 to 255"),
        (lambda a: a.astype(np.int16) * 300, "outside 0 to 255"),
        (lambda a: a.astype(np.complex64), "complex"),
    ],
)
def test_values_that_are_no_labels_are_refused(labels, grid, values, words):
    image = nibabel.Nifti1Image(values(labels).transpose(2, 1, 0), MIRROR @ grid.affine_lps)
    assert words in refusal(image.to_bytes(), grid, NiftiError)


def test_whole_numbers_in_other_types_are_read(labels, grid):
    for kind in (np.float64, np.int16, np.uint16, np.float32):
        image = nibabel.Nifti1Image(labels.astype(kind).transpose(2, 1, 0), MIRROR @ grid.affine_lps)
        assert np.array_equal(nifti.read(image.to_bytes(), grid), labels)


def test_a_fourth_axis_of_one_is_no_harm(labels, grid):
    image = nibabel.Nifti1Image(labels.transpose(2, 1, 0)[..., None], MIRROR @ grid.affine_lps)
    assert np.array_equal(nifti.read(image.to_bytes(), grid), labels)
    twice = nibabel.Nifti1Image(np.stack([labels.transpose(2, 1, 0)] * 2, -1), MIRROR @ grid.affine_lps)
    assert "4 dimensions" in refusal(twice.to_bytes(), grid, NiftiError)


def test_a_file_without_a_place_is_refused(labels, grid):
    image = nibabel.Nifti1Image(labels.transpose(2, 1, 0), None)
    assert "neither sform nor qform" in refusal(image.to_bytes(), grid, NiftiError)


@pytest.mark.parametrize("data", [b"", b"\x1f\x8b", b"\x1f\x8bxxxxxxxxxxxx", b"no nifti", bytes(400)])
def test_bytes_that_are_no_nifti_are_refused(grid, data):
    refusal(data, grid, NiftiError)


def test_a_truncated_file_is_refused(labels, grid):
    raw = gzip.decompress(nifti.write(labels, grid.affine_lps))
    assert "fewer voxels" in refusal(raw[:5000], grid, NiftiError)
    assert "not complete" in refusal(nifti.write(labels, grid.affine_lps)[:900], grid, NiftiError)


def test_a_bomb_is_not_unpacked(grid):
    bomb = gzip.compress(bytes(1 << 26), 9)
    assert "unpacks to more than a mask of the series needs" in refusal(bomb, grid)


@pytest.mark.parametrize(
    ("pattern", "truth_file", "tolerance"),
    [
        ("generic_anatomical_001_IM*", "generic_anatomical_001_ground_truth.nii.gz", 0.0),
        (
            "generic_anatomical_002_non_isotropic_0*.dcm",
            "generic_anatomical_002_non_isotropic_ground_truth.nii.gz",
            0.5,
        ),
    ],
)
def test_grid_is_that_of_an_independent_converter(shared_data, pattern, truth_file, tolerance):
    folder = shared_data / "geometry-nifti"
    grid, volume = read_volume([pydicom.dcmread(file) for file in folder.glob(pattern)])
    known = nibabel.load(folder / truth_file)
    values = np.asarray(known.dataobj)
    # Their voxels go in as labels, so that reading has to find their axes and flips.
    small = (np.abs(values) % 200).astype(np.uint8)
    ours = nifti.read(nibabel.Nifti1Image(small, known.affine).to_bytes(), grid)
    if tolerance == 0:
        assert np.array_equal(ours, (np.abs(volume.astype(int)) % 200).astype(np.uint8))
    else:
        difference = np.abs(ours.astype(int) - np.abs(volume.astype(int)) % 200)
        assert np.median(difference) <= 1
