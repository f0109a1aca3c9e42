"""Long and short axis against what is known in closed form, and against every pair of points."""

import numpy as np
import pytest

from seg import axes


def blob(rows, columns, holds):
    row, column = np.mgrid[:rows, :columns]
    return holds(row, column)


def test_a_rectangle_has_its_diagonal_and_the_chord_across_it():
    plane = np.zeros((60, 60), bool)
    plane[10:20, 10:50] = True
    long_axis, short_axis = axes.axes_mm([plane], 1.0, 1.0)
    # The outline misses the corners of the corner pixels: 40 × 9 or 39 × 10.
    assert long_axis == pytest.approx(np.hypot(40, 9))
    # A chord at right angles to the diagonal of w × h is h · √(w² + h²) / w long.
    assert short_axis == pytest.approx(9.5 * np.hypot(40, 9.5) / 40, abs=0.5)


def test_the_short_axis_is_a_chord_and_not_the_width_of_the_shadow():
    """A slender parallelogram: seen along its diagonal it is wider than any chord across."""
    plane = blob(200, 200, lambda row, column: (row >= 60) & (row < 100) & (abs(column - 100 - 2.5 * (row - 80)) < 30))
    _, short_axis = axes.axes_mm([plane], 1.0, 1.0)
    start, end = axes.longest(plane, 1.0, 1.0)
    along = (end - start) / np.hypot(*(end - start))
    shadow = np.ptp(axes.outline(plane, 1.0, 1.0) @ [-along[1], along[0]])
    assert short_axis < 0.9 * shadow


def test_axes_lie_in_the_slice_whatever_the_spacings():
    plane = blob(80, 80, lambda row, column: ((row - 40) * 0.5) ** 2 / 100 + ((column - 40) * 1.5) ** 2 / 400 < 1)
    assert axes.axes_mm([plane], 1.5, 0.5) == pytest.approx((40, 20), abs=1.5)


@pytest.mark.parametrize("seed", range(5))
def test_no_pair_of_points_is_farther_apart(seed):
    random = np.random.default_rng(seed)
    planes = [random.random((14, 17)) < random.uniform(0.02, 0.4) for _ in range(30)]
    planes = [plane for plane in planes if plane.any()]
    farthest = 0.0
    for plane in planes:
        points = axes.outline(plane, 0.7, 1.3)
        farthest = max(farthest, np.hypot(*(points[:, None] - points[None]).transpose(2, 0, 1)).max())
    long_axis, short_axis = axes.axes_mm(planes, 0.7, 1.3)
    assert long_axis == pytest.approx(farthest)
    assert 0 < short_axis <= long_axis


@pytest.mark.parametrize("seed", range(5))
def test_no_chord_across_is_longer(seed):
    """Against a thousand lines across the convex outline."""
    random = np.random.default_rng(seed)
    plane = random.random((20, 20)) < 0.2
    corners = axes.hull(axes.outline(plane, 1.0, 0.8))
    start, end = axes.longest(plane, 1.0, 0.8)
    length = np.hypot(*(end - start))
    along, across = (end - start) / length, np.array([-(end - start)[1], (end - start)[0]]) / length
    chords = [chord(corners, start + along * at, across) for at in np.linspace(0, length, 1002)[1:-1]]
    _, short_axis = axes.axes_mm([plane], 1.0, 0.8)
    assert short_axis >= max(chords) - 1e-9
    assert short_axis == pytest.approx(max(chords), rel=0.01)


def chord(corners, point, direction):
    """Length of the line through a point, inside a convex polygon."""
    cuts = []
    for one, other in zip(corners, np.roll(corners, -1, axis=0), strict=True):
        matrix = np.stack([direction, one - other], 1)
        if abs(np.linalg.det(matrix)) > 1e-12:
            at, part = np.linalg.solve(matrix, one - point)
            if -1e-9 <= part <= 1 + 1e-9:
                cuts.append(at)
    return max(cuts) - min(cuts)


def test_nothing_has_no_axes():
    assert axes.axes_mm([], 1.0, 1.0) == (0.0, 0.0)
