"""Whether all of an object is there: a file that was cut between two elements looks whole otherwise."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from pydicom import Dataset
from pydicom.dataelem import DataElement, RawDataElement

from orthanc_plugin.deidentification.errors import StructureError

PIXEL_DATA: Final = 0x7FE00010
#: Any of these is the picture of an image (PS3.3 section C.7.6.3): integer, float or double pixels.
PICTURES: Final = frozenset({PIXEL_DATA, 0x7FE00008, 0x7FE00009})
#: Tag → offsets of an element, its value and its end.
Seen = Mapping[int, tuple[int, int, int]]

SOP_CLASS, ROWS, COLUMNS, BITS = 0x00080016, 0x00280010, 0x00280011, 0x00280100
SAMPLES, NUMBER_OF_FRAMES, PHOTOMETRIC = 0x00280002, 0x00280008, 0x00280004
#: What `check_scanned` needs to have seen.
FRAME_TAGS: Final = frozenset(
    {SOP_CLASS, ROWS, COLUMNS, BITS, SAMPLES, NUMBER_OF_FRAMES, PHOTOMETRIC, *PICTURES, 0x56000020}
)
#: Overlay Bit Position of every overlay plane: above 0, its graphics are bits of the pixels (PS3.3 section C.9.2).
OVERLAY_POSITIONS: Final = frozenset((group << 16) + 0x0102 for group in range(0x6000, 0x6100, 2))
SPECTROSCOPY_DATA: Final = 0x56000020

#: SOP classes that are empty without one of these attributes, which stand near their end.
NEEDED: Final = {
    **dict.fromkeys(
        (
            "1.2.840.10008.5.1.4.1.1.2", "1.2.840.10008.5.1.4.1.1.2.1", "1.2.840.10008.5.1.4.1.1.2.2",
            "1.2.840.10008.5.1.4.1.1.4", "1.2.840.10008.5.1.4.1.1.4.1", "1.2.840.10008.5.1.4.1.1.4.4",
            "1.2.840.10008.5.1.4.1.1.128", "1.2.840.10008.5.1.4.1.1.130", "1.2.840.10008.5.1.4.1.1.128.1",
            "1.2.840.10008.5.1.4.1.1.30", "1.2.840.10008.5.1.4.1.1.66.4", "1.2.840.10008.5.1.4.1.1.66.7",
        ),
        PICTURES,
    ),
    "1.2.840.10008.5.1.4.1.1.4.2": frozenset({SPECTROSCOPY_DATA}),
}  # fmt: skip

#: SOP classes without pixels: reports, presentation states, registrations, structure sets, plans, value mappings.
PICTURELESS: Final = re.compile(r"1\.2\.840\.10008\.5\.1\.4\.1\.1\.(?:(?:88|11)\.\d+|66\.[123]|67|481\.[35])")
#: What may follow the last pixel: to an even length, or to a whole number of four bytes as some write it.
LONGEST_PADDING: Final = 3


@dataclass(frozen=True)
class Frames:
    """How many bytes the pixels of an image need (PS3.5 section 8.1.1)."""

    rows: int
    columns: int
    samples: int
    bits: int
    frames: int = 1
    photometric: str = ""

    @property
    def size(self) -> int:
        """Bytes of all frames, without padding."""
        # In 4:2:2, two pixels share their colour.
        samples = 2 if self.photometric == "YBR_FULL_422" else self.samples
        return (self.rows * self.columns * samples * self.frames * self.bits + 7) // 8


def check_content(sop_class: str, tags: object) -> None:
    """Check that an object has what makes it what it says it is.

    Parameters
    ----------
    tags
        The tags of its data set; any container.

    Raises
    ------
    StructureError
        It ends before its content.
    """
    if PICTURELESS.fullmatch(sop_class) and any(tag in tags for tag in PICTURES):  # type: ignore[operator]
        raise StructureError("corrupt", "The object holds pixels that its kind does not have.")
    needed = NEEDED.get(sop_class)
    if needed and not any(tag in tags for tag in needed):  # type: ignore[operator]
        raise StructureError("corrupt", "The object ends before its content. Send it again from its source.")


def check_size(frames: Frames, value: bytes | memoryview, *, encapsulated: bool) -> bool:
    """Check that no pixel is missing; return whether something stands behind the last one.

    Parameters
    ----------
    value
        Of Pixel Data: native pixels, or the items of encapsulated ones, the offset table first.

    Raises
    ------
    StructureError
        There are too few bytes, or fewer fragments than frames.
    """
    if encapsulated:
        if _fragments(value) < frames.frames:
            raise StructureError("corrupt", "The object has fewer frames than it says. Send it again from its source.")
    elif len(value) < frames.size:
        raise StructureError("corrupt", "The object has fewer pixels than it says. Send it again from its source.")
    return not encapsulated and len(value) > frames.size + LONGEST_PADDING


def overlays_in_pixels(dataset: Dataset) -> bool:
    """Whether graphics stand in bits of the pixels."""
    return any(tag in dataset and dataset[tag].value for tag in OVERLAY_POSITIONS)


def has_overlay_in_pixels(data: bytes, seen: Seen) -> bool:
    """As `overlays_in_pixels`, for a data set of which the offsets are known."""
    return any(any(data[value:stop]) for _, value, stop in (seen[tag] for tag in OVERLAY_POSITIONS & seen.keys()))


def check(dataset: Dataset) -> None:
    """Check a data set that is parsed, and take away what stands behind its last pixel, for no viewer shows it.

    See `check_content` and `check_size`.
    """
    check_content(str(dataset.get("SOPClassUID")), dataset)
    if PIXEL_DATA not in dataset:
        return
    element: DataElement | RawDataElement = dataset.get_item(PIXEL_DATA)
    frames = Frames(
        int(dataset.Rows),
        int(dataset.Columns),
        int(dataset.SamplesPerPixel),
        int(dataset.BitsAllocated),
        int(dataset.get("NumberOfFrames") or 1),
        str(dataset.get("PhotometricInterpretation") or ""),
    )
    encapsulated = bool(getattr(element, "is_undefined_length", False)) or getattr(element, "length", 0) == 0xFFFFFFFF
    if check_size(frames, element.value or b"", encapsulated=encapsulated):
        dataset.PixelData = (element.value or b"")[: frames.size + frames.size % 2]


def check_scanned(data: bytes, seen: Seen) -> bool:
    """Check a data set of which the offsets are known; return whether something stands behind its last pixel.

    See `check_content` and `check_size`.

    Parameters
    ----------
    seen
        Tag → offsets of an element, its value and its end; little endian.
    """
    _, value, stop = seen.get(SOP_CLASS, (0, 0, 0))
    check_content(data[value:stop].rstrip(b"\0 ").decode("ascii", "replace"), seen)
    if PIXEL_DATA not in seen:
        return False
    _, value, stop = seen[PIXEL_DATA]
    encapsulated = data[value - 4 : value] == b"\xff\xff\xff\xff"
    return check_size(frames_of(data, seen), memoryview(data)[value:stop], encapsulated=encapsulated)


def frames_of(data: bytes, seen: Seen) -> Frames:
    """Return the size of the pixels of a data set of which the offsets are known.

    Raises
    ------
    StructureError
        The object does not say it.
    """
    if not {ROWS, COLUMNS, SAMPLES, BITS} <= seen.keys():
        raise StructureError("corrupt", "The object does not say how large its image is.")
    raw = {tag: data[seen[tag][1] : seen[tag][2]] for tag in FRAME_TAGS - PICTURES if tag in seen}
    rows, columns, samples, bits = (int.from_bytes(raw[tag], "little") for tag in (ROWS, COLUMNS, SAMPLES, BITS))
    count = raw.get(NUMBER_OF_FRAMES, b"").rstrip(b"\0 ") or b"1"
    photometric = raw.get(PHOTOMETRIC, b"").decode("latin-1").rstrip("\0 ")
    return Frames(rows, columns, samples, bits, int(count), photometric)


def _fragments(items: bytes | memoryview) -> int:
    """Count the fragments; the first item is the offset table (PS3.5 section A.4)."""
    at, count = 0, -1
    while at + 8 <= len(items) and bytes(items[at : at + 4]) == b"\xfe\xff\x00\xe0":
        at += 8 + int.from_bytes(items[at + 4 : at + 8], "little")
        count += 1
    return count
