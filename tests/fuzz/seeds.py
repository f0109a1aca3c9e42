"""Files to begin with: the phantom, a report and masks of ours, with a patient's name all over them; and real ones."""

import io
from collections.abc import Iterator
from copy import deepcopy
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import numpy as np
import pydicom
from pydicom import Dataset
from pydicom.uid import ImplicitVRLittleEndian

from seg import encode, phantom
from seg.labelmap import Segment
from seg.volume import Grid, read_grid
from tests.orthanc.marked import mark

REPOSITORY = Path(__file__).resolve().parents[2]
SHARED = REPOSITORY.parent / "shared" / "data"
REPORT = REPOSITORY / "tests/unit/sr_templates/frozen/liver-ct-1.dcm"

#: Larger files add time and no other ways to go wrong.
LARGEST = 60_000

#: Real ones by what they are: folder, and what the name of a seed begins with.
REAL = {
    "sr-tid1500": "sr", "sr-other": "sr", "seg-other": "seg", "ct-legacy-multiframe-24x38x3": "seg",
    "charsets": "other", "malformed": "other", "transfer-syntaxes": "other", "phi": "other",
    "other-modalities": "other",
}  # fmt: skip


@cache
def seeds() -> dict[str, bytes]:
    """Return files by their names, always in the same order."""
    return dict(_seeds())


def _seeds() -> Iterator[tuple[str, bytes]]:
    image = deepcopy(slices()[0])
    image.Rows = image.Columns = 8
    image.PixelData = bytes(128)
    yield "ct", mark(image)
    image.file_meta.TransferSyntaxUID = ImplicitVRLittleEndian
    yield "ct-implicit", mark(image)
    yield "sr", _marked(REPORT)
    yield "seg", mark(pydicom.dcmread(io.BytesIO(_mask("BINARY"))))
    yield "seg-labelmap", mark(pydicom.dcmread(io.BytesIO(_mask("LABELMAP"))))
    for folder, kind in REAL.items():
        for file in sorted((SHARED / folder).glob("*.dcm")):
            if file.stat().st_size <= LARGEST:
                yield f"{kind} {folder}/{file.name}", file.read_bytes()


def _marked(file: Path) -> bytes:
    return mark(pydicom.dcmread(file))


@cache
def slices() -> list[Dataset]:
    """Return the slices of one phase of the phantom."""
    study = phantom.study("small")
    return [one for one in study if one.SeriesInstanceUID == study[0].SeriesInstanceUID]


@cache
def grid() -> Grid:
    """Return what the masks lie on."""
    return read_grid(slices())


def _mask(kind: encode.SegmentationType) -> bytes:
    array = np.zeros(grid().shape, np.uint8)
    array[2:5, 40:60, 40:60], array[3, 45:50, 45:50] = 1, 2
    numbers = iter(range(1, 1000))
    context = encode.EncodeContext(
        sop_instance_uid="2.25.1", series_instance_uid="2.25.2", series_number=901, series_description="mask",
        creator_name="Quetzalvino^Otto", created=datetime(2021, 3, 4, tzinfo=UTC),
        mint=lambda: f"2.25.7{next(numbers)}", type=kind,
    )  # fmt: skip
    segments = (Segment(1, "Liver", "liver"), Segment(2, "Nodule", "nodule", "2.25.9"))
    return encode.encode(slices(), grid(), array, segments, None, context)
