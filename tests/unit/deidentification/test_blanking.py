"""Regions that a rule blanks are black afterwards, and nothing else has changed; what cannot be blanked stays out."""

import io
import subprocess
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import SimpleITK
from hypothesis import given, settings
from hypothesis import strategies as st
from pydicom import Dataset, dcmread
from pydicom.pixels import pixel_array
from pydicom.uid import ExplicitVRLittleEndian, JPEGBaseline8Bit

from tests.unit.deidentification import objects
from tests.unit.deidentification.encode import SYNTAXES
from tests.unit.deidentification.pictures import (
    LOSSLESS,
    PICTURES,
    Values,
    as_stored,
    black,
    blanking,
    bytes_of,
    covered,
    encapsulated,
    gate,
    picture,
    reason,
    stored,
    values,
)  # fmt: skip

pytestmark = pytest.mark.filterwarnings("ignore::UserWarning")

INSIDE, STICKING_OUT, LARGER = [1, 2, 2, 3], [3, 1, 9, 90], [0, 0, 4000, 4000]
IN_COLOUR = [name for name in PICTURES if name.startswith(("RGB", "YBR"))]
#: Left to the decoder that `pylibjpeg` would be, which is not installed.
UNDECODED = "JPEGProcess14SV1", "JPEGProcess14Transfer", "JPEGProcess2_4"
BY_NOBODY = "JPEGProcess10_12", "JPEGProcess6_8"
LOSSY = "JPEG2000Transfer", "JPEGLSLossy", "JPEGProcess1Transfer"
EXACT = "CTImage.dcm", "BigEndian", "Deflated", "Explicit", "Implicit", "JPEG2000LosslessOnly", "JPEGLSLossless", "RLE"


def declares_blanking(done: Dataset) -> bool:
    codes = [(item.CodeValue, item.CodingSchemeDesignator) for item in done.DeidentificationMethodCodeSequence]
    return ("113101", "DCM") in codes and done.BurnedInAnnotation == "NO"


def decoded(done: Dataset) -> Values:
    return np.asarray(pixel_array(done, raw=True))


def read(data: bytes) -> Dataset:
    return dcmread(io.BytesIO(data))


@pytest.mark.parametrize("syntax", SYNTAXES)
@pytest.mark.parametrize(("name", "planar"), [*product(PICTURES, [0]), *product(IN_COLOUR, [1])])
def test_native_pixels(name: str, syntax: str, planar: int) -> None:
    photometric, held, bits = PICTURES[name]
    sent = bytes_of(picture(name, planar), SYNTAXES[syntax])
    colour, is_colour = black(photometric, bits, held.dtype.kind == "i"), name in IN_COLOUR
    for region in (INSIDE, STICKING_OUT, LARGER):
        done = stored(blanking(region), sent)
        assert done.file_meta.TransferSyntaxUID == SYNTAXES[syntax]
        assert np.array_equal(decoded(done), covered(decoded(read(sent)), region, colour, is_colour=is_colour))
        assert declares_blanking(done)
        if bits == held.dtype.itemsize * 8 and syntax != "big endian":
            expected = covered(held, region, colour, is_colour=is_colour)
            assert done.PixelData == as_stored(expected, planar) + b"\0" * (expected.nbytes % 2)


@pytest.mark.parametrize("region", [[3, 2, 2, 3], STICKING_OUT, LARGER], ids=["inside", "sticking out", "larger"])
@pytest.mark.parametrize("name", LOSSLESS)
def test_encapsulated_frames_of_a_lossless_codec(name: str, region: list[int]) -> None:
    held, syntax, photometric, bits = LOSSLESS[name]
    is_colour = held.shape[-1] == 3
    done = stored(blanking(region), encapsulated(held, syntax, photometric, bits))
    expected = covered(held, region, black(photometric, bits, False), is_colour=is_colour)
    assert done.file_meta.TransferSyntaxUID == ExplicitVRLittleEndian
    assert done.PixelData.rstrip(b"\0") == expected.tobytes().rstrip(b"\0")
    assert np.array_equal(decoded(done).reshape(held.shape), expected)
    assert declares_blanking(done)


def test_encapsulated_colour_of_a_lossy_codec_is_what_a_viewer_decodes() -> None:
    image = encapsulated(values(2, 16, 32, 3, bits=8), JPEGBaseline8Bit, "RGB", 8)
    shown = pixel_array(read(bytes_of(image)))
    done = stored(blanking([3, 2, 6, 5]), image)
    assert done.PhotometricInterpretation == "RGB"
    assert np.array_equal(decoded(done), covered(shown, [3, 2, 6, 5], 0, is_colour=True))


