"""Pictures in many forms, each with the values that it holds; gates with rules for pixels; what a decision stored."""

import io
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from pydicom import Dataset, dcmread
from pydicom.encaps import encapsulate
from pydicom.uid import UID, JPEG2000Lossless, JPEGBaseline8Bit, JPEGLSLossless, RLELossless

from orthanc_plugin.deidentification import pixels
from orthanc_plugin.deidentification.arrival import Gate, Refuse
from orthanc_plugin.deidentification.keys import Keys
from orthanc_plugin.deidentification.policy import Policy
from orthanc_plugin.deidentification.profile import Profile, load
from orthanc_plugin.deidentification.trace import Deidentified
from tests.unit.deidentification import objects
from tests.unit.deidentification.encode import read_data_set, write_file

KEYS: Final = Keys(bytes(range(32)))
SECONDARY_CAPTURE, ULTRASOUND = "1.2.840.10008.5.1.4.1.1.7", "1.2.840.10008.5.1.4.1.1.6.1"

Values = NDArray[Any]
Rules = list[dict[str, Any]]


@cache
def profile(may_blank: bool) -> Profile:
    return load({"CleanPixelData": may_blank})


def gate(rules: Rules, *, fast: bool, may_blank: bool = True) -> Gate:
    return Gate(Policy(profile(may_blank), KEYS, pixels.parse(rules)), fast=fast)


def blanking(*regions: list[int], fast: bool = True, when: Mapping[str, Any] | None = None) -> Gate:
    return gate([{"when": dict(when or {}), "then": "blank", "regions": list(regions)}], fast=fast)


def bytes_of(dataset: Dataset, syntax: UID | None = None) -> bytes:
    """Return a file, in another encoding than that of the data set where one is given."""
    if syntax is not None:
        return write_file(read_data_set(dataset), syntax)
    buffer = io.BytesIO()
    dataset.save_as(buffer, enforce_file_format=True)
    return buffer.getvalue()


def reason(chosen: Gate, sent: Dataset | bytes) -> str:
    """Return why something is refused; empty where it is let in."""
    decision = chosen.decide(sent if isinstance(sent, bytes) else bytes_of(sent))
    return decision.reason if isinstance(decision, Refuse) else ""


def stored(chosen: Gate, sent: Dataset | bytes) -> Dataset:
    decision = chosen.decide(sent if isinstance(sent, bytes) else bytes_of(sent))
    assert isinstance(decision, Deidentified), decision
    return dcmread(io.BytesIO(decision.data))


# --- frames, rows, columns and, in colour, samples -------------------------------------------------------------------

RANDOM: Final = np.random.default_rng(4)


def values(*shape: int, bits: int = 16, signed: bool = False) -> Values:
    kind = np.dtype(f"{'i' if signed else 'u'}{(bits + 7) // 8}")
    low = -(1 << bits - 1) if signed else 0
    # Neither the least nor the greatest: black would not be told from what was there.
    return RANDOM.integers(low + 1, low + (1 << bits) - 1, shape).astype(kind)


#: Photometric interpretation, values, bits stored.
PICTURES: Final[Mapping[str, tuple[str, Values, int]]] = {
    "MONOCHROME2 16 bits": ("MONOCHROME2", values(6, 4), 16),
    "MONOCHROME2 16 bits signed": ("MONOCHROME2", values(6, 4, signed=True), 16),
    "MONOCHROME2 12 bits": ("MONOCHROME2", values(6, 4, bits=12), 12),
    "MONOCHROME2 12 bits signed": ("MONOCHROME2", values(6, 4, bits=12, signed=True), 12),
    "MONOCHROME2 8 bits, odd length": ("MONOCHROME2", values(3, 7, 5, bits=8), 8),
    "MONOCHROME2 32 bits": ("MONOCHROME2", values(6, 4, bits=32), 32),
    "MONOCHROME2 frames": ("MONOCHROME2", values(3, 6, 4), 16),
    "MONOCHROME1 16 bits": ("MONOCHROME1", values(6, 4), 16),
    "MONOCHROME1 12 bits signed": ("MONOCHROME1", values(6, 4, bits=12, signed=True), 12),
    "MONOCHROME1 8 bits frames": ("MONOCHROME1", values(2, 6, 4, bits=8), 8),
    "RGB": ("RGB", values(6, 4, 3, bits=8), 8),
    "RGB frames": ("RGB", values(3, 7, 5, 3, bits=8), 8),
    "YBR_FULL": ("YBR_FULL", values(6, 4, 3, bits=8), 8),
    "YBR_FULL frames": ("YBR_FULL", values(2, 6, 4, 3, bits=8), 8),
}


