"""Masks through the whole installation: in as labelmap or NIfTI, stored as SEG, out as either."""

import gzip

import nibabel
import numpy as np
import pytest

from seg import labelmap
from seg.labelmap import Labelmap, Segment

pytestmark = pytest.mark.orthanc

LABELMAP = {"Content-Type": "application/vnd.hepatia.labelmap"}
NIFTI = {"Content-Type": "application/x-nifti"}


@pytest.fixture
def api(client):
    def request(role, method, path, **more):
        return client(role).request(method, f"/hepatia/api{path}", **more)

    return request


@pytest.fixture
def mask(study):
    """A liver and a nodule on the grid of the study."""
    array = np.zeros((4, 6, 5), np.uint8)
    array[1:3, 1:5, 1:4] = 1
    array[2, 2, 2] = 2
    segments = (Segment(1, "Liver", "liver"), Segment(2, "Lesion 1", "nodule"))
    sops = tuple(str(one.SOPInstanceUID) for one in study.headers)
    return Labelmap(6, 5, sops, segments, None, array)


def voxels(answer):
    assert answer.status_code == 200
    image = nibabel.Nifti1Image.from_bytes(gzip.decompress(answer.content))
    return np.asarray(image.dataobj).T, image.affine


def test_a_labelmap_round_trip(api, study, mask):
    body = labelmap.compose(mask)
    answer = api("resident", "POST", f"/series/{study.series_uid}/segmentations", content=body, headers=LABELMAP)
    assert answer.status_code == 201
    written = answer.json()
    assert [one["kind"] for one in written["segments"]] == ["liver", "nodule"]
    assert written["segments"][1]["volume_cm3"] == pytest.approx(0.8 * 0.7 * 2.5 / 1000)
    sop = written["sop_instance_uid"]
    back = labelmap.parse(api("scientist", "GET", f"/segmentations/{sop}/labelmap").content)
    assert np.array_equal(back.array, mask.array)
    assert back.sop_instance_uids == mask.sop_instance_uids
    weights, affine = voxels(api("scientist", "GET", f"/segmentations/{sop}.nii.gz"))
    assert np.array_equal(weights, mask.array)
    assert np.allclose(affine @ [0, 0, 0, 1], [-10, -20, 0, 1])
    assert np.allclose(np.diag(affine), [-0.7, -0.8, 2.5, 1])
    assert voxels(api("scientist", "GET", f"/segmentations/{sop}.nii.gz?segment=2"))[0].sum() == 1
    found = api("scientist", "GET", f"/studies/{study.uid}").json()
    assert [one["sop_instance_uid"] for one in found["segmentations"]] == [sop]
    assert "SEG" in [one["modality"] for one in found["series"]]


def test_a_nifti_round_trip_and_the_ct_on_the_same_grid(api, study, mask):
    ct, affine = voxels(api("scientist", "GET", f"/series/{study.series_uid}.nii.gz"))
    assert np.array_equal(ct[0], np.arange(30).reshape(6, 5) + 1000 - 1024)
    image = nibabel.Nifti1Image(np.ascontiguousarray(mask.array.T), affine)
    body = gzip.compress(image.to_bytes())
    answer = api("radiologist", "POST", f"/series/{study.series_uid}/segmentations", content=body, headers=NIFTI)
    assert answer.status_code == 201
    back, again = voxels(api("scientist", "GET", f"/segmentations/{answer.json()['sop_instance_uid']}.nii.gz"))
    assert np.array_equal(back, mask.array)
    assert np.allclose(again, affine)


def test_a_report_cites_the_mask_and_is_found_by_it(api, study, mask, complete_answers):
    body = labelmap.compose(mask)
    seg = api("radiologist", "POST", f"/series/{study.series_uid}/segmentations", content=body, headers=LABELMAP).json()
    complete_answers["nodules"][0]["segment_number"] = 2
    report = {
        "template": "liver-ct",
        "state": "complete",
        "answers": complete_answers,
        "segmentation": seg["sop_instance_uid"],
    }
    answer = api("radiologist", "POST", f"/studies/{study.uid}/reports", json=report)
    assert answer.status_code == 201
    assert answer.json()["nodules"] == [{"tracking_uid": seg["segments"][1]["tracking_uid"]}]
    found = api("scientist", "GET", "/search?has=segmentation&page_size=500").json()["items"]
    assert study.uid in [one["study_instance_uid"] for one in found]
    assert api("scientist", "GET", "/status").json()["index"]["segmentations"] >= 1


def test_what_is_wrong_is_4xx_with_the_error_object_and_nothing_is_stored(api, study, mask, count, make_series):
    before = count()
    route = f"/series/{study.series_uid}/segmentations"
    other = Labelmap(6, 5, ("1.2.3", "1.2.4", "1.2.5", "1.2.6"), mask.segments, None, mask.array)
    shifted = nibabel.Nifti1Image(np.ascontiguousarray(mask.array.T), np.diag([-0.7, -0.8, 5, 1]))
    for body, headers, status in (
        (b"", LABELMAP, 400),
        (b"garbage", LABELMAP, 400),
        (b"garbage", NIFTI, 400),
        (labelmap.compose(other), LABELMAP, 422),
        (gzip.compress(shifted.to_bytes()), NIFTI, 422),
        (b"garbage", {"Content-Type": "text/plain"}, 415),
    ):
        answer = api("radiologist", "POST", route, content=body, headers=headers)
        assert (answer.status_code, set(answer.json())) == (status, {"error"})
    body = labelmap.compose(mask)
    for role in ("scientist", "sender"):
        assert api(role, "POST", route, content=body, headers=LABELMAP).status_code == 403
    assert api("radiologist", "POST", "/series/1.2.3/segmentations", content=body, headers=LABELMAP).status_code == 404
    assert count() == before


def test_a_real_seg_finds_its_series_although_both_were_pseudonymized(api, client, send, shared_data):
    folder = shared_data / "ct-liver-seg-dcmqi"
    files = sorted(folder.rglob("*.dcm"))
    assert send(*files) == 0
    admin = client("admin")
    series = admin.get("/series?expand").json()
    uids = {one["MainDicomTags"]["SeriesInstanceUID"] for one in series}
    foreign = []
    for one in series:
        sop = admin.get(f"/instances/{one['Instances'][0]}").json()["MainDicomTags"]["SOPInstanceUID"]
        answer = api("scientist", "GET", f"/segmentations/{sop}")
        if answer.status_code == 200 and answer.json()["source_series_instance_uid"] in uids - {None}:
            foreign.append(answer.json())
    foreign = [one for one in foreign if not one["description"].startswith("HepatIA")]
    assert foreign
    for one in foreign:
        route = f"/segmentations/{one['sop_instance_uid']}.nii.gz?segment={one['segments'][0]['number']}"
        assert voxels(api("scientist", "GET", route))[0].any()
