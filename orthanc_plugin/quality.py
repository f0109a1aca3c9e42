"""What readers left of a model's pre-annotation: Dice between it and the mask that was made of it."""

from collections.abc import Callable
from typing import Any

from orthanc_plugin.errors import NotInArchive
from seg import agreement, decode
from seg.decode import Segmentation
from seg.errors import NotASegmentation

#: Versions of a mask that are followed back; more is no history of a reading.
LONGEST_HISTORY = 50


def of(segmentation: Segmentation, read: Callable[[str], bytes]) -> dict[str, Any] | None:
    """Return how far a reader's mask agrees with the pre-annotation that it was made of.

    Parameters
    ----------
    read
        SOP Instance UID → DICOM file; raises NotInArchive.

    Returns
    -------
    dict or None
        `pre_annotation` (SOP Instance UID), `model`, `version`, and `dice` by kind of structure; None of a mask that
        was drawn by hand, is a pre-annotation itself, or whose pre-annotation is gone or unreadable.
    """
    try:
        first = _pre_annotation(segmentation, read)
        if first is None or first.algorithm is None:
            return None
        dice = dict(agreement.dice(first, segmentation))
    except (NotInArchive, NotASegmentation):
        return None
    made_by = {"model": first.algorithm.name, "version": first.algorithm.version}
    return {"pre_annotation": first.sop_instance_uid, **made_by, "dice": dice}


def is_pre_annotation(segmentation: Segmentation) -> bool:
    """Whether a mask is what a model said, untouched: nothing before it, and no segment by hand."""
    types = {segment.algorithm_type for segment in segmentation.segments}
    return not segmentation.replaces and types == {"AUTOMATIC"}


def _pre_annotation(segmentation: Segmentation, read: Callable[[str], bytes]) -> Segmentation | None:
    current = segmentation
    for _ in range(LONGEST_HISTORY):
        if not current.replaces:
            break
        current = decode.decode(read(current.replaces[0]))
    found = current is not segmentation and is_pre_annotation(current)
    return current if found else None