# --- real files ------------------------------------------------------------------------------------------------------


def file_in(folder: Path, *parts: str) -> list[Path]:
    return [file for file in sorted(folder.glob("CTImage*")) if any(part in file.name for part in parts)]


def test_a_real_ct_in_every_lossless_transfer_syntax(shared_data: Path) -> None:
    folder, region = shared_data / "transfer-syntaxes", [300, 480, 4000, 40]
    truth = covered(decoded(dcmread(folder / "CTImage.dcm")), region, -32768, is_colour=False)
    files = [file for file in file_in(folder, *EXACT) if file.name == "CTImage.dcm" or file.name.count("CTImage") == 1]
    files = [file for file in files if not any(part in file.name for part in (*LOSSY, *UNDECODED, *BY_NOBODY))]
    assert len(files) == 8
    for file in files:
        done = stored(blanking(region), file.read_bytes())
        assert np.array_equal(decoded(done), truth), file.name
        assert declares_blanking(done)


@pytest.mark.parametrize("part", LOSSY)
def test_a_real_ct_of_a_lossy_codec_is_what_a_viewer_decodes(shared_data: Path, part: str) -> None:
    [file] = file_in(shared_data / "transfer-syntaxes", part)
    done = stored(blanking([10, 20, 30, 40]), file.read_bytes())
    signed = int(done.PixelRepresentation) == 1
    darkest = black("MONOCHROME2", done.BitsStored, signed)
    shown = covered(decoded(dcmread(file)), [10, 20, 30, 40], darkest, is_colour=False)
    assert np.array_equal(decoded(done), shown)
    # Another decoder, GDCM's, reads the same, but for the rounding of an inverse cosine or wavelet transform.
    read_otherwise = SimpleITK.GetArrayFromImage(SimpleITK.ReadImage(file))[0]
    other = (read_otherwise - float(done.RescaleIntercept)) / float(done.RescaleSlope)
    assert np.abs(np.delete(other - shown, np.s_[20:60], axis=0)).max() <= (0.01 if part == "JPEGLSLossy" else 2)


@pytest.mark.parametrize("part", [*BY_NOBODY])
def test_what_no_decoder_reads_stays_out(shared_data: Path, part: str) -> None:
    [file] = file_in(shared_data / "transfer-syntaxes", part)
    assert reason(blanking(INSIDE), file.read_bytes()) == "not_blanked"


@pytest.mark.parametrize("part", UNDECODED)
def test_lossless_and_extended_jpeg_can_be_blanked(shared_data: Path, part: str) -> None:
    [file] = file_in(shared_data / "transfer-syntaxes", part)
    assert declares_blanking(stored(blanking(INSIDE), file.read_bytes()))


def test_a_real_ultrasound_with_a_name_in_its_pixels(shared_data: Path) -> None:
    file = shared_data / "phi" / "GREYSCALE_IMAGE.dcm"
    before, region = decoded(dcmread(file)), [0, 0, 1024, 90]
    done = stored(blanking(region, when={"Modality": "US", "Rows": 768}), file.read_bytes())
    assert not decoded(done)[:90].any()
    assert np.array_equal(decoded(done)[90:], before[90:])
    assert declares_blanking(done)


def test_a_real_ultrasound_of_thirty_compressed_colour_frames(shared_data: Path, tmp_path: Path) -> None:
    file = shared_data / "other-modalities" / "examples_ybr_color.dcm"
    done = stored(blanking([0, 0, 320, 30]), file.read_bytes())
    native = tmp_path / "native.dcm"
    subprocess.run(["dcmdjpeg", file, native], check=True)  # the decoder of DCMTK
    other = decoded(dcmread(native)).astype(int)
    assert decoded(done).shape == (30, 240, 320, 3)
    assert not decoded(done)[:, :30].any()
    assert np.abs(decoded(done)[:, 30:] - other[:, 30:]).mean() < 3


# --- what is left out, and what is told ------------------------------------------------------------------------------


def damaged_picture(**changes: Any) -> Dataset:
    made = picture("RGB")
    for name, value in changes.items():
        setattr(made, name, value)
    return made


@pytest.mark.parametrize(
    "changes",
    [
        {"PhotometricInterpretation": "PALETTE COLOR"}, {"PhotometricInterpretation": "YBR_FULL_422"},
        {"PhotometricInterpretation": "HSV"}, {"BitsAllocated": 1}, {"PhotometricInterpretation": None},
    ],
)  # fmt: skip
def test_pixels_of_which_black_is_not_known_stay_out(changes: dict[str, Any]) -> None:
    assert reason(blanking(INSIDE), damaged_picture(**changes)) == "not_blanked"


