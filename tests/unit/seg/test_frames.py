"""Frames in every encoding, written by highdicom and pydicom; what their groups say, by two readers."""

import copy
import io
import zlib
from dataclasses import replace

import highdicom
import numpy as np
import pydicom
import pytest
from pydicom.encaps import encapsulate
from pydicom.sr.coding import Code
from pydicom.uid import (
    ExplicitVRLittleEndian,
    ImplicitVRLittleEndian,
    JPEG2000Lossless,
    JPEGLSLossless,
    RLELossless,
    generate_uid,
)

from seg import frame_bytes
from seg.decode import decode, mask_planes, segment_numbers, weights
from seg.encode import encode
from seg.errors import GeometryError, NumberError
from seg.frames import frames_of
from seg.pixels import planes
from seg.placing import place_on
from seg.volume import read_grid
from sr_templates.structure import NotUnderstood

SYNTAXES = {
    "implicit": ImplicitVRLittleEndian,
    "rle": RLELossless,
    "jpeg-ls": JPEGLSLossless,
    "jpeg 2000": JPEG2000Lossless,
}
TISSUE = Code("85756007", "SCT", "Tissue")
LIVER, NODULE = Code("10200004", "SCT", "Liver"), Code("27925004", "SCT", "Nodule")


@pytest.mark.parametrize("syntax", ["native", "rle", "jpeg-ls", "jpeg 2000", "deflated", "implicit"])
def test_label_maps_are_read(series, grid, labels, syntax):
    segmentation = decode(_file(_written(series, grid, labels, "LABELMAP", syntax)))
    assert np.array_equal(segment_numbers(segmentation, grid), labels)
    assert np.array_equal(weights(segmentation, grid), np.minimum(labels, 2))


@pytest.mark.parametrize("syntax", ["native", "rle", "jpeg-ls", "jpeg 2000", "deflated"])
def test_fractional_frames_are_read_from_half_on(series, grid, labels, syntax):
    parts = np.stack([(labels == number) * (0.4 if number == 4 else 0.6) for number in (1, 2, 3, 4)], -1)
    segmentation = decode(_file(_written(series, grid, parts, "FRACTIONAL", syntax)))
    assert np.array_equal(segment_numbers(segmentation, grid), np.where(labels == 4, 0, labels))


@pytest.mark.parametrize("columns", [128, 125])
def test_deflated_frames_of_bits_are_read(series, labels, columns):
    """Each frame begins with a byte of its own there (PS3.5 A.4.13)."""
    narrow = copy.deepcopy(series)
    for header in narrow:
        header.Columns = columns
    small = read_grid(narrow)
    dataset = _written(narrow, small, labels[:, :, :columns], "BINARY", "native")
    size = 128 * columns
    bits = np.unpackbits(np.frombuffer(dataset.PixelData, np.uint8), bitorder="little")
    frames = [
        np.packbits(bits[n * size : (n + 1) * size], bitorder="little").tobytes() for n in range(dataset.NumberOfFrames)
    ]
    segmentation = decode(_file(_deflated(dataset, frames)))
    assert np.array_equal(segment_numbers(segmentation, small), labels[:, :, :columns])


def test_words_and_a_palette_are_read(series, grid, labels):
    """Numbers beyond a byte; the colours of a palette are not applied."""
    high = labels.astype(np.uint16) * 300
    wide = _written(series, grid, labels, "LABELMAP", "native")
    for item in wide.SegmentSequence:
        item.SegmentNumber *= 300
    wide.BitsAllocated = wide.BitsStored = 16
    wide.HighBit = 15
    wide["PixelPaddingValue"].VR = "US"
    stored = np.frombuffer(wide.PixelData, np.uint8).astype("<u2") * 300
    wide["PixelData"].VR, wide.PixelData = "OW", stored.tobytes()
    wide.PhotometricInterpretation = "PALETTE COLOR"
    for colour in ("Red", "Green", "Blue"):
        setattr(wide, f"{colour}PaletteColorLookupTableDescriptor", [256, 0, 8])
        setattr(wide, f"{colour}PaletteColorLookupTableData", bytes(range(256)))
    segmentation = decode(_file(wide))
    masks = segmentation.masks_on(grid)
    assert sorted(masks) == [300, 600, 900, 1200]
    assert all(np.array_equal(mask, high == number) for number, mask in masks.items())
    assert np.array_equal(np.stack(list(mask_planes(segmentation, grid, 600))), high == 600)
    with pytest.raises(NumberError, match="Segment 300 has no place in a map of bytes"):
        segment_numbers(segmentation, grid)


def test_what_the_viewer_saves_by_itself_is_coded_by_its_labels(series, grid, labels):
    """OHIF 3.13: a label map in RLE, every segment a "Tissue", no Frame Content."""
    saved = _written(series, grid, labels, "LABELMAP", "rle")
    for item, label in zip(saved.SegmentSequence[1:], ("Liver", "Nodule 1", "Nodule 2", "Lesion 3"), strict=True):
        item.SegmentLabel = label
        for kind in ("Category", "Type"):
            (code,) = item[f"SegmentedProperty{kind}CodeSequence"].value
            code.CodeValue, code.CodingSchemeDesignator, code.CodeMeaning = "T-D0050", "SRT", "Tissue"
    for frame in saved.PerFrameFunctionalGroupsSequence:
        del frame.FrameContentSequence
    assert np.array_equal(weights(decode(_file(saved)), grid), np.minimum(labels, 2))


