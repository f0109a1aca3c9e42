"""What dcmqi writes, by itself and for MONAI Label, is read."""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pydicom
import pytest
import SimpleITK

from seg.decode import decode, weights
from seg.volume import read_grid


@pytest.fixture
def dcmqi(shared_data):
    return shared_data / "ct-liver-seg-dcmqi"


@pytest.fixture
def grid(dcmqi):
    return read_grid([pydicom.dcmread(file) for file in sorted(dcmqi.glob("0*.dcm"))])


@pytest.mark.parametrize(
    "options", [[], ["--compress", "deflate"], ["--segmentationType", "labelmap", "--useLabelIDAsSegmentNumber"]]
)
def test_what_dcmqi_writes_is_read(dcmqi, grid, tmp_path, options):
    """Label 2 alone: as a label map with its own number, dcmqi's segment numbers begin with a gap."""
    segment = {
        "labelID": 2,
        "SegmentDescription": "lesion",
        "SegmentAlgorithmType": "MANUAL",
        "SegmentedPropertyCategoryCodeSequence": _triple("49755003", "Morphologically Abnormal Structure"),
        "SegmentedPropertyTypeCodeSequence": _triple("52988006", "Lesion"),
    }
    segmentation = decode(_by_dcmqi(dcmqi, tmp_path, dcmqi / "spine_seg.nrrd", [segment], options))
    assert [(s.number, s.kind) for s in segmentation.segments] == [(2 if "labelmap" in options else 1, "nodule")]
    source = SimpleITK.GetArrayFromImage(SimpleITK.ReadImage(str(dcmqi / "spine_seg.nrrd")))
    assert np.array_equal(weights(segmentation, grid), 2 * (source == 2))


def test_what_monai_label_writes_is_coded_by_its_names(dcmqi, grid, tmp_path):
    """MONAI Label 0.8.5 gives dcmqi the spleen's code for every segment, with the segment's name as the meaning."""
    segments = [
        {
            "labelID": number,
            "SegmentLabel": name,
            "SegmentDescription": "Unknown",
            "SegmentAlgorithmType": "AUTOMATIC",
            "SegmentAlgorithmName": "MONAILABEL",
            "SegmentedPropertyCategoryCodeSequence": _triple("123037004", "Anatomical Structure"),
            "SegmentedPropertyTypeCodeSequence": _triple("78961009", name),
        }
        for number, name in ((1, "liver"), (2, "spine"), (3, "liver tumor"))
    ]
    source = SimpleITK.GetArrayFromImage(SimpleITK.ReadImage(str(dcmqi / "spine_seg.nrrd")))
    labels = np.zeros(source.shape, np.uint8)
    labels[:, 100:300, 100:300], labels[:, 350:360, 200:220], labels[:, 150:170, 150:170] = 1, 2, 3
    image = SimpleITK.GetImageFromArray(labels)
    image.CopyInformation(SimpleITK.ReadImage(str(dcmqi / "spine_seg.nrrd")))
    SimpleITK.WriteImage(image, str(tmp_path / "labels.nrrd"))
    segmentation = decode(_by_dcmqi(dcmqi, tmp_path, tmp_path / "labels.nrrd", segments))
    assert [(s.label, s.kind) for s in segmentation.segments] == [
        ("liver", "liver"),
        ("spine", "other"),
        ("liver tumor", "nodule"),
    ]
    assert segmentation.algorithm.name == "MONAILABEL"
    assert np.array_equal(weights(segmentation, grid), np.array([0, 1, 0, 2], np.uint8)[labels])


def _by_dcmqi(folder, tmp_path, image, segments, options=()):
    (tmp_path / "meta.json").write_text(json.dumps({"segmentAttributes": [segments], "SeriesDescription": "by dcmqi"}))
    command = [str(Path(sys.executable).parent / "itkimage2segimage"), *options, "--skip", "1"]
    command += ["--inputImageList", str(image), "--outputDICOM", str(tmp_path / "out.dcm")]
    command += ["--inputDICOMList", ",".join(map(str, sorted(folder.glob("0*.dcm"))))]
    done = subprocess.run([*command, "--inputMetadata", str(tmp_path / "meta.json")], capture_output=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return (tmp_path / "out.dcm").read_bytes()


def _triple(value, meaning):
    return {"CodeValue": value, "CodingSchemeDesignator": "SCT", "CodeMeaning": meaning}
