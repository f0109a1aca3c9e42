"""CT and mask as NIfTI, however the patient lay and the slices were stored; SimpleITK reads the DICOM series beside."""

import copy
import gzip

import nibabel
import numpy as np
import pytest
import SimpleITK

from seg import nifti, phantom
from seg.decode import decode, weights
from seg.encode import encode
from seg.labelmap import Segment
from seg.volume import read_grid, read_volume

#: Row and column direction of the slices, LPS.
ORIENTATIONS = {
    "supine, head first": ((1, 0, 0), (0, 1, 0)),
    "prone": ((-1, 0, 0), (0, -1, 0)),
    "feet first": ((-1, 0, 0), (0, 1, 0)),
    "decubitus right": ((0, -1, 0), (1, 0, 0)),
    "decubitus left": ((0, 1, 0), (-1, 0, 0)),
    "sagittal": ((0, 1, 0), (0, 0, -1)),
    "coronal": ((1, 0, 0), (0, 0, -1)),
    "oblique": ((0.8, 0.36, -0.48), (0.0, 0.8, 0.6)),
}


def turned(series, rows, columns, *, reverse):
    """The first slices of the phantom, 40 rows of 48 columns, elsewhere in space and stored the other way round."""
    taken = copy.deepcopy(series[:9])
    across = np.cross(rows, columns) * (-2.5 if reverse else 2.5)
    for number, one in enumerate(taken):
        one.PixelData = one.pixel_array[30:70, 40:88].tobytes()
        one.Rows, one.Columns, one.PixelSpacing, one.SliceThickness = 40, 48, ["0.9", "0.7"], "5"
        one.ImageOrientationPatient = [*map(float, rows), *map(float, columns)]
        one.ImagePositionPatient = [round(float(v), 6) for v in np.array([-31.5, 12.25, 88.0]) + number * across]
        one.InstanceNumber = number + 1
    return taken


def by_simpleitk(series, folder):
    for number, one in enumerate(series):
        one.save_as(folder / f"{number}.dcm", enforce_file_format=True)
    names = SimpleITK.ImageSeriesReader.GetGDCMSeriesFileNames(str(folder))
    return SimpleITK.ReadImage(names)


def placed(image):
    """Voxel values by where their corners and middle are in the patient."""
    size = image.GetSize()
    found = {}
    for voxel in [(x, y, z) for x in (0, 7, size[0] - 1) for y in (0, 11, size[1] - 1) for z in (0, 3, size[2] - 1)]:
        where = tuple(round(v, 2) + 0.0 for v in image.TransformIndexToPhysicalPoint(voxel))
        found[where] = image.GetPixel(voxel)
    return found


@pytest.mark.parametrize("reverse", [False, True])
@pytest.mark.parametrize("name", ORIENTATIONS)
def test_ct_and_mask_lie_where_simpleitk_finds_the_series(series, name, reverse, tmp_path, context):
    slices = turned(series, *ORIENTATIONS[name], reverse=reverse)
    (tmp_path / "series").mkdir()
    theirs = by_simpleitk(slices, tmp_path / "series")
    grid, hounsfield = read_volume([slices[k] for k in np.random.default_rng(4).permutation(len(slices))])
    (tmp_path / "ct.nii.gz").write_bytes(nifti.write(hounsfield, grid.affine_lps))
    ours = SimpleITK.ReadImage(str(tmp_path / "ct.nii.gz"))
    assert np.array_equal(SimpleITK.GetArrayFromImage(ours), SimpleITK.GetArrayFromImage(theirs))
    assert placed(ours) == placed(theirs)
    mask = (hounsfield > 20).astype(np.uint8)
    mask[4, 5:9, 5:9] = 2
    segments = [Segment(1, "L", "liver"), Segment(2, "N", "nodule")]
    read = weights(decode(encode(slices, grid, mask, segments, None, context)), grid)
    (tmp_path / "mask.nii.gz").write_bytes(nifti.write(read, grid.affine_lps))
    image = SimpleITK.ReadImage(str(tmp_path / "mask.nii.gz"))
    assert np.array_equal(SimpleITK.GetArrayFromImage(image), mask)
    assert image.GetOrigin() == ours.GetOrigin()
    assert image.GetDirection() == ours.GetDirection()
    assert image.GetSpacing() == ours.GetSpacing()


@pytest.mark.parametrize("name", ["decubitus left", "sagittal", "oblique"])
def test_a_mask_that_another_program_turned_is_read(series, name):
    slices = turned(series, *ORIENTATIONS[name], reverse=True)
    grid = read_grid(slices)
    mask = np.random.default_rng(3).integers(0, 3, grid.shape).astype(np.uint8)
    image = nibabel.Nifti1Image(mask.transpose(2, 1, 0), np.diag([-1.0, -1, 1, 1]) @ grid.affine_lps)
    for axes in ("RAS", "LPI", "SAR", "PIL"):
        turn = nibabel.orientations.ornt_transform(
            nibabel.io_orientation(image.affine), nibabel.orientations.axcodes2ornt(axes)
        )
        assert np.array_equal(nifti.read(image.as_reoriented(turn).to_bytes(), grid), mask)


@pytest.mark.parametrize("tilt", [-15.0, 8.0])
def test_each_voxel_of_a_tilted_gantry_is_where_its_slice_says(tilt):
    slices = phantom.study("small", ("arterial",), gantry_tilt_deg=tilt)
    grid, hounsfield = read_volume(slices)
    image = nibabel.Nifti1Image.from_bytes(gzip.decompress(nifti.write(hounsfield, grid.affine_lps)))
    by_uid = {one.SOPInstanceUID: one for one in slices}
    for place in (0, 11, 23):
        one = by_uid[grid.sop_instance_uids[place]]
        rows, columns = np.array(one.ImageOrientationPatient[:3]), np.array(one.ImageOrientationPatient[3:])
        corner = np.array(one.ImagePositionPatient, float)
        wanted = corner + 17 * rows * one.PixelSpacing[1] + 90 * columns * one.PixelSpacing[0]
        assert (image.affine @ [17, 90, place, 1])[:3] == pytest.approx(wanted * [-1, -1, 1], abs=1e-3)
        assert image.dataobj[17, 90, place] == int(one.pixel_array[90, 17]) - 1024
