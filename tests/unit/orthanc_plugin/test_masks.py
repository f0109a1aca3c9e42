import gzip
from io import BytesIO

import nibabel
import numpy as np
import pydicom
import pytest

from seg import labelmap
from seg.labelmap import Algorithm, Labelmap, Segment

CT = "2.25.1001"
ROUTE = f"/series/{CT}/segmentations"
SOPS = tuple(f"{CT}.{number}" for number in range(3))
LABELMAP = {"Content-Type": "application/vnd.hepatia.labelmap"}
NIFTI = {"Content-Type": "application/x-nifti"}

#: The grid of the fixture's series, LPS → RAS.
AFFINE_RAS = np.diag([-2.0, -2.0, 3.0, 1.0])


def drawn(**changes):
    """A mask of a liver (7 voxels) and a nodule (2 voxels) that has a segment number with a gap."""
    array = np.zeros((3, 4, 5), np.uint8)
    array[0, 1, :] = 1
    array[1, 2, 1:3] = 1
    array[2, 3, 3:5] = 4
    segments = (Segment(1, "Liver", "liver"), Segment(2, "Empty", "other"), Segment(4, "Lesion", "nodule"))
    values = {"rows": 4, "columns": 5, "sop_instance_uids": SOPS, "segments": segments, "algorithm": None}
    return Labelmap(**(values | {"array": array} | changes))


def nifti(array, affine=AFFINE_RAS):
    """The file with axes columns, rows, slices."""
    image = nibabel.Nifti1Image(np.ascontiguousarray(array.T), affine)
    return gzip.compress(image.to_bytes())


def voxels(response):
    assert response.status_code == 200, response.text
    image = nibabel.Nifti1Image.from_bytes(gzip.decompress(response.data))
    return np.asarray(image.dataobj).T, image.affine


@pytest.fixture
def write(api):
    def post(body, headers=LABELMAP, login="ana", series=CT):
        return api(login, "POST", f"/series/{series}/segmentations", data=body, headers=headers)

    return post


def test_a_labelmap_is_stored_as_seg_and_comes_back_the_same(write, archive, call, api):
    status, written = write(labelmap.compose(drawn()))
    assert status == 201
    assert archive.stored == [written["sop_instance_uid"]]
    assert archive.header(archive.stored[0]).Modality == "SEG"
    # Numbers become 1, 2 as a SEG demands; what was never painted is left out.
    assert [(one["number"], one["label"], one["kind"]) for one in written["segments"]] == [
        (1, "Liver", "liver"),
        (2, "Lesion", "nodule"),
    ]
    response = call("paulo", "GET", f"/hepatia/api/segmentations/{archive.stored[0]}/labelmap")
    assert response.content_type == "application/vnd.hepatia.labelmap"
    back = labelmap.parse(response.data)
    expected = drawn().array
    expected[expected == 4] = 2
    assert back.sop_instance_uids == SOPS
    assert np.array_equal(back.array, expected)
    described = api("paulo", "GET", f"/segmentations/{archive.stored[0]}")[1]
    assert described["source_series_instance_uid"] == CT
    assert [one["tracking_uid"] for one in described["segments"]] == [
        one["tracking_uid"] for one in written["segments"]
    ]
    assert described in api("paulo", "GET", "/studies/2.25.1000")[1]["segmentations"]


def test_volume_and_axis_are_measured(write):
    liver, nodule = write(labelmap.compose(drawn()))[1]["segments"]
    assert liver["volume_cm3"] == pytest.approx(7 * 12 / 1000)
    assert nodule["volume_cm3"] == pytest.approx(2 * 12 / 1000)
    assert nodule["long_axis_mm"] == pytest.approx(4.0)


def test_slices_may_come_in_any_order(write, call):
    turned = drawn(sop_instance_uids=SOPS[::-1], array=np.ascontiguousarray(drawn().array[::-1]))
    sop = write(labelmap.compose(turned))[1]["sop_instance_uid"]
    back = labelmap.parse(call("ana", "GET", f"/hepatia/api/segmentations/{sop}/labelmap").data)
    assert np.array_equal(back.array > 0, drawn().array > 0)


