"""Masks as the API writes them: SEG made from requests, stored into the archive, never into PostgreSQL."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

import numpy as np
from numpy.typing import NDArray
from pydicom import Dataset

from orthanc_plugin import version
from orthanc_plugin.archive import Archive
from orthanc_plugin.deidentification.keys import Keys
from orthanc_plugin.errors import NotInArchive, RequestError
from orthanc_plugin.users import User
from seg import decode, description, encode, provenance
from seg.decode import Segmentation
from seg.encode import SegmentationType
from seg.errors import NotASegmentation
from seg.labelmap import Algorithm, Segment
from seg.volume import Grid


def edited(archive: Archive, sop: str, grid: Grid) -> Segmentation:
    """Return the segmentation that a mask on a grid is a new version of.

    Raises
    ------
    RequestError
        There is none of that UID, or it was drawn on another series.
    """
    try:
        found = decode.decode(archive.read(sop))
    except (NotInArchive, NotASegmentation):
        message = "There is no such segmentation to derive a mask from."
        raise RequestError(422, "unknown_segmentation", message, "derived_from") from None
    series, images = found.source_series_instance_uid, description.source_instances(found.dataset)
    is_elsewhere = found.study_instance_uid != grid.study_instance_uid or series not in (grid.series_instance_uid, None)
    if is_elsewhere or (images and images.isdisjoint(grid.sop_instance_uids)):
        message = "The segmentation in `derived_from` was drawn on another series or scan; send its new version there."
        raise RequestError(422, "other_series", message, "derived_from")
    return found


def store_mask(
    archive: Archive,
    keys: Keys,
    author: User,
    headers: Sequence[Dataset],
    grid: Grid,
    array: NDArray[np.uint8],
    segments: Sequence[Segment],
    algorithm: Algorithm | None,
    *,
    description: str = "HepatIA mask",
    type_: SegmentationType = "BINARY",
    replaced: Segmentation | None = None,
) -> tuple[str, str, tuple[Segment, ...]]:
    """Write the SEG, in a series of its own, and store it.

    Parameters
    ----------
    algorithm
        Of the segments that have none of their own.
    replaced
        The segmentation that the new one supersedes.

    Returns
    -------
    SOP Instance UID, Series Instance UID, and the segments, nodules now all with a tracking UID.
    """
    tracked = tuple(replace(one, tracking_uid=one.tracking_uid or keys.mint()) for one in segments)
    now = datetime.now()
    context = encode.EncodeContext(
        sop_instance_uid=keys.mint(),
        series_instance_uid=keys.mint(),
        series_number=9100,
        series_description=description,
        creator_name=author.name,
        created=now,
        mint=keys.mint,
        type=type_,
    )
    if replaced:
        context = replace(
            context,
            replaces=(provenance.predecessor(replaced),),
            contributors=(
                *provenance.contributors(replaced),
                provenance.contribution(author.name, version.VERSION, now),
            ),
        )
    archive.store(encode.encode(headers, grid, array, tracked, algorithm, context))
    return context.sop_instance_uid, context.series_instance_uid, tracked
