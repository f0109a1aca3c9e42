"""Carrying a mask: exact on equal grids, as SimpleITK resamples on others, and after registration where it belongs."""

from dataclasses import replace

import numpy as np
import pytest
import SimpleITK as sitk  # noqa: N813 -- its usual name

from seg import carry, phantom, registration
from seg.errors import GeometryError, RegistrationError
from seg.phantom.variant import BREATH_SHIFTS_MM
from seg.volume import Grid, read_volume


def grid_like(grid, shape, affine, uid="9.9"):
    slices, rows, columns = shape
    sops = tuple(f"{uid}.{n}" for n in range(slices))
    return Grid(rows, columns, sops, affine, grid.frame_of_reference_uid, uid, grid.study_instance_uid)


def affine(origin, spacing, turn_deg=(0.0, 0.0, 0.0)):
    x, y, z = np.radians(turn_deg)
    turns = [
        [[1, 0, 0], [0, np.cos(x), -np.sin(x)], [0, np.sin(x), np.cos(x)]],
        [[np.cos(y), 0, np.sin(y)], [0, 1, 0], [-np.sin(y), 0, np.cos(y)]],
        [[np.cos(z), -np.sin(z), 0], [np.sin(z), np.cos(z), 0], [0, 0, 1]],
    ]
    result = np.eye(4)
    result[:3, :3] = np.linalg.multi_dot(turns) * spacing
    result[:3, 3] = origin
    return result


def itk(array, grid):
    image = sitk.GetImageFromArray(array)
    sizes = np.linalg.norm(grid.affine_lps[:3, :3], axis=0)
    image.SetSpacing(sizes.tolist())
    image.SetOrigin(grid.affine_lps[:3, 3].tolist())
    image.SetDirection((grid.affine_lps[:3, :3] / sizes).ravel().tolist())
    return image


def itk_resampled(labels, source, target, to_source=None):
    transform = sitk.AffineTransform(3)
    if to_source is not None:
        transform.SetMatrix(to_source[:3, :3].ravel().tolist())
        transform.SetTranslation(to_source[:3, 3].tolist())
    like = itk(np.zeros(target.shape, np.uint8), target)
    return sitk.GetArrayFromImage(
        sitk.Resample(itk(labels, source), like, transform, sitk.sitkNearestNeighbor, 0, sitk.sitkUInt8)
    )


#: No voxel lies half way between two: there either neighbour is as near.
OTHER_GRIDS = [
    ((40, 90, 110), affine((-150.237, -290.311, -600.417), (2.713, 2.937, 3.371))),
    ((24, 128, 128), affine((-186.1, -350.7, -608.2), (3, 3, 6), (3, -4, 11))),
    ((31, 64, 50), affine((-100.3, -40.1, -470.7), (4.1, 4.3, 5.2), (180, 0, 5))),
]


@pytest.mark.parametrize(("shape", "matrix"), OTHER_GRIDS)
def test_another_grid_gets_what_simpleitk_gives_it(labels, grid, shape, matrix):
    target = grid_like(grid, shape, matrix)
    carried = carry.carry(labels, grid, target)
    assert carried.any()
    assert np.array_equal(carried, itk_resampled(labels, grid, target))


@pytest.mark.parametrize(("shape", "matrix"), OTHER_GRIDS)
def test_a_transform_is_applied_as_simpleitk_applies_its_inverse(labels, grid, shape, matrix):
    target = grid_like(grid, shape, matrix)
    to_target = affine((5.3, -7.1, 12.7), (1, 1, 1), (2, 3, -4))
    carried = carry.carry(labels, grid, target, to_target)
    assert np.array_equal(carried, itk_resampled(labels, grid, target, np.linalg.inv(to_target)))
    assert not np.array_equal(carried, carry.carry(labels, grid, target))


def test_equal_grids_get_an_exact_copy(labels, grid):
    carried = carry.carry(labels, grid, grid_like(grid, grid.shape, grid.affine_lps.copy()))
    assert np.array_equal(carried, labels)
    assert carried is not labels