def black(photometric: str, bits: int, signed: bool) -> Any:
    """Return what black is: the darkest value that the bits stored can hold."""
    if photometric == "YBR_FULL":
        return (0, 128, 128)
    darkest = {
        ("MONOCHROME1", False): (1 << bits) - 1, ("MONOCHROME1", True): (1 << bits - 1) - 1,
        ("MONOCHROME2", True): -(1 << bits - 1),
    }  # fmt: skip
    return darkest.get((photometric, signed), 0)


def picture(name: str, planar: int = 0) -> Dataset:
    photometric, held, bits = PICTURES[name]
    made = objects.image(1, 1)
    # The planes are put behind one another; `put_pixels` tells the shape of the values.
    objects.put_pixels(made, held, photometric, bits)
    if held.shape[-1] == 3:
        made.PlanarConfiguration = planar
        data = as_stored(held, planar)
        made.PixelData = data + b"\0" * (len(data) % 2)
    return made


def as_stored(held: Values, planar: int) -> bytes:
    return (np.moveaxis(held, -1, -3) if planar else held).tobytes()


def covered(held: Values, region: list[int], colour: Any, *, is_colour: bool) -> Values:
    """Return the values with a region in one colour."""
    left, top, width, height = region
    done = held.copy()
    rows, columns = slice(top, top + height), slice(left, left + width)
    done[(..., rows, columns, slice(None)) if is_colour else (..., rows, columns)] = colour
    return done


# --- encapsulated ----------------------------------------------------------------------------------------------------


def encapsulated(held: Values, syntax: UID, photometric: str, bits: int) -> Dataset:
    """Return an image of frames, compressed by a codec of the syntax; JPEG 2000 and JPEG by Pillow."""
    made = objects.image(1, 1)
    objects.put_pixels(made, held, photometric, bits)
    if syntax in (RLELossless, JPEGLSLossless):
        made.compress(syntax, generate_instance_uid=False)
        return made
    code = _jpeg_2000 if syntax == JPEG2000Lossless else _jpeg
    made.PixelData = encapsulate([code(frame) for frame in held])
    made["PixelData"].VR, made["PixelData"].is_undefined_length = "OB", True
    made.file_meta.TransferSyntaxUID = syntax
    if held.shape[-1] == 3:
        made.PhotometricInterpretation = {JPEGBaseline8Bit: "YBR_FULL_422"}.get(syntax, "YBR_RCT")
    return made


def _jpeg_2000(frame: Values) -> bytes:
    return _coded(frame, format="JPEG2000", irreversible=False, no_jp2=True, mct=int(frame.ndim == 3))


def _jpeg(frame: Values) -> bytes:
    return _coded(frame, format="JPEG", quality=90, subsampling="4:2:2")


def _coded(frame: Values, **options: Any) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(frame).save(buffer, **options)
    return buffer.getvalue()


Make = Callable[[], Dataset]
LOSSLESS: Final[Mapping[str, tuple[Values, UID, str, int]]] = {
    "RLE frames": (values(3, 6, 4), RLELossless, "MONOCHROME2", 16),
    "RLE RGB frames": (values(2, 7, 5, 3, bits=8), RLELossless, "RGB", 8),
    "RLE MONOCHROME1": (values(1, 6, 4, bits=12), RLELossless, "MONOCHROME1", 12),
    "JPEG-LS frames": (values(3, 16, 16, bits=12), JPEGLSLossless, "MONOCHROME2", 12),
    "JPEG-LS RGB frames": (values(2, 16, 17, 3, bits=8), JPEGLSLossless, "RGB", 8),
    "JPEG 2000 frames": (values(3, 16, 16), JPEG2000Lossless, "MONOCHROME2", 16),
    "JPEG 2000 RGB frames": (values(2, 16, 17, 3, bits=8), JPEG2000Lossless, "RGB", 8),
}
