"""Versions of masks, label maps, and multi-frame images, through the whole installation."""

import gzip
import io
import shutil
import subprocess
from dataclasses import replace

import highdicom
import nibabel
import numpy as np
import pydicom
import pytest

from seg import labelmap
from seg.labelmap import Algorithm, Labelmap, Segment
from seg.volume import read_grid

pytestmark = pytest.mark.orthanc

LABELMAP = {"Content-Type": "application/vnd.hepatia.labelmap"}
SEGMENTS = (Segment(1, "Liver", "liver"), Segment(2, "Lesion 1", "nodule"))


def post(client, series_uid, mask):
    answer = client.post(
        f"/hepatia/api/series/{series_uid}/segmentations", content=labelmap.compose(mask), headers=LABELMAP
    )
    assert answer.status_code == 201, answer.text
    return answer.json()


def stored(admin, sop):
    """The file in the archive."""
    (found,) = admin.post("/tools/lookup", content=sop).json()
    return admin.get(f"/instances/{found['ID']}/file").content


def errors(data, folder):
    if not shutil.which("dciodvfy"):
        pytest.skip("dciodvfy is not installed (Debian package dicom3tools)")
    (folder / "judged.dcm").write_bytes(data)
    done = subprocess.run(["dciodvfy", "-new", str(folder / "judged.dcm")], capture_output=True, check=False)
    return [line for line in (done.stdout + done.stderr).splitlines() if line.startswith(b"Error")]


def voxels(answer):
    assert answer.status_code == 200, answer.text
    image = nibabel.Nifti1Image.from_bytes(gzip.decompress(answer.content))
    return np.asarray(image.dataobj).T, image.affine


def drawn(study):
    array = np.zeros((4, 6, 5), np.uint8)
    array[1:3, 1:5, 1:4], array[2, 2, 2] = 1, 2
    sops = tuple(str(one.SOPInstanceUID) for one in study.headers)
    return Labelmap(6, 5, sops, SEGMENTS, Algorithm("liver-net", "2.1", "AUTOMATIC"), array)


def test_an_edited_mask_supersedes_the_first_and_both_stay(client, study, tmp_path):
    first = post(client("resident"), study.series_uid, drawn(study))
    edited = drawn(study)
    edited.array[1, 1, 1] = 0
    changes = {"algorithm": None, "derived_from": first["sop_instance_uid"]}
    second = post(client("radiologist"), study.series_uid, replace(edited, **changes))
    listed = client("scientist").get(f"/hepatia/api/studies/{study.uid}").json()["segmentations"]
    replaced = {one["sop_instance_uid"]: one["replaces"] for one in listed}
    assert replaced == {first["sop_instance_uid"]: [], second["sop_instance_uid"]: [first["sop_instance_uid"]]}
    newest = next(one for one in listed if one["replaces"])
    assert [one["algorithm"]["type"] for one in newest["segments"]] == ["SEMIAUTOMATIC", "AUTOMATIC"]
    assert [one["tracking_uid"] for one in second["segments"]] == [one["tracking_uid"] for one in first["segments"]]
    file = stored(client("admin"), second["sop_instance_uid"])
    assert errors(file, tmp_path) == []
    people = pydicom.dcmread(io.BytesIO(file)).ContributingEquipmentSequence
    assert len({str(one.OperatorsName) for one in people}) == 2


@pytest.fixture
def multi_frame(client, make_series, as_file):
    """A Legacy Converted Enhanced CT in the archive, as it is stored, and the slices that it was made of."""
    slices = make_series()
    uids = (f"{slices[0].StudyInstanceUID}.7", f"{slices[0].StudyInstanceUID}.8")
    made = highdicom.legacy.LegacyConvertedEnhancedCTImage(slices, uids[0], 7, uids[1], 1)
    sent = client("sender").post("/instances", content=as_file(made)).raise_for_status().json()
    file = client("admin").get(f"/instances/{sent['ID']}/file").content
    return pydicom.dcmread(io.BytesIO(file)), slices


def test_a_multi_frame_image_is_a_series_like_any_other(client, multi_frame, complete_answers, tmp_path):
    image, slices = multi_frame
    series, reader = image.SeriesInstanceUID, client("scientist")
    hounsfield, affine = voxels(reader.get(f"/hepatia/api/series/{series}.nii.gz"))
    assert np.array_equal(hounsfield, np.stack([one.pixel_array for one in slices]) - 1024)
    assert np.allclose(affine @ [0, 0, 0, 1], [-10, -20, 0, 1])
    assert np.allclose(np.diag(affine), [-0.7, -0.8, 2.5, 1])
    array = np.zeros((4, 6, 5), np.uint8)
    array[1:3, 1:5, 1:4], array[2, 2, 2] = 1, 2
    written = post(client("radiologist"), series, Labelmap(6, 5, read_grid([image]).slice_names, SEGMENTS, None, array))
    sop = written["sop_instance_uid"]
    assert np.array_equal(voxels(reader.get(f"/hepatia/api/segmentations/{sop}.nii.gz"))[0], array)
    back = labelmap.parse(reader.get(f"/hepatia/api/segmentations/{sop}/labelmap").content)
    assert back.sop_instance_uids[0].startswith(f"{image.SOPInstanceUID}/frames/")
    assert np.array_equal(back.array, array)
    assert errors(stored(client("admin"), sop), tmp_path) == []
    complete_answers["nodules"][0]["segment_number"] = 2
    report = {"template": "liver-ct", "state": "complete", "answers": complete_answers, "segmentation": sop}
    answer = client("radiologist").post(f"/hepatia/api/studies/{image.StudyInstanceUID}/reports", json=report)
    assert answer.status_code == 201, answer.text
    found = reader.get(f"/hepatia/api/studies/{image.StudyInstanceUID}").json()
    assert [one["segmentation"] for one in found["reports"]] == [sop]
    assert reader.get("/hepatia/api/status").json()["index"]["failed"] == []


@pytest.fixture(scope="module")
def label_map_instance(start_changed):
    return start_changed({'"Data": "${DATA:-./var}",': '"Data": "${DATA:-./var}", "SegmentationType": "LABELMAP",'})


class TestLabelMaps:
    @pytest.fixture
    def instance(self, label_map_instance):
        return label_map_instance

    def test_masks_are_label_maps_by_a_setting(self, client, study):
        written = post(client("radiologist"), study.series_uid, drawn(study))
        sop = written["sop_instance_uid"]
        read = highdicom.seg.segread(io.BytesIO(stored(client("admin"), sop)))
        uids = [str(one.SOPInstanceUID) for one in study.headers]
        pixels = read.get_pixels_by_source_instance(uids, combine_segments=True, assert_missing_frames_are_empty=True)
        assert np.array_equal(pixels, drawn(study).array)
        array, _ = voxels(client("scientist").get(f"/hepatia/api/segmentations/{sop}.nii.gz"))
        assert np.array_equal(array, drawn(study).array)
        status = client("scientist").get("/hepatia/api/status").json()
        assert status["index"]["failed"] == []
        assert status["index"]["segmentations"] == 1