def test_groups_are_read_from_bytes_as_by_pydicom(shared_data, series, grid, labels, segments, context):
    files = [encode(series, grid, labels, segments, None, context)]
    files += [_file(_written(series, grid, labels, kind, "native")) for kind in ("BINARY", "LABELMAP")]
    folders = ("ct-liver-seg-dcmqi", "ct-legacy-multiframe-24x38x3", "seg-other", "sr-tid1500")
    stored = [one.read_bytes() for folder in folders for one in (shared_data / folder).iterdir()]
    files += [one for one in stored if _modality(one) == "SEG"]
    assert len(files) >= 9
    by_bytes = 0
    for file in files:
        raw, parsed = (pydicom.dcmread(io.BytesIO(file)) for _ in range(2))
        by_bytes += bool(getattr(raw.get_item(0x52009230), "is_raw", False))
        assert len(parsed.PerFrameFunctionalGroupsSequence) > 0
        assert frames_of(raw) == frames_of(parsed)
    assert by_bytes >= 3


def test_pixels_of_every_seg_of_other_writers_are_those_that_pydicom_decodes(shared_data):
    folders = ("ct-liver-seg-dcmqi", "ct-legacy-multiframe-24x38x3", "seg-other", "sr-tid1500")
    files = [one for folder in folders for one in sorted((shared_data / folder).iterdir())]
    segs = [pydicom.dcmread(one) for one in files if _modality(one.read_bytes()) == "SEG"]
    assert len(segs) == 7
    for dataset in segs:
        stored = dataset.pixel_array.reshape(-1, dataset.Rows, dataset.Columns)
        least = 0.5 * dataset.MaximumFractionalValue if dataset.SegmentationType == "FRACTIONAL" else 1
        order = list(range(dataset.NumberOfFrames))[::-1]
        found = np.stack(list(planes(dataset, dataset.NumberOfFrames, order)))
        assert np.array_equal(found, (stored >= least)[::-1])
        assert found.any()


def test_damaged_groups_are_left_to_pydicom(series, grid, labels, segments, context):
    raw = pydicom.dcmread(io.BytesIO(encode(series, grid, labels, segments, None, context)))
    data = raw.get_item(0x52009230).value
    assert len(frame_bytes.groups(data)) == raw.NumberOfFrames
    rng = np.random.default_rng(5)
    for _ in range(300):
        damaged = bytearray(data[: rng.integers(len(data)) if rng.random() < 0.3 else None])
        for place in rng.integers(len(damaged), size=3) if damaged else ():
            damaged[place] = rng.integers(256)
        try:
            frame_bytes.groups(bytes(damaged))
        except NotUnderstood:
            continue


def test_a_position_that_is_no_number_is_at_no_place(series, grid, labels, segments, context):
    dataset = pydicom.dcmread(io.BytesIO(encode(series, grid, labels, segments, None, context)))
    frames = frames_of(dataset)
    strange = [replace(frames[0], position=(float("nan"), 0.0, 0.0)), *frames[1:]]
    with pytest.raises(GeometryError, match="Frame 1 of the Segmentation lies at"):
        place_on(dataset, strange, grid)


def _modality(data):
    try:
        return pydicom.dcmread(io.BytesIO(data), specific_tags=["Modality"]).get("Modality")
    except pydicom.errors.InvalidDicomError:
        return None


def _written(series, grid, array, kind, syntax):
    """A SEG by highdicom."""
    described = [
        highdicom.seg.SegmentDescription(number, f"s{number}", TISSUE, code, "MANUAL")
        for number, code in enumerate([LIVER, NODULE, NODULE, NODULE], start=1)
    ]
    by_uid = {d.SOPInstanceUID: d for d in series}
    segmentation = highdicom.seg.Segmentation(
        [by_uid[uid] for uid in grid.sop_instance_uids],
        array,
        kind,
        described,
        series_instance_uid=generate_uid(),
        series_number=3,
        sop_instance_uid=generate_uid(),
        instance_number=1,
        manufacturer="m",
        manufacturer_model_name="m",
        software_versions="1",
        device_serial_number="1",
        transfer_syntax_uid=SYNTAXES.get(syntax, ExplicitVRLittleEndian),
    )
    if syntax == "deflated":
        size = grid.rows * grid.columns
        pixels = segmentation.PixelData
        return _deflated(segmentation, [pixels[n * size : (n + 1) * size] for n in range(segmentation.NumberOfFrames)])
    return segmentation


def _deflated(dataset, frames):
    dataset.PixelData = encapsulate([_deflate(frame) for frame in frames])
    dataset["PixelData"].is_undefined_length = True
    dataset.file_meta.TransferSyntaxUID = "1.2.840.10008.1.2.8.1"
    return dataset


def _deflate(frame):
    packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return packer.compress(frame) + packer.flush()


def _file(dataset):
    stream = io.BytesIO()
    known = dataset.file_meta.TransferSyntaxUID.is_transfer_syntax
    dataset.save_as(stream, **({} if known else {"implicit_vr": False, "little_endian": True, "force_encoding": True}))
    return stream.getvalue()
