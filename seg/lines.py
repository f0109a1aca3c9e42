"""Where a segment is longest: a line on one of the images it was drawn on, told by the SEG alone."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass

import numpy as np
from pydicom import Dataset

from seg import axes, frames
from seg.decode import Segmentation, damage_refused


@dataclass(frozen=True)
class Line:
    """A line on an image.

    Attributes
    ----------
    sop_instance_uid : str
        Of the image.
    points : tuple of float
        Column, row, column, row; (0, 0) is the corner of the first pixel (PS3.3 section C.18.6.1.2).
    """

    sop_instance_uid: str
    points: tuple[float, float, float, float]
    length_mm: float


def longest(segmentation: Segmentation, numbers: Collection[int]) -> dict[int, Line]:
    """Return the long axis of segments by their numbers; of frames that name no image or no spacing there is none.

    Raises
    ------
    NotASegmentation
        Frames or pixels are missing, or cannot be decoded.
    """
    best: dict[int, Line] = {}
    with damage_refused():
        for number, line in _lines(segmentation.dataset, numbers):
            best[number] = max(best.get(number, line), line, key=lambda one: one.length_mm)
    return best


def _lines(dataset: Dataset, numbers: Collection[int]) -> Iterator[tuple[int, Line]]:
    found = frames.frames_of(dataset)
    for frame, plane in zip(found, frames.planes(dataset, len(found)), strict=True):
        if not frame.source_uids or not frame.spacing:
            continue
        for number in numbers if frame.segment_number is None else {frame.segment_number} & set(numbers):
            mask = plane == number if frame.segment_number is None else plane != 0
            if mask.any():
                yield number, _line(mask, frame.source_uids[0], frame.spacing)


def _line(mask: axes.Plane, sop_instance_uid: str, spacing: tuple[float, ...]) -> Line:
    row_mm, column_mm = spacing
    start, end = axes.longest(mask, column_mm, row_mm)
    points = [float(one) + 0.5 for point in (start, end) for one in point / [column_mm, row_mm]]
    return Line(sop_instance_uid, (points[0], points[1], points[2], points[3]), float(np.hypot(*(start - end))))
