import numpy as np
import pytest

from seg import phantom
from seg.measure import measure, statistics
from seg.volume import Grid, read_volume


def make_grid(shape, spacing):
    affine = np.diag([spacing[0], spacing[1], spacing[2], 1.0])
    return Grid(shape[1], shape[2], tuple(f"1.2.{n}" for n in range(shape[0])), affine, "1", "1", "1")


def test_single_pixel_is_as_long_as_it_is_wide():
    mask = np.zeros((3, 5, 5), bool)
    mask[1, 2, 2] = True
    measured = measure(mask, make_grid(mask.shape, (0.8, 0.8, 2.5)))
    assert measured.long_axis_mm == pytest.approx(0.8)
    assert measured.short_axis_mm == pytest.approx(0.8)
    assert measured.volume_cm3 == pytest.approx(0.8 * 0.8 * 2.5 / 1000)


def test_bar_of_unequal_pixels():
    mask = np.zeros((1, 20, 20), bool)
    mask[0, 4:14, 7:9] = True
    measured = measure(mask, make_grid(mask.shape, (0.5, 2.0, 1.0)))
    assert measured.long_axis_mm == pytest.approx(np.hypot(20.0, 0.5))
    assert measured.short_axis_mm == pytest.approx(1.0, abs=0.6)


def test_disc_and_slanted_ellipse_have_their_axes():
    rows, columns = np.mgrid[:200, :200] * 0.5 - 49.75
    for long_axis, short_axis, turn in ((60, 60, 0), (80, 30, 0.5), (70, 20, 1.2)):
        along = columns * np.cos(turn) + rows * np.sin(turn)
        across = rows * np.cos(turn) - columns * np.sin(turn)
        disc = (2 * along / long_axis) ** 2 + (2 * across / short_axis) ** 2 < 1
        measured = measure(disc[None], make_grid((1, 200, 200), (0.5, 0.5, 3.0)))
        assert measured.long_axis_mm == pytest.approx(long_axis, abs=0.5)
        assert measured.short_axis_mm == pytest.approx(short_axis, abs=1.0)


def test_axes_are_of_the_slice_with_the_longest():
    mask = np.zeros((3, 30, 30), bool)
    mask[0, 5:10, 5:10] = True
    mask[2, 5:7, 2:28] = True
    measured = measure(mask, make_grid(mask.shape, (1, 1, 1)))
    assert measured.long_axis_mm == pytest.approx(np.hypot(26, 1), abs=0.05)
    assert measured.short_axis_mm == pytest.approx(2.0, abs=1.1)


def test_empty_mask_measures_nothing(grid):
    measured = measure(np.zeros(grid.shape, bool), grid)
    assert (measured.volume_cm3, measured.long_axis_mm, measured.short_axis_mm) == (0, 0, 0)
    assert statistics(np.zeros(grid.shape, bool), np.zeros(grid.shape, np.int16)) is None


def test_viewer_phantom_measures_what_is_true():
    truth = phantom.truth("viewer")
    labels = truth.labelmap("arterial")
    grid, hounsfield = read_volume(phantom.study("viewer", ("arterial",)))
    for nodule in truth.nodules:
        measured = measure(labels == nodule.segment_number, grid)
        assert measured.long_axis_mm == pytest.approx(nodule.diameter_mm, abs=1.0)
        assert measured.volume_cm3 == pytest.approx(nodule.volume_mm3 / 1000, rel=0.04)
    assert measure(labels > 0, grid).volume_cm3 == pytest.approx(truth.volumes_cm3["liver"], rel=0.005)
    mean, deviation = statistics(labels == 2, hounsfield)
    assert mean == pytest.approx(truth.nodules[0].mean_hu["arterial"], abs=1.5)
    assert deviation > 12


def test_volume_of_a_tilted_grid_uses_the_true_spacing():
    truth = phantom.truth("small", gantry_tilt_deg=20.0)
    from seg.volume import read_grid

    grid = read_grid(phantom.study("small", ("arterial",), gantry_tilt_deg=20.0))
    volume_cm3 = measure(truth.labelmap("arterial") > 0, grid).volume_cm3
    assert volume_cm3 == pytest.approx(truth.volumes_cm3["liver"], rel=0.01)