def test_what_drew_it_and_who_is_kept(write, api):
    algorithm = Algorithm("liver-net", "2.1", "AUTOMATIC")
    sop = write(labelmap.compose(drawn(algorithm=algorithm)))[1]["sop_instance_uid"]
    described = api("ana", "GET", f"/segmentations/{sop}")[1]
    assert described["algorithm"] == {"name": "liver-net", "version": "2.1", "type": "AUTOMATIC"}
    assert described["author"] == "Souza^Ana"


@pytest.mark.parametrize("packed", [True, False])
def test_nifti_in_and_out(write, call, packed):
    array = np.zeros((3, 4, 5), np.uint8)
    array[1], array[2, 0, 0] = 1, 2
    body = nifti(array)
    status, written = write(body if packed else gzip.decompress(body), NIFTI)
    assert status == 201
    assert [one["kind"] for one in written["segments"]] == ["liver", "nodule"]
    back, affine = voxels(call("ana", "GET", f"/hepatia/api/segmentations/{written['sop_instance_uid']}.nii.gz"))
    assert np.array_equal(back, array)
    assert np.allclose(affine, AFFINE_RAS)


def test_nifti_of_a_nodule_alone_keeps_its_weight(write, call):
    array = np.zeros((3, 4, 5), np.uint8)
    array[1, 1, 1] = 2
    sop = write(nifti(array), NIFTI)[1]["sop_instance_uid"]
    assert np.array_equal(voxels(call("ana", "GET", f"/hepatia/api/segmentations/{sop}.nii.gz"))[0], array)


def test_values_of_the_nifti(write, call):
    sop = write(labelmap.compose(drawn()))[1]["sop_instance_uid"]
    path = f"/hepatia/api/segmentations/{sop}.nii.gz"
    numbers = drawn().array
    numbers[numbers == 4] = 2
    assert np.array_equal(voxels(call("ana", "GET", path))[0], numbers)
    assert np.array_equal(voxels(call("ana", "GET", f"{path}?values=segment"))[0], numbers)
    assert np.array_equal(voxels(call("ana", "GET", f"{path}?segment=2"))[0], (numbers == 2).astype(np.uint8))
    assert call("ana", "GET", f"{path}?values=nothing").status_code == 400
    for number in ("3", "0", "x", ""):
        assert call("ana", "GET", f"{path}?segment={number}").status_code == 404


def test_the_ct_in_hounsfield_units(call):
    array, affine = voxels(call("paulo", "GET", f"/hepatia/api/series/{CT}.nii.gz"))
    assert array.shape == (3, 4, 5)
    assert [set(np.unique(plane).tolist()) for plane in array] == [{-10}, {-9}, {-8}]
    assert np.allclose(affine, AFFINE_RAS)


SHIFTED = AFFINE_RAS.copy()
SHIFTED[0, 3] = 25


@pytest.mark.parametrize(
    ("body", "headers", "status", "code"),
    [
        (b"", LABELMAP, 400, "invalid_labelmap"),
        (b"\xff\xff\xff\xff{}", LABELMAP, 400, "invalid_labelmap"),
        (labelmap.compose(drawn())[:-1], LABELMAP, 400, "invalid_labelmap"),
        (labelmap.compose(drawn(sop_instance_uids=("1.2", "1.3", "1.4"))), LABELMAP, 422, "geometry"),
        (
            labelmap.compose(drawn(array=np.ones((3, 5, 4), np.uint8), rows=5, columns=4)),
            LABELMAP,
            422,
            "geometry",
        ),
        (labelmap.compose(drawn(array=np.zeros((3, 4, 5), np.uint8))), LABELMAP, 422, "empty_mask"),
        (b"", NIFTI, 400, "invalid_nifti"),
        (b"no nifti", NIFTI, 400, "invalid_nifti"),
        (gzip.compress(b"no nifti"), NIFTI, 400, "invalid_nifti"),
        (b"no nifti" * 100, NIFTI, 400, "invalid_nifti"),
        (nifti(np.ones((3, 4, 5), np.uint8))[:60], NIFTI, 400, "invalid_nifti"),
        (gzip.decompress(nifti(np.ones((3, 4, 5), np.uint8)))[:360], NIFTI, 400, "invalid_nifti"),
        (b"\x1f\x8b\x08 cut", NIFTI, 400, "invalid_nifti"),
        (nifti(np.ones((3, 4, 6), np.uint8)), NIFTI, 422, "geometry"),
        (nifti(np.ones((3, 4, 5), np.uint8), SHIFTED), NIFTI, 422, "geometry"),
        (nifti(np.full((3, 4, 5), 3, np.uint8)), NIFTI, 422, "unknown_value"),
        (nifti(np.zeros((3, 4, 5), np.uint8)), NIFTI, 422, "empty_mask"),
        (b"{}", {"Content-Type": "application/json"}, 415, "unsupported_media_type"),
        (b"{}", {}, 415, "unsupported_media_type"),
    ],
)
def test_what_is_wrong_is_4xx_and_nothing_is_stored(write, archive, body, headers, status, code):
    answered, answer = write(body, headers)
    assert (answered, answer["error"]["code"]) == (status, code)
    assert archive.stored == []


