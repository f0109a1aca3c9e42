"""How far two segmentations of one series agree, such as a pre-annotation and what a reader made of it."""

from collections.abc import Iterator, Mapping

import numpy as np
from numpy.typing import NDArray

from seg.decode import Segmentation, damage_refused
from seg.frames import Frame, frames_of, planes
from seg.labelmap import Kind

#: A structure on one slice: its kind, the slice that the frame was derived from, and where the frame lies.
Place = tuple[Kind, str, tuple[float, ...]]
Plane = NDArray[np.bool_]

#: Positions are told apart by hundredths of a millimetre.
DECIMALS = 2


def dice(first: Segmentation, second: Segmentation) -> Mapping[Kind, float]:
    """Return Dice's coefficient for each kind of structure that either has: 2 |A ∩ B| / (|A| + |B|).

    All segments of one kind are taken together, since a reader may split or join nodules. Frames are compared where
    both have the same source image and position; the images themselves are not needed.

    Raises
    ------
    NotASegmentation
        Pixels are missing or cannot be decoded.
    """
    sizes: dict[Kind, int] = {}
    common: dict[Kind, int] = {}
    ours, theirs = _planes(first), _planes(second)
    for place in ours.keys() | theirs.keys():
        kind = place[0]
        there = [plane for plane in (ours.get(place), theirs.get(place)) if plane is not None]
        sizes[kind] = sizes.get(kind, 0) + sum(int(np.count_nonzero(plane)) for plane in there)
        both = int(np.count_nonzero(there[0] & there[1])) if len(there) == 2 else 0
        common[kind] = common.get(kind, 0) + both
    return {kind: 2 * common[kind] / size for kind, size in sorted(sizes.items()) if size}


def _planes(segmentation: Segmentation) -> dict[Place, Plane]:
    found: dict[Place, Plane] = {}
    with damage_refused():
        for place, plane in _pieces(segmentation):
            found[place] = found[place] | plane if place in found else plane
    return found


def _pieces(segmentation: Segmentation) -> Iterator[tuple[Place, Plane]]:
    kinds = {segment.number: segment.kind for segment in segmentation.segments}
    frames = frames_of(segmentation.dataset)
    for frame, plane in zip(frames, planes(segmentation.dataset, len(frames)), strict=True):
        numbers = np.unique(plane).tolist() if frame.segment_number is None else [frame.segment_number]
        for number in kinds.keys() & set(numbers):
            yield _place(kinds[number], frame), plane == number if frame.segment_number is None else plane != 0


def _place(kind: Kind, frame: Frame) -> Place:
    position = tuple(round(value, DECIMALS) for value in frame.position or ())
    return kind, (frame.sources or ("",))[0], position
