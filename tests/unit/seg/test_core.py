"""The core of a lesion against distances that are worked out voxel by voxel."""

import numpy as np
import pytest

from seg.core import core, eroded

#: Steps from column to column, row to row, slice to slice in mm; the last of a tilted gantry.
STEPS = {
    "even": np.diag([1.0, 1.0, 1.0]),
    "flat": np.diag([0.78, 0.78, 2.5]),
    "unequal": np.diag([0.5, 1.2, 0.9]),
    "tilted": np.array([[0.9, 0, 0], [0, 0.7, 0.8], [0, 0, 1.5]]),
}


def affine(steps):
    made = np.eye(4)
    made[:3, :3] = steps
    return made


def deep(mask, steps, depth_mm):
    """Voxels whose nearest voxel outside is farther than a depth; beyond the array all is outside."""
    padded = np.pad(mask, 8)
    outside = np.argwhere(~padded)[:, ::-1] @ steps.T
    inner = np.zeros_like(padded)
    for place in np.argwhere(padded):
        distances = np.linalg.norm(outside - place[::-1] @ steps.T, axis=1)
        inner[tuple(place)] = distances.min() > depth_mm + 1e-6
    return inner[8:-8, 8:-8, 8:-8]


@pytest.mark.parametrize("name", STEPS)
@pytest.mark.parametrize("depth_mm", [1.0, 2.0, 3.0])
def test_what_stays_is_deeper_than_the_depth(name, depth_mm):
    random = np.random.default_rng(7)
    mask = random.random((7, 13, 12)) < 0.985
    mask[0, :2] = False
    assert np.array_equal(eroded(mask, affine(STEPS[name]), depth_mm), deep(mask, STEPS[name], depth_mm))


@pytest.mark.parametrize(("diameter_mm", "depth_mm"), [(32, 3), (14, 2), (9, 1), (3, 0)])
def test_small_lesions_have_a_core_too(diameter_mm, depth_mm):
    steps = np.diag([0.5, 0.5, 1.0])
    place, row, column = np.mgrid[:40, :80, :80]
    distance = np.sqrt((place - 20) ** 2 + ((row - 40) / 2) ** 2 + ((column - 40) / 2) ** 2)
    mask = distance < diameter_mm / 2
    inner = core(mask, affine(steps))
    assert np.count_nonzero(inner) >= np.count_nonzero(mask) / 4
    assert distance[inner].max() == pytest.approx(diameter_mm / 2 - depth_mm, abs=0.55)


def test_a_tilted_lesion_keeps_its_place():
    mask = np.zeros((9, 30, 30), bool)
    mask[1:8, 5:25, 6:22] = True
    inner = core(mask, affine(STEPS["tilted"]))
    assert inner.any()
    assert not (inner & ~mask).any()


def test_nothing_has_no_core():
    with pytest.raises(ValueError, match="zero-size"):
        core(np.zeros((2, 3, 3), bool), np.eye(4))
