import io
import zlib

import highdicom
import numpy as np
import pytest
from pydicom.encaps import encapsulate
from pydicom.sr.coding import Code
from pydicom.uid import ExplicitVRLittleEndian, JPEGLSLossless, RLELossless, generate_uid

from seg.decode import decode, segment_numbers, weights

SYNTAXES = {"rle": RLELossless, "jpeg-ls": JPEGLSLossless}


@pytest.mark.parametrize("syntax", ["native", "rle", "jpeg-ls", "deflated"])
def test_label_maps_are_read(series, grid, labels, syntax):
    segmentation = decode(_file(_label_map(series, grid, labels, syntax)))
    assert np.array_equal(segment_numbers(segmentation, grid), labels)
    assert np.array_equal(weights(segmentation, grid), np.minimum(labels, 2))


def _label_map(series, grid, labels, syntax):
    described = [
        highdicom.seg.SegmentDescription(number, f"s{number}", Code("85756007", "SCT", "Tissue"), code, "MANUAL")
        for number, code in enumerate(
            [Code("10200004", "SCT", "Liver"), *[Code("27925004", "SCT", "Nodule")] * 3], start=1
        )
    ]
    by_uid = {d.SOPInstanceUID: d for d in series}
    segmentation = highdicom.seg.Segmentation(
        [by_uid[uid] for uid in grid.sop_instance_uids],
        labels,
        "LABELMAP",
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
        frames = [segmentation.PixelData[n * size : (n + 1) * size] for n in range(segmentation.NumberOfFrames)]
        segmentation.PixelData = encapsulate([_deflate(frame) for frame in frames])
        segmentation["PixelData"].is_undefined_length = True
        segmentation.file_meta.TransferSyntaxUID = "1.2.840.10008.1.2.8.1"
    return segmentation


def _deflate(frame):
    packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return packer.compress(frame) + packer.flush()


def _file(dataset):
    stream = io.BytesIO()
    known = dataset.file_meta.TransferSyntaxUID.is_transfer_syntax
    dataset.save_as(stream, **({} if known else {"implicit_vr": False, "little_endian": True, "force_encoding": True}))
    return stream.getvalue()