@pytest.mark.parametrize("name", ["MONOCHROME2 frames", "RGB"])
@pytest.mark.parametrize("rules", [[{"then": "keep"}], [{"then": "blank", "regions": [LARGER]}]])
def test_an_image_that_lacks_pixels_stays_out(name: str, rules: list[dict[str, Any]]) -> None:
    image = picture(name)
    image.PixelData = image.PixelData[:-2]
    assert [reason(gate(rules, fast=fast), image) for fast in (True, False)] == ["corrupt", "corrupt"]


def test_float_pixels_stay_out() -> None:
    image = objects.image(1, 1)
    del image.PixelData
    image.FloatPixelData = bytes(4 * 24)
    assert reason(blanking(INSIDE), image) == "not_blanked"


@settings(max_examples=40, deadline=None, derandomize=True)
@given(name=st.sampled_from(tuple(LOSSLESS)), at=st.floats(0, 1), junk=st.binary(min_size=1, max_size=40))
def test_a_damaged_frame_is_refused_or_blanked_never_let_through(name: str, at: float, junk: bytes) -> None:
    image = encapsulated(*LOSSLESS[name])
    place = 16 + int(at * (len(image.PixelData) - 16))
    image.PixelData = image.PixelData[:place] + junk + image.PixelData[place + len(junk) :]
    decision = blanking(LARGER).decide(bytes_of(image))
    if not hasattr(decision, "reason"):
        assert len(np.unique(decoded(read(decision.data)))) == 1
        return
    assert decision.reason in ("not_blanked", "corrupt")


def test_a_second_visit_changes_nothing() -> None:
    once = stored(blanking(INSIDE), picture("MONOCHROME2 frames"))
    assert stored(blanking(INSIDE), once) == once


def test_only_what_was_blanked_declares_it() -> None:
    rules = [{"when": {"Modality": "US"}, "then": "blank", "regions": [INSIDE]}]
    for fast in (True, False):
        assert declares_blanking(stored(gate(rules, fast=fast), damaged_picture(Modality="US")))
        done = stored(gate(rules, fast=fast), picture("MONOCHROME2 frames"))
        assert "113101" not in [item.CodeValue for item in done.DeidentificationMethodCodeSequence]
        assert "BurnedInAnnotation" not in done


def test_pixels_behind_the_last_frame_do_not_stay() -> None:
    image = picture("MONOCHROME2 frames")
    image.NumberOfFrames = 1
    assert len(stored(blanking(LARGER), image).PixelData) == 6 * 4 * 2


def test_packed_pixels_stay_out() -> None:
    image = picture("MONOCHROME2 12 bits")
    image.BitsAllocated = 12
    assert reason(blanking(INSIDE), image) == "not_blanked"


def test_decoded_pixels_have_no_offset_table() -> None:
    image = objects.image(1, 1)
    objects.put_pixels(image, values(2, 16, 16))
    image.compress("1.2.840.10008.1.2.4.80", generate_instance_uid=False, encapsulate_ext=True)
    done = stored(blanking(INSIDE), image)
    assert "ExtendedOffsetTable" not in done
    assert "ExtendedOffsetTableLengths" not in done


def test_what_was_blanked_says_so_when_it_comes_again() -> None:
    rule = blanking(INSIDE, when={"BurnedInAnnotation": "YES"})
    sent = picture("MONOCHROME2 frames")
    sent.BurnedInAnnotation = "YES"
    once = stored(rule, sent)
    assert declares_blanking(stored(rule, once))


def test_a_region_outside_the_image_blanks_nothing_and_stays_out() -> None:
    assert reason(blanking([50, 50, 5, 5]), picture("MONOCHROME2 frames")) == "not_blanked"


@pytest.mark.parametrize("fast", [True, False], ids=["bytes", "parsed"])
def test_pictures_inside_items_and_pixels_behind_the_last_go(fast: bool) -> None:
    sent, inside = picture("MONOCHROME2 frames"), Dataset()
    inside.PixelData, inside["PixelData"].VR, inside.CodeValue = b"face", "OB", "121181"
    sent.PurposeOfReferenceCodeSequence = [inside]
    sent.PixelData += b"hidden"
    done = stored(gate([], fast=fast), sent)
    assert done.PixelData == sent.PixelData[:-6]
    assert "PixelData" not in done.PurposeOfReferenceCodeSequence[0]
    assert done.PurposeOfReferenceCodeSequence[0].CodeValue == "121181"