def test_another_frame_of_reference_is_refused_and_both_are_told(labels, grid):
    other = replace(grid, frame_of_reference_uid="1.2.3", series_instance_uid="9.9")
    with pytest.raises(GeometryError) as refused:
        carry.carry(labels, grid, other)
    assert "1.2.3" in str(refused.value)
    assert grid.frame_of_reference_uid in str(refused.value)
    assert np.array_equal(carry.carry(labels, grid, other, np.eye(4)), labels)
    for known in (grid, replace(grid, frame_of_reference_uid="")):
        with pytest.raises(GeometryError):
            carry.carry(labels, known, replace(other, frame_of_reference_uid=""))


@pytest.fixture(scope="module")
def breathing():
    """Grid, HU and labels of each phase of a patient who breathes."""
    truth = phantom.truth("small", breath_shift=True)
    phases = ("portal_venous", "arterial")
    return {p: (*read_volume(phantom.study("small", (p,), breath_shift=True)), truth.labelmap(p)) for p in phases}


@pytest.fixture(scope="module")
def registered(breathing):
    source, target = (breathing[p][:2] for p in ("portal_venous", "arterial"))
    return registration.rigid(source, target, breathing["portal_venous"][2] > 0)


def dice(one, other):
    return 2 * np.count_nonzero(one & other) / (np.count_nonzero(one) + np.count_nonzero(other))


def test_registration_finds_how_far_the_patient_breathed(registered, breathing):
    shift = np.subtract(BREATH_SHIFTS_MM["arterial"], BREATH_SHIFTS_MM["portal_venous"])
    middle = breathing["arterial"][0].affine_lps @ (64, 64, 12, 1)
    assert (registered.to_target @ middle - middle)[:3] == pytest.approx(shift, abs=0.6)
    assert registered.after > registered.before + 0.1
    assert registered.turned_deg < 1


def test_registration_brings_the_mask_to_where_it_belongs(registered, breathing):
    grid, _, labels = breathing["portal_venous"]
    target, _, truth = breathing["arterial"]
    as_it_is = carry.carry(labels, grid, target)
    moved = carry.carry(labels, grid, target, registered.to_target)
    assert dice(as_it_is > 0, truth > 0) < 0.90
    assert dice(moved > 0, truth > 0) > 0.96
    assert dice(moved == 2, truth == 2) > dice(as_it_is == 2, truth == 2) + 0.2


def test_a_patient_who_lay_still_is_not_moved(breathing):
    """Of the same scan with other noise and contrast: exact, not half a millimetre from there."""
    source = breathing["portal_venous"][:2]
    still = read_volume(phantom.study("small", ("portal_venous",), breath_shift=True, seed=5))
    found = registration.rigid(source, still, breathing["portal_venous"][2] > 0)
    assert found.moved_mm < 0.5
    carried = carry.carry(breathing["portal_venous"][2], source[0], still[0], found.to_target)
    assert dice(carried > 0, breathing["portal_venous"][2] > 0) > 0.999


@pytest.mark.parametrize(
    ("moved", "turned", "before", "after"), [(80, 0, 0.5, 0.9), (5, 20, 0.5, 0.9), (5, 1, 0.5, 0.4), (5, 1, 0.1, 0.15)]
)
def test_what_is_found_is_only_believed_when_it_can_be(moved, turned, before, after):
    with pytest.raises(RegistrationError):
        registration._believed(registration.Registration(np.eye(4), before, after, moved, turned, 1.0))


def test_what_cannot_be_found_is_refused(breathing):
    grid, hounsfield, labels = breathing["portal_venous"]
    noise = np.random.default_rng(0).integers(-100, 200, hounsfield.shape).astype(np.int16)
    with pytest.raises(RegistrationError):
        registration.rigid((grid, hounsfield), (grid, noise), labels > 0)


def test_registration_does_not_take_for_ever(breathing):
    source, target = (breathing[p][:2] for p in ("portal_venous", "arterial"))
    with pytest.raises(RegistrationError, match="longer than 0 s"):
        registration.rigid(source, target, breathing["portal_venous"][2] > 0, longest_s=0.05)