def test_a_mask_of_another_grid_is_told_both(write):
    message = write(nifti(np.ones((3, 4, 6), np.uint8)), NIFTI)[1]["error"]["message"]
    assert "× 6 columns" in message
    assert "× 5 columns" in message


def test_roles_and_what_is_not_there(write, api, archive):
    body = labelmap.compose(drawn())
    for login in ("paulo", "sender"):
        assert write(body, login=login)[0] == 403
    assert write(body, series="2.25.404")[0] == 404
    for route in ("/segmentations/2.25.404", f"/segmentations/{CT}.0", "/series/2.25.404.nii.gz"):
        assert api("ana", "GET", route)[0] == 404
    assert archive.stored == []


def test_a_report_cites_a_segment_and_takes_its_identity(write, api, complete_answers):
    mask = write(labelmap.compose(drawn()))[1]
    complete_answers["nodules"][0]["segment_number"] = 2
    body = {"template": "liver-ct", "state": "complete", "answers": complete_answers}
    body["segmentation"] = mask["sop_instance_uid"]
    status, written = api("ana", "POST", "/studies/2.25.1000/reports", json=body)
    assert status == 201
    assert written["nodules"] == [{"tracking_uid": mask["segments"][1]["tracking_uid"]}]
    report = api("ana", "GET", f"/reports/{written['sop_instance_uid']}")[1]
    assert report["segmentation"] == mask["sop_instance_uid"]
    assert report["answers"]["nodules"][0]["segment_number"] == 2
    complete_answers["nodules"][0]["segment_number"] = 3
    status, answer = api("ana", "POST", "/studies/2.25.1000/reports", json=body)
    assert (status, answer["error"]["path"]) == (422, "nodules.0.segment_number")


def test_the_segmentation_of_a_report_is_kept_even_when_no_nodule_cites_it(write, api, complete_answers):
    sop = write(labelmap.compose(drawn()))[1]["sop_instance_uid"]
    body = {"template": "liver-ct", "state": "complete", "answers": complete_answers, "segmentation": sop}
    written = api("ana", "POST", "/studies/2.25.1000/reports", json=body)[1]
    assert api("ana", "GET", f"/reports/{written['sop_instance_uid']}")[1]["segmentation"] == sop


def test_the_stored_file_is_read_by_highdicom(write, archive):
    import highdicom

    write(labelmap.compose(drawn()))
    read = highdicom.seg.segread(BytesIO(archive.read(archive.stored[0])))
    assert read.number_of_segments == 2


def test_who_wins_where_stored_segments_overlap_is_asked_and_the_file_stays(write, archive, api, call):
    array = drawn().array
    array[2, 3, 0] = 1
    write(labelmap.compose(drawn(array=array)))
    dataset = pydicom.dcmread(BytesIO(archive.read(archive.stored[0])))
    # Every frame is full: in the last slice, liver and lesion share all its voxels.
    dataset.PixelData = b"\xff" * len(dataset.PixelData)
    dataset.save_as(archive.folder / archive.stored[0])
    before = archive.read(archive.stored[0])
    route = f"/segmentations/{archive.stored[0]}/labelmap"
    status, refused = api("ana", "GET", route)
    assert (status, refused["error"]["code"]) == (409, "overlapping_segments")
    assert refused["error"]["overlaps"] == [{"segments": [1, 2], "voxels": 20, "slice": SOPS[2]}]
    for winner in (1, 2):
        response = call("ana", "GET", f"/hepatia/api{route}?wins={winner}")
        assert response.status_code == 200
        assert set(labelmap.parse(response.data).array[2].flat) == {winner}
    assert [api("ana", "GET", f"{route}?wins={wrong}")[0] for wrong in ("9", "x", "1,-2")] == [400] * 3
    assert archive.read(archive.stored[0]) == before
