"""Masks as the API writes them: SEG made from requests, stored into the archive, never into PostgreSQL."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

import numpy as np
from numpy.typing import NDArray
from pydicom import Dataset

from orthanc_plugin.archive import Archive
from orthanc_plugin.deidentification.keys import Keys
from orthanc_plugin.users import User
from seg import encode
from seg.labelmap import Algorithm, Segment
from seg.volume import Grid


def store_mask(
    archive: Archive,
    keys: Keys,
    author: User,
    headers: Sequence[Dataset],
    grid: Grid,
    array: NDArray[np.uint8],
    segments: Sequence[Segment],
    algorithm: Algorithm | None,
    description: str = "HepatIA mask",
) -> tuple[str, str, tuple[Segment, ...]]:
    """Write the SEG, in a series of its own, and store it.

    Returns
    -------
    SOP Instance UID, Series Instance UID, and the segments, nodules now all with a tracking UID.
    """
    tracked = tuple(replace(one, tracking_uid=one.tracking_uid or keys.mint()) for one in segments)
    context = encode.EncodeContext(
        sop_instance_uid=keys.mint(),
        series_instance_uid=keys.mint(),
        series_number=9100,
        series_description=description,
        creator_name=author.name,
        created=datetime.now(),
        mint=keys.mint,
        replaces=(),
    )
    archive.store(encode.encode(headers, grid, array, tracked, algorithm, context))
    return context.sop_instance_uid, context.series_instance_uid, tracked
