"""On which slice of a grid each frame of a SEG lies."""

from collections.abc import Collection, Mapping, Sequence

import numpy as np
from pydicom import Dataset

from seg.errors import GeometryError
from seg.frames import Frame
from seg.volume import Float, Grid

#: How far a frame may lie from its slice: writers round positions, and the lattice of the series has a tolerance too.
PLACE_TOLERANCE_MM = 0.2
DIRECTION_TOLERANCE = 1e-3


def place_on(dataset: Dataset, frames: Sequence[Frame], grid: Grid) -> list[int]:
    """Return the slice of the grid on which each frame lies.

    Raises
    ------
    GeometryError
        A frame is not on the grid; the message says what differs.
    """
    if (size := (int(dataset.Rows), int(dataset.Columns))) != (grid.rows, grid.columns):
        message = f"The Segmentation has frames of {size[0]} rows × {size[1]} columns, the series has slices of"
        raise GeometryError(f"{message} {grid.rows} × {grid.columns}; give the series that it was drawn on.")
    _check_planes(frames, grid)
    slices = {name: place for place, name in enumerate(grid.slice_names)}
    same_frame = str(dataset.get("FrameOfReferenceUID") or "") == grid.frame_of_reference_uid
    images = set(grid.sop_instance_uids)
    places = [_place(frame, grid, slices, same_frame or images) for frame in frames]
    _check_positions(frames, places, grid)
    return places


def _place(frame: Frame, grid: Grid, slices: Mapping[str, int], related: Collection[str] | bool) -> int:
    """Return the slice of a frame; `related` are the images that tell it is of this series, where it has to be told."""
    derived_from = {slices[name] for name in frame.sources if name in slices}
    if len(derived_from) == 1 and frame.position is None:
        return derived_from.pop()
    if frame.position is None:
        raise GeometryError(f"Frame {frame.number} has no position, and is derived from no single slice of the series.")
    if not isinstance(related, bool) and not any(uid in related for uid in frame.source_uids):
        raise GeometryError("The Segmentation has another frame of reference than the series, and other source images.")
    return derived_from.pop() if len(derived_from) == 1 else _nearest(np.array(frame.position), grid)


def _nearest(position: Float, grid: Grid) -> int:
    along = float((position - grid.affine_lps[:3, 3]) @ grid.normal) / grid.slice_distance_mm
    return min(max(round(along), 0), grid.shape[0] - 1)


def _check_positions(frames: Sequence[Frame], places: Sequence[int], grid: Grid) -> None:
    positioned = [number for number, frame in enumerate(frames) if frame.position is not None]
    if not positioned:
        return
    positions = np.array([frames[number].position for number in positioned])
    corners = (
        grid.affine_lps[:3, 3] + np.array([places[number] for number in positioned])[:, None] * (grid.affine_lps[:3, 2])
    )
    distances = np.linalg.norm(positions - corners, axis=1)
    # A position that is no number is at no distance.
    far = np.flatnonzero(~(distances <= PLACE_TOLERANCE_MM))
    if far.size:
        frame, place = frames[positioned[far[0]]], places[positioned[far[0]]]
        where = ", ".join(f"{value:.2f}" for value in frame.position or ())
        message = f"Frame {frame.number} of the Segmentation lies at ({where}) mm LPS, {distances[far[0]]:.2f} mm from"
        raise GeometryError(f"{message} slice {place + 1} of the series; give the series that it was drawn on.")


def _check_planes(frames: Sequence[Frame], grid: Grid) -> None:
    lengths = np.linalg.norm(grid.affine_lps[:3, :2], axis=0)
    directions = np.concatenate([grid.affine_lps[:3, 0] / lengths[0], grid.affine_lps[:3, 1] / lengths[1]])
    good: set[tuple[float, ...]] = set()
    for frame in frames:
        for name, found, wanted in (
            ("Image Orientation", frame.orientation, directions),
            ("Pixel Spacing", frame.spacing, lengths[::-1]),
        ):
            if found is None or found in good:
                continue
            if not np.allclose(found, wanted, rtol=0, atol=DIRECTION_TOLERANCE):
                said, series = (", ".join(f"{value:.4g}" for value in values) for values in (found, wanted))
                message = f"Frame {frame.number} of the Segmentation has the {name} ({said}), the series has ({series})"
                raise GeometryError(f"{message}; give the series that it was drawn on.")
            good.add(found)
